"""NAV Norway: what changed among the IT ads of arbeidsplassen.no since the last time: a feed of changes, then the ads."""

import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import iso_date, joined, mapping, mappings, paragraphs, text
from crawler.items import Item, JobPosting, Removal
from crawler.spiders.board import BoardSpider, UnreadableError, parse_json

_HOST = "https://pam-stilling-feed.nav.no"
_KEPT = timedelta(days=183)  # no ad lives longer
_OVERLAP = timedelta(hours=1)  # longer than it takes to read the feed before the crawl's time is taken
_EXTENTS = {"heltid": "FULL_TIME", "deltid": "PART_TIME"}
_ENGAGEMENTS: dict[str, str | None] = {
    "fast": None, "annet": None, "ikke oppgitt": None, "lærling": None, "trainee": None, "frilanser": "CONTRACTOR",
    "vikariat": "TEMPORARY", "engasjement": "TEMPORARY", "prosjekt": "TEMPORARY", "sesong": "TEMPORARY",
    "åremål": "TEMPORARY", "feriejobb": "TEMPORARY", "selvstendig næringsdrivende": "CONTRACTOR",
}  # fmt: skip
_IT_TITLE = re.compile(
    r"""\b(?:IT|IKT|ICT|AI|KI|ML|BI|UX|UI|QA|SRE|API|SQL|SAP|ERP|CTO|CISO|PHP|C\#|\.NET)\b
    |(?i:utvikler|programmer|developer|software|programvare|systemarkitekt|løsningsarkitekt|solution\ architect
    |full-?\ ?stack|front-?end|back-?end|devops|kubernetes|\bsky\b|cloud|azure|\baws\b|nettverk|network|infrastruktur
    |\bdata|database|maskinlæring|machine\ learning|kunstig\ intelligens|artificial\ intelligence|algoritme|digital
    |teknolog|\btech|cyber|sikkerhetsarkitekt|security|informasjonssikkerhet|system(?:administrator|konsulent|ansvarlig|utvikl)
    |applikasjon|application|integrasjon|plattform|platform|helpdesk|service\ ?desk|brukerstøtte|scrum|agile|smidig
    |product\ (?:owner|manager)|produkteier|java\b|javascript|python|typescript|react|kotlin|\brust\b|golang|embedded
    |firmware|robot|\btest(?:er|leder|ingeniør)|informati|computer|statistiker|analytiker|analyst|analyse)""",
    re.X,
)


class NavSpider(BoardSpider):
    """The feed says of an ad no more than its title, and every ad is a request. So an ad is asked for only where its title
    could be one of IT, and kept only where its categories, if it has any, say that it is: IT ads whose titles show nothing
    of it are missing. An ad that the feed does not name is as it was; one that turns inactive is removed.
    """

    name = "nav"
    url = f"{_HOST}/api/v1/feed"
    token_url = f"{_HOST}/api/publicToken"
    ignored = frozenset(
        [
            "applicationDue",
            "categoryList",
            "jobtitle",
            "occupationCategories",
            "positioncount",
            "sector",
            "source",
            "sourceurl",
            "starttime",
            "updated",
            "uuid",
        ]
    )
    id_key = "uuid"

    def __init__(self, *args: Any, **kwargs: Any):
        """As every spider; NAV_TOKEN in the environment is a token of one's own, else the public one is asked for."""
        super().__init__(*args, **kwargs)
        if token := os.environ.get("NAV_TOKEN", "").strip():
            self.keys["NAV_TOKEN"] = token
        self._changes: dict[str, Any] = {}

    def request(self, board: Board) -> Request:
        """The feed where there is a token, else the public token."""
        if "NAV_TOKEN" in self.keys:
            return self._feed()
        return Request(self.token_url, headers={"Accept": "text/plain"})

    def _feed(self) -> Request:
        """The first page of changes since the last whole fetch, or since before any ad that still lives."""
        known = self.earlier.get((self.name, self.name))
        since = self.now() - _KEPT
        if known and known.complete_at:
            since = known.complete_at.replace(tzinfo=UTC) - _OVERLAP
        return self._get("/api/v1/feed", {"If-Modified-Since": format_datetime(since, usegmt=True)})

    def _get(self, path: str, headers: dict[str, str] | None = None) -> Request:
        """A request that carries the token."""
        authorization = {"Accept": self.accept, "Authorization": f"Bearer {self.keys['NAV_TOKEN']}"}
        return Request(_HOST + path, headers={**authorization, **(headers or {})})

    async def parse(self, response: Response, board: Board) -> AsyncGenerator[Item]:
        """As every platform, after the token. No page since the last time means no change."""
        if response.url == self.token_url:
            token = re.search(rb"\beyJ[\w.-]+", response.body) if response.status == 200 else None
            if token is None:
                yield self.fetch(board, "failed", f"no public token (HTTP {response.status})")
                return
            self.keys["NAV_TOKEN"] = token.group().decode()
            try:
                response = await self.download(self._feed())
            except Exception as error:  # whatever a download can end with
                yield self.broken(error, board)
                return
        known = self.earlier.get((self.name, board.board))
        if response.status == 404 and known and known.complete_at:
            yield self.fetch(board, "unchanged")
            return
        async for item in super().parse(response, board):
            yield item

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The last change of each ad, once the last page is there; nothing before."""
        items = mapping(body).get("items")
        if not isinstance(items, list):
            raise UnreadableError("no list of items in the answer")
        for item in items:
            entry = mapping(mapping(item).get("_feed_entry"))
            if uuid := text(entry.get("uuid")):
                self._changes[uuid] = {**entry, "uuid": uuid}
            else:
                self.report("item without an entry")
        return ([] if text(body.get("next_url")) else list(self._changes.values())), None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The page that this one names."""
        page = text(body.get("next_url"))
        return self._get(f"/api/v1/feed/{quote(page.rpartition('/')[2], safe='', errors='replace')}") if page else None

    async def items(self, record: Any, board: Board, problems: list[str]) -> AsyncIterator[Item]:
        """A Removal where the ad has turned inactive; of ads that were never fetched, only where their titles could be IT."""
        known = self.earlier.get((self.name, board.board))
        if text(record.get("status")) == "INACTIVE":
            if (known and (known.complete_at or record["uuid"] in known.postings)) or not self.skips(record):
                yield Removal(source=self.name, board=board.board, identifier=record["uuid"])
            return
        async for item in super().items(record, board, problems):
            yield item

    def skips(self, record: Any) -> bool:
        """An ad that is not of IT: by its title while no more is known, then by its categories."""
        if "ad_content" not in record:
            return not _IT_TITLE.search(text(record.get("title")) or "")
        fields = [
            text(row.get("level1")) for row in mappings(mapping(record["ad_content"]).get("occupationCategories"))
        ]
        return text(record.get("status")) == "INACTIVE" or (bool(fields) and "IT" not in fields)

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The ad itself."""
        return self._get(f"/api/v1/feedentry/{quote(record['uuid'], safe='', errors='replace')}")

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """The answer, whose ad is called ``ad_content``, or ``json`` as the documentation has it, without the people to ask."""
        entry = mapping(parse_json(response))
        ad = mapping(entry.get("ad_content")) or mapping(entry.get("json"))
        if not ad and entry.get("status") != "INACTIVE":
            raise UnreadableError("no ad in the answer")
        return {
            "uuid": record["uuid"],
            "status": entry.get("status"),
            "ad_content": {key: value for key, value in ad.items() if key != "contactList"},
        }

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """Every field of the ad."""
        ad = dict(record["ad_content"])
        places = mappings(ad.pop("workLocations", None))
        employer = mapping(ad.pop("employer", None))
        posting = JobPosting(
            source=self.name,
            board=board.board,
            identifier=text(record["uuid"]) or "",
            title=text(ad.pop("title")) or "",
            description=_description(ad.pop("description"), employer),
            url=text(ad.pop("link", None)),
            hiring_organization=text(employer.get("name")),
            hiring_organization_url=text(employer.get("homepage")),
            application_url=text(ad.pop("applicationUrl", None)),
            job_location=joined(map(_place, places)),
            country_raw=joined(text(place.get("country")) for place in places),
            employment_type=joined(self._employment_types(ad), ", "),
            date_posted=iso_date(ad.pop("published", None)),
            valid_through=iso_date(ad.pop("expires", None)),
        )
        record.clear()
        record.update(ad)
        return posting

    def _employment_types(self, ad: dict[str, Any]) -> Iterable[str | None]:
        """Extent and kind of engagement."""
        yield self.known(_EXTENTS, "extent", ad.pop("extent", None))
        yield self.known(_ENGAGEMENTS, "engagementtype", ad.pop("engagementtype", None))


def _place(place: dict[str, Any]) -> str | None:
    """A work location in words."""
    town, county = text(place.get("city")) or text(place.get("municipal")), text(place.get("county"))
    return joined([town, county], ", ")


def _description(description: Any, employer: dict[str, Any]) -> str:
    """The ad, and what its employer says of itself."""
    ad, about = text(description) or "", text(employer.get("description"))
    if not ad or not about or about in ad:
        return ad
    return f"{ad}\n<h3>Om arbeidsgiveren</h3>{about if '<' in about else paragraphs(about)}"
