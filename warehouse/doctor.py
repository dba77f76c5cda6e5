"""What is wrong with a warehouse and the files beside it, and how to mend it. Nothing here writes."""

import os
import shlex
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse import SCHEMA_VERSION, WarehouseError, connect, schema_version
from warehouse.beside import is_running
from warehouse.finding import Finding, names, quoted
from warehouse.landing_doctor import examine_landing
from warehouse.snapshots import Snapshot, snapshot_files
from warehouse.store import check, landing_folder, shipped_views, view_definitions, writer

_NAMED = 5  # views that one finding names


def examine_warehouse(db: Path) -> Iterator[Finding]:
    """What is wrong with ``db`` and with what lies beside it."""
    yield from _writer(db)
    yield from _folders(db)
    yield from _leftovers(db)
    if db.is_dir():
        remedy = f"name a file in it with --db, such as {db / 'rolescope.duckdb'}"
        yield Finding(f"{db} is a folder", "a warehouse is a file", remedy)
    elif db.is_symlink() and not db.exists():
        what = f"{db} points to {db.readlink()}, which is gone"
        yield Finding(what, "nothing can be read, and nothing published", _back(db))
    elif not db.exists():
        remedy = "`rolescope up` makes one, or name another file with --db"
        yield Finding(f"{db}: there is no warehouse", "there is nothing to see", _back(db) if _kept(db) else remedy)
    else:
        yield from _file(db)
        try:
            con = connect(db, older=True)
        except WarehouseError as error:
            what, _, remedy = str(error).removesuffix(".").rpartition(". ")
            remedy = f"{remedy}; or {_back(db)}" if db.is_symlink() and _kept(db) else remedy
            yield Finding(what, "nothing can be read, and nothing published", remedy)
        else:
            with con:
                yield from _content(con, db)
                yield from examine_landing(con, db)


def _writer(db: Path) -> Iterator[Finding]:
    """Who holds the lock, or left its name."""
    holder = db.with_name(f".{db.name}.writer")
    if who := writer(db):
        yield Finding(
            f"{db} is being written by {who}",
            "other writes are refused until it is done; reading goes on",
            "wait until it is done, or stop it",
        )
    elif holder.exists():
        yield Finding(
            f"{holder} names a writer, {holder.read_text(encoding='utf-8', errors='replace')}, that is gone",
            "it was killed; nothing is locked, and what it had not published is not there",
            f"run its command again, or `rm {quoted([holder])}`",
        )


def _folders(db: Path) -> Iterator[Finding]:
    """Folders that can't be written, or too little room in them."""
    folder = db.parent.resolve()
    for place in (folder, folder / "snapshots", landing_folder(db)):
        if place.exists() and not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            yield Finding(
                f"{place} can't be read and written by this user",
                "crawls and publications need it",
                f"`sudo chown -R $USER {quoted([place])}`",
            )
    if folder.exists() and db.exists():
        size, free = db.stat().st_size, shutil.disk_usage(folder).free
        if free < 2 * size:
            yield Finding(
                f"{free // 1_000_000:,} MB are free in {folder}, and {db.name} takes {size // 1_000_000:,} MB",
                "each write makes a copy, which may grow, before it replaces the oldest of the snapshots",
                "make room, or put the warehouse on another disk and name it with --db",
            )


def _leftovers(db: Path) -> Iterator[Finding]:
    """What processes that were killed left behind."""
    folder = db.parent.resolve()
    left = [path for path in folder.glob(".*.building-*") if not is_running(path.name.rpartition("-")[2])]
    left += [path for path in folder.glob(".model-*-*") if not is_running(path.name.rpartition("-")[2])]
    if not writer(db):
        building = folder / "snapshots" / f"{db.stem}-building"
        left += [building.with_name(building.name + end) for end in (".duckdb", ".duckdb.wal", ".tmp")]
        left.append(folder / f".{db.name}.link")
    left = [path for path in left if path.exists() or path.is_symlink()]
    if left:
        n_bytes = sum(path.stat().st_size for path in left if path.is_file())
        yield Finding(
            f"a killed process left {names(left)}" + (f" ({n_bytes // 1_000_000:,} MB)" if n_bytes > 1_000_000 else ""),
            "it takes room, and nothing reads it",
            f"`rm -r {quoted(left)}`; the next write removes its own, too",
        )


def _file(db: Path) -> Iterator[Finding]:
    """The published file and its fellows, from outside."""
    published = db.resolve()
    if db.is_symlink() and published.stat().st_mode & 0o222:
        yield Finding(
            f"{published} can be written",
            "a program that opens it to write locks all readers out",
            f"`chmod a-w {quoted([published])}`",
        )
    wal = published.with_name(published.name + ".wal")
    if wal.exists():
        yield Finding(
            f"{wal} is there", "a program wrote to a published snapshot; its changes may be gone with the next publication",
            f"close that program, then `rm {quoted([wal])}` to drop the changes",
        )  # fmt: skip
    for path, snapshot in snapshot_files(db).items():
        if snapshot is None and path != published:
            yield Finding(
                f"the snapshot {path} can't be read, or is not whole",
                "it can't be compared or gone back to",
                f"`rm -f {quoted([path])}`",
            )


def _content(con: duckdb.DuckDBPyConnection, db: Path) -> Iterator[Finding]:
    """Schema, views and rules of the published file."""
    found = schema_version(con, db)
    if found < SCHEMA_VERSION:
        yield Finding(
            f"{db} is of schema {found}; this rolescope reads {SCHEMA_VERSION}",
            "no command can read it before it is migrated; all that was collected is kept, labels are made again",
            f"`rolescope load --db {quoted([db])}`, then `rolescope label --db {quoted([db])}`",
        )
        return
    with duckdb.connect() as fresh:
        fresh.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        wanted_columns, columns = fresh.execute(_COLUMNS).fetchall(), set(con.execute(_COLUMNS).fetchall())
    lacking = [name for name, type_ in wanted_columns if (name, type_) not in columns]
    if lacking:
        yield Finding(
            f"{db} lacks columns of its schema: {', '.join(lacking[:_NAMED])}",
            "it was changed by hand, or made by a version between two releases: nothing more can be published",
            f"`mv {quoted([db])} {quoted([db.with_name(db.name + '.old')])}`, then {_rebuild(db)}",
        )
        return
    wanted, there = shipped_views(), view_definitions(con)
    wrong = [name for name, definition in wanted.items() if there.get(name) != definition]
    if wrong:
        missing = [name for name in wrong if name not in there]
        yield Finding(
            f"{len(wrong)} views or macros are not those of this rolescope"
            f" ({', '.join(wrong[:_NAMED])}{', …' if wrong[_NAMED:] else ''})"
            + (f"; {len(missing)} are missing" if missing else ""),
            "they were changed by hand or are of another version: pages and queries may fail, or count something else",
            f"`rolescope load --db {quoted([db])}` makes them anew",
        )
    for rule, n, row in check(con):
        yield Finding(
            f"the rule {rule} is broken by {n:,} rows, such as {row}",
            "what is counted may be wrong, and nothing more can be published",
            f"{_rebuild(db)}; or go back to an earlier snapshot, which `rolescope snapshot list` names",
        )


_COLUMNS = """
    select table_name || '.' || column_name, data_type
    from duckdb_columns()
    where not internal and table_name in (select table_name from duckdb_tables())
    order by all
"""


def _kept(db: Path) -> Snapshot | None:
    """The newest snapshot that can be read and is not the published one."""
    kept = [s for s in snapshot_files(db).values() if s and not s.is_published and s.schema_version <= SCHEMA_VERSION]
    return max(kept, key=lambda snapshot: snapshot.taken_at, default=None)


def _back(db: Path) -> str:
    """How to have something readable again where a link leads nowhere."""
    link = quoted([db])
    if kept := _kept(db):
        target = shlex.quote(f"snapshots/{kept.path.name}")
        return f"go back to the snapshot of {kept.taken_at:%Y-%m-%d %H:%M}: `ln -sfn {target} {link}`, then `rolescope load --db {link}`"
    return f"`rm {link}`, then {_rebuild(db)}"


def _rebuild(db: Path) -> str:
    return f"`rolescope load --rebuild --db {quoted([db])}` makes it anew from the landing files"
