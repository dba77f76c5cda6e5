"""The page Pay: groups large enough only, numbers that equal the warehouse's, and a plain word where there are none."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from test_views import published, random_ads

from dashboard import pay_charts, pay_queries
from dashboard.filtered import Filters
from warehouse import connect


def _pays(role: str, employer: str, pay: int | None, **more: object) -> dict:
    stated = {"base_salary_min": pay, "base_salary_max": pay, "salary_currency": "USD", "salary_unit": "YEAR"}
    return {
        "role": role,
        "hiring_organization": employer,
        "skills": {},
        "country": "DE",
        **(stated if pay else {}),
        **more,
    }


FEW_ADS = [_pays("ml_engineer", f"e{i}", 90_000 + 1000 * i, country="NL") for i in range(9)]
FEW_EMPLOYERS = [_pays("data_scientist", f"e{i % 2}", 90_000 + 1000 * i, country="FR") for i in range(14)]
ENOUGH = [
    _pays("full_stack_engineer", f"e{i % 3}", 50_000 + 1000 * i, country="GB", seniority="senior") for i in range(10)
]
SILENT = [_pays("full_stack_engineer", f"e{i % 5}", None, country="GB", seniority="junior") for i in range(10)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pay")
    published(folder, random_ads() + FEW_ADS + FEW_EMPLOYERS + ENOUGH + SILENT).close()
    return folder / "w.duckdb"


@pytest.fixture
def show(show_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""
    return partial(show_page, "pay")


def words(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (app.markdown, app.caption, app.info, app.warning) for e in kind)


def described(app: AppTest) -> list[str]:
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
def test_it_runs_on_every_warehouse(show, request, warehouse):
    assert show(request.getfixturevalue(warehouse)).title[0].value == "Pay"


def test_it_says_that_this_is_what_ads_state(show, db):
    assert "pay as stated in ads; not what is paid" in words(show(db))


def test_unlabelled_ads_are_said_to_be_so(show, unlabelled_warehouse):
    assert "rolescope label" in words(show(unlabelled_warehouse))


def test_filters_that_leave_nothing_are_said_to(show, db):
    assert "No ad of the four roles is left" in words(show(db, pay_country="GB", pay_seniority="intern"))
    assert "No ad passes these filters" in words(show(db, Filters(sources=("nowhere",))))


def test_by_role_equals_the_view(db):
    rows = pay_queries.pay_by_role(db.resolve(), Filters(), None, None).set_index("role")
    with connect(db) as con:
        view = con.execute("from salary_usd_by_role where role != 'other'").df().set_index("role")
    rows = rows.drop("data_scientist")  # of two employers, so hidden
    for name in ("pay_p25", "pay_median", "pay_p75", "n_paid", "n_ads", "n_employers", "n_employers_paid"):
        pd.testing.assert_series_equal(rows[name], view[name].loc[rows.index], check_dtype=False)
    pd.testing.assert_series_equal(rows["disclosure"], view["disclosure_share"].loc[rows.index], check_names=False)
    assert ((rows["median_low"] <= rows["pay_median"]) & (rows["pay_median"] <= rows["median_high"])).all()


def test_by_country_and_seniority_equal_a_count_by_hand(db):
    ads = pd.DataFrame(random_ads())
    ads["pay"] = (ads["base_salary_min"] + ads["base_salary_max"]) / 2
    of_role = ads[ads["role"] == "ai_engineer"]
    countries = pay_queries.pay_by_country(db.resolve(), Filters(), "ai_engineer", "senior").set_index("country")
    expected = of_role[of_role["seniority"] == "senior"].groupby("country")["pay"]
    assert countries["pay_median"].to_dict() == pytest.approx(expected.median().to_dict())
    assert countries["n_paid"].to_dict() == expected.count().to_dict()
    levels = pay_queries.pay_by_seniority(db.resolve(), Filters(), "ai_engineer", "US").set_index("seniority")
    expected = of_role[of_role["country"] == "US"].groupby("seniority")["pay"]
    assert levels["pay_p75"].to_dict() == pytest.approx(expected.quantile(0.75).to_dict())


@pytest.mark.parametrize(
    ("country", "role", "n_paid", "is_shown"),
    [
        ("NL", "ml_engineer", 9, False),
        ("FR", "data_scientist", 14, False),
        ("GB", "full_stack_engineer", 10, True),
    ],
)
def test_small_groups_are_hidden_and_said_to_be(show, db, country, role, n_paid, is_shown):
    row = pay_queries.pay_by_role(db.resolve(), Filters(), country, None).iloc[0]
    assert (row["role"], row["n_paid"], pd.notna(row["pay_median"])) == (role, n_paid, is_shown)
    app = show(db, pay_country=country)
    assert (f"({n_paid}). Widen" in words(app)) is not is_shown
    assert any("by role" in text for text in described(app)) is is_shown


def test_disclosure_counts_the_ads_that_state_nothing(db):
    row = pay_queries.pay_by_role(db.resolve(), Filters(), "GB", None).iloc[0]
    assert (row["n_ads"], row["n_stating"], row["disclosure"]) == (20, 10, 0.5)
    assert 0 <= row["disclosure_low"] < 0.5 < row["disclosure_high"] <= 1


def test_filters_of_the_bar_are_obeyed(db):
    only = pay_queries.pay_by_role(db.resolve(), Filters(countries=("GB", "NL")), None, None)
    assert dict(zip(only["role"], only["n_ads"], strict=True)) == {"full_stack_engineer": 20, "ml_engineer": 9}
    assert pay_queries.countries(db.resolve(), Filters(countries=("GB", "NL"))) == ["GB", "NL"]
    assert pay_queries.pay_by_role(db.resolve(), Filters(only_open=True, languages=("xx",)), None, None).empty


def test_the_interval_of_the_median_holds_it_as_often_as_it_says():
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(200):
        level = rng.normal(0, 0.3, 40)
        employer = rng.integers(0, 40, 300)
        pay = np.exp(11 + level[employer] + rng.normal(0, 0.3, 300))
        frame = pd.DataFrame({"role": "ai_engineer", "employer_no": employer, "states_pay": True, "pay_usd": pay})
        row = pay_queries.summary(frame, "role").iloc[0]
        held += row["median_low"] <= np.exp(11) <= row["median_high"]
    assert 180 <= held <= 199


def test_where_all_state_the_same_there_is_no_interval():
    frame = pd.DataFrame({"role": "ai_engineer", "employer_no": range(12), "states_pay": True, "pay_usd": 1e5})
    row = pay_queries.summary(frame, "role").iloc[0]
    assert row["pay_median"] == 1e5
    assert pd.isna(row["median_low"])


def test_country_seniority_and_role_are_in_the_link(show, db):
    app = show(db, pay_country="GB", pay_seniority="senior", pay_role="Full-stack engineer")
    assert [box.value for box in app.selectbox] == ["GB", "senior", "full_stack_engineer"]
    assert "not known here" in words(show(db, pay_country="ZZ"))


def test_a_range_is_described_in_words():
    frame = pd.DataFrame(
        {"role": "ai_engineer", "employer_no": range(11), "states_pay": True, "pay_usd": range(0, 110, 10)}
    )
    spec = pay_charts.pay_ranges(pay_queries.summary(frame, "role"), "role", "by role").to_dict()
    assert "ai_engineer: 25 to 75, median 50, n = 11" in spec["description"]
