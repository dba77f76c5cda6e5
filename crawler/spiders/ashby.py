"""Ashby: a board with all its texts in one response of the public posting API."""

from typing import Any

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, paragraphs, text, unit
from crawler.items import JobPosting, WorkMode
from crawler.spiders.board import BoardSpider, UnreadableError

_WORK_MODES: dict[str, WorkMode] = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}
_EMPLOYMENT_TYPES = {
    "fulltime": "FULL_TIME", "parttime": "PART_TIME", "intern": "INTERN", "contract": "CONTRACTOR",
    "temporary": "TEMPORARY",
}  # fmt: skip


class AshbySpider(BoardSpider):
    """Unlisted postings are in the answer and are left out, as are pay ranges that are not to be displayed."""

    name = "ashby"
    url = "https://api.ashbyhq.com/posting-api/job-board/{board}?includeCompensation=true"
    ignored = frozenset(["applyUrl", "department", "descriptionPlain", "isListed", "team", "updatedAt"])

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs``."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        return jobs, None

    def skips(self, record: Any) -> bool:
        """Unlisted postings are reachable by link only."""
        return mapping(record).get("isListed") is False

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``workplaceType`` comes before ``isRemote``, which is true on hybrid postings too."""
        address = _address(record.pop("address", None))
        elsewhere = [
            text(row.get("location")) or _place(_address(row.get("address") or row))
            for row in mappings(record.pop("secondaryLocations", []))
        ]
        word, is_remote = text(record.pop("workplaceType", None)), record.pop("isRemote", None)
        work_mode = self.known(_WORK_MODES, "workplaceType", word)
        if word is None and is_remote is True:
            work_mode = "remote"
        pay = mapping(record.pop("compensation", None))
        hidden = record.pop("shouldDisplayCompensationOnJobPostings", None) is False
        plain = text(record.get("descriptionPlain"))
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("title")) or "",
            description=text(record.pop("descriptionHtml", None)) or paragraphs(plain),
            url=text(record.pop("jobUrl", None)),
            hiring_organization=board.hiring_organization,
            job_location=joined([text(record.pop("location", None)) or _place(address), *elsewhere]),
            job_location_type="TELECOMMUTE" if work_mode == "remote" else None,
            country_raw=text(address.get("addressCountry")),
            work_mode=work_mode,
            employment_type=self.known(_EMPLOYMENT_TYPES, "employmentType", record.pop("employmentType", None)),
            date_posted=iso_date(record.pop("publishedAt", None)),
            **self._pay({} if hidden else pay)._asdict(),
        )

    def _pay(self, pay: dict[str, Any]) -> Pay:
        """The base salary: summed up over all zones, else the span of the tiers."""
        tiers = [part for tier in mappings(pay.get("compensationTiers")) for part in mappings(tier.get("components"))]
        summary = self.pay(_salaries(mappings(pay.get("summaryComponents"))))
        return summary if summary.salary_unit else self.pay(_salaries(tiers))


def _salaries(parts: list[dict[str, Any]]) -> list[Pay]:
    """The components that are base salary, not bonus or equity."""
    return [
        Pay(
            amount(part.get("minValue")),
            amount(part.get("maxValue")),
            currency(part.get("currencyCode")),
            unit(part.get("interval")),
        )
        for part in parts
        if part.get("compensationType") == "Salary"
    ]


def _address(value: Any) -> dict[str, Any]:
    """A postal address, which the API gives bare or one level down."""
    return mapping(mapping(value).get("postalAddress")) or mapping(value)


def _place(address: dict[str, Any]) -> str | None:
    """An address in words."""
    return joined((text(address.get(f"address{part}")) for part in ("Locality", "Region", "Country")), ", ")
