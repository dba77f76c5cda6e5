"""Personio: a board's public XML feed, asked for in English and in German."""

from collections.abc import Iterator
from typing import Any

from lxml import etree
from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, section, site, text, texts
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_SCHEDULES = {"full-time": "FULL_TIME", "part-time": "PART_TIME", "full-or-part-time": "FULL_TIME, PART_TIME"}
_EMPLOYMENT_TYPES = {
    "intern": "INTERN", "freelance": "CONTRACTOR", "temporary": "TEMPORARY",
    "permanent": None, "trainee": None, "working_student": None,  # schema.org has no word for them
}  # fmt: skip


class PersonioSpider(BoardSpider):
    """In a language that an ad is not written in, the feed has it without its text. So those that have one in English are
    taken from the first answer, and the others wait for the second."""

    name = "personio"
    url = "https://{board}/xml?language=en"
    accept = "application/xml"
    away = frozenset(["personio.com", "personio.de", "www.personio.com", "www.personio.de"])
    ignored = frozenset(
        [
            "department",
            "keywords",
            "occupation",
            "occupationCategory",
            "recruitingCategory",
            "seniority",
            "yearsOfExperience",
        ]
    )

    def address(self, board: Board) -> str:
        """On the board's own host."""
        return self.url.format(board=site(board.board, "jobs.personio.de"))

    def read(self, response: Response) -> Any:
        """The positions of a feed by their ids, and those of the first answer that still wait for a text."""
        positions = {text(record.get("id")) or str(n): record for n, record in enumerate(_records(response.body))}
        if "done" in response.meta:
            positions = {**response.meta["waiting"], **positions}
            return {key: record for key, record in positions.items() if key not in response.meta["done"]}, {}
        done = {key: record for key, record in positions.items() if _description(record)}
        return done, {key: record for key, record in positions.items() if key not in done}

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The positions that are complete."""
        return list(body[0].values()), None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The feed in German after that in English."""
        if "done" in response.meta:
            return None
        german = response.url.replace("language=en", "language=de")
        return Request(german, meta={"done": body[0].keys(), "waiting": body[1]})

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The feed has no address of an ad: it is made of the id."""
        identifier = text(record.pop("id")) or ""
        company = text(record.pop("subcompany", None))
        schedule = self.known(_SCHEDULES, "schedule", record.pop("schedule", None))
        kind = self.known(_EMPLOYMENT_TYPES, "employmentType", record.pop("employmentType", None))
        description = _description(record)
        del record["jobDescriptions"]
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier,
            title=text(record.pop("name")) or "",
            description=description,
            url=f"https://{site(board.board, 'jobs.personio.de')}/job/{identifier}",
            hiring_organization=board.hiring_organization or company,
            job_location=joined([text(record.pop("office", None)), *record.pop("additionalOffices", [])]),
            employment_type=joined([schedule, kind], ", "),
            date_posted=iso_date(record.pop("createdAt", None)),
        )


def _records(body: bytes) -> Iterator[dict[str, Any]]:
    """The positions of a feed, whose entities are never resolved. Raises UnreadableError."""
    try:
        feed = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"not XML: {error}" if body else "an empty answer") from error
    if feed.tag != "workzag-jobs":
        raise UnreadableError("no list of positions in the answer")
    for position in feed.iter("position"):
        record: dict[str, Any] = {child.tag: _text(child) for child in position if isinstance(child.tag, str)}
        record["additionalOffices"] = texts(
            [part.text for offices in position.findall("additionalOffices") for part in offices.iter()]
        )
        record["jobDescriptions"] = [
            {key: _text(part.find(key)) for key in ("name", "value")} for part in position.iter("jobDescription")
        ]
        yield record


def _text(element: Any) -> str | None:
    """All the text in an element; None without one."""
    return None if element is None else "".join(element.itertext())


def _description(record: dict[str, Any]) -> str:
    """The sections of an ad under their headings."""
    parts = (section(part["name"], part["value"]) for part in record["jobDescriptions"])
    return "\n".join(part for part in parts if part)
