"""Read-only SQL for people: a query's result in the form that is asked for, and a prompt."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from difflib import get_close_matches
from pathlib import Path

import duckdb

from warehouse.limited import bare, bounded, stoppable
from warehouse.result import print_rows, write_parquet

_HELP = """\
A query ends with ';' and may take several lines. Ctrl-C stops it, Ctrl-D leaves.
  .tables        views, macros and tables: what a row of each is
  .schema NAME   the columns of one: type and meaning
  .help          this
To begin with: select title, role, skills from posting limit 5;
docs/questions.md has worked questions, each with its query.
"""
_BESIDE = 2 << 30
"""Bytes that the process may hold beside what DuckDB counts: long strings that a query makes, and rows that are printed."""
_NAMES = """
    select name, kind, split_part(comment, '. ', 1) as what_a_row_is
    from (
    select view_name as name, 'view' as kind, comment from duckdb_views() where not internal
    union all
    select distinct function_name, 'macro', comment from duckdb_functions() where not internal and function_type = 'table_macro'
    union all
    select table_name, 'table', comment from duckdb_tables() where not internal
    )
    order by kind = 'table', kind = 'macro', name
"""
_COLUMNS = """
    select column_name as name, data_type as type, comment as meaning
    from duckdb_columns() where not internal and table_name = $name order by column_index
"""
_MACRO = """
    select function_name || '(' || array_to_string(parameters, ', ') || ')' as macro, comment as meaning
    from duckdb_functions() where not internal and function_type = 'table_macro' and function_name = $name
"""


def answer(con: duckdb.DuckDBPyConnection, query: str, form: str | None, seconds: float | None = None) -> bool:
    """Print the result of each statement of the query, as ``form`` csv, json or (None) a table.

    False, with the reason on standard error, where DuckDB refuses one or all of them take longer than ``seconds`` (None:
    any time will do); those after it are not run. Raises KeyboardInterrupt at Ctrl-C, when the query has ended."""

    def work() -> None:
        statements = con.extract_statements(query)
        if not statements:
            raise ValueError("There is no statement in this query.")
        for statement in statements:
            con.execute(statement)
            if con.description:
                print_rows(con, form)

    return _done(con, work, seconds)


def save(con: duckdb.DuckDBPyConnection, query: str, path: Path, seconds: float | None = None) -> bool:
    """Write the result of the query, which is one statement, to a Parquet file; otherwise as ``answer``."""

    def work() -> None:
        n = len(con.extract_statements(query))
        if n != 1:
            raise ValueError(f"A Parquet file takes the result of one statement; there are {n}.")
        sys.stdout.write(f"{path}: {write_parquet(con.sql(bare(query)), path):,} rows.\n")

    return _done(con, work, seconds)


def _let_go(con: duckdb.DuckDBPyConnection) -> None:
    """End what a broken query still does in DuckDB's threads, which would go on taking memory when the bound is gone."""
    con.interrupt()
    with suppress(duckdb.Error, MemoryError):
        con.execute("select 1")


def _done(con: duckdb.DuckDBPyConnection, work: Callable[[], None], seconds: float | None) -> bool:
    (memory,) = con.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchall()[0]
    try:
        with bounded(memory + _BESIDE):
            try:
                stoppable(con, work, seconds)
            except BaseException:
                _let_go(con)
                raise
    except TimeoutError:
        sys.stderr.write(f"Stopped after {seconds:g} s; --timeout gives it more.\n")
    except MemoryError:
        sys.stderr.write("Out of memory: ask for less, or for fewer rows at once.\n")
    except (duckdb.Error, ValueError, TypeError) as error:
        zoned = "'pytz'" in str(error)
        sys.stderr.write(
            f"{'A time with time zone is shown once it is cast, as in now()::timestamp.' if zoned else error}\n"
        )
    else:
        return True
    return False


def prompt(con: duckdb.DuckDBPyConnection, form: str | None, seconds: float | None = None) -> bool:
    """Ask for queries until the input ends; a query ends with a semicolon. False: one of them was refused or stopped.

    Words that begin with a dot are commands of the prompt."""
    interactive = sys.stdin.isatty()
    if interactive:
        sys.stderr.write("Read-only. A query ends with ';'. .help says more, Ctrl-D leaves.\n")
    lines: list[str] = []
    fine = True
    with _history() if interactive else nullcontext():
        while True:
            try:
                lines.append(input("" if not interactive else "      ...> " if lines else "rolescope> "))
                if len(lines) == 1 and lines[0].startswith("."):
                    fine &= _command(con, lines.pop())
                elif lines[-1].rstrip().endswith(";"):
                    query, lines = "\n".join(lines), []
                    fine &= answer(con, query, form, seconds)
            except EOFError:
                return (answer(con, "\n".join(lines), form, seconds) and fine) if any(map(str.strip, lines)) else fine
            except KeyboardInterrupt:
                if not interactive:
                    raise
                lines = []
                sys.stderr.write("\n")


def _command(con: duckdb.DuckDBPyConnection, line: str) -> bool:
    """Do what a line that begins with a dot asks for; False where there is no such command or name."""
    command, _, name = line.rstrip("; ").partition(" ")
    name = name.strip().lower()
    if command == ".help":
        sys.stdout.write(_HELP)
    elif command == ".tables":
        con.execute(_NAMES)
        print_rows(con, None)
    elif command == ".schema" and name:
        names = [row[0] for row in con.execute(_NAMES).fetchall()]
        if name not in names:
            near = get_close_matches(name, names, 1)
            sys.stderr.write(f"There is no {name}{f': {near[0]}?' if near else '; .tables lists what there is.'}\n")
            return False
        for query in (_COLUMNS, _MACRO):
            if con.execute(query, {"name": name}).fetchone():
                con.execute(query, {"name": name})
                print_rows(con, None)
    else:
        sys.stderr.write(f"There is no command {line.strip()}; .help lists those that there are.\n")
        return False
    return True


@contextmanager
def _history() -> Iterator[None]:
    """Editing of lines, and the lines of earlier prompts; where they can't be kept, they are forgotten."""
    import readline  # with which input() edits

    file = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "rolescope" / "sql_history"
    with suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.set_history_length(1_000)
            readline.write_history_file(file)
