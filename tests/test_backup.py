"""A backup holds what can't be made again, copies nothing twice, never loses a landing file, and comes back whole or not at all."""

import gzip
import json
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import fsspec
import pytest
from click.testing import CliRunner
from conftest import publish

from crawler.boards import OWN_LIST, RETIRED_LIST
from nlp.discovery.own_rows import OWN_FILE as OWN_SKILLS
from nlp.discovery.own_rows import REJECTED_FILE
from nlp.review.labels_file import LABELS_FILE
from nlp.training.own_model import own_folder
from rolescope import main
from warehouse import WarehouseError
from warehouse.backup import OWN, backup
from warehouse.claims.own_claims import OWN_FILE as OWN_CLAIMS
from warehouse.landing import LandingFile, iso
from warehouse.restoring import restore, verify
from warehouse.store import landing_folder

AT = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]


def collect(db: Path, at: datetime) -> Path:
    with LandingFile(landing_folder(db), at, {}) as landing:
        posting = {"source": "lever", "board": "acme", "title": "Engineer", "description": f"Words of {at:%A}"}
        landing.write("job_posting", identifier=str(at.day), seen_at=iso(at), **posting)
        landing.end(at)
    return landing.path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("made") / "w.duckdb"
    collect(db, AT[0])
    publish(db, AT[0])
    (db.parent / "skills.csv").write_text("skill\nweaving\n")
    (db.parent / "model" / "deep").mkdir(parents=True)
    (db.parent / "model" / "deep" / "weights.bin").write_bytes(os.urandom(3_000_000))
    (db.parent / "notes.txt").write_text("nobody's")
    return db.parent


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "data", symlinks=True)
    return tmp_path / "data" / "w.duckdb"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def held(folder: Path) -> dict[str, bytes]:
    """The files of a warehouse that a backup is to hold."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in named.items() if not name.startswith(".") and name != "notes.txt"}


def rows(db: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        return con.execute("from posting order by all").fetchall()


def test_what_comes_back_is_what_was_there(db: Path, to: Path, tmp_path: Path) -> None:
    counts = backup(db, str(to))
    assert (counts.n_files, counts.n_copied, counts.kept) == (4, 4, [])
    back = tmp_path / "back" / "w.duckdb"
    restore(str(to), back)
    assert held(back.parent) == held(db.parent)
    assert back.readlink() == db.readlink()
    assert not back.resolve().stat().st_mode & 0o222
    publish(back, AT[1])  # it is a warehouse like any other


def test_a_warehouse_may_come_back_under_another_name(db: Path, to: Path, tmp_path: Path) -> None:
    backup(db, str(to))
    back = tmp_path / "back" / "other.duckdb"
    restore(str(to), back)
    assert rows(back) == rows(db)
    assert [path.name for path in landing_folder(back).iterdir()] == [
        path.name for path in landing_folder(db).iterdir()
    ]
    collect(back, AT[1])
    publish(back, AT[1])
    assert len(rows(back)) == 2


def test_nothing_is_copied_twice(db: Path, to: Path) -> None:
    backup(db, str(to))
    before = {
        path: path.stat().st_mtime_ns for path in to.rglob("*.*") if path.is_file() and path.name != "backup.json"
    }
    assert backup(db, str(to)).n_copied == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    collect(db, AT[1])
    assert backup(db, str(to)).n_copied == 1


def test_what_was_replaced_goes_when_the_new_one_is_there(db: Path, to: Path) -> None:
    backup(db, str(to))
    collect(db, AT[1])
    publish(db, AT[1])
    (db.parent / "skills.csv").unlink()
    backup(db, str(to))
    names = sorted(path.name for path in to.rglob("*") if path.is_file() and not path.name.startswith("."))
    landed = [path.name for path in sorted(landing_folder(db).iterdir())]
    assert names == sorted([*landed, "backup.json", db.resolve().name, "weights.bin"])


def test_a_landing_file_that_is_being_written_is_taken_to_its_last_whole_line(
    db: Path, to: Path, tmp_path: Path
) -> None:
    with LandingFile(landing_folder(db), AT[2], {}) as landing:
        whole = landing.path.read_bytes()
        with landing.path.open("ab") as torn:
            torn.write(b'{"type": "job_po')
        backup(db, str(to))
        assert verify(str(to))
        restore(str(to), tmp_path / "back" / "w.duckdb")
        assert (landing_folder(tmp_path / "back" / "w.duckdb") / landing.path.name).read_bytes() == whole


def test_a_backup_beside_a_busy_writer_is_whole(db: Path, to: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with LandingFile(landing_folder(db), AT[2], {}) as landing:
            while not stop.is_set():
                landing.write("sighting", source="lever", board="acme", identifier="1", seen_at=iso(AT[2]))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            backup(db, str(to))
            verify(str(to))
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: os.truncate(path, 100),
        lambda path: path.write_bytes(b"#" * path.stat().st_size),
    ],
    ids=["gone", "cut", "overwritten"],
)
def test_no_landing_file_of_a_backup_gives_way_to_less(db: Path, to: Path, harm: Callable[[Path], object]) -> None:
    [path] = landing_folder(db).iterdir()
    content = path.read_bytes()
    backup(db, str(to))
    harm(path)
    for _ in range(2):
        assert backup(db, str(to)).kept == [path.name]
    assert (to / "landing" / path.name).read_bytes() == content
    verify(str(to))


def test_a_landing_file_that_was_packed_takes_the_place_of_the_other(db: Path, to: Path) -> None:
    backup(db, str(to))
    [path] = landing_folder(db).iterdir()
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert backup(db, str(to)).kept == []
    assert [one.name for one in (to / "landing").iterdir()] == [path.name + ".gz"]


def test_landing_files_of_a_backup_are_loaded_like_any_others(db: Path, to: Path, tmp_path: Path) -> None:
    backup(db, str(to))
    other = tmp_path / "other" / "w.duckdb"
    done = CliRunner().invoke(main, ["load", str(to / "landing"), "--db", str(other)])
    assert done.exit_code == 0, done.output
    assert len(rows(other)) == len(rows(db))


@pytest.mark.parametrize("kind", ["landing", "snapshot", "own"])
@pytest.mark.parametrize("harm", ["gone", "cut", "a bit"])
def test_a_damaged_backup_names_the_file_and_puts_nothing_in_place(
    db: Path, to: Path, tmp_path: Path, kind: str, harm: str
) -> None:
    backup(db, str(to))
    path = next(path for path in (to / kind).rglob("*") if path.is_file())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content if harm == "a bit" else content[:-1])
    back = tmp_path / "back" / "w.duckdb"
    for attempt in (lambda: verify(str(to)), lambda: restore(str(to), back)):
        with pytest.raises(WarehouseError, match=f"{kind}/.*{path.name}"):
            attempt()
    assert not [path for path in back.parent.rglob("*") if path.name != ".w.duckdb.lock"]


def test_a_restoration_overwrites_nothing(db: Path, to: Path, tmp_path: Path) -> None:
    backup(db, str(to))
    before = held(db.parent)
    with pytest.raises(WarehouseError, match=r"is there already, and was left.*--db"):
        restore(str(to), db)
    back = tmp_path / "back" / "w.duckdb"
    back.parent.mkdir()
    (back.parent / "skills.csv").write_text("another list")
    with pytest.raises(WarehouseError, match=r"skills\.csv is there already, with other content"):
        restore(str(to), back)
    assert held(db.parent) == before
    assert held(back.parent) == {"skills.csv": b"another list"}
    db.unlink()  # all else is in place, as after a restoration that was killed
    restore(str(to), db)
    assert held(db.parent) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found["files"][0].update(name="../../elsewhere"), "is not the name of a file of a backup"),
        (
            lambda found: found["files"][0].update(name="/etc/elsewhere", kind="own"),
            "is not the name of a file of a backup",
        ),
        (lambda found: found["files"][0].update(kind="program"), "is not the name of a file of a backup"),
        (lambda found: found.update(generator="another"), "of another program"),
        (lambda found: found.pop("files"), "backup.json"),
    ],
)
def test_a_description_that_no_backup_has_is_refused(
    db: Path, to: Path, tmp_path: Path, change: Callable[[dict[str, object]], object], said: str
) -> None:
    backup(db, str(to))
    found = json.loads((to / "backup.json").read_text())
    change(found)
    (to / "backup.json").write_text(json.dumps(found))
    with pytest.raises(WarehouseError, match=said):
        restore(str(to), tmp_path / "back" / "w.duckdb")
    assert not (tmp_path / "back").exists()


def test_what_cant_be_backed_up_or_kept_there_is_refused(db: Path, to: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing to back up"):
        backup(tmp_path / "none.duckdb", str(to))
    with pytest.raises(WarehouseError, match="holds no backup"):
        verify(str(tmp_path))
    with pytest.raises(WarehouseError, match="holds other files"):
        backup(db, str(db.parent))
    backup(db, str(to))
    other = tmp_path / "data" / "other.duckdb"
    collect(other, AT[0])
    with pytest.raises(WarehouseError, match="a backup of w, not of other"):
        backup(other, str(to))
    db.resolve().chmod(0o644)
    with db.resolve().open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(os.urandom(4096))
    with pytest.raises(WarehouseError, match=r"is damaged .* run `rolescope mend"):
        backup(db, str(to))
    verify(str(to))


def test_a_backup_that_finds_no_room_leaves_the_earlier_one(
    db: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(db, str(to))
    collect(db, AT[1])
    publish(db, AT[1])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.backup_files.os.fsync", full)
    with pytest.raises(WarehouseError, match=r"No space left.*as it was"):
        backup(db, str(to))
    verify(str(to))
    assert not list(to.rglob("*.part"))
    monkeypatch.undo()
    assert backup(db, str(to)).n_copied == 2


def test_any_file_system_of_fsspec_holds_a_backup(db: Path, tmp_path: Path) -> None:
    url = f"memory://{tmp_path.name}/backup"
    backup(db, url)
    assert backup(db, url).n_copied == 0
    verify(url)
    restore(url, tmp_path / "back" / "w.duckdb")
    assert held(tmp_path / "back") == held(db.parent)
    fsspec.filesystem("memory").rm(f"/{tmp_path.name}", recursive=True)


def test_everything_that_a_user_keeps_beside_a_warehouse_is_backed_up(db: Path) -> None:
    files = {OWN_LIST, RETIRED_LIST, OWN_SKILLS, REJECTED_FILE, LABELS_FILE, OWN_CLAIMS, own_folder(db).name}
    assert files | {"exchange_rates.csv"} == set(OWN)


def test_the_commands_say_what_they_did(db: Path, to: Path, tmp_path: Path) -> None:
    back = tmp_path / "back" / "w.duckdb"
    for arguments, said in (
        (["backup", "--db", db, "--to", to], "4 files copied and read back"),
        (["backup", "--db", db, "--to", to, "--verify"], "1 landing file, 1 snapshot and 2 files of your own"),
        (["restore", to, "--db", back], "came back from"),
    ):
        done = CliRunner().invoke(main, [str(one) for one in arguments])
        assert done.exit_code == 0 and said in done.output, done.output
    again = CliRunner().invoke(main, ["restore", str(to), "--db", str(back)])
    assert again.exit_code == 1 and "is there already" in again.output
