"""Get on Board: tech jobs of Latin America with their texts, in pages a category."""

import re
from typing import Any

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, epoch_date, joined, mapping, mappings, section, text, texts
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_CATEGORIES = ("programming", "data-science-analytics", "machine-learning-ai")
_WORK_MODES: dict[str, WorkMode | None] = {
    "fully_remote": "remote", "remote_local": "remote", "temporarily_remote": None,
    "hybrid": "hybrid", "no_remote": "onsite",
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "full time": "FULL_TIME", "part time": "PART_TIME", "freelance": "CONTRACTOR", "internship": "INTERN",
    "práctica": "INTERN",
}  # fmt: skip
_SECTIONS = ("projects", "functions", "description", "desirable", "benefits")


class GetonbrdSpider(BoardSpider):
    """Answers in JSON:API, where what is not asked for by ``expand[]`` is a bare id."""

    name = "getonbrd"
    overlaps = True
    url = "https://www.getonbrd.com/api/v0/categories/{category}/jobs?per_page=100&page={page}&expand[]=company&expand[]=modality&expand[]=location_tenants"
    ignored = frozenset(
        [
            "applications_count",
            "lang",
            "location_cities",
            "perks",
            "rejected_reasons",
            "remote",
            "remote_zone",
            "response_time_in_days",
            "seniority",
            "tags",
            "type",
        ]
    )

    def request(self, board: Board) -> Request:
        """The first page of the first category."""
        return self._page(_CATEGORIES[0], 1)

    def _page(self, category: str, page: int) -> Request:
        return Request(self.url.format(category=category, page=page), headers={"Accept": self.accept})

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``data``."""
        data = mapping(body).get("data")
        if not isinstance(data, list):
            raise UnreadableError("no list of data in the answer")
        return data, None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next page of the category, or the first one of the next category."""
        place = re.search(r"/categories/([\w-]+)/jobs\?.*\bpage=(\d+)&", response.url)
        assert place is not None  # by the form of ``url``
        category, page = place[1], int(place[2])
        n_pages = mapping(body.get("meta")).get("total_pages")
        if isinstance(n_pages, int) and page < n_pages:
            return self._page(category, page + 1)
        later = _CATEGORIES[_CATEGORIES.index(category) + 1 :]
        return self._page(later[0], 1) if later else None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Pay is in US dollars a month; tenants are the countries where a remote employee may live."""
        job = dict(mapping(record.pop("attributes")))
        work_mode = self.known(_WORK_MODES, "remote_modality", job.pop("remote_modality", None))
        countries = [place for place in texts(job.pop("countries", None)) if place.lower() != "remote"]
        pay = Pay(amount(job.pop("min_salary", None)), amount(job.pop("max_salary", None)), "USD", "MONTH")
        tenants = joined(_names(job.pop("location_tenants", None)))
        posting = JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(job.pop("title")) or "",
            description=_description(job),
            url=text(mapping(record.pop("links", None)).get("public_url")),
            hiring_organization=next(_names(job.pop("company", None)), None),
            job_location=joined(countries),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            applicant_location_requirements=tenants if work_mode == "remote" else None,
            country_raw=joined(countries),
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "modality", next(_names(job.pop("modality", None)), None)),
            industry=text(job.pop("category_name", None)),
            date_posted=epoch_date(job.pop("published_at", None)),
            **self.pay([pay])._asdict(),
        )
        self.audit(job)
        return posting


def _names(relation: Any) -> Any:
    """The names of the things that a relation leads to."""
    found = (text(mapping(row.get("attributes")).get("name")) for row in mappings(mapping(relation).get("data")))
    return (name for name in found if name)


def _description(job: dict[str, Any]) -> str:
    """The parts of an ad in the order of its page, each under its heading."""
    parts = (section(job.pop(f"{name}_headline", None), job.pop(name, None)) for name in _SECTIONS)
    return "\n".join(part for part in parts if part)
