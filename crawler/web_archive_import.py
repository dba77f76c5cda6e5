"""Postings from the pages of a web crawl, read from WARC files into one landing file like any crawl."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse

from crawler.boards import Board
from crawler.items import JobPosting, Rejected
from crawler.pipelines import checked
from crawler.spiders.jsonld import JsonldSpider
from crawler.web_archive import ArchiveReading, Page, pages
from warehouse import WarehouseError
from warehouse.landing import LandingFile, iso
from warehouse.progress import Progress
from warehouse.remote import in_words, place
from warehouse.streams import streams
from warehouse.text import json_record, scrub

SOURCE = "warc"
_PART_SECONDS = 0.5  # between two words of how far a file is read
_PART_RECORDS = 100

Record = tuple[str, dict[str, Any]]
"""Of a landing file: its type and fields."""


@dataclass
class Part:
    """What came of a stretch of a WARC file."""

    path: str
    records: list[Record] = field(default_factory=list)
    n_bytes: int = 0
    """Bytes of the file up to the end of the stretch."""
    counts: Counter[str] = field(default_factory=Counter)
    """Those of ArchiveReading, and "postings" and "rejected", from the beginning of the file on."""
    is_last: bool = False
    fault: str | None = None
    """Why the file could not be read to its end; None: it could, or it is not read yet."""


@dataclass
class ArchiveCounts:
    """What an import of WARC files read."""

    landing: Path
    """The landing file."""
    counts: Counter[str] = field(default_factory=Counter)
    """Those of all parts."""
    faults: list[str] = field(default_factory=list)
    """The files that could not be read to their end, each with the reason."""


def import_archives(
    paths: Sequence[str],
    folder: Path,
    at: datetime,
    progress: Progress | None = None,
    workers: int = 1,
) -> ArchiveCounts:
    """Write the JobPostings of WARC files as one landing file into ``folder``.

    A path is a local one or any that fsspec knows. A posting's source is ``warc``, its board the host of its page, its
    identifier the page's address, and it was seen when the page was fetched: so the same files again, or another crawl of
    the same page, are the same posting. ``workers`` processes read, each a file at a time. A file that is damaged counts as
    far as it can be read. Raises WarehouseError where a file is not there or two have one name, before anything is written.
    """
    if twice := [name for name, n in Counter(_name(path) for path in paths).items() if n > 1]:
        raise WarehouseError(f"Two files are called {twice[0]}: rename one, for an import is known by its file's name.")
    total = sum(map(_size, paths))
    with LandingFile(folder, at, {"import": [_name(path) for path in paths]}) as landing:
        done = ArchiveCounts(landing.path)
        n_read: dict[str, int] = {}
        for part in streams(partial(read_archive, at), paths, workers):
            for type_, fields in part.records:
                landing.write(type_, **fields)
            n_read[part.path] = part.n_bytes
            if progress:
                progress("reading MB", sum(n_read.values()) // 1_000_000, total // 1_000_000)
            if part.is_last:
                done.counts += part.counts
                if part.fault:
                    done.faults.append(f"{part.path}: {part.fault}")
                _write_fetch(landing, part, at)
        landing.end(at)
    return done


def read_archive(at: datetime, path: str) -> Iterator[Part]:
    """A WARC file part by part, the last one marked. ``at`` is now: no page was fetched later."""
    spider = _PageSpider()
    reading = ArchiveReading()
    part, said = Part(path), time.monotonic()
    try:
        there, base = place(path)
        with there.open(base, "rb", block_size=1 << 22) as file:
            for page in pages(cast(BinaryIO, file), reading):
                if page is not None:
                    part.records += spider.landing_records(page, at)
                if len(part.records) >= _PART_RECORDS or time.monotonic() - said > _PART_SECONDS:
                    part.n_bytes = reading.n_bytes
                    yield part
                    part, said = Part(path), time.monotonic()
    except Exception as error:  # whatever a file system of somebody else raises
        reading.fault = in_words(error)
    part.n_bytes, part.is_last, part.fault = reading.n_bytes, True, reading.fault
    part.counts = reading.counts + spider.counts
    yield part


class _PageSpider(JsonldSpider):
    """Reads pages that somebody else has fetched, as the spider of careers sites reads its own."""

    name = SOURCE

    def __init__(self) -> None:
        super().__init__(boards=[Board(platform=SOURCE, board=SOURCE)])
        self.counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        """Nothing: what single sites leave out or spell oddly has no place in the counts of a web crawl."""

    report = count

    def landing_records(self, page: Page, at: datetime) -> list[Record]:
        """The landing records of a page; none where it can't be read."""
        try:
            records = list(self._records_of(page, at))
        except Exception:  # a page is anybody's text: whatever it breaks, the other pages still count
            self.counts["unreadable"] += 1
            return []
        self.counts += Counter("postings" if type_ == "job_posting" else "rejected" for type_, _ in records)
        return records

    def _records_of(self, page: Page, at: datetime) -> Iterator[Record]:
        host = urlsplit(page.url).hostname or ""
        seen_at = min(iso(page.fetched_at), iso(at))
        response = HtmlResponse(page.url, body=page.body, headers={"Content-Type": page.content_type})
        for item in self.page_items(response, Board(platform=SOURCE, board=host), {}):
            if isinstance(item, JobPosting):
                item.identifier = scrub(item.url or page.url)  # many a site gives all of its postings one identifier
            item = cast(JobPosting | Rejected, checked(item))
            if isinstance(item, JobPosting):
                yield "job_posting", {**vars(item), "seen_at": seen_at}
            else:
                kept = {"source": SOURCE, "board": host, "fetched_at": seen_at, "reason": item.reason}
                yield "quarantine", {**kept, "record": json_record(item.record)}


def _write_fetch(landing: LandingFile, part: Part, at: datetime) -> None:
    """Say in the landing file what came of a WARC file, as other imports say it of theirs."""
    n_found, n_rejected = part.counts["postings"], part.counts["rejected"]
    landing.write(
        "board_fetch", crawl_id=landing.crawl_id, source=SOURCE, board=_name(part.path), fetched_at=iso(at), listing="window",
        status="partial" if part.fault else "ok" if n_found else "empty", n_found=n_found, n_rejected=n_rejected,
        n_expected=None if part.fault else n_found + n_rejected, error=part.fault,
    )  # fmt: skip


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _size(path: str) -> int:
    """Bytes of a file; 0 where its place does not say. Raises WarehouseError where it is not there."""
    try:
        there, base = place(path)
        if not there.exists(base) or there.isdir(base):
            raise WarehouseError(f"{path}: there is no such file.")
        with suppress(TypeError):
            return int(there.size(base))
    except WarehouseError:
        raise
    except Exception as error:
        raise WarehouseError(f"{path} cannot be read ({in_words(error)}).") from error
    return 0
