"""JobTech Sweden: what changed among the Data/IT ads of Platsbanken since the last time, in one response of JobStream."""

import html
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, mappings, paragraphs, text
from crawler.items import Item, JobPosting, Removal
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_FIELD = "apaJ_2ja_LuF"  # the taxonomy's concept for Data/IT
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_KEPT = timedelta(days=90)  # removals are kept that long
_OVERLAP = timedelta(minutes=5)
_HOURS: dict[str, str] = {
    "heltid": "FULL_TIME", "deltid": "PART_TIME", "heltid/deltid": "FULL_TIME, PART_TIME",
}  # fmt: skip
_PARTS = ("company_information", "needs", "requirements", "conditions")


class JobtechSpider(BoardSpider):
    """An ad that the stream does not name is as it was. What it says last of an ad counts."""

    name = "jobtech"
    url = "https://jobstream.api.jobtechdev.se/v2/stream"
    ignored = frozenset(
        [
            "access",
            "access_to_own_car",
            "detected_language",
            "driving_license",
            "driving_license_required",
            "duration",
            "employment_type",
            "experience_required",
            "external_id",
            "franchise",
            "hire_work_place",
            "keywords",
            "label",
            "larling",
            "last_publication_date",
            "logo_url",
            "number_of_vacancies",
            "occupation",
            "occupation_field",
            "occupation_group",
            "open_for_all",
            "original_id",
            "removed",
            "removed_date",
            "salary_type",
            "scope_of_work",
            "source_type",
            "timestamp",
            "trainee",
            "workplace_id",
        ]
    )

    people = frozenset(["application_contacts", "application_details"])

    def request(self, board: Board) -> Request:
        """What changed since the last whole fetch, or in the last 90 days. The answer is slow: tens of megabytes."""
        known = self.earlier.get((self.name, board.board))
        since = known.complete_at.replace(tzinfo=UTC) if known and known.complete_at else self.now() - _KEPT
        query = urlencode({"updated-after": _local(since - _OVERLAP), "occupation-concept-id": _FIELD})
        return Request(f"{self.url}?{query}", headers={"Accept": self.accept}, meta={"download_timeout": 240})

    def read(self, response: Response) -> Any:
        """JSON, or JSON Lines, which the service also speaks."""
        try:
            return parse_json(response)
        except UnreadableError:
            lines = response.body.splitlines()
            if len(lines) < 2 or not lines[0].startswith(b"{"):
                raise
        try:
            return [json.loads(line) for line in lines if line.strip()]
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"neither JSON nor JSON Lines: {error}") from error

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The last event of each ad."""
        events = [body] if isinstance(body, dict) and "id" in body else body
        if not isinstance(events, list):
            raise UnreadableError("no list of events in the answer")
        latest: dict[Any, Any] = {}
        for number, event in enumerate(events):
            key = self.identifier(event) or number
            if _timestamp(event) >= _timestamp(latest.get(key)):
                latest[key] = event
        return list(latest.values()), None

    async def items(self, record: Any, board: Board, problems: list[str]) -> AsyncIterator[Item]:
        """A Removal where the ad was taken down."""
        identifier = self.identifier(record)
        if identifier and mapping(record).get("removed") is True:
            yield Removal(source=self.name, board=board.board, identifier=identifier)
            return
        async for item in super().items(record, board, problems):
            yield item

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Of the employer only name and page are used, of how to apply only the address."""
        employer, address = (mapping(record.pop(key, None)) for key in ("employer", "workplace_address"))
        town = text(address.get("municipality")) or text(address.get("city"))
        hours = mapping(record.pop("working_hours_type", None)).get("label")
        remote = record.pop("remote_work", None) is True
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("id")) or "",
            title=text(record.pop("headline")) or "",
            description=_description(record),
            url=text(record.pop("webpage_url", None)),
            hiring_organization=text(employer.get("name")) or text(employer.get("workplace")),
            hiring_organization_url=text(employer.get("url")),
            application_url=text(mapping(record.get("application_details")).get("url")),
            job_location=joined([town, text(address.get("region"))], ", "),
            country_raw=text(address.get("country")),
            job_location_type="TELECOMMUTE" if remote else None,
            work_mode="remote" if remote else None,
            employment_type=self.known(_HOURS, "working_hours_type", hours),
            date_posted=iso_date(record.pop("publication_date", None)),
            valid_through=iso_date(record.pop("application_deadline", None)),
        )


def _local(when: datetime) -> str:
    """A UTC time as Swedish clocks show it; where they show it twice or jump, an hour early, so that nothing is missed."""
    offset = min(
        moment.astimezone(_STOCKHOLM).utcoffset() or timedelta() for moment in (when, when + timedelta(hours=1))
    )
    return (when.astimezone(UTC) + offset).strftime("%Y-%m-%dT%H:%M:%S")


def _timestamp(event: Any) -> float:
    """When an event happened, in epoch milliseconds; 0 where it is not said."""
    found = mapping(event).get("timestamp")
    return found if isinstance(found, int | float) else 0


def _description(record: dict[str, Any]) -> str:
    """The whole ad: its text, what it says elsewhere, the words on pay, and what it asks for and would like."""
    parts = mapping(record.pop("description"))
    plain = text(parts.get("text")) or ""
    blocks = [text(parts.get("text_formatted")) or paragraphs(plain)]
    blocks += [paragraphs(part) for key in _PARTS if (part := text(parts.get(key))) and part not in plain]
    blocks.append(paragraphs(text(record.pop("salary_description", None))))
    for key, heading in (("must_have", "Krav"), ("nice_to_have", "Meriterande")):
        wanted = [
            label
            for rows in mapping(record.pop(key, None)).values()
            for row in mappings(rows)
            if (label := text(row.get("label")))
        ]
        if wanted:
            items = "".join(f"<li>{html.escape(label, quote=False)}</li>" for label in dict.fromkeys(wanted))
            blocks.append(f"<h3>{heading}</h3><ul>{items}</ul>")
    return "\n".join(block for block in blocks if block)
