"""A warehouse as files that any tool reads: the wide view and the long tables, with a description of them all."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from warehouse import WarehouseError, connect, data_package, snapshot_path
from warehouse.beside import leftovers, remove, unfinished
from warehouse.progress import Progress
from warehouse.snapshots import opened
from warehouse.store import DERIVED, MISFORTUNES, quoted

EXPORTED = (
    "posting", "job_posting_version", "job_posting_role", "job_posting_role_part", "job_posting_role_masked", "job_posting_skill", "job_posting_mention",
    "job_posting_tag", "job_posting_section", "job_posting_fact", "place", "skill", "tag", "exchange_rate", "source", "board_fetch", "claim", "claim_verdict", "snapshot",
)  # fmt: skip
"""The view and the tables of an export."""
WITH_TEXT = ("job_posting_text", "unknown_heading")
"""Tables that are exported with the text of the ads only."""
NOT_EXPORTED = (
    "job_posting",
    "job_posting_near",
    "crawl",
    "quarantine",
    "landing_file",
    "label_version",
    "student_t",
    "reference_skill_share",
    "reference_claim_verdict",
    *DERIVED,
)
"""Tables that the view posting holds in a better form, that hold records as they came, or that only rolescope needs."""
_TEXT = {"posting": ("description",), "job_posting_section": ("heading",)}
"""Columns of the others that are left out without the text of the ads."""


def export(db: Path, to: Path, form: str, with_text: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Write the tables of ``db`` into the folder ``to``, as ``form`` parquet or csv, and describe them; the description.

    The folder appears when it is whole, in the place of an earlier export. Raises WarehouseError where something else is
    there, ``db`` can't be read, or the disk is full."""
    to = to.resolve()
    _refuse_other(to)
    before = to.with_name(f"{to.name}.old")
    work, old = unfinished(to), unfinished(before)
    try:
        for left in [*leftovers(to), *leftovers(before)]:
            remove(left)
        work.mkdir(parents=True)
        package = _write(db, work, form, with_text, progress or (lambda *_: None))
        description = json.dumps(package, indent=1, ensure_ascii=False, default=str)
        (work / data_package.NAME).write_text(description + "\n", encoding="utf-8")
        if to.exists():
            to.rename(old)
        work.rename(to)
    except MISFORTUNES as error:
        raise WarehouseError(f"{to} was not written: {str(error).strip().splitlines()[0]}") from error
    finally:
        if old.exists() and not to.exists():
            old.rename(to)
        remove(work)
        remove(old)
    return package


def _refuse_other(to: Path) -> None:
    """Raise WarehouseError where ``to`` holds anything but an earlier export."""
    if not to.exists():
        return
    if not to.is_dir():
        raise WarehouseError(f"{to} is a file: name a folder with --to.")
    present = {path.relative_to(to).as_posix() for path in to.rglob("*") if not path.is_dir() or path.is_symlink()}
    if foreign := sorted(present - _files_of(to / data_package.NAME)):
        raise WarehouseError(
            f"{to} holds files that are not of an export ({', '.join(foreign[:3])}): name another folder with --to, or move them away."
        )


def _files_of(description: Path) -> set[str]:
    """The files of the export with that description; none where there is no such description."""
    try:
        package = json.loads(description.read_text(encoding="utf-8"))
        if package["generator"] != data_package.GENERATOR:
            return set()
        paths = [resource["path"] for resource in package["resources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {description.name, *(name for path in paths for name in ([path] if isinstance(path, str) else path))}


def _write(db: Path, folder: Path, form: str, with_text: bool, progress: Progress) -> dict[str, Any]:
    """Write every table into ``folder``; the description of them."""
    tables = [*EXPORTED, *(WITH_TEXT if with_text else ())]
    with connect(db):
        path = snapshot_path(db)  # of what was just found readable, whatever is published meanwhile
    assert path
    with opened(path) as con:
        con.execute(f"set temp_directory = '{quoted(folder / '.tmp')}'")
        resources = []
        for number, table in enumerate(tables):
            progress("exporting tables", number, len(tables))
            columns = _columns(con, table, with_text)
            paths, n_rows = _write_table(con, table, _select(columns, form), folder, form)
            resources.append(data_package.resource(con, table, list(columns), paths, folder, form, n_rows))
        progress("exporting tables", len(tables), len(tables))
        remove(folder / ".tmp")
        return data_package.data_package(con, resources, with_text)


def _columns(con: duckdb.DuckDBPyConnection, table: str, with_text: bool) -> dict[str, str]:
    """The columns that are exported of a table, with their types."""
    left_out = () if with_text else _TEXT.get(table, ())
    found = con.execute(f"describe {table}").fetchall()
    return {name: type_ for name, type_, *_ in found if name not in left_out}


def _select(columns: dict[str, str], form: str) -> str:
    """The beginning of a query; CSV knows no lists, and gets them as JSON."""
    nested = [name for name, type_ in columns.items() if form == "csv" and type_.endswith(("]", ")"))]
    return "select " + ", ".join(f"to_json({name}) as {name}" if name in nested else name for name in columns)


def _write_table(
    con: duckdb.DuckDBPyConnection, table: str, select: str, folder: Path, form: str
) -> tuple[list[Path], int]:
    """Write one table; its files, and the number of rows.

    The postings are a Parquet file for each source: what a source asks for, or forbids, is then done with its file alone. The
    other tables hang on contents, which may be of several sources, and are read whole: nothing would be won."""
    if table != "posting" or form == "csv":
        path = folder / f"{table}.{form}"
        return [path], _copy(con, f"{select} from {table}", path, form)
    found = con.execute("select distinct source from job_posting order by 1").fetchall()
    paths, n_rows = [], 0
    for (source,) in found:
        path = folder / table / f"source={quote(source, safe='')}" / f"{table}.parquet"
        path.parent.mkdir(parents=True)
        con.execute("set variable source = ?", [source])
        n_rows += _copy(
            con, f"{select} from {table} where source = getvariable('source') order by posting_id", path, form
        )
        paths.append(path)
    if not paths:  # the columns at least
        paths, n_rows = (
            [folder / f"{table}.parquet"],
            _copy(con, f"{select} from {table}", folder / f"{table}.parquet", form),
        )
    return paths, n_rows


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path, form: str) -> int:
    """Write a query's rows to a file; how many they are."""
    options = _OPTIONS[form].format(*con.execute(_MARKS).fetchall()[0])
    return int(con.execute(f"copy ({query}) to $path ({options})", {"path": str(path)}).fetchall()[0][0])


_OPTIONS = {
    "parquet": "format parquet, compression zstd, kv_metadata {{snapshot_id: '{0}', is_sample: '{1}'}}",
    "csv": "format csv, header, timestampformat '%Y-%m-%dT%H:%M:%S.%f'",
}
_MARKS = "select snapshot_id, is_sample::varchar from snapshot order by taken_at desc, rowid desc limit 1"
