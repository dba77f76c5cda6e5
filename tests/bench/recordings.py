"""Runs every spider over recorded answers of its source, and counts what became of their records.

    python tests/bench/recordings.py --recordings DIR [SOURCE ...]

DIR holds a folder for each source (its key, or the key and "_" and anything), with answers as the source gave them (JSON,
XML, or pages with JSON-LD). An answer is taken as that to a board's first request; where the spider then asks for an ad,
it gets the recording that is named detail, else 404. Prints for each source: records, postings, what was rejected and
why, and keys and values that the spider did not know.
"""

import argparse
import asyncio
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy.http import HtmlResponse, Request, TextResponse
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.boards import Board
from crawler.items import BoardFetch, JobPosting, Rejected
from crawler.pipelines import checked
from warehouse.sources import sources

NAMES = ("acme", "acme.wd5/Careers", "careers.example.com")
AT = datetime(2026, 9, 20, tzinfo=UTC)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("sources", nargs="*")
    args = parser.parse_args()
    loader = SpiderLoader.from_settings(get_project_settings())
    for folder in sorted(path for path in args.recordings.iterdir() if path.is_dir()):
        name = folder.name.split("_")[0]
        if name in loader.list() and (not args.sources or name in args.sources):
            asyncio.run(report(loader.load(name), folder))


async def report(spider_class: Any, folder: Path) -> None:
    """Print what became of a source's recordings."""
    answers = [path for path in sorted(folder.rglob("*")) if path.suffix in (".json", ".xml", ".html")]
    details = [path for path in answers if re.search(r"(?:^|_)detail(?:_|\.)", path.name)]
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for answer in (path for path in answers if path not in details or len(answers) == 1):
        spider, items = await run(spider_class, answer, details[0] if details else None)
        fetches = [item for item in items if isinstance(item, BoardFetch)]
        counts["answers"] += 1
        for item in map(checked, items):
            counts["postings"] += isinstance(item, JobPosting)
            if isinstance(item, Rejected):
                counts[f"rejected: {item.reason}"] += 1
        for fetch in fetches:
            if fetch.status not in ("ok", "empty"):
                counts[f"{fetch.status}: {(fetch.error or '')[:60]}"] += 1
        stats = spider.crawler.stats.get_stats()
        unknown.update({key.partition("/")[2]: n for key, n in stats.items() if key.startswith(f"{spider.name}/")})
    print(f"{spider_class.name}: {dict(counts)}" + (f"; not known or left out: {dict(unknown)}" if unknown else ""))


async def run(spider_class: Any, answer: Path, detail: Path | None) -> tuple[Any, list[Any]]:
    """The spider and its items for one answer."""
    source = sources()[spider_class.name]
    fits = re.compile(source.board_pattern or "[^/]+")
    board = Board(
        platform=source.source, board=source.source if source.kind == "feed" else next(filter(fits.fullmatch, NAMES))
    )
    spider = get_crawler(spider_class)._create_spider(boards=[board], at=AT)
    spider.keys = {key: "key" for key in source.key.split()}
    first = [True]

    async def download(request: Request) -> TextResponse:
        if first.pop() if first else False:
            return TextResponse(request.url, body=answer.read_bytes(), encoding="utf-8", request=request)
        if detail is None:
            return TextResponse(request.url, status=404, request=request)
        return TextResponse(request.url, body=detail.read_bytes(), encoding="utf-8", request=request)

    spider.crawler.engine = SimpleNamespace(download_async=download)
    if spider.name == "jsonld":
        page = HtmlResponse("https://careers.example.com/jobs/1", body=answer.read_bytes())
        return spider, [*spider.page_items(page, board, {})]
    return spider, [item async for item in spider.parse(await download(spider.first_request(board)), board)]


if __name__ == "__main__":
    main()
