"""Whether a published file is whole, to its last block: DuckDB checks the sum of a block when it reads it, not before."""

from pathlib import Path

import duckdb

from warehouse import SCHEMA_VERSION
from warehouse.snapshots import opened, snapshot_files

_FOREIGN = ("Conflicting lock", "Permission denied", "can only read version")  # which say nothing of the blocks


def damage(file: Path) -> str | None:
    """What DuckDB says where a block of the file can't be read; None: all of its tables can, or it may not be opened now."""
    try:
        with opened(file) as con:
            for (table,) in con.execute("select table_name from duckdb_tables() where not internal").fetchall():
                con.execute(f'select max(hash(whole_row)) from "{table}" as whole_row')  # noqa: S608
    except duckdb.OutOfMemoryException:
        return None
    except duckdb.Error as error:
        return None if any(words in str(error) for words in _FOREIGN) else str(error).strip().splitlines()[0]
    return None


def newest_whole(db: Path) -> Path | None:
    """The newest kept snapshot of ``db``, other than the published one, that is whole and not of a newer rolescope."""
    kept = [one for one in snapshot_files(db).values() if one and not one.is_published]
    kept = [one for one in kept if one.schema_version <= SCHEMA_VERSION]
    newest_first = sorted(kept, key=lambda one: (one.taken_at, one.path.stat().st_mtime), reverse=True)
    return next((one.path for one in newest_first if damage(one.path) is None), None)
