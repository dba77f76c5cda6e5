"""Downloader middlewares: robots.txt by RFC 9309, retries that wait, redirects that stay on the site."""

import asyncio
import random
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from crawler.politeness import HostStoppedError, InterruptedCrawlError, describe, host_of

MAX_WAITS = 10  # times that one request is sent again because Retry-After said so
MAX_ROBOTS = 512 * 1024  # bytes of a robots.txt that are read; RFC 9309 asks for 500 KiB at least


class ForbiddenByRobotsError(Exception):
    """robots.txt forbids the request."""


class RobotsUnreachableError(Exception):
    """robots.txt could not be read, which RFC 9309 takes as "everything is forbidden"."""


class RobotsMiddleware:
    """Obeys robots.txt by RFC 9309, where Scrapy's own reads any body: 4xx means no rules, 5xx or no answer means stop.

    A host's robots.txt is fetched once; a spider that asks for the file itself is answered with that one response.
    """

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._max_delay = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._files: dict[str, asyncio.Task[tuple[Response, RobotParser]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware by the crawl's settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """None to go on, or robots.txt itself. Raises ForbiddenByRobotsError and RobotsUnreachableError."""
        if request.meta.get("dont_obey_robotstxt"):
            return None
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._files:
            self._files[site] = asyncio.create_task(self._read(f"{site}/robots.txt"))
        response, rules = await asyncio.shield(self._files[site])
        if parts.path == "/robots.txt":
            return response.replace(request=request)
        if not rules.allowed(request.url, self._agent):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobotsError("robots.txt forbids it")
        return None

    async def _read(self, url: str) -> tuple[Response, RobotParser]:
        request = Request(
            url, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK, headers={"Accept": "text/plain"}
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except (HostStoppedError, InterruptedCrawlError):
            raise
        except Exception as error:
            raise RobotsUnreachableError(f"robots.txt could not be read ({describe(error)})") from error
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachableError(f"robots.txt could not be read (HTTP {response.status})")
        body = response.body[:MAX_ROBOTS] if response.status == 200 else b""
        rules = ProtegoRobotParser.from_crawler(self._crawler, body)
        delay = rules.crawl_delay(self._agent) or 0.0
        host = host_of(url)
        if delay > self._max_delay:
            host.stopped = f"robots.txt asks for {delay:.0f} s between requests: host left alone"
        host.crawl_delay = delay
        return response.replace(body=body), rules


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, with a growing pause of the whole host, and with Retry-After taken at its word.

    The pause for Retry-After is set by the download handler; sending again because of it does not use up a retry.
    """

    def __init__(self, settings: Any):
        super().__init__(settings)
        self._backoff = settings.getfloat("RETRY_BACKOFF")

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response, or the request to be sent again. Raises HostStoppedError where that would be in vain."""
        if response.status not in self.retry_http_codes:
            return response
        if stopped := host_of(request.url).stopped:
            raise HostStoppedError(stopped)
        if response.status in (429, 503) and "Retry-After" in response.headers:
            waits = request.meta.get("retry_after_waits", 0)
            if waits >= MAX_WAITS:
                return response
            self.crawler.stats.inc_value("retry/after")
            return request.replace(dont_filter=True, meta={**request.meta, "retry_after_waits": waits + 1})
        return super().process_response(request, response)

    def _retry(self, request: Request, reason: Any) -> Request | None:
        again = super()._retry(request, reason)
        if again is not None:
            pause = self._backoff * 2 ** request.meta.get("retry_times", 0)
            host_of(request.url).pause(pause * random.uniform(1, 1.5))  # noqa: S311
        return again


class SameSiteRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect only within the host, or within the site where the spider says ``follows_site``."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response, or the request that it redirects to."""
        location = (response.headers.get("Location") or b"").decode("latin-1").strip()
        if not location or response.status not in (301, 302, 303, 307, 308):
            return response
        if not self._allowed(urlsplit(request.url), urlsplit(urljoin(request.url, location))):
            return response
        return super().process_response(request, response)

    def _allowed(self, source: Any, target: Any) -> bool:
        if target.scheme not in (source.scheme, "https"):
            return False
        if source.netloc == target.netloc or source.path == target.path == "/robots.txt":
            return True
        return getattr(self.crawler.spider, "follows_site", False) and same_site(source.hostname, target.hostname)


def same_site(one: str | None, other: str | None) -> bool:
    """Whether two hosts are one but for "www.", or one lies under the other."""
    a, b = ((host or "").lower().removeprefix("www.") for host in (one, other))
    return bool(a and b) and (a == b or a.endswith("." + b) or b.endswith("." + a))
