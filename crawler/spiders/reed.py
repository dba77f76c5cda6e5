"""Reed: a search for each of our roles in the United Kingdom, and each ad by itself, with the user's own key."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response
from w3lib.http import basic_auth_header
from w3lib.url import add_or_replace_parameters, url_query_parameter

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, joined, mapping, text, unit
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_SEARCHES = ("machine learning engineer", "data scientist", "AI engineer", "full stack developer")
_PAGE = 100
_PAGES = 5  # of a search: what comes later has little to do with its words
_CONTRACTS = {"permanent": None, "contract": "CONTRACTOR", "temporary": "TEMPORARY"}


class ReedSpider(BoardSpider):
    """The list has the first words of an ad only. An ad that several searches find is taken once."""

    name = "reed"
    url = "https://www.reed.co.uk/api/1.0/search"
    detail_url = "https://www.reed.co.uk/api/1.0/jobs/{identifier}"
    ignored = frozenset(
        [
            "applicationCount",
            "applications",
            "date",
            "employerId",
            "employerProfileId",
            "employerProfileName",
            "externalUrl",
            "jobType",
            "salary",
            "yearlyMaximumSalary",
            "yearlyMinimumSalary",
        ]
    )
    id_key = "jobId"
    overlaps = True

    def request(self, board: Board) -> Request:
        """The first page of the first search."""
        return self._page(_SEARCHES[0], 0)

    def _page(self, words: str, skipped: int) -> Request:
        query = {"keywords": words, "resultsToTake": str(_PAGE), "resultsToSkip": str(skipped)}
        return self._get(add_or_replace_parameters(self.url, query))

    def _get(self, url: str) -> Request:
        headers = {"Accept": self.accept, "Authorization": basic_auth_header(self.keys["REED_KEY"], "")}
        return Request(url, headers=headers)

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``results``."""
        results = mapping(body).get("results")
        if not isinstance(results, list):
            raise UnreadableError("no list of results in the answer")
        return results, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next page of the search, or the first one of the next search."""
        words, skipped = (url_query_parameter(response.url, name) or "" for name in ("keywords", "resultsToSkip"))
        start = int(skipped) + _PAGE
        if len(body["results"]) == _PAGE and start < _PAGE * _PAGES:
            return self._page(words, start)
        later = _SEARCHES[_SEARCHES.index(words) + 1 :]
        return self._page(later[0], 0) if later else None

    def list_key(self, record: dict[str, Any]) -> str:
        """The number of applications does not count."""
        return super().list_key({key: value for key, value in record.items() if key != "applications"})

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The ad by itself."""
        identifier = self.identifier(record)
        if identifier is None:
            return None
        return self._get(self.detail_url.format(identifier=quote(identifier, safe="", errors="replace")))

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """The ad itself replaces its first words."""
        ad = parse_json(response)
        if not text(mapping(ad).get("jobDescription")):
            raise UnreadableError("no jobDescription in the answer")
        return {**record, **ad}

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Dates are written day first."""
        hours = [
            name
            for key, name in (("fullTime", "FULL_TIME"), ("partTime", "PART_TIME"))
            if record.pop(key, None) is True
        ]
        contract = self.known(_CONTRACTS, "contractType", record.pop("contractType", None))
        pay = Pay(
            amount(record.pop("minimumSalary", None)),
            amount(record.pop("maximumSalary", None)),
            currency(record.pop("currency", None)),
            unit(record.pop("salaryType", None)),
        )
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("jobId")) or "",
            title=text(record.pop("jobTitle")) or "",
            description=text(record.pop("jobDescription")) or "",
            url=text(record.pop("jobUrl", None)),
            hiring_organization=text(record.pop("employerName", None)),
            job_location=text(record.pop("locationName", None)),
            employment_type=joined([*hours, contract], ", "),
            date_posted=_date(record.pop("datePosted", None)),
            valid_through=_date(record.pop("expirationDate", None)),
            **self.pay([pay])._asdict(),
        )


def _date(value: Any) -> str | None:
    """The ISO date of one such as "04/11/2020"."""
    try:
        return datetime.strptime(text(value) or "", "%d/%m/%Y").date().isoformat()
    except ValueError:
        return None
