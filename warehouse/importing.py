"""Postings from a user's own CSV, JSON Lines or Parquet files, by way of a landing file like any crawl."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import WarehouseError, text
from warehouse.landing import LandingFile, iso
from warehouse.load import Progress
from warehouse.parallel import map_batches

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
_READERS = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json", ".json": "json", ".parquet": "parquet"}
_BATCH = 500


def import_files(
    paths: Sequence[Path], mapping: Mapping[str, str], folder: Path, at: datetime, progress: Progress | None = None
) -> tuple[Path, int, int]:
    """Write the files' rows as one landing file into ``folder``: its path, and how many postings and rejects it holds.

    ``mapping`` names columns where ours and the usual names do not fit: our field -> their column. Contact details are
    scrubbed. A row's time of sighting is its own (scraped_at, else date_posted), else ``at``, so that an old file does
    not count as open today. Raises WarehouseError where a file cannot be read or lacks a needed column.
    """
    unknown = sorted(set(mapping) - set(COLUMNS))
    if unknown:
        raise WarehouseError(f"--map {unknown[0]}=…: there is no such field. Fields: {', '.join(COLUMNS)}.")
    sources = [(path, _select(path, mapping)) for path in paths]  # every file is looked at before anything is written
    total = sum(n for _, (_, n) in sources)
    n_done = n_rejected = 0
    with LandingFile(folder, at, {"import": [path.name for path in paths]}) as landing:
        for path, (sql, n_rows) in sources:
            n_found = n_bad = 0
            work = _rows(path, sql, iso(at))
            for batch in map_batches(_prepare, work, None if n_rows > 5_000 else 1):
                for type_, fields in batch:
                    landing.write(type_, **fields)
                    if type_ == "job_posting":
                        n_found += 1
                    else:
                        n_bad += 1
                n_done += len(batch)
                if progress:
                    progress(f"reading {path.name}", n_done, total)
            landing.write(
                "board_fetch", crawl_id=landing.crawl_id, source="import", board=path.name, fetched_at=iso(at), listing="window",
                status="ok" if n_found else "empty", n_found=n_found, n_rejected=n_bad, n_expected=n_rows,
            )  # fmt: skip
            n_rejected += n_bad
        landing.end(at)
    return landing.path, n_done - n_rejected, n_rejected


def _select(path: Path, mapping: Mapping[str, str]) -> tuple[str, int]:
    """The query that reads a file's rows as our fields (its one parameter is the path), and how many rows there are."""
    kind = _READERS.get("".join(path.suffixes[-1:]).lower())
    if kind is None:
        raise WarehouseError(f"{path}: a name that ends in {', '.join(_READERS)} is needed, to know how to read it.")
    if not path.is_file():
        raise WarehouseError(f"{path}: there is no such file.")
    reader = {
        "csv": "read_csv(?, all_varchar = true, header = true, max_line_size = 20000000)",
        "json": "read_json(?, format = 'auto', maximum_object_size = 67108864, sample_size = -1)",
        "parquet": "read_parquet(?)",
    }[kind]
    try:
        with duckdb.connect() as con:
            described = con.execute(f"describe from {reader}", [str(path)]).fetchall()
            (n_rows,) = con.execute(f"select count(*) from {reader}", [str(path)]).fetchall()[0]  # noqa: S608
    except duckdb.Error as error:
        raise WarehouseError(f"{path} cannot be read as {kind}: {str(error).strip().splitlines()[0]}") from error
    there = {row[0].lower(): row[0] for row in described}
    chosen = {}
    for field, names in COLUMNS.items():
        wanted = (mapping[field],) if field in mapping else names
        found = next((there[name.lower()] for name in wanted if name.lower() in there), None)
        if found is None and (field in mapping or field in _REQUIRED):
            missing = mapping.get(field, field)
            raise WarehouseError(
                f"{path} has no column {missing!r}. It has: {', '.join(row[0] for row in described)}. "
                f"Say which one holds the {field} with --map {field}=COLUMN."
            )
        if found is not None:
            chosen[field] = found
    columns = ", ".join(
        '"{}"::varchar as {}'.format(column.replace('"', '""'), field) for field, column in chosen.items()
    )
    return f"select {columns} from {reader}", n_rows  # noqa: S608


def _rows(path: Path, sql: str, at: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as con:
        result = con.execute(sql, [str(path)])
        names = [column[0] for column in result.description or []]
        while rows := result.fetchmany(_BATCH):
            yield path.name, at, [dict(zip(names, row, strict=True)) for row in rows]


def _prepare(work: tuple[str, str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """The landing record of each row: its type and its fields."""
    board, at, rows = work
    return [_record(board, at, row) for row in rows]


def _record(board: str, at: str, row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    title, description = (row.get(field) or "" for field in _REQUIRED)
    if not title.strip() or not description.strip():
        reason = "no title" if not title.strip() else "no description"
        kept = {"source": "import", "board": board, "fetched_at": at}
        return "quarantine", {**kept, "reason": reason, "record": text.json_record(row)}
    row["title"], row["description"] = text.scrub(title), text.scrub(description)
    if not row.get("identifier"):
        parts = (title, description, row.get("hiring_organization") or "", row.get("job_location") or "")
        row["identifier"] = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    row["date_posted"] = _day(row.get("date_posted"))
    seen = _time(row.pop("seen_at", None)) or _time(row["date_posted"]) or at
    return "job_posting", {"source": "import", "board": board, **row, "seen_at": min(seen, at)}


def _day(value: str | None) -> str | None:
    """ISO date of a date or time in ISO form; None where it is neither."""
    try:
        return date.fromisoformat(value[:10]).isoformat() if value else None
    except ValueError:
        return None


def _time(value: str | None) -> str | None:
    """UTC time of an ISO date or time, in the landing file's form; None where it is neither."""
    try:
        when = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return None if when is None else iso(when if when.tzinfo else when.replace(tzinfo=UTC))
