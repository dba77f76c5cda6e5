"""The Muse: a feed with its texts, in pages a category, most of whose ads are old."""

from datetime import date, timedelta
from typing import Any

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameters, url_query_parameter

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, mappings, text
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_CATEGORIES = ("Software Engineering", "Data and Analytics", "Science and Engineering", "Computer and IT")
_LAST_PAGE = 50  # of at most 99; at its pace that is half an hour for all categories
_STALE = timedelta(days=180)
_REMOTE = "Flexible / Remote"


class ThemuseSpider(BoardSpider):
    """The ads of a category are in no order, so half of its pages are read and what is stale is left out. An ad of several
    categories is taken once."""

    name = "themuse"
    overlaps = True
    url = "https://www.themuse.com/api/public/jobs"
    ignored = frozenset(["categories", "levels", "model_type", "short_name", "tags", "type"])

    def request(self, board: Board) -> Request:
        """The first page of the first category."""
        return self._page(_CATEGORIES[0], 1)

    def _page(self, category: str, page: int) -> Request:
        url = add_or_replace_parameters(self.url, {"category": category, "page": str(page)})
        return Request(url, headers={"Accept": self.accept})

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``results``; ``total`` is that of the category."""
        results = mapping(body).get("results")
        if not isinstance(results, list):
            raise UnreadableError("no list of results in the answer")
        return results, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next page of the category, or the first one of the next category."""
        category, page = (url_query_parameter(response.url, name) or "" for name in ("category", "page"))
        n_pages = body.get("page_count")
        if isinstance(n_pages, int) and int(page) < min(n_pages, _LAST_PAGE):
            return self._page(category, int(page) + 1)
        later = _CATEGORIES[_CATEGORIES.index(category) + 1 :]
        return self._page(later[0], 1) if later else None

    def skips(self, record: Any) -> bool:
        """Ads that were published long ago: half of all are older than four months, and nobody takes them down."""
        posted = iso_date(mapping(record).get("publication_date"))
        return posted is not None and date.fromisoformat(posted) < self.now().date() - _STALE

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """An ad whose only location is "Flexible / Remote" is a remote one; with places beside it, it can be either."""
        places = [text(place.get("name")) for place in mappings(record.pop("locations", None))]
        work_mode: WorkMode | None = "remote" if set(places) == {_REMOTE} else None
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("name")) or "",
            description=text(record.pop("contents")) or "",
            url=text(mapping(record.pop("refs", None)).get("landing_page")),
            hiring_organization=text(mapping(record.pop("company", None)).get("name")),
            job_location=joined(places),
            job_location_type="TELECOMMUTE" if work_mode else None,
            work_mode=work_mode,
            date_posted=iso_date(record.pop("publication_date", None)),
        )
