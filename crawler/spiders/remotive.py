"""Remotive: remote ads of many employers in one response."""

from typing import Any

from crawler.boards import Board
from crawler.fields import iso_date, mapping, paragraphs, text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_EMPLOYMENT_TYPES: dict[str, str | None] = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "freelance": "CONTRACTOR",
    "internship": "INTERN", "other": "OTHER",
}  # fmt: skip


class RemotiveSpider(BoardSpider):
    """Every ad is remote; pay is free text, which is kept at the end of the description."""

    name = "remotive"
    url = "https://remotive.com/api/remote-jobs"
    ignored = frozenset(["category", "company_logo", "company_logo_url", "tags"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs`` and ``job-count``."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        total = body.get("job-count")
        return jobs, total if isinstance(total, int) else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The place is where an applicant must live."""
        description, pay = text(record.pop("description")) or "", text(record.pop("salary", None))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description=description + (paragraphs(f"Salary: {pay}") if description and pay else ""),
            url=text(record.pop("url", None)),
            hiring_organization=text(record.pop("company_name", None)),
            job_location_type="TELECOMMUTE",
            applicant_location_requirements=text(record.pop("candidate_required_location", None)),
            work_mode="remote",
            employment_type=self.known(_EMPLOYMENT_TYPES, "job_type", record.pop("job_type", None)),
            date_posted=iso_date(record.pop("publication_date", None)),
        )
