"""Work on batches over all cores, in order, with bounded memory."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items in order, the last one shorter (itertools.batched comes with Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def map_batches(function: Callable[[T], R], work: Iterable[T], workers: int | None) -> Iterator[R]:
    """``function`` of each piece of ``work``, in order, by ``workers`` processes (None: one per core; 1: this one).

    ``function`` is a top-level function, or a partial of one. Only a few pieces are in
    flight at a time, so that neither input nor results pile up.
    """
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        yield from map(function, work)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        flying: deque[Future[R]] = deque()
        try:
            for piece in work:
                flying.append(pool.submit(function, piece))
                if len(flying) > 3 * workers:
                    yield flying.popleft().result()
            while flying:
                yield flying.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
