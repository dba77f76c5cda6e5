"""SQL: a read-only prompt on the snapshot, with what there is to ask beside it."""

from pathlib import Path
from time import monotonic

import pandas as pd
import streamlit as st

from dashboard import columns, prompt_charts, prompt_queries
from dashboard.downloads import offer
from dashboard.drawn import Spec
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.prompt_charts import MARKS, MAX_COLORS, Plot
from warehouse.apart import MAX_BYTES, MAX_ROWS, MEMORY, SECONDS, Answer, Refused, ask

MOST_CHARACTERS = 4_000
"""Of a query: it is part of the link."""
SHOWN = 1_000
"""Rows of a result that are shown and drawn."""
_LONGEST = 500  # characters of a cell that is shown
_FIRST = "select title, role, skills, posted_on\nfrom posting\nlimit 20"
_AUTOMATIC, _NONE = "automatic", "none"


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("SQL", anchor=False)
    st.markdown(
        f"Ask the warehouse itself, in DuckDB's SQL. Nothing can be written; a query has {SECONDS} seconds and {MEMORY[:-2]} MB."
    )
    text = "A query counts what it says: the filters of the side bar don't apply here."
    if filters == Filters():
        st.caption(text)
    else:
        st.info(text, icon=":material/filter_alt_off:")
    left, right = st.columns([3, 2], gap="large")
    with right:
        _schema(snapshot)
    with left:
        _prompt(snapshot)


def _prompt(snapshot: Path) -> None:
    st.selectbox(
        "Worked questions", list(prompt_queries.examples()), index=None, placeholder="choose one to begin with",
        key="example", on_change=_take_example,
    )  # fmt: skip
    st.html("<style>.st-key-query textarea { font-family: monospace; }</style>")
    with st.form("prompt", enter_to_submit=True):
        query = st.text_area(
            "Query", key="query", bind="query-params", placeholder=_FIRST, height=220, max_chars=MOST_CHARACTERS,
            help="One statement. It is part of the link: whoever opens the link finds it here, and it waits for Run. "
            "As long as there is none, Run runs the one in grey.",
        )  # fmt: skip
        is_asked = st.form_submit_button(
            "Run", type="primary", icon=":material/play_arrow:", help="Ctrl+Enter in the query does the same."
        )
    query = query if query and query.strip() else _FIRST
    if note := _note(query):
        st.caption(note)
    if is_asked:
        st.session_state["answered"] = (snapshot, query, _answer(snapshot, query))
    if st.session_state.pop("stopped", False):
        st.info("Stopped.", icon=":material/stop_circle:")
    asked_of, asked, answer = st.session_state.get("answered", (None, None, None))
    if asked == query and asked_of == snapshot:
        _result(snapshot, query, answer)
    elif asked == query:
        st.info("A newer snapshot is published: Run asks it the same.", icon=":material/update:")
    elif st.query_params.get("query"):
        st.info("This query has not run yet. Read it, then press Run.", icon=":material/play_circle:")


def _take_example() -> None:
    if question := prompt_queries.examples().get(st.session_state["example"]):
        st.session_state["query"] = question.sql.strip()


def _note(query: str) -> str | None:
    """What to know about the answer of a worked question; None: it is none, or there is nothing."""
    return next((q.note or None for q in prompt_queries.examples().values() if q.sql.strip() == query.strip()), None)


def _answer(snapshot: Path, query: str) -> Answer | str:
    """The answer, or why there is none. It ends with the run of this page: at Stop, or when the reader turns to another page."""
    place, started = st.empty(), monotonic()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", key="stop", on_click=_stop, icon=":material/stop:")
        said = st.empty()

    def waiting() -> None:
        said.caption(f"Running for {monotonic() - started:.0f} s, of at most {SECONDS}")

    try:
        waiting()
        return ask(snapshot, query, waiting)
    except Refused as error:
        return str(error)
    finally:
        place.empty()


def _stop() -> None:
    st.session_state["stopped"] = True


def _result(snapshot: Path, query: str, answer: Answer | str) -> None:
    if isinstance(answer, str):
        st.error("There is no result.", icon=":material/error:")
        st.code(answer, language=None, wrap_lines=True)
        return
    rows = _frame(answer)
    if list(rows) == ["explain_key", "explain_value"]:
        st.code("\n".join(rows["explain_value"]), language=None)
        return
    n = f"{len(rows):,} row{'s' if len(rows) != 1 else ''}"
    if answer.is_cut:
        st.warning(
            f"The first {n}; there are more. A result is cut at {MAX_ROWS:,} rows or {MAX_BYTES // 1_000_000} MB: ask for less, or "
            "use `rolescope sql --parquet FILE`.",
            icon=":material/content_cut:",
        )
    shown, is_clipped = _shown(rows)
    more = f", the first {SHOWN:,} of them shown and drawn" if len(rows) > SHOWN else ""
    clipped = f"; longer texts are cut at {_LONGEST} characters here, not in the download" if is_clipped else ""
    st.caption(f"n = {n}{more}, in {answer.seconds:.2f} s{clipped}.")
    if rows.empty:
        st.info("The query is fine, and no row answers it.", icon=":material/inbox:")
    days = {
        str(name): columns.day(str(name))
        for name, field in zip(rows, answer.rows.schema, strict=True)
        if str(field.type) == "date32[day]"
    }
    st.dataframe(shown, hide_index=True, placeholder="NULL", column_config={**days})
    chart = _chart(shown) if len(rows) else None
    offer(snapshot, "query", rows, chart, query)


def _frame(answer: Answer) -> pd.DataFrame:
    """The rows with types that can be unknown (NA) and stay whole numbers."""
    import pyarrow as pa

    kinds = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype()}
    rows: pd.DataFrame = answer.rows.to_pandas(types_mapper=kinds.get, date_as_object=False)
    return rows


def _shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The rows that the page shows, and whether a text of them is cut."""
    shown, is_clipped = rows.head(SHOWN).copy(), False
    for column in map(str, shown.select_dtypes("string")):
        is_long = shown[column].str.len() > _LONGEST
        is_clipped |= bool(is_long.any())
        shown[column] = shown[column].mask(is_long, shown[column].str.slice(0, _LONGEST) + "…")
    return shown, is_clipped


def _chart(rows: pd.DataFrame) -> Spec | None:
    """Draw the chart of the rows; None: there is none."""
    found = prompt_charts.automatic(rows)
    first, *others = st.columns(4)
    mark = _choice(first, "Chart", "plot", [_NONE, *MARKS])
    names = list(map(str, rows))
    x, y, color = (
        _choice(place, label, key, names if key != "plot_color" else [_NONE, *names])
        for place, label, key in zip(
            others, ("Across", "Up", "Colour"), ("plot_x", "plot_y", "plot_color"), strict=True
        )
    )
    if mark == _NONE:
        return None
    if found is None and (mark == _AUTOMATIC or _AUTOMATIC in (x, y)):
        st.caption("No chart by itself: choose its kind, and what goes across and up.")
        return None
    base = found or Plot(mark, x, y, None)
    colored = base.color if color == _AUTOMATIC else None if color == _NONE else color
    plot = Plot(
        base.mark if mark == _AUTOMATIC else mark,
        base.x if x == _AUTOMATIC else x,
        base.y if y == _AUTOMATIC else y,
        colored,
    )
    chart: Spec = prompt_charts.answer(rows, plot).to_dict(validate=False)
    st.vega_lite_chart(chart)
    said = [f"{plot.mark.capitalize()} of {len(rows):,} rows."]
    if prompt_charts.has_interval(rows, plot.x) and plot.mark == "dots":
        said.append("Line: from ci_low to ci_high.")
    if colored and rows[colored].nunique() > MAX_COLORS:
        said.append(f"Of more than {MAX_COLORS} colours, only the rows of the first {MAX_COLORS} are drawn.")
    st.caption(" ".join(said))
    return chart


def _choice(place: object, label: str, key: str, options: list[str]) -> str:
    """What is chosen; a name that this result lacks is forgotten."""
    every = [_AUTOMATIC, *options]
    check_link(key, every, label)
    if st.session_state.get(key) not in (None, *every):
        del st.session_state[key]
    chosen: str = place.selectbox(label, every, key=key, bind="query-params")  # type: ignore[attr-defined]
    return chosen


def _schema(snapshot: Path) -> None:
    st.subheader("What there is to ask", anchor=False)
    words = st.text_input(
        "Search names and meanings", key="find", bind="query-params", placeholder="for example: pay, employer, ci_low",
        max_chars=100,
    )  # fmt: skip
    if words and words.strip():
        rows = prompt_queries.found(snapshot, words)
        st.caption(f"n = {len(rows):,} tables, views, macros and columns.")
        st.dataframe(
            rows, hide_index=True, placeholder="–", height="auto" if len(rows) < 12 else 460,
            column_config={
                "name": columns.text("Of"), "column": columns.text("Column"), "type": columns.text("Type"),
                "meaning": columns.text("Meaning"),
            },
        )  # fmt: skip
        return
    there = prompt_queries.relations(snapshot).set_index("name")
    check_link("relation", there.index, "table or view")
    name = st.selectbox(
        "Table, view or macro", list(there.index), format_func=lambda key: f"{key} ({there.loc[key, 'kind']})",
        key="relation", bind="query-params",
    )  # fmt: skip
    if name is None:
        st.info("This database holds no table.", icon=":material/inbox:")
        return
    st.text(there.loc[name, "meaning"])
    st.code(f"from {there.loc[name, 'call']}", language="sql", wrap_lines=True)
    rows = prompt_queries.columns(snapshot)
    rows = rows[rows["name"] == name].drop(columns="name")
    if len(rows):
        st.dataframe(
            rows, hide_index=True, placeholder="–", height="auto" if len(rows) < 12 else 460,
            column_config={
                "column": columns.text("Column"), "type": columns.text("Type"), "meaning": columns.text("Meaning"),
            },
        )  # fmt: skip
    else:
        st.caption(
            "A macro takes what stands in brackets, each by name with := and all of them optional but the bare first ones."
        )
