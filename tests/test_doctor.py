"""The doctor names what is wrong with its remedy, finds nothing wrong with what is well, and writes nothing."""

import gzip
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import publish

from rolescope import main
from warehouse import SCHEMA_VERSION
from warehouse.doctor import examine_warehouse
from warehouse.installation import examine_installation
from warehouse.landing import LandingFile, iso
from warehouse.store import building, landing_folder

AT = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2)]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse of two crawls and two snapshots."""
    path = tmp_path_factory.mktemp("healthy") / "w.duckdb"
    for at in AT:
        collect(path, at)
        publish(path, at)
    return path.parent


@pytest.fixture
def db(healthy: Path, tmp_path: Path) -> Path:
    """A healthy warehouse, to be made ill."""
    shutil.copytree(healthy, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "w.duckdb"


def collect(db: Path, at: datetime) -> Path:
    with LandingFile(landing_folder(db), at, {}) as landing:
        landing.write(
            "job_posting",
            source="lever",
            board="acme",
            identifier="1",
            title="Engineer",
            description="Words",
            seen_at=iso(at),
        )
        landing.write(
            "board_fetch",
            crawl_id=landing.crawl_id,
            source="lever",
            board="acme",
            fetched_at=iso(at),
            status="ok",
            n_found=1,
        )
        landing.end(at)
    return landing.path


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """All that a write would change."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode, path.lstat().st_ino)
        for path in [folder, *folder.rglob("*")]
    }


def landed(db: Path, number: int = 0) -> Path:
    return sorted(landing_folder(db).iterdir())[number]


def change(db: Path, sql: str) -> None:
    """What a user does who opens the published file to write."""
    file = db.resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        con.execute(sql)
    file.chmod(0o444)


def cut_snapshot(db: Path) -> None:
    old = min(db.resolve().parent.glob("*.duckdb"), key=lambda path: path == db.resolve())
    old.chmod(0o644)
    old.write_bytes(old.read_bytes()[:5000])


def pack_half(db: Path) -> None:
    path = landed(db)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()


def replace_by(content: bytes) -> Callable[[Path], object]:
    def replace(db: Path) -> None:
        db.unlink()
        db.write_bytes(content)

    return replace


def link_to(target: str) -> Callable[[Path], object]:
    def link(db: Path) -> None:
        db.unlink()
        db.symlink_to(target)

    return link


def leave(name: str) -> Callable[[Path], object]:
    return lambda db: (db.parent / name).write_text("process 1 (rolescope load)")


def write_sample(db: Path) -> None:
    with LandingFile(landing_folder(db), datetime(2026, 3, 5, tzinfo=UTC), {"sample": True}):
        pass


GONE = 4_000_000  # more than any process number of Linux
AILMENTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "the link dangles": (link_to("snapshots/none.duckdb"), "none.duckdb, which is gone", r"mend --db .*w\.duckdb` goes back to w-\w+\.duckdb"),
    "the link leads to itself": (link_to("w.duckdb"), "which is gone", "mend --db .* goes back to"),
    "the link is gone": (lambda db: db.unlink(), "there is no warehouse", "mend --db .* goes back to"),
    "nothing was ever there": (lambda db: [shutil.rmtree(db.parent / "snapshots"), db.unlink()], "there is no warehouse", "mend --db .* from the landing files"),
    "it is a folder": (lambda db: [db.unlink(), db.mkdir()], "is a folder", "--db"),
    "it is no database": (replace_by(b"notes" * 999), "is damaged", "mend --db"),
    "it is empty": (replace_by(b""), "is damaged", "mend --db"),
    "it is of an older schema": (lambda db: change(db, "update snapshot set schema_version = 3"), "is of schema 3", "`rolescope load --db .*label --db"),
    "it is of a newer schema": (
        lambda db: change(db, f"update snapshot set schema_version = {SCHEMA_VERSION + 1}"), "made by a newer rolescope", "Update rolescope",
    ),
    "it is another program's": (lambda db: change(db, "drop table job_posting cascade"), "not a rolescope warehouse", "--db"),
    "a view was dropped": (lambda db: change(db, "drop view salary_by_role"), "1 views .*salary_by_role.*1 are missing", "rolescope load"),
    "a view was changed": (
        lambda db: change(db, "create or replace view label_coverage as select 1 as one"), r"1 views .*label_coverage\)\.", "rolescope load",
    ),
    "a rule is broken": (lambda db: change(db, "insert into job_posting from job_posting"), "posting_key_is_unique is broken by 1 rows", "load --rebuild"),
    "a table lacks a column": (lambda db: change(db, "alter table job_posting_text drop column title cascade"), "lacks columns of its schema: job_posting_text.title", "mv .*--rebuild"),
    "the file can be written": (lambda db: db.resolve().chmod(0o644), "can be written", "chmod a-w"),
    "a program wrote to it": (lambda db: Path(f"{db.resolve()}.wal").write_bytes(b""), r"\.wal is there", "rm "),
    "another snapshot is cut": (cut_snapshot, "can't be read, or is not whole", "rolescope mend"),
    "a build was killed": (leave("snapshots/w-building.duckdb"), "killed process left", "rolescope mend"),
    "a swap was killed": (leave(".w.duckdb.link"), "killed process left", "rolescope mend"),
    "an export was killed": (lambda db: (db.parent / f".out.building-{GONE}").mkdir(), "killed process left", "rolescope mend"),
    "a training was killed": (lambda db: (db.parent / f".model-new-{GONE}").mkdir(), "killed process left", "rolescope mend"),
    "a writer was killed": (leave(".w.duckdb.writer"), r"process 1 \(rolescope load\), that is gone", "rolescope mend"),
    "a file waits": (lambda db: collect(db, datetime(2026, 3, 4, tzinfo=UTC)), "is not loaded", "`rolescope load"),
    "a file grew": (lambda db: landed(db).open("a").write('{"type": "crawl_end"}\n'), "is not loaded, or not to its end", "`rolescope load"),
    "a file ends in the midst": (lambda db: landed(db).open("a").write('{"type": "job_po'), "ends within a record", "crawl again"),
    "a file holds no record": (lambda db: landed(db).open("a").write("nonsense\n"), "is broken", "move it away: `mv "),
    "a file was cut": (lambda db: os.truncate(landed(db), 100), "is shorter than what was loaded", "load BACKUP/landing --db"),
    "a packed file was cut": (pack_half, "is broken", r"`mv .*\.broken`; .*load BACKUP/landing --db"),
    "a file is gone": (lambda db: landed(db).unlink(), "loaded once, gone now", "never rebuild"),
    "a file is of sample data": (write_sample, "is of the other kind", "move it away"),
}  # fmt: skip


def test_nothing_is_wrong_with_what_is_well(healthy: Path) -> None:
    assert list(examine_warehouse(healthy / "w.duckdb")) == []


@pytest.mark.parametrize("ailment", AILMENTS)
def test_what_is_wrong_is_named_with_its_remedy_and_nothing_is_written(db: Path, ailment: str) -> None:
    make_ill, what, remedy = AILMENTS[ailment]
    make_ill(db)
    before = state(db.parent)
    findings = list(examine_warehouse(db))
    assert state(db.parent) == before
    [found] = [found for found in findings if re.search(what, f"{found.what}.")] or [findings]
    assert re.search(remedy, found.remedy), found
    assert len(findings) <= 2, findings


@pytest.mark.parametrize(
    "ailment",
    [
        "the link dangles",
        "a view was changed",
        "a writer was killed",
        "a file waits",
    ],
)
def test_the_remedy_mends_it(db: Path, ailment: str) -> None:
    AILMENTS[ailment][0](db)
    [found] = examine_warehouse(db)
    for command in re.findall(r"`(.*?)`", found.remedy):
        program, *arguments = shlex.split(command)
        assert program == "rolescope"
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
    assert list(examine_warehouse(db)) == []


def test_a_writer_at_work_is_named(db: Path) -> None:
    with building(db, AT[1]):
        [found] = examine_warehouse(db)
        assert f"is being written by process {os.getpid()}" in found.what
    assert list(examine_warehouse(db)) == []


def test_too_little_room_is_told_before_it_is_gone(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    [found] = examine_warehouse(db)
    assert "0 MB are free" in found.what


def test_the_command_ends_with_1_where_it_finds_anything_and_with_0_else(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.installation.examine_installation", lambda: [])
    unlabelled = CliRunner().invoke(main, ["doctor", "--db", str(db)])
    assert (unlabelled.exit_code, "1 postings are not labelled" in unlabelled.output) == (1, True), unlabelled.output
    assert CliRunner().invoke(main, ["label", "--workers", "1", "--db", str(db), "--at", "2026-03-03"]).exit_code == 0
    well = CliRunner().invoke(main, ["doctor", "--db", str(db)])
    assert (well.exit_code, "Nothing is wrong" in well.output) == (0, True), well.output
    change(db, "update label_version set model_version = 'another'")
    aged = CliRunner().invoke(main, ["doctor", "--db", str(db)])
    assert "labels are of another version" in aged.output and f"rolescope label --db {db}" in aged.output


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("labels.csv", "role\n", "review"),
        ("skills.csv", "skill,name\n", "label"),
        ("boards.csv", "platform\n", "crawl"),
        ("model/x", "", "train"),
    ],
)
def test_the_users_own_files_are_looked_at(db: Path, name: str, content: str, command: str) -> None:
    (db.parent / name).parent.mkdir(exist_ok=True)
    (db.parent / name).write_text(content)
    done = CliRunner().invoke(main, ["doctor", "--db", str(db)])
    assert done.exit_code == 1
    assert f"{db.parent / name}".removesuffix("/x") in done.output and f"rolescope {command}`" in done.output


def test_an_installation_that_lags_behind_its_pyproject_is_named(tmp_path: Path) -> None:
    project = {
        "requires-python": ">=9",
        "version": "99",
        "dependencies": ["duckdb>=99", "no-such-package>=1", "click>=8", 'x>1; python_version < "3"'],
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in project.items()]
    (tmp_path / "pyproject.toml").write_text("\n".join(["[project]", *lines]))
    found = [finding.what for finding in examine_installation(tmp_path)]
    for what in (
        "rolescope needs >=9",
        "duckdb is ",
        "no-such-package is not installed",
        "the package nlp is taken from",
        "rolescope 99 lies in",
    ):
        assert any(what in one for one in found), what
    assert not any("click" in one for one in found)


def test_packages_that_fit_are_not_named() -> None:
    assert [found.what for found in examine_installation() if "is installed as" not in found.what] == []
