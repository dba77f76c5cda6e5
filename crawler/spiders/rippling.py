"""Rippling: a list of openings without texts, a row for each place of each, and a detail for each opening."""

from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, text, texts, unit
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_WORK_MODES: dict[str, WorkMode] = {"remote": "remote", "hybrid": "hybrid", "on_site": "onsite", "onsite": "onsite"}
_EMPLOYMENT_TYPES = {
    "salaried_ft": "FULL_TIME", "hourly_ft": "FULL_TIME", "full_time": "FULL_TIME",
    "salaried_pt": "PART_TIME", "hourly_pt": "PART_TIME", "part_time": "PART_TIME",
    "contractor": "CONTRACTOR", "contract": "CONTRACTOR", "temp": "TEMPORARY", "temporary": "TEMPORARY",
    "intern": "INTERN", "internship": "INTERN",
}  # fmt: skip


class RipplingSpider(BoardSpider):
    """``employmentType`` has its code under ``label`` and its words under ``id``."""

    name = "rippling"
    url = "https://api.rippling.com/platform/api/ats/v1/board/{board}/jobs"
    id_key = "uuid"
    ignored = frozenset(["applyUrl", "boardURL", "companyName", "department", "jsonLd", "workLocations"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """An opening for each uuid, with all its places."""
        if not isinstance(body, list):
            raise UnreadableError("no list of openings in the answer")
        openings: dict[str, Any] = {}
        for number, row in enumerate(body):
            place = mapping(row).get("workLocation")
            opening = openings.setdefault(
                self.identifier(row) or f"row {number}", {**row, "workLocation": []} if isinstance(row, dict) else row
            )
            if isinstance(opening, dict):
                opening["workLocation"].append(place)
        return list(openings.values()), None

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The opening itself."""
        uuid = quote(self.identifier(record) or "", safe="")
        return Request(f"{self.address(board)}/{uuid}") if uuid else None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """Its description, date, kind and pay come on top."""
        opening = parse_json(response)
        if not isinstance(opening, dict):
            raise UnreadableError("no opening in the answer")
        return {**record, **opening, "uuid": record["uuid"]}

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The opening's own part of the description comes first, the employer's after it."""
        description = mapping(record.pop("description"))
        places = texts([mapping(place).get("label") for place in record.pop("workLocation", [])])
        places = places or texts(record.get("workLocations"))
        locations = mappings(record.pop("locations", []))
        modes = {self.known(_WORK_MODES, "workplaceType", place.get("workplaceType")) for place in locations}
        work_mode: WorkMode | None = modes.pop() if len(modes) == 1 else None
        if record.pop("isRemote", None) is True or (places and all(place.startswith("Remote (") for place in places)):
            work_mode = work_mode or "remote"
        identifier = text(record.pop("uuid")) or ""
        page = f"https://ats.rippling.com/{quote(board.board, safe='')}/jobs/{identifier}"
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("name")) or "",
            description="\n".join(texts([description.get("role"), description.get("company")])),
            url=text(record.pop("url", None)) or page,
            hiring_organization=board.hiring_organization or text(record.get("companyName")),
            job_location=joined(places),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=joined(text(place.get("country")) for place in locations),
            work_mode=work_mode,
            employment_type=self.known(
                _EMPLOYMENT_TYPES, "employmentType", mapping(record.pop("employmentType", None)).get("label")
            ),
            date_posted=iso_date(record.pop("createdOn", None)),
            **self.pay([_pay(row) for row in mappings(record.pop("payRangeDetails", []))])._asdict(),
        )


def _pay(row: dict[str, Any]) -> Pay:
    """A range of payRangeDetails."""
    return Pay(
        amount(row.get("rangeStart")),
        amount(row.get("rangeEnd")),
        currency(row.get("currency")),
        unit(row.get("frequency")),
    )
