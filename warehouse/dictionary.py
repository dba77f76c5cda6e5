"""The data dictionary: every table, view and macro with the comments that the database itself carries."""

from importlib.resources import files

import duckdb

from warehouse.store import create_views


def data_dictionary() -> str:
    """The page as Markdown, made from an empty warehouse of the current schema."""
    with duckdb.connect() as con:
        con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        create_views(con)
        lines = [
            "# Data dictionary",
            "",
            "Made by `rolescope docs` from the comments in the database; `duckdb_tables()`, `duckdb_views()` and "
            "`duckdb_columns()` show the same. Times are UTC.",
        ]
        for heading, query in _PARTS.items():
            lines += ["", f"## {heading}"]
            for name, comment in con.execute(query).fetchall():
                lines += ["", f"### {name}", "", comment or ""]
                columns = con.execute(_COLUMNS, [name]).fetchall()
                if columns:
                    lines += ["", "| column | type | meaning |", "|---|---|---|"]
                    lines += [
                        f"| `{column}` | {type_.lower()} | {_cell(meaning)} |" for column, type_, meaning in columns
                    ]
    return "\n".join(lines) + "\n"


def uncommented() -> list[str]:
    """Tables, views, macros and columns that lack a comment."""
    with duckdb.connect() as con:
        con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        create_views(con)
        missing = [name for query in _PARTS.values() for name, comment in con.execute(query).fetchall() if not comment]
        rows = con.execute(
            "select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null order by 1"
        ).fetchall()
    return missing + [name for (name,) in rows]


_PARTS = {
    "Views": "select view_name, comment from duckdb_views() where not internal order by view_name",
    "Macros": """
        select distinct function_name || '(' || array_to_string(parameters, ', ') || ')', comment
        from duckdb_functions() where not internal and function_type = 'table_macro' order by 1
    """,
    "Tables": "select table_name, comment from duckdb_tables() where not internal order by table_name",
}
_COLUMNS = "select column_name, data_type, comment from duckdb_columns() where not internal and table_name = ? order by column_index"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
