"""CSV files beside the warehouse that only grow, a row at a time, by several processes at once."""

import csv
import os
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from filelock import FileLock, Timeout

_PATIENCE = 10.0  # seconds to wait for another process's row, which takes milliseconds


def append_row(path: Path, columns: Sequence[str], row: Mapping[str, str]) -> None:
    """Add a row to a file, which is made where there is none; it is on the disk when this returns.

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
