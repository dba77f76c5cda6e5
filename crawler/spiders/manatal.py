"""Manatal: a careers page's own API, page after page, with all the texts."""

from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import joined, mapping, next_address, text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError


class ManatalSpider(BoardSpider):
    """The API knows no dates, and no period of pay, without which amounts mean nothing."""

    name = "manatal"
    url = "https://www.careers-page.com/api/v1.0/c/{board}/jobs/"
    ignored = frozenset(
        [
            "address",
            "currency_code",
            "is_pinned_in_career_page",
            "is_salary_visible",
            "salary_max",
            "salary_min",
            "zipcode",
        ]
    )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``results`` and ``count``."""
        results = mapping(body).get("results")
        if not isinstance(results, list):
            raise UnreadableError("no list of results in the answer")
        count = body.get("count")
        return results, count if isinstance(count, int) else None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The page that ``next`` leads to."""
        following = next_address(response.url, body.get("next"))
        return Request(following) if following else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Agencies post for many employers, so that the ad's own comes first. Its address is made of its hash."""
        place = joined((text(record.pop(key, None)) for key in ("city", "state")), ", ")
        country = text(record.pop("country", None))
        code = text(record.pop("hash", None))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("position_name")) or "",
            description=text(record.pop("description", None)) or "",
            url=f"https://www.careers-page.com/{quote(board.board)}/job/{quote(code)}" if code else None,
            hiring_organization=text(record.pop("organization_name", None)) or board.hiring_organization,
            job_location=text(record.pop("location_display", None)) or joined([place, country], ", "),
            country_raw=country,
        )
