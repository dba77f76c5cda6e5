"""A user's table files, read row by row as text: CSV, JSON Lines, JSON and Parquet."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse import WarehouseError

PROBLEM = "\0problem"
"""Key under which a row that cannot be read says why."""

_READERS = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json", ".json": "json", ".parquet": "parquet"}
_DELIMITERS = ",;\t|"
csv.field_size_limit(64 * 2**20)


@dataclass(frozen=True)
class Table:
    """A table file that can be read."""

    path: Path
    kind: str
    columns: tuple[str, ...]
    """Names as written."""
    n_rows: int | None
    """None: not known before it is read."""
    delimiter: str = ","
    """Of a CSV."""
    select: str = ""
    """Of the others: their columns as text in SQL."""
    nested: frozenset[str] = frozenset()
    """Columns whose text is JSON."""

    def batches(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """Rows as column -> text (None: empty), ``size`` at a time; a row that cannot be read holds PROBLEM. Raises
        WarehouseError where the file is torn."""
        rows = self._csv_rows() if self.kind == "csv" else self._duckdb_rows()
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _csv_rows(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, delimiter=self.delimiter)
            next(reader)
            for cells in reader:
                if len(cells) == len(self.columns):
                    yield {column: cell or None for column, cell in zip(self.columns, cells, strict=True)}
                elif cells:
                    problem = f"line {reader.line_num} has {len(cells)} cells, the header {len(self.columns)}"
                    yield {PROBLEM: problem, **dict(zip(self.columns, cells, strict=False))}

    def _duckdb_rows(self) -> Iterator[dict[str, Any]]:
        try:
            with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as con:
                result = con.execute(f"select {self.select} from {_READER[self.kind]}", [str(self.path)])  # noqa: S608
                while rows := result.fetchmany(500):
                    for row in rows:
                        yield {
                            column: _plain(value) if column in self.nested else value or None
                            for column, value in zip(self.columns, row, strict=True)
                        }
        except duckdb.Error as error:  # torn in its midst
            raise WarehouseError(
                f"{self.path} cannot be read to its end: {str(error).strip().splitlines()[0]}. Rows before that are kept, and the "
                "next load takes them in; import the file again when it is mended."
            ) from error


def opened(path: Path) -> Table:
    """The table in a file. Raises WarehouseError where its name does not tell its kind, or it cannot be read."""
    kind = _READERS.get(path.suffix.lower())
    if kind is None:
        raise WarehouseError(f"{path}: a name that ends in {', '.join(_READERS)} is needed, to know how to read it.")
    if not path.is_file():
        raise WarehouseError(f"{path}: there is no such file.")
    return _opened_csv(path) if kind == "csv" else _opened_duckdb(path, kind)


_READER = {
    "json": "read_json(?, format = 'auto', maximum_object_size = 67108864, sample_size = -1)",
    "parquet": "read_parquet(?)",
}


def _opened_csv(path: Path) -> Table:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            first = next(iter(lines), "")
            delimiter = "\t" if path.suffix.lower() == ".tsv" else max(_DELIMITERS, key=first.count)
            lines.seek(0)
            header = next(csv.reader(lines, delimiter=delimiter), [])
            n_rows = sum(1 for _ in csv.reader(lines, delimiter=delimiter))  # decodes the whole file, too
    except UnicodeDecodeError as error:
        raise WarehouseError(
            f"{path} is not UTF-8 (byte {error.start}). Convert it first, for example with "
            f"`iconv -f WINDOWS-1252 -t UTF-8 {path.name} > utf8.csv`."
        ) from error
    except csv.Error as error:
        raise WarehouseError(f"{path} cannot be read as csv: {error}.") from error
    return Table(path, "csv", tuple(name.strip() for name in header), n_rows, delimiter)


def _opened_duckdb(path: Path, kind: str) -> Table:
    try:
        with duckdb.connect() as con:
            columns = con.execute(f"describe from {_READER[kind]}", [str(path)]).fetchall()
            (n_rows,) = con.execute(f"select count(*) from {_READER[kind]}", [str(path)]).fetchall()[0]  # noqa: S608
    except duckdb.Error as error:
        raise WarehouseError(f"{path} cannot be read as {kind}: {str(error).strip().splitlines()[0]}") from error
    nested = frozenset(name for name, type_, *_ in columns if type_ == "JSON" or type_.endswith("]") or "(" in type_)
    quoted = {name: '"{}"'.format(name.replace('"', '""')) for name, *_ in columns}
    select = ", ".join(f"to_json({q})::varchar" if name in nested else f"{q}::varchar" for name, q in quoted.items())
    return Table(path, kind, tuple(quoted), n_rows, select=select, nested=nested)


def _plain(value: str | None) -> str | None:
    """JSON as text: lists joined by "; ", the values of an object by ", ", None where there is nothing."""
    return None if value is None else _joined(json.loads(value))


def _joined(value: Any) -> str | None:
    if isinstance(value, dict):
        return ", ".join(filter(None, map(_joined, value.values()))) or None
    if isinstance(value, list):
        return "; ".join(filter(None, map(_joined, value))) or None
    return None if value is None or value == "" else str(value)
