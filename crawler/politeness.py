"""How requests leave: one at a time per host, paced, never to a private address, all spiders of the process together.

The pacing sits in the download handler because every request passes there (robots.txt, retries and redirects too), and
in module state because the spiders of one process may meet on one host.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from socket import inet_aton
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadFailedError
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.bounded import BoundedFactory
from warehouse.sources import sources

MAX_FAILURES = 12  # failed connections in a row after which a host is left alone


class HostStoppedError(Exception):
    """The host is left alone for the rest of the run; the message says why."""


class InterruptedCrawlError(Exception):
    """The crawl is stopping: the request was never sent."""


class NotPublicError(Exception):
    """The address is not that of a public web server; the message says how."""


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
        self._pool._factory = BoundedFactory
        settings = crawler.settings
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self._retry_after_max = settings.getfloat("RETRY_AFTER_MAX")
        self._allow_private = settings.getbool("ROLESCOPE_ALLOW_LOOPBACK")
        self._sample_server = settings.get("SAMPLE_SERVER")

    async def download_request(self, request: Request) -> Response:
        """The response, once it is the request's turn."""
        hostname = urlsplit(request.url).hostname or ""
        if not self._allow_private:
            refuse_private(request.url)
        host = host_of(request.url)
        async with host.turn(self._delay, lambda: self._crawler.engine.running):
            try:
                response = await super().download_request(self._aimed(request))
            except CannotResolveHostError as error:
                if hostname in PublicResolver.refused:
                    raise NotPublicError(f"{hostname} is not a public address") from error
                raise
            except DownloadCancelledError as error:
                if str(error):
                    raise
                raise DownloadCancelledError(f"the answer is larger than {self._max_size} bytes") from error
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
    """An error in words, its kind first; of a download that failed, the error that ended it."""
    reasons = getattr(error.__cause__, "reasons", None) if isinstance(error, DownloadFailedError) else None
    if reasons:  # Scrapy's own words are those of a list of Twisted's failures
        error = reasons[0].value
    return f"{type(error).__name__.removesuffix('Error')}: {error}".removesuffix(": ")


def refuse_private(url: str) -> None:
    """Raise NotPublicError where an address, as it is written, is not that of a public web server."""
    parts = urlsplit(url)
    hostname, port = parts.hostname or "", parts.port
    if is_private_name(hostname):
        raise NotPublicError(f"{hostname} is not a public address")
    if port not in (None, 80, 443):
        raise NotPublicError(f"port {port} of {hostname} is not one of public web servers")


def _address(hostname: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is given by, short and hexadecimal forms such as 127.1 included; None: it has a name."""
    with suppress(ValueError):
        return ipaddress.ip_address(hostname)
    try:
        return ipaddress.IPv4Address(inet_aton(hostname))
    except (OSError, UnicodeError):
        return None


def is_private_name(hostname: str) -> bool:
    """Whether a host, by its name alone, is on this machine or network."""
    address = _address(hostname)
    if address is not None:
        return address.version == 6 or not address.is_global  # no source is named by an IPv6 address
    return "." not in hostname or hostname.lower().rstrip(".").endswith((".localhost", ".local", ".internal", ".lan"))


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
        if not self._allow_private and name not in self._proxies and _address(name) is None:
            found.addCallback(self._public, name)
        return found

    def _public(self, address: str, name: str) -> str:
        if not ipaddress.ip_address(address).is_global:
            self.refused.add(name)
            raise DNSLookupError(f"{name} has the address {address}, which is not public")
        return address
