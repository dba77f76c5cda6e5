"""What the commands share: options, progress, errors, and taking landing files in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from warehouse.progress import Progress

DEFAULT_DB = Path("data/rolescope.duckdb")
SAMPLE_DB = Path("data/sample.duckdb")


class Time(click.ParamType[datetime]):
    """An ISO 8601 time; UTC where it names no offset."""

    name = "timestamp"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 date or time, such as 2026-11-20 or 2026-11-20T06:00.", param, ctx)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


db_option = click.option(
    # whether it can be read is for the command to say, which knows the remedy
    "--db", type=click.Path(readable=False, path_type=Path), envvar="ROLESCOPE_DB", default=DEFAULT_DB, show_default=True, show_envvar=True,
    help="The warehouse.",
)  # fmt: skip
at_option = click.option("--at", type=Time(), help="Act as if it were this time (UTC), for replays.")


def fail(message: str, status: int) -> NoReturn:
    """End the command with one line on standard error; status 1: it could not be done, 2: wrong usage."""
    click.echo(f"rolescope: {message}", err=True)
    sys.exit(status)


def fail_stopped() -> NoReturn:
    """End the command as Ctrl-C does."""
    fail("stopped; nothing that was collected or published is lost", 130)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on standard error, for work that may take over two seconds."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int | None) -> None:
            kind = what.partition(" (")[0]  # what stands in brackets changes as the work goes on
            if kind not in tasks:
                tasks[kind] = bars.add_task(what, total=total)
            bars.update(tasks[kind], completed=done, total=total, description=what)

        yield show


def counted(n: int, noun: str) -> str:
    """A number with its noun: "1 file", "2,000 files"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def sample_db(db: Path) -> Path:
    """Where sample data go: a warehouse of their own beside the default one, or exactly where the user says."""
    return SAMPLE_DB if db == DEFAULT_DB else db


def is_sample(db: Path) -> bool:
    """Whether the warehouse holds sample data. Raises WarehouseError where there is none."""
    from warehouse import connect

    with connect(db, older=True) as con:
        return bool(con.execute("select coalesce(bool_or(is_sample), false) from snapshot").fetchall()[0][0])


def load_landing(db: Path, at: datetime | None, sample: bool, rebuild: bool = False) -> None:
    """Take in the landing files of ``db`` and publish. Raises WarehouseError."""
    from warehouse.load import load
    from warehouse.store import building, landing_folder

    with progress_bar() as progress, building(db, at, sample=sample) as con:
        load(con, landing_folder(db), progress, rebuild=rebuild, sample=sample)


def print_snapshot(db: Path, advice: bool = True) -> None:
    """One line that says what is published, and with ``advice`` what comes next."""
    from warehouse import connect

    with connect(db) as con:
        row = con.execute(
            "select snapshot_id, n_posting, n_open, n_labelled, is_sample from snapshot order by taken_at desc, rowid desc limit 1"
        ).fetchone()
    if row:
        snapshot_id, n_posting, n_open, n_labelled, is_sample_ = row
        kind = " of sample data" if is_sample_ else ""
        click.echo(
            f"{db}: snapshot {snapshot_id}{kind}: {n_posting:,} postings, {n_open:,} open, {n_labelled:,} labelled."
        )
        if n_labelled < n_posting and advice:
            click.echo(f"Next: `rolescope label --db {db}` adds roles and skills.")
