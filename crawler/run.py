"""One crawl: all platforms in one process, hosts in parallel, into one landing file."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings as project_settings
from crawler.boards import Board, split_crawled
from crawler.items import BoardFetch
from crawler.sink import CrawlCounts, Sink
from warehouse.known import KnownBoard


def crawl(
    boards: Sequence[Board],
    landing: Path,
    at: datetime | None = None,
    on_progress: Callable[[BoardFetch, CrawlCounts], None] | None = None,
    known: Mapping[tuple[str, str], KnownBoard] | None = None,
    budget: timedelta | None = None,
    shard: tuple[int, int] | None = None,
    delay: float | None = None,
    allow_loopback: bool = False,
    sample_server: int | None = None,
    overrides: dict[str, Any] | None = None,
) -> CrawlCounts:
    """Fetch boards, each platform's in the order given, into one new file in the folder ``landing``.

    ``at`` stamps everything in the file; None: the clock. ``on_progress`` is called after each board with what came of
    it and the counts so far. ``known`` is what earlier crawls found, by (source, board). ``budget`` ends the
    crawl as Ctrl-C does. ``shard`` (i, n) says that the boards are the i-th of n parts. ``delay`` replaces the sources' seconds between two requests to a host. ``sample_server``
    is a port on loopback that answers for every host. ``overrides`` are Scrapy settings.

    SIGINT or SIGTERM ends the crawl cleanly: what was fetched is kept, boards not tried are not recorded. Boards of
    sources whose key is not set are left out. Raises OSError where the landing file cannot be written; works
    once in a process, because Twisted's reactor does.
    """
    crawled, waiting = split_crawled(boards)
    changed: dict[str, Any] = {
        "LOG_INSTALL_ROOT_HANDLER": False,
        "ROLESCOPE_ALLOW_LOOPBACK": allow_loopback,
        "SAMPLE_SERVER": sample_server,
    }
    if delay is not None:
        changed["DOWNLOAD_DELAY"] = delay
    sample = {"sample": True} if sample_server is not None else {}
    part = {"shard": f"{shard[0]}/{shard[1]}"} if shard is not None else {}
    sink = Sink(landing, at, {"command": "crawl", "n_boards": len(crawled), **part, **sample}, on_progress)
    sink.counts.n_boards = len(crawled)
    sink.counts.waiting = waiting
    settings = Settings()
    settings.setmodule(project_settings, priority="project")
    settings.setdict({**changed, **(overrides or {})}, priority="cmdline")
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    finished = False
    try:
        if crawled:
            _run(crawled, known or {}, settings, sink, at, budget)
        finished = True
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sink.close(finished)
    if sink.error is not None:
        raise sink.error
    return sink.counts


def _run(
    boards: Sequence[Board],
    known: Mapping[tuple[str, str], KnownBoard],
    settings: Settings,
    sink: Sink,
    at: datetime | None,
    budget: timedelta | None,
) -> None:
    """Run a spider for each platform to its end."""
    process = AsyncCrawlerProcess(settings)
    for name in ("scrapy", "twisted"):  # Scrapy sets its own to DEBUG, at which whole ads are logged
        logging.getLogger(name).setLevel(logging.WARNING)
    # warns of torn answers, which are fetched again
    logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.ERROR)
    crawlers = []
    for platform in dict.fromkeys(board.platform for board in boards):
        crawler = process.create_crawler(platform)
        crawlers.append(crawler)
        process.crawl(crawler, boards=boards, known=known, at=at, sink=sink)
    spent = []

    def stop() -> None:
        spent.append(asyncio.ensure_future(process.stop()))

    if budget is not None:
        asyncio.get_event_loop().call_later(
            budget.total_seconds(), stop
        )  # the reactor's loop, which runs from start() on
    process.start()
    reasons = {crawler.stats.get_stats().get("finish_reason") for crawler in crawlers}
    sink.counts.interrupted = "shutdown" in reasons and not spent and sink.error is None
    for crawler in crawlers:
        numbers = crawler.stats.get_stats()
        for name, value in numbers.items():
            if isinstance(value, int) and name.startswith((f"{crawler.spidercls.name}/", "retry/", "robotstxt/")):
                sink.counts.stats[name] += value
        if error := numbers.get("spider_exceptions/count"):
            sink.counts.stats["spider_exceptions"] += error
    asyncio.set_event_loop(None)
    if process.bootstrap_failed:
        raise RuntimeError("a spider could not start; the log says why")
