"""The command `import`: parse, take in tables and web crawls, print lines of counts."""

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import at_option, counted, db_option, fail, load_landing, print_snapshot, progress_bar

if TYPE_CHECKING:
    from warehouse.importing import ImportCounts

_WARC = (".warc", ".warc.gz")
_MOST_FAULTS = 10  # that are printed


@click.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; repeatable.")
@db_option
@at_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that read WARC files, one file each.  [default: one per core]",
)
def import_(files: tuple[str, ...], maps: tuple[str, ...], db: Path, at: datetime | None, workers: int | None) -> None:
    """Take in postings from CSV, JSON Lines, Parquet or WARC files.

    From WARC files (.warc, .warc.gz: the pages of a web crawl), which may also be URLs (https, s3, gs, …), come the pages
    with a schema.org JobPosting. Importing a file again changes nothing.
    """
    from warehouse import WarehouseError
    from warehouse.importing import import_files
    from warehouse.store import landing_folder, refuse_unfit

    wrong = [pair for pair in maps if "=" not in pair.strip("=")]
    if wrong:
        fail(f"--map {wrong[0]}: it takes FIELD=COLUMN, such as --map title=job_title", 2)
    mapping = dict(pair.split("=", 1) for pair in maps)
    archives = [file for file in files if file.lower().endswith(_WARC)]
    tables = [Path(file) for file in files if file not in archives]
    refuse_unfit(db, sample=False)
    faults: list[str] = []
    try:
        if tables:
            with progress_bar() as progress:
                counts = import_files(tables, mapping, landing_folder(db), at or datetime.now(UTC), progress)
            _print_tables(counts, len(tables))
        if archives:
            faults = _import_archives(archives, landing_folder(db), at or datetime.now(UTC), workers)
    except WarehouseError as error:
        fail(str(error), 2)
    load_landing(db, at, sample=False)
    print_snapshot(db)
    sys.exit(1 if faults else 0)


def _print_tables(counts: "ImportCounts", n_files: int) -> None:
    click.echo(f"{counts.n_postings:,} postings read from {n_files} files, {_rejected(counts.n_rejected)}.")
    if counts.n_repeated:
        click.echo(f"{counts.n_repeated:,} rows repeat an identifier of their file; the last row of each counts.")
    for field, n in counts.unread_dates.items():
        click.echo(f"{n:,} values of {field} are no date that can be read for certain, and count as not stated.")


def _import_archives(paths: list[str], landing: Path, at: datetime, workers: int | None) -> list[str]:
    """The files that could not be read to their end."""
    import os

    from crawler.web_archive_import import import_archives

    with progress_bar() as progress:
        done = import_archives(paths, landing, at, progress, workers or os.cpu_count() or 1)
    n: Counter[str] = done.counts
    click.echo(
        f"{n['postings']:,} postings read from {counted(n['named'], 'page')} that name a JobPosting, of {n['pages']:,} in "
        f"{counted(len(paths), 'WARC file')}, {_rejected(n['rejected'])}."
    )
    if n["large"] or n["unreadable"]:
        click.echo(f"Passed over: {n['large']:,} pages that are too large, {n['unreadable']:,} that can't be read.")
    for fault in done.faults[:_MOST_FAULTS]:
        click.echo(f"rolescope: {fault}: what stood before that was taken in", err=True)
    if len(done.faults) > _MOST_FAULTS:
        click.echo(
            f"rolescope: and {len(done.faults) - _MOST_FAULTS} other files could not be read to their end", err=True
        )
    return done.faults


def _rejected(n: int) -> str:
    return f"{n:,} rejected" + (" (table quarantine says why)" if n else "")
