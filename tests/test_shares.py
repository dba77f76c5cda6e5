"""The intervals of the views against statsmodels, and what they do with too few ads."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from warehouse.store import building

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROLES = ("ai_engineer", "ml_engineer")


@pytest.fixture(scope="module")
def ads() -> list[tuple[str, str, bool]]:
    """(employer, role, names the skill): clustered by employer, one of them large, some with both roles."""
    rng = np.random.default_rng(7)
    rows = []
    for employer in range(25):
        lean = rng.uniform(0.05, 0.9)
        for _ in range(60 if employer == 0 else int(rng.integers(1, 9))):
            role = ROLES[int(rng.random() < (0.3 if employer % 2 else 0.7))]
            rows.append((f"Employer {employer}", role, bool(rng.random() < lean * (0.6 if role == ROLES[0] else 1.0))))
    return rows


@pytest.fixture(scope="module")
def con(
    ads: list[tuple[str, str, bool]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    db = tmp_path_factory.mktemp("shares") / "w.duckdb"
    with building(db, AT) as con:
        fill(con, ads)
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        yield con


def fill(con: duckdb.DuckDBPyConnection, ads: list[tuple[str, str, bool]]) -> None:
    con.execute("insert into label_version values ('m', true)")
    con.execute(
        "insert into skill (skill, name, category, aliases) values ('sql', 'SQL', 'language', []), ('go', 'Go', 'language', [])"
    )
    for i, (employer, role, named) in enumerate(ads):
        key = f"{i:016x}"
        con.execute("insert into job_posting_text values (?, 'Title', 'Text', 'en')", [key])
        con.execute(
            """
            insert into job_posting by name
            select $key as posting_id, 'lever' as source, 'b' as board, $key as identifier, 'Title' as title,
                $employer as hiring_organization, $key as content_hash, '2026-01-01'::timestamp as first_seen_at,
                '2026-02-28'::timestamp as last_seen_at, 0 as n_reopened, $key as cluster_id, 'title' as title_key
            """,
            {"key": key, "employer": employer},
        )
        con.execute(
            """
            insert into job_posting_role by name
            select $key as content_hash, 'm' as model_version, $role as role, $role as role_by_title, $role as role_by_text,
                []::varchar[] as skills, '2026-03-01'::timestamp as labelled_at
            """,
            {"key": key, "role": role},
        )
        if named:
            con.execute("insert into job_posting_skill values (?, 'sql', 'required', 'SQL', [])", [key])


def clustered(y: Any, x: Any, employers: list[str]) -> Any:
    groups = np.unique(employers, return_inverse=True)[1]
    return sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}, use_t=True)


def test_share_and_interval_are_statsmodels(con: duckdb.DuckDBPyConnection, ads: list[tuple[str, str, bool]]) -> None:
    for role in ROLES:
        chosen = [(employer, named) for employer, of, named in ads if of == role]
        y = np.array([named for _, named in chosen], float)
        fit = clustered(y, np.ones((len(y), 1)), [employer for employer, _ in chosen])
        row = con.execute(
            "select share, standard_error, ci_low, ci_high, n_with, n_ads from skill_share_by_role where role = ? and skill = 'sql'",
            [role],
        ).fetchone()
        assert row is not None
        low, high = fit.conf_int()[0]
        assert row == pytest.approx((y.mean(), fit.bse[0], low, high, y.sum(), len(y)), rel=1e-9)


def test_difference_and_interval_are_statsmodels(
    con: duckdb.DuckDBPyConnection, ads: list[tuple[str, str, bool]]
) -> None:
    y = np.array([named for _, _, named in ads], float)
    is_a = np.array([role == ROLES[0] for _, role, _ in ads], float)
    fit = clustered(y, sm.add_constant(is_a), [employer for employer, _, _ in ads])
    row = con.execute(
        "select difference, standard_error, ci_low, ci_high, n_ads_a, n_ads_b from skill_difference(?, ?) where skill = 'sql'",
        list(ROLES),
    ).fetchone()
    assert row is not None
    low, high = fit.conf_int()[1]
    assert row == pytest.approx((fit.params[1], fit.bse[1], low, high, is_a.sum(), len(y) - is_a.sum()), rel=1e-9)


def test_swapping_the_roles_turns_the_sign(con: duckdb.DuckDBPyConnection) -> None:
    query = "select difference, ci_low, ci_high from skill_difference(?, ?) where skill = 'sql'"
    one, other = con.execute(query, list(ROLES)).fetchone(), con.execute(query, list(reversed(ROLES))).fetchone()
    assert one is not None and other is not None
    assert one == pytest.approx((-other[0], -other[2], -other[1]))


def test_a_skill_that_nobody_names_has_no_row(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select * from skill_share_by_role where skill = 'go'").fetchall() == []


def test_filters_reach_the_counts(con: duckdb.DuckDBPyConnection) -> None:
    query = "select sum(n_ads) from role_count(sources := $sources::varchar[], posted_from := $since::date)"
    (all_,) = con.execute(query, {"sources": None, "since": None}).fetchall()[0]
    assert all_ == len(con.execute("from posting").fetchall())
    assert con.execute(query, {"sources": ["ashby"], "since": None}).fetchall() == [(None,)]
    assert con.execute(query, {"sources": ["lever"], "since": "2026-01-02"}).fetchall() == [(None,)]


@pytest.mark.parametrize("ads", [[], [("A", ROLES[0], True)], [("A", ROLES[0], True), ("A", ROLES[1], False)]])
def test_with_one_employer_or_none_there_is_no_interval(ads: list[tuple[str, str, bool]], tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, ads)
    with duckdb.connect(str((tmp_path / "w.duckdb").resolve()), read_only=True) as con:
        for query in (
            "select ci_low, ci_high from skill_share()",
            "select ci_low, ci_high from skill_difference('ai_engineer', 'ml_engineer')",
        ):
            assert set(con.execute(query).fetchall()) <= {(None, None)}


def test_a_skill_that_every_ad_names_has_an_exact_interval(tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(
            con,
            [(f"Employer {i % 8}", ROLES[0], True) for i in range(20)]
            + [("A", ROLES[1], False), ("B", ROLES[1], False)],
        )
    with duckdb.connect(str((tmp_path / "w.duckdb").resolve()), read_only=True) as con:
        ((low, high),) = con.execute("select ci_low, ci_high from skill_share_by_role").fetchall()
        assert con.execute("select ci_low, ci_high from skill_difference($1, $2)", list(ROLES)).fetchall() == [
            (None, None)
        ]
    exact = proportion_confint(8, 8, method="beta")
    assert (low, high) == pytest.approx(exact)


def test_an_unlabelled_ad_is_in_no_denominator(tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, [("A", ROLES[0], True), ("B", ROLES[0], False), ("C", ROLES[0], True)])
        con.execute("delete from job_posting_role where content_hash like '%1'")
    with duckdb.connect(str((tmp_path / "w.duckdb").resolve()), read_only=True) as con:
        assert con.execute("select n_with, n_ads, n_employers from skill_share_by_role").fetchall() == [(2, 2, 2)]


def test_an_opening_counts_once(tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, [("A", ROLES[0], True), ("B", ROLES[0], False), ("C", ROLES[0], False)])
        con.execute("update job_posting set cluster_id = '0000000000000001' where posting_id > '0000000000000000'")
    with duckdb.connect(str((tmp_path / "w.duckdb").resolve()), read_only=True) as con:
        assert con.execute("select n_with, n_ads from skill_share_by_role").fetchall() == [(1, 2)]
