"""The page Compare roles: its numbers are those of `rolescope compare` and of the lists of ads that it leads to."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from conftest import HOSTILE_TITLE
from streamlit.testing.v1 import AppTest

from dashboard import compare_charts, compare_queries, compare_skill, roles
from dashboard.compare_charts import OTHERS, side
from dashboard.filtered import Filters
from dashboard.roles import FOUR
from warehouse import connect
from warehouse.comparison.ads import Ads
from warehouse.comparison.strip import strip
from warehouse.comparison.table import compare

A, B = "ai_engineer", "ml_engineer"
SCRIPT = """
import datetime
from pathlib import Path

import streamlit as st

from dashboard import compare
from dashboard.filtered import Filters
from dashboard.snapshot import current_snapshot

page = st.navigation([
    st.Page(lambda: compare.show(current_snapshot(), {filters!r}), title="Compare", url_path="compare", default=True),
    st.Page(lambda: None, title="Ads", url_path="ads"),
])
page.run()
"""


@pytest.fixture
def show(run_script: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""

    def run(db: Path, filters: Filters | None = None, **link: str) -> AppTest:
        return run_script(SCRIPT.format(filters=filters or Filters()), db, **link)

    return run


def words(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def described(app: AppTest) -> list[str]:
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


def table_with(app: AppTest, column: str) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if column in frame.value)


def links(app: AppTest) -> list[dict[str, list[str]]]:
    return [parse_qs(link.proto.query_string) for link in app.get("page_link")]


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
@pytest.mark.parametrize("b", ["ML engineer", "the others together", "all four side by side"])
def test_it_runs_on_every_warehouse(show, request, warehouse, b):
    assert show(request.getfixturevalue(warehouse), b=b, holds="true", why="true").title[0].value == "Compare roles"


def test_unlabelled_ads_are_said_to_be_so(show, unlabelled_warehouse):
    app = show(unlabelled_warehouse)
    assert "rolescope label" in words(app)
    assert not described(app)


def test_its_numbers_are_those_of_the_command(show, small_warehouse):
    app = show(small_warehouse, picked="Docker")
    assert "n = 13 AI engineer ads of 8 employers" in words(app)
    assert [m.value for m in app.metric] == ["69.2%", "75.0%"]
    with connect(small_warehouse) as con:
        found = compare(Ads(con, A, B), label="role")
    table = table_with(app, "difference_low")
    assert table["name"].tolist() == [row.name for row in found.rows]
    for name, place in (("difference", 0), ("difference_low", 1), ("difference_high", 2)):
        assert table[name].tolist() == pytest.approx([row.difference[place] for row in found.rows])
    assert table["q"].tolist() == pytest.approx([row.q or float("nan") for row in found.rows], nan_ok=True)
    assert table["corrected"].tolist() == pytest.approx(
        [row.corrected.value or float("nan") for row in found.rows], nan_ok=True
    )


def test_a_group_that_is_too_small_is_named(show, small_warehouse):
    app = show(small_warehouse, a="Data scientist", b="Full-stack engineer")
    assert "Data scientist: 7 ads of 7 employers; Full-stack engineer: 5 ads of 5 employers" in words(app)
    assert not described(app)


def test_comparing_a_role_with_itself_asks_for_another(show, small_warehouse):
    assert "two different roles" in words(show(small_warehouse, a="ML engineer"))


def test_filters_that_leave_nothing_are_said_to(show, small_warehouse):
    assert "No ad passes these filters" in words(show(small_warehouse, Filters(sources=("nowhere",))))


@pytest.mark.parametrize("key", ["a", "b", "category", "numbers", "picked"])
def test_what_a_link_asks_for_and_is_not_known_is_ignored_with_a_note(show, small_warehouse, key):
    app = show(small_warehouse, **{key: "<b>Wizard</b>"})
    assert "not known here" in words(app)
    assert "Wizard" not in words(app)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(label="role_by_text", need="preferred"),
        Filters(sources=("lever",), need="required"),
        Filters(countries=("US", "DE"), posted_from=date(2025, 11, 5)),
        Filters(need="context", only_open=True),
    ],
)
def test_every_filter_is_obeyed_as_the_shipped_macro_does(small_warehouse, filters):
    found = compare_queries.skill_difference(small_warehouse.resolve(), filters, A, B, None).rows
    values = filters.parameters()
    with connect(small_warehouse) as con:
        rows = con.execute(
            "select skill, share_a, share_b, n_with_a, n_with_b, n_ads_a, n_ads_b from skill_difference($a, $b, needs := $needs, "
            "label := $label, sources := $sources, countries := $countries, posted_from := $posted_from, only_open := $only_open)",
            {"a": A, "b": B, **{k: v for k, v in values.items() if k not in ("languages", "seniorities", "posted_to")}},
        ).fetchall()
    counts = found[["key", "share_a", "share_b", "n_with_a", "n_with_b", "n_a", "n_b"]].itertuples(index=False)
    assert sorted(map(tuple, counts)) == sorted(rows)
    assert rows or filters.need == "context"


def test_the_share_of_a_skill_is_the_same_in_the_table_and_beside_it(small_warehouse):
    snapshot, filters = small_warehouse.resolve(), Filters(need="required")
    row = compare_queries.skill_difference(snapshot, filters, A, compare_queries.others(A), None).rows.set_index("key")
    shares = compare_queries.skill_share_of(snapshot, filters, (A, *compare_queries.others(A)), "docker")
    assert shares["role"].tolist() == [A, "others", *compare_queries.others(A)]
    assert shares["share"].tolist()[:2] == row.loc["docker", ["share_a", "share_b"]].tolist()
    assert shares["n_ads"][1] == shares["n_ads"][2:].sum() == row.loc["docker", "n_b"]
    assert shares["n_with"][1] == shares["n_with"][2:].sum()
    assert (shares["ci_low"] <= shares["share"]).all() and (shares["share"] <= shares["ci_high"]).all()


def test_one_role_is_compared_with_the_others_together(show, small_warehouse):
    app = show(small_warehouse, b="the others together", picked="Docker")
    assert "n = 24 ML engineer, Data scientist and Full-stack engineer ads of 8 employers" in words(app)
    assert [m.label.split(" ads")[0] for m in app.metric] == [
        "AI engineer", OTHERS.title, "ML engineer", "Data scientist", "Full-stack engineer",
    ]  # fmt: skip
    assert "AI engineer minus The others’" in described(app)[0]


def test_all_roles_that_are_large_enough_stand_side_by_side(show, small_warehouse):
    app = show(small_warehouse, b="all four side by side")
    assert "Data scientist: 7 ads of 7 employers; Full-stack engineer: 5 ads of 5 employers" in words(app)
    assert app.selectbox(key="a").disabled
    (chart,) = described(app)
    assert "AI engineer" in chart and "Data scientist" not in chart
    shares = compare_queries.skill_share(small_warehouse.resolve(), Filters(), FOUR, None, 3)
    assert shares["role"].tolist() == [*FOUR] * 3
    with connect(small_warehouse) as con:
        rows = con.execute("select role, skill, share, n_with, n_ads from skill_share()").fetchall()
    known = {(role, skill): (share, n_with, n_ads) for role, skill, share, n_with, n_ads in rows}
    for row in shares.to_dict("records"):
        of = known.get((row["role"], row["skill"]), (0.0, 0, row["n_ads"]))
        assert (row["share"], row["n_with"], row["n_ads"]) == of
        assert row["ci_low"] <= row["share"] <= row["ci_high"]
    spread = [group["share"].max() - group["share"].min() for _, group in shares.groupby("skill", sort=False)]
    assert spread == sorted(spread, reverse=True)


def test_links_lead_to_the_ads_that_the_share_counts(show, small_warehouse):
    filters = Filters(
        label="role_by_title", sources=("lever", "greenhouse"), posted_from=date(2025, 11, 4), need="required"
    )
    app = show(small_warehouse, filters, picked="Python")
    for link, role in zip(links(app), ("AI engineer", "ML engineer"), strict=True):
        assert link == {"role": [role], "skill": ["Python"]}  # the side bar's own parameters stay in the address
    shares = compare_queries.skill_share_of(small_warehouse.resolve(), filters, (A, B), "python").set_index("role")
    with connect(small_warehouse) as con:
        for role in (A, B):
            ((n,),) = con.execute(
                "select count(*) from ad_match(wanted_role := ?, wanted_skill := 'python', needs := ['required'], "
                "label := 'role_by_title', posted_from := date '2025-11-04')",
                [role],
            ).fetchall()
            assert shares.loc[role, "n_with"] == n


@pytest.mark.parametrize(("numbers", "column"), [("like with like", "adjusted"), ("corrected", "corrected")])
def test_other_numbers_are_drawn_where_the_reader_asks(show, small_warehouse, numbers, column):
    app = show(small_warehouse, numbers=numbers)
    rows = compare_queries.skill_difference(small_warehouse.resolve(), Filters(), A, B, None).rows
    for row in rows.to_dict("records"):
        assert f"{row['name']} {compare_charts._said(row[column])}" in described(app)[0]
    assert described(app)[0] != described(show(small_warehouse))[0]


def test_that_errors_were_not_measured_for_a_need_is_said(show, small_warehouse):
    app = show(small_warehouse, Filters(need="preferred"), numbers="corrected")
    assert "choose one of these in the side bar" in words(app)


def test_whether_it_holds_is_counted_on_demand_only(show, small_warehouse):
    assert "other ways of counting" not in words(show(small_warehouse, picked="Docker"))
    app = show(small_warehouse, picked="Docker", holds="true")
    with connect(small_warehouse) as con:
        lines = strip(Ads(con, A, B), "docker", label="role").lines
    table = table_with(app, "counted")
    assert table["counted"].tolist() == [line.what for line in lines]
    assert table["difference"].tolist() == pytest.approx(
        [line.estimate.value or float("nan") for line in lines], nan_ok=True
    )
    n_changed = sum(bool(line.changes) for line in lines)
    assert f"the answer changes in {n_changed} of" in words(app) or not n_changed


def test_words_of_ads_are_shown_on_demand_and_never_as_markdown(show, small_warehouse):
    app = show(small_warehouse, picked="Python", why="true")
    assert sum("ad" in link for link in links(app)) == 6  # three of each role
    every = show(small_warehouse, picked="PyTorch", why="true", a="ML engineer", b="AI engineer")
    shown = [text.value for text in every.text]
    assert any(HOSTILE_TITLE in text for text in shown)
    assert not any("onerror" in str(element.value) for kind in (every.markdown, every.caption) for element in kind)


def test_words_of_an_ad_are_one_line_and_not_too_many():
    assert compare_skill.clean("a\x00b\n\tc  d") == "a b c d"
    assert len(compare_skill.clean("🙂" * 100_000)) == 301


@pytest.mark.parametrize(
    ("names_it", "employers", "ends"),
    [
        ([0] * 4, [1, 2, 3, 4], (0.0, 1 - 0.025**0.25)),
        ([1] * 4, [1, 2, 3, 4], (0.025**0.25, 1.0)),
        ([1] * 4, [1, 1, 1, 1], (None, None)),
        ([], [], (None, None)),
    ],
)
def test_a_share_of_none_or_all_has_exact_ends_and_one_employer_none(names_it, employers, ends):
    found = compare_queries.share(names_it, employers)
    assert (found["ci_low"], found["ci_high"]) == ends
    assert found["n_ads"] == len(names_it)


def _differences() -> pd.DataFrame:
    rows = pd.DataFrame(
        [
            ("langchain", "LangChain", 0.30, 0.20, 0.40, "more"),
            ("rust", "Rust", 0.10, None, None, "not enough ads"),
            ("python", "Python", 0.02, -0.01, 0.04, "alike"),
            ("pytorch", "PyTorch", -0.25, -0.35, -0.15, "less"),
        ],
        columns=["key", "name", "value", "low", "high", "verdict"],
    )
    return rows.assign(counted=rows["value"], of_a="50 of 100", of_b="30 of 100", chance="0.0100", z=rows["value"] * 20)


def _rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return max(spec["datasets"].values(), key=len)


def test_only_what_is_told_has_the_colour_of_a_role():
    spec = compare_charts.skill_difference(
        _differences(), side("data_scientist"), side("full_stack_engineer")
    ).to_dict()
    assert [row["more in"] for row in _rows(spec)] == [
        "Data scientist", "can't be told from none", "alike within 5 points", "Full-stack engineer",
    ]  # fmt: skip
    scale = spec["layer"][1]["encoding"]["color"]["scale"]
    assert scale["range"][:2] == [roles.ROLE_COLORS["data_scientist"], roles.ROLE_COLORS["full_stack_engineer"]]
    assert scale["domain"][:2] == ["Data scientist", "Full-stack engineer"]


def test_no_skill_name_is_hidden_for_want_of_room():
    many = pd.concat([_differences().assign(name=lambda f, i=i: f["name"] + str(i)) for i in range(15)])
    spec = compare_charts.skill_difference(many, side(A), side(B)).to_dict()
    assert spec["layer"][1]["encoding"]["y"]["axis"]["labelOverlap"] is False
    assert spec["height"] >= 60 * 20


def test_where_other_numbers_are_drawn_the_counted_ones_stay_as_ticks():
    same = compare_charts.skill_difference(_differences(), side(A), side(B)).to_dict()
    other = compare_charts.skill_difference(_differences().assign(value=0.1), side(A), OTHERS).to_dict()
    assert len(other["layer"]) == len(same["layer"]) + 1


def test_several_roles_together_look_like_no_single_one():
    assert OTHERS.color not in roles.ROLE_COLORS.values()


def test_charts_say_in_words_what_they_show():
    rows = _differences()
    chart = compare_charts.skill_difference(rows, side(A), side(B)).to_dict()
    assert "AI engineer minus ML engineer: LangChain +30%" in chart["description"]
    told = rows[rows["verdict"].isin(["more", "less"])].assign(category=["llm tool", "ml library"])
    chart = compare_charts.skill_distinctive(told, side(A), side(B)).to_dict()
    assert "llm tool: LangChain, AI engineer; ml library: PyTorch, ML engineer" in chart["description"]
    lines = pd.DataFrame(
        {"label": ["all openings", "without source: x"], "value": [0.1, -0.1], "low": [0.05, -0.2], "high": [0.2, 0.1],
         "verdict": ["more", "not enough ads"], "changes": ["", "sign"], "n": "9 and 9"}
    )  # fmt: skip
    chart = compare_charts.robustness(lines, side(A), side(B)).to_dict()
    assert "without source: x -10% (changes sign)" in chart["description"]
