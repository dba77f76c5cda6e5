"""BambooHR: a list of the openings at each tenant's own host, and a detail for each ad."""

from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, paragraphs, text
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, NoSuchBoardError, UnreadableError, parse_json

_WORK_MODES: dict[str, WorkMode] = {"0": "onsite", "1": "remote", "2": "hybrid"}
_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "full time": "FULL_TIME", "fulltime": "FULL_TIME", "regular full-time": "FULL_TIME",
    "full-time employee": "FULL_TIME", "permanent": "FULL_TIME",
    "part-time": "PART_TIME", "part time": "PART_TIME", "regular part-time": "PART_TIME",
    "contractor": "CONTRACTOR", "contract": "CONTRACTOR", "independent contractor": "CONTRACTOR",
    "freelance": "CONTRACTOR", "temporary": "TEMPORARY", "seasonal": "TEMPORARY", "fixed term": "TEMPORARY",
    "intern": "INTERN", "internship": "INTERN", "volunteer": "VOLUNTEER", "per diem": "PER_DIEM",
}  # fmt: skip
_IS_CLOSED = {"open": False, "draft": True, "on hold": True, "filled": True, "canceled": True, "closed": True}


class BamboohrSpider(BoardSpider):
    """A host without a tenant redirects to the maker's site, or answers with a web page."""

    name = "bamboohr"
    url = "https://{board}.bamboohr.com/careers/list"
    away = frozenset(["bamboohr.com", "www.bamboohr.com"])
    ignored = frozenset(
        [
            "departmentId",
            "departmentLabel",
            "employmentType",
            "jobCategoryId",
            "jobOpeningStatus",
            "minimumExperience",
            "seekPromoted",
        ]
    )

    def read(self, response: Response) -> Any:
        """JSON, where there is a tenant."""
        try:
            return parse_json(response)
        except UnreadableError as error:
            if response.body.lstrip()[:1] == b"<":
                raise NoSuchBoardError(str(error)) from error
            raise

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``result`` and ``meta.totalCount``."""
        openings = mapping(body).get("result")
        if not isinstance(openings, list):
            raise UnreadableError("no list of openings in the answer")
        total = mapping(body.get("meta")).get("totalCount")
        return openings, total if isinstance(total, int) else None

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The opening itself."""
        opening = quote(self.identifier(record) or "", safe="")
        return Request(f"https://{board.board}.bamboohr.com/careers/{opening}/detail") if opening else None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """Its description, date and whole address come on top."""
        opening = mapping(mapping(parse_json(response)).get("result")).get("jobOpening")
        if not isinstance(opening, dict):
            raise UnreadableError("no opening in the answer")
        return {**record, **opening, "id": record["id"]}

    def skips(self, record: Any) -> bool:
        """Openings that were closed after the list was made."""
        return bool(self.known(_IS_CLOSED, "jobOpeningStatus", mapping(record).get("jobOpeningStatus")))

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The place is in one of two addresses, never in both. Pay is free text, so it joins the description."""
        address = _filled(record.pop("location", None), "city", "state", "addressCountry")
        elsewhere = _filled(record.pop("atsLocation", None), "city", "state", "province", "country")
        place = address or elsewhere
        work_mode = self.known(_WORK_MODES, "locationType", record.pop("locationType", None))
        if record.pop("isRemote", None) is True:
            work_mode = work_mode or "remote"
        pay = paragraphs(text(record.pop("compensation", None)))
        identifier = text(record.pop("id")) or ""
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("jobOpeningName")) or "",
            description=(text(record.pop("description")) or "") + (pay and f"\n<h3>Compensation</h3>{pay}"),
            url=text(record.pop("jobOpeningShareUrl", None))
            or f"https://{board.board}.bamboohr.com/careers/{identifier}",
            hiring_organization=board.hiring_organization,
            job_location=joined(place.values(), ", "),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=place.get("addressCountry") or place.get("country"),
            work_mode=work_mode,
            employment_type=self.known(
                _EMPLOYMENT_TYPES, "employmentStatusLabel", record.pop("employmentStatusLabel", None)
            ),
            date_posted=iso_date(record.pop("datePosted", None)),
        )


def _filled(address: Any, *keys: str) -> dict[str, str]:
    """What an address states, in the order of ``keys``."""
    return {key: value for key in keys if (value := text(mapping(address).get(key)))}
