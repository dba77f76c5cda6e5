"""What Data health says of the sample and of the labels, and which findings the overview shows."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import AT, build_small_warehouse
from streamlit.testing.v1 import AppTest
from test_views import published, random_ads

from dashboard import composition_queries, findings, label_quality
from dashboard.filtered import Filters
from warehouse.claims.court import settle
from warehouse.claims.own_claims import shipped_claims

SCRIPT = """
from dashboard import {module}
from dashboard.filtered import Filters
from dashboard.snapshot import current_snapshot

{module}.show(current_snapshot(){rest})
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("health")
    published(folder, random_ads()).close()
    return folder / "w.duckdb"


@pytest.fixture
def block(run_script: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run one block on a database."""

    def run(module: str, db: Path, rest: str = "", **link: str) -> AppTest:
        return run_script(SCRIPT.format(module=module, rest=rest), db, **link)

    return run


def words(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_composition_equals_a_count_by_hand(db):
    ads = pd.DataFrame(random_ads())
    rows = composition_queries.composition(db.resolve(), Filters())
    for part in ("country", "seniority"):
        expected = ads.groupby([part, "role"], dropna=False).size()
        found = rows[rows["by_part"] == part].set_index(["value", "role"])["n_ads"]
        assert {(None if pd.isna(v) else v, role): n for (v, role), n in expected.items()} == {
            (None if pd.isna(v) else v, role): n for (v, role), n in found.items()
        }
    paid = rows[(rows["by_part"] == "states_pay") & (rows["value"] == "yes")].set_index("role")["n_ads"].to_dict()
    assert paid == ads[ads["base_salary_min"].notna()].groupby("role").size().to_dict()
    assert rows.groupby(["by_part", "role"])["share"].sum().round(9).eq(1).all()


def test_composition_obeys_the_filters(db):
    rows = composition_queries.composition(db.resolve(), Filters(countries=("DE",), seniorities=("senior",)))
    assert set(rows[rows["by_part"] == "country"]["value"]) == {"DE"}
    assert set(rows[rows["by_part"] == "seniority"]["value"]) == {"senior"}


def test_employers_of_unequal_size_count_as_fewer(db):
    ads = pd.DataFrame(random_ads())
    rows = composition_queries.concentration(db.resolve(), Filters()).set_index("role")
    for role, of_role in ads.groupby("role"):
        shares = of_role["hiring_organization"].value_counts(normalize=True)
        assert rows.loc[role, "largest"] == pytest.approx(shares.max())
        assert rows.loc[role, "effective"] == pytest.approx(1 / (shares**2).sum())


def test_precision_and_recall_have_their_interval_and_none_without_ads():
    counts = pd.DataFrame(
        [("ai_engineer", "ai_engineer", 8), ("ai_engineer", "other", 2), ("other", "other", 5)],
        columns=["truth", "found", "n"],
    )
    rows = label_quality.precision_recall(counts).set_index("role")
    assert rows.loc["ai_engineer", ["recall", "precision"]].tolist() == [0.8, 1]
    assert rows.loc["ai_engineer", "recall_low"] == pytest.approx(0.4902, abs=1e-4)  # Wilson, 8 of 10
    assert rows.loc["other", "n_found"] == 7
    assert pd.isna(rows.loc["ml_engineer", "recall"])


@pytest.mark.parametrize("answer", ["title and text", "title alone", "text alone"])
def test_every_sample_of_labelled_ads_can_be_looked_at(block, small_warehouse, answer):
    seen = {
        words(block("label_quality", small_warehouse, answer=answer, sample=sample))
        for sample in label_quality.SAMPLES.values()
    }
    assert len(seen) == len(label_quality.SAMPLES)


def test_agreement_counts_texts_that_both_answers_judge(small_warehouse):
    from warehouse import connect

    counts = label_quality.agreement(small_warehouse.resolve())
    with connect(small_warehouse) as con:
        (n,) = con.execute(
            "select count(distinct content_hash) from posting where role_by_title is not null and role_by_text is not null and full_text"
        ).fetchone()
    assert counts["n"].sum() == n > 0


@pytest.mark.parametrize("module", ["composition", "label_quality"])
def test_an_unlabelled_warehouse_says_what_to_do(block, unlabelled_warehouse, module):
    rest = ", Filters()" if module == "composition" else ""
    said = words(block(module, unlabelled_warehouse, rest))
    assert "No labelled ad" in said or "rolescope label" in said


def _row(claim: str, topic: str, verdict: str, effect: float, half: float, essay: str = "A") -> dict:
    return {
        "claim_id": claim, "topic": topic, "essay": essay, "verdict": verdict, "effect": effect,
        "ci_low": effect - half, "ci_high": effect + half,
    }  # fmt: skip


def test_the_surest_finding_of_each_topic_comes_first_and_none_that_is_not_sure():
    rows = [
        _row("A1", "skills", "supported", 0.5, 0.01),
        _row("A2", "skills", "supported", 0.4, 0.01),
        _row("A3", "focus", "contradicted", -0.2, 0.05),
        _row("A4", "pay", "undecided", 0.9, 0.001),
        _row("o1", "market", "supported", 0.9, 0.001, essay="own"),
        {**_row("A5", "market", "supported", 0.9, 0), "ci_low": None, "ci_high": None},
    ]
    assert [row["claim_id"] for row in findings.surest(rows, 5)] == ["A1", "A3", "A2"]


def test_where_nothing_was_judged_the_overview_says_so(block, small_warehouse):
    assert "rolescope claims" in words(block("findings", small_warehouse))


def test_findings_that_are_shown_are_sure(block, tmp_path):
    db = tmp_path / "w.duckdb"
    build_small_warehouse(db)
    settle(db, shipped_claims(), AT.replace(hour=16), False)
    app = block("findings", db)
    from warehouse import connect

    with connect(db) as con:
        sure = dict(
            con.execute(
                "select claim, verdict from claim_result where verdict in ('supported', 'contradicted')"
            ).fetchall()
        )
    assert all(text.value in sure for text in app.text)
    assert bool(app.text) or "No claim is sure" in words(app)
