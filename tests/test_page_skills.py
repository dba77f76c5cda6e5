"""The page of one skill, run by Streamlit on warehouses that are empty, unlabelled, small; its numbers are those of the views."""

import json
from functools import partial

import pandas as pd
import pytest
from conftest import AT, build_small_warehouse
from streamlit.testing.v1 import AppTest

from dashboard import skills_charts, skills_queries
from dashboard.roles import ROLE_COLORS
from warehouse import connect
from warehouse.store import building

# as pages.show does it: the real filter bar around the page
SCRIPT = """
import streamlit as st
from dashboard import pages, skills
pages.PAGES = {"overview": ("Skills", None, skills.show), "ads": pages.PAGES["ads"]}
pages.show()
"""


@pytest.fixture
def open_skills(run_script):
    """Run the page on a database, with the parameters of a link."""
    return partial(run_script, SCRIPT)


def words(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def charts(app: AppTest) -> list[str]:
    """What the charts say in words."""
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize(
    ("warehouse", "said"), [("empty_warehouse", "rolescope crawl"), ("unlabelled_warehouse", "rolescope label")]
)
def test_where_there_is_nothing_the_page_says_what_to_run(open_skills, request, warehouse, said):
    app = open_skills(request.getfixturevalue(warehouse))
    assert not app.exception
    assert said in words(app)
    assert not charts(app)


def test_without_a_skill_the_most_named_ones_are_listed(open_skills, small_warehouse):
    app = open_skills(small_warehouse)
    assert not app.exception
    listed = app.dataframe[0].value
    assert listed["n_with"].is_monotonic_decreasing
    with connect(small_warehouse) as con:
        n = con.execute("select count(*) from opening() where role != 'other'").fetchone()[0]
    assert set(listed["n_ads"]) == {n}


@pytest.mark.parametrize("skill", ["Python", "Docker", "LangChain", "Statistics", "React"])
@pytest.mark.parametrize("role", ["AI engineer", "ML engineer", "Data scientist", "Full-stack engineer"])
def test_the_page_runs_for_every_skill_and_role(open_skills, small_warehouse, skill, role):
    app = open_skills(small_warehouse, skill=skill, role=role)
    assert not app.exception
    assert not app.warning
    assert app.selectbox(key="skill").value == skill.lower()


def test_shares_are_those_of_the_views(small_warehouse):
    shares = skills_queries.skill_share_by_part(small_warehouse.resolve(), "docker", "role", skills_queries.NEEDS)
    seen = shares.set_index(["of_what", "role"])[["share", "ci_low", "ci_high", "n_with", "n_ads"]]
    with connect(small_warehouse) as con:
        for of_what, view in (("skill", "skill_share_by_role"), ("required", "skill_share_required_by_role")):
            rows = con.execute(
                f"select role, share, ci_low, ci_high, n_with, n_ads from {view} where skill = 'docker' and role != 'other'"
            ).fetchall()
            assert rows
            for role, *numbers in rows:
                assert list(seen.loc[(of_what, role)]) == pytest.approx(numbers)


def test_a_role_that_never_names_a_skill_has_a_share_of_0_with_an_interval(small_warehouse):
    shares = skills_queries.skill_share_by_part(small_warehouse.resolve(), "langchain", "role", ("skill",))
    row = shares.set_index("role").loc["ml_engineer"]
    assert (row["share"], row["n_with"], row["n_ads"], row["ci_low"]) == (0, 0, 12, 0)
    assert row["ci_high"] == pytest.approx(1 - 0.025 ** (1 / 8))  # 8 employers


def test_what_comes_with_a_skill_is_counted_as_in_skill_pair(small_warehouse):
    seen = skills_queries.skill_company(small_warehouse.resolve(), "docker", "ml_engineer")
    seen = seen[seen["kind"] == "named"].set_index("skill")
    with connect(small_warehouse) as con:
        pairs = con.execute(
            "select skill_b, n_both, n_a, n_employers_both, share_of_a, lift from skill_pair('ml_engineer', 'docker', 1)"
        ).fetchall()
    assert {row[0] for row in pairs} == set(seen.index) != set()
    for skill, *numbers in pairs:
        assert list(seen.loc[skill, ["n_both", "n_a", "n_employers_both", "share", "lift"]]) == pytest.approx(numbers)


def test_interval_of_company_is_that_of_skill_share_where_every_ad_names_the_skill(tmp_path):
    """Then the ads that name it are all ads of the role, whose shares the macro skill_share has."""
    db = tmp_path / "all.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute("delete from job_posting_skill where skill = 'statistics'")
        con.execute(
            "insert into job_posting_skill select content_hash, 'statistics', 'required', 'x', [] from job_posting_text"
        )
    seen = skills_queries.skill_company(db.resolve(), "statistics", "ai_engineer").set_index("skill")
    with connect(db) as con:
        rows = con.execute(
            "select skill, share, ci_low, ci_high from skill_share() where role = 'ai_engineer' and skill != 'statistics'"
        ).fetchall()
    assert len(rows) > 2
    for skill, *numbers in rows:
        assert list(seen.loc[skill, ["share", "ci_low", "ci_high"]]) == pytest.approx(numbers)
        assert seen.loc[skill, "lift"] == pytest.approx(1)


def test_what_would_do_instead_is_counted_among_ads_that_require_one_of_several(tmp_path, open_skills):
    db = tmp_path / "or.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute(
            "update job_posting_skill set need = 'required', alternatives = ['sql', 'r'] where skill = 'python'"
        )
        con.execute(
            "update job_posting_skill set need = 'preferred' where skill = 'python' and content_hash in (select content_hash from posting where title like '% 4')"
        )
    seen = skills_queries.skill_company(db.resolve(), "python", "ai_engineer")
    seen = seen[seen["kind"] == "instead"].set_index("skill")
    with connect(db) as con:
        n = con.execute(
            "select n_alternative from required_alternatives where role = 'ai_engineer' and skill = 'python'"
        ).fetchone()[0]
    assert list(seen.loc["sql", ["n_both", "n_a", "share"]]) == [n, n, 1]
    assert seen.loc["r", "name"] == "r"  # no row of the table of skills
    assert seen["lift"].isna().all()
    assert "which other" in words(open_skills(db, skill="Python", role="AI engineer"))


def test_pay_is_that_of_the_view(small_warehouse):
    sides = skills_queries.skill_pay(small_warehouse.resolve(), "docker", "ml_engineer")
    with connect(small_warehouse) as con:
        row = con.execute(
            """select pay_median_with, n_paid_with, n_ads_with, disclosure_with, pay_median_without, n_paid_without, n_ads_without,
            disclosure_without from salary_by_role_and_skill where role = 'ml_engineer' and skill = 'docker'"""
        ).fetchone()
    assert [value for pay in sides for value in (pay.median, pay.n_paid, pay.n_ads, pay.disclosure)] == list(row)


def test_interval_of_a_median_is_near_the_order_statistics_where_each_employer_has_one_ad():
    """Of 100 independent ads the exact 95 % interval of the median is from the 40th to the 61st in order."""
    ads = pd.DataFrame({"pay_usd": range(1, 101), "employer_no": range(100), "states_pay": True})
    pay = skills_queries._pay(ads)
    assert pay.median == 50.5
    assert pay.ci_low == pytest.approx(40, abs=1.5)
    assert pay.ci_high == pytest.approx(61, abs=1.5)


def test_too_little_pay_is_hidden_and_said(open_skills, small_warehouse):
    app = open_skills(small_warehouse, skill="Docker", role="ML engineer")
    assert "No cause is meant" in words(app)
    assert [m.value for m in app.metric] == ["–", "–"]
    assert "Too few state pay" in words(app)


def test_small_roles_are_hidden_and_said(open_skills, small_warehouse):
    app = open_skills(small_warehouse, skill="SQL", role="Data scientist")
    assert "Data scientist 7 ads of" in words(app)
    assert "ML engineer named" in charts(app)[0]
    assert "Data scientist" not in " ".join(charts(app))
    assert "Not enough ads of this role" in words(app)


def test_filters_that_do_not_apply_are_said_to(open_skills, small_warehouse):
    bare, filtered = (open_skills(small_warehouse, skill="Docker", **link) for link in ({}, {"source": "lever"}))
    assert "filters of the side bar don't apply" in words(bare)
    assert any("don't apply" in info.value for info in filtered.info)
    assert charts(bare) == charts(filtered)
    links = [[link.proto.label for link in app.get("page_link")] for app in (bare, filtered)]
    assert links[0][0] == "AI engineer: read all 9 ads"
    assert links[1][0] == "AI engineer: read its ads"  # the list obeys the filter, so its number is another


@pytest.mark.parametrize("link", [{"skill": "[x](javascript:1)"}, {"skill": "Python", "role": "Other"}])
def test_unknown_value_in_a_link_is_ignored_with_a_note(open_skills, small_warehouse, link):
    app = open_skills(small_warehouse, **link)
    assert not app.exception
    assert len(app.warning) == 1


def test_the_reference_is_marked_as_such(open_skills, small_warehouse):
    app = open_skills(small_warehouse, skill="Python")
    assert "not this warehouse" in words(app)
    assert "No random sample" in words(app)
    table = next(frame.value for frame in app.dataframe if "reference_share" in frame.value)
    with connect(small_warehouse) as con:
        expected = con.execute(
            "select share from reference_skill_share where role = 'ai_engineer' and skill = 'python' and year = 'all' and need = 'required'"
        ).fetchone()[0]
    row = table[(table["role"] == "AI engineer") & (table["asks"] == "required")].iloc[0]
    assert row["reference_share"] == pytest.approx(expected)
    assert table[table["asks"] == "required by itself"]["reference_share"].isna().all()


def test_names_and_entries_of_a_readers_own_row_are_no_markup(open_skills, tmp_path):
    db = tmp_path / "own.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute(
            """update skill set github_topic = 'a/../b?c', stackoverflow_tag = 'c++', esco_uri = 'javascript:alert(1)',
            aliases = ['**[x](http://example.invalid)**'] where skill = 'python'"""
        )
        con.execute("insert into skill (skill, name, category, aliases) values ('rust', 'Rust', 'language', [])")
    app = open_skills(db, skill="Python")
    assert not app.exception
    urls = [button.proto.url for button in app.get("link_button")]
    assert urls == ["https://github.com/topics/a%2F..%2Fb%3Fc", "https://stackoverflow.com/questions/tagged/c%2B%2B"]
    assert any("**[x]" in text.value for text in app.text)
    assert not any("[x]" in element.value for kind in (app.markdown, app.caption) for element in kind)


def test_months_of_few_ads_are_faint():
    shares = pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "share": [0.2, 0.5], "ci_low": [0.1, 0.2],
            "ci_high": [0.3, 0.8], "n_with": [8, 6], "n_ads": [40, 12], "n_employers": [20, 8],
        }
    )  # fmt: skip
    none = pd.DataFrame({"start": [], "end": [], "share": [], "n_with": [], "n_ads": []})
    spec = skills_charts.skill_share_by_month(shares, none, "ai_engineer", 1).to_dict()
    rows = max(spec["datasets"].values(), key=len)
    assert [row["few"] for row in rows] == [False, True]
    assert spec["layer"][3]["encoding"]["opacity"]["condition"] == {"test": "datum.few", "value": 0.35}
    assert spec["layer"][2]["mark"]["color"] == ROLE_COLORS["ai_engineer"]
    assert "January 2026 20%; February 2026 50%" in spec["description"]
