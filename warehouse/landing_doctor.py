"""What is wrong with the landing files of a warehouse. Nothing here writes."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse import WarehouseError, landing
from warehouse.finding import Finding, names, quoted
from warehouse.store import landing_folder


def examine_landing(con: duckdb.DuckDBPyConnection | None, db: Path) -> Iterator[Finding]:
    """Landing files that are not whole, not loaded, gone, or of the other kind; without ``con`` those only that no load can
    read."""
    folder = landing_folder(db)
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):
        return  # which is said already
    paths = landing.landing_files(folder)
    if con is None:
        for state in ("unreadable", "broken"):
            yield from _named(state, [path for path in paths if _state(path, 0, None) == state], db)
        return
    loaded = dict(con.execute("select name, size_bytes from landing_file").fetchall())
    (sample,) = con.execute("select coalesce(bool_or(is_sample), false) from snapshot").fetchall()[0]
    states = {path: _state(path, loaded.get(path.name.removesuffix(".gz"), 0), sample) for path in paths}
    for state in _STATES:
        yield from _named(state, [path for path, its in states.items() if its == state], db)
    present = {path.name.removesuffix(".gz") for path in paths}
    if gone := sorted(name for name in loaded if name not in present):
        yield Finding(
            f"{names([landing_folder(db) / name for name in gone])}: loaded once, gone now",
            "the warehouse keeps what they held, but `rolescope load --rebuild` would lose it",
            f"with a backup, `rolescope load BACKUP/landing --db {quoted([db])}` puts them back; else never rebuild",
        )


def _named(state: str, those: list[Path], db: Path) -> Iterator[Finding]:
    """One finding of all files that are in a state of _STATES."""
    if those:
        what, why, remedy = _STATES[state]
        moved = [path.with_name(f"{path.name}.broken") for path in those[:1]]
        yield Finding(
            f"{names(those)} {what}",
            why,
            remedy.format(db=quoted([db]), files=quoted(those), first=quoted(those[:1]), moved=quoted(moved)),
        )


_STATES = {
    "unreadable": ("can't be read", "nothing can be loaded beside it", "`chmod u+r {files}`, or `sudo chown $USER {files}`"),
    "broken": (
        "is broken: a packed file that is not whole, or a line that is no record",
        "it stops every load that reads it",
        "move it away: `mv {first} {moved}`; with a backup, `rolescope load BACKUP/landing --db {db}` then puts it back",
    ),
    "shorter": (
        "is shorter than what was loaded from it", "the warehouse keeps the rest, but `rolescope load --rebuild` would lose it",
        "with a backup, `rolescope load BACKUP/landing --db {db}` puts it back; else never rebuild",
    ),
    "mixed": ("is of the other kind: sample data among real ones, or real among sample data", "no load goes on beside it", "move it away"),
    "torn": (
        "ends within a record", "a crawl was killed while writing it, or is writing it now; at most one record is lost",
        "if no crawl is running, nothing needs to be done but to crawl again",
    ),
    "waiting": ("is not loaded, or not to its end", "its postings are in no page", "`rolescope load --db {db}`"),
}  # fmt: skip
"""What may be wrong with landing files: what it is, why it matters, and the remedy."""


def _state(path: Path, n_loaded: int, sample: bool | None) -> str:
    """One of _STATES; "": all is well. ``sample`` None: it may be of either kind."""
    if not os.access(path, os.R_OK):
        return "unreadable"
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as packed:  # to its end, where its checksum is
                while packed.read(1 << 20):
                    pass
        size = landing.size_of(path)
        if size < n_loaded:
            return "shorter"
        end = n_loaded
        for _, after in landing.read(path, n_loaded):
            end = after
        if sample is not None and landing.holds_sample(path) != sample:
            return "mixed"
    except (OSError, EOFError, zlib.error, WarehouseError, ValueError, AttributeError):
        return "broken"
    return "waiting" if end > n_loaded else "torn" if size > end else ""
