"""Jobicy: remote jobs of the last days, with their texts, in pages that a cursor leads through."""

import html
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, text, texts, unit
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "part-time": "PART_TIME", "contract": "CONTRACTOR", "freelance": "CONTRACTOR",
    "temporary": "TEMPORARY", "internship": "INTERN",
}  # fmt: skip


class JobicySpider(BoardSpider):
    """Names of companies, industries and titles are escaped; any parameter that is not documented is answered with 400."""

    name = "jobicy"
    url = "https://jobicy.com/api/v2/remote-jobs?count=100"
    ignored = frozenset(["companyLogo", "jobExcerpt", "jobLevel", "jobSlug"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs``; ``jobCount`` is that of the page."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        return jobs, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """By ``nextCursor``, which is null on the last page."""
        cursor = text(mapping(body).get("nextCursor"))
        return Request(f"{self.url}&cursor={quote(cursor, safe='', errors='replace')}") if cursor else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``jobGeo`` says where applicants may live; "Anywhere" stands for nothing said."""
        kinds = [self.known(_EMPLOYMENT_TYPES, "jobType", kind) for kind in texts(record.pop("jobType", None))]
        regions = [region.strip() for region in (text(record.pop("jobGeo", None)) or "").split(",")]
        pay = Pay(
            amount(record.pop("salaryMin", None)),
            amount(record.pop("salaryMax", None)),
            currency(record.pop("salaryCurrency", None)),
            unit(record.pop("salaryPeriod", None)),
        )
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=html.unescape(text(record.pop("jobTitle")) or ""),
            description=text(record.pop("jobDescription")) or "",
            url=text(record.pop("url", None)),
            hiring_organization=html.unescape(text(record.pop("companyName", None)) or "") or None,
            job_location_type="TELECOMMUTE",
            applicant_location_requirements=joined(region for region in regions if region.lower() != "anywhere"),
            work_mode="remote",
            employment_type=joined(kinds, ", "),
            industry=joined(html.unescape(name) for name in texts(record.pop("jobIndustry", None))),
            date_posted=iso_date(record.pop("pubDate", None)),
            **self.pay([pay])._asdict(),
        )
