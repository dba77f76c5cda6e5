"""What long pieces of work yield, by several processes: each piece is one process's, and its results come as they are made."""

import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from queue import Empty, Full
from typing import Any, TypeVar

from warehouse import WarehouseError

T = TypeVar("T")
R = TypeVar("R")

_LOOK = 1.0  # seconds between two looks at whether the others are alive
_DONE = None


def streams(function: Callable[[T], Iterator[R]], work: Sequence[T], workers: int) -> Iterator[R]:
    """What ``function`` yields of each piece of ``work``, by at most ``workers`` processes (1: this one), in any order
    between pieces and in its own order within one.

    ``function`` is a top-level function, or a partial of one. Processes wait while results are not taken, so these don't
    pile up. An error of a piece is raised here; WarehouseError where the system ends a process. The processes end with
    this iterator.
    """
    workers = min(workers, len(work))
    if workers <= 1:
        for piece in work:
            yield from function(piece)
        return
    context = get_context("spawn")
    todo, results = context.Queue(), context.Queue(4 * workers)
    for piece in work:
        todo.put(piece)
    for _ in range(workers):
        todo.put(_DONE)
    processes = [context.Process(target=_work, args=(function, todo, results), daemon=True) for _ in range(workers)]
    try:
        for process in processes:
            process.start()
        while workers:
            try:
                result = results.get(timeout=_LOOK)
            except Empty:
                if any(process.exitcode for process in processes) or not any(
                    process.is_alive() for process in processes
                ):
                    raise WarehouseError(
                        "a process was ended by the system, perhaps for want of memory: run it again with fewer --workers."
                    ) from None
                continue
            if isinstance(result, BaseException):
                raise result
            if result is _DONE:
                workers -= 1
            else:
                yield result
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        todo.cancel_join_thread()


def _work(function: Callable[[Any], Iterator[Any]], todo: "Queue[Any]", results: "Queue[Any]") -> None:
    """Do pieces until there are none; what comes of them goes to ``results``, then _DONE."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the first process ends the others
    try:
        while (piece := todo.get()) is not _DONE:
            for result in function(piece):
                _put(results, result)
        _put(results, _DONE)
    except Exception as error:  # whatever it is, it is for the first process to say
        _put(results, error)


def _put(results: "Queue[Any]", result: Any) -> None:
    parent = parent_process()
    while True:
        try:
            results.put(result, timeout=_LOOK)
        except Full:
            if parent is None or not parent.is_alive():
                raise SystemExit(1) from None
        else:
            return
