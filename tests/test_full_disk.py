"""A disk that is full, or cannot be written: one line that says so, nothing half published, nothing lost.

A file that may not grow further stands for the full disk: it is what any user of any system can have.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.landing import landing_files
from warehouse.store import landing_folder

ROOT = Path(__file__).parent.parent
KIB = 1024


def rolescope(*arguments: str, kib: int | None = None) -> subprocess.CompletedProcess[str]:
    """A command that can write no file beyond so many KiB."""

    def limit() -> None:
        if kib is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (kib * KIB, kib * KIB))

    env = {**os.environ, "ROLESCOPE_CONTACT": "crawl@example.org"}
    command = [sys.executable, "-m", "rolescope", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, preexec_fn=limit, capture_output=True, text=True, timeout=120)


def tables(db: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        # the words of texts are numbered in the order in which texts came
        by_arrival = ("snapshot", "landing_file", "text_place", "text_word", "text_page")
        kept = [name for name in names if name not in by_arrival]
        return {name: con.execute(f"from {name} order by all").fetchall() for name in kept}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample crawl that nothing stood in the way of."""
    db = tmp_path_factory.mktemp("whole") / "w.duckdb"
    assert rolescope("crawl", "--sample", "--at", "2026-11-20", "--db", str(db)).returncode == 0
    return db


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The one line with which a command fails."""
    assert done.returncode == 1, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.strip()]
    assert line.startswith("rolescope: ")
    return line


def test_crawls_on_a_full_disk_say_so_in_a_line_and_the_next_one_is_whole(whole: Path, tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    command = ("crawl", "--sample", "--at", "2026-11-20", "--db", str(db))
    for kib, named in ((20, ".jsonl"), (600, "w.duckdb was left as it was")):  # while it collects, while it loads
        assert named in said(rolescope(*command, kib=kib))
        assert not db.exists()
        assert not list(tmp_path.glob("snapshots/*"))
    assert rolescope(*command).returncode == 0
    assert tables(db) == tables(whole)


@pytest.mark.parametrize("command", [("label", "--workers", "1"), ("load", "--rebuild")])
def test_on_a_full_disk_what_was_published_stays(whole: Path, command: tuple[str, ...]) -> None:
    before = whole.readlink()
    assert "Nothing collected is lost" in said(rolescope(*command, "--at", "2026-11-20", "--db", str(whole), kib=1500))
    assert whole.readlink() == before
    assert [path.name for path in (whole.parent / "snapshots").iterdir()] == [before.name]


def test_a_landing_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    landing_folder(db).parent.write_text("in the way of the folder")  # as root, permissions would stop nothing
    assert str(landing_folder(db)) in said(rolescope("crawl", "--sample", "--at", "2026-11-20", "--db", str(db)))
    assert not landing_files(landing_folder(db))
    assert not db.exists()
