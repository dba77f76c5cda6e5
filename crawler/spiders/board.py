"""BoardSpider: boards in, audited JobPostings and one BoardFetch a board out."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

import scrapy
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.boards import Board, BoardsError, check_board, read_boards, sources
from crawler.fields import Pay, text
from crawler.items import BoardFetch, JobPosting, Rejected, Status
from crawler.middlewares import ForbiddenByRobotsError
from crawler.pipelines import parse_at
from crawler.politeness import InterruptedCrawlError, describe
from crawler.sink import Sink


class UnreadableError(Exception):
    """A response that is not what the platform answers with; the message says how."""


class BoardSpider(scrapy.Spider):
    """Fetches boards of one platform.

    A platform whose API gives a whole board in one response states ``url``, ``ignored``, ``rows`` and ``posting``;
    any other overrides ``parse``.
    """

    url: ClassVar[str]
    """Address of a board, with {board} in it."""
    accept: ClassVar[str] = "application/json"
    """Accept header."""
    ignored: ClassVar[frozenset[str]] = frozenset()
    """Keys of a record that are left out on purpose; any other that ``posting`` leaves is reported."""
    custom_settings: ClassVar[dict[str, Any] | None] = {"CONCURRENT_REQUESTS": 2}  # type: ignore[misc]  # one host

    def __init__(
        self,
        board: str | None = None,
        hiring_organization: str | None = None,
        boards: Sequence[Board] | None = None,
        at: str | datetime | None = None,
        sink: Sink | None = None,
    ):
        """``board`` and ``hiring_organization`` name one board, as ``scrapy crawl`` does; ``boards`` are many; without
        either, the default ones. ``sink`` None: the crawl makes a landing file of its own. Raises BoardsError."""
        super().__init__()
        if board is not None:
            check_board(self.name, board)
            boards = [Board(platform=self.name, board=board, hiring_organization=hiring_organization)]
        elif boards is None:
            boards = read_boards()
        self.boards = [board for board in boards if board.platform == self.name]
        if not self.boards:
            raise BoardsError(f"no board of {self.name}")
        self.at = parse_at(at) if isinstance(at, str) else at
        self.sink = sink
        self._reported: set[str] = set()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The source's own pace, unless a crawl says otherwise."""
        super().update_settings(settings)
        settings.set("DOWNLOAD_DELAY", sources()[cls.name].delay_seconds, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """One request a board, in the order given."""
        for board in self.boards:
            yield self.request(self.address(board), board)

    def address(self, board: Board) -> str:
        """Where a board is fetched from."""
        return self.url.format(board=quote(board.board, safe=""))

    def request(self, url: str, board: Board) -> Request:
        """A request for a board, whose every outcome comes back to this spider."""
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"board": board},
            headers={"Accept": self.accept},
            meta={"handle_httpstatus_all": True},
            dont_filter=True,
        )

    async def parse(self, response: Response, board: Board) -> AsyncIterator[Any]:
        """The postings of a board's response, then its BoardFetch."""
        if response.status != 200:
            yield self.refused(response, board)
            return
        try:
            records, n_expected = self.rows(parse_json(response))
        except UnreadableError as error:
            yield self.fetch(board, "failed", str(error))
            return
        n_skipped = n_nameless = 0
        for record in records:
            for item in self.items(record, board):
                n_nameless += isinstance(item, Rejected) and not is_named(record)
                yield item
            n_skipped += self.skips(record)
        if n_expected is not None and len(records) < n_expected:
            arrived = f"{len(records)} of {n_expected} postings arrived"
            yield self.fetch(board, "partial", arrived, n_expected - n_skipped)
        elif n_nameless:  # it could be any posting
            yield self.fetch(board, "partial", f"{n_nameless} records without an identifier", n_expected)
        else:
            yield self.fetch(board, "ok", n_expected=None if n_expected is None else n_expected - n_skipped)

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The records of a board's response, and how many postings it says there are. Raises UnreadableError."""
        raise NotImplementedError

    def skips(self, record: Any) -> bool:
        """Whether a record is no posting for the public."""
        return False

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The JobPosting of a record, whose keys are popped as they are used.

        Raises KeyError, TypeError or ValueError where it cannot be made."""
        raise NotImplementedError

    def items(self, record: Any, board: Board) -> Iterator[JobPosting | Rejected]:
        """What a record becomes: a posting, a Rejected, or nothing where it is skipped."""
        if self.skips(record):
            self.count("skipped")
            return
        if not isinstance(record, dict):
            yield self.rejected(board, f"{type(record).__name__} where an object should be", record)
            return
        rest = dict(record)
        try:
            posting = self.posting(rest, board)
        except KeyError as error:
            yield self.rejected(board, f"no {error.args[0]}", record)
        except (TypeError, ValueError, AttributeError) as error:
            yield self.rejected(board, f"cannot be read: {error}", record)
        else:
            yield posting
            self.audit(rest)

    def audit(self, rest: dict[str, Any]) -> None:
        """Report what a record holds that this spider neither uses nor ignores."""
        for key in rest.keys() - self.ignored:
            self.report(f"unknown key/{key[:60]}")

    def known(self, table: Mapping[str, Any], name: str, value: Any) -> Any:
        """What a value means by a table whose keys are in lower case; None where it is absent or unknown, which is
        reported."""
        word = (text(value) or "").lower()
        if word and word not in table:
            self.report(f"unknown value/{name}/{word[:60]}")
        return table.get(word)

    def pay(self, rows: Sequence[Pay]) -> Pay:
        """Span of base pay over the rows that share the first one's currency and period.

        Rows without an amount do not count; those whose period or currency is not known are reported.
        """
        stated = [row for row in rows if row.base_salary_min or row.base_salary_max]
        usable = [row for row in stated if row.salary_currency and row.salary_unit]
        if len(usable) < len(stated):
            self.report("pay/unknown period or currency")
        if not usable:
            return Pay(None, None, None, None)
        kind = usable[0][2:]
        bounds = [bound for row in usable if row[2:] == kind for bound in row[:2] if bound]
        lows = [row.base_salary_min for row in usable if row[2:] == kind and row.base_salary_min]
        highs = [row.base_salary_max for row in usable if row[2:] == kind and row.base_salary_max]
        return Pay(min(bounds) if lows else None, max(bounds) if highs else None, *kind)

    def report(self, what: str) -> None:
        """Count something unforeseen, and say it once."""
        if what not in self._reported:
            self._reported.add(what)
            self.logger.info("%s: %s", self.name, what)
        self.count(what)

    def count(self, what: str) -> None:
        """Add one to a named statistic of the crawl."""
        self.crawler.stats.inc_value(f"{self.name}/{what}")

    def rejected(self, board: Board, reason: str, record: Any) -> Rejected:
        """The record as one that cannot be used."""
        return Rejected(source=self.name, board=board.board, reason=reason, record=drop_people(record))

    def fetch(
        self, board: Board, status: Status, error: str | None = None, n_expected: int | None = None
    ) -> BoardFetch:
        """What came of a board."""
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
        if response.status in (301, 308) and location:
            return self.fetch(board, "not_found", f"HTTP {response.status}: moved to {location}")
        return self.fetch(board, "failed", f"HTTP {response.status}" + (f": {location}" if location else ""))

    def failed(self, failure: Failure) -> Iterator[BoardFetch]:
        """What a request that got no response says of its board; nothing where the crawl was stopped before it."""
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


def is_named(record: Any) -> bool:
    """Whether a record says which posting it is."""
    return isinstance(record, dict) and bool(record.get("id"))


def drop_people(record: Any) -> Any:
    """The record without Greenhouse's metadata of type user, which names employees."""
    if isinstance(record, dict) and isinstance(record.get("metadata"), list):
        kept = [row for row in record["metadata"] if not (isinstance(row, dict) and row.get("value_type") == "user")]
        return {**record, "metadata": kept}
    return record
