"""Kills a command at random moments, runs it again, and holds the warehouse against that of an uninterrupted run.

    python tests/bench/kill_crawl.py --times 50 -- rolescope crawl --sample --at 2026-11-20
    python tests/bench/kill_crawl.py --begin-with data/rolescope.duckdb -- rolescope load --rebuild

COMMAND gets ``--db`` added; ``--begin-with`` names a warehouse that each run gets a copy of, with its landing files. The whole process group dies (SIGKILL), wherever it is: fetching, writing, loading,
publishing. Prints each difference and exits with 1 if there is one.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

NOT_CONTENT = ("snapshot", "landing_file")


def main() -> int:
    """Kill, run again, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--begin-with", type=Path, metavar="DB")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    n_different = n_killed = n_published = 0
    with tempfile.TemporaryDirectory() as scratch:
        db = begin(args.begin_with, Path(scratch) / "whole")
        start = time.monotonic()
        run(args.command, db)
        seconds = time.monotonic() - start
        whole = content(db)
        print(f"uninterrupted: {len(whole['job_posting'])} postings in {seconds:.1f} s")
        number = 0
        while n_killed < args.times and number < 4 * args.times:  # some moments come after its end
            number += 1
            db = begin(args.begin_with, Path(scratch) / f"killed{number}")
            before = db.readlink() if db.exists() else None
            moment = chance.uniform(0, seconds)
            killed = run(args.command, db, kill_after=moment)
            n_killed += killed
            n_published += killed and db.exists() and db.readlink() != before
            run(args.command, db)
            found = content(db)
            different = [table for table in whole if found.get(table) != whole[table]]
            n_different += bool(different)
            shutil.rmtree(db.parent)
            if different:
                print(f"killed after {moment:.2f} s: {different} differ")
    print(f"{number} runs, {n_killed} killed ({n_published} after something was published): {n_different} differ")
    return 1 if n_different else 0


def begin(warehouse: Path | None, folder: Path) -> Path:
    """The database of a run, in a folder of its own: a copy of a warehouse, or none yet."""
    if warehouse is None:
        return folder / "w.duckdb"
    shutil.copytree(warehouse.parent, folder, symlinks=True)
    return folder / warehouse.name


def run(command: list[str], db: Path, kill_after: float | None = None) -> bool:
    """Run the command to its end, or kill it and all its children after so many seconds; whether it was killed."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--db", str(db)], start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        status = process.wait(kill_after)
        if status:
            raise SystemExit(f"{' '.join(command)} ended with {status}")
        return False
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of every table that holds content, in order."""
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: con.execute(f"from {name} order by all").fetchall() for name in tables if name not in NOT_CONTENT}


if __name__ == "__main__":
    sys.exit(main())
