"""Python.org: the job board's RSS feed of its twenty newest ads."""

import re
from typing import Any

from lxml import etree
from scrapy.http import Response

from crawler.boards import Board
from crawler.fields import text
from crawler.items import JobPosting
from crawler.spiders.board import BoardSpider, UnreadableError

_TITLE = re.compile(
    r"(?P<title>.+?), (?P<company>[^,]+(?:, (?:Inc|LLC|Ltd|Limited|Corp|Co|GmbH|S\.?A|LP|LLP|PBC|PLC)\.?)?)"
)


class PythonorgSpider(BoardSpider):
    """An item's title is "title, company", its description the place in the first line and the ad in HTML below it."""

    name = "pythonorg"
    url = "https://www.python.org/jobs/feed/rss/"
    accept = "application/rss+xml, application/xml;q=0.9"
    ignored = frozenset(["guid"])
    id_key = "guid"

    def read(self, response: Response) -> list[dict[str, str]]:
        """The items, each from the names of its elements to their texts; entities are not resolved."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(response.body.strip(), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableError(f"not XML: {error}") from error
        if root.find("channel") is None:
            raise UnreadableError(f"<{root.tag}> instead of a feed")
        return [
            {child.tag: "".join(map(str, child.itertext())) for child in item if isinstance(child.tag, str)}
            for item in root.iter("item")
        ]

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The items."""
        return body, None

    def identifier(self, record: Any) -> str | None:
        """The number in the ad's address."""
        return next(iter(re.findall(r"/jobs/(\d+)", record.get("link") or record.get("guid") or "")), None)

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """A company's legal form may follow another comma."""
        identifier = self.identifier(record)
        name = text(record.pop("title")) or ""
        parts = _TITLE.fullmatch(name[:1_000])
        place, _, description = record.pop("description").partition("\n")
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=identifier or "",
            title=parts["title"] if parts else name,
            description=description,
            url=text(record.pop("link")),
            hiring_organization=parts["company"] if parts else None,
            job_location=text(place),
        )
