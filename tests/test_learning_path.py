"""What to learn next, on a warehouse small enough to count by hand."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from statsmodels.api import OLS
from test_views import published

from warehouse import connect
from warehouse.learning_path.command_line import path
from warehouse.learning_path.names import UnknownName, role_key, skill_keys
from warehouse.learning_path.openings import required
from warehouse.learning_path.steps import LearningPath, learning_path

NEED = "required"


def ad(
    employer: str, *skills: str, role: str = "ml_engineer", country: str | None = "DE", **more: Any
) -> dict[str, Any]:
    """An ad that requires ``skills``, "python|r" either of the two; ``more``: skills with another need."""
    wanted: dict[str, Any] = dict(more)
    for skill in skills:
        ways = skill.split("|")
        wanted |= {way: (NEED, [other for other in ways if other != way]) for way in ways}
    return {"hiring_organization": employer, "role": role, "country": country, "skills": wanted}


ADS = [
    ad("Amberwick", "python"),
    ad("Amberwick", "python", "sql"),
    ad("Amberwick", "python|r", "sql"),
    ad("Birchline", "go", "rust"),
    ad("Birchline", "python|r", "go", country="US"),
    ad("Cobalt Ferry", "sql", go="preferred", rust="context"),
    ad("Dunmarrow", go="preferred"),
    ad("Dunmarrow"),
]
"""Of ML engineers; those of the other roles below are each for one test."""
EITHER = [ad(f"Employer {i}", "python|r", role="data_scientist", country="FR") for i in range(6)]
TWICE = [ad(f"Employer {i}", role="data_scientist", country="IT", python=NEED, r=(NEED, ["python"])) for i in range(6)]
MUCH_LACKS = [ad(f"Employer {i}", "python", "sql", "go", role="ai_engineer", country="GB") for i in range(8)]
ONE_EMPLOYER = [ad("Amberwick", "python", role="ai_engineer", country="NL")] * 9
FEW = [ad(f"Employer {i}", "python", role="ai_engineer", country="SE") for i in range(4)]
SILENT = [ad("Amberwick", role="ai_engineer", country="ES")]
_rng = np.random.default_rng(5)
EMPLOYER = _rng.integers(0, 30, 80)
HAS_PYTHON = _rng.random(80) < 0.2 + EMPLOYER / 50
CLUSTERED = [
    ad(f"Employer {e:02}", "python" if has else "sql", role="full_stack_engineer")
    for e, has in zip(EMPLOYER, HAS_PYTHON, strict=True)
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("path")
    published(folder, ADS + EITHER + TWICE + MUCH_LACKS + ONE_EMPLOYER + FEW + SILENT + CLUSTERED).close()
    return folder / "w.duckdb"


@pytest.fixture(scope="module")
def con(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(db) as con:
        yield con


def found(
    con: duckdb.DuckDBPyConnection,
    *have: str,
    role: str = "ml_engineer",
    country: str | None = None,
    by_employer: bool = False,
) -> LearningPath:
    return learning_path(required(con, role, country), have, 10, by_employer)


def printed(db: Path, *options: str) -> str:
    result = CliRunner().invoke(path, ["--db", str(db), *options])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("have", "n_covered", "n_opened", "n_lacking"),
    [
        ((), 0, {"PYTHON": 1, "SQL": 1}, {1: 2, 2: 4}),
        (("python",), 1, {"SQL": 3, "GO": 1}, {0: 1, 1: 4, 2: 1}),
        (("r",), 0, {"SQL": 2, "PYTHON": 1, "GO": 1}, {1: 4, 2: 2}),  # R will do where it is "Python or R"
        (("r", "sql"), 2, {"PYTHON": 2, "GO": 1}, {0: 2, 1: 3, 2: 1}),
        (("python", "sql", "go", "rust"), 6, {}, {0: 6}),
    ],
)
def test_openings_are_covered_when_each_requirement_is_met(
    con: duckdb.DuckDBPyConnection,
    have: tuple[str, ...],
    n_covered: int,
    n_opened: dict[str, int],
    n_lacking: dict[int, int],
) -> None:
    way = found(con, *have)
    assert (way.n_openings, way.n_employers, way.n_silent) == (6, 3, 2)  # what is preferred or context is not required
    assert (way.n_covered, way.covered.value) == (n_covered, pytest.approx(n_covered / 6))
    assert {step.name: step.n_opened for step in way.next_skills if step.n_opened} == n_opened
    assert way.n_lacking == n_lacking


def test_either_of_two_opens_what_takes_either(con: duckdb.DuckDBPyConnection) -> None:
    way = found(con, role="data_scientist", country="FR")
    assert [(step.name, step.n_opened) for step in way.next_skills] == [("PYTHON", 6), ("R", 6)]
    assert (way.n_lacking, way.median_lacking) == ({1: 6}, 1)
    assert [step.name for step in way.sequence] == ["PYTHON"]  # then nothing lacks
    assert way.nearest[0][1] == ["PYTHON or R"]


@pytest.mark.parametrize(("have", "n_covered"), [((), 0), (("r",), 0), (("python",), 6)])
def test_what_is_also_required_by_itself_is_one_requirement(
    con: duckdb.DuckDBPyConnection, have: tuple[str, ...], n_covered: int
) -> None:
    way = found(con, *have, role="data_scientist", country="IT")  # "Python or R" and, elsewhere in the ad, "Python"
    assert way.n_lacking == {int(not n_covered): 6}


def test_a_sequence_goes_on_from_what_was_learnt(con: duckdb.DuckDBPyConnection) -> None:
    way = found(con, "python")
    assert [(step.name, step.n_opened, step.n_covered) for step in way.sequence] == [
        ("SQL", 3, 4),
        ("GO", 1, 5),
        ("RUST", 1, 6),
    ]
    assert way.sequence[-1].covered[:3] == pytest.approx((1, 0.025 ** (1 / 3), 1))


def test_an_employer_weighs_as_much_as_any_other_where_employers_are_counted(con: duckdb.DuckDBPyConnection) -> None:
    way = found(con, "python", "sql", by_employer=True)
    shares = np.array([1, 0, 1])  # Amberwick 3 of 3, Birchline 0 of 2, Cobalt Ferry 1 of 1
    fit = OLS(shares, np.ones(3)).fit()
    assert (way.covered.value, way.covered.standard_error) == pytest.approx((2 / 3, fit.bse[0]))
    assert 0 <= way.covered.ci_low < 2 / 3 < way.covered.ci_high <= 1


def test_intervals_are_clustered_by_employer(con: duckdb.DuckDBPyConnection) -> None:
    covered = found(con, "python", role="full_stack_engineer").covered
    fit = OLS(HAS_PYTHON.astype(float), np.ones(80)).fit(cov_type="cluster", cov_kwds={"groups": EMPLOYER}, use_t=True)
    assert (covered.value, covered.standard_error) == pytest.approx((HAS_PYTHON.mean(), fit.bse[0]))
    assert 0 < covered.ci_low < covered.value - 1.5 * fit.bse[0]


def test_a_country_is_a_filter(con: duckdb.DuckDBPyConnection) -> None:
    assert (found(con, country="us").n_openings, found(con, country="DE").n_openings) == (1, 5)
    with pytest.raises(UnknownName, match="'FRANCE'"):
        found(con, country="FRANCE")


@pytest.mark.parametrize("country", ["NL", "SE", "ES"])
def test_too_few_ads_or_employers_say_nothing(db: Path, con: duckdb.DuckDBPyConnection, country: str) -> None:
    for by_employer in (False, True):
        assert found(con, "python", role="ai_engineer", country=country, by_employer=by_employer).is_too_small
    output = printed(db, "--role", "AI", "--have", "python", "--country", country)
    assert "Too few to say anything" in output
    assert "%" not in output


def test_no_number_is_made_up_where_there_is_no_opening(empty_warehouse: Path) -> None:
    with connect(empty_warehouse) as con:
        way = found(con)
    assert (way.covered.value, way.covered.ci_low, way.median_lacking) == (None, None, None)
    assert (way.next_skills, way.sequence, way.nearest) == ([], [], [])


def test_an_unlabelled_warehouse_says_so(unlabelled_warehouse: Path) -> None:
    assert "rolescope label" in printed(unlabelled_warehouse, "--role", "AI")


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("ML engineer", "ml_engineer"), ("ml_engineer", "ml_engineer"), ("Machine-Learning Engineers", "ml_engineer"),
        ("ai", "ai_engineer"), ("DS", "data_scientist"), ("Data Scientist", "data_scientist"),
        ("Full Stack Engineer", "full_stack_engineer"), ("fullstack developer", "full_stack_engineer"),
    ],
)  # fmt: skip
def test_roles_are_known_as_people_write_them(written: str, role: str) -> None:
    assert role_key(written) == role


@pytest.mark.parametrize("written", ["plumber", "", "🙂", "other", "x" * 100_000])
def test_an_unknown_role_is_refused_with_those_there_are(written: str) -> None:
    with pytest.raises(UnknownName, match="the roles are AI engineer, ML engineer") as error:
        role_key(written)
    assert len(str(error.value)) < 300


@pytest.fixture(scope="module")
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            """
            create table skill as select * from (values
                ('c', 'C', []), ('c-plus-plus', 'C++', ['cpp']), ('c-sharp', 'C#', ['CSharp']), ('scikit-learn', 'scikit-learn', ['sklearn']),
                ('power-bi', 'Power BI', ['PowerBI']), ('go', 'Go', ['Golang', 'c'])
            ) as t(skill, name, aliases)
            """
        )
        yield con


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        (["C", "c++", "C#"], ["c", "c-plus-plus", "c-sharp"]),
        (["SKLEARN", "Scikit Learn", "scikit-learn"], ["scikit-learn"]),
        ([" power bi ", "", "golang"], ["power-bi", "go"]),
        ([], []),
    ],
)
def test_skills_are_known_by_key_name_and_alias_in_any_case(
    table: duckdb.DuckDBPyConnection, written: list[str], keys: list[str]
) -> None:
    assert skill_keys(table, written) == keys


@pytest.mark.parametrize(
    ("written", "near"), [("skitlearn", "the nearest are sklearn, scikit-learn"), ("🙂" * 500, "no skill is called")]
)
def test_an_unknown_skill_is_refused_with_the_nearest(
    table: duckdb.DuckDBPyConnection, written: str, near: str
) -> None:
    with pytest.raises(UnknownName, match=near):
        skill_keys(table, ["C", written])


def test_the_command_prints_numbers_with_n_and_interval_in_80_columns(db: Path) -> None:
    output = printed(db, "--role", "ml engineer", "--have", "Python", "--count", "openings")
    assert "Covered now: 1 opening, 16.7 % (" in output
    assert "2 more require nothing known" in " ".join(output.split())
    assert re.search(r"SQL +3 +50\.0 % \(\d", output)
    assert max(map(len, output.splitlines())) <= 80


def test_the_command_warns_where_no_skill_opens_much(db: Path) -> None:
    warning = "No single skill opens much"
    assert warning in printed(db, "--role", "AI", "--country", "GB")
    assert warning not in printed(db, "--role", "AI", "--country", "GB", "--have", "sql,go")


@pytest.mark.parametrize(
    "wrong", [["--role", "plumber"], ["--role", "ML", "--have", "nonsense"], ["--role", "ML", "--country", "ZZ"]]
)
def test_an_unknown_name_is_wrong_usage(db: Path, wrong: list[str]) -> None:
    result = CliRunner().invoke(path, ["--db", str(db), *wrong])
    assert (result.exit_code, result.stdout) == (2, "")
