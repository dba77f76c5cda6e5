"""SmartRecruiters: a list in pages of the public Posting API, and a detail for each ad. robots.txt of the host decides."""

import html
import re
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, text
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_PAGE = 100  # the API's most
_EMPLOYMENT_TYPES = {
    "permanent": "FULL_TIME", "full-time": "FULL_TIME", "part-time": "PART_TIME", "contract": "CONTRACTOR",
    "freelance": "CONTRACTOR", "temporary": "TEMPORARY", "intern": "INTERN", "internship": "INTERN",
}  # fmt: skip


class SmartrecruitersSpider(BoardSpider):
    """A company that the API does not know is a board without postings to it."""

    name = "smartrecruiters"
    url = f"https://api.smartrecruiters.com/v1/companies/{{board}}/postings?limit={_PAGE}&offset=0"
    people = frozenset(["creator"])
    ignored = frozenset(
        [
            "active",
            "applyUrl",
            "customField",
            "defaultJobAd",
            "department",
            "experienceLevel",
            "function",
            "jobAdId",
            "jobId",
            "language",
            "ref",
            "refNumber",
            "referralUrl",
            "uuid",
            "visibility",
        ]
    )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``content`` and ``totalFound``."""
        postings = mapping(body).get("content")
        if not isinstance(postings, list):
            raise UnreadableError("no list of postings in the answer")
        total = body.get("totalFound")
        return postings, total if isinstance(total, int) else None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next ``offset``, until a page is short."""
        if len(body["content"]) < _PAGE:
            return None
        return Request(re.sub(r"offset=\d+$", f"offset={n_rows}", response.url))

    def skips(self, record: Any) -> bool:
        """What is not public, and further ads of one job."""
        row = mapping(record)
        private = (text(row.get("visibility")) or "PUBLIC").upper() != "PUBLIC"
        return private or row.get("active") is False or row.get("defaultJobAd") is False

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The posting itself."""
        posting = quote(self.identifier(record) or "", safe="")
        return Request(f"{self.address(board).partition('?')[0]}/{posting}") if posting else None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """Its texts come on top."""
        posting = parse_json(response)
        if not isinstance(posting, dict):
            raise UnreadableError("no posting in the answer")
        return {**record, **posting, "id": record["id"]}

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Neither remote nor hybrid is what a place says that nobody thought about, so it means nothing."""
        place = mapping(record.pop("location", None))
        whole = joined((part.strip() for part in (text(place.get("fullLocation")) or "").split(",")), ", ")
        parts = joined((text(place.get(key)) for key in ("city", "region", "country")), ", ")
        work_mode: WorkMode | None = None
        if place.get("remote") is True:
            work_mode = "remote"
        elif place.get("hybrid") is True:
            work_mode = "hybrid"
        identifier = text(record.pop("id")) or ""
        page = f"https://jobs.smartrecruiters.com/{quote(board.board, safe='')}/{identifier}"
        company = text(mapping(record.pop("company", None)).get("name"))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("name")) or "",
            description=_description(mapping(record.pop("jobAd")).get("sections")),
            url=text(record.pop("postingUrl", None)) or page,
            hiring_organization=board.hiring_organization or company,
            job_location=whole or parts,
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=text(place.get("country")),
            work_mode=work_mode,
            employment_type=self.known(
                _EMPLOYMENT_TYPES, "typeOfEmployment", mapping(record.pop("typeOfEmployment", None)).get("id")
            ),
            industry=text(mapping(record.pop("industry", None)).get("label")),
            date_posted=iso_date(record.pop("releasedDate", None)),
        )


def _description(sections: Any) -> str:
    """The parts of an ad under their headings."""
    parts = []
    for section in mapping(sections).values():
        content, heading = text(mapping(section).get("text")), text(mapping(section).get("title"))
        if content:
            parts.append((f"<h3>{html.escape(heading, quote=False)}</h3>" if heading else "") + content)
    return "\n".join(parts)
