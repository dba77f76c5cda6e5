"""Himalayas: remote ads of many employers, newest first, in pages of 20."""

import re
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, epoch_date, joined, mapping, text, unit
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_EMPLOYMENT_TYPES = {
    "full time": "FULL_TIME", "part time": "PART_TIME", "contractor": "CONTRACTOR", "temporary": "TEMPORARY",
    "intern": "INTERN", "volunteer": "VOLUNTEER", "other": "OTHER",
}  # fmt: skip


_OWN_LINE = re.compile(
    r"<p>Originally posted on <a\s[^<>]{0,300}himalayas\.app[^<>]{0,300}>[^<>]*</a></p>\s*$"
)  # below every ad


class HimalayasSpider(BoardSpider):
    """The feed holds some 100,000 ads, so it is read from the newest on until a page holds nothing new."""

    name = "himalayas"
    url = "https://himalayas.app/jobs/api?limit=20"
    id_key = "guid"
    ignored = frozenset(
        [
            "applicationLink",
            "categories",
            "companyLogo",
            "excerpt",
            "parentCategories",
            "seniority",
            "timezoneRestrictions",
        ]
    )
    MAX_PAGES = 400  # the newest 8,000 ads, some days' worth: older ones are left to the window

    _n_pages = 0

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs``; its total is that of the whole feed, which is not what is asked for."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        self._n_pages += 1
        return jobs, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The page after the cursor; None where this one brought nothing new."""
        cursor = text(body.get("nextCursor"))
        if not cursor or not body["jobs"] or self._n_pages >= self.MAX_PAGES or self._nothing_new(body["jobs"]):
            return None
        return Request(f"{self.url}&{urlencode({'cursor': cursor}, errors='replace')}")

    def _nothing_new(self, records: list[Any]) -> bool:
        """Whether every ad of a page is known, and the last crawl got as far as those it knew."""
        known = self.earlier.get((self.name, self.name))
        if known is None or known.complete_at != known.tried_at:
            return False
        return all(self.identifier(record) in known.postings for record in records)

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Every ad is remote; without ``locationRestrictions`` it is so from anywhere."""
        company, slug = text(record.pop("companyName", None)), text(record.pop("companySlug", None))
        if company == "name":  # seen on every ad in August 2026
            company = slug
        where = record.pop("locationRestrictions", None)
        pay = Pay(
            amount(record.pop("minSalary", None)),
            amount(record.pop("maxSalary", None)),
            currency(record.pop("currency", None)),
            unit(record.pop("salaryPeriod", None)),
        )
        identifier = text(record.pop("guid")) or ""
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("title")) or "",
            description=_OWN_LINE.sub("", text(record.pop("description")) or ""),
            url=text(record.get("applicationLink")) or identifier,
            hiring_organization=company,
            job_location_type="TELECOMMUTE",
            applicant_location_requirements=joined(
                place if isinstance(place, str) else text(mapping(place).get("name"))
                for place in (where if isinstance(where, list) else [])
            ),
            work_mode="remote",
            employment_type=self.known(_EMPLOYMENT_TYPES, "employmentType", record.pop("employmentType", None)),
            date_posted=epoch_date(record.pop("pubDate", None)),
            valid_through=epoch_date(record.pop("expiryDate", None)),
            **self.pay([pay])._asdict(),
        )
