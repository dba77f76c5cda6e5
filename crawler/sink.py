"""Where a crawl's items go: one landing file for all spiders of the process, written before anything is counted."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import BoardFetch, Item, JobPosting, Rejected, Removal, Sighting
from warehouse.landing import LandingFile, iso
from warehouse.sources import sources
from warehouse.text import json_record, scrub

MAX_REJECTED_SHARE = 0.1  # of a board's records: with more, the fetch is no evidence of what is gone
_MAX_EXPECTED = 10_000_000  # postings of a board; a source that says it has more says nothing


@dataclass
class CrawlCounts:
    """What a crawl came to."""

    landing: Path
    """The landing file."""
    crawl_id: str
    """Key of the crawl."""
    n_boards: int = 0
    """Boards asked for, of platforms that are crawled."""
    statuses: Counter[str] = field(default_factory=Counter)
    """How many boards ended with each status."""
    n_postings: int = 0
    """Postings written, those included that were only seen again."""
    n_sightings: int = 0
    """Postings that were only seen again: still listed as they were."""
    n_removals: int = 0
    """Postings that their source says are gone."""
    n_rejected: int = 0
    """Records that went to quarantine."""
    errors: Counter[str] = field(default_factory=Counter)
    """How many boards ended with each error."""
    interrupted: bool = False
    """Whether it was stopped by a signal."""
    waiting: dict[str, str] = field(default_factory=dict)
    """Sources left out, with the environment variables of their key, which are not set."""
    stats: Counter[str] = field(default_factory=Counter)
    """Named counts of whatever was skipped, unknown or odd."""

    @property
    def n_tried(self) -> int:
        """Boards that were tried."""
        return sum(self.statuses.values())


@dataclass
class _Board:
    """What came of a board so far."""

    fetched_at: str
    """When its first item came."""
    n_found: int = 0
    n_rejected: int = 0
    identifiers: set[str] = field(default_factory=set)

    def is_new(self, identifier: str) -> bool:
        """Whether the identifier comes for the first time; some boards list a posting twice."""
        known = identifier in self.identifiers
        self.identifiers.add(identifier)
        return not known


class Sink:
    """Writes items to a landing file and counts them.

    ``at`` None: each board is stamped with the time at which its first answer came. A failed write (disk full) closes
    the sink: the landing file ends there, since a line after a torn one could not be read.
    """

    def __init__(
        self,
        folder: Path,
        at: datetime | None,
        settings: dict[str, Any],
        on_progress: Callable[[BoardFetch, CrawlCounts], None] | None = None,
    ):
        self._at = at
        self._on_progress = on_progress
        part = settings.get("shard", "").replace("/", "of")
        self._landing = LandingFile(folder, at or datetime.now(UTC), settings, part=part and f"part{part}")
        self._boards: dict[tuple[str, str], _Board] = {}
        self.counts = CrawlCounts(landing=self._landing.path, crawl_id=self._landing.crawl_id)
        self.error: OSError | None = None

    def now(self) -> datetime:
        """The time that the crawl lives in."""
        return self._at or datetime.now(UTC)

    def posting(self, item: JobPosting) -> None:
        """Write a posting."""
        board = self._board(item)
        if board.is_new(item.identifier):
            self._write("job_posting", seen_at=board.fetched_at, **vars(item))
            board.n_found += 1
            self.counts.n_postings += 1

    def sighting(self, item: Sighting) -> None:
        """Write that a known posting is still there."""
        board = self._board(item)
        if board.is_new(item.identifier):
            self._write("sighting", seen_at=board.fetched_at, **vars(item))
            board.n_found += 1
            self.counts.n_postings += 1
            self.counts.n_sightings += 1

    def removal(self, item: Removal) -> None:
        """Write that a posting is gone."""
        board = self._board(item)
        if board.is_new(item.identifier):
            self._write("removal", removed_at=board.fetched_at, **vars(item))
            self.counts.n_removals += 1

    def rejected(self, item: Rejected) -> None:
        """Write a record to quarantine, without its contact details."""
        board = self._board(item)
        reason = item.reason.encode("utf-8", "replace").decode()
        self._write(
            "quarantine",
            fetched_at=board.fetched_at,
            source=item.source,
            board=item.board,
            reason=reason,
            identifier=item.identifier,
            record=json_record(item.record),
        )
        board.n_rejected += 1
        self.counts.n_rejected += 1

    def fetch(self, item: BoardFetch) -> None:
        """Write what came of a board, after all of its postings."""
        board = self._board(item)
        if item.status in ("ok", "empty") and board.n_rejected > MAX_REJECTED_SHARE * (
            board.n_found + board.n_rejected
        ):
            error = f"{board.n_rejected} of {board.n_found + board.n_rejected} records could not be used"
            item = replace(item, status="partial", error=error)
        elif item.status == "ok" and not board.n_found:
            item = replace(item, status="empty")
        error_text = item.error and scrub(item.error)[:1000].encode("utf-8", "replace").decode()
        item = replace(item, error=error_text)
        if item.n_expected is not None and not 0 <= item.n_expected <= _MAX_EXPECTED:
            item = replace(item, n_expected=None)
        if item.status != "ok":
            item = replace(item, etag=None, last_modified=None, body_hash=None)
        self._write(
            "board_fetch",
            crawl_id=self.counts.crawl_id,
            fetched_at=board.fetched_at,
            n_found=board.n_found,
            n_rejected=board.n_rejected,
            listing=sources()[item.source].listing,
            **vars(item),
        )
        del self._boards[item.source, item.board]
        self.counts.statuses[item.status] += 1
        if item.error:
            self.counts.errors[item.error] += 1
        if self._on_progress is not None:
            self._on_progress(item, self.counts)

    def close(self, finished: bool = True) -> None:
        """Close the landing file; ``finished`` says that the crawl came to its end."""
        if finished and self.error is None:
            self._landing.end(self.now())
        else:
            with suppress(OSError):  # what is left in the buffer can be written no better now
                self._landing.__exit__(None, None, None)

    def _board(self, item: Item) -> "_Board":
        """What this crawl has of the item's board so far."""
        key = (item.source, item.board)
        if key not in self._boards:
            self._boards[key] = _Board(iso(self.now()))
        return self._boards[key]

    def _write(self, type_: str, **fields: Any) -> None:
        if self.error is not None:
            raise self.error
        try:
            self._landing.write(type_, **fields)
        except OSError as error:
            error.filename = str(self._landing.path)
            self.error = error
            raise
