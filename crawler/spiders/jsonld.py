"""Careers sites: robots.txt → sitemaps → job pages → their schema.org JobPosting. A board is a site's host."""

import html
import re
from collections.abc import AsyncGenerator, Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, text, texts, unit
from crawler.items import JobPosting, Rejected
from crawler.middlewares import ForbiddenByRobotsError, same_site
from crawler.politeness import HostStoppedError, InterruptedCrawlError, describe
from crawler.sitemap import SitemapError, is_job_page, read_sitemap, sitemaps_of
from crawler.spiders.board import BoardSpider, Item
from crawler.structured_data import job_postings

_EMPLOYMENT_TYPES = frozenset(
    ["FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"]
)
_TAG = re.compile(r"<(?:p|br|ul|li|div|h\d|strong|b|span)\b", re.I)


class JsonldSpider(BoardSpider):
    """A site's pages are fetched one after the other, so that one callback sees the whole board."""

    name = "jsonld"
    url = "https://{board}/robots.txt"
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
    follows_site = True
    ignored = frozenset(
        [
            "@context",
            "@id",
            "@type",
            "applicationcontact",
            "contactpoint",
            "directapply",
            "educationrequirements",
            "employerprovidedbenefits",
            "experienceineplaceofeducation",
            "experiencerequirements",
            "image",
            "incentivecompensation",
            "jobbenefits",
            "jobimmediatestart",
            "jobstartdate",
            "mainentityofpage",
            "occupationalcategory",
            "physicalrequirement",
            "qualifications",
            "relevantoccupation",
            "responsibilities",
            "sameas",
            "securityclearancerequirement",
            "skills",
            "specialcommitments",
            "totaljobopenings",
            "workhours",
            "benefits",
            "jobduration",
            "estimatedsalary",
            "inlanguage",
            "datecreated",
            "datemodified",
            "logo",
            "name",
            "url",
        ]
    )
    boards_at_once = 16  # each has a host of its own

    def address(self, board: Board) -> str:
        """robots.txt, which names the sitemaps."""
        return self.url.format(board=board.board)

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """The postings of a site, then its BoardFetch. ``response`` is its robots.txt."""
        try:
            pages, problems, listed = await self._pages(response, board)
        except (ForbiddenByRobotsError, HostStoppedError, InterruptedCrawlError) as error:
            yield self.broken(error, board)
            return
        if not listed:
            missing = all(problem.endswith(("HTTP 404", "HTTP 410")) for problem in problems)
            yield self.fetch(board, "not_found" if missing else "failed", f"no sitemap: {'; '.join(problems)[:300]}")
            return
        n_postings = 0
        identifiers: dict[str, str] = {}
        for number, url in enumerate(pages):
            if number == self.settings.getint("JSONLD_MAX_PAGES"):
                problems.append(f"{len(pages)} job pages, of which {number} were fetched")
                break
            try:
                page = await self._get(url)
            except ForbiddenByRobotsError:
                self.count("page/forbidden")
                continue
            except (HostStoppedError, InterruptedCrawlError) as error:
                problems.append(f"{number} of {len(pages)} job pages fetched: {error}")
                break
            except Exception as error:  # whatever a download can end with: the other pages still count
                self.logger.debug("%s: %s", url, error)
                problems.append(f"{url}: {describe(error)}")
                continue
            if page.status in (404, 410):
                self.count("page/gone")
            elif page.status != 200:
                problems.append(f"{url}: HTTP {page.status}")
            else:
                for item in self.page_items(page, board, identifiers):
                    n_postings += 1
                    if isinstance(item, Rejected) and item.reason.startswith("JSON-LD"):
                        problems.append(f"{url}: {item.reason}")
                    yield item
        if pages and not n_postings and not problems:
            problems.append(f"{len(pages)} job pages, none with a JobPosting")
        yield self.fetch(board, "partial" if problems else "ok", "; ".join(problems[:5]) or None)

    async def _pages(self, robots: Response, board: Board) -> tuple[list[str], list[str], bool]:
        """Addresses of job pages, what went wrong, and whether any sitemap could be read."""
        waiting = sitemaps_of(robots) if robots.status == 200 else []
        waiting = waiting or [f"https://{board.board}/sitemap.xml"]
        hosts = {board.board, *(urlsplit(url).netloc for url in waiting)}
        pages: dict[str, None] = {}
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
                sitemaps, urls = read_sitemap(response)
            except (ForbiddenByRobotsError, HostStoppedError, InterruptedCrawlError):
                raise
            except Exception as error:  # whatever a download can end with, or no sitemap
                problems.append(f"{url}: {error if isinstance(error, SitemapError) else describe(error)}")
                continue
            listed = True
            waiting += sitemaps
            pages.update(dict.fromkeys(page for page in urls if is_job_page(page) and _within(page, hosts)))
        return list(pages), problems, listed

    async def _get(self, url: str) -> Response:
        """A page, by way of every downloader middleware. Raises whatever ends a download."""
        return await self.download(Request(url))

    def page_items(self, page: Response, board: Board, identifiers: dict[str, str]) -> Iterable[JobPosting | Rejected]:
        """The postings of a page. ``identifiers`` are those of the site so far, with their titles."""
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
                if isinstance(item, JobPosting) and identifiers.setdefault(item.identifier, item.title) != item.title:
                    # some sites give every posting one identifier
                    self.count("identifier not unique")
                    item.identifier = page.url
                yield item

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """schema.org allows text, object or list nearly everywhere, and sites use all three."""
        page = record.pop("page")
        places = [_place(row) for row in mappings(record.pop("joblocation", []))]
        remote = any(word.upper() == "TELECOMMUTE" for word in texts(record.pop("joblocationtype", None)))
        pay = _pay(record.pop("basesalary", None), record.pop("salarycurrency", None))
        description = text(record.pop("description")) or ""
        if not _TAG.search(description) and "&lt;" in description:
            description = html.unescape(description)  # escaped once too often
        title = text(record.pop("title", None)) or text(record.get("name")) or ""
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=_identifier(record.pop("identifier", None)) or page,
            title=html.unescape(title),
            description=description,
            url=page,
            hiring_organization=_name(record.pop("hiringorganization", None)) or board.hiring_organization,
            job_location=joined(place for place, _ in places),
            job_location_type="TELECOMMUTE" if remote else None,
            applicant_location_requirements=joined(_names(record.pop("applicantlocationrequirements", None))),
            country_raw=joined(country for _, country in places),
            work_mode="remote" if remote else None,
            employment_type=joined(self._employment_types(record.pop("employmenttype", None)), ", "),
            industry=joined(_names(record.pop("industry", None))),
            date_posted=iso_date(record.pop("dateposted", None)),
            valid_through=iso_date(record.pop("validthrough", None)),
            **self.pay([pay])._asdict(),
        )

    def _employment_types(self, value: Any) -> Iterable[str]:
        for words in texts(value):
            for word in words.split(","):
                token = re.sub(r"[^A-Z]+", "_", word.upper()).strip("_")
                token = {"FULLTIME": "FULL_TIME", "PARTTIME": "PART_TIME", "CONTRACT": "CONTRACTOR"}.get(token, token)
                token = {"INTERNSHIP": "INTERN", "TEMPORAL": "TEMPORARY"}.get(token, token)
                if token in _EMPLOYMENT_TYPES:
                    yield token
                elif token:
                    self.report(f"unknown value/employmentType/{token[:60]}")


def _pay(pay: Any, code: Any) -> Pay:
    """A baseSalary, which comes as a number, a text, or an object around a number or a range."""
    salary = mapping(pay[0] if isinstance(pay, list) and pay else pay)
    value = salary.get("value", salary or pay)
    value = value[0] if isinstance(value, list) and value else value
    bounds = mapping(value) or {"value": value}
    low, high = amount(bounds.get("minValue")), amount(bounds.get("maxValue"))
    low, high = (low, high) if low or high else (amount(bounds.get("value")),) * 2
    period = unit(bounds.get("unitText") or salary.get("unitText"))
    return Pay(
        low, high, currency(salary.get("currency")) or currency(bounds.get("currency")) or currency(code), period
    )


def _within(url: str, hosts: set[str]) -> bool:
    """Whether an address is on one of the hosts, or under or above one."""
    netloc = urlsplit(url).netloc
    return netloc in hosts or any(same_site(netloc, host) for host in hosts)


def _own_page(record: dict[str, Any], page: str) -> str:
    """Address of one of several postings on a page: its own where it is on the site, else the page's with its title."""
    own = urljoin(page, text(record.get("url")) or page).partition("#")[0]
    if own != page and _within(own, {urlsplit(page).netloc}):
        return own
    return f"{page}#{re.sub(r'[^a-z0-9]+', '-', (text(record.get('title')) or '').lower()).strip('-')}"


def _identifier(value: Any) -> str | None:
    """An identifier's value, which comes bare, as a PropertyValue, or as a list of either."""
    value = value[0] if isinstance(value, list) and value else value
    return text(mapping(value).get("value")) if isinstance(value, dict) else text(value)


def _name(value: Any) -> str | None:
    """The name of a thing that comes as text, object or list."""
    return next(iter(_names(value)), None)


def _names(value: Any) -> list[str]:
    """The names of things that come as text, objects or a list of both."""
    rows = value if isinstance(value, list) else [value]
    found = (text(row.get("name")) if isinstance(row, dict) else text(row) for row in rows)
    return [html.unescape(name) for name in found if name]


def _place(location: dict[str, Any]) -> tuple[str | None, str | None]:
    """A jobLocation in words, and its country. Its name is often the employer's, so the address comes first."""
    address = location.get("address", location)
    if isinstance(address, str):
        return text(html.unescape(address)), None
    address = mapping(address[0] if isinstance(address, list) and address else address)
    country = _name(address.get("addressCountry"))
    locality, region = (_name(address.get(key)) for key in ("addressLocality", "addressRegion"))
    if locality and region and region.lower() in locality.lower():
        region = None
    place = joined([locality, region], ", ") or country or _name(location.get("name"))
    return place and html.unescape(place), country
