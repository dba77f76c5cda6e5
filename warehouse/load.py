"""Landing files into the tables: idempotent, set-based, in the order in which the crawls began.

``load`` takes in what each landing file holds beyond what was taken in before. Records that are older than what is known
of their board make it start again from all files, so that the order in which files arrive never matters.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse import landing, near, text
from warehouse.parallel import batches, map_batches

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: not known)."""

_BATCH = 500
_PARALLEL_FROM = 4_000_000  # bytes of landing files: below that starting processes costs more than it saves

_POSTING = pa.schema(
    [
        (name, pa.string())
        for name in [
            "posting_id",
            "source",
            "board",
            "identifier",
            "url",
            "title",
            "hiring_organization",
            "hiring_organization_url",
            "application_url",
            "job_location",
            "job_location_type",
            "applicant_location_requirements",
            "country_raw",
            "work_mode",
            "employment_type",
            "industry",
            "date_posted",
            "valid_through",
        ]
    ]
    + [(name, pa.float64()) for name in ("base_salary_min", "base_salary_max")]
    + [
        (name, pa.string())
        for name in [
            "salary_currency",
            "salary_unit",
            "list_key",
            "crawl_id",
            "seen_at",
            "content_hash",
            "employer_key",
            "title_key",
            "text",
            "language",
        ]
    ]
    + [("position", pa.int64())]
)
_BOARD_FETCH = pa.schema(
    [
        (name, pa.string())
        for name in [
            "crawl_id",
            "source",
            "board",
            "hiring_organization",
            "fetched_at",
            "status",
            "listing",
            "error",
            "etag",
            "last_modified",
            "body_hash",
        ]
    ]
    + [(name, pa.int32()) for name in ["n_found", "n_expected", "n_rejected", "min_postings"]]
)
_QUARANTINE = pa.schema(
    [(name, pa.string()) for name in ["crawl_id", "source", "board", "fetched_at", "reason", "record"]]
)
_CRAWL = pa.schema(
    [(name, pa.string()) for name in ["crawl_id", "started_at", "settings", "code_version", "finished_at"]]
)
_SIGHTING = pa.schema(
    [(name, pa.string()) for name in ["posting_id", "crawl_id", "source", "board", "identifier", "seen_at"]]
    + [("is_rejected", pa.bool_())]
)
_REMOVAL = pa.schema(
    [(name, pa.string()) for name in ["posting_id", "crawl_id", "source", "board", "identifier", "removed_at"]]
)
_COLLECTED = (
    "crawl", "board_fetch", "job_posting", "job_posting_version", "job_posting_text", "job_posting_near", "quarantine",
    "landing_file",
)  # fmt: skip
# Boards of the staged records that were tried again since, in a crawl that is loaded already.
_LATER_FETCHES = """
    with staged as (
        select crawl_id, source, board, seen_at::timestamp as staged_at from staged_posting
        union all
        select crawl_id, source, board, seen_at::timestamp from staged_sighting
        union all
        select crawl_id, source, board, removed_at::timestamp from staged_removal
        union all
        select crawl_id, source, board, fetched_at::timestamp from staged_board_fetch
    )

    select 1
    from (select crawl_id, source, board, min(staged_at) as staged_at from staged group by all) as s
    join board_fetch as f on f.source = s.source and f.board = s.board and f.crawl_id != s.crawl_id
    where f.fetched_at > s.staged_at and f.source != 'import'
    limit 1
"""
_STAGED = {
    "posting": _POSTING, "sighting": _SIGHTING, "removal": _REMOVAL, "board_fetch": _BOARD_FETCH,
    "quarantine": _QUARANTINE, "crawl": _CRAWL,
}  # fmt: skip


def load(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    progress: Progress | None = None,
    *,
    rebuild: bool = False,
    sample: bool = False,
) -> None:
    """Take in what the landing files of ``folder`` hold that the tables do not.

    ``rebuild`` forgets everything collected (not the labels, which hang on contents) and takes all files in again.
    Raises WarehouseError naming file and byte where a line other than the last is no JSON object, and naming a file of
    sample data among real ones, or of real data where ``sample`` is true.
    """
    done = {} if rebuild else dict(con.execute("select name, size_bytes from landing_file").fetchall())
    if rebuild:
        for table in _COLLECTED:
            con.execute(f"delete from {table}")  # noqa: S608
    sizes = {path: landing.size_of(path) for path in landing.landing_files(folder)}
    pending = [path for path, size in sizes.items() if size > done.get(_name(path), 0)]
    n_bytes = sum(sizes[path] - done.get(_name(path), 0) for path in pending)
    workers = None if n_bytes > _PARALLEL_FROM else 1
    n_read = 0
    for path in pending:
        offset = end = done.get(_name(path), 0)
        landing.refuse_mixture(path, sample, str(path), ": move the file away, then load again.")
        for end in _stage(con, path, offset, workers):
            if progress:
                progress("loading bytes", n_read + end - offset, n_bytes)
        n_read += end - offset
        if not rebuild and (_later_attempt(path, done) or con.execute(_LATER_FETCHES).fetchone()):
            load(con, folder, progress, rebuild=True, sample=sample)
            return
        if end > offset:
            for name, sql in _steps():
                if name == "8_cluster.sql":
                    near.match(con)
                con.execute(sql)
            con.execute("delete from landing_file where name = ?", [_name(path)])
            con.execute("insert into landing_file values (?, ?)", [_name(path), end])


def _later_attempt(path: Path, done: Iterable[str]) -> bool:
    """Whether a later attempt at the same crawl is loaded already, of which this file's records must not win."""
    crawl_id, attempt, part = landing.attempt_of(path.name)
    loaded = (landing.attempt_of(name) for name in done)
    return any(
        its_crawl == crawl_id and its_part == part and its_attempt > attempt
        for its_crawl, its_attempt, its_part in loaded
    )


def _name(path: Path) -> str:
    """The name under which a landing file is remembered, whether it was gzipped since or not."""
    return path.name.removesuffix(".gz")


def _steps() -> Iterator[tuple[str, str]]:
    """The steps from the staged rows to the tables, in the order of their file names: name and SQL."""
    folder = files("warehouse").joinpath("load_steps")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".sql"):
            yield entry.name, entry.read_text(encoding="utf-8")


def _stage(con: duckdb.DuckDBPyConnection, path: Path, offset: int, workers: int | None) -> Iterator[int]:
    """Put a file's records from ``offset`` on into the temporary tables staged_*; the offset after each batch."""
    for name, schema in _STAGED.items():
        con.register("batch", schema.empty_table())
        con.execute(f"create or replace temp table staged_{name} as from batch")
        con.unregister("batch")
    crawl_id = landing.attempt_of(path.name)[0]
    position = 0
    lines = batches(landing.read(path, offset), _BATCH)
    for records, end in map_batches(_prepare, lines, workers):
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _STAGED}
        for record in records:
            position += 1
            kind = record.pop("type", None)
            if kind == "job_posting":
                rows["posting"].append({**record, "crawl_id": crawl_id, "position": position})
            elif kind == "board_fetch":
                rows["board_fetch"].append(
                    {"n_found": 0, "n_rejected": 0, "min_postings": 0, "listing": "complete", **record}
                )
            elif kind in ("sighting", "removal"):
                posting_id = text.posting_id(record["source"], record["board"], record["identifier"])
                rows[kind].append({**record, "posting_id": posting_id, "is_rejected": False})
            elif kind == "quarantine":
                if identifier := record.pop("identifier", None):  # it is still listed, so it is not gone
                    seen = {"source": record["source"], "board": record["board"], "identifier": identifier}
                    posting_id = text.posting_id(*seen.values())
                    rows["sighting"].append(
                        {**seen, "posting_id": posting_id, "seen_at": record["fetched_at"], "is_rejected": True}
                    )
                rows["quarantine"].append(record)
            elif kind == "crawl":
                crawl_id = record["crawl_id"]
                rows["crawl"].append(record)
            elif kind == "crawl_end":
                rows["crawl"].append({"crawl_id": crawl_id, **record})
        for name, schema in _STAGED.items():
            for row in rows[name]:
                row.setdefault("crawl_id", crawl_id)
            if rows[name]:
                con.register("batch", pa.Table.from_pylist(rows[name], schema))
                con.execute(f"insert into staged_{name} from batch")
                con.unregister("batch")
        yield end


def _prepare(lines: list[tuple[dict[str, Any], int]]) -> tuple[list[dict[str, Any]], int]:
    """The records with posting_id, clean text, its hash and language in each posting, unusable postings as quarantine,
    and the offset after them."""
    return [_prepare_posting(r) if r.get("type") == "job_posting" else r for r, _ in lines], lines[-1][1]


def _prepare_posting(record: dict[str, Any]) -> dict[str, Any]:
    title = text.fold(text.clean(record["title"]))[:1_000]
    body = text.clean(record.pop("description"))
    if not title or not body:
        kept = {name: record[name] for name in ("source", "board", "identifier")} | {"fetched_at": record["seen_at"]}
        reason = "no title" if not title else "no description"
        return {
            "type": "quarantine",
            **kept,
            "reason": reason,
            "record": text.json_record({**record, "description": body}),
        }
    for name in ("url", "hiring_organization_url", "application_url"):
        if not (record.get(name) or "").startswith(("https://", "http://")):
            record[name] = None  # an address that a reader may be led to, or none
    record["posting_id"] = text.posting_id(record["source"], record["board"], record["identifier"])
    record["content_hash"] = text.content_hash(title, body)
    record["employer_key"] = near.employer_key(record.get("hiring_organization"))
    record["title_key"] = near.title_key(title, record.get("job_location"))
    return {**record, "title": title, "text": body, "language": text.language(body)}
