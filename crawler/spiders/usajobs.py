"""USAJOBS: the open jobs of the US government in our occupations, with the user's own key."""

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response
from w3lib.url import url_query_parameter

from crawler.boards import Board
from crawler.fields import Pay, amount, iso_date, joined, mapping, mappings, paragraphs, section, text, texts
from crawler.items import JobPosting, SalaryUnit, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_SERIES = "2210;1550;1560"  # information technology, computer science, data science
_UNITS: dict[str, SalaryUnit | None] = {
    "pa": "YEAR", "per year": "YEAR", "pm": "MONTH", "per month": "MONTH", "pd": "DAY", "per day": "DAY",
    "ph": "HOUR", "per hour": "HOUR",
    "bw": None, "bi-weekly": None, "sy": None, "school year": None, "pw": None, "piece work": None, "fb": None,
    "fee basis": None, "wc": None, "without compensation": None,
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "part-time": "PART_TIME",
    "shift work": None, "intermittent": None, "job sharing": None, "multiple schedules": None,
}  # fmt: skip
_SECTIONS = {
    "JobSummary": "Summary", "MajorDuties": "Duties", "KeyRequirements": "Requirements", "Requirements": "Conditions",
    "QualificationSummary": "Qualifications", "Education": "Education", "OtherInformation": "Additional information",
    "Benefits": "Benefits",
}  # fmt: skip


class UsajobsSpider(BoardSpider):
    """The API asks for the e-mail address that the key was given to as the User-Agent."""

    name = "usajobs"
    url = f"https://data.usajobs.gov/api/search?JobCategoryCode={_SERIES}&Fields=Full&ResultsPerPage=500&Page={{page}}"
    ignored = frozenset(
        [
            "ApplyURI",
            "JobGrade",
            "PositionEndDate",
            "PositionFormattedDescription",
            "PositionID",
            "PositionLocationDisplay",
            "PositionOfferingType",
            "PositionStartDate",
            "RelevanceRank",
            "SubAgency",
        ]
    )
    id_key = "MatchedObjectId"

    def request(self, board: Board) -> Request:
        """The first page."""
        return self._page(1)

    def _page(self, page: int) -> Request:
        return Request(
            self.url.format(page=page),
            headers={
                "Accept": self.accept,
                "User-Agent": self.keys["USAJOBS_EMAIL"],
                "Authorization-Key": self.keys["USAJOBS_KEY"],
            },
        )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``SearchResultItems``, and how many there are on all pages."""
        result = mapping(mapping(body).get("SearchResult"))
        items, total = result.get("SearchResultItems"), result.get("SearchResultCountAll")
        if not isinstance(items, list):
            raise UnreadableError("no list of SearchResultItems in the answer")
        return items, total if isinstance(total, int) else None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """By the number of pages."""
        page = int(url_query_parameter(response.url, "Page") or 1)
        n_pages = text(mapping(body["SearchResult"].get("UserArea")).get("NumberOfPages")) or ""
        if not re.fullmatch(r"[0-9]{1,6}", n_pages) or page >= int(n_pages):
            return None
        return self._page(page + 1)

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Names and addresses of the agency's contacts stay behind in the details."""
        job = dict(mapping(record.pop("MatchedObjectDescriptor")))
        details = mapping(mapping(job.pop("UserArea", None)).get("Details"))
        places = mappings(job.pop("PositionLocation", None))
        schedules = mappings(job.pop("PositionSchedule", None))
        kinds = [self.known(_EMPLOYMENT_TYPES, "PositionSchedule", row.get("Name")) for row in schedules]
        agency, department = (text(job.pop(key, None)) for key in ("OrganizationName", "DepartmentName"))
        work_mode: WorkMode | None = "remote" if details.get("RemoteIndicator") is True else None
        posting = JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("MatchedObjectId")) or "",
            title=text(job.pop("PositionTitle")) or "",
            description="\n".join(filter(None, _description(details, job.pop("QualificationSummary", None)))),
            url=text(job.pop("PositionURI", None)),
            hiring_organization=agency or department,
            job_location=joined(text(place.get("LocationName")) for place in places),
            job_location_type="TELECOMMUTE" if work_mode else None,
            country_raw=joined(text(place.get("CountryCode")) for place in places),
            work_mode=work_mode,
            employment_type=joined(kinds, ", "),
            industry=joined(text(row.get("Name")) for row in mappings(job.pop("JobCategory", None))),
            date_posted=iso_date(job.pop("PublicationStartDate", None)),
            valid_through=iso_date(job.pop("ApplicationCloseDate", None)),
            **self.pay([self._pay(row) for row in mappings(job.pop("PositionRemuneration", None))])._asdict(),
        )
        self.audit(job)
        return posting

    def _pay(self, row: dict[str, Any]) -> Pay:
        """A PositionRemuneration, which is in dollars."""
        period = self.known(_UNITS, "RateIntervalCode", row.get("RateIntervalCode"))
        return Pay(amount(row.get("MinimumRange")), amount(row.get("MaximumRange")), "USD", period)


def _description(details: dict[str, Any], qualifications: Any) -> Iterator[str]:
    """The parts of an ad under their headings; each is a text, in HTML or not, or a list of them."""
    for name, heading in _SECTIONS.items():
        found = texts(details.get(name)) or (texts(qualifications) if name == "QualificationSummary" else [])
        yield section(heading, "\n".join(one if "</" in one or "<br" in one else paragraphs(one) for one in found))
