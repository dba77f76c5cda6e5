"""A connection for queries that anybody may type: it reads one file, in bounded memory, and can be stopped at any time."""

import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from warehouse import connect, snapshot_path

MEMORY = "2GB"
SPILL = "8GB"
"""Room for what a sort or a join holds in temporary files beside the snapshot; more than that is an error."""
_EVERY = 0.1  # seconds between two tries to stop a query: one that comes between two statements finds nothing to stop
_Result = TypeVar("_Result")


def limited(db: Path, memory: str = MEMORY, spill: str = SPILL) -> duckdb.DuckDBPyConnection:
    """A connection to the published snapshot of ``db`` that cannot write, read other files, load extensions, reach the
    network, see Python's variables, hold more than ``memory`` and ``spill``, or change any of that. Raises WarehouseError as
    ``warehouse.connect`` does."""
    with connect(db):
        path = snapshot_path(db)  # of what was just found readable, whatever is published meanwhile
    return duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": memory,
            "max_temp_directory_size": spill,
            "lock_configuration": True,
        },
    )


@contextmanager
def bounded(n_bytes: int) -> Iterator[None]:
    """Let this process hold no more than so many bytes for as long as the block lasts, or a gigabyte more than it has where that
    is more; what wants more raises MemoryError, or DuckDB's out-of-memory error. The limit of a connection does not count long
    strings that a query makes, and this does.

    Linux keeps it; macOS does not."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    hard = before[1]
    most = max(n_bytes, _held() + (1 << 30))
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _held() -> int:
    """Bytes of this process that RLIMIT_DATA counts: "data" of proc_pid_statm(5); 0 where there is no such file."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[5]) * resource.getpagesize() if statm.exists() else 0


def bare(query: str) -> str:
    """The statement without semicolons and comments behind it, which a relation cannot bear."""
    text, end = query.encode(), len(query.encode())
    for start, kind in reversed(duckdb.tokenize(query)):
        if kind != duckdb.token_type.comment and text[start:end].strip() != b";":
            break
        end = start
    return text[:end].decode()


def stoppable(con: duckdb.DuckDBPyConnection, work: Callable[[], _Result], seconds: float | None) -> _Result:
    """What ``work`` gives, which runs queries on ``con``. Raises TimeoutError after ``seconds`` (None: never) and
    KeyboardInterrupt at Ctrl-C, when the query has let go; what ``work`` raises comes through.

    It runs in a thread of its own: deep in a query DuckDB does not see Ctrl-C."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    try:
        pool.shutdown(wait=False)
        return future.result(seconds)
    finally:
        while not future.done():
            con.interrupt()
            wait([future], _EVERY)
