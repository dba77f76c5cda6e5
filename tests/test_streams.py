"""Several processes that each yield: nothing is lost, nothing piles up, and none outlives the one that asked."""

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from warehouse import WarehouseError
from warehouse.streams import streams


def counted(n: int) -> Iterator[tuple[int, int]]:
    for i in range(n):
        yield n, i


def failing(n: int) -> Iterator[int]:
    yield n
    raise ValueError(f"piece {n}")


def killed(n: int) -> Iterator[int]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield n


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_everything_arrives_in_the_order_of_its_piece(workers: int) -> None:
    found = list(streams(counted, [30, 0, 20, 10], workers))
    assert sorted(found) == sorted((n, i) for n in (30, 20, 10) for i in range(n))
    assert [i for n, i in found if n == 30] == list(range(30))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_piece_is_raised(workers: int) -> None:
    with pytest.raises(ValueError, match="piece"):
        list(streams(failing, [1, 2], workers))
    assert not multiprocessing.active_children()


def test_a_process_that_the_system_ends_is_said() -> None:
    with pytest.raises(WarehouseError, match="ended by the system"):
        list(streams(killed, [1, 2], 2))


def test_processes_end_with_whoever_takes() -> None:
    results = streams(counted, [10_000_000, 10_000_000], 2)
    next(results)
    assert len(multiprocessing.active_children()) == 2
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()
