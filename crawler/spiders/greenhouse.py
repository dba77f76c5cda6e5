"""Greenhouse: a board with all its texts in one response of the public Job Board API."""

import html
import re
from typing import Any

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, text, unit
from crawler.items import JobPosting, SalaryUnit, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode] = {
    "remote": "remote", "fully remote": "remote", "distributed": "remote",
    "hybrid": "hybrid",
    "on-site": "onsite", "onsite": "onsite", "on site": "onsite", "in-office": "onsite", "in office": "onsite",
}  # fmt: skip
_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "full time": "FULL_TIME", "fulltime": "FULL_TIME", "regular full time": "FULL_TIME",
    "part-time": "PART_TIME", "part time": "PART_TIME",
    "contract": "CONTRACTOR", "contractor": "CONTRACTOR", "temporary": "TEMPORARY", "fixed term": "TEMPORARY",
    "intern": "INTERN", "internship": "INTERN",
}  # fmt: skip
_WORK_MODE_NAMES = {"location type", "workplace type", "work mode", "work model", "workplace"}
_EMPLOYMENT_TYPE_NAMES = {"employment type", "time type", "job type"}
_NOT_BASE_PAY = re.compile(r"\bOTE\b|on[- ]target|bonus|commission|equity|stipend", re.I)
_MAJOR = frozenset(("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "NZD", "SGD"))
_PERIOD = re.compile(r"\b(annual\w*|annum|year(?:ly)?|month(?:ly)?|week(?:ly)?|daily|day|hour(?:ly)?|hr)\b", re.I)


class GreenhouseSpider(BoardSpider):
    """Both flags are needed on the list: without them bodies and pay ranges are absent."""

    name = "greenhouse"
    url = "https://boards-api.greenhouse.io/v1/boards/{board}/jobs?content=true&pay_transparency=true"
    ignored = frozenset(
        [
            "ai_disclaimer",
            "ai_opt_out_request_url",
            "data_compliance",
            "demographic_questions",
            "departments",
            "education",
            "employment",
            "include_ai_disclaimer",
            "internal_job_id",
            "language",
            "questions",
            "requisition_id",
            "updated_at",
        ]
    )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs`` and ``meta.total``."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        total = mapping(body["meta"]).get("total") if "meta" in body else None
        return jobs, total if isinstance(total, int) else None

    def skips(self, record: Any) -> bool:
        """Prospect posts ("general application") have no job behind them."""
        return "internal_job_id" in mapping(record) and record["internal_job_id"] is None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The description is HTML that is escaped once."""
        metadata = {
            (text(row.get("name")) or "").lower(): row.get("value")
            for row in mappings(record.pop("metadata", None))
            if row.get("value_type") != "user"  # an employee's name and e-mail address
        }
        company = text(record.pop("company_name", None))
        location = text(mapping(record.pop("location", None)).get("name"))
        offices = [
            text(office.get("location")) or text(office.get("name")) for office in mappings(record.pop("offices", []))
        ]
        work_mode = self._stated(_WORK_MODES, metadata, _WORK_MODE_NAMES)
        models = [part.strip().lower() for part in (location or "").split(";")]
        if all(model in _WORK_MODES for model in models):
            # some boards say only how to work there; the place is then in the offices
            modes = {_WORK_MODES[model] for model in models}
            work_mode = work_mode or ("hybrid" if "hybrid" in modes else min(modes))
            places = joined(place for place in offices if place and place.lower() not in _WORK_MODES)
            location = location if work_mode == "remote" else places or location
        pay = self._pay(mappings(record.pop("pay_input_ranges", [])))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description=html.unescape(text(record.pop("content")) or ""),
            url=text(record.pop("absolute_url", None)),
            hiring_organization=board.hiring_organization or company,
            job_location=location,
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            work_mode=work_mode,
            employment_type=self._stated(_EMPLOYMENT_TYPES, metadata, _EMPLOYMENT_TYPE_NAMES),
            date_posted=iso_date(record.pop("first_published", None)),
            valid_through=iso_date(record.pop("application_deadline", None)),
            **pay._asdict(),
        )

    def _stated(self, table: dict[str, Any], metadata: dict[str, Any], names: set[str]) -> Any:
        """What a field that employers define for themselves means; None where it is absent or says nothing we know."""
        return next((self.known(table, name, metadata[name]) for name in sorted(names & metadata.keys())), None)

    def _pay(self, ranges: list[dict[str, Any]]) -> Pay:
        """Span of the base pay; what is on top of it is left out."""
        rows = []
        for row in ranges:
            title, code = text(row.get("title")) or "", currency(row.get("currency_type"))
            low, high = ((amount(row.get(key)) or 0) / 100 or None for key in ("min_cents", "max_cents"))
            if not _NOT_BASE_PAY.search(title):
                rows.append(Pay(low, high, code, _period(title, high or low or 0, code)))
        return self.pay(rows)


def _period(title: str, most: float, code: str | None) -> SalaryUnit | None:
    """Period of a pay range: named in its title, or told by its size where only one period can be meant."""
    if named := _PERIOD.search(title):
        return unit(named.group(1).lstrip("/ "))
    if code not in _MAJOR:
        return None
    return "HOUR" if most < 2_000 else "YEAR" if most >= 20_000 else None
