"""Landing files into the tables: idempotent, set-based, in the order in which the crawls began.

``load`` takes in what each landing file holds beyond what was taken in before. Records that are older than what is known
of their board make it start again from all files, so that the order in which files arrive never matters.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import landing, near
from warehouse.parallel import map_batches
from warehouse.progress import Progress
from warehouse.staging import SCHEMAS, TEXT, stage

_PARALLEL_FROM = 4_000_000  # bytes of landing files: below that starting processes costs more than it saves
_TEXTS_AT_ONCE = 32_000_000  # bytes

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
_NEW_TEXTS = """
    insert into job_posting_text
    select content_hash, unnest(arg_min({title: title, text: text, language: language}, position))
    from batch as b
    where not exists (select 1 from job_posting_text as t where t.content_hash = b.content_hash)
    group by content_hash
"""
"""Of texts that differ in nothing but white space, the one that comes first stays."""


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
    """Put a file's records from ``offset`` on into the temporary tables staged_*, and the texts that are new to where they
    stay; the offset after each block."""
    for name, schema in SCHEMAS.items():
        _run(con, f"create or replace temp table staged_{name} as from batch", schema.empty_table())
    crawl_id = landing.attempt_of(path.name)[0]
    texts = [TEXT.empty_table()]
    for tables, its_texts, end in map_batches(partial(stage, path), landing.blocks(path, offset), workers):
        for name, table in tables.items():
            known = pc.fill_null(table["crawl_id"], crawl_id)
            table = table.set_column(0, "crawl_id", known)
            _run(con, f"insert into staged_{name} from batch", table)
            if name == "crawl":
                crawl_id = known[-1].as_py()
        texts.append(its_texts)
        if sum(table.nbytes for table in texts) > _TEXTS_AT_ONCE:
            _run(con, _NEW_TEXTS, pa.concat_tables(texts))
            texts.clear()
        yield end
    if texts:
        _run(con, _NEW_TEXTS, pa.concat_tables(texts))


def _run(con: duckdb.DuckDBPyConnection, sql: str, batch: pa.Table) -> None:
    """Run SQL that reads ``batch``. A registered name would keep each batch in memory until the transaction ends."""
    con.execute(sql)
