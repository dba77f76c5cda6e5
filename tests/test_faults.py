"""On a bad day the doctor names what happened, and one command brings back all that was collected.

A few faults of tests/bench/faults.py, on a small warehouse.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from conftest import publish

from rolescope import main
from warehouse import WarehouseError
from warehouse.damage import damage, newest_whole
from warehouse.doctor import examine_warehouse
from warehouse.landing import LandingFile, iso
from warehouse.mending import mend
from warehouse.store import landing_folder, one_writer

AT = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
ROOT = Path(__file__).parent.parent


def collect(db: Path, at: datetime) -> Path:
    with LandingFile(landing_folder(db), at, {}) as landing:
        of = {"source": "lever", "board": "acme"}
        text = f"Words of {at:%A}: " + " ".join(f"word{number}" for number in range(2_000))
        landing.write("job_posting", **of, identifier=str(at.day), title="Engineer", description=text, seen_at=iso(at))
        landing.write("board_fetch", **of, crawl_id=landing.crawl_id, fetched_at=iso(at), status="ok", n_found=1)
        landing.end(at)
    return landing.path


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse with two snapshots, and a landing file that waits."""
    db = tmp_path_factory.mktemp("healthy") / "w.duckdb"
    for at in AT[:2]:
        collect(db, at)
        publish(db, at)
    collect(db, AT[2])
    return db.parent


@pytest.fixture
def db(healthy: Path, tmp_path: Path) -> Path:
    shutil.copytree(healthy, tmp_path / "data", symlinks=True)
    return tmp_path / "data" / "w.duckdb"


def overwrite(file: Path, at: int, n: int = 4096) -> None:
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.seek(at, os.SEEK_END if at < 0 else os.SEEK_SET)
        opened.write(b"\x5c" * n)  # not 0xa5, of which what no table uses may be full
    file.chmod(0o444)


def block(file: Path, table: str) -> int:
    """Where a block that holds rows of a table begins."""
    with duckdb.connect(str(file), read_only=True) as con:
        (number,) = con.execute(
            f"select min(block_id) from pragma_storage_info('{table}') where block_id > 0"
        ).fetchall()[0]
    return int(3 * 4096 + number * 262_144)


def spoil(file: Path, table: str = "job_posting_text") -> None:
    overwrite(file, block(file, table) + 64, 8)


def shorten(file: Path, left: int) -> None:
    file.chmod(0o644)
    os.truncate(file, left)
    file.chmod(0o444)


def both(harm: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda db: [harm(path) for path in (db.parent / "snapshots").iterdir()]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def postings(db: Path) -> list[tuple[str, bool]]:
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        return con.execute("select identifier, labelled_at is not null from posting order by all").fetchall()


FAULTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "words of ads are overwritten": (lambda db: spoil(db.resolve()), "is damaged", "goes back to"),
    "a table of publication is overwritten": (lambda db: spoil(db.resolve(), "posting_index"), "is damaged", "goes back to"),
    "the first header is overwritten": (lambda db: overwrite(db.resolve(), 0), "is damaged", "goes back to"),
    "the first block is overwritten": (lambda db: overwrite(db.resolve(), 3 * 4096), "is damaged", "goes back to"),
    "the end is gone": (lambda db: shorten(db.resolve(), db.stat().st_size - 4096), "is damaged", "goes back to"),
    "all is gone but the name": (lambda db: shorten(db.resolve(), 0), "is damaged", "goes back to"),
    "every snapshot is damaged": (both(spoil), "is damaged", "from the landing files"),
    "every snapshot is empty": (both(lambda path: shorten(path, 0)), "is damaged", "from the landing files"),
    "every snapshot is gone": (both(lambda path: path.unlink()), "which is gone", "from the landing files"),
    "all is gone but the landing files": (lambda db: [shutil.rmtree(db.parent / "snapshots"), db.unlink()], "there is no warehouse", "from the landing files"),
    "the link is gone": (lambda db: db.unlink(), "there is no warehouse", "goes back to"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cant_be_read_is_named_and_mended_by_one_command(db: Path, fault: str) -> None:
    harm, what, remedy = FAULTS[fault]
    harm(db)
    [found] = [found for found in examine_warehouse(db) if what in found.what]
    assert f"`rolescope mend --db {db}`" in found.remedy and remedy in found.remedy
    list(mend(db))
    publish(db, AT[2])
    assert [identifier for identifier, _ in postings(db)] == ["1", "2", "3"]
    assert list(examine_warehouse(db)) == []


def test_mending_ends_with_labels_and_a_second_time_changes_nothing(db: Path) -> None:
    (db.parent / ".model-new-4000001").mkdir()
    spoil(db.resolve())
    first = run("mend", "--db", db)
    assert first.exit_code == 0, first.output
    assert ".model-new-4000001, which a killed process left, was removed" in first.output
    assert "went back to" in first.output and ".damaged: remove it when nothing is missed" in first.output
    assert postings(db) == [("1", True), ("2", True), ("3", True)]
    published = db.readlink()
    second = run("mend", "--db", db)
    assert second.exit_code == 0 and db.readlink() == published, second.output


@pytest.mark.parametrize("harm", [spoil, lambda file: shorten(file, 0)], ids=["rows", "empty"])
def test_an_older_snapshot_that_is_damaged_is_set_aside(db: Path, harm: Callable[[Path], None]) -> None:
    publish(db, AT[2])
    published = db.resolve()
    older = next(path for path in published.parent.iterdir() if path != published)
    harm(older)
    [said] = mend(db)
    assert f"kept as {older}.damaged" in said
    assert db.resolve() == published and not older.exists() and list(mend(db)) == list(examine_warehouse(db)) == []


def test_files_that_are_not_of_a_warehouse_are_left_alone(tmp_path: Path) -> None:
    notes = tmp_path / "notes.duckdb"
    notes.write_text("nobody's" * 999)
    assert run("mend", "--db", notes).exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["notes.duckdb"]
    assert notes.read_text() == "nobody's" * 999


def test_nothing_is_mended_while_another_process_writes(db: Path) -> None:
    damaged = db.resolve()
    spoil(damaged)
    with one_writer(db), pytest.raises(WarehouseError, match="is being written by"):
        list(mend(db))
    assert db.resolve() == damaged


def test_with_nothing_left_to_begin_with_a_backup_is_named(db: Path) -> None:
    for file in (db.parent / "snapshots").iterdir():
        spoil(file)
    shutil.rmtree(landing_folder(db))
    assert damage(db.resolve()) and newest_whole(db) is None
    [found] = [found for found in examine_warehouse(db) if "is damaged" in found.what]
    assert "restore BACKUP" in found.remedy
    failed = run("mend", "--db", db)
    assert failed.exit_code == 1 and "restore BACKUP" in failed.output


def test_a_rule_that_is_broken_is_mended_from_the_landing_files(db: Path) -> None:
    db.resolve().chmod(0o644)
    with duckdb.connect(str(db.resolve())) as con:
        con.execute("insert into job_posting from job_posting")
    db.resolve().chmod(0o444)
    assert run("mend", "--db", db).exit_code == 0
    assert [identifier for identifier, _ in postings(db)] == ["1", "2", "3"]


def test_who_meets_a_damaged_block_is_told_in_a_line(db: Path) -> None:
    spoil(db.resolve(), "job_posting")
    for arguments in (("sql", "from posting"), ("load",), ("label", "--workers", "1"), ("check",)):
        failed = run(*arguments, "--db", db)
        assert failed.exit_code == 1 and "Corrupt database file" in failed.output, failed.output
        assert arguments[0] == "sql" or "rolescope mend" in failed.output
        assert "open for writing" not in failed.output  # as "block" holds "lock"


def test_the_doctor_comes_to_its_end_whatever_is_damaged(db: Path) -> None:
    for table in ("snapshot", "landing_file", "job_posting", "posting_index"):
        spoil(db.resolve(), table)
        done = run("doctor", "--db", db)
        assert done.exit_code == 1 and "is damaged" in done.output and "finding" in done.output.splitlines()[-1], (
            done.output
        )


def test_a_clock_that_was_ahead_is_named(db: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    path = collect(db, ahead)
    publish(db, AT[2])
    [found] = examine_warehouse(db)
    assert "1 fetches of boards are later than this machine's clock" in found.what
    assert path.name.removesuffix(".jsonl") in found.what


def test_how_long_a_writer_has_been_writing_is_said_and_how_it_is_stopped(db: Path) -> None:
    publish(db, AT[2])
    with one_writer(db):
        [found] = examine_warehouse(db)
    assert " UTC" in found.what and f"`kill -9 {os.getpid()}`, then `rolescope mend" in found.remedy


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root passes by permissions")
@pytest.mark.parametrize(
    ("place", "mode", "what"),
    [
        (lambda db: db.parent, 0o555, "can't be read and written"),
        (lambda db: db.parent, 0o000, "can't be read"),
        (landing_folder, 0o000, "can't be read and written"),
        (Path.resolve, 0o000, "can't be read"),
    ],
    ids=["folder", "no entry", "landing", "published"],
)
def test_permissions_are_named_with_what_gives_them_back(
    db: Path, place: Callable[[Path], Path], mode: int, what: str
) -> None:
    path = place(db)
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        as_user = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        doctor = [*as_user, sys.executable, "-m", "rolescope", "doctor", "--db", str(db)]
        done = subprocess.run(doctor, cwd=ROOT, capture_output=True, text=True, timeout=60)
    finally:
        path.chmod(before)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert f"{path} {what} by this user" in done.stdout
    assert f"`chmod u+r{'wx' if path.is_dir() and 'written' in what else 'X'} {path}`" in done.stdout
    assert "never rebuild" not in done.stdout


def test_a_read_only_mount_is_no_reason_to_give_files_away(db: Path) -> None:
    publish(db, AT[2])
    here = db.parent
    script = f"mount --bind {here} {here} && mount -o remount,bind,ro {here} && {sys.executable} -m rolescope doctor --db {db}"
    if subprocess.run(["unshare", "-m", "sh", "-c", f"mount --bind {here} {here}"], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "is mounted read-only" in done.stdout, done.stderr
    assert "chown" not in done.stdout and "chmod" not in done.stdout
