"""How fast the pages of a web crawl are read, beside warcio's own bare pass over the same file in the same run.

    python tests/bench/warc_speed.py [--pages 20000] [--share 0.01] [--kilobytes 120] [--workers 2] [--keep FILE]

Makes a WARC file of invented pages as web crawls write it: every record gzipped by itself, a request before each answer.
Prints pages and unpacked megabytes a second, of wall time and of CPU time: of unpacking alone, of warcio reading every record, of finding
the pages that name a JobPosting, and of the whole import up to the landing file, by one process and by several (which
read as many copies of the file).
"""

import argparse
import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.web_archive import ArchiveReading, pages
from crawler.web_archive_import import import_archives

WORDS = "the team builds tools for people who read maps and write letters about rivers stones trees birds and old trains".split()
HTML = [("Content-Type", "text/html; charset=utf-8")]


def page(rng: random.Random, number: int, n_bytes: int, is_posting: bool) -> bytes:
    """An invented page: menus, markup and scripts around sentences, with or without a JobPosting."""
    body = " ".join(rng.choices(WORDS, k=n_bytes // 40))
    posting = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": f"Keeper of maps {number}", "description": f"<p>{body[:4000]}</p>",
        "datePosted": "2026-05-01", "hiringOrganization": {"@type": "Organization", "name": f"Acme {number % 50}"},
    }  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(posting)}</script>' if is_posting else ""
    parts = [f"<!doctype html><html><head><title>Page {number}</title>{script}</head><body>"]
    n_written = 0
    while n_written < n_bytes:
        start = rng.randrange(max(1, len(body) - 600))
        parts.append(
            f'<div class="c{rng.getrandbits(32):x}"><a href="/p/{rng.getrandbits(40):x}">{body[start : start + 500]}</a></div>\n'
        )
        n_written += len(parts[-1])
    return "".join([*parts, "</body></html>"]).encode()


def write(path: Path, n_pages: int, share: float, n_bytes: int) -> int:
    """Write the file; its unpacked size in bytes."""
    rng = random.Random(0)
    unpacked = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(n_pages):
            url = f"https://site{number % 997}.example/page/{number}"
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "site.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(url, "request", http_headers=asked))
            body = page(rng, number, n_bytes, rng.random() < share)
            unpacked += len(body)
            answer = StatusAndHeaders("200 OK", HTML, protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=answer))
    return unpacked


@contextmanager
def timed(name: str, n_pages: int, n_bytes: int) -> Iterator[None]:
    """Print how many pages and megabytes a second what is inside takes: of wall time, and of all processes' CPU time."""
    start, before = time.perf_counter(), sum(os.times()[:4])
    yield
    seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - before
    print(
        f"{name:30s} {n_pages / seconds:7,.0f} pages/s {n_bytes / seconds / 1e6:5,.0f} MB/s; of CPU time "
        f"{n_pages / cpu:7,.0f} pages/s {n_bytes / cpu / 1e6:5,.0f} MB/s"
    )


def unpack(path: Path) -> None:
    """Unpack, and do nothing with it."""
    with gzip.open(path) as file:
        while file.read(1 << 20):
            pass


def iterate(path: Path) -> None:
    """warcio's own pass: every record read to its end, its HTTP head parsed."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            while record.raw_stream.read(1 << 16):
                pass


def find(path: Path) -> None:
    """Find the pages that name a JobPosting."""
    with path.open("rb") as file:
        n_named = sum(1 for found in pages(file, ArchiveReading()) if found)
    print(f"{n_named:,} pages name a JobPosting")


def main() -> None:
    """Make, time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--kilobytes", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "0.warc.gz"
        n_bytes = write(path, args.pages, args.share, 1000 * args.kilobytes)
        print(
            f"{args.pages:,} pages of {args.kilobytes} kB, {args.share:.1%} with a JobPosting: {path.stat().st_size / 1e6:,.0f} MB, {n_bytes / 1e6:,.0f} MB unpacked"
        )
        steps: list[tuple[str, Callable[[Path], None]]] = [
            ("unpacking alone", unpack), ("warcio, every record", iterate), ("finding the pages", find),
        ]  # fmt: skip
        for what, step in steps:
            with timed(what, args.pages, n_bytes):
                step(path)
        copies = [path, *(folder / f"{i}.warc.gz" for i in range(1, args.workers))]
        for copy in copies[1:]:
            copy.hardlink_to(path)
        for n in sorted({1, args.workers}):
            with timed(f"the whole import, {n} at once", n * args.pages, n * n_bytes):
                done = import_archives([str(copy) for copy in copies[:n]], folder, datetime.now(UTC), workers=n)
            print(f"{done.counts['postings']:,} postings, {done.landing.stat().st_size / 1e6:,.1f} MB of landing file")


if __name__ == "__main__":
    main()
