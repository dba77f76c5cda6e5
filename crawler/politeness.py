"""How requests leave: one at a time per host, paced, never to a private address, all spiders of the process together.

The pacing sits in the download handler because every request passes there (robots.txt, retries and redirects too), and
in module state because the spiders of one process may meet on one host.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from warehouse.sources import sources

MAX_FAILURES = 12  # failed connections in a row after which a host is left alone


class HostStoppedError(Exception):
    """The host is left alone for the rest of the run; the message says why."""


class InterruptedCrawlError(Exception):
    """The crawl is stopping: the request was never sent."""


class PrivateAddressError(Exception):
    """The host is, or resolves to, an address that is not public."""


class Host:
    """The pace of one host: at most one request under way, ``delay`` seconds between the starts of two."""

    def __init__(self) -> None:
        self.crawl_delay = 0.0
        self.stopped: str | None = None
        self._lock = asyncio.Lock()
        self._ready_at = 0.0
        self._failures = 0

    def pause(self, seconds: float) -> None:
        """Send nothing more for ``seconds`` from now."""
        self._ready_at = max(self._ready_at, monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, delay: float, running: Callable[[], bool]) -> AsyncIterator[None]:
        """The right to send one request, given when it is time.

        Raises HostStoppedError and, where ``running`` turns False while waiting, InterruptedCrawlError.
        """
        async with self._lock:
            while True:
                if self.stopped:
                    raise HostStoppedError(self.stopped)
                if not running():
                    raise InterruptedCrawlError("the crawl was stopped")
                wait = self._ready_at - monotonic()
                if wait <= 0:
                    break
                await asyncio.sleep(min(wait, 0.2))
            self.pause(max(delay, self.crawl_delay))
            try:
                yield
            except Exception:
                self._failures += 1
                if self._failures >= MAX_FAILURES:
                    self.stopped = f"{MAX_FAILURES} requests in a row got no answer: host left alone for this run"
                raise
            self._failures = 0


_hosts: dict[str, Host] = {}


def host_of(url: str) -> Host:
    """The host that serves ``url``, shared by every spider of the process; tenants under one operator's domain are one."""
    name = urlsplit(url).hostname or ""
    shared = next((domain for domain in shared_hosts() if name.endswith(f".{domain}")), name)
    return _hosts.setdefault(shared, Host())


@cache
def shared_hosts() -> frozenset[str]:
    """Domains whose subdomains count as one host."""
    return frozenset(source.shared_host for source in sources().values() if source.shared_host)


def retry_after(response: Response) -> float | None:
    """Seconds that a throttling response asks us to wait; None: it does not say."""
    if response.status not in (429, 503):
        return None
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value[:12])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind each host's pace and the guard of addresses."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        settings = crawler.settings
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._retry_after_max = settings.getfloat("RETRY_AFTER_MAX")
        self._allow_private = settings.getbool("ROLESCOPE_ALLOW_LOOPBACK")
        self._sample_server = settings.get("SAMPLE_SERVER")

    async def download_request(self, request: Request) -> Response:
        """The response, once it is the request's turn."""
        hostname = urlsplit(request.url).hostname or ""
        if not self._allow_private and is_private_name(hostname):
            raise PrivateAddressError(f"{hostname} is not a public address")
        host = host_of(request.url)
        async with host.turn(self._delay, lambda: self._crawler.engine.running):
            try:
                response = await super().download_request(self._aimed(request))
            except CannotResolveHostError as error:
                if hostname in PublicResolver.refused:
                    raise PrivateAddressError(f"{hostname} is not a public address") from error
                raise
            wait = retry_after(response)
            if wait is not None and wait > self._retry_after_max:
                host.stopped = f"HTTP {response.status}, asked to wait {wait:.0f} s: host left alone for this run"
            elif wait is not None:
                host.pause(wait)
        return response if self._sample_server is None else response.replace(url=request.url)

    def _aimed(self, request: Request) -> Request:
        """The request as it is sent: to the sample server instead of the real host, where there is one."""
        if self._sample_server is None:
            return request
        parts = urlsplit(request.url)
        local = parts._replace(scheme="http", netloc=f"127.0.0.1:{self._sample_server}").geturl()
        aimed = request.replace(url=local, headers={**request.headers, "Host": parts.netloc})
        aimed.meta.pop("proxy", None)
        return aimed


def describe(error: BaseException) -> str:
    """An error in words, its kind first."""
    return f"{type(error).__name__.removesuffix('Error')}: {error}".removesuffix(": ")


def _is_address(hostname: str) -> bool:
    """Whether a host is given by its address; those are judged before they get here."""
    try:
        ipaddress.ip_address(hostname)
    except ValueError:
        return False
    return True


def is_private_name(hostname: str) -> bool:
    """Whether a host, by its name alone, is on this machine or network."""
    if _is_address(hostname):
        return not ipaddress.ip_address(hostname).is_global
    else:
        return "." not in hostname or hostname.lower().rstrip(".").endswith(
            (".localhost", ".local", ".internal", ".lan")
        )


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only, proxies named by the environment excepted."""

    refused: set[str] = set()  # noqa: RUF012  # Twisted drops the error's text, so the handler looks here

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, allow_private: bool):
        super().__init__(reactor, cache_size, timeout)
        self._allow_private = allow_private
        self._proxies = {urlsplit(url if "//" in url else f"//{url}").hostname for url in getproxies().values()}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """The resolver by the crawl's settings."""
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), settings.getbool("ROLESCOPE_ALLOW_LOOPBACK"))

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of ``name``; fails with DNSLookupError where it is not public."""
        found = super().getHostByName(name, timeout)
        if not self._allow_private and name not in self._proxies and not _is_address(name):
            found.addCallback(self._public, name)
        return found

    def _public(self, address: str, name: str) -> str:
        if not ipaddress.ip_address(address).is_global:
            self.refused.add(name)
            raise DNSLookupError(f"{name} has the address {address}, which is not public")
        return address
