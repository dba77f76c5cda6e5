"""Publishing: a write builds the next snapshot beside the last one, and a link is swapped when the checks hold.

Readers open the link's real path, so no reader ever blocks a writer or sees half a write, and no writer blocks a reader.
For a database ``data/rolescope.duckdb`` the snapshots are ``data/snapshots/rolescope-<id>.duckdb``.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from filelock import FileLock, Timeout

from warehouse import (
    CODE_VERSION,
    SCHEMA_VERSION,
    WarehouseError,
    connect,
    schema_version,
    snapshot_path,
    views_digest,
    views_version,
)
from warehouse.landing import iso
from warehouse.migrating import migrate
from warehouse.search import add_words, make_tables, rules_digest
from warehouse.sources import sources

KEEP = 3  # snapshots, the published one included
_FICLONE = 0x40049409  # linux/fs.h
_STORAGE_VERSION = "v1.2.0"  # so that DuckDB shells from 1.2 on can open it
# a full disk shows as a transaction that cannot be committed
MISFORTUNES = (
    duckdb.IOException, duckdb.FatalException, duckdb.TransactionException, duckdb.OutOfMemoryException, OSError,
)  # fmt: skip
"""What goes wrong outside of the program: disk space, permissions, memory."""
DERIVED = (
    "posting_index", "skill_number", "skill_index", "part_size", "part_count", "skill_pay", "text_place", "text_word", "text_page",
)  # fmt: skip
"""Tables of derived.sql, made from the others at publication."""
_NO_CONTENT = ("snapshot", "landing_file", "student_t", *DERIVED)
_log = logging.getLogger(__name__)


def landing_folder(db: Path) -> Path:
    """Where the landing files of a database lie: ``landing/<name>/`` beside it."""
    return db.parent.resolve() / "landing" / db.stem


@contextmanager
def building(db: Path, at: datetime | None = None, *, sample: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the next snapshot, which is published when the block ends and every check holds.

    ``at`` is the time of publishing (None: now). A warehouse of an older schema is migrated first: it loses its labels.
    Where nothing changed, views included, nothing is published. An exception in the block, or a check that fails, leaves
    the published file as it was. Raises WarehouseError: another writer holds the lock, ``db`` is no warehouse, sample data
    would meet real data, a check failed, the disk is full.
    """
    db = db.parent.resolve() / db.name
    work = db.parent / "snapshots" / f"{db.stem}-building.duckdb"
    try:
        work.parent.mkdir(parents=True, exist_ok=True)
        with one_writer(db):
            _remove(work)
            try:
                is_new = snapshot_path(db) is None
                with _open_copy(db, work, sample) as con:
                    old_id, old_views = _latest_id(con), view_definitions(con)
                    old_landing = _fingerprint(con, ["landing_file"])
                    _insert_sources(con)
                    _insert_exchange_rates(con, db)
                    _insert_reference(con)
                    yield con
                    if not is_new:  # else they were made with the tables
                        create_views(con)
                    _refuse_violations(con, db)
                    new_id = _snapshot_id(con)
                    if new_id != old_id:
                        _record_snapshot(con, new_id, at or datetime.now(UTC), sample)
                    changed = (
                        new_id != old_id
                        or _fingerprint(con, ["landing_file"]) != old_landing
                        or shipped_views() != old_views
                    )
                    if changed:
                        _derive(con, new_id)
                        con.execute("checkpoint warehouse")
                if changed:
                    _publish(work, db, new_id)
            finally:
                _remove(work)
    except MISFORTUNES as error:
        reason = str(error).strip().splitlines()[0]
        raise WarehouseError(
            f"{db} was left as it was: {reason}. Nothing collected is lost: mend the cause (disk space, permissions, "
            "memory; `rolescope doctor` names it, and `rolescope mend` mends a damaged file) and run the command again."
        ) from error


def refuse_unfit(db: Path, *, sample: bool) -> None:
    """Raise WarehouseError where ``db`` could not be published to: to be asked before anything is collected for it. One of
    an older schema, or with other views, is brought up to date, so that what is known can be read."""
    if db.is_dir():
        raise WarehouseError(f"{db} is a folder. Name a file in it with --db, such as {db / 'rolescope.duckdb'}.")
    if snapshot_path(db) is None:
        return
    with connect(db, older=True) as con:
        _refuse_mixture(con, db, sample)
        is_older = schema_version(con, db) < SCHEMA_VERSION or views_version(con) != views_digest()
    if is_older:
        with building(db, sample=sample):
            pass


def _refuse_mixture(con: duckdb.DuckDBPyConnection, db: Path, sample: bool) -> None:
    (was_sample,) = con.execute("select coalesce(bool_or(is_sample), false) from snapshot").fetchall()[0]
    if was_sample != sample:
        has, adds = ("sample", "real") if was_sample else ("real", "sample")
        raise WarehouseError(f"{db} holds {has} data; {adds} data must go elsewhere: name another file with --db.")


@contextmanager
def one_writer(db: Path) -> Iterator[None]:
    """Hold the write lock of ``db``; WarehouseError names the process that holds it otherwise."""
    holder = db.with_name(f".{db.name}.writer")
    lock = FileLock(db.with_name(f".{db.name}.lock"))
    try:
        lock.acquire(timeout=0.2)
    except Timeout as error:
        raise WarehouseError(f"{db} is being written by {_holder(db)}. Wait until it is done, or stop it.") from error
    try:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:80]
        holder.write_text(f"process {os.getpid()} ({command})", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _open_copy(db: Path, work: Path, sample: bool) -> duckdb.DuckDBPyConnection:
    """A connection whose default database is ``work``: a copy of the published snapshot, or a new warehouse."""
    published = snapshot_path(db)
    if published is not None:
        _copy(published, work)
    try:
        con = _opened(work)
    except duckdb.IOException as error:
        if "not a valid DuckDB" in str(error):
            raise WarehouseError(f"{db} is not a DuckDB file. Name another file with --db.") from error
        raise
    try:
        if published is None:
            con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
            _insert_student_t(con)
            create_views(con)
        else:
            found = schema_version(con, db)
            _refuse_mixture(con, db, sample)
            if found < SCHEMA_VERSION:
                _log.warning("%s: its tables of schema %d become those of schema %d …", db, found, SCHEMA_VERSION)
                migrate(con, found)
                _insert_student_t(con)
    except (duckdb.Error, WarehouseError):
        con.close()
        raise
    return con


def _copy(file: Path, to: Path) -> None:
    """Copy a file, at once where the file system lets two files share what they have in common (Btrfs, XFS)."""
    try:
        with file.open("rb") as old, to.open("wb") as new:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
    except OSError:
        shutil.copyfile(file, to)


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection whose default database is ``file``, which it makes where there is none."""
    con = duckdb.connect(
        config={"memory_limit": "1GB", "preserve_insertion_order": False, "autoinstall_known_extensions": False}
    )
    try:
        con.execute(f"set temp_directory = '{quoted(file.with_suffix('.tmp'))}'")
        # no log of what is written: a file that was not built to its end is thrown away
        options = "recovery_mode no_wal_writes" + ("" if file.exists() else f", storage_version '{_STORAGE_VERSION}'")
        con.execute(f"attach '{quoted(file)}' as warehouse ({options})")
        con.execute("use warehouse")
    except duckdb.Error:
        con.close()
        raise
    return con


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create every view and macro of ``warehouse/views`` again, comments included, and the tables that are derived, empty."""
    make_tables(con, _words_made_by(con))
    con.execute(files("warehouse").joinpath("derived.sql").read_text(encoding="utf-8"))
    waiting = _sql_files("views")
    while waiting:
        failed: dict[str, str] = {}
        for name, sql in sorted(waiting.items()):
            try:
                con.execute(sql)
            # it reads another view, which comes later in the alphabet, or an older form of it
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                failed[name] = sql
                last = error
        if len(failed) == len(waiting):
            raise last
        waiting = failed
    con.execute(
        f"create or replace view view_version as select '{views_digest()}' as digest, '{rules_digest()}' as words"
    )
    con.execute("comment on view view_version is 'By which versions of their rules this file was made.'")
    con.execute(
        "comment on column view_version.digest is 'Of the views: a program that has others refuses to read them.'"
    )
    con.execute("comment on column view_version.words is 'Of text_word and text_place: by others they are made anew.'")


def _words_made_by(con: duckdb.DuckDBPyConnection) -> str | None:
    try:
        return str(con.execute("select words from view_version").fetchall()[0][0])
    except (duckdb.CatalogException, duckdb.BinderException):  # a new file, or of a version that had no such table
        return None


def check(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """The rules that do not hold, as (rule, number of offending rows, first of them); empty where all hold.

    A rule is a file of ``warehouse/checks`` whose query returns the offending rows."""
    broken = []
    for name, sql in rules().items():
        rows = con.execute(sql).fetchall()
        if rows:
            broken.append((name, len(rows), str(rows[0])))
    return broken


def rules() -> dict[str, str]:
    """The query of each rule, by its name."""
    return _sql_files("checks")


def _sql_files(folder: str) -> dict[str, str]:
    """The SQL files of a folder of this package by their names, in their order."""
    entries = sorted(files("warehouse").joinpath(folder).iterdir(), key=lambda entry: entry.name)
    return {e.name.removesuffix(".sql"): e.read_text(encoding="utf-8") for e in entries if e.name.endswith(".sql")}


def _refuse_violations(con: duckdb.DuckDBPyConnection, db: Path) -> None:
    broken = check(con)
    if broken:
        lines = "; ".join(f"{name}: {n} rows, such as {row}" for name, n, row in broken)
        raise WarehouseError(f"{db} was left as it was, because a check failed: {lines}")


def _content_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("select table_name from duckdb_tables() where database_name = 'warehouse' order by 1").fetchall()
    return [name for (name,) in rows if name not in _NO_CONTENT]


def _fingerprint(con: duckdb.DuckDBPyConnection, tables: list[str]) -> str:
    """Sixteen hex digits that change with the tables' rows (whatever their order) and the schema."""
    total = SCHEMA_VERSION
    for table in tables:
        # a text is named by its content_hash: hashing that instead saves reading it
        row = "content_hash || coalesce(language, '')" if table == "job_posting_text" else "whole_row"
        # by an alias: the table's own name would mean its column, where it has one of that name, as skill and source have
        query = f"select count(*), sum(hash({row})::hugeint) from {table} as whole_row"  # noqa: S608
        count, digest = con.execute(query).fetchall()[0]
        total = (total * 1_000_003 + count * 31 + (digest or 0)) % (1 << 64)
    return f"{total:016x}"


def view_definitions(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The views and macros of the connection's default database by name, as DuckDB words them: otherwise when they were
    just made than when they were read from a file."""
    return dict(con.execute(_DEFINITIONS).fetchall())


def _views_of(file: Path) -> dict[str, str]:
    with duckdb.connect(str(file), read_only=True) as con:
        return view_definitions(con)


@cache
def shipped_views() -> dict[str, str]:
    """The views and macros of this version, worded as those of a file are. Raises OSError where there is no room for a
    temporary file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.duckdb"
        with _opened(file) as con:
            con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
            create_views(con)
        return _views_of(file)


_DEFINITIONS = """
    select view_name as name, concat_ws(' ', sql, comment) as definition
    from duckdb_views() where not internal and database_name = current_database()
    union all
    select function_name, concat_ws(' ', parameters, macro_definition, comment)
    from duckdb_functions()
    where not internal and function_type = 'table_macro' and database_name = current_database()
    order by all
"""


def writer(db: Path) -> str | None:
    """Who writes to ``db`` at this moment, as far as is known; None: nobody. It takes no lock that would keep one waiting."""
    try:
        with db.with_name(f".{db.name}.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _holder(db)
    return None


def _holder(db: Path) -> str:
    try:
        return db.with_name(f".{db.name}.writer").read_text(encoding="utf-8")
    except OSError:
        return "another process"


def _snapshot_id(con: duckdb.DuckDBPyConnection) -> str:
    """Of the tables' rows and of the views: files that differ have different names, which what reads them relies on."""
    views = hashlib.sha256(repr(view_definitions(con)).encode()).hexdigest()[:16]
    return f"{int(_fingerprint(con, _content_tables(con)), 16) ^ int(views, 16):016x}"


def _latest_id(con: duckdb.DuckDBPyConnection) -> str | None:
    row = con.execute("select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1").fetchone()
    return row[0] if row else None


def _record_snapshot(con: duckdb.DuckDBPyConnection, snapshot_id: str, at: datetime, sample: bool) -> None:
    con.execute("delete from snapshot where snapshot_id = ?", [snapshot_id])
    con.execute(
        """
        insert into snapshot
        select ?, greatest(?::timestamp, (select max(taken_at) from snapshot)), ?, ?,
            (select any_value(model_version) from label_version where is_current), ?, 0, 0, 0
        """,
        [snapshot_id, iso(at), SCHEMA_VERSION, CODE_VERSION, sample],
    )


def _derive(con: duckdb.DuckDBPyConnection, snapshot_id: str) -> None:
    """Fill the tables that are derived, and count the snapshot's postings."""
    add_words(con)
    for sql in _sql_files("publish_steps").values():
        con.execute(sql)
    con.execute(
        """
        update snapshot set n_posting = c.n_posting, n_open = c.n_open, n_labelled = c.n_labelled
        from (
            select count(*) as n_posting, count(*) filter (is_open) as n_open, count(labelled_at) as n_labelled
            from posting_index
        ) as c
        where snapshot_id = ?
        """,
        [snapshot_id],
    )


def _publish(work: Path, db: Path, snapshot_id: str) -> None:
    """Give the built file its name, swap the link to it in one step, and remove old snapshots."""
    final = work.with_name(f"{db.stem}-{snapshot_id}.duckdb")
    with work.open("rb") as built:
        os.fsync(built.fileno())
    work.chmod(0o444)  # a shell that opens it without -readonly would lock readers out
    work.replace(final)
    point_to(db, final)
    own = [p for p in final.parent.glob(f"{db.stem}-*.duckdb") if len(p.stem) == len(final.stem)]
    for old in sorted((p for p in own if p != final), key=lambda p: p.stat().st_mtime, reverse=True)[KEEP - 1 :]:
        old.unlink()


def point_to(db: Path, snapshot: Path) -> None:
    """Make ``db`` the link to a file of its folder ``snapshots``, in one step. For who holds the write lock."""
    link = db.with_name(f".{db.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / snapshot.name)
    link.replace(db)


def _insert_sources(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the table ``source`` from sources.csv, so that views and pages read what the crawl obeys."""
    columns = [name for (name,) in con.execute("select column_name from (describe source)").fetchall()]
    rows = [[getattr(source, name) for name in columns] for source in sources().values()]
    con.execute("delete from source")
    con.executemany(
        f"insert into source values ({', '.join('?' for _ in columns)})",  # noqa: S608
        [[None if value == "" else value for value in row] for row in rows],
    )


def _insert_exchange_rates(con: duckdb.DuckDBPyConnection, db: Path) -> None:
    """Fill the table ``exchange_rate`` from exchange_rates.csv beside the warehouse, else from the one that ships."""
    own = db.with_name("exchange_rates.csv")
    path = str(own if own.exists() else files("warehouse").joinpath("exchange_rates.csv"))
    try:
        con.execute("delete from exchange_rate")
        con.execute(
            """
            insert into exchange_rate by name
            select currency, year, per_usd, source
            from read_csv(?, columns = {currency: 'varchar', year: 'integer', per_usd: 'double', source: 'varchar'}, header = true)
            """,
            [path],
        )
        bad = con.execute(
            "select currency, year from exchange_rate where not per_usd > 0 or length(currency) != 3"
        ).fetchone()
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.ConstraintException) as error:
        reason = str(error).splitlines()[0]
        raise WarehouseError(
            f"{path} is no table currency,year,per_usd,source: {reason}. Mend it, or move it away."
        ) from error
    if bad:
        raise WarehouseError(
            f"{path}: {bad[0]} of {bad[1]} is no currency with a positive rate. Mend it, or move it away."
        )


def _insert_reference(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the tables of the reference from the files that ship. They are content: a new reference is a new snapshot."""
    for name in ("skill_share", "claim_verdict"):
        path = str(files("warehouse").joinpath("reference", f"{name}.csv"))
        con.execute(f"delete from reference_{name}")  # noqa: S608
        con.execute(
            f"insert into reference_{name} by name from read_csv(?, header = true, delim = ',', quote = '\"', all_varchar = true)",
            [path],
        )


def _insert_student_t(con: duckdb.DuckDBPyConnection) -> None:
    from scipy.special import stdtrit

    df = range(1, 1001)
    con.execute("insert into student_t select unnest(?), unnest(?)", [list(df), stdtrit(df, 0.975).tolist()])


def _remove(work: Path) -> None:
    for leftover in (work, work.with_name(work.name + ".wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(work.with_suffix(".tmp"), ignore_errors=True)


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of a statement that takes no parameter."""
    return str(path).replace("'", "''")
