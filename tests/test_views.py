"""The views that answer recurring questions, against numbers from statsmodels and pandas or worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from warehouse.store import building

AT = datetime(2026, 6, 1, tzinfo=UTC)
SKILLS = ("python", "r", "sql", "go", "rust")
FOLDER = files("warehouse").joinpath("views")
TABLES = {
    entry.name.removesuffix(".sql"): "comment on view" in sql
    for entry in FOLDER.iterdir()
    if "comment on view" in (sql := entry.read_text(encoding="utf-8")) or "comment on macro table" in sql
}
"""Whether it is a view, and not a table macro, by name."""
BY_EXAMPLE = {"skill_difference": "('ai_engineer', 'ml_engineer')"}


def fill(con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]]) -> None:
    """A labelled posting for each of ``ads``: columns of job_posting and job_posting_fact, with role, skills (their need, or
    need and alternatives) and tags."""
    con.execute("insert into label_version values ('m', true)")
    con.executemany(
        "insert into skill (skill, name, category, aliases) values (?, upper(?), 'language', [])",
        [[s, s] for s in SKILLS],
    )
    con.execute(
        "insert into tag values ('duty', 'build', 'Build', 'Building.', null), ('duty', 'sell', 'Sell', 'Selling.', null)"
    )
    postings, roles, facts, skills, tags = [], [], [], [], []
    for i, ad in enumerate(ads):
        key, seen = f"{i:016x}", ad.get("first_seen_at", datetime(2026, 1, 1))
        postings.append(
            {
                "posting_id": key, "source": "lever", "board": "b", "identifier": key, "title": "Title", "title_key": "title",
                "content_hash": key, "n_reopened": 0, "cluster_id": key, "first_seen_at": seen, "last_seen_at": seen,
                **{name: value for name, value in ad.items() if name in POSTING},
            }
        )  # fmt: skip
        roles.append(
            {
                "content_hash": key,
                "model_version": "m",
                "role": ad["role"],
                "skills": [],
                "labelled_at": AT.replace(tzinfo=None),
            }
        )
        facts.append(
            {"content_hash": key, "seniority": ad.get("seniority", "unstated"), "place_country": ad.get("country")}
        )
        for skill, need in ad.get("skills", {}).items():
            need, alternatives = (need, []) if isinstance(need, str) else need
            skills.append(
                {"content_hash": key, "skill": skill, "need": need, "surface": skill, "alternatives": alternatives}
            )
        tags += [{"content_hash": key, "kind": "duty", "tag": tag} for tag in ad.get("tags", ())]
    texts = [{"content_hash": row["content_hash"], "title": "Title", "text": "Text", "language": "en"} for row in roles]
    for table, rows in {
        "job_posting": postings, "job_posting_text": texts, "job_posting_role": roles, "job_posting_fact": facts,
        "job_posting_skill": skills, "job_posting_tag": tags,
    }.items():  # fmt: skip
        if rows:
            frame = pd.DataFrame(rows, dtype=object)
            con.register("frame", frame.where(frame.notna(), None))
            con.execute(f"insert into {table} by name from frame")
            con.unregister("frame")


POSTING = (
    "source", "hiring_organization", "date_posted", "first_seen_at", "last_seen_at", "missing_since", "closed_at", "closed_reason",
    "cluster_id", "base_salary_min", "base_salary_max", "salary_currency", "salary_unit",
)  # fmt: skip


def published(folder: Path, ads: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    with building(folder / "w.duckdb", AT) as con:
        fill(con, ads)
    return duckdb.connect(str((folder / "w.duckdb").resolve()), read_only=True)


def random_ads() -> list[dict[str, Any]]:
    """400 ads of 20 employers, one of them large, that differ in what they name."""
    rng = np.random.default_rng(3)
    ads = []
    for i in range(400):
        employer = 0 if i % 5 == 0 else int(rng.integers(1, 20))
        lean = 0.2 + 0.03 * employer
        low = int(rng.integers(50, 300)) * 1000
        pays = rng.random() < 0.5
        ads.append(
            {
                "role": ("ai_engineer", "ml_engineer")[int(rng.random() < 0.4)],
                "hiring_organization": f"employer {employer}",
                "country": ("DE", "US", None)[int(rng.integers(3))],
                "seniority": ("junior", "senior")[int(rng.integers(2))],
                "date_posted": date(2025, 10, 1) + timedelta(days=int(rng.integers(90))),
                # rust stands only in ads that state no pay, go in every ad that states it
                "skills": {s: "required" for s in ("python", "r", "sql") if rng.random() < lean}
                | ({"go": "context"} if pays else {"rust": "preferred"} if rng.random() < 0.1 else {}),
                **({"base_salary_min": low, "base_salary_max": low + 2e4, "salary_currency": "USD", "salary_unit": "YEAR"} if pays else {}),
            }
        )  # fmt: skip
    return ads


@pytest.fixture(scope="module")
def ads() -> pd.DataFrame:
    """The random ads as a frame, a column of 0 and 1 for each skill."""
    frame = pd.DataFrame(random_ads())
    frame["month"] = [day.replace(day=1) for day in frame["date_posted"]]
    for skill in SKILLS:
        frame[skill] = [float(skill in named) for named in frame["skills"]]
    return frame


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with published(tmp_path_factory.mktemp("views"), random_ads()) as con:
        yield con


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_view_can_be_read_of_any_warehouse_and_holds_no_nan(
    name: str, warehouse: str, request: pytest.FixtureRequest
) -> None:
    db: Path = request.getfixturevalue(warehouse)
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        found = con.execute(f"from {name}" + ("" if TABLES[name] else BY_EXAMPLE.get(name, "()")))
        numbers = [value for row in found.fetchall() for value in row if isinstance(value, float)]
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize(
    ("view", "part"),
    [
        ("skill_trend_by_month", "month"),
        ("skill_share_by_country", "country"),
        ("skill_share_by_seniority", "seniority"),
    ],
)
def test_shares_of_parts_and_their_intervals_are_statsmodels(
    con: duckdb.DuckDBPyConnection, ads: pd.DataFrame, view: str, part: str
) -> None:
    n_compared = 0
    for (role, value), of_part in ads.groupby(["role", part]):
        groups = np.unique(of_part["hiring_organization"], return_inverse=True)[1]
        for skill in ("python", "sql"):
            y = of_part[skill].to_numpy()
            fit = sm.OLS(y, np.ones((len(y), 1))).fit(
                cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}, use_t=True
            )
            low, high = fit.conf_int()[0]
            row = con.execute(
                f"select share, ci_low, ci_high, n_with, n_ads, n_employers from {view} where role = ? and {part} = ? and skill = ?",
                [role, value, skill],
            ).fetchone()
            expected = (y.mean(), max(low, 0), min(high, 1), y.sum(), len(y), groups.max() + 1)
            assert row == pytest.approx(expected, rel=1e-9), (role, value, skill)
            n_compared += 1
    assert n_compared >= 8


@pytest.mark.parametrize(("of_what", "needs"), [("skill", None), ("required", ["required"])])
def test_what_is_counted_at_publication_is_what_skill_share_counts(
    con: duckdb.DuckDBPyConnection, of_what: str, needs: list[str] | None
) -> None:
    columns = "share, ci_low, ci_high, standard_error, n_with, n_ads, n_employers_with, n_employers"
    query = f"select role, key, {columns} from part_share where by_part = 'role' and of_what = ? order by all"
    asked = f"select role, skill, {columns} from skill_share(needs := ?) order by all"
    assert con.execute(query, [of_what]).fetchall() == con.execute(asked, [needs]).fetchall() != []


def test_an_opening_of_two_countries_counts_in_both_as_their_filter_does(tmp_path: Path) -> None:
    here = {"role": "ai_engineer", "hiring_organization": "A", "cluster_id": f"{0:016x}"}
    ads: list[dict[str, Any]] = [
        {**here, "country": "DE", "skills": {"python": "required"}},
        {**here, "country": "US", "skills": {"sql": "required"}},
        {**here, "country": "US", "skills": {"python": "required"}},
        {"role": "ai_engineer", "hiring_organization": "B", "country": "US", "skills": {"python": "required"}},
        {"role": "ai_engineer", "hiring_organization": "C", "country": None, "skills": {"python": "required"}},
        {"role": "ai_engineer", "hiring_organization": "D", "country": "US", "source": "adzuna"},
    ]
    with published(tmp_path, ads) as con:
        query = "select country, skill, n_with, n_ads, n_employers from skill_share_by_country order by all"
        assert con.execute(query).fetchall() == [
            ("DE", "python", 1, 1, 1),
            ("US", "python", 1, 2, 2),
            ("US", "sql", 1, 2, 2),
        ]
        filtered = con.execute(
            "select skill, n_with, n_ads, n_employers from skill_share(countries := ['US']) order by all"
        )
        assert filtered.fetchall() == [("python", 1, 2, 2), ("sql", 1, 2, 2)]


def test_what_is_required_alone_or_as_one_of_several(tmp_path: Path) -> None:
    ads: list[dict[str, Any]] = [
        {"skills": {"python": "required"}},
        {"skills": {"python": ("required", ["r"]), "r": ("required", ["python"])}, "hiring_organization": "A"},
        {"skills": {"python": ("preferred", ["r"]), "sql": "required"}},
        {"skills": {"python": "context"}},
    ]
    with published(tmp_path, [{"role": "ai_engineer", "hiring_organization": "B", **ad} for ad in ads]) as con:
        found = con.execute(
            "select skill, name, n_alone, n_alternative, share_alone, share_alternative, n_ads, n_employers from required_alternatives order by all"
        ).fetchall()
        assert found == [
            ("python", "PYTHON", 1, 1, 0.25, 0.25, 4, 2),
            ("r", "R", 0, 1, 0, 0.25, 4, 2),
            ("sql", "SQL", 1, 0, 0.25, 0, 4, 2),
        ]
        required = con.execute(
            "select skill, n_with, n_ads, n_employers from skill_share_required_by_role order by all"
        ).fetchall()
        assert required == [("python", 2, 4, 2), ("r", 1, 4, 2), ("sql", 1, 4, 2)]


def test_tags_are_shares_of_a_roles_ads(tmp_path: Path) -> None:
    ads: list[dict[str, Any]] = [
        {"role": "ai_engineer", "hiring_organization": "A", "tags": ["build"]},
        {"role": "ai_engineer", "hiring_organization": "B", "tags": ["build", "sell"]},
        {"role": "ai_engineer", "hiring_organization": "B"},
        {"role": "other", "hiring_organization": "B", "tags": ["sell"]},
    ]
    with published(tmp_path, ads) as con:
        found = con.execute(
            "select role, kind, name, share, n_with, n_ads, n_employers_with, n_employers from tag_share_by_role order by all"
        ).fetchall()
    assert found == [
        ("ai_engineer", "duty", "Build", pytest.approx(2 / 3), 2, 3, 2, 2),
        ("ai_engineer", "duty", "Sell", pytest.approx(1 / 3), 1, 3, 1, 2),
        ("other", "duty", "Sell", 1, 1, 1, 1, 1),
    ]


def test_pay_with_and_without_a_skill_is_pandas(con: duckdb.DuckDBPyConnection, ads: pd.DataFrame) -> None:
    ads = ads.assign(pay=(ads["base_salary_min"] + ads["base_salary_max"]) / 2)
    found = con.execute("select * exclude (name, category) from salary_by_role_and_skill").fetchall()
    assert len(found) == 2 * len(SKILLS)
    for role, skill, *row in found:
        of_role = ads[ads["role"] == role]
        with_, without = of_role[of_role[skill] == 1], of_role[of_role[skill] == 0]
        expected = [
            *(None if np.isnan(part["pay"].median()) else part["pay"].median() for part in (with_, without)),
            *(part["pay"].count() for part in (with_, without)),
            *(part["pay"].notna().mean() for part in (with_, without)),
            *(len(part) for part in (with_, without)),
            with_[with_["pay"].notna()]["hiring_organization"].nunique(),
        ]
        assert row == pytest.approx(expected), (role, skill)
        assert {"go": row[1], "rust": row[0]}.get(skill) is None


def test_the_other_ads_median_holds_with_few_ads_and_ties(tmp_path: Path) -> None:
    ads: list[dict[str, Any]] = []
    expected: dict[str, Any] = {}
    for pays in ([1], [1, 2], [2, 2, 2, 2], [5, 1, 4, 1, 3], [9, 8, 7, 6, 5, 4]):
        for names_it in product([True, False], repeat=len(pays)):
            case = f"case {len(expected)}"  # each a role of its own
            for pay, names in zip(pays, names_it, strict=True):
                stated = {
                    "base_salary_min": pay,
                    "base_salary_max": pay,
                    "salary_currency": "USD",
                    "salary_unit": "YEAR",
                }
                ads.append({"role": case, "skills": {"sql": "context"} if names else {}, **stated})
            others = [pay for pay, names in zip(pays, names_it, strict=True) if not names]
            expected[case] = np.median(others) if others else None
            if not any(names_it):
                expected[case] = "no row"
    with published(tmp_path, ads) as con:
        found = dict(con.execute("select role, pay_median_without from salary_by_role_and_skill").fetchall())
    assert {case: found.get(case, "no row") for case in expected} == expected


def test_pay_is_in_dollars_a_year_and_disclosure_is_counted(tmp_path: Path) -> None:
    ads: list[dict[str, Any]] = [
        {"base_salary_min": 40, "base_salary_max": 60, "salary_currency": "USD", "salary_unit": "HOUR"},  # 104,000 a year
        {"base_salary_min": 90_000, "base_salary_max": 110_000, "salary_currency": "USD", "salary_unit": "YEAR"},
        {"base_salary_min": 90_000, "salary_currency": "USD", "salary_unit": "YEAR"},  # the middle is not known
        {"base_salary_min": 1, "base_salary_max": 2, "salary_currency": "XXX", "salary_unit": "YEAR"},  # nor is the rate, so that it is not seen
        {}, {}, {}, {},
    ]  # fmt: skip
    with published(
        tmp_path, [{"role": "other", "hiring_organization": f"E{i}", **ad} for i, ad in enumerate(ads)]
    ) as con:
        found = con.execute("select * exclude (pay_p25, pay_p75) from salary_usd_by_role").fetchall()
    assert found == [("other", 102_000, 2, 0.375, 8, 2, 8)]


def test_pairs_are_what_pandas_counts(con: duckdb.DuckDBPyConnection, ads: pd.DataFrame) -> None:
    for role, of_role in ads.groupby("role"):
        both = of_role[(of_role["python"] == 1) & (of_role["sql"] == 1)]
        n_a, n_b = int(of_role["python"].sum()), int(of_role["sql"].sum())
        expected = (len(both), n_a, n_b, len(of_role), len(both) / n_a, len(both) / n_b)
        row = con.execute(
            "select n_both, n_a, n_b, n_ads, share_of_a, share_of_b, lift, n_employers_both from skill_pair() where role = ? and skill_a = 'python' and skill_b = 'sql'",
            [role],
        ).fetchone()
        lift = len(both) * len(of_role) / (n_a * n_b)
        assert row == pytest.approx((*expected, lift, both["hiring_organization"].nunique()))


def test_pairs_are_bounded_and_turned_to_the_wanted_skill(con: duckdb.DuckDBPyConnection, ads: pd.DataFrame) -> None:
    n_rust = int(ads[ads["role"] == "ai_engineer"]["rust"].sum())
    query = "select distinct skill_a, skill_b from skill_pair(wanted_role := 'ai_engineer', min_ads := {}) where skill_b = 'rust'"
    assert con.execute(query.format(n_rust + 1)).fetchall() == []
    # go is never beside it, and sql comes after it
    assert sorted(con.execute(query.format(n_rust)).fetchall()) == [("python", "rust"), ("r", "rust")]
    of_r = con.execute(
        "select role, skill_a, skill_b, n_both from skill_pair(wanted_skill := 'r', min_ads := 1) order by all"
    ).fetchall()
    either = con.execute(
        """
        select role, 'r', case skill_a when 'r' then skill_b else skill_a end, n_both
        from skill_pair(min_ads := 1) where 'r' in (skill_a, skill_b) order by all
        """
    ).fetchall()
    assert of_r == either and {role for role, *_ in of_r} == {"ai_engineer", "ml_engineer"}


def test_weeks_and_employers_are_counted_in_openings(tmp_path: Path) -> None:
    ads = [
        {"role": "ai_engineer", "hiring_organization": "Amber", "date_posted": date(2026, 1, 5)},  # a Monday
        {"role": "ai_engineer", "hiring_organization": "Amber", "date_posted": date(2026, 1, 11)},
        {"role": "ai_engineer", "hiring_organization": "Amber", "date_posted": date(2026, 1, 12), "cluster_id": f"{1:016x}"},
        {"role": "other", "hiring_organization": "amber", "date_posted": date(2026, 1, 19)},
        {"role": "other", "hiring_organization": "Birch", "date_posted": date(2026, 1, 19)},
    ]  # fmt: skip
    with published(tmp_path, ads) as con:
        weeks = con.execute(
            "select week, role, n_ads, n_employers, n_ads_week from opening_by_week order by all"
        ).fetchall()
        assert weeks == [
            (date(2026, 1, 5), "ai_engineer", 2, 1, 2), (date(2026, 1, 5), "other", 0, 0, 2),
            (date(2026, 1, 12), "ai_engineer", 0, 0, 0), (date(2026, 1, 12), "other", 0, 0, 0),
            (date(2026, 1, 19), "ai_engineer", 0, 0, 2), (date(2026, 1, 19), "other", 2, 2, 2),
        ]  # fmt: skip
        mix = con.execute(
            "select employer, role, n_ads, n_ads_employer, share from role_by_employer order by all"
        ).fetchall()
        assert mix == [
            ("amber", "ai_engineer", 2, 3, pytest.approx(2 / 3)), ("amber", "other", 1, 3, pytest.approx(1 / 3)), ("birch", "other", 1, 1, 1.0)
        ]  # fmt: skip


def lives(n: int = 300) -> list[dict[str, Any]]:
    """Openings posted over four months and watched from the third on, so that many were open before we came: entry is late."""
    rng = np.random.default_rng(11)
    begin, end = datetime(2026, 1, 1), datetime(2026, 3, 31)
    ads: list[dict[str, Any]] = []
    while len(ads) < n:
        posted = datetime(2025, 12, 1) + timedelta(days=int(rng.integers(120)))
        gone = posted + timedelta(days=int(rng.exponential(40)) + 1)
        seen = max(begin, posted + timedelta(hours=9))
        if gone <= seen:
            continue  # it was never seen
        closed = {
            "missing_since": gone,
            "closed_at": gone + timedelta(days=1),
            "closed_reason": "absent",
            "last_seen_at": gone - timedelta(hours=15),
        }
        ads.append(
            {
                "role": "ai_engineer", "hiring_organization": f"E{len(ads) % 7}", "date_posted": posted.date(), "first_seen_at": seen,
                **(closed if gone <= end else {"last_seen_at": max(end, seen)}),
            }
        )  # fmt: skip
    return ads


def test_time_open_is_the_product_limit_estimate_of_statsmodels(tmp_path: Path) -> None:
    seen, late = datetime(2026, 3, 1), datetime(2026, 3, 9)
    stated = {"role": "ai_engineer", "date_posted": date(2026, 2, 27), "first_seen_at": seen}
    not_counted = [
        {**stated, "source": "remotive", "last_seen_at": late},  # its absence could not be seen
        {**stated, "date_posted": None, "last_seen_at": late},  # nobody knows how old it was
        {**stated, "last_seen_at": seen},  # one sighting
    ]
    with published(tmp_path, lives() + not_counted) as con:
        life = con.execute("select days, is_closed, days_before_seen from opening_lifetime").df()
        curve = con.execute("select days, share_open, n_at_risk, n_closed from time_open_curve order by days").df()
        (summary,) = con.execute("select * from time_open").fetchall()
    times, entries = [], []
    for ad in lives():
        posted = datetime.combine(ad["date_posted"], datetime.min.time())
        end = ad.get("missing_since", ad["last_seen_at"])
        if end > ad["first_seen_at"]:
            times.append(((end - posted) / timedelta(days=1), "missing_since" in ad))
            entries.append((ad["first_seen_at"] - posted) / timedelta(days=1))
    days, closed = (np.array(column, float) for column in zip(*times, strict=True))
    expected = sm.SurvfuncRight(days, closed, entry=np.array(entries))
    assert sorted(life["days"]) == pytest.approx(sorted(days)) and len(life) > 250 and max(entries) > 10
    for column, values in zip(
        curve, (expected.surv_times, expected.surv_prob, expected.n_risk, expected.n_events), strict=True
    ):
        assert curve[column].to_numpy() == pytest.approx(values), column
    quartiles = [expected.quantile(p) for p in (0.25, 0.5, 0.75)]
    thinnest = expected.n_risk[expected.surv_times <= quartiles[1]].min()
    n_closed = int(closed.sum())
    assert summary == (
        "ai_engineer",
        *map(pytest.approx, quartiles),
        thinnest,
        len(days),
        n_closed,
        len(days) - n_closed,
        7,
    )


def test_where_too_few_have_closed_there_is_no_median(tmp_path: Path) -> None:
    open_ = {"role": "other", "date_posted": date(2026, 1, 1), "first_seen_at": datetime(2026, 1, 2)}
    gone = {"missing_since": datetime(2026, 1, 11), "closed_at": datetime(2026, 1, 12), "closed_reason": "absent"}
    ads = [{**open_, "last_seen_at": datetime(2026, 2, 1)}, {**open_, "last_seen_at": datetime(2026, 1, 10), **gone}]
    with published(tmp_path, ads) as con:
        assert con.execute("select * exclude (n_employers) from time_open").fetchall() == [
            ("other", 10.0, None, None, None, 2, 1, 1)
        ]


def test_an_opening_is_open_until_its_last_posting_is_closed(tmp_path: Path) -> None:
    twin = {
        "role": "other",
        "date_posted": date(2026, 1, 1),
        "cluster_id": f"{0:016x}",
        "first_seen_at": datetime(2026, 1, 2),
    }
    gone = {
        "last_seen_at": datetime(2026, 1, 10),
        "missing_since": datetime(2026, 1, 11),
        "closed_at": datetime(2026, 1, 12),
        "closed_reason": "absent",
    }
    with published(tmp_path, [{**twin, **gone}, {**twin, "last_seen_at": datetime(2026, 2, 1)}]) as con:
        assert con.execute("select days_before_seen, days, is_closed from opening_lifetime").fetchall() == [
            (1.0, 31.0, False)
        ]
