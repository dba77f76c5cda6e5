"""The court on invented ads: each verdict arises by construction, and what is kept can be counted again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner

from warehouse import WarehouseError, connect
from warehouse.claims.command_line import claims as command
from warehouse.claims.court import Judgement, judge_claims, scoreboard, settle
from warehouse.claims.own_claims import Claim, own_claims, shipped_claims
from warehouse.claims.wording import interval_text, value_text
from warehouse.inference.clustered import mean
from warehouse.store import building

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROLES = {"AI": "ai_engineer", "ML": "ml_engineer", "DS": "data_scientist", "FS": "full_stack_engineer"}
N = 400  # ads of AI and of ML engineers

# of the ads of each role, the share that names a skill: (AI, ML)
SHARES = {
    "pytorch": (0.25, 0.6), "langchain": (0.6, 0.25), "docker": (0.03, 0.02), "spark": (0.40, 0.44), "fortran": (0.0, 0.0025),
    "python": (1.0, 1.0), "git": (0.0, 1.0),
}  # fmt: skip


class Ad(NamedTuple):
    role: str
    employer: str
    source: str
    skills: tuple[str, ...]


def ads() -> Iterator[Ad]:
    """400 ads of AI and 400 of ML engineers, each of 80 employers and on two sources; 24 of data scientists, one of a
    full-stack engineer."""
    for role, which in (("AI", 0), ("ML", 1)):
        order = np.random.default_rng(which).permutation(N)
        for i in range(N):
            spread = (order[i] + 0.5) / N
            named = [skill for skill, shares in SHARES.items() if spread < shares[which]]
            source = "lever" if (i // 80) % 2 else "greenhouse"
            if spread < (0.9 if role == "ML" and source == "lever" else 0.3):
                named.append("airflow")  # only one source tells the roles apart
            yield Ad(role, f"Employer {i % 80}", source, tuple(named))
    for i in range(24):
        yield Ad("DS", f"Employer {i % 12}", "lever", ("python", "spark") if i % 2 else ("python",))
    yield Ad("FS", "Employer 0", "lever", ("python",))


def fill(con: duckdb.DuckDBPyConnection, postings: Iterator[Ad] | list[Ad], masked: str | None = None) -> None:
    """Labelled postings; by text (with the group ``masked`` hidden) every ML ad that names PyTorch is one of an AI engineer."""
    keys = count()
    rows = [(f"{next(keys):016x}", *ad) for ad in postings]
    skills = sorted({skill for row in rows for skill in row[4]} | {*SHARES})
    con.execute("insert into label_version values ('m', true)")
    con.executemany(
        "insert into skill (skill, name, category, aliases) values (?, ?, ?, [])",
        [[skill, skill.title(), "language" if skill in ("python", "fortran") else "tool"] for skill in skills],
    )
    con.execute("create temp table ad (key varchar, role varchar, employer varchar, source varchar, skills varchar[])")
    con.execute(
        "insert into ad select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)",
        [
            [row[0] for row in rows],
            [ROLES[row[1]] for row in rows],
            *([list(row[n]) if n == 4 else row[n] for row in rows] for n in (2, 3, 4)),
        ],
    )
    for statement in (
        "insert into job_posting_text select key, 'Title', 'Text', 'en' from ad",
        """
        insert into job_posting by name
        select key as posting_id, source, 'b' as board, key as identifier, 'Title' as title, employer as hiring_organization,
            key as content_hash, '2026-01-01'::timestamp as first_seen_at, '2026-02-28'::timestamp as last_seen_at,
            0 as n_reopened, key as cluster_id, 'title' as title_key
        from ad
        """,
        """
        insert into job_posting_role by name
        select key as content_hash, 'm' as model_version, role, role as role_by_title, role as role_by_text, skills,
            '2026-03-01'::timestamp as labelled_at
        from ad
        """,
        "insert into job_posting_skill select key, skill, 'required', skill, [] from (select key, unnest(skills) as skill from ad)",
        "drop table ad",
    ):
        con.execute(statement)
    if masked:
        con.execute(
            """
            insert into job_posting_role_masked by name
            select r.content_hash, ? as skill_group, 'ai_engineer' as role, 0.9 as p_role
            from job_posting_role as r join job_posting_skill as s on s.content_hash = r.content_hash and s.skill = 'pytorch'
            where r.role = 'ml_engineer'
            """,
            [masked],
        )


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("court") / "w.duckdb"
    with building(path, AT) as con:
        fill(con, ads(), masked="tool")
    return path


def claim(test: str | None, status: str = "testable", claim_id: str = "x1", essay: str = "A") -> Claim:
    return Claim(claim_id, essay, "skills", "Some claim.", None, status, test, None)


def judged(db: Path, test: str) -> list[Judgement]:
    with connect(db) as con:
        return judge_claims(con, [claim(test)])


@pytest.mark.parametrize(
    ("test", "verdict", "words"),
    [
        ("ML > AI: pytorch", "supported", ""),
        ("AI < ML: pytorch", "supported", ""),
        ("AI > ML: pytorch", "contradicted", ""),
        ("AI > ML: docker", "no_meaningful_difference", ""),
        ("ML > AI: spark", "undecided", "both sides"),
        ("DS > AI: spark", "undecided", "not enough ads"),
        ("FS > AI: python", "undecided", "not enough ads: 1 of FS (1 employers)"),
        ("ML > AI: fortran", "not_in_ads", "under 1 % in both"),
        ("AI >= 50%: langchain", "supported", ""),
        ("AI >= 50%: pytorch", "contradicted", ""),
        ("AI < 50%: pytorch", "supported", ""),
        ("AI >= 1%: fortran", "not_in_ads", ""),
        ("AI = ML: docker", "supported", ""),
        ("AI = ML: pytorch", "contradicted", ""),
        ("AI = ML: spark", "undecided", ""),
        ("ML > AI: airflow", "not_robust", "source lever"),
        ("AI: langchain > pytorch", "supported", ""),
        ("AI: pytorch > langchain", "contradicted", ""),
        ("AI+ML: python first of category language", "supported", ""),
        ("AI+ML: fortran first of category language", "contradicted", ""),
        ("ML > AI: pytorch; AI > ML: langchain", "supported", ""),
        ("ML > AI: pytorch; ML > AI: langchain", "contradicted", ""),
        ("ML > AI: git", "supported", ""),  # of one side every ad has it, of the other none
        ("AI > ML: number of any(langchain, docker)", "supported", ""),
        ("ML > AI: log pay", "undecided", "not enough ads"),  # none states pay
        ("AI+ML: skills differ", "supported", ""),
    ],
)  # fmt: skip
def test_verdict_arises_by_construction(db: Path, test: str, verdict: str, words: str) -> None:
    parts = judged(db, test)
    (deciding,) = [part for part in parts if part.decides]
    assert deciding.verdict == verdict, deciding
    assert words in deciding.reason
    if verdict == "not_robust":
        assert words in (deciding.broken_by or "")


@pytest.mark.parametrize(("n_naming", "verdict"), [(4, "not_robust"), (12, "supported")])
def test_what_hangs_on_one_employer_is_not_robust(tmp_path: Path, n_naming: int, verdict: str) -> None:
    """Of 60 employers with two ads of either role, some name the skill in those of ML engineers: four are just enough."""
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(
            con,
            [
                Ad(role, f"Employer {i}", "lever", ("python", "rust") if role == "ML" and i < n_naming else ("python",))
                for i in range(60)
                for role in ("AI", "AI", "ML", "ML")
            ],
        )
    (found,) = judged(tmp_path / "w.duckdb", "ML > AI: rust")
    assert found.verdict == verdict
    assert (found.broken_by or "holds").startswith("without employer Employer" if verdict == "not_robust" else "holds")


def test_alike_ads_are_equal_as_far_as_their_employers_can_tell(db: Path) -> None:
    (found,) = judged(db, "AI = ML: python")
    reach = 2 - 0.025 ** (1 / 80) - 0.025 ** (1 / 80)
    assert (found.effect, found.ci_low, found.ci_high) == pytest.approx((0, -reach, reach))


@pytest.mark.parametrize("test", ["AI > 10%: fortran", "ML > 90%: git", "ML > AI: git", "AI: python > git"])
def test_shares_stay_between_0_and_1(db: Path, test: str) -> None:
    (found,) = judged(db, test)
    figures = (found.effect, found.ci_low, found.ci_high)
    assert all(figure is not None and 0 <= figure <= 1 for figure in figures), figures
    assert "-" not in f"{found.effect}"


def test_the_interval_of_a_share_is_that_of_a_mean(db: Path) -> None:
    (found,) = judged(db, "AI > 50%: docker")
    named = [("docker" in ad.skills, ad.employer) for ad in ads() if ad.role == "AI"]
    expected = mean([has for has, _ in named], np.unique([employer for _, employer in named], return_inverse=True)[1])
    assert (found.effect, found.ci_low, found.ci_high) == pytest.approx(expected[:3], rel=0.02)


@pytest.mark.parametrize(
    "test",
    [
        "ML > AI: pytorch", "AI >= 50%: required langchain", "AI: langchain > !pytorch", "AI+ML: python first of category language",
        "AI[docker] > ML[spark]: python", "AI+ML[pytorch] > AI+ML[langchain]: any(spark, airflow)", "ML > AI: at_least(2, spark, airflow, docker)",
    ],
)  # fmt: skip
def test_the_query_counts_what_the_verdict_rests_on(db: Path, test: str) -> None:
    (found,) = judged(db, test)
    with connect(db) as con:
        rows = con.execute(found.sql or "").fetchall()
    sides = [("a", found.n_a, found.n_with_a), ("b", found.n_b, found.n_with_b)]
    assert rows == [side for side in sides if side[1] is not None]


def test_the_query_of_an_amount_gives_its_mean(db: Path) -> None:
    (found,) = judged(db, "AI > ML: number of category tool")
    with connect(db) as con:
        rows = con.execute(found.sql or "").fetchall()
    assert rows == [("a", found.n_a, pytest.approx(found.share_a)), ("b", found.n_b, pytest.approx(found.share_b))]


def test_the_masked_label_is_that_of_the_tested_group(db: Path) -> None:
    (pytorch,), (fortran,) = judged(db, "ML > AI: pytorch"), judged(db, "ML > AI: fortran")
    assert (pytorch.masked_group, fortran.masked_group) == ("tool", "language")
    assert pytorch.effect_masked is not None and pytorch.effect_masked < -0.4  # no ML ad is left that names it
    assert pytorch.effect_role == pytorch.effect
    assert fortran.effect_masked == fortran.effect


def test_false_discovery_is_held_over_all_claims(db: Path) -> None:
    with connect(db) as con:
        found = judge_claims(con, [claim("ML > AI: pytorch"), claim("ML > AI: spark"), claim(None, "never")])
    first, second, third = ([one.p, one.q] for one in found)
    assert second[0] == second[1] and third == [None, None]
    assert first[0] is not None and first[1] == pytest.approx(2 * first[0])


def test_a_name_that_the_labels_lack_is_undecided_and_says_which(db: Path) -> None:
    (found,) = judged(db, "ML > AI: pytroch")
    assert found.verdict == "undecided" and "pytorch" in found.reason and found.decides


def test_claims_that_ads_cannot_settle_yet_or_ever(db: Path) -> None:
    with connect(db) as con:
        found = judge_claims(con, [claim(None, "months", "x1"), claim(None, "never", "x2")])
    assert [one.verdict for one in found] == ["needs_months", "cannot_be_settled"]


def test_the_scoreboard_counts_claims_with_a_test(db: Path) -> None:
    several = [
        claim("ML > AI: pytorch", claim_id="x1"), claim("ML > AI: langchain", claim_id="x2"), claim(None, "never", "x3"),
        claim("ML > AI: pytorch; AI > ML: langchain", "proxy", "x4"), claim("AI > ML: docker", claim_id="y1", essay="B"),
    ]  # fmt: skip
    with connect(db) as con:
        scores = scoreboard(judge_claims(con, several), several)
    assert scores["A"]._asdict() == {
        "claims": 4, "testable": 3, "supported": 2, "not_robust": 0, "contradicted": 1, "no_meaningful_difference": 0,
        "undecided": 0, "not_in_ads": 0,
    }  # fmt: skip
    assert scores["B"].no_meaningful_difference == 1


@pytest.mark.parametrize(
    "postings", [[], [Ad("AI", "A", "lever", ("python",))], [Ad("AI", "A", "lever", ("python",))] * 6]
)
def test_few_ads_or_one_employer_decide_nothing(postings: list[Ad], tmp_path: Path) -> None:
    filler = [Ad("DS", "B", "lever", ())]
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, [*postings, *filler])
    tests = (
        "AI > ML: python",
        "AI = ML: python",
        "AI > 50%: python",
        "AI: python > pytorch",
        "AI: python first of category tool",
    )
    amounts = (
        "AI > ML: number of skills",
        "AI > ML: log pay",
        "AI > ML: mean years_min",
        "AI+ML: skills differ",
        "AI > ML: skill diversity",
    )
    with connect(tmp_path / "w.duckdb") as con:
        found = judge_claims(con, [claim(test) for test in tests + amounts])
    assert {one.verdict for one in found} == {"undecided"}
    assert all(value == value for one in found for value in one)  # no NaN


def test_without_labels_there_is_no_verdict(empty_warehouse: Path, unlabelled_warehouse: Path) -> None:
    for path in (empty_warehouse, unlabelled_warehouse):
        with connect(path) as con, pytest.raises(WarehouseError, match="rolescope label"):
            judge_claims(con, [])


@pytest.fixture
def own_db(tmp_path: Path) -> Path:
    path = tmp_path / "own.duckdb"
    with building(path, AT) as con:
        fill(con, ads())
    return path


def test_verdicts_are_published_once(own_db: Path) -> None:
    several = [claim("ML > AI: pytorch", claim_id="x1"), claim("AI > ML: docker; ML > AI: pytorch", claim_id="x2")]
    before = own_db.readlink()
    settle(own_db, several, AT, sample=False)
    published = own_db.readlink()
    assert published != before
    settle(own_db, several, AT, sample=False)
    assert own_db.readlink() == published
    with connect(own_db) as con:
        rows = con.execute(
            "select claim_id, verdict, part, n_parts, snapshot_id from claim_result order by claim_id"
        ).fetchall()
        snapshots = con.execute("select snapshot_id from snapshot order by taken_at, rowid").fetchall()
    assert rows == [
        ("x1", "supported", 1, 1, snapshots[0][0]),
        ("x2", "no_meaningful_difference", 1, 2, snapshots[0][0]),
    ]


def test_what_is_judged_otherwise_is_published_and_the_rest_keeps_its_snapshot(own_db: Path) -> None:
    first, second = claim("ML > AI: pytorch", claim_id="x1"), claim("AI > ML: docker", claim_id="x2")
    settle(own_db, [first], AT, sample=False)
    settle(own_db, [first, second], AT, sample=False)
    settle(own_db, [second], AT, sample=False)
    with connect(own_db) as con:
        assert con.execute("select claim_id from claim").fetchall() == [("x2",)]
        ((judged_on,),) = con.execute("select snapshot_id from claim_verdict").fetchall()
        order = [
            name for (name,) in con.execute("select snapshot_id from snapshot order by taken_at, rowid").fetchall()
        ]
    assert order.index(judged_on) == 1


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    return result.exit_code, result.output


def test_the_command_prints_every_claim_and_the_scoreboard(own_db: Path) -> None:
    status, output = run("--db", str(own_db))
    assert status == 0
    assert all(one.claim_id in output for one in shipped_claims())
    assert "uphold" in output and "nan" not in output.casefold().split()
    assert run("--db", str(own_db), "--contradictions")[1].count("?\n") == 6


def test_one_claim_in_full_and_an_unknown_one(own_db: Path) -> None:
    run("add", "ML > AI: pytorch", "--db", str(own_db))
    status, output = run("--db", str(own_db), "--claim", "OWN1")
    assert status == 0
    for words in ("Verdict: supported", "240 of 400", "100 of 400", "by title and text", "select 'a' as side"):
        assert words in output, output
    status, output = run("--db", str(own_db), "--claim", "own2")
    assert status == 2 and "own1" in output


def test_a_claim_of_ones_own_is_judged_at_once_and_kept(own_db: Path) -> None:
    status, output = run(
        "add", "ML  >  AI: PyTorch", "--claim", "ML engineers need PyTorch, and more so.", "--db", str(own_db)
    )
    assert status == 0 and "Verdict: supported" in output and "own1" in output
    (kept,) = own_claims(own_db)
    assert (kept.claim_id, kept.essay, kept.test) == ("own1", "own", "ML > AI: PyTorch")
    assert kept.claim == "ML engineers need PyTorch, and more so."
    assert "already" in run("add", "ML > AI: PyTorch", "--db", str(own_db))[1]
    assert run("--db", str(own_db), "add", "AI > 50%: langchain")[0] == 0  # the option may stand before
    assert [one.claim_id for one in own_claims(own_db)] == ["own1", "own2"]
    assert "own2" in run("--db", str(own_db))[1]


@pytest.mark.parametrize(
    ("test", "near"), [("ML > AI: pytroch", "pytorch"), ("ML > UX: pytorch", "AI, ML, DS, FS"), ("", "role")]
)
def test_a_claim_that_cannot_be_read_is_not_kept(own_db: Path, test: str, near: str) -> None:
    with pytest.raises(WarehouseError, match=near):
        run("add", test, "--db", str(own_db))
    assert own_claims(own_db) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "lacks the columns"),
        ("claim_id,essay,topic,claim,question,status,test,reading\no1,own,x,Words,,testable,,\n", "line 2"),
        ("claim_id,essay,topic,claim,question,status,test,reading\nA01,own,x,Words,,testable,AI > ML: x,\n", "A01 is the id"),
        ("claim_id,essay,topic,claim,question,status,test,reading\n" + "o1,own,x,Words,,testable,AI > ML: x,\n" * 2, "id of its own"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_claims_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "claims.csv").write_text(text, encoding="utf-8")
    with pytest.raises(WarehouseError, match=words):
        own_claims(tmp_path / "w.duckdb")


def test_sample_data_say_that_they_are(tmp_path: Path) -> None:
    with building(tmp_path / "s.duckdb", AT, sample=True) as con:
        fill(con, [Ad("AI", "A", "lever", ("python",))])
    assert "sample data" in run("--db", str(tmp_path / "s.duckdb"))[1]


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [
        (0.1234, "share", True, "+12.3"), (0.5, "share", False, "50.0 %"), (0.0, "log", True, "×1.00"),
        (11.5129255, "log", False, "$100,000"), (-0.5, "years", True, "-0.50"), (None, "share", True, "–"),
    ],
)  # fmt: skip
def test_figures_are_written_in_their_unit(value: float | None, unit: str, signed: bool, text: str) -> None:
    assert value_text(value, unit, signed) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.1, 0.2, "10.0 to 20.0 %"), (None, None, "no interval"), (float("nan"), 1.0, "no interval")],
)
def test_an_interval_that_is_none_says_so(low: float | None, high: float | None, text: str) -> None:
    assert interval_text(low, high, "share", signed=False) == text
