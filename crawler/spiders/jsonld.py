"""Careers sites: robots.txt → sitemaps → job pages → their schema.org JobPosting. A board is a site's host."""

import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import text
from crawler.items import Item, JobPosting, Rejected
from crawler.middlewares import ForbiddenByRobotsError, same_site
from crawler.politeness import HostStoppedError, InterruptedCrawlError, describe
from crawler.schema_org import IGNORED, PEOPLE, job_posting
from crawler.sitemap import Page, SitemapError, is_job_page, read_sitemap, sitemaps_of
from crawler.spiders.board import BoardSpider, UnreadableError, in_words
from crawler.structured_data import job_postings


class JsonldSpider(BoardSpider):
    """A site's pages are fetched one after the other, so that one callback sees the whole board."""

    name = "jsonld"
    url = "https://{board}/robots.txt"
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
    follows_site = True
    ignored = IGNORED
    people = PEOPLE
    boards_at_once = 16  # each has a host of its own

    def address(self, board: Board) -> str:
        """robots.txt, which names the sitemaps."""
        return self.url.format(board=board.board)

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """The postings of a site, then its BoardFetch. ``response`` is its robots.txt."""
        try:
            pages, problems, listed = await self._pages(response, board)
        except InterruptedCrawlError:  # a board that was not tried is not recorded
            return
        except (ForbiddenByRobotsError, HostStoppedError) as error:
            yield self.broken(error, board)
            return
        if not listed:
            missing = all(problem.endswith(("HTTP 404", "HTTP 410")) for problem in problems)
            yield self.fetch(board, "not_found" if missing else "failed", f"no sitemap: {'; '.join(problems)[:300]}")
            return
        known = self._known_by_page(board)
        listed_names = [(name, page.lastmod) for page in pages for name in known.get(page.url, ())]
        unchanged = {name for name, lastmod in listed_names if lastmod and self.is_known(board, name, lastmod)}
        for name in sorted(unchanged):
            yield self.sighting(board, name)
        reused = any(name == page for page, names in known.items() for name in names)
        identifiers = dict.fromkeys(unchanged, "") if reused else {}
        waiting = [page for page in pages if unchanged.isdisjoint(known.get(page.url, ()))]
        not_read: list[Page] = []
        n_postings = len(unchanged)
        for number, page in enumerate(waiting):
            if number == self.settings.getint("JSONLD_MAX_PAGES"):
                problems.append(f"{len(waiting)} job pages to fetch, of which {number} were fetched")
                not_read += waiting[number:]
                break
            try:
                answer = await self._get(page.url)
                if answer.status not in (200, 404, 410):
                    raise UnreadableError(f"HTTP {answer.status}")
            except ForbiddenByRobotsError:
                self.count("page/forbidden")
                not_read.append(page)
                continue
            except (HostStoppedError, InterruptedCrawlError) as error:
                problems.append(f"{number} of {len(waiting)} job pages fetched: {error}")
                not_read += waiting[number:]
                break
            except Exception as error:  # whatever a download can end with: the other pages still count
                self.logger.debug("%s: %s", page.url, error)
                problems.append(f"{page.url}: {in_words(error)}")
                not_read.append(page)
                continue
            if answer.status != 200:
                self.count("page/gone")
                continue
            for item in self.page_items(answer, board, identifiers, page.lastmod):
                n_postings += 1
                if isinstance(item, Rejected) and item.reason.startswith("JSON-LD"):
                    problems.append(f"{page.url}: {item.reason}")
                yield item
        for name in sorted({name for page in not_read for name in known.get(page.url, ())}):  # listed still
            n_postings += 1
            yield self.sighting(board, name)
        if pages and not n_postings and not problems:
            problems.append(f"{len(pages)} job pages, none with a JobPosting")
        yield self.fetch(board, "partial" if problems else "ok", "; ".join(problems[:5]) or None)

    def _known_by_page(self, board: Board) -> dict[str, list[str]]:
        """Identifiers of the site's known postings by the page that holds them."""
        earlier = self.earlier.get((self.name, board.board))
        pages: dict[str, list[str]] = {}
        for identifier, posting in earlier.postings.items() if earlier else ():
            pages.setdefault(posting.url or "", []).append(identifier)
        return pages

    async def _pages(self, robots: Response, board: Board) -> tuple[list[Page], list[str], bool]:
        """The job pages, what went wrong, and whether any sitemap could be read."""
        waiting = sitemaps_of(robots) if robots.status == 200 else []
        waiting = waiting or [f"https://{board.board}/sitemap.xml"]
        hosts = {board.board, *(urlsplit(url).netloc for url in waiting)}
        pages: dict[str, str | None] = {}
        problems: list[str] = []
        seen: set[str] = set()
        listed = False
        while waiting:
            url = waiting.pop(0)
            if url in seen or not _within(url, hosts):
                continue
            if len(seen) == self.settings.getint("JSONLD_MAX_SITEMAPS"):
                problems.append(f"more than {len(seen)} sitemaps")
                break
            seen.add(url)
            try:
                response = await self._get(url)
                if response.status != 200:
                    raise SitemapError(f"HTTP {response.status}")
                sitemaps, found = read_sitemap(response)
            except (ForbiddenByRobotsError, HostStoppedError, InterruptedCrawlError):
                raise
            except Exception as error:  # whatever a download can end with, or no sitemap
                problems.append(f"{url}: {error if isinstance(error, SitemapError) else describe(error)}")
                continue
            listed = True
            waiting += sitemaps
            pages.update(page for page in found if is_job_page(page.url) and _within(page.url, hosts))
        return [Page(*page) for page in pages.items()], problems, listed

    async def _get(self, url: str) -> Response:
        """A page, by way of every downloader middleware. Raises whatever ends a download."""
        return await self.download(Request(url))

    def page_items(
        self, page: Response, board: Board, identifiers: dict[str, str], lastmod: str | None = None
    ) -> Iterator[JobPosting | Rejected]:
        """The postings of a page. ``identifiers`` are those of the site so far, with their titles, "" for one unknown;
        ``lastmod`` is when the page changed last by the sitemap."""
        try:
            records, broken = job_postings(page.text)
        except AttributeError:  # not text
            self.count("page/not text")
            return
        for script in broken:
            yield self.rejected(board, "JSON-LD cannot be read", {"url": page.url, "script": script})
        if not records:
            self.count("page/no JobPosting")
        for record in records:
            record["page"] = page.url if len(records) == 1 else _own_page(record, page.url)
            for item in self.items_of(record, board):
                if isinstance(item, JobPosting):
                    if identifiers.setdefault(item.identifier, item.title) != item.title:
                        # some sites give every posting one identifier
                        self.count("identifier not unique")
                        item.identifier = record["page"]
                    if len(records) == 1 and not broken:
                        item.list_key = lastmod
                yield item

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """As schema.org has it."""
        return job_posting(record, board, self)


def _within(url: str, hosts: set[str]) -> bool:
    """Whether an address is on one of the hosts, or under or above one."""
    netloc = urlsplit(url).netloc
    return netloc in hosts or any(same_site(netloc, host) for host in hosts)


def _own_page(record: dict[str, Any], page: str) -> str:
    """Address of one of several postings on a page: its own where it is on the site, else the page's with its title."""
    try:
        own = urljoin(page, text(record.get("url")) or page).partition("#")[0]
    except ValueError:  # such as https://[
        own = page
    if own != page and _within(own, {urlsplit(page).netloc}):
        return own
    return f"{page}#{re.sub(r'[^a-z0-9]+', '-', (text(record.get('title')) or '').lower()).strip('-')}"
