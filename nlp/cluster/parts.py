"""Parts of Parquet files of ads: what one worker reads at a time."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import WarehouseError
from warehouse.importing import COLUMNS
from warehouse.remote import in_words, place

ROWS = 2_000
"""At most, of a part: what a killed worker loses, some ten seconds of work."""
_READ = ("title", "description", "job_location", "country_raw", "content_hash")
_NEEDED = _READ[:2]
_AT_ONCE = 500  # rows of a file in memory, before its part is read
_FOOTERS_AT_ONCE = 16

Row = tuple[str | None, ...]
"""The values of _READ of one ad; None: there is none, or no such column."""


@dataclass(frozen=True)
class Part:
    """Some rows of a row group of a Parquet file."""

    url: str
    row_group: int
    first: int
    """Row of the group, counted from 0."""
    n_rows: int

    def __str__(self) -> str:
        rows = f"{self.first + 1:,} to {self.first + self.n_rows:,}"
        return f"{self.url}, row group {self.row_group + 1}, rows {rows}"


@dataclass(frozen=True)
class Done:
    """What came of a part."""

    was_there: bool
    """Its labels had been made before."""
    n_contents: int = 0
    """Labelled now: fewer than rows, where some repeat a content or have no words."""
    n_without_words: int = 0
    """Rows without a title or without a text, which are not labelled."""


def find_parts(url: str, rows: int = ROWS) -> list[Part]:
    """The parts of a Parquet file, or of all that a folder and its folders hold, in the order of their names.

    Raises WarehouseError where it can't be read, there is no such file, or one has no title or no text."""
    there, base = place(url)
    try:
        paths = [base] if there.isfile(base) else [path for path in sorted(there.find(base)) if _is_ours(path, base)]
    except Exception as error:  # whatever a file system of somebody else raises
        raise WarehouseError(f"{url} cannot be read ({in_words(error)}). Mend the cause and run it again.") from error
    if not paths:
        raise WarehouseError(f"{url} holds no Parquet file (*.parquet): name a folder or a file that does with --from.")
    with ThreadPoolExecutor(_FOOTERS_AT_ONCE) as threads:
        return [part for of_file in threads.map(lambda path: _parts(there, path, rows), paths) for part in of_file]


def _is_ours(path: str, base: str) -> bool:
    """Whether it is a Parquet file that is no one's unfinished work."""
    names = path[len(base) :].strip("/").split("/")
    return path.endswith(".parquet") and not any(name.startswith((".", "_")) for name in names)


def _parts(there: Any, path: str, rows: int) -> list[Part]:
    url = there.unstrip_protocol(path)
    try:
        with there.open(path, "rb") as file:
            parquet = pq.ParquetFile(file)
            _columns(parquet.schema_arrow.names, url)
            sizes = [parquet.metadata.row_group(i).num_rows for i in range(parquet.num_row_groups)]
    except WarehouseError:
        raise
    except Exception as error:  # of a file system or of a file that is no Parquet
        raise WarehouseError(
            f"{url} cannot be read as Parquet ({in_words(error)}). Move it away, or mend it."
        ) from error
    return [
        Part(url, group, first, min(rows, size - first))
        for group, size in enumerate(sizes)
        for first in range(0, size, rows)
    ]


def _columns(there: Sequence[str], url: str) -> dict[str, str]:
    """Our field -> their column, by the names that `rolescope import` knows."""
    by_name = {"_".join(name.casefold().replace("-", " ").split()): name for name in there}
    found = {}
    for ours in _READ:
        names = COLUMNS.get(ours, (ours,))
        if column := next((by_name[name] for name in names if name in by_name), None):
            found[ours] = column
        elif ours in _NEEDED:
            raise WarehouseError(
                f"{url} has no column for the {ours}, such as {names[0]} or {names[-1]}. It has: {', '.join(there) or 'none'}."
            )
    return found


def read_rows(part: Part) -> list[Row]:
    """The ads of a part. Raises whatever its file system, or a file that changed, does."""
    there, path = place(part.url)
    rows: list[Row] = []
    with there.open(path, "rb") as file:
        parquet = pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False)
        columns = _columns(parquet.schema_arrow.names, part.url)
        to_skip = part.first
        for batch in parquet.iter_batches(_AT_ONCE, row_groups=[part.row_group], columns=[*columns.values()]):
            wanted = batch.slice(to_skip, part.n_rows - len(rows))
            to_skip = max(0, to_skip - batch.num_rows)
            texts = [_texts(wanted[columns[name]]) if name in columns else [None] * len(wanted) for name in _READ]
            rows += zip(*texts, strict=True)
            if len(rows) == part.n_rows:
                break
    return rows


def _texts(column: pa.Array) -> list[str | None]:
    """The values as text; None where there is none."""
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return [value or None for value in plain.cast(pa.string()).to_pylist()]
