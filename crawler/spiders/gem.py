"""Gem: a board with all its texts in one response of the public Job Board API."""

from typing import Any

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, mappings, paragraphs, text
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode] = {"remote": "remote", "hybrid": "hybrid", "in_office": "onsite"}
_EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "intern": "INTERN",
}  # fmt: skip


class GemSpider(BoardSpider):
    """The last slash of the address is needed."""

    name = "gem"
    url = "https://api.gem.com/job_board/v0/{board}/job_posts/"
    ignored = frozenset(
        ["content_plain", "created_at", "departments", "internal_job_id", "requisition_id", "updated_at"]
    )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The answer is the list itself."""
        if not isinstance(body, list):
            raise UnreadableError("no list of postings in the answer")
        return body, None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``location`` names the first office only; those that were deleted are still in the list."""
        work_mode = self.known(_WORK_MODES, "location_type", record.pop("location_type", None))
        offices = [
            text(mapping(office.get("location")).get("name")) or text(office.get("name"))
            for office in mappings(record.pop("offices", []))
            if not office.get("deleted_at")
        ]
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description=text(record.pop("content", None)) or paragraphs(text(record.get("content_plain"))),
            url=text(record.pop("absolute_url", None)),
            hiring_organization=board.hiring_organization,
            job_location=joined([text(mapping(record.pop("location", None)).get("name")), *offices]),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "employment_type", record.pop("employment_type", None)),
            date_posted=iso_date(record.pop("first_published_at", None)),
        )
