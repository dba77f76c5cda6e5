"""The rows of a query as a table on the screen, CSV, JSON Lines or a Parquet file."""

import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

import duckdb

from warehouse.beside import leftovers, remove, unfinished

MAX_ROWS = 200  # of a table on the screen; the other forms have no limit
_BATCH = 2_000  # rows that are held at a time: some hold whole ads
_NARROWEST = 9  # characters of a column, borders included: with less, rows are shown one below the other


def print_rows(con: duckdb.DuckDBPyConnection, form: str | None) -> None:
    """Print what ``con`` was just asked, as ``form`` csv, json (Lines) or (None) a table of at most MAX_ROWS rows."""
    names = [column[0] for column in con.description or []]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := con.fetchmany(_BATCH):
            writer.writerows(
                [_json(value) if isinstance(value, list | dict) else value for value in row] for row in rows
            )
    elif form == "json":
        keys = distinct(names)
        while rows := con.fetchmany(_BATCH):
            for row in rows:
                sys.stdout.write(_json(dict(zip(keys, row, strict=True))) + "\n")
    elif names == ["explain_key", "explain_value"]:
        for _, plan in con.fetchall():
            sys.stdout.write(plan)
    else:
        _print_table(names, con.fetchmany(MAX_ROWS + 1))


def write_parquet(result: duckdb.DuckDBPyRelation, path: Path) -> int:
    """Write the rows to ``path``, which appears when it is whole; how many they are.

    Python writes the file, so that DuckDB needs no access to any. Raises OSError, and TypeError where Parquet lacks a
    column's type."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for left in leftovers(path):
        remove(left)
    work, n_rows = unfinished(path), 0
    try:
        with result.to_arrow_reader(100_000) as reader:
            names = distinct(reader.schema.names)
            schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
            with pq.ParquetWriter(work, schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch.rename_columns(names))
                    n_rows += batch.num_rows
        work.replace(path)
    except pa.ArrowNotImplementedError as error:
        raise TypeError(f"{error}. Parquet lacks the type: cast the column, for example to varchar.") from error
    finally:
        remove(work)
    return n_rows


def distinct(names: list[str]) -> list[str]:
    """The names, those that stand there already with their place behind them."""
    return [name if name not in names[:i] else f"{name}_{i + 1}" for i, name in enumerate(names)]


def as_text(value: Any) -> str:
    """A value as it stands in a table: six digits of a float, at most 300 characters."""
    if value is None:
        return "NULL"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 300 else text[:300] + "…"


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

    def cell(value: Any) -> Text:
        return Text(as_text(value), style="dim" if value is None else "")

    console = Console(width=None if sys.stdout.isatty() else 160)
    if len(names) * _NARROWEST > console.width:
        for number, row in enumerate(rows[:MAX_ROWS], 1):
            record = Table(title=f"row {number}", title_justify="left", show_header=False, box=None)
            for name, value in zip(names, row, strict=True):
                record.add_row(Text(name, style="bold"), cell(value))
            console.print(record)
    else:
        table = Table()
        for name in names:
            table.add_column(Text(name))
        for row in rows[:MAX_ROWS]:
            table.add_row(*map(cell, row))
        console.print(table)
    counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    more = f"the first {MAX_ROWS} rows; --csv or --json print all" if len(rows) > MAX_ROWS else counted
    console.print(more, style="dim", highlight=False)
