"""Adzuna: the newest IT ads of several countries, 500 characters of each, with the user's own key."""

import re
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, paragraphs, text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_COUNTRIES = ("us", "gb", "ca", "au", "de")
_PAGES = 10  # of 50 ads a country: 50 calls a crawl, of 250 a day and 2,500 a month
_CONTRACT_TIMES = {"full_time": "FULL_TIME", "part_time": "PART_TIME"}
_CONTRACT_TYPES = {"contract": "CONTRACTOR", "permanent": None}


class AdzunaSpider(BoardSpider):
    """Pay is left out: the API does not say what period it is for, and much of it is Adzuna's own estimate."""

    name = "adzuna"
    url = "https://api.adzuna.com/v1/api/jobs/{country}/search/{page}?{query}"
    ignored = frozenset(
        [
            "__CLASS__",
            "adref",
            "latitude",
            "longitude",
            "salary_is_predicted",
            "salary_max",
            "salary_min",
        ]
    )

    def request(self, board: Board) -> Request:
        """The first page of the first country."""
        return self._page(_COUNTRIES[0], 1)

    def _page(self, country: str, page: int) -> Request:
        query = {"app_id": self.keys["ADZUNA_APP_ID"], "app_key": self.keys["ADZUNA_APP_KEY"]}
        query |= {"category": "it-jobs", "results_per_page": "50", "sort_by": "date"}
        url = self.url.format(country=country, page=page, query=urlencode(query))
        return Request(url, headers={"Accept": self.accept})

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``results``; ``count`` is that of all ads, most of which are not asked for."""
        results = mapping(body).get("results")
        if not isinstance(results, list):
            raise UnreadableError("no list of results in the answer")
        return results, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next page of the country while there are ads, or the first one of the next country."""
        place = re.search(r"/jobs/(\w\w)/search/(\d+)\?", response.url)
        assert place is not None  # by the form of ``url``
        country, page = place[1], int(place[2])
        if body["results"] and page < _PAGES:
            return self._page(country, page + 1)
        later = _COUNTRIES[_COUNTRIES.index(country) + 1 :]
        return self._page(later[0], 1) if later else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The first part of ``area`` is the country."""
        location = mapping(record.pop("location", None))
        area = location.get("area")
        hours = self.known(_CONTRACT_TIMES, "contract_time", record.pop("contract_time", None))
        kind = self.known(_CONTRACT_TYPES, "contract_type", record.pop("contract_type", None))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description=paragraphs(text(record.pop("description"))),
            url=text(record.pop("redirect_url", None)),
            hiring_organization=text(mapping(record.pop("company", None)).get("display_name")),
            job_location=text(location.get("display_name")),
            country_raw=text(area[0]) if isinstance(area, list) and area else None,
            employment_type=joined([hours, kind], ", "),
            industry=text(mapping(record.pop("category", None)).get("label")),
            date_posted=iso_date(record.pop("created", None)),
        )
