"""A user's own skills, and those that were proposed and refused: two CSV files beside the warehouse that only grow.

skills.csv has the columns of the table that ships (nlp/skills.csv); rejected_skills.csv has name and rejected_at (UTC).
"""

import csv
import os
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from filelock import FileLock, Timeout

OWN_FILE = "skills.csv"
"""Name of the file of accepted skills, in the folder of the database."""
REJECTED_FILE = "rejected_skills.csv"
"""Name of the file of refused names, in the folder of the database."""
OWN_COLUMNS = (
    "skill", "name", "category", "aliases", "ambiguity", "parent", "since",
    "github_topic", "stackoverflow_tag", "esco_uri", "onet_code",
)  # fmt: skip
REJECTED_COLUMNS = ("name", "rejected_at")
_PATIENCE = 10.0  # seconds to wait for another process's row, which takes milliseconds


def rejected_names(path: Path) -> list[str]:
    """The refused names; none where there is no file.

    Raises ValueError, naming the file and the remedy, where it isn't a CSV file with a column name, and OSError.
    """
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if "name" not in (rows.fieldnames or ()):
                raise ValueError(f"{path}, line 1: there is no column name; mend the line, or move the file away")
            return [row["name"] for row in rows if row["name"]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV file in UTF-8 ({error}); mend it or move it away") from error


def append_row(path: Path, columns: Sequence[str], row: dict[str, str]) -> None:
    """Add a row to one of the files, which is made where there is none; it is on the disk when this returns.

    Columns are those of the file, where it has some already; cells that ``row`` lacks stay empty. Raises OSError; the file
    is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE), path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            lines = "" if size else _line(columns)
            if size:
                with path.open(encoding="utf-8-sig", newline="") as present:
                    columns = [name.strip() for name in next(csv.reader(present))]
                file.seek(size - 1)
                if file.read(1) != b"\n":  # an editor may have left the last line without its end
                    lines = "\n"
            lines += _line([row.get(column, "") for column in columns])
            try:
                if file.write(content := lines.encode()) < len(content):
                    raise OSError(f"{path}: the disk is full")
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise
    except Timeout as error:
        raise TimeoutError(f"{path}: another process has been writing it for {_PATIENCE:.0f} s; end it") from error


def _line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
