"""How two roles differ: every number against the function of ``inference`` that is its definition, on invented ads."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from scipy import sparse
from test_views import AT, SKILLS, fill

from warehouse import WarehouseError, connect
from warehouse.comparison.ads import Ads, Only
from warehouse.comparison.command_line import compare as command
from warehouse.comparison.many import differences, standardised_differences
from warehouse.comparison.printing import points
from warehouse.comparison.strip import Line, Strip, strip
from warehouse.comparison.table import Comparison, compare, profile_distance
from warehouse.comparison.verdict import Sides, bounded, judge
from warehouse.inference.clustered import Estimate, difference
from warehouse.inference.composition import standardised_difference
from warehouse.inference.distinctive import log_odds
from warehouse.inference.equivalence import design_effect, minimum_detectable_difference
from warehouse.inference.errors import errors_of_skills
from warehouse.inference.measurement import corrected_difference
from warehouse.inference.multiple import benjamini_hochberg
from warehouse.inference.similarity import distance
from warehouse.store import building

A, B = "ai_engineer", "ml_engineer"
SHARES = {"python": (0.8, 0.75), "r": (0.2, 0.6), "sql": (0.5, 0.5), "go": (0.6, 0.2), "rust": (0.0, 0.03)}


def make(db: Path, ads: list[dict[str, Any]], then: str = "") -> Path:
    """A published warehouse of ads whose role by title and by text is the stated one."""
    with building(db, AT) as con:
        fill(con, ads)
        con.execute("update job_posting_role set role_by_title = role, role_by_text = role")
        if then:
            con.execute(then)
    return db


def some_ads() -> list[dict[str, Any]]:
    """300 ads of two roles and 40 of a third, of 30 employers on two sources, in two countries or an unknown one."""
    rng = np.random.default_rng(5)
    ads = []
    for i in range(340):
        role = A if i < 120 else B if i < 300 else "data_scientist"
        employer = int(rng.integers(30))
        shares = SHARES.items()
        lean = 0.02 * (employer - 15)
        named = [s for s, both in shares if rng.random() < both[role == B] + (lean if both[1] > 0.1 else 0)]
        ads.append(
            {
                "role": role,
                "hiring_organization": f"Employer {employer}",
                "source": ("lever", "greenhouse")[int(rng.random() < 0.3)],
                "country": ("DE", "US", None)[int(rng.choice(3, p=[0.5, 0.4, 0.1]))],
                "seniority": ("junior", "senior")[int(rng.integers(2))],
                "date_posted": date(2026, int(rng.integers(1, 4)), 7),
                "skills": {s: ("required", "preferred", "context")[int(rng.integers(3))] for s in named},
                "tags": ["build"] if rng.random() < (0.6 if role == A else 0.3) else [],
            }
        )
    return ads


MASKED = """
    insert into job_posting_role_masked by name
    select content_hash, 'language' as skill_group, 'ai_engineer' as role, 0.9 as p_role
    from job_posting_role join job_posting_skill using (content_hash) where role = 'ml_engineer' and skill = 'go'
"""


@pytest.fixture(scope="module")
def ads() -> list[dict[str, Any]]:
    return [ad for ad in some_ads() if ad["role"] in (A, B)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("comparison") / "w.duckdb", some_ads(), MASKED)


@pytest.fixture(scope="module")
def con(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(db) as con:
        yield con


def arrays(ads: list[dict[str, Any]]) -> tuple[Any, Any]:
    return (
        np.array([ad["role"] == A for ad in ads]),
        np.unique([ad["hiring_organization"] for ad in ads], return_inverse=True)[1],
    )


def names_it(ads: list[dict[str, Any]], skill: str, need: str = "named") -> Any:
    return np.array([skill in ad["skills"] and need in ("named", ad["skills"][skill]) for ad in ads])


def near(estimate: Estimate) -> tuple[Any, ...]:
    return tuple(None if x is None else pytest.approx(x, rel=1e-8, abs=1e-12) for x in estimate[:5])


@pytest.mark.parametrize("need", ["named", "required"])
def test_every_number_is_that_of_the_function_which_defines_it(
    con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]], need: Any
) -> None:
    found = compare(Ads(con, A, B), need=need)
    is_a, employer = arrays(ads)
    known = [ad["country"] is not None for ad in ads]
    stratum = np.array([f"{ad['country']} {ad['seniority']} {ad['date_posted']:%Y-%m}" for ad in ads])
    assert {row.key for row in found.rows} == ({*SKILLS} if need == "named" else {*SKILLS} - {"rust"})  # under 1 %
    n_a, n_b = 120, 180
    assert found.of[:2] == (n_a, n_b)
    for row in found.rows:
        y = names_it(ads, row.key, need)
        raw = difference(y, is_a, employer)
        assert row.difference[:5] == near(raw)
        a, b = int(y[is_a].sum()), int(y[~is_a].sum())
        assert (row.n_with_a, row.n_with_b, row.share_a, row.share_b) == (a, b, a / n_a, b / n_b)
        effect = design_effect(raw, a / n_a, n_a, b / n_b, n_b)
        assert row.odds == pytest.approx(log_odds([a], n_a, [b], n_b, design_effect=effect or 1)[0])
        errors = errors_of_skills(["language"], need, {A: n_a, B: n_b}).for_share(y.mean())
        assert row.corrected[:5] == near(corrected_difference(raw, errors))
        adjusted = standardised_difference(np.where(known, y, np.nan), is_a, stratum, employer)
        assert row.adjusted[:5] == near(adjusted)
        shown = minimum_detectable_difference(y.mean(), n_a, n_b, design_effect=effect or 1)
        assert row.could_show == pytest.approx(shown)
    assert [row.q for row in found.rows] == benjamini_hochberg([row.difference.p_value for row in found.rows])
    sizes = [abs(row.odds.z) for row in found.rows if row.odds]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("need", ["named", "required"])
@pytest.mark.parametrize("label", ["role_by_title", "role"])
def test_shares_counts_and_errors_are_those_of_the_sql_macro(
    con: duckdb.DuckDBPyConnection, need: Any, label: str
) -> None:
    rows = con.execute(
        "select skill, n_with_a, n_with_b, n_ads_a, n_ads_b, n_employers_a, n_employers_b, difference, share_a, share_b, standard_error "
        "from skill_difference(?, ?, needs := ?, label := ?)",
        [A, B, None if need == "named" else ["required"], label],
    ).fetchall()
    found = {
        row.key: (*(row.n_with_a, row.n_with_b, *row.of), row.difference.value, row.share_a, row.share_b)
        for row in compare(Ads(con, A, B), need=need, label=label).rows
    }
    assert len(found) >= 4
    assert {key: values for key, *values, _ in rows if key in found} == {
        key: pytest.approx(values) for key, values in found.items()
    }
    errors = {row.key: row.difference.standard_error for row in compare(Ads(con, A, B), need=need, label=label).rows}
    assert {key: error for key, *_, error in rows if key in found} == pytest.approx(errors)


def test_the_masked_role_is_the_one_that_did_not_read_the_group(con: duckdb.DuckDBPyConnection) -> None:
    go = next(row for row in compare(Ads(con, A, B), label="masked").rows if row.key == "go")
    moved = sum(ad["role"] == B and "go" in ad["skills"] for ad in some_ads())
    assert moved and go.of[:2] == (120 + moved, 180 - moved) and go.n_with_b == 0
    tag = compare(Ads(con, A, B), label="masked", tags="duty").rows[0]
    assert tag.of[:2] == (120, 180)  # nothing of that kind was hidden


def test_tags_and_a_category_are_compared_alike(con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]]) -> None:
    (build,) = compare(Ads(con, A, B), tags="duty").rows
    is_a, employer = arrays(ads)
    assert build.difference[:5] == near(difference(["build" in ad["tags"] for ad in ads], is_a, employer))
    assert (build.name, build.category, build.corrected.value) == ("Build", "duty", None)
    assert compare(Ads(con, A, B), category="language").rows == compare(Ads(con, A, B)).rows
    assert compare(Ads(con, A, B), category="none such").rows == []


def test_what_under_one_in_a_hundred_names_is_left_out_and_counted(tmp_path: Path) -> None:
    ads = [
        {"role": (A, B)[i % 2], "hiring_organization": f"E{i % 9}", "skills": {"sql": "required"} | ({"r": "required"} if i == 0 else {})}
        for i in range(202)
    ]  # fmt: skip
    with connect(make(tmp_path / "w.duckdb", ads)) as con:
        found = compare(Ads(con, A, B))
    assert [row.key for row in found.rows] == ["sql"] and found.n_rare == 1


def test_roles_as_wholes_are_apart_by_all_their_skills(
    con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]]
) -> None:
    is_a, employer = arrays(ads)
    matrix = np.stack([names_it(ads, skill) for skill in sorted(SKILLS)], axis=1)
    # employers are numbered in the order of the alphabet on both sides, so that the drawings are the same
    assert profile_distance(Ads(con, A, B)).observed == pytest.approx(distance(matrix, is_a, employer).observed)
    assert profile_distance(Ads(con, A, B)).estimate[:3] == pytest.approx(distance(matrix, is_a, employer).estimate[:3])


def test_many_at_once_are_each_one_alone() -> None:
    """Columns that nobody names, that all name, that one role names; more columns than fit one block would be the same."""
    rng = np.random.default_rng(1)
    for n, n_employers, n_strata in ((400, 40, 12), (60, 3, 50), (9, 2, 2), (6, 6, 1), (1, 1, 1)):
        is_a = rng.random(n) < 0.4
        cluster, stratum = rng.integers(n_employers, size=n), rng.integers(-1, n_strata, size=n)
        y = rng.random((n, 30)) < np.linspace(0, 1, 30)
        y[:, 1], y[:, 2] = is_a, cluster == 0
        known = np.where(stratum >= 0, 1.0, np.nan)
        for column, one in enumerate(differences(sparse.csr_array(y.astype(float)), is_a, cluster)):
            assert one[:5] == near(difference(y[:, column], is_a, cluster))
            assert one[5:7] == difference(y[:, column], is_a, cluster)[5:7]
        for column, one in enumerate(standardised_differences(y.astype(float), is_a, stratum, cluster)):
            alone = standardised_difference(y[:, column] * known, is_a, stratum, cluster)
            assert one[:5] == near(alone) and one[5:7] == alone[5:7]


def test_weights_that_cancel_leave_an_interval() -> None:
    """Each employer has as many ads of one role as of the other, and its ads are alike: no number is effective."""
    pairs = (
        [(0, 1, 1)] * 31 + [(1, 0, 0)] * 31 + [(2, 1, 0), (3, 0, 0)]
    )  # employer, what its ad of a and its ad of b name
    y = np.array([[a, b] for _, a, b in pairs], float).ravel()[:, None]
    is_a, cluster = np.tile([True, False], len(pairs)), np.repeat([employer for employer, _, _ in pairs], 2)
    for (found,) in (
        differences(y, is_a, cluster),
        standardised_differences(y, is_a, np.zeros(len(y), int), cluster),
    ):
        assert found.value == pytest.approx(1 / 64) and found.freedom == 2
        assert found.ci_low is not None and found.ci_low < 0 < found.ci_high  # type: ignore[operator]


def test_blocks_of_columns_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    y, is_a, cluster = (rng.random((80, 7)) < 0.4).astype(float), rng.random(80) < 0.5, rng.integers(9, size=80)
    whole = standardised_differences(y, is_a, cluster % 3, cluster)
    monkeypatch.setattr("warehouse.comparison.many._CELLS", 20)
    assert [one[:5] for one in standardised_differences(y, is_a, cluster % 3, cluster)] == [near(one) for one in whole]


def lines(one: Strip) -> dict[str, Line]:
    return {line.what: line for line in one.lines}


def test_each_line_of_the_strip_is_the_difference_counted_that_way(
    con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]]
) -> None:
    found = lines(strip(Ads(con, A, B), "r"))
    row = next(row for row in compare(Ads(con, A, B)).rows if row.key == "r")
    is_a, employer = arrays(ads)
    y = names_it(ads, "r")
    assert found["all openings"].estimate[:5] == near(row.difference)
    assert found["corrected for the extractor's errors"].estimate[:5] == near(row.corrected)
    assert found["like with like"].estimate[:5] == near(row.adjusted)
    assert sum(found["like with like"].of[:2]) < 300
    assert found["required only"].estimate[:5] == near(difference(names_it(ads, "r", "required"), is_a, employer))
    assert found["role by title and text"].estimate[:5] == near(row.difference)
    shares = {
        (side, e): y[(is_a == side) & (employer == e)].mean() for side, e in set(zip(is_a, employer, strict=True))
    }
    once = difference(list(shares.values()), [side for side, _ in shares], [e for _, e in shares])
    assert found["each employer once"].estimate[:5] == near(once)
    masked = found["role by text, group hidden"]
    assert masked.of == next(row for row in compare(Ads(con, A, B), label="masked").rows if row.key == "r").of


@pytest.mark.parametrize("what", ["hiring_organization", "source", "country"])
def test_what_matters_most_is_what_leaves_least(
    con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]], what: str
) -> None:
    found = lines(strip(Ads(con, A, B), "r"))
    word = {"hiring_organization": "employer"}.get(what, what)
    line = found[f"without the {word} that matters most"]
    is_a, employer = arrays(ads)
    y = names_it(ads, "r")
    without = {}
    for value in {ad[what] for ad in ads} - {None}:
        rest = np.array([ad[what] != value for ad in ads])
        without[value] = difference(y[rest], is_a[rest], employer[rest])
    worst = max(without, key=lambda value: without[value].ci_high or 0.0)  # r is the other role's
    assert found["all openings"].verdict == "less"
    assert line.which == worst and line.estimate[:5] == near(without[worst])


def test_a_sign_that_hangs_on_one_source_is_flagged(tmp_path: Path) -> None:
    """On one source every ad of AI engineers names it, on the other, smaller, mostly those of ML engineers do."""
    ads = []
    for i in range(200):
        role, small = (A, B)[i % 2], i >= 140
        named = role == A if not small else role == B and i % 10
        ads.append(
            {
                "role": role, "hiring_organization": f"Employer {i % 14}", "source": "greenhouse" if small else "lever",
                "skills": {"go": "required"} if named else {},
            }
        )  # fmt: skip
    with connect(make(tmp_path / "w.duckdb", ads)) as con:
        found = lines(strip(Ads(con, A, B), "go"))
    line = found["without the source that matters most"]
    assert (line.which, line.changes) == ("lever", "sign and verdict")
    assert found["without one country"].verdict is None and found["without one country"].which == "none is known"
    assert not found["required only"].changes


def of(n: int, employers: int) -> Sides:
    return Sides(n, n, employers, employers)


def told(value: float, error: float) -> Estimate:
    return Estimate(value, value - 2 * error, value + 2 * error, error, 0.5, 100, "linearised", 60.0)


@pytest.mark.parametrize(
    ("estimate", "sides", "q", "verdict"),
    [
        (told(0.2, 0.02), of(500, 50), 0.001, "more"),
        (told(-0.2, 0.02), of(500, 50), 0.001, "less"),
        (told(0.2, 0.02), of(500, 50), 0.2, "not enough ads"),  # may be luck among so many
        (told(0.2, 0.02), of(500, 50), None, "more"),
        (told(0.01, 0.01), of(500, 50), 0.5, "alike"),
        (told(0.02, 0.001), of(500, 50), 0.001, "alike"),
        (told(0.02, 0.05), of(500, 50), 0.5, "not enough ads"),
        (told(0.2, 0.02), of(4, 50), 0.001, "not enough ads"),
        (told(0.2, 0.02), of(500, 1), 0.001, "not enough ads"),
        (Estimate(0.5, None, None, None, None, 2, "none"), of(500, 50), None, "not enough ads"),
    ],
)
def test_the_verdict_in_words(estimate: Estimate, sides: Sides, q: float | None, verdict: str) -> None:
    assert judge(estimate, sides, q) == verdict


@pytest.mark.parametrize(
    ("value", "shares", "employers", "ends"),
    [
        (1.0, (1.0, 0.0), 100, (1 - 2 * (1 - 0.025 ** (1 / 100)), 1.0)),
        (0.0, (1.0, 1.0), 100, (-2 * (1 - 0.025 ** (1 / 100)), 2 * (1 - 0.025 ** (1 / 100)))),
        (0.0, (1.0, 1.0), 1, (None, None)),
        (0.0, (0.5, 0.5), 100, (None, None)),  # every employer alike, but not every ad: nothing exact is known
    ],
)
def test_where_nothing_varies_the_interval_is_exact_or_none(
    value: float, shares: tuple[float, float], employers: int, ends: tuple[float | None, float | None]
) -> None:
    found = bounded(Estimate(value, None, None, None, None, employers, "none"), shares, of(200, employers))
    assert found[1:3] == pytest.approx(ends) if ends[0] is not None else found[1:3] == ends


def test_ends_stay_within_100_points() -> None:
    assert bounded(told(0.9, 0.2), (0.95, 0.05), of(9, 5))[1:3] == (0.5, 1.0)


def run(*arguments: str, width: int = 80) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False, env={"COLUMNS": str(width)})
    return result.exit_code, result.output


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "more", [[], ["--skill", "R"], ["--tags", "duty"], ["--label", "masked"], ["--need", "required"]]
)
def test_the_command_fits_the_terminal_and_says_what_it_counted(db: Path, width: int, more: list[str]) -> None:
    status, output = run("AI engineer", "ML engineer", "--db", str(db), *more, width=width)
    assert status == 0
    assert max(map(len, output.splitlines())) <= width
    assert "…" not in output and "nan" not in output.casefold() and "None" not in output
    with connect(db) as con:
        ((snapshot,),) = con.execute("select snapshot_id from snapshot").fetchall()
    for words in (snapshot, "openings of", "employers)"):
        assert words in " ".join(output.split())
    assert ("corrected" in output.splitlines()[1]) == (width == 120 and "--skill" not in more)


def test_the_rows_shown_are_the_first_ones_and_the_rest_is_counted(db: Path) -> None:
    _, output = run("AI", "ML", "--top", "2", "--db", str(db))
    found = comparison(db)
    assert [row.name in output for row in found.rows[:2]] == [True, True]
    assert points(found.rows[0].difference) in output
    assert "3 more with --top 5" in " ".join(output.split())


def comparison(db: Path) -> Comparison:
    with connect(db) as con:
        return compare(Ads(con, A, B))


def test_csv_has_every_row_with_its_numbers(db: Path) -> None:
    rows = list(csv.DictReader(run("AI", "ML", "--db", str(db), "--csv", "--top", "1")[1].splitlines()))
    found = comparison(db).rows
    assert [row["key"] for row in rows] == [row.key for row in found]
    assert [float(row["difference_low"]) for row in rows] == [row.difference.ci_low for row in found]
    assert rows[0]["n_a"] == "120" and rows[0]["verdict"] == found[0].verdict
    lines_ = list(csv.DictReader(run("AI", "ML", "--db", str(db), "--skill", "go", "--csv")[1].splitlines()))
    assert len(lines_) == 10 and lines_[0]["counted"] == "all openings"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("AI enginer", "ML"), "AI engineer"),
        (("AI", "ai_engineer"), "two roles"),
        (("AI", "ML", "--skill", "pythn"), "python"),
        (("AI", "ML", "--skill", ""), "empty"),
        (("AI", "ML", "--category", "langage"), "language"),
        (("AI", "ML", "--tags", "dutie"), "duty"),
        (("AI", "ML", "--tags", "duty", "--skill", "go"), "exclude"),
        (("AI", "ML", "--tags", "duty", "--need", "required"), "--need"),
        (("AI", "x" * 100_000), "roles are"),
    ],
)
def test_a_name_that_is_unknown_is_answered_with_the_nearest(db: Path, arguments: tuple[str, ...], words: str) -> None:
    status, output = run(*arguments, "--db", str(db))
    assert status == 2 and words in output and len(output) < 1000


@pytest.mark.parametrize(
    "function", [lambda con, a, b: compare(Ads(con, a, b)), lambda con, a, b: strip(Ads(con, a, b), "go")]
)
def test_a_role_is_not_compared_with_itself(con: duckdb.DuckDBPyConnection, function: Any) -> None:
    with pytest.raises(WarehouseError, match="two roles"):
        function(con, A, A)


def test_unlabelled_ads_say_so(unlabelled_warehouse: Path, empty_warehouse: Path) -> None:
    for db in (unlabelled_warehouse, empty_warehouse):
        status, output = run("AI", "ML", "--db", str(db))
        assert status == 1 and "rolescope label" in output


@pytest.mark.parametrize(("n_a", "n_b", "n_employers"), [(0, 0, 1), (0, 5, 9), (1, 30, 9), (5, 5, 1), (5, 5, 9)])
def test_few_ads_are_answered_honestly(tmp_path: Path, n_a: int, n_b: int, n_employers: int) -> None:
    ads = [
        {"role": role, "hiring_organization": f"E{i % n_employers}", "country": "DE", "date_posted": date(2026, 1, 2),
         "skills": {"go": "required"} if i % 2 else {"sql": "required"}}
        for role, n in ((A, n_a), (B, n_b), ("data_scientist", 1)) for i in range(n)
    ]  # fmt: skip
    db = make(tmp_path / "w.duckdb", ads)
    for more in ([], ["--skill", "go"], ["--skill", "rust"], ["--label", "masked"], ["--tags", "duty"], ["--csv"]):
        status, output = run("AI", "ML", "--db", str(db), *more, width=120)
        assert status == 0 and "nan" not in output.casefold() and "inf" not in output.casefold().split()
    with connect(db) as con:
        rows = compare(Ads(con, A, B)).rows
        assert bool(rows) == bool(n_a and n_b)
        if min(n_a, n_b) < 5 or n_employers == 1:
            assert {row.verdict for row in rows} <= {"not enough ads"}
            assert {line.verdict for line in strip(Ads(con, A, B), "go").lines} <= {"not enough ads", None}
            assert "Too few to say anything" in run("AI", "ML", "--db", str(db))[1]


def test_sample_data_say_that_they_are(tmp_path: Path) -> None:
    with building(tmp_path / "s.duckdb", AT, sample=True) as con:
        fill(con, [{"role": A, "hiring_organization": "E"}])
    assert "Sample data" in run("AI", "ML", "--db", str(tmp_path / "s.duckdb"))[1]


def only_some(ads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [ad for ad in ads if ad["country"] == "US" and ad["seniority"] == "senior" and ad["source"] == "lever"]


@pytest.mark.parametrize("need", ["named", "required", "preferred", "context"])
def test_of_the_postings_that_pass_the_same_is_counted(
    con: duckdb.DuckDBPyConnection, ads: list[dict[str, Any]], need: Any
) -> None:
    some = only_some(ads)
    is_a, employer = arrays(some)
    found = Ads(con, A, B, Only(sources=["lever"], countries=["US"], seniorities=["senior"]))
    rows = compare(found, need=need).rows
    assert len(rows) >= 4
    for row in rows:
        assert row.difference[:5] == near(difference(names_it(some, row.key, need), is_a, employer))
        assert row.of[:2] == (is_a.sum(), (~is_a).sum())
        assert (row.corrected.value is None) == (need in ("preferred", "context"))  # these were not measured
    assert lines(strip(found, "r", need=need))["all openings"].of == rows[0].of
    assert not compare(Ads(con, A, B, Only(countries=["XX"]))).rows


def test_several_roles_together_are_one_side(con: duckdb.DuckDBPyConnection) -> None:
    every = some_ads()
    is_a, employer = arrays(every)
    found = Ads(con, A, (B, "data_scientist"))
    assert (found.role_a, found.role_b) == (A, "others")
    assert found.mixture("role") == {A: 120, B: 180, "data_scientist": 40}
    for row in compare(found).rows:
        y = names_it(every, row.key)
        raw = difference(y, is_a, employer)
        assert row.difference[:5] == near(raw)
        errors = errors_of_skills(["language"], "named", found.mixture("role")).for_share(y.mean())
        assert row.corrected[:5] == near(corrected_difference(raw, errors))
    assert lines(strip(found, "r"))["all openings"].of[:2] == (120, 220)
    with pytest.raises(WarehouseError, match="two roles"):
        Ads(con, A, (B, A))
    with pytest.raises(WarehouseError, match="two roles"):
        Ads(con, A, ())
