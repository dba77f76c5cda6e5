"""What is wrong with a warehouse and the files beside it, and how to mend it. Nothing here writes."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse import SCHEMA_VERSION, WarehouseError, connect, schema_version
from warehouse.damage import damage, newest_whole
from warehouse.finding import Finding, names, quoted
from warehouse.landing import iso, landing_files
from warehouse.landing_doctor import examine_landing
from warehouse.mending import killed_work, unreadable
from warehouse.snapshots import snapshot_files
from warehouse.store import check, landing_folder, shipped_views, view_definitions, writer

_NAMED = 5  # views that one finding names


def examine_warehouse(db: Path) -> Iterator[Finding]:
    """What is wrong with ``db`` and with what lies beside it."""
    if db.parent.exists() and not os.access(db.parent, os.R_OK | os.X_OK):
        yield _forbidden(db.parent, "read")
        return
    yield from _places(db)
    yield from _writer(db)
    yield from _leftovers(db)
    if db.is_dir():
        remedy = f"name a file in it with --db, such as {db / 'rolescope.duckdb'}"
        yield Finding(f"{db} is a folder", "a warehouse is a file", remedy)
    elif why := unreadable(db):
        why_it_matters = "every write copies the damage, and what stands there can't be counted"
        if not db.exists():
            why_it_matters = "nothing can be read, and nothing published"
        yield Finding(why, why_it_matters, _mended(db))
        yield from examine_landing(None, db)
    elif not db.exists():
        remedy = "`rolescope up` makes one, `rolescope restore BACKUP` brings one back; or name another file with --db"
        yield Finding(f"{db}: there is no warehouse", "there is nothing to see", remedy)
    elif os.access(db, os.R_OK):
        yield from _file(db)
        try:
            con = connect(db, older=True)
        except WarehouseError as error:
            what, _, remedy = str(error).removesuffix(".").rpartition(". ")
            yield Finding(what, "nothing can be read, and nothing published", remedy)
        else:
            with con:
                yield from _content(con, db)
                yield from examine_landing(con, db)


def _places(db: Path) -> Iterator[Finding]:
    """Folders and files that this user can't use, and too little room."""
    folder = db.parent.resolve()
    if folder.exists() and os.statvfs(folder).f_flag & os.ST_RDONLY:
        yield Finding(
            f"{folder} is mounted read-only",
            "queries, exports and the dashboard work, as in a container; crawls, labels and publications don't",
            "nothing is to be done where it is only read; else `sudo mount -o remount,rw` its file system",
        )
        needed = "read"
    else:
        needed = "read and written"
    for place in (folder, folder / "snapshots", landing_folder(db)):
        if place.exists() and not os.access(place, os.R_OK | os.X_OK | (os.W_OK if needed != "read" else 0)):
            yield _forbidden(place, needed)
    published = db.resolve() if db.exists() else db
    if published.is_file() and not os.access(published, os.R_OK):
        yield _forbidden(published, "read")
    if folder.exists() and db.exists() and needed != "read":
        size, free = db.stat().st_size, shutil.disk_usage(folder).free
        if free < 2 * size:
            yield Finding(
                f"{free // 1_000_000:,} MB are free in {folder}, and {db.name} takes {size // 1_000_000:,} MB",
                "each write makes a copy, which may grow, before it replaces the oldest of the snapshots",
                "make room, or put the warehouse on another disk and name it with --db",
            )


def _forbidden(place: Path, needed: str) -> Finding:
    mode = ("rwx" if place.is_dir() else "r") if needed != "read" else "rX"
    own = place.stat().st_uid == os.geteuid()
    remedy = f"chmod u+{mode} {quoted([place])}" if own else f"sudo chown -R $USER {quoted([place])}"
    return Finding(f"{place} can't be {needed} by this user", "crawls and publications need it", f"`{remedy}`")


def _writer(db: Path) -> Iterator[Finding]:
    """Who holds the lock, or left its name."""
    holder = db.with_name(f".{db.name}.writer")
    try:
        who = writer(db)
        since = datetime.fromtimestamp(holder.stat().st_mtime, UTC) if holder.exists() else None
    except PermissionError as error:
        yield _forbidden(Path(error.filename), "read")
        return
    if who:
        process = re.search(r"\d+", who)
        stop = f"`kill -9 {process[0]}`, then `rolescope mend --db {quoted([db])}`" if process else "stop it"
        yield Finding(
            f"{db} is being written by {who}" + (f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""),
            "other writes are refused until it is done; reading goes on",
            f"wait until it is done; if it hangs, {stop}",
        )
    elif since:
        yield Finding(
            f"{holder} names a writer, {holder.read_text(encoding='utf-8', errors='replace')}, that is gone",
            "it was killed; nothing is locked, and what it had not published is not there",
            f"run its command again, or `rolescope mend --db {quoted([db])}`",
        )


def _leftovers(db: Path) -> Iterator[Finding]:
    """What processes that were killed left behind."""
    if left := killed_work(db):
        n_bytes = sum(path.stat().st_size for path in left if path.is_file())
        yield Finding(
            f"a killed process left {names(left)}" + (f" ({n_bytes // 1_000_000:,} MB)" if n_bytes > 1_000_000 else ""),
            "it takes room, and nothing reads it",
            f"`rolescope mend --db {quoted([db])}` removes it; the next write removes its own, too",
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
                f"`rolescope mend --db {quoted([db])}` sets it aside" if damage(path) else f"`rm -f {quoted([path])}`",
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
    yield from _clock(con)
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


def _clock(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Times later than now: a clock was, or is, wrong."""
    now = datetime.now(UTC)
    row = con.execute(_FUTURE, {"now": iso(now + _CLOCKS_DIFFER)}).fetchone()
    if row and row[0]:
        n, latest, crawls = row
        yield Finding(
            f"{n:,} fetches of boards are later than this machine's clock, which says {now:%Y-%m-%d %H:%M} UTC: up to"
            f" {latest:%Y-%m-%d %H:%M}, of the crawls {', '.join(crawls)}",
            "nothing is lost, but until that time comes, what those crawls saw neither closes nor is asked for sparingly",
            "if the clock is slow, set it right: `timedatectl`; if it was fast then, go on crawling, and wait",
        )


_CLOCKS_DIFFER = timedelta(minutes=10)  # between machines that crawl together
_FUTURE = """
    select count(*), max(fetched_at), list(distinct crawl_id order by crawl_id)[:3]
    from board_fetch where fetched_at > $now::timestamp
"""


def _mended(db: Path) -> str:
    """What mends a file that can't be read."""
    mending = f"`rolescope mend --db {quoted([db])}`"
    if whole := newest_whole(db):
        return f"{mending} goes back to {whole.name}, which is whole, and takes in what came since"
    if landing_files(landing_folder(db)):
        return f"{mending} makes it anew from the landing files"
    return f"`rm {quoted([db])}`, then `rolescope restore BACKUP --db {quoted([db])}`: nothing else is left"


def _rebuild(db: Path) -> str:
    return f"`rolescope load --rebuild --db {quoted([db])}` makes it anew from the landing files"
