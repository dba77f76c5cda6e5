"""Claims: what three essays say of the roles, judged by the ads; and a claim of the reader's own."""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import claims_charts, claims_detail, claims_queries, columns, downloads, queries
from dashboard.claims_charts import LOOKS
from dashboard.claims_queries import Row
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.states import nothing_labelled
from warehouse import WarehouseError
from warehouse.claims.command_line import QUESTIONS
from warehouse.claims.court import Judgement, scoreboard
from warehouse.claims.language import MAX_CHARS, ClaimError
from warehouse.claims.own_claims import Claim
from warehouse.claims.tree import Part
from warehouse.claims.wording import interval_text, value_text
from warehouse.reference import about

_ESSAYS = {"A": "A, a blog post", "B": "B, Warepam 2024", "C": "C, JK1912 2025", "own": "your own"}
_TITLES = "A: “(Hat) AI Engineer”, B: “Who is an AI engineer?”, C: “What is AI Engineering?”"
_LIST, _QUESTIONS, _SCORES, _OWN = "Claims", "Contradictions", "Scoreboard", "Judge your own"
_FOUR_LINES = 82  # pixels of a row: Streamlit wraps text in rows of over 4 rem only
_EXAMPLES = """\
ML > AI: pytorch                                  more often in ML ads than in AI ads
AI = FS: tag teamwork                             as often, within ±5 points
AI >= 50%: required python                        at least half of the AI ads require it
AI: any(docker, kubernetes) > category ml_method  within the same ads: more often the one than the other
AI > FS: mean years_min                           years asked for; or: log pay
AI+ML: python first of category language          named most of its kind
FS > AI: html; FS > AI: css                       all parts must hold"""


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Claims, judged by ads", anchor=False)
    st.markdown("Three essays argue over what an AI engineer is. Do the ads say the same?")
    results = claims_queries.claim_results(snapshot)
    is_reference = not results
    if is_reference:
        results = claims_queries.reference_results(snapshot)
        _reference_note(snapshot)
    elif claims_queries.changed_since_judged(snapshot):
        st.info(
            "Ads or labels have changed since these claims were judged. `rolescope claims` judges them again.",
            icon=":material/update:",
        )
    if filters != Filters(label=filters.label):
        st.info("Claims are judged on all ads: the filters of the sidebar don't apply here.", icon=":material/filter_alt_off:")  # fmt: skip
    check_link("view", (_LIST, _QUESTIONS, _SCORES, _OWN), "view")
    view = st.segmented_control(
        "View", [_LIST, _QUESTIONS, _SCORES, _OWN], key="view", bind="query-params", default=_LIST, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if view == _OWN:
        _own(snapshot)
    elif view == _SCORES:
        _scores(snapshot, results, is_reference)
    else:
        _lists(snapshot, results, is_reference, by_question=view == _QUESTIONS)
    st.caption(
        "Each opening counts once; its role is that of the title alone, whatever the sidebar says. Supported or contradicted: "
        "the whole 95 % interval lies on that side, and still does without any one employer and any one source. Within "
        "±5 points is no meaningful difference."
    )


def _reference_note(snapshot: Path) -> None:
    facts = about()
    if queries.current_label_version(snapshot) is None:
        nothing_labelled()
    st.warning(
        "**Reference, not your ads.** No claim was judged on this warehouse yet: `rolescope claims` does it, and this page "
        f"shows the verdicts by itself. Until then it shows those that ship with rolescope, of {facts.n_openings:,} openings "
        f"of {facts.n_employers:,} employers posted {facts.first_posted_on} to {facts.last_posted_on}, counted on "
        f"{facts.counted_on}. {facts.sources}",
        icon=":material/menu_book:",
    )
    with st.expander("What the reference must not be taken for"):
        st.markdown(facts.not_to_be_taken_for)


def _lists(snapshot: Path, results: Sequence[Row], is_reference: bool, *, by_question: bool) -> None:
    shown = [row for row in results if row["question"]] if by_question else _filtered(results)
    _badges(shown)
    st.caption(f"The letter of an id is its essay, {_TITLES}. Choose a claim in the list to read it in full.")
    list_area, claim_area = st.columns([3, 2], gap="medium")
    with list_area:
        if not shown:
            st.info("No claim passes. Take an essay, a topic or a verdict away.", icon=":material/filter_alt_off:")
        elif by_question:
            for question, words in QUESTIONS.items():
                st.subheader(words, anchor=False)
                _grid([row for row in shown if row["question"] == question], question)
        else:
            _grid(shown, "claims", 700)
        _download(shown, snapshot, is_reference)
    with claim_area:
        ids = {row["claim_id"].casefold(): row for row in results}
        asked = st.query_params.get("claim")
        if asked and asked.casefold() not in ids:
            st.warning("The claim that the link asks for is not among these.", icon=":material/link_off:")
        elif asked or shown:
            _claim(snapshot, ids[asked.casefold()] if asked else shown[0], is_reference)


def _filtered(results: Sequence[Row]) -> list[Row]:
    essays = [essay for essay in _ESSAYS if any(row["essay"] == essay for row in results)]
    topics = sorted({row["topic"] for row in results})
    verdicts = {look.name: verdict for verdict, look in LOOKS.items() if any(row["verdict"] == verdict for row in results)}  # fmt: skip
    for key, known, name in (("essay", essays, "essay"), ("topic", topics, "topic"), ("verdict", verdicts, "verdict")):
        check_link(key, known, name)
    left, right = st.columns([2, 5])
    essay = left.pills("Essay", essays, selection_mode="multi", key="essay", bind="query-params")
    topic = right.multiselect("Topic", topics, key="topic", placeholder="all", bind="query-params")
    verdict = st.pills("Verdict", list(verdicts), selection_mode="multi", key="verdict", bind="query-params")
    wanted = {verdicts[name] for name in verdict}
    return [
        row for row in results
        if (not essay or row["essay"] in essay) and (not topic or row["topic"] in topic)
        and (not wanted or row["verdict"] in wanted)
    ]  # fmt: skip


def _badges(shown: Sequence[Row]) -> None:
    """How many of each verdict."""
    counts = {verdict: sum(row["verdict"] == verdict for row in shown) for verdict in LOOKS}
    badges = " ".join(f":{LOOKS[v].badge}-badge[{LOOKS[v].icon} {n} {LOOKS[v].name}]" for v, n in counts.items() if n)
    st.markdown(f"n = {len(shown):,} claims {badges}")


def _grid(rows: Sequence[Row], name: str, height: int | None = None) -> None:
    """A list of claims; clicking one opens it."""
    ids = tuple(row["claim_id"] for row in rows)
    frame = pd.DataFrame(
        {
            "claim_id": ids,
            "claim": [row["claim"] for row in rows],
            "verdict": [LOOKS[row["verdict"]].name for row in rows],
            "effect": [value_text(row["effect"], row["unit"], row["n_b"] is not None) for row in rows],
            "interval": [_interval(row) for row in rows],
            "ads": [_ads(row) for row in rows],
        }
    )
    key = f"{name}-{hash(ids)}"  # a new list is a new widget: a row number of the old one would mean another claim
    st.dataframe(
        frame, key=key, on_select=partial(_choose, key, ids), selection_mode="single-row", hide_index=True,
        height=height or "content", row_height=_FOUR_LINES,
        column_config={
            "claim_id": columns.text("Id", 45), "claim": columns.text("Claim", 215), "verdict": columns.text("Verdict", 92),
            "effect": columns.text("Effect", 66), "interval": columns.text("95 %", 102), "ads": columns.text("Ads", 66),
        },
    )  # fmt: skip


def _choose(key: str, ids: tuple[str, ...]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params["claim"] = ids[rows[0]]


def _claim(snapshot: Path, row: Row, is_reference: bool) -> None:
    of = claims_queries.reference_parts if is_reference else claims_queries.claim_parts
    with st.container(border=True):
        st.subheader(f"Claim {row['claim_id']}" if row["essay"] != "own" else "A claim of your own", anchor=False)
        st.text(row["claim"])
        st.caption(
            f"Essay {_ESSAYS[row['essay']]} · {row['topic']}" if row["essay"] != "own" else "Kept in `claims.csv`."
        )
        if row["reading"]:
            st.text(f"Reading: {row['reading']}")
        if row["status"] == "proxy":
            st.caption("Tested by something near what it says.")
        if is_reference:
            st.badge("reference, not your ads", icon=":material/menu_book:", color="orange")
        claims_detail.show(
            snapshot, of(snapshot, row["claim_id"]), _read(snapshot, row["test"]), among="among the parts of all claims"
        )
        st.caption(f"Judged on snapshot `{row['snapshot_id']}`.")
        if not is_reference:
            _beside_reference(snapshot, row["claim_id"])


def _beside_reference(snapshot: Path, claim_id: str) -> None:
    """What the reference says of the same claim; nothing where it does not know it."""
    for row in claims_queries.reference_results(snapshot):
        if row["claim_id"] == claim_id and row["effect"] is not None:
            of_parts = f", part {row['part']} of {row['n_parts']}" if row["n_parts"] > 1 else ""
            effect = claims_charts.effect_text(row["effect"], row["ci_low"], row["ci_high"], row["unit"], row["n_b"] is not None)  # fmt: skip
            st.caption(
                f"The reference that ships with rolescope, of {about().n_openings:,} openings posted "
                f"{about().first_posted_on} to {about().last_posted_on}: {LOOKS[row['verdict']].name}, {effect}, n = {_ads(row)}"
                f"{of_parts}."
            )


def _read(snapshot: Path, test: str | None) -> tuple[Part, ...]:
    """The parts of a test; none where it has none, or names what these labels don't know."""
    try:
        return claims_queries.read_test(snapshot, test) if test else ()
    except ClaimError:
        return ()


def _scores(snapshot: Path, results: Sequence[Row], is_reference: bool) -> None:
    found = [Judgement(row["claim_id"], row["part"], True, row["test"], row["verdict"], "") for row in results]
    scores = scoreboard(found, [Claim(*(row[field] for field in Claim._fields)) for row in results])
    verdicts = [verdict for verdict in LOOKS if verdict in next(iter(scores.values()))._fields]
    table = pd.DataFrame(
        {"essay": _ESSAYS[essay], **score._asdict(), "upheld": round(score.supported / score.testable, 2) if score.testable else None}
        for essay, score in scores.items()
    )  # fmt: skip
    counts = table.melt(["essay", "testable"], verdicts, "verdict", "n").rename(columns={"testable": "n_testable"})
    chart = drawn(claims_charts.scoreboard, counts[counts["n_testable"] > 0])
    st.vega_lite_chart(chart)
    st.caption(
        f"n = {len(results):,} claims, {table['testable'].sum():,} of them testable on one snapshot. All claims of an essay are "
        "counted, none was drawn at random: these shares have no interval. An essay's share says how many of its claims ads "
        "uphold, not how good it is."
    )
    st.dataframe(
        table, hide_index=True, placeholder="–",
        column_config={
            "essay": "Essay", "claims": columns.count("Claims"), "testable": columns.count("Testable"),
            **{verdict: columns.count(LOOKS[verdict].name.capitalize()) for verdict in verdicts},
            "upheld": st.column_config.NumberColumn("Upheld", format="percent", help="Supported, of the testable ones."),
        },
    )  # fmt: skip
    downloads.offer(snapshot, "scoreboard", table, chart, "from claim_result")


def _own(snapshot: Path) -> None:
    if queries.current_label_version(snapshot) is None:
        nothing_labelled()
        return
    test = st.text_input(
        "What must hold?", key="test", bind="query-params", max_chars=MAX_CHARS, placeholder="ML > AI: pytorch",
        help="Judged here by the same rules, and written nowhere.",
    )  # fmt: skip
    with st.expander("The language of claims", expanded=not test):
        st.code(_EXAMPLES, language=None)
        st.caption(
            "Roles: AI, ML, DS, FS, others, all. A name is a skill, a category of skills or a tag, in any case; `required` and "
            "`preferred` go before a skill; `any(…)`, `all(…)`, `at_least(2, …)`, `&`, `|` and `!` put things together."
        )
    test = " ".join(test.split())
    if not test:
        return
    try:
        read = claims_queries.read_test(snapshot, test)
        with st.spinner("Judging …"):
            parts = claims_queries.judge(snapshot, test)
    except WarehouseError as error:
        st.error("This claim can't be judged.", icon=":material/error:")
        st.text(str(error))
        return
    with st.container(border=True):
        claims_detail.show(snapshot, parts, read, among=None)
    st.caption(
        "Nothing was written. Of many claims that are tried, a few in a hundred look sure by chance. To keep it:"
    )
    st.code(f"rolescope claims add {shlex.quote(test)}", language="bash", wrap_lines=True)
    judged = verdict_rows([{"claim": test, **part} for part in parts], "this warehouse")
    downloads.offer(snapshot, "own-claim", judged, query="\n;\n".join(part["sql"] for part in parts if part["sql"]))


def _download(rows: Sequence[Row], snapshot: Path, is_reference: bool) -> None:
    kind, of, query = (
        ("reference-claims", "reference", "from reference_claim_verdict") if is_reference else ("claims", "this warehouse", "from claim_result")
    )  # fmt: skip
    if rows:
        verdicts = verdict_rows(rows, of)
        downloads.offer(
            snapshot, kind, verdicts, query=query, snapshot_id=about().snapshot_id if is_reference else None
        )


def verdict_rows(rows: Sequence[Row], of: str) -> pd.DataFrame:
    """Verdicts as a table whose last column says the ads of what were counted."""
    frame = pd.DataFrame(rows)
    numbers = {name: "Int64" for name in frame if str(name).startswith("n_")}  # else None makes them fractions
    return frame.astype(numbers).assign(of=of)


def _interval(row: Row) -> str:
    known = row["effect"] is not None
    return interval_text(row["ci_low"], row["ci_high"], row["unit"], row["n_b"] is not None) if known else "–"


def _ads(row: Row) -> str:
    return " / ".join(f"{n:,}" for n in (row["n_a"], row["n_b"]) if n is not None) or "–"
