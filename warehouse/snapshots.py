"""The snapshots of a warehouse: which there are, what changed from one to another, and a copy of one."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse import WarehouseError, connect
from warehouse.beside import leftovers, remove, unfinished
from warehouse.store import KEEP, MISFORTUNES, quoted

CHANGES = {
    "came": "came in", "came_back": "came back", "went": "went", "edited": "edited", "relabelled": "relabelled",
    "other_role": "other role",
}  # fmt: skip
"""What may become of a posting between two snapshots, by its column in snapshot_diff.sql."""


_ID = re.compile(r"-[0-9a-f]{16}$")


class Snapshot(NamedTuple):
    """A published state that is kept as a file."""

    snapshot_id: str
    taken_at: datetime
    """UTC time of publishing."""
    n_posting: int
    n_open: int
    n_labelled: int
    schema_version: int
    code_version: str
    model_version: str | None
    """Its label version; None: nothing was labelled."""
    is_sample: bool
    path: Path
    is_published: bool


class Change(NamedTuple):
    """A posting that changed between two snapshots."""

    posting_id: str
    source: str
    title: str
    hiring_organization: str | None
    role_then: str | None
    """None: it was not there, or not labelled."""
    role_now: str | None


class Difference(NamedTuple):
    """What changed from one snapshot to another."""

    counts: dict[str | None, dict[str, int]]
    """Postings by role (of the later snapshot, of the earlier one for what went; None: not labelled) and change."""
    examples: dict[str, list[Change]]
    """Some postings of each change that happened."""


def snapshots(db: Path) -> tuple[list[Snapshot], int]:
    """The snapshots that are kept, newest first, and how many there were and are kept no more. Raises WarehouseError where
    there is no warehouse."""
    with connect(db, older=True) as con:
        known = {row[0] for row in con.execute("select snapshot_id from snapshot").fetchall()}
    kept = [snapshot for snapshot in snapshot_files(db).values() if snapshot]
    kept.sort(
        key=lambda snapshot: (snapshot.is_published, snapshot.taken_at, snapshot.path.stat().st_mtime), reverse=True
    )
    return kept, len(known - {snapshot.snapshot_id for snapshot in kept})


def snapshot_files(db: Path) -> dict[Path, Snapshot | None]:
    """What each file of a snapshot of ``db`` says of itself; None: it can't be read, or holds less than it says."""
    published = db.resolve() if db.exists() else None
    paths = {path for path in (db.parent.resolve() / "snapshots").glob(f"{db.stem}-*.duckdb") if _ID.search(path.stem)}
    return {path: _read(path, path == published) for path in paths | ({published} if published else set())}


def find_snapshot(db: Path, prefix: str) -> Snapshot:
    """The kept snapshot whose id begins so. Raises WarehouseError where none or several do, or where it was removed."""
    kept, _ = snapshots(db)
    found = [snapshot for snapshot in kept if snapshot.snapshot_id.startswith(prefix)] if prefix else []
    there = ", ".join(f"{snapshot.snapshot_id} ({snapshot.taken_at:%Y-%m-%d %H:%M})" for snapshot in kept)
    if len(found) > 1:
        raise WarehouseError(f"several snapshots of {db} begin with {prefix}: {there}. Give more of the id.")
    if found:
        return found[0]
    with connect(db, older=True) as con:
        gone = con.execute(
            "select snapshot_id, taken_at from snapshot where starts_with(snapshot_id, ?)", [prefix or "-"]
        ).fetchall()
    if gone:
        snapshot_id, taken_at = gone[-1]
        raise WarehouseError(
            f"snapshot {snapshot_id} of {taken_at:%Y-%m-%d %H:%M} was removed: the last {KEEP} are kept, which are {there}."
        )
    raise WarehouseError(f"no snapshot of {db} begins with {prefix!r}; there are {there}.")


def difference(old: Snapshot, new: Snapshot, n_examples: int = 0) -> Difference:
    """What changed from ``old`` to ``new``, with at most so many examples of each change."""
    with duckdb.connect(config={"memory_limit": "1GB", "autoinstall_known_extensions": False}) as con:
        con.execute(f"attach '{quoted(old.path)}' as old (read_only)")
        con.execute(f"attach '{quoted(new.path)}' as new (read_only)")
        con.execute("set enable_external_access = false")
        con.execute(files("warehouse").joinpath("snapshot_diff.sql").read_text(encoding="utf-8"))
        sums = ", ".join(f"count(*) filter ({name})" for name in CHANGES)
        role = "case when role_now is null then role_then else role_now end"
        rows = con.execute(f"select {role}, {sums} from posting_change group by 1 order by 1 nulls last").fetchall()  # noqa: S608
        counts = {row[0]: dict(zip(CHANGES, row[1:], strict=True)) for row in rows}
        examples = {}
        for name in CHANGES:
            query = f"select {', '.join(Change._fields)} from posting_change where {name} order by hash(posting_id), posting_id limit ?"  # noqa: S608
            if n_examples and (found := con.execute(query, [n_examples]).fetchall()):
                examples[name] = [Change(*row) for row in found]
    return Difference(counts, examples)


def export_snapshot(snapshot: Snapshot, to: Path) -> int:
    """Put a copy of the whole snapshot at ``to``, which appears only when it was opened and found whole; its size in bytes.

    Raises WarehouseError where something is there already, or the copy can't be made."""
    if to.is_dir():
        raise WarehouseError(f"{to} is a folder: name a file in it, such as {to / f'{snapshot.path.stem}.duckdb'}.")
    if to.exists() or to.is_symlink():
        raise WarehouseError(f"{to} is there already: move it away, or name another file.")
    work = unfinished(to)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        for left in leftovers(to):
            remove(left)
        shutil.copyfile(snapshot.path, work)
        copied = _read(work, published=False)
        if copied is None or copied[:-2] != snapshot[:-2] or work.stat().st_size != snapshot.path.stat().st_size:
            raise WarehouseError(
                f"the copy of {snapshot.path} was not whole, and was removed. Check the disk, and try again."
            )
        work.rename(to)
        return to.stat().st_size
    except MISFORTUNES as error:
        raise WarehouseError(f"{to} was not written: {str(error).strip().splitlines()[0]}") from error
    finally:
        remove(work)


def _read(path: Path, published: bool) -> Snapshot | None:
    """What a snapshot's file says of itself; None: it can't be read, or was removed just now."""
    try:
        with opened(path) as con:
            row = con.execute(_NEWEST).fetchone()
            held = con.execute("select count(*) from job_posting").fetchall()[0][0]
    except duckdb.Error:
        return None
    return Snapshot._make((*row, path, published)) if row and row[2] == held else None


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose default database is a file, of whatever schema, that it can only read."""
    with duckdb.connect(config={"memory_limit": "1GB", "autoinstall_known_extensions": False}) as con:
        con.execute(f"attach '{quoted(path)}' as snapshot_file (read_only)")
        con.execute("use snapshot_file")
        yield con


_NEWEST = """
    select
        snapshot_id, taken_at, n_posting, n_open, n_labelled, schema_version, code_version, model_version, is_sample
    from snapshot order by taken_at desc, rowid desc limit 1
"""
