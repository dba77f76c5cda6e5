"""The reference: real figures that ship, without a word, an employer or a row of an ad, and how one's own crawl differs."""

import csv
import importlib
import json
import re
from collections.abc import Iterator
from math import hypot
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from conftest import AT, build_small_warehouse

from nlp.skills.table import skill_table
from warehouse import connect, store
from warehouse.claims.own_claims import shipped_claims
from warehouse.reference import (
    ALL,
    FOLDER,
    ClaimVerdict,
    RoleCount,
    SkillShare,
    about,
    claim_verdicts,
    role_counts,
    skill_shares,
)
from warehouse.store import building

FILES = {"skill_share": SkillShare, "role_count": RoleCount, "claim_verdict": ClaimVerdict}
ROLES = {"ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer"}
SOURCES = {"Builtin", "Glassdoor", "Hacker News", "India", "LinkedIn", "various", ALL}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "bench"))
    return importlib.import_module("reference")


@pytest.fixture
def con(small_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(small_warehouse) as con:
        yield con


def test_the_files_are_small_and_have_the_columns_of_their_tables(con: duckdb.DuckDBPyConnection) -> None:
    assert sum(len((FOLDER / f"{name}.csv").read_bytes()) for name in FILES) < 1_500_000
    for name, kind in FILES.items():
        header = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert tuple(header) == kind._fields
        if kind is not RoleCount:
            assert header == [column for column, *_ in con.execute(f"describe reference_{name}").fetchall()]


def test_shares_keep_the_limits_and_lie_within_their_intervals() -> None:
    limits, shares = about().limits, skill_shares()
    assert {row.role for row in shares} == ROLES
    assert len({row[:4] for row in shares}) == len(shares) > 1000
    for row in shares:
        assert limits.n_with <= row.n_with <= row.n_ads and row.n_ads >= limits.n_ads, row
        assert limits.n_employers <= row.n_employers <= row.n_ads, row
        assert row.share == pytest.approx(row.n_with / row.n_ads, abs=6e-5), row
        if row.ci_low is None or row.ci_high is None:
            assert (row.share, row.ci_low, row.ci_high) == (1, None, None), row
        else:
            assert 0 <= row.ci_low <= row.share <= row.ci_high <= 1, row


def test_what_is_required_is_named_and_the_years_are_part_of_all() -> None:
    named = {row[:2] + row[3:4]: row.n_with for row in skill_shares() if row.need == "named"}
    for row in skill_shares():
        assert row.n_with <= named[row.role, row.year, row.skill], row
        assert row.n_with <= named[row.role, ALL, row.skill], row


def test_every_year_and_source_is_part_of_all() -> None:
    counts = {row[:3]: row for row in role_counts()}
    assert sum(counts[role, ALL, ALL].n_ads for role in ROLES | {"other"}) == about().n_openings <= about().n_ads
    for role, year, source in counts:
        assert counts[role, year, source].n_ads <= counts[role, year, ALL].n_ads <= counts[role, ALL, ALL].n_ads
    sizes = {row[:2]: (row.n_ads, row.n_employers) for row in skill_shares()}
    assert sizes == {cell: counts[*cell, ALL][3:] for cell in sizes}
    assert max(counts[role, ALL, ALL].n_employers for role in ROLES | {"other"}) <= about().n_employers


def test_no_cell_holds_words_of_an_ad_or_a_name() -> None:
    known = {skill.skill for skill in skill_table()}
    keys = {row.skill for row in skill_shares()}
    assert len(keys - known) <= len(keys) / 100, "the table of skills was changed: python tests/bench/reference.py"
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", key) for key in keys)
    year = re.compile(rf"20\d\d|{ALL}|unknown")
    assert all(year.fullmatch(row.year) for row in [*skill_shares(), *role_counts()])
    assert {row.role for row in role_counts()} == ROLES | {"other"} and {row.source for row in role_counts()} <= SOURCES
    assert {row.need for row in skill_shares()} == {"named", "required"}
    assert {row.broken_without for row in claim_verdicts()} <= {None, "employer", "source", "employer and source"}
    assert not {"reason", "broken_by", "sql", "hiring_organization"} & set(ClaimVerdict._fields)


def test_every_verdict_is_on_a_test_that_ships() -> None:
    tests = {claim.claim_id: claim.test or "" for claim in shipped_claims()}
    for row in claim_verdicts():
        words = set(re.findall(r"[\w-]+", row.test or "")) - {"AI", "ML", "DS", "FS", "all", "any"}
        assert words <= set(re.findall(r"[\w-]+", tests[row.claim_id])), f"{row}: drop it, or count again"
    assert {row.claim_id for row in claim_verdicts() if row.decides} == {row.claim_id for row in claim_verdicts()}


def test_effects_lie_within_their_intervals_and_rest_on_enough_ads() -> None:
    for row in claim_verdicts():
        assert row.effect is None or min(n for n in (row.n_a, row.n_b) if n is not None) >= about().limits.n_ads, row
        if row.ci_low is not None and row.ci_high is not None and row.effect is not None:
            assert row.ci_low <= row.effect <= row.ci_high, row


def test_comments_say_that_it_is_a_reference_of_which_years(con: duckdb.DuckDBPyConnection) -> None:
    years = f"{about().first_posted_on[:4]}–{about().last_posted_on[:4]}"
    comments = con.execute(
        """
        select comment from duckdb_tables() where table_name like 'reference_%'
        union all select comment from duckdb_views() where view_name like 'reference_%'
        """
    ).fetchall()
    assert len(comments) == 3
    assert all("eference" in text and f"research datasets of job ads of {years}" in text for (text,) in comments)


@pytest.mark.parametrize("name", ["skill_share", "claim_verdict"])
def test_every_warehouse_holds_the_files(name: str, empty_warehouse: Path) -> None:
    rows: tuple[tuple[object, ...], ...] = {"skill_share": skill_shares(), "claim_verdict": claim_verdicts()}[name]
    with connect(empty_warehouse) as con:
        assert con.execute(f"from reference_{name}").fetchall() == [tuple(row) for row in rows]


def test_a_new_reference_is_a_new_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = tmp_path / "w.duckdb"
    fill = store._insert_reference

    def other(con: duckdb.DuckDBPyConnection) -> None:
        fill(con)
        con.execute("delete from reference_claim_verdict where part = 1")

    published = []
    for filling in (other, other, fill):
        monkeypatch.setattr(store, "_insert_reference", filling)
        with building(db, AT):
            pass
        published.append(db.resolve().name)
    assert published[0] == published[1] != published[2]


_ONE = "from reference_comparison where role = $role and skill = $skill and year = 'all'"


def compared(con: duckdb.DuckDBPyConnection, role: str, skill: str) -> dict[str, float | None]:
    found = con.execute(_ONE, {"role": role, "skill": skill})
    [row] = found.fetchall()
    return dict(zip([name for name, *_ in found.description or []], row, strict=True))


def reference(role: str, skill: str) -> SkillShare:
    [row] = [row for row in skill_shares() if row[:4] == (role, ALL, "named", skill)]
    return row


def test_a_share_stands_beside_the_references_and_their_intervals_are_joined(con: duckdb.DuckDBPyConnection) -> None:
    row, theirs = compared(con, "ml_engineer", "pytorch"), reference("ml_engineer", "pytorch")
    [(share, low, high, n_with, n_ads)] = con.execute(
        "select share, ci_low, ci_high, n_with, n_ads from skill_share_by_role where role = 'ml_engineer' and skill = 'pytorch'"
    ).fetchall()
    assert theirs.ci_low is not None and theirs.ci_high is not None
    assert (row["share"], row["n_with"], row["n_ads"]) == (share, n_with, n_ads)
    assert (row["reference_share"], row["reference_n_ads"]) == (theirs.share, theirs.n_ads)
    assert row["difference"] == pytest.approx(share - theirs.share)
    reach_down, reach_up = (
        hypot(share - low, theirs.ci_high - theirs.share),
        hypot(high - share, theirs.share - theirs.ci_low),
    )
    assert row["difference_ci_low"] == pytest.approx(share - theirs.share - reach_down)
    assert row["difference_ci_high"] == pytest.approx(share - theirs.share + reach_up)


def test_a_skill_that_none_of_ones_own_ads_names_has_a_share_of_0_with_an_interval(
    con: duckdb.DuckDBPyConnection,
) -> None:
    row = compared(con, "full_stack_engineer", "pytorch")
    n_employers = row["n_employers"]
    assert n_employers is not None and n_employers > 1
    assert (row["n_with"], row["share"], row["ci_low"]) == (0, 0, 0)
    assert row["ci_high"] == pytest.approx(1 - 0.025 ** (1 / n_employers))
    assert row["difference"] == pytest.approx(-reference("full_stack_engineer", "pytorch").share)
    assert row["difference_ci_low"] is not None and row["difference_ci_high"] is not None


def test_a_skill_that_was_not_looked_for_has_no_share(con: duckdb.DuckDBPyConnection) -> None:
    row = compared(con, "data_scientist", "tensorflow")  # the small warehouse's table of skills lacks it
    assert (row["name"], row["share"], row["n_with"], row["difference"]) == (None, None, None, None)
    assert row["reference_share"] == reference("data_scientist", "tensorflow").share


def test_each_row_of_the_reference_is_there_before_the_first_crawl(empty_warehouse: Path) -> None:
    with connect(empty_warehouse) as con:
        rows = con.execute("select role, year, skill, reference_share from reference_comparison").fetchall()
        assert sorted(rows) == sorted((r.role, r.year, r.skill, r.share) for r in skill_shares() if r.need == "named")
        assert con.execute("from reference_comparison where share is not null or n_ads is not null").fetchall() == []


def test_the_script_counts_openings_once_and_leaves_out_small_cells(
    bench: ModuleType, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "LIMITS", about().limits._replace(n_ads=12, n_with=3, n_employers=3))
    found = {row[:4]: row for row in bench.skill_shares(con)}
    assert {role for role, *_ in found} == {"ai_engineer", "ml_engineer"}  # the others have fewer than 12 ads
    macro = con.execute(
        "select role, 'all', 'named', skill, n_with, n_ads, n_employers, share from skill_share() where role in ('ai_engineer', 'ml_engineer') "
        "and n_with >= 3 and n_employers_with >= 3"
    ).fetchall()
    assert sorted(macro) == sorted(row[:8] for key, row in found.items() if key[1:3] == (ALL, "named"))


def test_the_script_keeps_figures_of_few_ads_and_names_of_employers(bench: ModuleType) -> None:
    row = (
        "A01",
        1,
        True,
        "AI > 25%: docker",
        "not_robust",
        "share",
        0.3,
        0.2,
        0.4,
        40,
        None,
        "without employer Amberwick (…)",
    )
    assert bench._claim_verdict(*row)[6:] == (0.3, 0.2, 0.4, 40, None, "employer")
    assert bench._claim_verdict(*row[:9], 40, 29, None)[6:] == (None, None, None, 40, 29, None)
    both = "without employer Amberwick (…); without source lever (…)"
    assert bench._claim_verdict(*row[:11], both).broken_without == "employer and source"


def test_the_script_refuses_sample_data(bench: ModuleType, tmp_path: Path) -> None:
    build_small_warehouse(tmp_path / "w.duckdb", sample=True)
    with connect(tmp_path / "w.duckdb") as con, pytest.raises(SystemExit, match="sample"):
        bench.description(con, [])
    assert json.loads((FOLDER / "about.json").read_text(encoding="utf-8"))["limits"] == about().limits._asdict()


def test_files_that_are_written_are_read_as_they_were(bench: ModuleType, tmp_path: Path) -> None:
    bench.write(tmp_path / "x.csv", ("a", "b", "c", "d"), [(True, None, 0.123456, 7)])
    assert list(csv.reader((tmp_path / "x.csv").read_text().splitlines())) == [
        list("abcd"),
        ["true", "", "0.1235", "7"],
    ]
