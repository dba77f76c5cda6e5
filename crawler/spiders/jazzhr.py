"""JazzHR: a web page that lists a tenant's openings, and a page for each, mostly with its schema.org JobPosting."""

import re
from typing import Any
from urllib.parse import urljoin

from scrapy import Selector
from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import joined, text
from crawler.items import JobPosting
from crawler.schema_org import IGNORED, PEOPLE, job_posting
from crawler.spiders.board import BoardSpider, NoSuchBoardError, UnreadableError, parse_page
from crawler.structured_data import job_postings

_AD = "#job-description, #resumator-job-description, div.job_description"


class JazzhrSpider(BoardSpider):
    """The list is a table; without it a page says that there is no such tenant, or is none of the platform's.

    An ad's page without a JobPosting has a text only: title and place are then the list's.
    """

    name = "jazzhr"
    url = "https://{board}.applytojob.com/apply/jobs"
    accept = "text/html"
    away = frozenset(["jazzhr.com", "www.jazzhr.com", "info.jazzhr.com", "app.jazz.co", "www.jazz.co"])
    id_key = "identifier"
    ignored = IGNORED
    people = PEOPLE

    def read(self, response: Response) -> Any:
        """The page; its rows come twice, for wide and narrow screens."""
        page = parse_page(response)
        if not page.css("#jobs_table"):
            if re.search(r"Inactive Career Page", page.css("title::text").get() or "", re.I):
                raise NoSuchBoardError("an inactive careers page")
            raise UnreadableError("no table of jobs in the page")
        return [_row(row, response.url) for row in page.css("#jobs_table tr[id^=row_job_]")]

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The rows of the table."""
        return body, None

    def detail(self, record: dict[str, Any], board: Board) -> Request | None:
        """The ad's page."""
        return Request(record["page"]) if record["identifier"] else None

    def with_detail(self, record: dict[str, Any], response: Response) -> dict[str, Any]:
        """The ad's JobPosting under the identifier of the list; without one, the text that the page shows."""
        page = parse_page(response)
        found = next(iter(job_postings(response.text)[0]), {})
        ad = text(found.get("description")) or page.css(_AD).get()
        if not ad:
            raise UnreadableError("no ad in the page")
        listed = {"title": record["title"], "joblocation": {"address": record["place"]}}
        return {**listed, **found, "description": ad, "identifier": record["identifier"], "page": record["page"]}

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """As schema.org has it."""
        return job_posting(record, board, self)


def _row(row: Selector, page: str) -> dict[str, str | None]:
    """Identifier, page, title and place of a row; None where it has no link to an ad."""
    link = row.css("a[href*='/apply/jobs/details/']")
    found = re.search(r"/apply/jobs/details/([\w-]+)", link.attrib.get("href", ""))
    return {
        "identifier": found and found[1],
        "page": found and urljoin(page, found[0]),
        "title": text(" ".join(link.css("::text").getall())),
        "place": joined(text(cell) for cell in row.css("td:last-child:not(:first-child)::text").getall()),
    }
