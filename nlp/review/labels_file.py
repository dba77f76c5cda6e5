"""The labels that people gave to ads: a CSV file that only grows, labels.csv beside the warehouse.

Columns: content_hash, role, adjacent, secondary_role, chosen, reviewer, reviewed_at (UTC). It holds no ad text. A later row for
the same content and reviewer replaces the earlier one; a row without a role takes the label back.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from nlp.roles.labels import NEIGHBOURS, ROLES
from warehouse.growing_csv import append_row
from warehouse.landing import iso

LABELS_FILE = "labels.csv"
"""Name of the file, in the folder of the database."""
_MAX_PROBLEMS = 20  # that one message names


@dataclass(frozen=True, kw_only=True)
class ReviewedLabel:
    """What a reviewer says an ad is: a row of labels.csv."""

    content_hash: str
    """The ad, as in job_posting_text."""
    role: str
    """One of ROLES."""
    adjacent: str | None = None
    """One of NEIGHBOURS where the role is other; None: another role, or it can't be told."""
    secondary_role: str | None = None
    """Another of the four roles that holds a third of the duties or more; None: none does."""
    chosen: str
    """Why this ad was read: random (of a plain random sample, so that it measures), unsure, or another word."""
    reviewer: str
    """Who says so."""
    reviewed_at: datetime
    """When, UTC."""


_COLUMNS = [field.name for field in fields(ReviewedLabel)]


def read_labels(path: Path) -> list[ReviewedLabel]:
    """The labels that hold, one for each content and reviewer, in the order of the file; none where there is no file.

    Raises ValueError naming file, line and remedy of whatever is wrong, and OSError.
    """
    labels: dict[tuple[str, str], ReviewedLabel] = {}
    problems: list[str] = []
    for number, row in _rows(path) if path.exists() else ():
        if len(row) != len(_COLUMNS):
            problems.append(f"line {number}: it has {len(row)} of {len(_COLUMNS)} fields; complete or delete the line")
            continue
        cells = dict(zip(_COLUMNS, map(str.strip, row), strict=True))
        if found := list(_problems(cells)):
            problems += [f"line {number}: {problem}; mend or delete the line" for problem in found]
            continue
        key = cells["content_hash"], cells["reviewer"]
        labels.pop(key, None)
        if cells["role"]:
            labels[key] = ReviewedLabel(
                content_hash=cells["content_hash"],
                role=cells["role"],
                adjacent=cells["adjacent"] or None,
                secondary_role=cells["secondary_role"] or None,
                chosen=cells["chosen"],
                reviewer=cells["reviewer"],
                reviewed_at=_time(cells["reviewed_at"]),
            )
    if problems:
        more = f"\n… and {len(problems) - _MAX_PROBLEMS} more" if len(problems) > _MAX_PROBLEMS else ""
        raise ValueError("\n".join(f"{path}, {problem}" for problem in problems[:_MAX_PROBLEMS]) + more)
    return list(labels.values())


def append_label(path: Path, label: ReviewedLabel) -> None:
    """Add a label to the file, which is made where there is none; it is on the disk when this returns.

    Raises ValueError where a value can't be, and OSError; the file is then as it was.
    """
    what = [label.role, label.adjacent or "", label.secondary_role or "", label.chosen]
    _append(path, [label.content_hash, *what, label.reviewer, iso(label.reviewed_at)])


def take_back(path: Path, label: ReviewedLabel) -> None:
    """Undo a label that was added before. Raises as append_label does."""
    _append(path, [label.content_hash, "", "", "", label.chosen, label.reviewer, iso(label.reviewed_at)])


def _append(path: Path, row: list[str]) -> None:
    cells = dict(zip(_COLUMNS, row, strict=True))
    if problems := list(_problems(cells)):
        raise ValueError("; ".join(problems))
    append_row(path, _COLUMNS, cells)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows after the header that are not blank, with the numbers of their lines."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines)
            header = next(rows, _COLUMNS)
            if [name.strip() for name in header] != _COLUMNS:
                raise ValueError(
                    f"{path}, line 1: the columns are {', '.join(header)}; they must be {', '.join(_COLUMNS)}: mend the "
                    "line, or name another file with --labels"
                )
            yield from ((rows.line_num, row) for row in rows if row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV file in UTF-8 ({error}); name another one with --labels") from error


def _problems(cells: dict[str, str]) -> Iterator[str]:
    """What is wrong with a row."""
    role, adjacent, second = cells["role"], cells["adjacent"], cells["secondary_role"]
    if not re.fullmatch("[0-9a-f]{16}", cells["content_hash"]):
        yield f"content_hash {cells['content_hash']!r} is not 16 hex digits (a spreadsheet may have rewritten it)"
    if role and role not in ROLES:
        yield f"unknown role {role!r}; known: {', '.join(ROLES)}"
    if adjacent and (adjacent not in NEIGHBOURS or role != "other"):
        yield f"adjacent {adjacent!r} cannot be for {role or 'no role'}; for other it is one of: {', '.join(NEIGHBOURS)}"
    if second and (second not in ROLES[:4] or second == role or not role):
        yield f"secondary_role {second!r} cannot be beside {role or 'no role'}; known: {', '.join(ROLES[:4])}"
    if not re.fullmatch(r"[a-z_]{1,30}", cells["chosen"]):
        yield f"chosen {cells['chosen']!r} is no word such as random or unsure"
    if not cells["reviewer"] or not cells["reviewer"].isprintable():
        yield f"reviewer {cells['reviewer']!r} is no name"
    try:
        _time(cells["reviewed_at"])
    except ValueError:
        yield f"reviewed_at {cells['reviewed_at']!r} is no ISO 8601 time, such as 2026-11-20T06:00:00"


def _time(written: str) -> datetime:
    when = datetime.fromisoformat(written)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
