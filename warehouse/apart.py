"""A query that anybody may type, in a process of its own: one that runs wild ends there, and takes nobody with it.

The connection of ``warehouse.limited`` guards files, network and settings. The process is for what DuckDB cannot promise:
its memory limit is one for all that share a connection, and does not count long strings that a query makes.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse import WarehouseError
from warehouse.limited import bare, limited, stoppable
from warehouse.result import distinct

if TYPE_CHECKING:
    import pyarrow as pa

SECONDS = 30
MAX_ROWS = 100_000
MAX_BYTES = 16_000_000
"""Of a result, as Arrow counts them."""
MEMORY = "512MB"
_HEAP = 1_024 << 20  # bytes that the process may have in all, of which DuckDB counts no more than MEMORY
_AT_ONCE = BoundedSemaphore(2)  # queries of all readers; the others wait for their turn
_GRACE = 5  # seconds that a query which is told to stop may take until it is killed
_EVERY = 0.1  # seconds between two calls of ``waiting``
_MOST_WORDS = 4_000  # characters of an error
_AS_THEY_ARE = ("BOOLEAN", "BIGINT", "UBIGINT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
_CASTS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"), "bigint"),
    **dict.fromkeys(("HUGEINT", "UHUGEINT", "FLOAT"), "double"),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
}


class Refused(Exception):
    """A query without a result; the message says why, in DuckDB's words where they are its."""


@dataclass(frozen=True)
class Answer:
    """The result of a query, or its beginning."""

    rows: "pa.Table"
    """Columns of truth values, 64-bit whole numbers, floats, dates, UTC times and text. What is of another type is its text."""
    is_cut: bool
    """Whether there are more rows than MAX_ROWS or MAX_BYTES allow; how many is not known."""
    seconds: float
    """What DuckDB took."""


def ask(snapshot: Path, query: str, waiting: Callable[[], None], seconds: float = SECONDS) -> Answer:
    """The result of a query of one statement on a snapshot. ``waiting`` is called again and again until it is there: where that
    raises, the query ends. Raises Refused."""
    import pyarrow as pa

    while not _AT_ONCE.acquire(timeout=_EVERY):
        waiting()
    try:
        typed = query.encode(errors="replace").decode()  # half a character, which a browser may send
        given = json.dumps([str(snapshot), typed, seconds]).encode()
        head, _, body = _asked(given, waiting, seconds + _GRACE).partition(b"\n")
    finally:
        _AT_ONCE.release()
    if not head:
        raise Refused("The query needed more memory or time than it may have, and was ended.")
    said: dict[str, Any] = json.loads(head)
    if "error" in said:
        raise Refused(said["error"])
    with pa.ipc.open_stream(body) as stream:
        return Answer(stream.read_all(), **said)


def _asked(given: bytes, waiting: Callable[[], None], seconds: float) -> bytes:
    """What the process prints that is given this; it is gone afterwards, whatever happens."""
    command = [sys.executable, "-m", "warehouse.apart"]
    where = Path(__file__).parent.parent
    end = monotonic() + seconds
    with subprocess.Popen(  # noqa: S603
        command, cwd=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            left: bytes | None = given
            while monotonic() < end:
                try:
                    return process.communicate(left, timeout=_EVERY)[0]
                except subprocess.TimeoutExpired:
                    left = None
                    waiting()
            return b""
        finally:
            process.kill()


def _answer(con: duckdb.DuckDBPyConnection, query: str) -> "tuple[pa.Table, bool]":
    """The rows, and whether there are more. Raises ValueError where the query is not one statement."""
    import pyarrow as pa

    n = len(con.extract_statements(query))
    if n != 1:
        raise ValueError(f"The prompt takes one statement at a time; there are {n}.")
    result = con.sql(bare(query))
    if result is None:
        raise ValueError("This statement has no result to show.")
    names = distinct(result.columns)
    with result.project(", ".join(map(_column, range(1, len(names) + 1), names, result.types))).to_arrow_reader(
        2_048
    ) as reader:
        batches: list[pa.RecordBatch] = []
        n_rows = n_bytes = 0
        for batch in reader:
            room = MAX_ROWS - n_rows
            if not room or n_bytes + batch.nbytes > MAX_BYTES:
                # of rows that are very long as many as there is room for
                room = min(room, batch.num_rows * (MAX_BYTES - n_bytes) // max(batch.nbytes, 1))
                return pa.Table.from_batches([*batches, batch.slice(0, room)], reader.schema), True
            batches.append(batch.slice(0, room))
            n_rows, n_bytes = n_rows + min(batch.num_rows, room), n_bytes + batch.nbytes
            if batch.num_rows > room:
                return pa.Table.from_batches(batches, reader.schema), True
        return pa.Table.from_batches(batches, reader.schema), False


def _column(place: int, name: str, kind: object) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    cast = "double" if str(kind).startswith("DECIMAL") else _CASTS.get(str(kind), "varchar")
    return f"#{place} as {quoted}" if str(kind) in _AS_THEY_ARE else f"#{place}::{cast} as {quoted}"


def _main() -> None:
    """Answer the query on standard input: a line of JSON, and behind it the rows as an Arrow stream."""
    import pyarrow as pa

    os.nice(10)  # the pages of the others come first
    resource.setrlimit(resource.RLIMIT_DATA, (_HEAP, _HEAP))
    snapshot, query, seconds = json.load(sys.stdin)
    try:
        with limited(Path(snapshot), MEMORY, "0GB") as con:
            started = monotonic()
            rows, is_cut = stoppable(con, lambda: _answer(con, query), seconds)
            said: dict[str, Any] = {"is_cut": is_cut, "seconds": monotonic() - started}
    except TimeoutError:
        said = {"error": f"Stopped after {seconds:g} s. Ask for less, or use `rolescope sql`, which may take longer."}
    except (duckdb.Error, pa.ArrowException, WarehouseError, OSError, ValueError, TypeError, MemoryError) as error:
        said = {"error": (str(error) or "Out of memory.")[:_MOST_WORDS]}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    if "error" not in said:
        with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as stream:
            stream.write_table(rows)


if __name__ == "__main__":
    _main()
