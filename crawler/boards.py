"""The boards to crawl: boards.csv, read and checked."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from warehouse.sources import sources

DEFAULT_BOARDS = Path(str(files("crawler") / "boards.csv"))
COLUMNS = ("platform", "board", "hiring_organization", "min_postings")
_REQUIRED = ("platform", "board")
_MAX_PROBLEMS = 20  # that one message names


class BoardsError(ValueError):
    """A boards.csv that cannot be used; the message names file, line and value."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """An employer's page on a platform: one row of boards.csv."""

    platform: str
    """Spider's name."""
    board: str
    """The platform's name of the page, in the form that sources.csv asks for; a feed's own name."""
    hiring_organization: str | None = None
    """Employer."""
    min_postings: int = 0
    """Fewest postings it should show."""


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


def split_crawled(boards: Sequence[Board]) -> tuple[list[Board], dict[str, str]]:
    """The boards that can be crawled, and for each source that cannot for want of its key, what is to be set."""
    crawled: list[Board] = []
    waiting: dict[str, str] = {}
    for board in boards:
        missing = [name for name in sources()[board.platform].key.split() if not os.environ.get(name)]
        if missing:
            waiting[board.platform] = " and ".join(missing)
        else:
            crawled.append(board)
    return crawled, waiting


def _problems(cells: dict[str, str]) -> Iterator[str]:
    """What is wrong with a row."""
    platforms = [key for key, source in sources().items() if source.status == "crawled"]
    platform, board = cells["platform"], cells["board"]
    source = sources().get(platform)
    if source is None or source.status == "import":
        yield f"unknown platform {platform!r}; known: {', '.join(platforms)}"
        return
    if source.status == "refused":
        yield f"{source.name} is not crawled: {source.terms}"
    elif not board:
        yield f"no board named (platform {platform!r})"
    elif not board.isprintable() or not re.fullmatch(source.board_pattern or "[^/]+", board, re.I):
        form = source.board_form or "the name alone, the last part of the board's address"
        yield f"board {board!r} cannot be; for {platform} write {form}"
    if not (cells.get("min_postings") or "0").isdecimal():
        yield f"min_postings {cells['min_postings']!r} is not a whole number"
