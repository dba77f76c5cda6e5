"""BoardSpider: boards in, their postings and one BoardFetch a board out."""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

from scrapy import Selector
from scrapy.http import Request, Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.boards import Board, BoardsError, check_board, read_boards
from crawler.items import Batch, BoardFetch, Item, JobPosting, Rejected, Sighting, Status
from crawler.middlewares import ForbiddenByRobotsError
from crawler.pipelines import parse_at
from crawler.politeness import InterruptedCrawlError, describe
from crawler.records import RecordSpider
from crawler.sink import Sink
from warehouse.known import KnownBoard
from warehouse.sources import sources

_VALIDATORS = ("ETag", "Last-Modified")
_BATCH, _BATCH_SECONDS = 50, 0.2  # items handed on together, and how long the first of them waits at most
MAX_PAGES = 1000  # of one board in one crawl
_READ_AGAIN_DAYS = 14  # an ad whose list entry stays the same is fetched again that often, on a day of its own


class UnreadableError(Exception):
    """A response that is not what the platform answers with; the message says how."""

    status: Status = "failed"
    """What it makes of a board whose first response it is."""


class NoSuchBoardError(UnreadableError):
    """A response, though a 200, by which the platform says that it has no such board."""

    status: Status = "not_found"


@dataclass
class _Course:
    """How the reading of a board goes."""

    n_pages: int = 0
    n_rows: int = 0
    """Records that came."""
    n_new: int = 0
    """Records that no earlier page had."""
    n_skipped: int = 0
    """Records that are no posting for the public."""
    n_nameless: int = 0
    """Records without an identifier: each could be any posting."""
    n_expected: int | None = None
    """Records that the first page says there are; None: it does not say."""
    problems: list[str] = field(default_factory=list)

    def result(self) -> tuple[Status, str | None, int | None]:
        """Status, error and expected postings of the board's fetch."""
        problems = self.problems[:5]
        if self.n_expected is not None and self.n_new < self.n_expected:
            problems.append(f"{self.n_new} of {self.n_expected} postings arrived")
        if self.n_nameless:
            problems.append(f"{self.n_nameless} records without an identifier")
        n_expected = None if self.n_expected is None else self.n_expected - self.n_skipped
        return "partial" if problems else "ok", "; ".join(problems) or None, n_expected


class BoardSpider(RecordSpider):
    """Fetches boards of one platform, or a feed, which is a board of its own name.

    A platform states ``url``, ``ignored``, ``rows`` and ``posting``; one that answers in pages adds ``next_page``, and one
    whose list lacks the ads' texts adds ``detail`` and ``with_detail``. One callback sees a whole board, so requests of a
    board follow each other.
    """

    url: ClassVar[str]
    """Address of a board, with {board} in it."""
    accept: ClassVar[str] = "application/json"
    """Accept header."""
    away: ClassVar[frozenset[str]] = frozenset()
    """Hosts that the platform redirects to where it has no such board."""
    overlaps: ClassVar[bool] = False
    """Whether a page may hold only what earlier ones had, because several questions are asked one after the other."""
    follows_site: ClassVar[bool] = False
    """Whether redirects within a site are followed; else a redirect is an answer like any other."""
    boards_at_once: ClassVar[int] = 2
    """Boards under way at a time: few where all are on one host, more where each has its own."""

    def __init__(
        self,
        board: str | None = None,
        hiring_organization: str | None = None,
        boards: Sequence[Board] | None = None,
        known: Mapping[tuple[str, str], KnownBoard] | None = None,
        at: str | datetime | None = None,
        sink: Sink | None = None,
    ):
        """``board`` and ``hiring_organization`` name one board, as ``scrapy crawl`` does; ``boards`` are many; without
        either, the default ones. ``known`` None: everything is fetched as if for the first time. ``sink`` None: the crawl
        makes a landing file of its own. Raises BoardsError."""
        super().__init__()
        if board is not None:
            check_board(self.name, board)
            boards = [Board(platform=self.name, board=board, hiring_organization=hiring_organization)]
        elif boards is None:
            boards = read_boards()
        self.boards = [board for board in boards if board.platform == self.name]
        if not self.boards:
            raise BoardsError(f"no board of {self.name}")
        self.earlier = known or {}
        self.at = parse_at(at) if isinstance(at, str) else at
        self.sink = sink
        self.keys = {name: os.environ[name] for name in sources()[self.name].key.split() if name in os.environ}
        self._turns = asyncio.Semaphore(self.boards_at_once)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The source's own pace, unless a crawl says otherwise."""
        super().update_settings(settings)
        settings.set("DOWNLOAD_DELAY", sources()[cls.name].delay_seconds, priority="spider")
        settings.set("CONCURRENT_REQUESTS", cls.boards_at_once, priority="spider")

    def now(self) -> datetime:
        """The UTC time that the crawl lives in."""
        return self.at or datetime.now(UTC)

    async def start(self) -> AsyncIterator[Any]:
        """The first request of each board, in the order given, ``boards_at_once`` boards at a time."""
        for board in self.boards:
            await self._turns.acquire()
            yield self.first_request(board)

    def address(self, board: Board) -> str:
        """Where a board is fetched from."""
        return self.url.format(board=quote(board.board, safe=""))

    def request(self, board: Board) -> Request:
        """The first request for a board, without what makes it come back here."""
        return Request(self.address(board), headers={"Accept": self.accept})

    def first_request(self, board: Board) -> Request:
        """The first request for a board, whose every outcome comes back to this spider."""
        request = self.request(board)
        known = self.earlier.get((self.name, board.board))
        if known is not None and known.etag:
            request.headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified
        return request.replace(
            callback=self.whole_board,
            errback=self.failed,
            cb_kwargs={"board": board},
            meta={**request.meta, "handle_httpstatus_all": True},
            dont_filter=True,
        )

    async def whole_board(self, response: Response, board: Board) -> AsyncIterator[Any]:
        """What ``parse`` makes of a board, a few items at a time; the board then makes room for the next one."""
        batch, begun = Batch([]), monotonic()
        try:
            async with aclosing(self.parse(response, board)) as items:
                async for item in items:
                    batch.items.append(item)
                    if len(batch.items) == _BATCH or monotonic() - begun > _BATCH_SECONDS:
                        yield batch
                        batch, begun = Batch([]), monotonic()
        except Exception:
            yield batch  # what came before the error is kept
            raise
        else:
            yield batch
        finally:
            self._turns.release()

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """The postings of a board, page after page from its first response on, then its BoardFetch."""
        if response.status == 304:
            yield self.fetch(board, "unchanged")
            return
        if response.status != 200:
            yield self.refused(response, board)
            return
        known = self.earlier.get((self.name, board.board))
        body_hash = hashlib.sha256(response.body).hexdigest()[:16]
        if known is not None and known.body_hash == body_hash:
            yield self.fetch(board, "unchanged")
            return
        course = _Course()
        try:
            async for record in self._records(response, course):
                async for item in self.items(record, board, course.problems):
                    rejected = isinstance(item, Rejected) and not self.identifier(record)
                    course.n_nameless += rejected or (isinstance(item, JobPosting) and not item.identifier)
                    yield item
                course.n_skipped += self.skips(record)
        except UnreadableError as error:  # the first response
            yield self.fetch(board, error.status, str(error))
            return
        fetch = self.fetch(board, *course.result())
        if fetch.status == "ok" and course.n_pages == 1 and type(self).detail is BoardSpider.detail:
            # this one answer stands for the whole board
            etag, last_modified = ((response.headers.get(name) or b"").decode("latin-1") for name in _VALIDATORS)
            fetch.etag, fetch.last_modified, fetch.body_hash = etag or None, last_modified or None, body_hash
        yield fetch

    async def _records(self, response: Response, course: "_Course") -> AsyncIterator[Any]:
        """The records of a board, page after page, each once. What goes wrong after the first page ends them and is
        written into ``course``. Raises UnreadableError where the first page is none."""
        addresses = {response.url}
        seen: set[str] = set()  # identifiers, of the pages before
        while True:
            try:
                if response.status != 200:
                    raise UnreadableError(f"HTTP {response.status}")
                body = self.read(response)
                records, total = self.rows(body)
            except UnreadableError as error:
                if not course.n_pages:
                    raise
                course.problems.append(f"page {course.n_pages + 1}: {error}")
                return
            course.n_pages += 1
            course.n_expected = total if course.n_pages == 1 else course.n_expected
            new = [record for record in records if self.identifier(record) not in seen]
            course.n_rows += len(records)
            course.n_new += len(new)
            for record in new:
                yield record
            if records and not new and not self.overlaps:
                course.problems.append(
                    f"page {course.n_pages} repeats what came before: no more than {course.n_new} postings are shown"
                )
                return
            seen.update(name for record in new if (name := self.identifier(record)))
            try:
                following = self.next_page(body, response, course.n_rows)
                if following is None:
                    return
                if course.n_pages == MAX_PAGES:
                    raise UnreadableError(f"more than {MAX_PAGES} pages")
                if following.method == "GET" and following.url in addresses:
                    raise UnreadableError("its address is that of a page that was read already")
                addresses.add(following.url)
                response = await self.download(following)
            except Exception as error:  # no address, or whatever a download can end with: what arrived still counts
                course.problems.append(f"page {course.n_pages + 1}: {in_words(error)}")
                return

    async def download(self, request: Request) -> Response:
        """The answer to a request, by way of every downloader middleware. Raises whatever ends a download."""
        meta = {**request.meta, "handle_httpstatus_all": not self.follows_site}
        request = request.replace(callback=NO_CALLBACK, meta=meta, dont_filter=True)
        if "Accept" not in request.headers:
            request.headers["Accept"] = self.accept
        return await self.crawler.engine.download_async(request)

    def read(self, response: Response) -> Any:
        """The content of a response. Raises UnreadableError."""
        return parse_json(response)

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The records of a response, and how many postings it says the whole board has. Raises UnreadableError."""
        raise NotImplementedError

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The request for the page after the one just read; ``n_rows`` records came so far, those included that an earlier
        page had too. None: it was the last."""
        return None

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The request for what the list lacks of a record. None: it lacks nothing."""
        return None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """The record completed by the answer to its ``detail``, which was a 200. Raises UnreadableError."""
        raise NotImplementedError

    def list_key(self, record: dict[str, Any]) -> str:
        """What changes with a record of the list: a hash of it."""
        return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def is_known(self, board: Board, identifier: str, list_key: str) -> bool:
        """Whether the posting was fetched when the list said the same of it, and today is not its day to be read again."""
        known = self.earlier.get((self.name, board.board))
        posting = known and known.postings.get(identifier)
        if not posting or posting.list_key != list_key:
            return False
        day = int(hashlib.sha256(identifier.encode()).hexdigest(), 16) + self.now().toordinal()
        return day % _READ_AGAIN_DAYS != 0

    async def items(self, record: Any, board: Board, problems: list[str]) -> AsyncIterator[Item]:
        """What a record of the list becomes, its ad fetched where the list lacks it: a posting, a Sighting, a Rejected, or
        nothing where it is skipped or gone. What went wrong on the way is added to ``problems``."""
        try:
            wanted = isinstance(record, dict) and not self.skips(record)
            request = self.detail(record, board) if wanted else None
        except ValueError as error:
            yield self.rejected(board, f"cannot be asked for: {error}", record)
            return
        if request is not None:
            key, identifier = self.list_key(record), self.identifier(record)
            if identifier and self.is_known(board, identifier, key):
                yield self.sighting(board, identifier)
                return
            try:
                response = await self.download(request)
                if response.status in (404, 410):  # closed since the list was made
                    self.count("detail/gone")
                    return
                if response.status != 200:
                    raise UnreadableError(f"HTTP {response.status}")
                record = self.with_detail(dict(record), response)
            except Exception as error:  # whatever a download can end with: the other postings still count
                problems.append(f"{identifier or request.url}: {in_words(error)}")
                known = self.earlier.get((self.name, board.board))
                if identifier and known and identifier in known.postings:
                    yield self.sighting(board, identifier)
                return
            for item in self.items_of(record, board):
                if isinstance(item, JobPosting):
                    item.list_key = key
                yield item
            return
        for item in self.items_of(record, board):
            yield item

    def sighting(self, board: Board, identifier: str) -> Sighting:
        """A known posting as one that is still listed."""
        return Sighting(source=self.name, board=board.board, identifier=identifier)

    def fetch(
        self, board: Board, status: Status, error: str | None = None, n_expected: int | None = None
    ) -> BoardFetch:
        """What came of a board; the user's own keys are kept out of the error."""
        for key in self.keys.values():
            error = error and error.replace(key, "…")
        return BoardFetch(
            source=self.name,
            board=board.board,
            status=status,
            hiring_organization=board.hiring_organization,
            n_expected=n_expected,
            min_postings=board.min_postings,
            error=error,
        )

    def refused(self, response: Response, board: Board) -> BoardFetch:
        """What a response other than 200 says of the board."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status in (404, 410):
            return self.fetch(board, "not_found", f"HTTP {response.status}")
        try:
            target = urlsplit(urljoin(response.url, location)).netloc
        except ValueError:  # no address
            target = ""
        if location and (response.status in (301, 308) or target in self.away):
            return self.fetch(board, "not_found", f"HTTP {response.status}: moved to {location}")
        return self.fetch(board, "failed", f"HTTP {response.status}" + (f": {location}" if location else ""))

    def failed(self, failure: Failure) -> Iterator[BoardFetch]:
        """What a request that got no response says of its board; nothing where the crawl was stopped before it."""
        self._turns.release()
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if error is not None and not isinstance(error, InterruptedCrawlError):
            yield self.broken(error, request.cb_kwargs["board"])

    def broken(self, error: BaseException, board: Board) -> BoardFetch:
        """What an error says of the board."""
        if isinstance(error, ForbiddenByRobotsError):
            return self.fetch(board, "forbidden", str(error))
        return self.fetch(board, "failed", describe(error))


def parse_json(response: Response) -> Any:
    """The JSON of a response. Raises UnreadableError, which says what is there instead."""
    try:
        return json.loads(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        start = response.body[:200].lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
            raise UnreadableError("a web page instead of JSON") from error
        raise UnreadableError(f"not JSON: {error}" if response.body else "an empty answer") from error


def parse_page(response: Response) -> Selector:
    """The web page of a response. Raises UnreadableError."""
    if not isinstance(response, TextResponse) or not response.text.strip():
        raise UnreadableError("no web page")
    return Selector(text=response.text, type="html")


def in_words(error: Exception) -> str:
    """What an error says."""
    return str(error) if isinstance(error, UnreadableError) else describe(error)
