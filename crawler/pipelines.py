"""What becomes of items: checked, scrubbed and written, by one pipeline, since each costs more than its work."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from twisted.python.failure import Failure

from crawler.items import Batch, BoardFetch, Item, JobPosting, Rejected, Removal, Sighting
from crawler.sink import Sink
from warehouse.text import scrub

logger = logging.getLogger(__name__)

_NOTHING_SEEN = re.compile(r"(?:<[^<>]*>|&nbsp;|&#160;|\s|[\u200b\ufeff])*+")
_CONTROL = bytes({*range(32), 127} - set(b"\t\n\r"))
_FREE_TEXT = (
    "title", "description", "hiring_organization", "job_location", "applicant_location_requirements", "industry",
)  # fmt: skip
_ADDRESSES = ("url", "hiring_organization_url", "application_url")
_REQUIRED = ("identifier", "title", "description")


def checked(item: Item) -> Item:
    """The item as it can be stored, contact details scrubbed; a posting that lacks what it needs as a Rejected that says so."""
    if isinstance(item, BoardFetch):
        return item
    if not isinstance(item, JobPosting):
        return replace(item, identifier=_storable(item.identifier))
    fields = {name: _storable(value) for name, value in vars(item).items()}
    fields |= {name: scrub(fields[name].strip()) for name in _FREE_TEXT if fields[name]}
    fields |= {name: _address(fields[name]) for name in _ADDRESSES if fields[name]}
    item = JobPosting(**fields)
    missing = [name for name in _REQUIRED if _NOTHING_SEEN.fullmatch(getattr(item, name) or "")]
    if missing:
        record = {name: value for name, value in fields.items() if value is not None}
        reason = f"no {' and no '.join(missing)}"
        return Rejected(
            source=item.source, board=item.board, reason=reason, identifier=item.identifier or None, record=record
        )
    return item


def _address(value: str) -> str | None:
    """A web address that names nobody; None for any other."""
    return value if value.startswith(("https://", "http://")) and scrub(value) == value else None


def _storable(value: Any) -> Any:
    """A text without control characters and halves of characters, which JSON allows and UTF-8 does not."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").translate(None, _CONTROL).decode()


class LandingPipeline:
    """Writes items to the spider's sink; makes one where Scrapy's own command started the spider."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._own: Sink | None = None
        self._sink: Sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline of a crawl."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.spider_error, signal=signals.spider_error)
        return pipeline

    def open_spider(self) -> None:
        """Take the spider's sink, or make one."""
        spider: Any = self._crawler.spider
        sink = spider.sink
        if sink is None:
            folder = Path(self._crawler.settings["LANDING_DIR"])
            sink = self._own = Sink(folder, spider.at, {"command": f"scrapy crawl {spider.name}"})
        self._sink = sink

    def process_item(self, item: Any) -> Any:
        """The batch, or the item, once it is written. Stops the crawl and raises DropItem where it cannot be."""
        try:
            for one in item.items if isinstance(item, Batch) else [item]:
                self._write(checked(one))
        except OSError as error:
            if self._own is not None:  # `rolescope crawl` says it itself, once for all spiders
                logger.error("the crawl stops: %s", error)
            if self._crawler.crawling:
                self._stopping = asyncio.ensure_future(self._crawler.stop_async())
            raise DropItem("not written", log_level="DEBUG") from error
        return item

    def _write(self, item: Item) -> None:
        if isinstance(item, JobPosting):
            self._sink.posting(item)
        elif isinstance(item, Sighting):
            self._sink.sighting(item)
        elif isinstance(item, Removal):
            self._sink.removal(item)
        elif isinstance(item, Rejected):
            self._sink.rejected(item)
        else:
            self._sink.fetch(item)

    def spider_error(self, failure: Failure, response: Any) -> None:
        """Record a board whose callback broke, since no BoardFetch will come from there."""
        spider: Any = self._crawler.spider
        request = getattr(response, "request", None)
        board = getattr(request, "cb_kwargs", {}).get("board")
        if board is not None and self._sink.error is None:
            self._sink.fetch(spider.fetch(board, "failed", f"error in the spider: {failure.value!r}"))

    def close_spider(self) -> None:
        """Close the file that was made here."""
        if self._own is not None:
            self._own.close()
            spider: Any = self._crawler.spider
            spider.logger.info("%s: %s", self._own.counts.landing, dict(self._own.counts.statuses))


def parse_at(value: str) -> datetime:
    """A time given on a command line, in UTC unless it says otherwise. Raises ValueError."""
    when = datetime.fromisoformat(value)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
