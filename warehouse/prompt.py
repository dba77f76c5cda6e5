"""Read-only SQL for people: a query's result as a table, CSV or JSON Lines, and a prompt."""

import csv
import json
import sys
from typing import Literal

import duckdb

Form = Literal["csv", "json"] | None
MAX_ROWS = 200  # of a table on the screen; CSV and JSON have no limit


def print_result(con: duckdb.DuckDBPyConnection, query: str, form: str | None) -> bool:
    """Print the query's result; False, with the reason on standard error, where DuckDB refuses it."""
    try:
        result = con.execute(query)
        names = [column[0] for column in result.description or []]
        if form == "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            while rows := result.fetchmany(10_000):
                writer.writerows(rows)
        elif form == "json":
            while rows := result.fetchmany(10_000):
                for row in rows:
                    sys.stdout.write(
                        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str) + "\n"
                    )
        else:
            _print_table(names, result.fetchmany(MAX_ROWS + 1))
    except duckdb.Error as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


def _print_table(names: list[str], rows: list[tuple[object, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in names:
        table.add_column(Text(name))
    for row in rows[:MAX_ROWS]:
        table.add_row(*(Text("NULL", style="dim") if value is None else Text(_shown(value)) for value in row))
    console = Console()
    console.print(table)
    more = f"the first {MAX_ROWS} rows; --csv or --json print all" if len(rows) > MAX_ROWS else f"{len(rows)} rows"
    console.print(more, style="dim", highlight=False)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"


def prompt(con: duckdb.DuckDBPyConnection, form: str | None) -> None:
    """Ask for queries until the input ends; a query ends with a semicolon."""
    import readline  # noqa: F401  (gives input() history and editing)

    sys.stderr.write("Read-only. A query ends with ';'. Ctrl-D leaves. Start with: from posting limit 5;\n")
    lines: list[str] = []
    while True:
        try:
            lines.append(input("rolescope> " if not lines else "      ...> "))
        except EOFError:
            return
        except KeyboardInterrupt:
            lines = []
            sys.stderr.write("\n")
            continue
        if lines[-1].rstrip().endswith(";"):
            print_result(con, "\n".join(lines), form)
            lines = []
