"""Which boards a crawl fetches, and in which order: its share of them, those that are due, the longest left out first."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from crawler.boards import Board
from warehouse.known import KnownBoard


def plan(
    boards: Sequence[Board],
    known: Mapping[tuple[str, str], KnownBoard],
    since: datetime | None = None,
    shard: tuple[int, int] | None = None,
    max_boards: int | None = None,
) -> list[Board]:
    """The boards to fetch, those never tried first, then by the time of their latest try, else in the order given.

    ``since``: only those without a complete fetch since that UTC time. ``shard`` (i, n): the i-th of n parts, i from 1,
    which depends on a board's name alone, so that n machines share a list without speaking to each other.
    """
    due = []
    for board in boards:
        found = known.get((board.platform, board.board))
        complete_at = found.complete_at if found else None
        if since is not None and complete_at is not None and complete_at.replace(tzinfo=UTC) >= since:
            continue
        if shard is None or part_of(board, shard[1]) == shard[0]:
            due.append((found.tried_at.replace(tzinfo=UTC) if found else datetime.min.replace(tzinfo=UTC), board))
    due.sort(key=lambda pair: pair[0])
    return [board for _, board in due[:max_boards]]


def part_of(board: Board, n_parts: int) -> int:
    """Which of ``n_parts`` parts, from 1, a board belongs to."""
    digest = hashlib.sha256(f"{board.platform}/{board.board}".encode()).digest()
    return int.from_bytes(digest[:8]) % n_parts + 1
