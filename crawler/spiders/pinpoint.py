"""Pinpoint: a board with all its texts in one response of the public postings feed."""

from typing import Any
from urllib.parse import urljoin

from scrapy.http import Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, section, text, unit
from crawler.items import BoardFetch, JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode] = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}
_EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME", "permanent_full_time": "FULL_TIME", "fixed_term_full_time": "FULL_TIME, TEMPORARY",
    "part_time": "PART_TIME", "permanent_part_time": "PART_TIME", "fixed_term_part_time": "PART_TIME, TEMPORARY",
    "contract": "CONTRACTOR", "freelance": "CONTRACTOR", "contract_temp": "CONTRACTOR, TEMPORARY",
    "temporary": "TEMPORARY", "internship": "INTERN", "volunteer": "VOLUNTEER",
}  # fmt: skip
_PARTS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")


class PinpointSpider(BoardSpider):
    """Amounts of pay are in the answer even where they are not to be shown."""

    name = "pinpoint"
    url = "https://{board}.pinpointhq.com/postings.json"
    ignored = frozenset(
        [
            "compensation",
            "department",
            "division",
            "employment_type_text",
            "job",
            "reference",
            "requisition_id",
            "workplace_type_text",
        ]
    )

    def refused(self, response: Response, board: Board) -> BoardFetch:
        """A tenant that does not exist is sent elsewhere."""
        if 300 <= response.status < 400:
            return self.fetch(board, "not_found", f"HTTP {response.status}: no such site")
        return super().refused(response, board)

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``data``."""
        postings = mapping(body).get("data")
        if not isinstance(postings, list):
            raise UnreadableError("no list of postings in the answer")
        return postings, None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """An ad stands in four parts, three of them under headings that the employer chooses."""
        work_mode = self.known(_WORK_MODES, "workplace_type", record.pop("workplace_type", None))
        place = mapping(record.pop("location", None))
        path = text(record.pop("path", None))
        parts = [section(record.pop(f"{key}_header", None), record.pop(key, None)) for key in _PARTS]
        low, high, code, period = (
            record.pop(f"compensation_{key}", None) for key in ("minimum", "maximum", "currency", "frequency")
        )
        pay = [Pay(amount(low), amount(high), currency(code), unit(period))]
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description="\n".join(part for part in parts if part),
            url=text(record.pop("url", None)) or (path and urljoin(self.address(board), path)),
            hiring_organization=board.hiring_organization,
            job_location=text(place.get("name"))
            or joined((text(place.get(key)) for key in ("city", "province")), ", "),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "employment_type", record.pop("employment_type", None)),
            date_posted=iso_date(record.pop("first_published_at", None)),
            valid_through=iso_date(record.pop("deadline_at", None)),
            **self.pay(pay if record.pop("compensation_visible", None) is True else [])._asdict(),
        )
