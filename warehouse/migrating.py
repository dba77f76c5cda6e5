"""Files of an older schema: what was collected stays, in the tables of today, and labels are made again.

Tables of labels become what schema.sql says, empty, whatever they were. Tables of what was collected keep their rows, column
by column, so that a new column which may be NULL needs nothing more; ``migrations/N.sql`` does what else it takes to get
them from schema N - 1 to N: rename a column, drop one, fill one that may not be NULL.
"""

import re
from importlib.resources import files

import duckdb

from warehouse import SCHEMA_VERSION

COLLECTED = (
    "crawl", "board_fetch", "job_posting", "job_posting_version", "job_posting_near", "job_posting_text", "quarantine",
    "landing_file", "snapshot",
)  # fmt: skip
"""Tables whose rows no command can make again from others."""


def migrate(con: duckdb.DuckDBPyConnection, found: int) -> None:
    """Turn the warehouse of schema ``found`` that is ``con``'s default database into one of this version: every row that
    was collected, no labels, no views. Raises duckdb.Error where a migration doesn't fit the tables."""
    package = files("warehouse")
    for version in range(found + 1, SCHEMA_VERSION + 1):
        con.execute(package.joinpath("migrations", f"{version}.sql").read_text(encoding="utf-8"))
    schema = package.joinpath("schema.sql").read_text(encoding="utf-8")
    with duckdb.connect() as fresh:
        fresh.execute(schema)
        same = {
            name for name in COLLECTED if _columns(con, name) == _columns(fresh, name)
        }  # texts take minutes to copy
    changed = [name for name in COLLECTED if name not in same]
    for kind, name in con.execute(_OBJECTS).fetchall():
        if name not in COLLECTED:
            con.execute(f'drop {kind} "{name}"')
    for name in changed:
        con.execute(f"alter table {name} rename to old_{name}")
    for statement in con.extract_statements(schema):
        created = re.search(r"^create table (\w+)", statement.query, re.MULTILINE)
        if not created or created[1] not in same:
            con.execute(statement)
    for name in changed:
        con.execute(f"insert into {name} by name from old_{name}")
        con.execute(f"drop table old_{name}")


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    """Columns and constraints of a table of the default database."""
    return con.execute(_COLUMNS, {"table": table}).fetchall()


_COLUMNS = """
    select column_index, column_name, data_type, is_nullable::varchar
    from duckdb_columns() where table_name = $table and database_name = current_database()
    union all
    select 0, constraint_text, constraint_type, null
    from duckdb_constraints()
    where table_name = $table and database_name = current_database() and constraint_type != 'NOT NULL'
    order by all
"""
_OBJECTS = """
    select 'view' as kind, view_name as name from duckdb_views()
    where not internal and database_name = current_database()
    union all
    select distinct 'macro table', function_name from duckdb_functions()
    where not internal and function_type = 'table_macro' and database_name = current_database()
    union all
    select 'table', table_name from duckdb_tables() where not internal and database_name = current_database()
"""
