"""The records of a landing file as rows of the tables staged_*: postings named and cleaned, their texts apart.

This is the work of the processes among which ``load`` shares a file out. A text goes straight to job_posting_text, so
that what the steps of loading join and sort stays narrow.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse import landing, near, text


def _schema(strings: str, **others: pa.DataType) -> pa.Schema:
    return pa.schema([*((name, pa.string()) for name in strings.split()), *others.items()])


SCHEMAS = {
    "posting": _schema(
        "crawl_id posting_id source board identifier url title hiring_organization hiring_organization_url application_url "
        "job_location job_location_type applicant_location_requirements country_raw work_mode employment_type industry "
        "date_posted valid_through salary_currency salary_unit list_key seen_at content_hash employer_key title_key",
        base_salary_min=pa.float64(), base_salary_max=pa.float64(), position=pa.int64(),
    ),
    "sighting": _schema("crawl_id posting_id source board identifier seen_at", is_rejected=pa.bool_()),
    "removal": _schema("crawl_id posting_id source board identifier removed_at"),
    "board_fetch": _schema(
        "crawl_id source board hiring_organization fetched_at status listing error etag last_modified body_hash",
        n_found=pa.int32(), n_expected=pa.int32(), n_rejected=pa.int32(), min_postings=pa.int32(),
    ),
    "quarantine": _schema("crawl_id source board fetched_at reason record"),
    "crawl": _schema("crawl_id started_at settings code_version finished_at"),
}  # fmt: skip
"""Columns of staged_*; crawl_id is None where the file's first line says it."""
TEXT = _schema("content_hash title text language", position=pa.int64())

_FETCH_DEFAULTS = {"n_found": 0, "n_rejected": 0, "min_postings": 0, "listing": "complete"}


def stage(path: Path, block: tuple[int, bytes]) -> tuple[dict[str, pa.Table], pa.Table, int]:
    """Of some whole lines of a landing file, given with the byte at which they begin: the rows of each of SCHEMAS that has
    any, the texts (each once), and the byte at which the lines end.

    Of two postings the one of the greater ``position`` is the later one. Raises WarehouseError where a line is no JSON
    object.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    texts: dict[str, dict[str, Any]] = {}
    crawl_id = None
    end = block[0]
    for record, end in landing.records(path, *block):
        if record.get("type") == "job_posting":
            record = {**_cleaned(record), "crawl_id": crawl_id, "position": end}
        kind = record.pop("type", None)
        record.setdefault("crawl_id", crawl_id)
        if kind == "job_posting":
            rows["posting"].append(record)
            texts.setdefault(record["content_hash"], record)
        elif kind == "board_fetch":
            rows["board_fetch"].append(_FETCH_DEFAULTS | record)
        elif kind in ("sighting", "removal"):
            rows[kind].append({**record, "posting_id": _posting_id(record), "is_rejected": False})
        elif kind == "quarantine":
            rows["quarantine"].append(record)
            if record.get("identifier"):  # it is still listed, so it is not gone
                seen = {"posting_id": _posting_id(record), "seen_at": record["fetched_at"], "is_rejected": True}
                rows["sighting"].append({**record, **seen})
        elif kind == "crawl":
            crawl_id = record["crawl_id"]
            rows["crawl"].append(record)
        elif kind == "crawl_end":
            rows["crawl"].append(record)
    tables = {name: pa.Table.from_pylist(rows[name], schema) for name, schema in SCHEMAS.items() if rows[name]}
    return tables, pa.Table.from_pylist(list(texts.values()), TEXT), end


def _posting_id(record: dict[str, Any]) -> str:
    return text.posting_id(record["source"], record["board"], record["identifier"])


def _cleaned(record: dict[str, Any]) -> dict[str, Any]:
    """A posting with its keys, its clean text, its hash and language; a record for the quarantine where it has no words."""
    title, body = text.cleaned(record["title"], record.pop("description"))
    if not title or not body:
        kept = {name: record[name] for name in ("source", "board", "identifier")} | {"fetched_at": record["seen_at"]}
        reason = "no title" if not title else "no description"
        written = text.json_record({**record, "description": body})
        return {"type": "quarantine", **kept, "reason": reason, "record": written}
    for name in ("url", "hiring_organization_url", "application_url"):
        if not (record.get(name) or "").startswith(("https://", "http://")):
            record[name] = None  # an address that a reader may be led to, or none
    record["posting_id"] = _posting_id(record)
    record["content_hash"] = text.content_hash(title, body)
    record["employer_key"] = near.employer_key(record.get("hiring_organization"))
    record["title_key"] = near.title_key(title, record.get("job_location"))
    return {**record, "title": title, "text": body, "language": text.language(body)}
