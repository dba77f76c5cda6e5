"""New boards by the addresses in what was collected: in the text of an ad, and as its own address.

No such address is fetched. It names a board of a known platform, and that platform's own interface is asked, as in
every crawl, whether the board exists.
"""

import csv
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from crawler.boards import (
    Board,
    BoardsError,
    Retired,
    add_own_boards,
    add_retired,
    check_board,
    own_boards,
    read_retired,
)
from crawler.items import BoardFetch
from crawler.sink import CrawlCounts
from warehouse.landing import landing_files, read, size_of
from warehouse.progress import Progress
from warehouse.text import posting_id

_MAX_LENGTH = 100  # of a board's name
_MAX_BOARDS = 20  # that one ad may name
_FIELDS = ("description", "url", "application_url", "hiring_organization_url", "record")
_FOUND = ("ok", "partial", "empty", "unchanged")
_SLASH = re.compile("%2f", re.I)  # an address within an address
_EDGES = r"(?<![\w.@-]){}(?![\w%-]|\.\w|\.\.|…)"  # a longer name, or one that was cut short, is another name


class Link(NamedTuple):
    """How an address names a board: a row of board_links.csv."""

    platform: str
    """Spider's name."""
    domain: str
    """What stands in every such address, in lower case."""
    pattern: re.Pattern[str]
    """The address; its groups, with a slash between them, are the board."""
    reserved: frozenset[str]
    """Names that are the platform's own, in lower case."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A board that is named in ads but not known."""

    board: Board
    """The board, its employer unknown."""
    n_postings: int
    """How many postings name it."""


def boards_in(markup: str) -> Iterator[tuple[str, str]]:
    """(platform, board) for each address of a board in HTML or plain text; the same one may come again."""
    text = _SLASH.sub("/", html.unescape(markup))
    lowered = text.lower()
    for link in _links():
        if link.domain not in lowered:
            continue
        for match in link.pattern.finditer(text):
            board = unquote("/".join(match.groups())).strip()
            if match[match.lastindex or 0].lower() in link.reserved or len(board) > _MAX_LENGTH or not board.strip("."):
                continue
            try:
                check_board(link.platform, board)
            except BoardsError:
                continue
            yield link.platform, board


def discover(
    landing: Path,
    known: Iterable[Board | Retired],
    progress: Progress | None = None,
) -> list[Candidate]:
    """The boards that the postings in the landing files of a folder name and that are not ``known`` in any letter case,
    those named by most postings first.

    An ad counts for the first 20 boards that it names. ``progress`` is told bytes. Raises WarehouseError where a
    landing file cannot be read.
    """
    left_out = {(board.platform, board.board.casefold()) for board in known}
    postings: dict[tuple[str, str], set[str]] = {}
    spellings: dict[tuple[str, str], Counter[str]] = {}
    paths = landing_files(landing)
    n_done, n_bytes = 0, sum(map(size_of, paths))
    for path in paths:
        offset = 0
        for number, (record, offset) in enumerate(read(path)):
            if progress and number % 1000 == 0:
                progress("looking for boards", n_done + offset, n_bytes)
            for platform, board in islice(dict.fromkeys(_named_by(record)), _MAX_BOARDS):
                key = (platform, board.casefold())
                if key not in left_out:
                    postings.setdefault(key, set()).add(_identity(record))
                    spellings.setdefault(key, Counter())[board] += 1
        n_done += offset
    candidates = [
        Candidate(
            board=Board(platform=key[0], board=spellings[key].most_common(1)[0][0]), n_postings=len(postings[key])
        )
        for key in sorted(postings)
    ]
    return sorted(candidates, key=lambda candidate: -candidate.n_postings)


def confirm(
    boards: Sequence[Board],
    landing: Path,
    folder: Path,
    on_progress: Callable[[BoardFetch, CrawlCounts], None] | None = None,
    **options: Any,
) -> CrawlCounts:
    """Fetch boards as every crawl does, which takes ``options``, into a landing file, and remember which ones exist.

    Those that answered join the user's own list in ``folder``; those that are not found are retired, lest they be asked
    for again each time; the others (failed, forbidden) are left for another time. Raises as crawler.run.crawl does,
    and BoardsError where a list in ``folder`` cannot be read.
    """
    from crawler.run import crawl  # Scrapy, which finding boards does not need

    own_boards(folder), read_retired(folder)  # better now than in the middle
    asked = {(board.platform, board.board): board for board in boards}

    def remember(fetch: BoardFetch, counts: CrawlCounts) -> None:
        board = asked[fetch.source, fetch.board]
        if fetch.status in _FOUND:
            add_own_boards(folder, [board])
        elif fetch.status == "not_found":
            since = date.fromisoformat(counts.crawl_id[:8]).isoformat()
            reason = f"{fetch.error or 'not found'} when it was discovered"
            gone = Retired(platform=board.platform, board=board.board, since=since, reason=reason)
            add_retired(folder, [gone])
        if on_progress is not None:
            on_progress(fetch, counts)

    return crawl(boards, landing, on_progress=remember, **options)


def _named_by(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The boards that a record of a landing file names."""
    for field in _FIELDS:
        if isinstance(value := record.get(field), str):
            yield from boards_in(value)


def _identity(record: dict[str, Any]) -> str:
    """What a posting has in common with itself on another day."""
    return posting_id(*(str(record.get(name)) for name in ("source", "board", "identifier")))


@cache
def _links() -> list[Link]:
    """Every row of board_links.csv."""
    lines = (files("crawler") / "board_links.csv").read_text(encoding="utf-8").splitlines()
    return [
        Link(
            row["platform"],
            row["domain"],
            re.compile(_EDGES.format(row["pattern"]), re.I | re.A),
            frozenset(row["reserved"].split()),
        )
        for row in csv.DictReader(lines)
    ]
