"""The command line as a person meets it: exit statuses, one line of counts, and errors that name the remedy."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rolescope import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    path = tmp_path / "ads.jsonl"
    rows = [
        {
            "id": i,
            "job_title": f"Data Scientist {i}",
            "text": "You run experiments in Python and R, and write SQL.",
            "company": "Acme",
        }
        for i in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def db(tmp_path: Path, ads: Path) -> Path:
    path = tmp_path / "w.duckdb"
    result = run("import", ads, "--map", "title=job_title", "--db", path, "--at", "2026-03-01")
    assert result.exit_code == 0, result.output
    assert "3 postings read from 1 files, 0 rejected" in result.output
    return path


def test_help_is_instant_and_imports_nothing_heavy() -> None:
    start = time.perf_counter()
    code = "import sys, rolescope; rolescope.main(['--help'], standalone_mode=False); print(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert time.perf_counter() - start < 3
    assert not {"scrapy", "spacy", "duckdb", "streamlit", "sklearn"} & set(output.split())


def test_import_label_check_sql_end_to_end(db: Path) -> None:
    result = run("label", "--db", db, "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "3 contents labelled" in result.output
    assert run("check", "--db", db).exit_code == 0
    result = run("sql", "--db", db, "--json", "select role, skills, is_open from posting")
    assert result.exit_code == 0
    for line in result.output.splitlines():
        row = json.loads(line)
        assert row["role"] == "data_scientist"
        assert {"Python", "R", "SQL"} <= set(row["skills"])
    again = run("label", "--db", db)
    assert "0 contents labelled" in again.output


def test_labels_are_published_slice_by_slice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db, ads = tmp_path / "w.duckdb", tmp_path / "ads.csv"
    rows = (f"AI Engineer,You know Python and {n} more things.\n" for n in range(60))
    ads.write_text("title,description\n" + "".join(rows))
    assert run("import", ads, "--db", db).exit_code == 0
    monkeypatch.setattr("rolescope._LABEL_AT_ONCE", 1)
    assert "60 contents labelled" in run("label", "--db", db, "--workers", "1").output
    slices = json.loads(
        run(
            "sql",
            "--db",
            db,
            "--json",
            "select list(n order by labelled_at) as n from (select labelled_at, count(*) as n from job_posting_role group by all)",
        ).output
    )["n"]
    assert slices[0] == 1 and len(slices) > 1 and sum(slices) == 60


def test_import_twice_changes_nothing(db: Path, ads: Path) -> None:
    before = db.readlink()
    assert run("import", ads, "--map", "title=job_title", "--db", db, "--at", "2026-03-01").exit_code == 0
    assert db.readlink() == before


def test_sql_prints_csv_and_tables_and_refuses_to_write(db: Path) -> None:
    assert run("sql", "--db", db, "--csv", "select 1 as a, 'x,y' as b").output == 'a,b\n1,"x,y"\n'
    assert "3 rows" in run("sql", "--db", db, "select title, null as nothing from posting").output
    assert run("sql", "--db", db, "--csv", "select 1 as a; select 2 as a").output == "a\n1\na\n2\n"
    assert run("sql", "--db", db, "--json", "select 1 as a, 'nan'::double as a").output == '{"a": 1, "a_2": null}\n'
    wide = run("sql", "--db", db, "from posting limit 1").output
    assert "hiring_organization" in wide and "Acme" in wide and "1 row" in wide
    for nothing in ("", ";", "/* nothing */"):
        assert (run("sql", "--db", db, nothing).exit_code, run("sql", "--db", db).exit_code) == (1, 0)
    piped = CliRunner().invoke(main, ["sql", "--db", str(db), "--csv"], input="select 42 as x")
    assert (piped.exit_code, piped.output) == (0, "x\n42\n")
    assert CliRunner().invoke(main, ["sql", "--db", str(db)], input="selekt;\nselect 1;\n").exit_code == 1
    refused = run("sql", "--db", db, "drop table job_posting")
    assert refused.exit_code == 1
    assert "read-only" in refused.output


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["sql", "--db", "none.duckdb", "select 1"], 1, "there is no warehouse yet"),
        (["check", "--db", "none.duckdb"], 1, "rolescope import FILE"),
        (["import", "none.csv"], 2, "there is no such file"),
        (["import", "none.csv", "--map", "title"], 2, "FIELD=COLUMN"),
        (["crawl", "--boards", "none.csv"], 2, "none.csv"),
        (["crawl", "--at", "yesterday"], 2, "not an ISO 8601"),
        (["crawl", "workday", "--sample"], 2, "no board of workday"),
        (["snapshot", "list", "--db", "none.duckdb"], 1, "there is no warehouse yet"),
        (["snapshot", "diff", "ab", "--db", "none.duckdb"], 1, "there is no warehouse yet"),
        (["export", "--to", "out", "--db", "none.duckdb"], 1, "there is no warehouse yet"),
        (["doctor", "--db", "none.duckdb"], 1, "rolescope up"),
        (["nothing"], 2, "No such command"),
    ],
)
def test_wrong_usage_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, message in result.output) == (status, True), result.output


def test_invented_and_real_data_never_meet(db: Path, tmp_path: Path, ads: Path) -> None:
    landed = list((tmp_path / "landing" / "w").iterdir())
    refused = run("crawl", "--sample", "--db", db)
    assert (refused.exit_code, "holds real data" in refused.output) == (1, True)
    assert list((tmp_path / "landing" / "w").iterdir()) == landed  # refused before anything was collected
    first = json.dumps({"type": "crawl", "crawl_id": "20270101T000000.000000Z", "settings": '{"sample": true}'})
    (tmp_path / "landing" / "w" / "20270101T000000.000000Z.jsonl").write_text(first + "\n")
    refused = run("load", "--db", db)
    assert (refused.exit_code, "holds sample data, the warehouse holds real data" in refused.output) == (1, True)


def test_landing_files_of_the_other_kind_are_refused_before_they_are_copied(db: Path, tmp_path: Path) -> None:
    first = json.dumps({"type": "crawl", "crawl_id": "20270101T000000.000000Z", "settings": '{"sample": true}'})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "20270101T000000.000000Z.jsonl").write_text(first + "\n")
    refused = run("load", tmp_path / "other", "--db", db)
    assert (refused.exit_code, "holds sample data, the warehouse holds real data" in refused.output) == (1, True)
    assert run("load", "--db", db).exit_code == 0  # nothing of it stayed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["crawl", "--since", "2999-01-01"], "--since 2999-01-01 00:00 lies in the future"),
        (["crawl", "--since", "yesterday"], "neither a date or time, such as 2026-11-20, nor how long ago, such as 20h"),
        (["crawl", "--budget", "0s"], "not a length of time above 0"),
        (["crawl", "--shard", "5/4"], "not a part such as 1/4"),
        (["crawl", "linkedin"], "LinkedIn is not crawled: Its terms"),
        (["crawl", "monster"], "no board of monster in the list; there are"),
        (["crawl", "--boards", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["load", "nothere://bucket"], "nothere://bucket cannot be used"),
        (["boards", "discover"], "holds no landing file to look for boards in: run `rolescope crawl` first"),
        (["boards", "check"], "there is no warehouse yet"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_its_remedy(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments, "--db", tmp_path / "w.duckdb")
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.output.split())
    assert not (tmp_path / "w.duckdb").exists()


@pytest.mark.parametrize("content", [b"", b"notes", None])
def test_import_into_something_else_collects_nothing(tmp_path: Path, ads: Path, content: bytes | None) -> None:
    path = tmp_path / "x.duckdb"
    path.mkdir() if content is None else path.write_bytes(content)
    result = run("import", ads, "--map", "title=job_title", "--db", path)
    assert result.exit_code == 1
    assert "x.duckdb" in result.output
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["ads.jsonl", "x.duckdb"]


@pytest.mark.parametrize("command", ["label", "load", "check"])
def test_a_misspelt_database_is_not_made(tmp_path: Path, command: str) -> None:
    result = run(command, "--db", tmp_path / "none" / "w.duckdb")
    assert result.exit_code == 1, result.output
    assert not (tmp_path / "none").exists()


def test_a_wrong_board_is_named_with_its_line(tmp_path: Path) -> None:
    boards = tmp_path / "boards.csv"
    boards.write_text("platform,board\nlever,acme\nfacebook,acme\n")
    result = run("crawl", "--boards", boards, "--db", tmp_path / "w.duckdb")
    assert result.exit_code == 2
    assert "line 3" in result.output and "facebook" in result.output


def test_check_names_a_broken_rule(db: Path) -> None:
    import duckdb

    with duckdb.connect(str(db.resolve())) as con:
        con.execute("insert into job_posting from job_posting limit 1")
    result = run("check", "--db", db)
    assert result.exit_code == 1
    assert "posting_key_is_unique: 1 rows" in result.output


def test_sample_crawl_lands_in_a_database_of_its_own(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "rolescope", "crawl", "--sample", "--at", "2026-03-01"]
    for _ in range(2):
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "boards tried" in done.stdout
    assert "sample data" in done.stdout
    assert (tmp_path / "data" / "sample.duckdb").exists()
    assert not (tmp_path / "data" / "rolescope.duckdb").exists()
    result = run(
        "sql",
        "--db",
        tmp_path / "data" / "sample.duckdb",
        "--csv",
        "select count(*) >= 150, bool_and(is_open) from posting",
    )
    assert result.output.splitlines()[1] == "True,True"


def test_a_crawl_without_network_fails_and_says_so(tmp_path: Path) -> None:
    boards = tmp_path / "boards.csv"
    boards.write_text("platform,board\njsonld,careers.nowhere.invalid\n")
    arguments = ["crawl", "--boards", str(boards), "--db", str(tmp_path / "w.duckdb"), "--delay", "0"]
    done = subprocess.run([sys.executable, "-m", "rolescope", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "no board could be read" in done.stderr
