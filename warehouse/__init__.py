"""The only package that knows DuckDB: landing files in, published snapshots out."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is used, so that the command line's help is instant
    import duckdb

try:
    CODE_VERSION = version("rolescope")
except PackageNotFoundError:  # run from a checkout that was never installed
    CODE_VERSION = "unknown"

SCHEMA_VERSION = 5
OLDEST_SCHEMA = 3  # of the first release; files from then on are migrated


class WarehouseError(Exception):
    """Something about the warehouse that the user can mend; the message names the thing, the reason and the remedy."""


def connect(db: Path, *, older: bool = False) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the snapshot that ``db`` points to now; it keeps seeing that whole snapshot.

    The connection cannot write, read other files or reach the network. Raises WarehouseError where ``db`` is missing or
    is no warehouse of this schema with this version's views; with ``older`` it may be of one that the next write brings up to date.
    """
    import duckdb

    path = snapshot_path(db)
    if path is None:
        sample = db.with_name("sample.duckdb")
        also = f" The sample data are in {sample}: add `--db {sample}`." if sample.exists() and sample != db else ""
        raise WarehouseError(
            f"{db}: there is no warehouse yet. Make one with `rolescope up`, `rolescope crawl` or `rolescope import FILE`.{also}"
        )
    try:
        con = duckdb.connect(
            str(path),
            read_only=True,
            config={"enable_external_access": False, "lock_configuration": True, "autoinstall_known_extensions": False},
        )
    except duckdb.Error as error:
        if "set lock" in str(error):
            raise WarehouseError(
                f"{db} is open for writing in another program ({_first_line(error)}). Close it there, or open it read-only."
            ) from error
        raise WarehouseError(
            f"{db}: DuckDB cannot open it ({_first_line(error)}). If it is a rolescope warehouse, `rolescope mend --db {db}` brings "
            "back what was collected; else name another file with --db."
        ) from error
    try:
        found = schema_version(con, db)
        if found < SCHEMA_VERSION and not older:
            link = _link(db)
            raise WarehouseError(
                f"{link} was made by an older rolescope (schema {found}, this one reads {SCHEMA_VERSION}). `rolescope load --db {link}` "
                f"brings it up to date with all that was collected; then label it again with `rolescope label --db {link}`."
            )
        if not older and views_version(con) != views_digest():
            link = _link(db)
            raise WarehouseError(
                f"The views of {link} are those of another version of rolescope. `rolescope load --db {link}` makes them anew; "
                "nothing else changes, and labels stay."
            )
    except WarehouseError:
        con.close()
        raise
    return con


def snapshot_path(db: Path) -> Path | None:
    """The real file behind ``db``; None where there is nothing yet. Raises WarehouseError for a dangling link."""
    if db.is_symlink() and not db.exists():
        raise WarehouseError(
            f"{db} points to {db.readlink()}, which is gone. `rolescope mend --db {db}` brings back what was collected."
        )
    return db.resolve() if db.exists() else None


def schema_version(con: duckdb.DuckDBPyConnection, db: Path) -> int:
    """The schema of the connection's tables: this version's, or an older one that the next write migrates.

    Raises WarehouseError where they are no warehouse, one of a newer version, or one of a version before the first release."""
    tables = {row[0] for row in con.execute("select table_name from duckdb_tables() where not internal").fetchall()}
    if not {"snapshot", "job_posting", "board_fetch"} <= tables:
        what = "is empty" if not tables else f"holds other tables ({', '.join(sorted(tables)[:4])})"
        raise WarehouseError(
            f"{db} is a DuckDB file but not a rolescope warehouse: it {what}. Name another file with --db."
        )
    (found,) = con.execute("select coalesce(max(schema_version), ?) from snapshot", [SCHEMA_VERSION]).fetchall()[0]
    if found > SCHEMA_VERSION:
        raise WarehouseError(
            f"{db} was made by a newer rolescope (schema {found}, this one knows {SCHEMA_VERSION}). Update rolescope."
        )
    if found < OLDEST_SCHEMA:
        raise WarehouseError(
            f"{db} was made by a rolescope before the first release (schema {found}). Move it away and make it anew from the "
            f"landing files with `rolescope load --rebuild --db {db}`."
        )
    return int(found)


@cache
def views_digest() -> str:
    """Sixteen hex digits that change with any view, macro or derived table of this version."""
    folder = files("warehouse")
    entries = [*folder.joinpath("views").iterdir(), folder.joinpath("derived.sql")]
    texts = [
        entry.read_bytes() for entry in sorted(entries, key=lambda entry: entry.name) if entry.name.endswith(".sql")
    ]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def views_version(con: duckdb.DuckDBPyConnection) -> str | None:
    """The digest of the views that a file has; None: of a version that did not note it."""
    import duckdb

    try:
        return str(con.execute("select digest from view_version").fetchall()[0][0])
    except duckdb.CatalogException:
        return None


def _link(db: Path) -> Path:
    """The database that a snapshot belongs to, which commands are to be given; ``db`` itself where it is none."""
    link = db.parent.parent / f"{db.stem.rpartition('-')[0]}.duckdb"
    return link if db.parent.name == "snapshots" and link.is_symlink() else db


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
