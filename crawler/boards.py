"""The boards to crawl, and what is known of their platforms: boards.csv and sources.csv, read and checked."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

DEFAULT_BOARDS = Path(str(files("crawler") / "boards.csv"))
COLUMNS = ("platform", "board", "hiring_organization", "min_postings")
_REQUIRED = ("platform", "board")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+(?::\d{1,5})?", re.I)
_MAX_PROBLEMS = 20  # that one message names


class BoardsError(ValueError):
    """A boards.csv that cannot be used; the message names file, line and value."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A platform or feed: one row of sources.csv."""

    source: str
    """Key: the spider's name."""
    name: str
    """As people write it."""
    status: str
    """crawled; planned: known, not crawled yet; off: its robots.txt or terms speak against it; import: from files."""
    listing: str
    """complete: a fetch lists every open posting; window: only recent ones."""
    delay_seconds: float
    """Fewest seconds between two requests to one host."""
    homepage: str
    """Whose it is; "": nobody's."""
    terms: str
    """What its terms and robots.txt say."""
    attribution: str
    """Who is to be named beside its postings; "": nobody."""
    training_allowed: str
    """yes or no where the source says so; "": it does not."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """An employer's page on a platform: one row of boards.csv."""

    platform: str
    """Spider's name."""
    board: str
    """The platform's name of the page; the host for jsonld."""
    hiring_organization: str | None = None
    """Employer."""
    min_postings: int = 0
    """Fewest postings it should show."""


@cache
def sources() -> dict[str, Source]:
    """Every known source by its key, in the order of sources.csv."""
    lines = (files("crawler") / "sources.csv").read_text(encoding="utf-8").splitlines()
    rows = [{**row, "delay_seconds": float(row["delay_seconds"])} for row in csv.DictReader(lines)]
    return {row["source"]: Source(**row) for row in rows}  # type: ignore[arg-type, misc]


def read_boards(path: Path = DEFAULT_BOARDS) -> list[Board]:
    """The boards of a boards.csv in its order, those of platforms that are not crawled included.

    Raises BoardsError naming file, line and value of whatever is wrong, and OSError.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = header
            if missing := [name for name in _REQUIRED if name not in header]:
                raise BoardsError(
                    f"{path}, line 1: no column {' or '.join(missing)}; it has: {', '.join(header) or 'none'}"
                )
            if unknown := [name for name in header if name not in COLUMNS]:
                raise BoardsError(f"{path}, line 1: unknown column {', '.join(unknown)}; known: {', '.join(COLUMNS)}")
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BoardsError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    boards: dict[tuple[str, str], tuple[int, Board]] = {}
    problems: list[str] = []
    for number, row in rows:
        if None in row or None in row.values():
            problems.append(f"line {number}: {len(header)} fields expected")
            continue
        cells = {name: value.strip() for name, value in row.items()}
        if found := list(_problems(cells)):
            problems += [f"line {number}: {problem}" for problem in found]
            continue
        key = (cells["platform"], cells["board"])
        if key in boards:
            problems.append(f"line {number}: {key[0]} board {key[1]!r} stands in line {boards[key][0]} already")
            continue
        boards[key] = (
            number,
            Board(
                platform=cells["platform"],
                board=cells["board"],
                hiring_organization=cells.get("hiring_organization") or None,
                min_postings=int(cells.get("min_postings") or 0),
            ),
        )
    if problems:
        more = f"\n… and {len(problems) - _MAX_PROBLEMS} more" if len(problems) > _MAX_PROBLEMS else ""
        raise BoardsError("\n".join(f"{path}, {problem}" for problem in problems[:_MAX_PROBLEMS]) + more)
    return [board for _, board in boards.values()]


def check_board(platform: str, board: str) -> None:
    """Raises BoardsError where no such board can be."""
    if problems := list(_problems({"platform": platform, "board": board})):
        raise BoardsError("; ".join(problems))


def split_crawled(boards: Sequence[Board]) -> tuple[list[Board], dict[str, int]]:
    """The boards that a spider exists for, and for each other platform how many boards it has."""
    crawled = [board for board in boards if sources()[board.platform].status == "crawled"]
    waiting: dict[str, int] = {}
    for board in boards:
        if sources()[board.platform].status != "crawled":
            waiting[board.platform] = waiting.get(board.platform, 0) + 1
    return crawled, waiting


def _problems(cells: dict[str, str]) -> Iterator[str]:
    """What is wrong with a row."""
    platforms = [key for key, source in sources().items() if source.status != "import"]
    platform, board = cells["platform"], cells["board"]
    if platform not in platforms:
        yield f"unknown platform {platform!r}; known: {', '.join(platforms)}"
    if not board:
        yield f"no board named (platform {platform!r})"
    elif platform == "jsonld" and not _HOST.fullmatch(board):
        yield f"board {board!r} is not a host; for jsonld write the site's host alone, as in careers.company.com"
    elif "/" in board or not board.isprintable():
        yield f"board {board!r} cannot be; write the name alone, the last part of the board's address"
    if not (cells.get("min_postings") or "0").isdecimal():
        yield f"min_postings {cells['min_postings']!r} is not a whole number"
