"""The page SQL and the process behind it: whatever is typed, nothing but the answer to it comes of it."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import HOSTILE_TITLE
from streamlit.testing.v1 import AppTest
from test_sql import ENDLESS, LOOSENING, READING, WRITING

from dashboard import prompt, prompt_charts, prompt_queries
from dashboard.filtered import Filters
from dashboard.prompt_charts import Plot, automatic
from warehouse import apart, connect
from warehouse.apart import Refused, ask
from warehouse.limited import limited
from warehouse.questions import questions


def nothing() -> None:
    """What waits for nobody."""


@pytest.fixture
def show(show_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""
    return partial(show_page, "prompt")


def asked(app: AppTest, query: str | None = None) -> AppTest:
    if query is not None:
        app.text_area(key="query").input(query)
    app.button[0].click().run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """All that the page hands over to be read as Markdown."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def codes(app: AppTest) -> str:
    return "\n".join(code.value for code in app.code)


# the process


@pytest.mark.parametrize("query", [READING[0], WRITING[0], LOOSENING[0]])
def test_it_is_guarded_as_the_command_line_is(small_warehouse: Path, tmp_path: Path, query: str) -> None:
    (tmp_path / "secret.csv").write_text("word\nswordfish\n")
    with pytest.raises(Refused, match="Error"):
        ask(small_warehouse.resolve(), query.format(tmp_path), nothing)
    assert [file.name for file in tmp_path.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("query", [*READING, *WRITING, *LOOSENING])
def test_its_connection_refuses_what_the_command_line_refuses(
    small_warehouse: Path, tmp_path: Path, query: str
) -> None:
    frame = pd.DataFrame({"word": ["swordfish"]})  # what DuckDB finds in Python's variables otherwise
    with limited(small_warehouse, apart.MEMORY, "0GB") as con, pytest.raises(duckdb.Error):
        apart._answer(con, query.format(tmp_path))
    assert (list(tmp_path.iterdir()), len(frame)) == ([], 1)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ('select \'ü;\' as "a""b", 2 as a, 3 as a -- one;\n;  -- two\n;;', [{'a"b': "ü;", "a": 2, "a_3": 3}]),
        (
            "select 1::tinyint as i, 1::hugeint as h, 1.5 as d, ['a'] as l, null as n, 'b'::blob as b",
            [{"i": 1, "h": 1.0, "d": 1.5, "l": "[a]", "n": None, "b": "b"}],
        ),
        ("pivot (from (values ('x', 1), ('y', 2)) as t (k, v)) on k using sum(v)", [{"x": 1.0, "y": 2.0}]),
        ("select 1 as a where false", []),
        ("from range(3) as t (n) order by n desc", [{"n": 2}, {"n": 1}, {"n": 0}]),
    ],
)
def test_rows_come_back_as_they_are(small_warehouse: Path, query: str, rows: list[dict[str, object]]) -> None:
    assert ask(small_warehouse.resolve(), query, nothing).rows.to_pylist() == rows


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "there are 0"),
        ("-- only this", "there are 0"),
        ("select 1; select 2", "there are 2"),
        ("select titel from posting", '"title"'),
        ("select \ud800", "Error"),
        ("select list(range) from range(1000000000)", "Out of Memory"),
        ("select repeat('x', 100000000) from range(2000)", "Out of Memory|more memory"),
        ("select " + "(" * 3_000 + "1" + ")" * 3_000, "depth|Error|more memory"),
    ],
)
def test_what_has_no_answer_says_why(small_warehouse: Path, query: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        ask(small_warehouse.resolve(), query, nothing)


def test_results_are_cut_by_rows_and_by_bytes_and_say_so(small_warehouse: Path) -> None:
    def cut(query: str) -> tuple[int, bool]:
        answer = ask(small_warehouse.resolve(), query, nothing)
        assert answer.rows.nbytes <= apart.MAX_BYTES
        return answer.rows.num_rows, answer.is_cut

    assert cut(f"from range({apart.MAX_ROWS})") == (apart.MAX_ROWS, False)
    assert cut("select a.range from range(100000000) as a, range(1000000)") == (apart.MAX_ROWS, True)
    n_rows, is_cut = cut("select repeat('x', 200000) from range(300)")
    assert (0 < n_rows < 300, is_cut) == (True, True)


def test_a_query_that_takes_too_long_is_stopped(small_warehouse: Path) -> None:
    with pytest.raises(Refused, match=r"Stopped after 0\.5 s"):
        ask(small_warehouse.resolve(), ENDLESS, nothing, 0.5)


def test_who_stops_waiting_ends_the_query_and_the_next_one_runs(small_warehouse: Path) -> None:
    class Gone(BaseException):
        """As Streamlit ends a script."""

    started = time.monotonic()

    def waiting() -> None:
        if time.monotonic() > started + 1:
            raise Gone

    for _ in range(3):  # more than may run at once
        with pytest.raises(Gone):
            ask(small_warehouse.resolve(), ENDLESS, waiting)
    assert ask(small_warehouse.resolve(), "select 42 as a", nothing).rows.to_pylist() == [{"a": 42}]


def test_pages_go_on_while_a_query_eats_its_memory(small_warehouse: Path) -> None:
    with connect(small_warehouse) as con:  # as pages have it, open in the same process

        def waiting() -> None:
            assert con.execute("select count(*) from posting").fetchone() == (42,)

        with pytest.raises(Refused, match="Out of Memory"):
            ask(small_warehouse.resolve(), "select list(range) from range(1000000000)", waiting)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_worked_question_fits_into_the_prompt_and_has_an_answer(small_warehouse: Path, question) -> None:
    assert len(question.sql.strip()) <= prompt.MOST_CHARACTERS
    with limited(small_warehouse, apart.MEMORY, "0GB") as con:
        rows, is_cut = apart._answer(con, question.sql.strip())
    assert rows.num_columns and not is_cut


# the page


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
def test_it_runs_and_answers_on_every_warehouse(show, request, warehouse) -> None:
    app = asked(show(request.getfixturevalue(warehouse)), "select count(*) as n from posting")
    assert app.dataframe[0].value["n"].tolist() in ([0], [3], [42])


def test_a_link_waits_for_run(show, small_warehouse) -> None:
    query = "select role, n_ads from role_count() order by role"
    app = show(small_warehouse, query=query)
    assert app.text_area(key="query").value == query
    assert "has not run yet" in words(app)
    assert "answered" not in app.session_state
    app = asked(app)
    with connect(small_warehouse) as con:
        expected = con.execute(query).fetchall()
    assert list(app.dataframe[0].value.itertuples(index=False, name=None)) == expected
    assert "has not run yet" not in words(app)
    assert f"n = {len(expected)} rows, in " in words(app)


def test_an_answer_goes_with_its_query(show, small_warehouse) -> None:
    app = asked(show(small_warehouse), "select 7 as seven")
    assert any("seven" in frame.value for frame in app.dataframe)
    app.selectbox(key="example").select(questions()[0].question).run()
    assert app.text_area(key="query").value == questions()[0].sql.strip()
    assert not any("seven" in frame.value for frame in app.dataframe)
    assert "n_with_a" in asked(app).dataframe[0].value


def test_what_duckdb_says_stands_there_as_text(show, small_warehouse) -> None:
    app = asked(show(small_warehouse), "select titel, '**bold** [x](http://example.invalid)' from posting")
    assert "There is no result" in words(app)
    assert 'Candidate bindings: "title"' in codes(app)
    assert "example.invalid" not in words(app)


def test_what_ads_say_stands_in_cells_only(show, small_warehouse) -> None:
    app = asked(
        show(small_warehouse), "select title, 1 as n from posting where title like '<img%' union all select 'b', 2"
    )
    assert HOSTILE_TITLE in app.dataframe[0].value["title"].tolist()
    assert "onerror" not in words(app) + codes(app)


def test_only_the_first_rows_are_shown_and_n_is_of_all(show, small_warehouse) -> None:
    app = asked(show(small_warehouse), "select range, repeat('x', 600) as long from range(1500)")
    assert "n = 1,500 rows, the first 1,000 of them shown and drawn" in words(app)
    assert "longer texts are cut" in words(app)
    shown = app.dataframe[0].value
    assert (len(shown), shown["long"].str.len().max()) == (1_000, 501)


def test_a_result_that_is_cut_says_so(show, small_warehouse) -> None:
    app = asked(show(small_warehouse), "from range(100001)")
    assert "The first 100,000 rows; there are more." in words(app)


@pytest.mark.parametrize("query", ["select 1 as a where false", "select 1 as n", "select null as a from range(2)", "explain from posting"])  # fmt: skip
def test_results_without_a_chart_are_fine(show, small_warehouse, query) -> None:
    assert not asked(show(small_warehouse), query).get("vega_lite_chart")


def test_the_chart_of_a_link_is_drawn(show, small_warehouse) -> None:
    app = show(
        small_warehouse, query="select role, n_ads from role_count()", plot="dots", plot_x="role", plot_y="n_ads"
    )
    (chart,) = asked(app).get("vega_lite_chart")
    assert json.loads(chart.proto.spec)["description"].startswith("Dots of role and n_ads by role")
    app.selectbox(key="plot").select("none").run()
    assert not app.get("vega_lite_chart")


def test_a_column_that_this_result_lacks_is_forgotten(show, small_warehouse) -> None:
    app = asked(show(small_warehouse, plot_x="**no**"), "select role, n_ads from role_count()")
    assert "not known here" in words(app) and "**no**" not in words(app)
    app.selectbox(key="plot_x").select("n_ads").run()
    app = asked(app, "select role, share from role_count()")
    assert app.selectbox(key="plot_x").value == "automatic"


def test_a_link_with_a_newer_snapshot_asks_again(show, small_warehouse) -> None:
    app = asked(show(small_warehouse), "select 7 as seven")
    app.session_state["answered"] = (Path("older"), *app.session_state["answered"][1:])
    assert "newer snapshot" in words(app.run())


def test_the_filters_of_the_bar_are_said_not_to_apply(show, small_warehouse) -> None:
    assert "don't apply here" in words(show(small_warehouse))
    assert "don't apply here" in show(small_warehouse, Filters(only_open=True)).info[0].value


# what there is


def test_every_table_view_and_macro_is_listed_with_what_it_means(small_warehouse) -> None:
    with connect(small_warehouse) as con:
        names = {row[0] for row in con.execute("select table_name from duckdb_columns() where not internal").fetchall()}
    there = prompt_queries.relations(small_warehouse.resolve())
    assert {*there.loc[there["kind"] != "macro", "name"]} == names
    assert {"skill_share", "role_count"} <= {*there.loc[there["kind"] == "macro", "name"]}
    assert (there["meaning"] != "").all()
    assert there["name"][0] == "posting"


def test_the_schema_is_searched_in_names_and_meanings(show, small_warehouse) -> None:
    app = show(small_warehouse, find="ISO 4217")
    found = app.dataframe[0].value
    assert "salary_currency" in found["column"].tolist()
    assert found["meaning"].str.contains("4217").all()
    assert show(small_warehouse, find="no such thing").dataframe[0].value.empty


def test_a_link_opens_the_columns_of_a_view(show, small_warehouse) -> None:
    app = show(small_warehouse, relation="board_health (view)")
    assert "last_status" in app.dataframe[0].value["column"].tolist()
    assert "from board_health" in codes(app)
    assert "role_a, role_b" in codes(show(small_warehouse, relation="skill_difference (macro)"))


# charts

SHARES = pd.DataFrame(
    {"role": ["ai_engineer", "ml_engineer"] * 2, "name": ["SQL", "SQL", "Go", "Go"], "n_ads": [9, 8, 9, 8],
     "share": [0.5, 0.4, 0.3, 0.2], "ci_low": [0.4, 0.3, 0.2, 0.1], "ci_high": [0.6, 0.5, 0.4, 0.3]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "plot"),
    [
        (SHARES, Plot("dots", "share", "name", "role")),
        (SHARES.drop(columns=["ci_low"]), Plot("dots", "n_ads", "name", "role")),
        (SHARES[["role", "n_ads"]][:2], Plot("bars", "n_ads", "role", "role")),
        (pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "2026-01-02"]), "n": [1, 2]}), Plot("line", "day", "n", None)),
        (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), Plot("dots", "a", "b", None)),
        (pd.DataFrame({"a": [1]}), None),
        (pd.DataFrame({"a": ["x", "y"]}), None),
        (pd.DataFrame(), None),
    ],
)  # fmt: skip
def test_a_sensible_chart_is_found(rows: pd.DataFrame, plot: Plot | None) -> None:
    assert automatic(rows) == plot


def test_intervals_are_drawn_only_of_the_number_that_is_in_them() -> None:
    drawn = prompt_charts.answer(SHARES, Plot("dots", "share", "name", "role")).to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["rule", "point"]
    assert "layer" not in prompt_charts.answer(SHARES, Plot("dots", "n_ads", "name", "role")).to_dict()


def test_roles_look_as_on_every_page() -> None:
    color = prompt_charts.answer(SHARES, Plot("bars", "n_ads", "name", "role")).to_dict()["encoding"]["color"]
    assert dict(zip(color["scale"]["domain"], color["scale"]["range"], strict=True)) == {
        role: prompt_charts.ROLE_COLORS[role] for role in ("ai_engineer", "ml_engineer")
    }


@pytest.mark.parametrize("name", ["image", "title", "a.b[0]'\"", "<img src=x>", "datum", ""])
@pytest.mark.parametrize("mark", prompt_charts.MARKS)
def test_names_of_columns_are_words_in_a_chart(name: str, mark: str) -> None:
    rows = pd.DataFrame({name: ["http://example.invalid/i.png", None], "n": pd.array([1, None], dtype="Int64")})
    spec = prompt_charts.answer(rows, Plot(mark, "n", name, name)).to_dict()
    assert {*spec["encoding"]} <= {"x", "y", "color", "shape", "tooltip"}
    # a tooltip of these names loads an image, or is a heading
    assert not {tip["title"] for tip in spec["encoding"]["tooltip"]} & {"image", "title"}
