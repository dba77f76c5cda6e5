"""Workable: a board with all its texts in one response of the public careers-page API."""

from typing import Any

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, mappings, text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_EMPLOYMENT_TYPES = {
    "full-time": "FULL_TIME", "part-time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY",
    "internship": "INTERN", "volunteer": "VOLUNTEER", "other": "OTHER",
    "trainee": None,  # schema.org has no word for it
}  # fmt: skip


class WorkableSpider(BoardSpider):
    """Without details=true the texts are absent. The whole board comes at once; the API says nothing of pay."""

    name = "workable"
    url = "https://apply.workable.com/api/v1/widget/accounts/{board}?details=true"
    id_key = "shortcode"
    ignored = frozenset(
        [
            "application_url",
            "city",
            "code",
            "country",
            "created_at",
            "department",
            "education",
            "experience",
            "function",
            "shortlink",
            "state",
        ]
    )

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``jobs``, whose rows are a posting at one of its places: those of a posting become one record."""
        jobs = mapping(body).get("jobs")
        if not isinstance(jobs, list):
            raise UnreadableError("no list of jobs in the answer")
        records: list[Any] = []
        first: dict[str, dict[str, Any]] = {}
        for job in jobs:
            code = self.identifier(job)
            if code in first:
                first[code]["locations"] += _locations(job)
            elif isinstance(job, dict):
                records.append({**job, "locations": _locations(job), "company": body.get("name")})
                if code:
                    first[code] = records[-1]
            else:
                records.append(job)
        return records, None

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """``telecommuting`` is true or false: an ad that is not remote may be hybrid."""
        company = text(record.pop("company"))
        places = [row for row in record.pop("locations") if row.get("hidden") is not True]
        work_mode = "remote" if record.pop("telecommuting", None) is True else None
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record.pop("shortcode")) or "",
            title=text(record.pop("title")) or "",
            description=text(record.pop("description", None)) or "",
            url=text(record.pop("url", None)),
            hiring_organization=board.hiring_organization or company,
            job_location=joined(
                joined((text(place.get(key)) for key in ("city", "region", "country")), ", ") for place in places
            ),
            job_location_type="TELECOMMUTE" if work_mode else None,
            country_raw=joined(text(place.get("country")) for place in places),
            work_mode="remote" if work_mode else None,
            employment_type=self.known(_EMPLOYMENT_TYPES, "employment_type", record.pop("employment_type", None)),
            industry=text(record.pop("industry", None)),
            date_posted=iso_date(record.pop("published_on", None)),
        )


def _locations(job: dict[str, Any]) -> list[dict[str, Any]]:
    """The places of a row, else the one that it names itself."""
    own = {"city": job.get("city"), "region": job.get("state"), "country": job.get("country")}
    return mappings(job.get("locations", [])) or [own]
