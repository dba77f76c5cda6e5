"""The boards to crawl: the default list, the directory of all that are known, and the user's own list.

- ``crawler/boards.csv`` is the default list, chosen by hand.
- ``crawler/directory/<platform>.csv`` names every board known of a platform: many are empty, some are gone.
- ``boards.csv`` in the folder of the database is the user's own list, which discovery adds to.

Boards that were retired (crawler/retirement.py) are left out of every choice.
"""

import csv
import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from warehouse.sources import sources

DEFAULT_BOARDS = Path(str(files("crawler") / "boards.csv"))
DIRECTORY = Path(str(files("crawler") / "directory"))
OWN_LIST = "boards.csv"
"""Name of the user's own list, in the folder of the database."""
COLUMNS = ("platform", "board", "hiring_organization", "min_postings")
RETIRED_LIST = "retired.csv"
"""Name of the list of boards that are left out, likewise."""
RETIRED_COLUMNS = ("platform", "board", "since", "reason")
_REQUIRED = ("platform", "board")
_MAX_PROBLEMS = 20  # that one message names


T = TypeVar("T", "Board", "Retired")


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


@dataclass(frozen=True, kw_only=True)
class Retired:
    """A board that is left out: one row of retired.csv."""

    platform: str
    """Spider's name."""
    board: str
    """As in the list of boards that named it."""
    since: str | None = None
    """ISO date since when it is gone."""
    reason: str | None = None
    """Why it is left out."""


def read_boards(path: Path = DEFAULT_BOARDS) -> list[Board]:
    """The boards of a boards.csv in its order, those of platforms that are not crawled included.

    Raises BoardsError naming file, line and value of whatever is wrong, and OSError.
    """
    return [
        Board(
            platform=cells["platform"],
            board=cells["board"],
            hiring_organization=cells.get("hiring_organization") or None,
            min_postings=int(cells.get("min_postings") or 0),
        )
        for cells in _read(path, COLUMNS)
    ]


def read_directory(platforms: Collection[str] | None = None) -> list[Board]:
    """Every board known of the platforms (None: of all), each once: the default ones first, in their order."""
    lists = [[board for board in read_boards() if platforms is None or board.platform in platforms]]
    for path in sorted(DIRECTORY.glob("*.csv")):
        platform = path.stem
        if platforms is None or platform in platforms:
            with path.open(encoding="utf-8", newline="") as lines:
                next(lines)  # a test holds the header, and that every board fits its platform's form
                rows = csv.reader(lines)
                lists.append(
                    [Board(platform=platform, board=row[0], hiring_organization=row[1] or None) for row in rows]
                )
    return joined(lists)


def own_boards(folder: Path) -> list[Board]:
    """The user's own list; none where there is no such file. Raises as read_boards does."""
    path = folder / OWN_LIST
    return read_boards(path) if path.exists() else []


def add_own_boards(folder: Path, boards: Iterable[Board]) -> None:
    """Add boards to the end of the user's own list, which is made where there is none. Raises as read_boards does."""
    _write(folder / OWN_LIST, COLUMNS, map(astuple, joined([own_boards(folder), boards])))


def read_retired(folder: Path) -> list[Retired]:
    """The boards that every crawl leaves out; none where there is no such file.

    ``retired.csv`` lies in the folder of the database, with the columns platform, board, since, reason. A line may be
    written by hand; a line that is deleted brings its board back. Raises as read_boards does.
    """
    path = folder / RETIRED_LIST
    rows = _read(path, RETIRED_COLUMNS) if path.exists() else []
    return [
        Retired(
            platform=cells["platform"],
            board=cells["board"],
            since=cells.get("since") or None,
            reason=cells.get("reason") or None,
        )
        for cells in rows
    ]


def add_retired(folder: Path, boards: Iterable[Retired]) -> None:
    """Add boards to those that are left out. Raises as read_boards does."""
    _write(folder / RETIRED_LIST, RETIRED_COLUMNS, map(astuple, joined([read_retired(folder), boards])))


def wanted_boards(spec: str | None, folder: Path) -> list[Board]:
    """The boards that ``--boards`` asks for, each once, without those that are retired.

    ``spec`` names one or more lists, separated by commas: the path of a CSV file; a platform, for every board known of
    it; ``all``, for every board known. None: the default list. The user's own list, which lies in ``folder``, belongs to
    all of these but a file, and its rows go before others that name the same board. Raises as read_boards does.
    """
    own = own_boards(folder)
    if spec is None:
        lists = [own, read_boards()]
    else:
        lists = [rows for name in spec.split(",") for rows in _named(name.strip(), own)]
    retired = {_key(board) for board in read_retired(folder)}
    return [board for board in joined(lists) if _key(board) not in retired]


def joined(lists: Iterable[Iterable[T]]) -> list[T]:
    """The boards of all lists; one that an earlier list names too, in whatever letter case, stands there only."""
    boards: list[T] = []
    named: set[tuple[str, str]] = set()
    for rows in lists:
        added = [(key, board) for board in rows if (key := _key(board)) not in named]
        named.update(key for key, _ in added)
        boards += [board for _, board in added]
    return boards


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


def _key(board: Board | Retired) -> tuple[str, str]:
    """What two names of one board have in common."""
    return board.platform, board.board.casefold()


def _named(name: str, own: list[Board]) -> list[list[Board]]:
    """The lists that one part of ``--boards`` asks for."""
    if name == "all":
        return [own, read_directory()]
    if name in (platforms := _crawled()):
        lists = [[board for board in own if board.platform == name], read_directory([name])]
        if sources()[name].kind == "feed":
            lists.append([Board(platform=name, board=name)])
        if not any(lists):
            raise BoardsError(f"no board of {name} is known: name some in a CSV file")
        return lists
    if (source := sources().get(name)) is not None and source.status == "refused":
        raise BoardsError(f"{source.name} is not crawled: {source.terms}")
    if not Path(name).is_file():
        if "/" in name or name.endswith(".csv"):
            raise BoardsError(f"{name}: there is no such file")
        raise BoardsError(f"{name!r} is neither a CSV file nor one of: all, {', '.join(platforms)}")
    return [read_boards(Path(name))]


def _crawled() -> list[str]:
    """The platforms and feeds that are crawled."""
    return [key for key, source in sources().items() if source.status == "crawled"]


def _read(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file that names boards, by column. Raises BoardsError and OSError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            header = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = header
            if missing := [name for name in _REQUIRED if name not in header]:
                raise BoardsError(
                    f"{path}, line 1: no column {' or '.join(missing)}; it has: {', '.join(header) or 'none'}"
                )
            if unknown := [name for name in header if name not in columns]:
                raise BoardsError(f"{path}, line 1: unknown column {', '.join(unknown)}; known: {', '.join(columns)}")
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BoardsError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    boards: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
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
        boards[key] = number, cells
    if problems:
        more = f"\n… and {len(problems) - _MAX_PROBLEMS} more" if len(problems) > _MAX_PROBLEMS else ""
        raise BoardsError("\n".join(f"{path}, {problem}" for problem in problems[:_MAX_PROBLEMS]) + more)
    return [cells for _, cells in boards.values()]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Replace a file by one with these rows, at once, so that a kill leaves the old one whole. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    new.replace(path)


def _problems(cells: dict[str, str]) -> Iterator[str]:
    """What is wrong with a row."""
    platform, board = cells["platform"], cells["board"]
    source = sources().get(platform)
    if source is None or source.status == "import":
        yield f"unknown platform {platform!r}; known: {', '.join(_crawled())}"
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
