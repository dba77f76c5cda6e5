"""The page of claims, run by Streamlit itself: judged, not judged yet, and a claim of the reader's own."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import AT, build_small_warehouse
from streamlit.testing.v1 import AppTest

from dashboard import claims, claims_charts, claims_queries, downloads
from dashboard.claims_charts import LOOKS
from warehouse import connect
from warehouse.claims.court import settle
from warehouse.claims.own_claims import Claim, shipped_claims
from warehouse.claims.verdict import ORDER
from warehouse.reference import about
from warehouse.store import building

HOSTILE = "**bold** <img src=x onerror=alert(1)> [link](http://example.invalid)"
OWN = [
    Claim("own1", "own", "own", HOSTILE, None, "testable", "AI > ML: docker; AI > 1%: python", "![i](http://example.invalid/i.png)"),
    Claim("own2", "own", "own", "Names nothing that is known.", None, "testable", "AI > ML: no such skill", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> Path:
    """A small warehouse whose claims were judged, the user's own among them."""
    db = tmp_path_factory.mktemp("judged") / "rolescope.duckdb"
    build_small_warehouse(db)
    settle(db, [*shipped_claims(), *OWN], AT.replace(hour=16), False)
    return db


@pytest.fixture
def open_claims(open_page):
    """Run the page on a database, with the parameters of a link."""
    return lambda db, **link: open_page(db, "claims", **link)


def markdown(app: AppTest) -> str:
    """All that the page hands over to be read as Markdown."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def text(app: AppTest) -> str:
    """All that the page shows as plain text."""
    return "\n".join(str(element.value) for element in app.text)


def listed(app: AppTest) -> list[str]:
    """Ids of the claims that the page's lists hold."""
    return [claim for frame in app.dataframe if "claim_id" in frame.value for claim in frame.value["claim_id"]]


def described(app: AppTest) -> list[str]:
    """What the charts say in words."""
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


def test_every_verdict_has_a_look_and_a_name_of_its_own():
    assert {*LOOKS} == {*ORDER}
    assert len({look.name for look in LOOKS.values()}) == len({look.color for look in LOOKS.values()}) == len(ORDER)


def test_all_claims_are_listed_with_the_verdicts_of_the_warehouse(open_claims, judged):
    app = open_claims(judged)
    assert listed(app) == [claim.claim_id for claim in [*shipped_claims(), *OWN]]
    with connect(judged) as con:
        counts = dict(con.execute("select verdict, count(*) from claim_result group by all").fetchall())
    badges = next(line for line in markdown(app).splitlines() if line.startswith("n = 125 claims"))
    assert all(f" {n} {LOOKS[verdict].name}]" in badges for verdict, n in counts.items())
    assert "Reference" not in markdown(app)


def test_link_restores_the_choice_of_claims(open_claims, judged):
    app = open_claims(judged, essay=["A"], topic=["similarity", "skills"], claim="a03")
    expected = [c.claim_id for c in shipped_claims() if c.essay == "A" and c.topic in ("similarity", "skills")]
    assert listed(app) == expected
    assert "Claim A03" in markdown(app)
    assert listed(open_claims(judged, verdict="cannot be settled")) == ["C87"]


@pytest.mark.parametrize("key", ["essay", "topic", "verdict", "view", "claim"])
def test_unknown_value_in_a_link_is_said_and_not_repeated(open_claims, judged, key):
    app = open_claims(judged, **{key: HOSTILE})
    assert len(app.warning) == 1
    assert "onerror" not in app.warning[0].value


def test_a_claim_shows_the_figures_of_its_verdict(open_claims, judged):
    app = open_claims(judged, claim="own1")
    with connect(judged) as con:
        sql, n_a, n_b, n_with_a = con.execute(
            "select sql, n_a, n_b, n_with_a from claim_verdict where claim_id = 'own1' and part = 1"
        ).fetchone()
        assert [row[1:] for row in con.execute(sql).fetchall()][0] == (n_a, n_with_a)
    assert sql in [code.value for code in app.code]
    assert f"({n_with_a:,} of {n_a:,} ads)" in text(app)
    assert f"of {n_b:,} ads)" in text(app)
    assert "title alone: " in described(app)[0]
    assert "title and text: " in described(app)[0]
    assert len(described(app)) == 2
    assert "All 2 parts of the test must hold" in markdown(app)


def test_words_of_a_claim_are_never_markdown(open_claims, judged):
    app = open_claims(judged, claim="own1")
    assert HOSTILE in text(app)
    assert "example.invalid" not in markdown(app)


def test_a_claim_that_cannot_be_tested_says_why(open_claims, judged):
    app = open_claims(judged, claim="own2")
    assert 'expected the name of a skill, category or tag, found "no"' in text(app)
    assert not described(app)
    assert "Ads can't settle it." in text(open_claims(judged, claim="C87"))


def test_contradictions_list_the_claims_of_six_questions(open_claims, judged):
    app = open_claims(judged, view="Contradictions")
    assert {*listed(app)} == {claim.claim_id for claim in shipped_claims() if claim.question}
    assert markdown(app).count("?") >= 6


def test_scoreboard_counts_each_essays_testable_claims(open_claims, judged):
    app = open_claims(judged, view="Scoreboard")
    table = next(frame.value for frame in app.dataframe if "upheld" in frame.value).set_index("essay")
    assert table["claims"].tolist() == [13, 18, 92, 2]
    parts = table[["supported", "not_robust", "contradicted", "no_meaningful_difference", "undecided", "not_in_ads"]]
    assert (parts.sum(axis=1) == table["testable"]).all()
    assert len(described(app)) == 1


def test_a_judged_claim_stands_beside_the_reference(open_claims, judged):
    known = next(row for row in claims_queries.reference_results(judged.resolve()) if row["claim_id"] == "A01")
    said = markdown(open_claims(judged, claim="A01"))
    assert f"{LOOKS[known['verdict']].name}, {100 * known['effect']:.1f} %" in said
    assert f"n = {known['n_a']:,}." in said
    assert "reference" not in markdown(open_claims(judged, claim="own1"))


def test_what_is_listed_can_be_had_as_a_file_that_names_its_snapshot(judged):
    rows = claims_queries.claim_results(judged.resolve())
    content = downloads.csv(claims.verdict_rows(rows, "this warehouse"), "abc", "from claim_result").decode()
    read = list(csv.DictReader(content.splitlines(keepends=True)))
    assert [row["claim"] for row in read] == [row["claim"] for row in rows]
    assert [row["n_a"] for row in read] == ["" if row["n_a"] is None else str(row["n_a"]) for row in rows]
    assert {(row["of"], row["shown_snapshot_id"]) for row in read} == {("this warehouse", "abc")}


def test_filters_of_the_sidebar_are_said_not_to_apply(open_claims, judged):
    assert "don't apply here" not in markdown(open_claims(judged))
    assert "don't apply here" in markdown(open_claims(judged, source="lever"))


def test_without_verdicts_the_reference_is_shown_as_such(open_claims, small_warehouse):
    app = open_claims(small_warehouse, claim="C90")
    assert "rolescope claims" in markdown(app)
    for fact in (f"{about().n_openings:,}", about().first_posted_on, about().last_posted_on, about().sources):
        assert fact in markdown(app)
    assert listed(app) == [claim.claim_id for claim in shipped_claims()]
    assert "reference, not your ads" in markdown(app)
    assert f"Judged on snapshot `{about().snapshot_id}`" in markdown(app)
    assert len(described(app)) == 3  # a chart a part, though nothing is known of two labels
    assert "title and text" not in described(app)[0]


def test_where_nothing_is_labelled_the_reference_is_shown_and_nothing_can_be_judged(open_claims, unlabelled_warehouse):
    app = open_claims(unlabelled_warehouse)
    assert "rolescope label" in markdown(app)
    assert len(listed(app)) == len(shipped_claims())
    own = open_claims(unlabelled_warehouse, view="Judge your own", test="AI > ML: docker")
    assert "rolescope label" in markdown(own)
    assert not own.text_input


def test_own_claim_is_judged_in_place_and_nothing_is_written(open_claims, small_warehouse):
    before = small_warehouse.resolve()
    app = open_claims(small_warehouse, view="Judge your own")
    app.text_input(key="test").set_value("AI > ML: docker").run()
    assert not app.exception
    with connect(small_warehouse) as con:
        shares = dict(con.execute("select role, share from skill_share(label := 'role_by_title') where skill = 'docker'").fetchall())  # fmt: skip
        assert con.execute("select count(*) from claim").fetchone() == (0,)
    assert f"a, AI: {shares['ai_engineer']:.1%}".replace("%", " %") in text(app)
    assert f"b, ML: {shares['ml_engineer']:.1%}".replace("%", " %") in text(app)
    assert "rolescope claims add 'AI > ML: docker'" in [code.value for code in app.code]
    assert small_warehouse.resolve() == before


@pytest.mark.parametrize(
    ("test", "labels"),
    [
        ("AI > ML: docker", ["Read AI engineer ads that name it", "Read ML engineer ads that name it"]),
        ("AI >= 50%: required python", ["Read AI engineer ads that name it"]),
        ("AI > ML: any(docker, python)", []),
        ("AI[python] > ML[python]: docker", []),
    ],
)
def test_ads_can_be_read_where_the_test_is_about_one_skill(open_claims, small_warehouse, test, labels):
    app = open_claims(small_warehouse, view="Judge your own", test=test)
    assert [button.label for button in app.button if button.label.startswith("Read")] == labels


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("AI > ML: dokcer", "Nearest: docker"),
        ("AI > AI: docker", "expected another role"),
        ("<b>[x](http://example.invalid)</b>", "expected a role"),
    ],
)
def test_a_test_that_cannot_be_read_is_refused_as_text(open_claims, small_warehouse, test, said):
    app = open_claims(small_warehouse, view="Judge your own", test=test)
    assert said in text(app)
    assert "example.invalid" not in markdown(app)
    assert not described(app)


def test_verdicts_older_than_the_ads_are_said_to_be_so(open_claims, tmp_path):
    db = tmp_path / "rolescope.duckdb"
    build_small_warehouse(db)
    settle(db, shipped_claims(), AT.replace(hour=16), False)
    assert not claims_queries.changed_since_judged(db.resolve())
    with building(db, AT.replace(hour=17)) as con:
        con.execute("delete from job_posting where title = 'AI Engineer 2'")
    assert "judges them again" in markdown(open_claims(db))


def test_effect_chart_bears_effects_that_cannot_be_known():
    nothing = pd.DataFrame({"label": ["title alone"], "effect": [float("nan")], "ci_low": [None], "ci_high": [None]})
    assert "title alone: –" in claims_charts.effect(nothing, "share", False, None).to_dict()["description"]


@pytest.mark.parametrize(
    ("unit", "signed", "value", "shown"),
    [("share", True, 0.1, 10), ("share", False, 0.1, 10), ("log", True, 0.0, 1), ("years", True, -1.5, -1.5)],
)
def test_effects_stand_on_the_axis_in_the_unit_that_is_named(unit, signed, value, shown):
    frame = pd.DataFrame({"label": ["title alone"], "effect": [value], "ci_low": [value], "ci_high": [value]})
    chart = claims_charts.effect(frame, unit, signed, 0.25).to_dict()
    rows = [row for data in chart["datasets"].values() for row in data if "shown" in row]
    assert rows[0]["shown"] == pytest.approx(shown)
