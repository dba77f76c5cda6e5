"""The picture of the tables: what refers to what, as a Mermaid diagram that GitHub draws."""

import re
from importlib.resources import files
from typing import NamedTuple

import duckdb

_OWN_MEANING = {"name", "key", "start_char"}
"""Columns that mean something else in each table: the same name is no reference."""
_NO_REFERENCE = {
    ("exchange_rate", "source"), ("reference_claim_verdict", "claim"), ("reference_claim_verdict", "claim_verdict"),
    ("reference_skill_share", "skill"),
}  # fmt: skip
"""Where a rate is from, which is no platform; and the reference, which ships whatever a warehouse holds."""


class Reference(NamedTuple):
    """Columns of a table that are the key of another."""

    table: str
    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    always: bool
    """Every row has its counterpart there; False: a row may lack one."""
    once: bool
    """At most one row refers to each there; False: any number."""


def references(con: duckdb.DuckDBPyConnection) -> list[Reference]:
    """Which tables hold the whole key of another, in the order of the schema. Of tables with the same key the first is
    referred to. A column whose comment says ``table.column`` may be the key of that table."""
    keys, columns = _keys(con), _columns(con)
    owners = {key: table for table, key in reversed(keys.items()) if not _OWN_MEANING & set(key)}
    found = []
    for table, its_columns in columns.items():
        for key, owner in owners.items():
            if owner != table and set(key) <= set(its_columns) and (table, owner) not in _NO_REFERENCE:
                always = len(key) == 1 and not its_columns[key[0]].is_nullable
                found.append(Reference(table, key, owner, key, always, key == keys[table]))
        for name, column in its_columns.items():
            for to, to_column in re.findall(r"\b(\w+)\.(\w+)\b", column.comment):
                if keys.get(to) == (to_column,) and (name,) not in owners:
                    found.append(Reference(table, (name,), to, (to_column,), False, False))
    return found


def tables_page() -> str:
    """The page as Markdown, made from an empty warehouse of the current schema."""
    with duckdb.connect() as con:
        con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        keys, columns, found = _keys(con), _columns(con), references(con)
    lines = []
    for table, its_columns in columns.items():
        referring = {name for one in found if one.table == table for name in one.columns}
        lines.append(f"    {table} {{")
        for name, column in its_columns.items():
            marks = [mark for mark, has in (("PK", name in keys[table]), ("FK", name in referring)) if has]
            if marks:
                lines.append(f"        {column.type} {name} {', '.join(marks)}")
        lines.append("    }")
    for one in found:
        there, here = "||" if one.always else "|o", "o|" if one.once else "o{"
        lines.append(f'    {one.to} {there}--{here} {one.table} : "{", ".join(one.columns)}"')
    return _PAGE.format(diagram="\n".join(lines))


class _Column(NamedTuple):
    type: str
    is_nullable: bool
    comment: str


def _keys(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The key of each table, by the words of its comment."""
    rows = con.execute(
        "select table_name, regexp_extract(comment, 'Key: ([^.]+)', 1) from duckdb_tables() where not internal order by table_oid"
    )
    return {table: tuple(key.split(", ")) for table, key in rows.fetchall()}


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, _Column]]:
    """The columns of each table, in the order of the schema."""
    found: dict[str, dict[str, _Column]] = {table: {} for table in _keys(con)}
    for table, name, *column in con.execute(
        """
        select table_name, column_name, lower(data_type), is_nullable, coalesce(comment, '')
        from duckdb_columns() where not internal order by table_oid, column_index
        """
    ).fetchall():
        if table in found:
            found[table][name] = _Column(*column)
    return found


_PAGE = """# The tables

Made by `rolescope docs` from the schema: each table with its key (PK) and the columns that are the key of another (FK).
[The data dictionary](data_dictionary.md) has every column. For most questions there is no need of them: the view `posting`
joins what belongs to a posting ([twenty questions](questions.md)).

A *posting* is an opening advertised on one board; its *content* is its title and text, which other postings may share. What
was read in a text (role, skills, mentions, facts) hangs on `content_hash`.

```mermaid
erDiagram
{diagram}
```
"""
