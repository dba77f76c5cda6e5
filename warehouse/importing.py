"""Postings from a user's own CSV, JSON Lines or Parquet files, by way of a landing file like any crawl."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse import WarehouseError, tables, text
from warehouse.dates import read_time
from warehouse.landing import LandingFile, iso
from warehouse.parallel import map_batches
from warehouse.progress import Progress

# our field -> column names under which public data sets and exports hold it, the first one found wins
COLUMNS: dict[str, tuple[str, ...]] = {
    "identifier": ("identifier", "ad", "id", "job_id", "posting_id", "job_posting_id"),
    "title": ("title", "job_title", "position", "jobtitle"),
    "description": ("description", "job_description", "text", "body", "content"),
    "hiring_organization": ("hiring_organization", "company", "company_name", "employer", "organization"),
    "job_location": ("job_location", "location", "place", "city"),
    "country_raw": ("country_raw", "country"),
    "url": ("url", "link", "job_url"),
    "employment_type": ("employment_type",),
    "industry": ("industry",),
    "date_posted": ("date_posted", "posted_at", "date", "posted_date", "published_at"),
    "valid_through": ("valid_through", "expires_at"),
    "seen_at": ("seen_at", "scraped_at", "fetched_at", "crawled_at"),
}
_REQUIRED = ("title", "description")
_BATCH = 500


@dataclass
class ImportCounts:
    """What an import read."""

    landing: Path
    """The landing file."""
    n_postings: int = 0
    """Rows that became postings."""
    n_rejected: int = 0
    """Rows that went to quarantine."""
    n_repeated: int = 0
    """Rows with an identifier that an earlier row of the file has: the last one counts."""
    unread_dates: Counter[str] = field(default_factory=Counter)
    """How many dates could not be read, by field."""


def import_files(
    paths: Sequence[Path], mapping: Mapping[str, str], folder: Path, at: datetime, progress: Progress | None = None
) -> ImportCounts:
    """Write the files' rows as one landing file into ``folder``.

    ``mapping`` names columns where ours and the usual names do not fit: our field -> their column. Contact details are
    scrubbed. A row's time of sighting is its own (scraped_at, else date_posted), else ``at``, so that an old file does
    not count as open today. Raises WarehouseError where a file cannot be read or lacks a needed column, or two have one
    name, before anything is written.
    """
    if unknown := sorted(set(mapping) - set(COLUMNS)):
        raise WarehouseError(f"--map {unknown[0]}=…: there is no such field. Fields: {', '.join(COLUMNS)}.")
    if twice := [name for name, n in Counter(path.name for path in paths).items() if n > 1]:
        raise WarehouseError(
            f"Two files are called {twice[0]}. An import is known by its file's name, so rows of one would replace rows of "
            "the other: rename one."
        )
    opened = [(path, tables.opened(path)) for path in paths]
    chosen = [_columns(path, table.columns, mapping) for path, table in opened]
    total = sum(table.n_rows or 0 for _, table in opened) or None
    with LandingFile(folder, at, {"import": [path.name for path in paths]}) as landing:
        counts = ImportCounts(landing.path)
        n_done = 0
        for (path, table), columns in zip(opened, chosen, strict=True):
            n_found = n_bad = 0
            seen: set[str] = set()
            work = ((path.name, iso(at), batch) for batch in _batches(table, columns))
            for batch in map_batches(_prepare, work, None if (table.n_rows or 0) > 5_000 else 1):
                for type_, fields, unread in batch:
                    landing.write(type_, **fields)
                    counts.unread_dates.update(unread)
                    if type_ == "job_posting":
                        n_found += 1
                        counts.n_repeated += fields["identifier"] in seen
                        seen.add(fields["identifier"])
                    else:
                        n_bad += 1
                n_done += len(batch)
                if progress:
                    progress(f"reading {path.name}", n_done, total)
            landing.write(
                "board_fetch", crawl_id=landing.crawl_id, source="import", board=path.name, fetched_at=iso(at), listing="window",
                status="ok" if n_found else "empty", n_found=n_found, n_rejected=n_bad, n_expected=n_found + n_bad,
            )  # fmt: skip
            counts.n_postings += n_found
            counts.n_rejected += n_bad
        landing.end(at)
    return counts


def _columns(path: Path, there: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Our field -> their column. Raises WarehouseError where a needed one is missing."""
    by_name = {_plain(column): column for column in there}
    chosen = {}
    for ours, names in COLUMNS.items():
        wanted = (mapping[ours],) if ours in mapping else names
        found = next((by_name[_plain(name)] for name in wanted if _plain(name) in by_name), None)
        if found is not None:
            chosen[ours] = found
        elif ours in mapping or ours in _REQUIRED:
            raise WarehouseError(
                f"{path} has no column {mapping.get(ours, ours)!r}. It has: {', '.join(there) or 'none'}. "
                f"Say which one holds the {ours} with --map {ours}=COLUMN."
            )
    return chosen


def _plain(name: str) -> str:
    """A column's name without case, and with one kind of gap between its words: "Job Title" is job_title."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _batches(table: tables.Table, columns: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    for rows in table.batches(_BATCH):
        yield [
            row if tables.PROBLEM in row else {ours: row.get(theirs) for ours, theirs in columns.items()}
            for row in rows
        ]


def _prepare(work: tuple[str, str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any], list[str]]]:
    """The landing record of each row: its type, its fields, and which of its dates could not be read."""
    board, at, rows = work
    return [_record(board, at, row) for row in rows]


def _record(board: str, at: str, row: dict[str, Any]) -> tuple[str, dict[str, Any], list[str]]:
    title, description = (row.get(name) or "" for name in _REQUIRED)
    reason = row.get(tables.PROBLEM) or (
        "no title" if not title.strip() else "no description" if not description.strip() else None
    )
    if reason:
        kept = {"source": "import", "board": board, "fetched_at": at}
        return "quarantine", {**kept, "reason": reason, "record": text.json_record(row)}, []
    row["title"], row["description"] = text.scrub(title), text.scrub(description)
    if not row.get("identifier"):
        parts = (title, description, row.get("hiring_organization") or "", row.get("job_location") or "")
        row["identifier"] = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    written = {name: row.pop(name, None) for name in ("date_posted", "valid_through", "seen_at")}
    known = {name: read_time(value) for name, value in written.items()}
    for name in ("date_posted", "seen_at"):  # nobody posts or sees an ad tomorrow
        when = known[name]
        if when is not None and iso(when)[:10] > at[:10]:
            known[name] = None
    for name in ("date_posted", "valid_through"):
        when = known[name]
        row[name] = when.date().isoformat() if when else None
    seen = known["seen_at"] or known["date_posted"]
    unread = [name for name, value in written.items() if value and known[name] is None]
    return (
        "job_posting",
        {"source": "import", "board": board, **row, "seen_at": min(iso(seen), at) if seen else at},
        unread,
    )
