"""Lever: a board with all its texts in one response of the public postings API."""

import html
import re
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, paragraphs, text, texts, unit
from crawler.items import Item, JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode | None] = {
    "remote": "remote", "hybrid": "hybrid", "on-site": "onsite", "onsite": "onsite", "unspecified": None,
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "full time": "FULL_TIME", "fulltime": "FULL_TIME", "permanent": "FULL_TIME",
    "regular full-time": "FULL_TIME", "full-time employee": "FULL_TIME", "regular full time (salary)": "FULL_TIME",
    "part-time": "PART_TIME", "part time": "PART_TIME",
    "contract": "CONTRACTOR", "contractor": "CONTRACTOR", "freelance": "CONTRACTOR", "consultant": "CONTRACTOR",
    "temporary": "TEMPORARY", "fixed-term": "TEMPORARY", "fixed term": "TEMPORARY", "seasonal": "TEMPORARY",
    "intern": "INTERN", "internship": "INTERN", "volunteer": "VOLUNTEER", "per diem": "PER_DIEM",
}  # fmt: skip


class LeverSpider(BoardSpider):
    """EU boards exist on the EU host only, so a board that the main host does not know is asked for there."""

    name = "lever"
    url = "https://api.lever.co/v0/postings/{board}?mode=json"
    eu_url = "https://api.eu.lever.co/v0/postings/{board}?mode=json"
    ignored = frozenset(
        [
            "additionalPlain",
            "applyUrl",
            "descriptionBodyPlain",
            "descriptionPlain",
            "openingPlain",
            "salaryDescriptionPlain",
            "updatedAt",
        ]
    )

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """As every platform, after a look at the EU host."""
        if response.status == 404:
            try:
                response = await self.download(Request(self.eu_url.format(board=quote(board.board, safe=""))))
            except Exception as error:  # whatever a download can end with
                yield self.broken(error, board)
                return
        async for item in super().parse(response, board):
            yield item

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The answer is the list itself."""
        if not isinstance(body, list):
            raise UnreadableError("no list of postings in the answer")
        return body, None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The requirements stand in ``lists``, beside the description."""
        categories = mapping(record.pop("categories", None))
        work_mode = self.known(_WORK_MODES, "workplaceType", record.pop("workplaceType", None))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("text")) or "",
            description=_description(record),
            url=text(record.pop("hostedUrl", None)),
            hiring_organization=board.hiring_organization,
            job_location=joined([text(categories.get("location")), *texts(categories.get("allLocations"))]),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=text(record.pop("country", None)),
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "commitment", categories.get("commitment")),
            date_posted=iso_date(record.pop("createdAt", None)),
            **self.pay([_pay(mapping(record.pop("salaryRange", None)))])._asdict(),
        )


def _pay(pay: dict[str, Any]) -> Pay:
    """A salaryRange."""
    return Pay(amount(pay.get("min")), amount(pay.get("max")), currency(pay.get("currency")), unit(pay.get("interval")))


def _description(record: dict[str, Any]) -> str:
    """The whole ad: description (which is opening + body), lists under their headings, the rest, the words on pay."""
    plain = text(record.get("descriptionPlain")), text(record.get("additionalPlain"))
    opening, body = (text(record.pop(key, None)) or "" for key in ("opening", "descriptionBody"))
    parts = [text(record.pop("description", None)) or opening + body or paragraphs(plain[0])]
    for row in mappings(record.pop("lists", [])):
        heading, content = text(row.get("text")), text(row.get("content")) or ""
        if heading:
            parts.append(f"<h3>{html.escape(heading, quote=False)}</h3>")
        parts.append(f"<ul>{content}</ul>" if re.match(r"<li\b", content, re.I) else f"<div>{content}</div>")
    parts.append(text(record.pop("additional", None)) or paragraphs(plain[1]))
    parts.append(text(record.pop("salaryDescription", None)) or "")
    return "\n".join(part for part in parts if part)
