"""Web pages out of a WARC file (ISO 28500, how web crawls keep what they fetched): those that name a JobPosting.

Hardly a page of a web crawl advertises a job, so nothing is decoded or parsed here: a look at the bytes tells which pages
are worth it.
"""

import gzip
import io
import logging
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

MAX_PAGE = 8_000_000  # bytes of a page, as it was sent and unpacked: more is no job ad
_MAX_HEAD = 256 * 1024  # bytes from one record's end to the next one's body; and so, of an answer's head
_BLOCK = 1 << 16
_GZIP = b"\x1f\x8b"
_NAMES = (b"jobposting", "jobposting".encode("utf-16-le")[:-1])  # the second in UTF-16 of either byte order
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3"])

logging.getLogger("warcio").setLevel(logging.ERROR)  # it tells of every address with a space in it


@dataclass(frozen=True)
class Page:
    """A page that names a JobPosting."""

    url: str
    fetched_at: datetime
    """UTC."""
    content_type: str
    """As its server stated it."""
    body: bytes
    """Its HTML, unpacked, in the encoding of the page."""


@dataclass
class ArchiveReading:
    """How far the reading of a file came; it changes while the pages are taken."""

    n_bytes: int = 0
    """Bytes of the file that were read, as they lie there."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many: "records"; "pages", HTML that was answered with status 200; pages that are "named" to hold a JobPosting; and
    pages that are "large", or "unreadable", and were passed over."""
    fault: str | None = None
    """Why the file could not be read to its end; None: it could."""


def pages(file: BinaryIO, reading: ArchiveReading) -> Iterator[Page | None]:
    """The pages of a WARC file, gzipped or not, that name a JobPosting, in order; None for every other record, so that
    whoever takes them can tell how it goes.

    Where the file is damaged the pages end, and ``reading`` says why. However large a record is, no more than MAX_PAGE of
    it is kept in memory.
    """
    source = _Source(file, reading)
    records = ArchiveIterator(source, no_record_parse=True, block_size=_BLOCK)
    try:
        while True:
            source.allow(_MAX_HEAD)
            with redirect_stderr(io.StringIO()):  # warcio writes there of what it finds damaged
                record = next(records, None)
            if record is None:
                break
            source.allow(None)
            reading.counts["records"] += 1
            if not isinstance(record.raw_stream, LimitReader):
                raise ArchiveLoadFailed("a record does not state its length")
            yield _page(record, reading.counts)
            while record.raw_stream.read(_BLOCK):
                pass
            if record.raw_stream.limit:
                raise ArchiveLoadFailed("the file ends within a record")
        if records.err_count:
            reading.fault = f"{records.err_count} records are longer or shorter than they say"
    except (ArchiveLoadFailed, StatusAndHeadersParserException, OSError, ValueError, zlib.error) as error:
        reading.fault = " ".join(str(error).split())[:200] or type(error).__name__


class _Source(io.RawIOBase):
    """A file as warcio reads it: unpacked where it is gzipped, since warcio can only unpack files whose every record is
    gzipped by itself; and no longer than it is allowed to be, since warcio looks for the end of a line without end."""

    def __init__(self, file: BinaryIO, reading: ArchiveReading) -> None:
        self._file, self._reading = file, reading
        self._left: int | None = None
        self._packed = io.BufferedReader(_Counted(file, reading), _BLOCK)
        gzipped = self._packed.peek(2)[:2] == _GZIP
        self._plain = gzip.GzipFile(fileobj=self._packed) if gzipped else self._packed

    def allow(self, n_bytes: int | None) -> None:
        """From here on, let so many bytes be read, beside those that are read ahead; None: all that there are."""
        self._left = None if n_bytes is None else n_bytes + _BLOCK

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes. Raises ValueError where more was read than is allowed, or the file is damaged."""
        try:
            data = self._plain.read1(size)
        except EOFError as error:  # which warcio would take for the end of the file
            raise ValueError("the file ends within a record") from error
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise ValueError(f"no record begins within {_MAX_HEAD:,} bytes")
        return data


class _Counted(io.RawIOBase):
    """A file that says how much of it was read."""

    def __init__(self, file: BinaryIO, reading: ArchiveReading) -> None:
        self._file, self._reading = file, reading

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the file goes."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._reading.n_bytes += len(data)
        return len(data)


def _page(record: ArcWarcRecord, counts: Counter[str]) -> Page | None:
    """The page of a record; None where it holds none that names a JobPosting."""
    if record.rec_type != "response" or "http" not in (record.content_type or "http"):
        return None
    head = LimitReader(record.raw_stream, _MAX_HEAD)
    try:
        answer = _HTTP.parse(head)
    except (StatusAndHeadersParserException, EOFError):
        counts["unreadable"] += 1
        return None
    content_type = answer.get_header("Content-Type") or ""
    if answer.get_statuscode() != "200" or "html" not in content_type.lower():
        return None
    counts["pages"] += 1
    if record.raw_stream.limit > MAX_PAGE:
        counts["large"] += 1
        return None
    try:
        body = _body(record, answer)
        if body is None:
            counts["large"] += 1
        if body is None or not _is_named(body):
            return None
        written = record.rec_headers.get_header("WARC-Date") or ""
        fetched_at = datetime.fromisoformat(written)
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
    except (ValueError, zlib.error, brotli.error):
        counts["unreadable"] += 1
        return None
    counts["named"] += 1
    fetched_at = fetched_at.replace(tzinfo=UTC) if fetched_at.tzinfo is None else fetched_at.astimezone(UTC)
    return Page(url, fetched_at, content_type, body)


def _is_named(body: bytes) -> bool:
    lowered = body.lower()  # and two plain searches: a tenth of the price of one that takes upper and lower case alike
    return any(name in lowered for name in _NAMES)


def _body(record: ArcWarcRecord, answer: StatusAndHeaders) -> bytes | None:
    """The body of an answer, unpacked; None where that is larger than MAX_PAGE. Raises ValueError, zlib.error or
    brotli.error where it can't be."""
    chunked = (answer.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    body: bytes = ChunkedDataReader(record.raw_stream).read() if chunked else record.raw_stream.read()
    if record.raw_stream.limit and not chunked:
        raise ValueError("the file ends within the page")
    for encoding in reversed((answer.get_header("Content-Encoding") or "").lower().split(",")):
        encoding = encoding.strip()
        # many crawls keep the head as it was, and the body unpacked: it is looked at
        if encoding in ("gzip", "x-gzip") and body[:2] == _GZIP:
            unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_PAGE + 1)
        elif encoding == "deflate" and body[:1] == b"\x78":
            unpacked = zlib.decompressobj().decompress(body, MAX_PAGE + 1)
        elif encoding == "br" and not body.lstrip().startswith(b"<"):
            unpacked = brotli.Decompressor().process(body, output_buffer_limit=MAX_PAGE + 1)
        else:
            continue
        body = unpacked
    return body if len(body) <= MAX_PAGE else None
