"""A connection for queries that anybody may type: it reads one file, in bounded memory, and can be stopped at any time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
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
