"""Read-only SQL for people: a query's result as a table, CSV or JSON Lines, and a prompt."""

import csv
import json
import math
import sys
from typing import Any

import duckdb

MAX_ROWS = 200  # of a table on the screen; CSV and JSON have no limit
_NARROWEST = 9  # characters of a column, borders included: with less, rows are shown one below the other


def print_result(con: duckdb.DuckDBPyConnection, query: str, form: str | None) -> bool:
    """Print the result of each statement of the query, as ``form`` csv, json or (None) a table.

    False, with the reason on standard error, where DuckDB refuses one; those after it are not run."""
    try:
        statements = con.extract_statements(query)
        if not statements:
            sys.stderr.write("There is no statement in this query.\n")
            return False
        for statement in statements:
            con.execute(statement)
            if con.description:
                _print_rows(con, form)
    except duckdb.Error as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


def _print_rows(con: duckdb.DuckDBPyConnection, form: str | None) -> None:
    names = [column[0] for column in con.description or []]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := con.fetchmany(10_000):
            writer.writerows(
                [_json(value) if isinstance(value, list | dict) else value for value in row] for row in rows
            )
    elif form == "json":
        keys = [name if name not in names[:i] else f"{name}_{i + 1}" for i, name in enumerate(names)]
        while rows := con.fetchmany(10_000):
            for row in rows:
                sys.stdout.write(_json(dict(zip(keys, row, strict=True))) + "\n")
    else:
        _print_table(names, con.fetchmany(MAX_ROWS + 1))


def _json(value: Any) -> str:
    """JSON text; NaN and infinity, which JSON lacks, are null."""
    return json.dumps(_finite(value), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 160)
    if len(names) * _NARROWEST > console.width:
        for number, row in enumerate(rows[:MAX_ROWS], 1):
            record = Table(title=f"row {number}", title_justify="left", show_header=False, box=None)
            for name, value in zip(names, row, strict=True):
                record.add_row(Text(name, style="bold"), _cell(value))
            console.print(record)
    else:
        table = Table()
        for name in names:
            table.add_column(Text(name))
        for row in rows[:MAX_ROWS]:
            table.add_row(*map(_cell, row))
        console.print(table)
    counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    more = f"the first {MAX_ROWS} rows; --csv or --json print all" if len(rows) > MAX_ROWS else counted
    console.print(more, style="dim", highlight=False)


def _cell(value: Any) -> Any:
    from rich.text import Text

    if value is None:
        return Text("NULL", style="dim")
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return Text(text if len(text) <= 300 else text[:300] + "…")


def prompt(con: duckdb.DuckDBPyConnection, form: str | None) -> bool:
    """Ask for queries until the input ends; a query ends with a semicolon. False: one of them was refused."""
    interactive = sys.stdin.isatty()
    if interactive:
        import readline  # noqa: F401  (gives input() history and editing)

        sys.stderr.write(
            "Read-only. A query ends with ';'. Ctrl-D leaves. Try: select title, role, skills from posting limit 5;\n"
        )
    lines: list[str] = []
    fine = True
    while True:
        try:
            lines.append(input("" if not interactive else "      ...> " if lines else "rolescope> "))
        except EOFError:
            return (print_result(con, "\n".join(lines), form) and fine) if any(map(str.strip, lines)) else fine
        except KeyboardInterrupt:
            lines = []
            sys.stderr.write("\n")
            continue
        if lines[-1].rstrip().endswith(";"):
            fine &= print_result(con, "\n".join(lines), form)
            lines = []
