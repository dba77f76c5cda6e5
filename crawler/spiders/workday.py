"""Workday: a careers site's own JSON, a list in pages of twenty and a detail for each ad. A board is tenant.wdN/site."""

from typing import Any
from urllib.parse import quote

from scrapy.http import JsonRequest, Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, text, texts
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_PAGE = 20  # more is answered with 400
_WORK_MODES: dict[str, WorkMode] = {
    "remote": "remote", "fully remote": "remote", "100% remote": "remote", "work from home": "remote",
    "hybrid": "hybrid", "hybrid remote": "hybrid",
    "onsite": "onsite", "on-site": "onsite", "on site": "onsite", "in-office": "onsite", "in office": "onsite",
    "office": "onsite",
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "full time": "FULL_TIME", "full-time": "FULL_TIME", "part time": "PART_TIME", "part-time": "PART_TIME",
    "fixed term": "TEMPORARY", "temporary": "TEMPORARY", "intern": "INTERN", "internship": "INTERN",
}  # fmt: skip


class WorkdaySpider(BoardSpider):
    """Pages follow until one is short. Some tenants show 2,000 postings and then begin anew, which ends as partial."""

    name = "workday"
    url = "https://{host}.myworkdayjobs.com/wday/cxs/{tenant}/{site}/jobs"
    boards_at_once = 8  # each has a host of its own
    ignored = frozenset(
        [
            "bulletFields",
            "canApply",
            "externalPath",
            "id",
            "includeResumeParsing",
            "jobPostingId",
            "jobPostingSiteId",
            "jobReqId",
            "locationsText",
            "posted",
            "postedOn",
            "questionnaireId",
            "secondaryQuestionnaireId",
            "timeLeftToApply",
        ]
    )

    def address(self, board: Board) -> str:
        """The tenant's name is part of the host and of the path."""
        host, _, site = board.board.partition("/")
        return self.url.format(host=host, tenant=host.partition(".")[0], site=quote(site, safe="%"))

    def request(self, board: Board) -> Request:
        """The first twenty."""
        return _page(self.address(board), 0)

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobPostings`` and, right on the first page only, ``total``."""
        postings = mapping(body).get("jobPostings")
        if not isinstance(postings, list):
            raise UnreadableError("no list of postings in the answer")
        total = body.get("total")
        return postings, total if isinstance(total, int) else None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next twenty."""
        return _page(response.url, n_rows) if len(body["jobPostings"]) >= _PAGE else None

    def identifier(self, record: Any) -> str | None:
        """The posting's number as its address ends with it; all of that end where the list does not show the number.

        The rest of the address is title and place, which change.
        """
        path = text(mapping(record).get("externalPath"))
        end = (path or "").rpartition("/")[2]
        numbers = [end.rfind(f"_{number}") for number in texts(mapping(record).get("bulletFields"))]
        return end[max(numbers, default=-1) + 1 :] or path

    def list_key(self, record: dict[str, Any]) -> str:
        """``postedOn`` ("Posted Yesterday") changes by itself."""
        return super().list_key({key: value for key, value in record.items() if key != "postedOn"})

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The posting itself."""
        path = text(record.get("externalPath"))
        return Request(f"{self.address(board).removesuffix('/jobs')}/{path.lstrip('/')}") if path else None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """Its text, date and places come on top."""
        answer = mapping(parse_json(response))
        posting = answer.get("jobPostingInfo")
        if not isinstance(posting, dict):
            raise UnreadableError("no posting in the answer")
        organization = answer.get("hiringOrganization")
        kept = {"externalPath": record["externalPath"], "bulletFields": record.get("bulletFields")}
        return {**record, **posting, "hiringOrganization": organization, **kept}

    def skips(self, record: Any) -> bool:
        """Postings that were taken down after the list was made."""
        return mapping(record).get("posted") is False

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``startDate`` is the day of posting."""
        work_mode = self.known(_WORK_MODES, "remoteType", record.pop("remoteType", None))
        country = text(mapping(record.pop("country", None)).get("descriptor"))
        code = text(mapping(mapping(record.pop("jobRequisitionLocation", None)).get("country")).get("alpha2Code"))
        organization = text(mapping(record.pop("hiringOrganization", None)).get("name"))
        host, _, site = board.board.partition("/")
        page = f"https://{host}.myworkdayjobs.com/{site}{text(record.get('externalPath'))}"
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=self.identifier(record) or "",
            title=text(record.pop("title")) or "",
            description=text(record.pop("jobDescription")) or "",
            url=text(record.pop("externalUrl", None)) or page,
            hiring_organization=board.hiring_organization or organization,
            job_location=joined([text(record.pop("location", None)), *texts(record.pop("additionalLocations", []))]),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=country or code,
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "timeType", record.pop("timeType", None)),
            date_posted=iso_date(record.pop("startDate", None)),
            valid_through=iso_date(record.pop("endDate", None)),
        )


def _page(address: str, offset: int) -> Request:
    """The request for twenty postings from ``offset`` on."""
    return JsonRequest(address, data={"appliedFacets": {}, "limit": _PAGE, "offset": offset, "searchText": ""})
