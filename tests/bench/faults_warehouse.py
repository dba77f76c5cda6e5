"""Warehouses for the faults: prepared once, copied for each, and what is missing in one."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
from faults_process import ROOT, Process

from warehouse import landing
from warehouse.store import landing_folder

AS_USER = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
FIRST, ALL = ("lever",), ("lever", "ashby", "greenhouse")
"""What day 1 crawls, and what the others do: enough to fail, little enough to fail often."""

Key = tuple[str, str, str]


class Scratch:
    """A folder with prepared warehouses, and copies of them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tmp = folder / "tmp"
        self.tmp.mkdir()
        self.bare: frozenset[Key] = frozenset()
        self.seconds: dict[str, float] = {}
        self._n = 0
        self._prepare()

    def _prepare(self) -> None:
        """The states that faults begin with; what of the sample boards has no words, and is in no warehouse, is noted."""
        steps = {
            "empty": [],
            "collected": [("crawl", *ALL, "--sample", "--no-load", "--at", DAYS[1])],
            "loaded": [("load", "--at", DAYS[1])],
            "first day": [("crawl", *FIRST, "--sample", "--at", DAYS[0]), ("label", "--at", DAYS[0])],
            "waiting": [("crawl", *ALL, "--sample", "--no-load", "--at", DAYS[1])],
            "whole": [("load", "--at", DAYS[1]), ("label", "--at", DAYS[1])],
        }
        come_from = {"loaded": "collected", "waiting": "first day", "whole": "waiting"}
        for state, commands in steps.items():
            folder = self.folder / state
            if state in come_from:
                shutil.copytree(self.folder / come_from[state], folder, symlinks=True)
            folder.mkdir(exist_ok=True)
            for command in commands:
                start = time.monotonic()
                done = self.run(folder / "w.duckdb", *command)
                self.seconds[command[0]] = max(self.seconds.get(command[0], 0), time.monotonic() - start)
                if done.returncode:
                    raise SystemExit(f"{command} ended with {done.returncode}: {done.said}")
        whole = self.folder / "whole" / "w.duckdb"
        self.bare = frozenset(collected(whole) - held(whole))

    def begin(self, state: str) -> Path:
        """A copy of a prepared state."""
        self._n += 1
        folder = self.folder / f"run{self._n}"
        shutil.copytree(self.folder / state, folder, symlinks=True)
        return folder / "w.duckdb"

    def end(self, db: Path) -> None:
        """Remove the copy."""
        if db.parent.is_mount():
            subprocess.run(["umount", db.parent], check=True)
        shutil.rmtree(db.parent)

    def start(self, db: Path, *arguments: str, env: dict[str, str] | None = None) -> Process:
        """A command of rolescope; with ``env`` in a process that begins with it."""
        self._n += 1
        output = self.folder / f"said{self._n}"
        return Process([*arguments, "--db", str(db)], output, {"TMPDIR": str(self.tmp), **(env or {})}, bool(env))

    def run(self, db: Path, *arguments: str, env: dict[str, str] | None = None) -> Process:
        """A command of rolescope, to its end. Raises SystemExit where it ends with a traceback."""
        process = self.start(db, *arguments, env=env)
        if process.wait() not in (0, 1) or "Traceback" in process.said:
            raise SystemExit(f"{arguments} ended with {process.returncode}: {process.said}")
        return process


def collected(db: Path) -> set[Key]:
    """The postings of all landing files, as far as these can be read."""
    found: set[Key] = set()
    for path in landing.landing_files(landing_folder(db)):
        with suppress(Exception):
            for record, _ in landing.read(path):
                if record["type"] == "job_posting":
                    found.add((record["source"], record["board"], record["identifier"]))
    return found


def held(db: Path) -> set[Key]:
    """The postings of the warehouse; none where it can't be read."""
    try:
        with duckdb.connect(str(db.resolve()), read_only=True) as con:
            return {
                (a, b, c) for a, b, c in con.execute("select source, board, identifier from job_posting").fetchall()
            }
    except duckdb.Error:
        return set()


def missing(scratch: Scratch, db: Path, wanted: set[Key]) -> set[Key]:
    """The postings that were collected and are not in the warehouse."""
    return wanted - held(db) - scratch.bare


def unlabelled(db: Path) -> int:
    """Postings without labels; 0 where there is no warehouse."""
    try:
        with duckdb.connect(str(db.resolve()), read_only=True) as con:
            return int(con.execute("select count(*) - count(labelled_at) from posting").fetchall()[0][0])
    except duckdb.Error:
        return 0


_EXPECTED = re.compile(
    r"w\.duckdb|\.w\.duckdb\.lock|snapshots/w-[0-9a-f]{16}\.duckdb(\.damaged)?|landing/w/[^/.][^/]*\.jsonl(\.gz)?(\.broken)?|backup/.*"
)


def left(scratch: Scratch, db: Path) -> list[str]:
    """Files that have no business there, in the folder and where temporary files go."""
    inside = [
        path.relative_to(db.parent).as_posix()
        for path in db.parent.rglob("*")
        if not path.is_dir() or path.is_symlink()
    ]
    return [name for name in inside if not _EXPECTED.fullmatch(name)] + [path.name for path in scratch.tmp.iterdir()]


def findings(scratch: Scratch, db: Path, as_user: bool) -> list[str]:
    """What the doctor says, a line each, in short. Raises SystemExit where it ends with a traceback."""
    if not as_user:
        said = scratch.run(db, "doctor").said
    else:  # root, without what lets root pass by permissions
        command = [*AS_USER, sys.executable, "-m", "rolescope", "doctor", "--db", str(db)]
        env = {**os.environ, "TMPDIR": str(scratch.tmp)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
        said = done.stdout
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise SystemExit(f"the doctor ended with {done.returncode}: {done.stderr}")
    found = re.findall(r"^\d+\. (.*)$", said, re.M)
    return [short for one in found if (short := in_short(one)) is not None]


def in_short(finding: str) -> str | None:
    """A finding without names and numbers; None: it is about the machine, not the warehouse."""
    if "but is installed as" in finding or "is installed;" in finding:
        return None
    finding = re.sub(r"\(process .*?\)|process \d+ \(.*?\)", "a process", finding)
    finding = re.sub(r"/\S+", "…", finding)
    finding = re.sub(r"\(.*?\)", "", finding)
    return re.sub(r"\d[\d,.:T-]*", "N", finding).strip(" .")
