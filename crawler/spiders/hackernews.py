"""Hacker News: the monthly "Ask HN: Who is hiring?" threads. A top-level comment is an ad, or several."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from textwrap import shorten
from typing import Any

from scrapy.http import Request, Response

from crawler.boards import Board
from crawler.fields import epoch_date, iso_date, mapping, text
from crawler.hackernews_header import Header, read_header, role_in_text
from crawler.items import Item, JobPosting, Rejected, Removal
from crawler.spiders.board import BoardSpider, UnreadableError
from warehouse.text import clean

_TITLE = re.compile(r"ask hn: who is hiring\b", re.I)
_FRESH = timedelta(days=45)  # of a thread: what was not seen for longer is not open to the warehouse either
_LINK = re.compile(r"(<a\s[^<>]*href=\"([^\"<>]*)\"[^<>]*>)[^<>]*(?:\.\.\.|…)(</a>)", re.I)
_CLOSED = re.compile(r"(?:edit|update)?\W*(?:\w+ ){0,2}(?:closed|filled|no longer hiring)\b", re.I)
_SEEKS_WORK = re.compile(r"seeking\b(?! (?:a |an )?(?:founding|senior|staff|lead))", re.I)
_SEEKER = re.compile(
    r"\bwilling to relocate\s*:|\blooking for (?:a |an |new |my next )*(?:job|opportunit\w+|work|role|position)\b"
    r"|\bseeking (?:a |an |new )?(?:remote |freelance )?(?:work|opportunit\w+)",
    re.I,
)
_HIRES = re.compile(
    r"\b(?:hiring|hire|seeking|looking (?:for|to)|join|open|openings?|roles?|positions?|apply|needed)\b", re.I
)
_ROLE = re.compile(
    r"\b(?:engineers?|engineering|developers?|scientists?|mles?|designers?|managers?|founders?|architects?|leads?|roles?"
    r"|positions?|team|talent|swes?|devops)\b",
    re.I,
)
_REPLY = re.compile(
    r"^(?:@|>|fyi\b|your\b|(?:hi|hey|hello)\W+(?:i (?:have|am|was|would|saw)|the|\")\b|please\b|thanks?\b|is (?:this|it|there)\b|are you\b|do you\b|can you\b|what\b"
    r"|why\b|how\b|as an? \w+|i['’]m an?\b|i (?:applied|am an?|was|would|prefer|believe)\b|sent\b|(?:just )?applied\b|in addition\b)"
    r"|\b(?:just|i(?:['’]ve| have)?) applied\b|\bmy (?:resume|cv|experience|profile|background)\b|\byour (?:\w+ )?(?:post|tool|role|company|product)\b",
    re.I,
)


class HackernewsSpider(BoardSpider):
    """Threads by the account whoishiring that are younger than 45 days, one request each. Authors are never kept.

    A comment counts as an ad where its first line has two parts or more and one of them can be read as a role, place,
    work mode, kind of employment or pay; or where it is of some length, speaks of hiring and of a role, and does not
    begin as an answer does. Those who seek work are not ads. A comment that lists several roles in its first line is as
    many postings, each with the whole comment; a posting whose comment was deleted, or lists its role no more, is removed.
    """

    name = "hackernews"
    url = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring&hitsPerPage=12"
    thread_url = "https://hn.algolia.com/api/v1/items/{}"
    ignored = frozenset(["created_at_i", "options", "parent_id", "points", "story_id", "title", "type", "url"])
    people = frozenset(["author", "children"])  # children: the answers, with their authors

    def __init__(self, *args: Any, **kwargs: Any):
        """As every spider."""
        super().__init__(*args, **kwargs)
        self._threads: list[str] = []

    def rows(self, body: Any) -> tuple[list[Any], int | None]:
        """The top-level comments of a thread; none of the list of threads, which comes first."""
        hits, children = mapping(body).get("hits"), mapping(body).get("children")
        if isinstance(children, list):
            return children, None
        if not isinstance(hits, list):
            raise UnreadableError("neither a list of threads nor a thread")
        self._threads = [identifier for hit in hits if (identifier := self._fresh_thread(mapping(hit)))]
        if not self._threads:
            raise UnreadableError("no thread of the last 45 days")
        return [], None

    def _fresh_thread(self, hit: dict[str, Any]) -> str | None:
        """The id of a thread that is one of ours and young enough."""
        identifier, created = text(hit.get("objectID")) or "", hit.get("created_at_i")
        if not _TITLE.match(text(hit.get("title")) or "") or not identifier.isdecimal():
            return None
        if not isinstance(created, int) or created < (self.now() - _FRESH).timestamp():
            return None
        return identifier

    def next_page(self, body: Any, response: Response, n_rows: int) -> Request | None:
        """The next thread."""
        return Request(self.thread_url.format(self._threads.pop(0))) if self._threads else None

    def skips(self, record: Any) -> bool:
        """Comments that were deleted, and those that are no ad."""
        if not isinstance(record, dict):
            return False
        written = text(record.get("text"))
        return written is None or not is_ad(written)

    async def items(self, record: Any, board: Board, problems: list[str]) -> AsyncIterator[Item]:
        """The postings of a comment, and a Removal for each one that it was and is no more."""
        stays = set()
        async for item in super().items(record, board, problems):
            if isinstance(item, JobPosting):
                stays.add(item.identifier)
            yield item
            if isinstance(item, Rejected):
                return
        comment, known = self.identifier(record), self.earlier.get((self.name, board.board))
        if comment and known:
            for identifier in known.postings:
                if identifier.partition("-")[0] == comment and identifier not in stays:
                    yield Removal(source=self.name, board=board.board, identifier=identifier)

    def items_of(self, record: Any, board: Board) -> Iterator[JobPosting | Rejected]:
        """A posting for each role."""
        if not isinstance(record, dict) or self.skips(record):
            yield from super().items_of(record, board)
            return
        comment, written = self.identifier(record), text(record["text"]) or ""
        header = read_header(written)
        named = None if header.roles or header.has_other_roles else role_in_text(clean(written))
        roles = header.roles or [named or shorten(header.line, 120, placeholder=" …")]
        for role in roles:
            of_role = f"{comment}-{_slug(role)}" if comment and len(roles) > 1 else None
            one = {**record, "text": written, "role": role, "header": header, "of_role": of_role}
            yield from super().items_of(one, board)

    def posting(self, record: dict[str, Any], board: Board) -> JobPosting:
        """What the first line says, with the whole comment."""
        header: Header = record.pop("header")
        comment = text(record.pop("id")) or ""
        return JobPosting(
            source=self.name,
            board=board.board,
            identifier=record.pop("of_role") or comment,
            title=record.pop("role"),
            description=whole_links(record.pop("text")),
            url=f"https://news.ycombinator.com/item?id={comment}" if comment else None,
            hiring_organization=header.hiring_organization,
            job_location=header.job_location,
            job_location_type="TELECOMMUTE" if header.work_mode == "remote" else None,
            applicant_location_requirements=header.applicant_location_requirements,
            work_mode=header.work_mode,
            employment_type=header.employment_type,
            date_posted=iso_date(record.pop("created_at", None)) or epoch_date(record.get("created_at_i")),
        )


def is_ad(markup: str) -> bool:
    """Whether a comment offers work, as HackernewsSpider says."""
    header, plain = read_header(markup), clean(markup)
    if not header.line or _SEEKS_WORK.match(header.line) or _CLOSED.match(plain):
        return False
    if header.n_parts > 1 and header.n_signs:
        return len(plain) > 40
    if len(plain) < 200 or _SEEKER.search(plain[:600]) or _REPLY.search(plain[:300]):
        return False
    return bool(_HIRES.search(plain) and _ROLE.search(plain))


def whole_links(markup: str) -> str:
    """The comment's HTML with the whole address where the site has cut a link's words off."""
    return _LINK.sub(lambda link: f"{link[1]}{link[2]}{link[3]}", markup)


def _slug(role: str) -> str:
    """A role as part of an identifier."""
    return re.sub(r"[\W_]+", "-", html.unescape(role).lower()).strip("-")[:80]
