"""Whether there is a network: asked once, before a crawl, of a few of the hosts it would fetch from."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from urllib.parse import urlsplit

from crawler.boards import Board, split_crawled
from crawler.settings import USER_AGENT

_TIMEOUT = 8.0  # seconds
_HOSTS = 6


def any_reachable(boards: Sequence[Board]) -> bool:
    """Whether at least one of the first few hosts of ``boards`` answers at all, with whatever status."""
    hosts = list(dict.fromkeys(_host(board) for board in split_crawled(boards)[0]))[:_HOSTS]
    with ThreadPoolExecutor(max_workers=_HOSTS) as pool:
        return any(list(pool.map(_answers, hosts)))


def _host(board: Board) -> str:
    """The host that a board is fetched from, by its spider's first request."""
    spider = getattr(import_module(f"crawler.spiders.{board.platform}"), f"{board.platform.capitalize()}Spider")
    return str(urlsplit(spider(boards=[board]).request(board).url).netloc)


def _answers(host: str) -> bool:
    request = urllib.request.Request(f"https://{host}/robots.txt", headers={"User-Agent": USER_AGENT})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310  (the address begins with https)
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
