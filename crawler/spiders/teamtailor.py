"""Teamtailor: the public JSON Feed of a careers site, page after page, with a schema.org JobPosting in each item."""

import re
from typing import Any

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import mapping, mappings, next_address, site, text
from crawler.items import JobPosting
from crawler.schema_org import IGNORED, PEOPLE, job_posting
from crawler.spiders.board import BoardSpider, UnreadableError


class TeamtailorSpider(BoardSpider):
    """The feed stands on a careers site's own host too. It says which ads are fully remote, and nothing of hybrid work."""

    name = "teamtailor"
    url = "https://{board}/jobs.json"
    ignored = IGNORED | {"banner_image", "date_modified", "id", "summary"}
    people = PEOPLE | {"author", "authors"}

    def address(self, board: Board) -> str:
        """On the board's own host."""
        return self.url.format(board=site(board.board, "teamtailor.com"))

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The list ``items``, each one record with its JobPosting, whose keys are in lower case."""
        items = mapping(body).get("items")
        if not isinstance(items, list):
            raise UnreadableError("no list of items in the answer")
        return [_record(item, body.get("title")) if isinstance(item, dict) else item for item in items], None

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The feed's ``next_url``, always on the board's own host."""
        following = next_address(response.url, body.get("next_url"))
        return Request(following) if following else None

    def identifier(self, record: Any) -> str | None:
        """The number in the ad's address, which the JobPosting names too; the item's own id where there is none."""
        row = mapping(record)
        number = re.search(r"/jobs/(\d+)", text(row.get("page")) or "")
        return text(mapping(row.get("identifier")).get("value")) or (number and number[1]) or text(row.get("id"))

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """The JobPosting, with the item's text and time. A region is whatever the employer groups its places by
        ("Europe"), and is left out."""
        if (identifier := self.identifier(record)) is None:
            raise KeyError("id")
        record["identifier"] = identifier
        for key, own in (("description", "content_html"), ("dateposted", "date_published")):
            record[key] = text(record.pop(own, None)) or record.get(key)
        for place in mappings(record.get("joblocation")):
            mapping(place.get("address")).pop("addressRegion", None)
        feed = text(record.pop("feed"))
        posting = job_posting(record, board, self)
        posting.hiring_organization = board.hiring_organization or posting.hiring_organization or feed
        return posting


def _record(item: dict[str, Any], feed: Any) -> dict[str, Any]:
    """An item and its JobPosting in one, with the feed's title, which is the employer's name."""
    own = {key: value for key, value in item.items() if key not in ("_jobposting", "url")}
    posting = {key.lower(): value for key, value in mapping(item.get("_jobposting")).items()}
    return {**posting, **own, "page": text(item.get("url")), "feed": feed}
