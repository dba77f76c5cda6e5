"""Arbeitnow: ads of many employers, mostly in Germany, in numbered pages."""

import html
import re
from typing import Any

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import epoch_date, joined, mapping, text, texts
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_EMPLOYMENT_TYPES: dict[str, str | None] = {
    "full time": "FULL_TIME", "full-time": "FULL_TIME", "full-time permanent": "FULL_TIME", "vollzeit": "FULL_TIME",
    "part time": "PART_TIME", "part-time": "PART_TIME", "teilzeit": "PART_TIME", "side": "PART_TIME", "minijob": "PART_TIME",
    "working student": "PART_TIME", "werkstudent": "PART_TIME",
    "contract": "CONTRACTOR", "contractor": "CONTRACTOR", "freelance": "CONTRACTOR", "freelancer": "CONTRACTOR",
    "temporary": "TEMPORARY", "fixed term": "TEMPORARY", "befristet": "TEMPORARY",
    "internship": "INTERN", "intern": "INTERN", "praktikum": "INTERN",
    # a level of experience, which the feed mixes in
    "entry level": None, "berufseinstieg": None, "professional / experienced": None, "berufserfahren": None,
    "executive": None, "manager": None, "permanent": None, "unbefristet": None, "apprenticeship": None, "ausbildung": None,
}  # fmt: skip


_OWN_LINE = re.compile(r"(?:<p>)?Find <a\s[^<>]{0,300}arbeitnow\.com[^<>]{0,300}>.*$", re.S)  # below every ad


class ArbeitnowSpider(BoardSpider):
    """Pages are counted: the answer's own link to the next one carries a search term that changes."""

    name = "arbeitnow"
    url = "https://www.arbeitnow.com/api/job-board-api?page=1"
    id_key = "slug"
    ignored = frozenset(["tags"])

    _n_pages = 0

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``data``."""
        jobs = mapping(body).get("data")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        self._n_pages += 1
        return jobs, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The page after this one, until one is empty."""
        return Request(re.sub(r"\d+$", str(self._n_pages + 1), self.url)) if body["data"] else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Some descriptions are HTML, some the same escaped. ``remote`` false says neither hybrid nor on site."""
        description = _OWN_LINE.sub("", text(record.pop("description")) or "")
        if not re.search(r"<[a-z/]", description, re.I):
            description = html.unescape(description)
        remote, place = record.pop("remote", None) is True, text(record.pop("location", None))
        kinds = [self.known(_EMPLOYMENT_TYPES, "job_types", kind) for kind in texts(record.pop("job_types", None))]
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("slug")) or "",
            title=text(record.pop("title")) or "",
            description=description,
            url=text(record.pop("url", None)),
            hiring_organization=text(record.pop("company_name", None)),
            job_location=place if place != "Remote" else None,
            job_location_type="TELECOMMUTE" if remote else None,
            work_mode="remote" if remote else None,
            employment_type=joined(kinds, ", "),
            date_posted=epoch_date(record.pop("created_at", None)),
        )
