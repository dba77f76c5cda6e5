"""Breezy: a board with all its texts in one response of the tenant's host; an ad without a text has it in its page."""

import re
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import Pay, amount, iso_date, joined, mapping, mappings, paragraphs, text, unit
from crawler.items import JobPosting, WorkMode
from crawler.schema_org import description
from crawler.spiders.board import BoardSpider, UnreadableError, parse_page
from crawler.structured_data import job_postings

_WORK_MODES: dict[str, WorkMode] = {
    "remote": "remote", "remote-location": "remote", "fully-remote": "remote", "hybrid": "hybrid",
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "fulltime": "FULL_TIME", "parttime": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "intern": "INTERN", "other": "OTHER",
}  # fmt: skip
_SALARY = re.compile(
    r"(?P<upto>Up to )?(?P<symbol>\D*?)(?P<low>\d[\d,.]*)(?:(?P<more>\+)| – \D*?(?P<high>\d[\d,.]*))?(?: / (?P<unit>\w+))?"
)
_CURRENCIES = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₱": "PHP", "₪": "ILS", "₴": "UAH", "₫": "VND", "฿": "THB", "zł": "PLN",
    "R$": "BRL", "NT$": "TWD", "CN¥": "CNY", "CHF": "CHF",
}  # fmt: skip


class BreezySpider(BoardSpider):
    """A host without a tenant answers 404, or redirects to the maker's site."""

    name = "breezy"
    url = "https://{board}.breezy.hr/json?verbose=true"
    away = frozenset(["breezy.hr", "www.breezy.hr"])
    ignored = frozenset(["category", "department", "education", "experience", "friendly_id", "tags"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The answer is the list itself."""
        if not isinstance(body, list):
            raise UnreadableError("no list of positions in the answer")
        return body, None

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The page of an ad whose text is not in the list."""
        name = quote(text(record.get("friendly_id")) or self.identifier(record) or "", safe="")
        if text(record.get("description")) or not name:
            return None
        return Request(f"https://{board.board}.breezy.hr/p/{name}", headers={"Accept": "text/html"})

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """The page's text, as structured data or as it is shown."""
        page = parse_page(response)
        found = [description(row) for row in job_postings(response.text)[0] if "description" in row]
        ad = next(filter(None, found), None) or page.css("div.description").get()
        if not ad:
            raise UnreadableError("no ad in the page")
        return {**record, "description": ad}

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``is_remote`` is true of hybrid positions too. Pay is a text of one form, and joins the description."""
        place = mapping(record.pop("location", None))
        places = [place, *mappings(record.pop("locations", []))]
        work_mode: WorkMode | None = None
        if place.get("is_remote") is True:
            stated = mapping(place.get("remote_details")).get("value")
            work_mode = self.known(_WORK_MODES, "remote_details", stated) if text(stated) else "remote"
        salary = text(record.pop("salary", None))
        identifier = text(record.pop("id")) or ""
        page = f"https://{board.board}.breezy.hr/p/{text(record.get('friendly_id')) or identifier}"
        company = text(mapping(record.pop("company", None)).get("name"))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("name")) or "",
            description=(text(record.pop("description")) or "")
            + (f"\n<h3>Salary</h3>{paragraphs(salary)}" if salary else ""),
            url=text(record.pop("url", None)) or page,
            hiring_organization=board.hiring_organization or company,
            job_location=joined(text(row.get("name")) or _address(row) for row in places),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=joined(_name(row.get("country")) for row in places),
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "type", mapping(record.pop("type", None)).get("id")),
            date_posted=iso_date(record.pop("published_date", None)),
            **self.pay([_pay(salary, text(mapping(place.get("country")).get("id")))])._asdict(),
        )


def _pay(salary: str | None, country: str | None) -> Pay:
    """Pay from "$25 – $30 / hour", "$20+ / hour", "Up to €60,000 / year". A bare $ is known in the United States only."""
    parts = _SALARY.fullmatch((salary or "")[:200])
    if parts is None:
        return Pay(None, None, None, None)
    low, symbol = amount(parts["low"]), parts["symbol"].strip()
    high = amount(parts["high"]) if parts["high"] else None if parts["more"] else low
    currency = "USD" if symbol == "$" and country == "US" else _CURRENCIES.get(symbol)
    return Pay(None if parts["upto"] else low, high, currency, unit(parts["unit"]))


def _name(value: Any) -> str | None:
    """The name of a country or state."""
    return text(mapping(value).get("name")) or text(mapping(value).get("id"))


def _address(place: dict[str, Any]) -> str | None:
    """A place in words."""
    return joined([text(place.get("city")), _name(place.get("state")), _name(place.get("country"))], ", ")
