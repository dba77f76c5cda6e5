"""The commands `crawl` and `boards`: parse, call one function, print one line of counts."""

import os
import re
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler.boards import BoardsError, own_boards, wanted_boards
from warehouse.command_line import (
    Time,
    at_option,
    counted,
    db_option,
    fail,
    fail_stopped,
    is_sample,
    load_landing,
    print_snapshot,
    progress_bar,
    sample_db,
)
from warehouse.progress import Progress
from warehouse.sources import sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.boards import Board, Retired
    from crawler.sink import CrawlCounts
    from warehouse.known import KnownBoard

T = TypeVar("T")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Duration(click.ParamType[timedelta]):
    """A number and a unit: 90s, 10m, 2h, 1d."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})\s*([smhd])", value.strip().lower())
        if not found or not int(found[1]):
            self.fail(f"{value!r} is not a length of time above 0, such as 90s, 10m, 2h or 1d.", param, ctx)
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


class _Shard(click.ParamType[tuple[int, int]]):
    """i/n: the i-th of n parts."""

    name = "i/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", value)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"{value!r} is not a part such as 1/4, with the first number from 1 to the second.", param, ctx)
        return int(found[1]), int(found[2])


class _Since(Time):
    """An ISO 8601 time, or how long ago."""

    name = "timestamp|duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d+\s*[smhd]", value.strip().lower()):
            return _Duration().convert(value, param, ctx)
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(
                f"{value!r} is neither a date or time, such as 2026-11-20, nor how long ago, such as 20h.", param, ctx
            )


boards_option = click.option(
    "--boards",
    metavar="LIST",
    help="Boards to fetch: a CSV file, a platform (every board known of it), or all; several with commas between them.  "
    "[default: the list that ships, and your own]",
)


@click.command()
@click.argument("platforms", nargs=-1, metavar="[PLATFORM]...")
@db_option
@at_option
@boards_option
@click.option("--sample", is_flag=True, help="Crawl the invented sample boards instead.")
@click.option("--max-boards", type=click.IntRange(min=1), help="Fetch so many boards, the longest left out first.")
@click.option("--budget", type=_Duration(), help="Stop after that time (10m, 2h); what was fetched is kept.")
@click.option("--since", type=_Since(), help="Leave out boards with a complete fetch since then (2026-11-20, or 20h).")
@click.option("--shard", type=_Shard(), help="Fetch only this part of the boards, as in 1/4: one part a machine.")
@click.option("--full", is_flag=True, help="Fetch everything, whether it changed or not.")
@click.option(
    "--delay", type=click.FloatRange(min=0), help="Seconds between two requests to a host.  [default: the source's own]"
)
@click.option("--landing", metavar="URL", help="Copy the landing files there too (a folder, s3://…, gs://…).")
@click.option("--no-load", is_flag=True, help="Only write the landing file.")
def crawl(
    platforms: tuple[str, ...],
    db: Path,
    at: datetime | None,
    boards: str | None,
    sample: bool,
    max_boards: int | None,
    budget: timedelta | None,
    since: datetime | timedelta | None,
    shard: tuple[int, int] | None,
    full: bool,
    delay: float | None,
    landing: str | None,
    no_load: bool,
) -> None:
    """Collect postings from job boards and feeds, and load them.

    PLATFORM: only the boards of these in the list. A board whose answer did not change costs one request; boards that
    were left out last time come first.
    """
    from crawler.plan import plan
    from crawler.run import crawl as run_crawl
    from crawler.sample.server import sample_boards, serve
    from warehouse.remote import upload
    from warehouse.store import landing_folder, refuse_unfit

    if sample:
        db = sample_db(db)
    refuse_unfit(db, sample=sample)
    wanted = sample_boards() if sample else read_wanted(boards, db)
    for platform in set(platforms) - {board.platform for board in wanted}:
        if (source := sources().get(platform)) is not None and source.status == "refused":
            fail(f"{source.name} is not crawled: {source.terms}", 2)
        there = ", ".join(sorted({board.platform for board in wanted}))
        fail(f"no board of {platform} in the list; there are {there}", 2)
    if platforms:
        wanted = [board for board in wanted if board.platform in platforms]
    now = at or datetime.now(UTC)
    known, remember = _known(db, now)
    since = now - since if isinstance(since, timedelta) else since
    if since is not None and since > now:
        fail(f"--since {since:%Y-%m-%d %H:%M} lies in the future: every board would be due", 2)
    due = plan(wanted, known, since, shard, max_boards)
    remember(due)
    if not due:
        click.echo(f"Nothing to do: of {len(wanted):,} boards none is due.")
        return
    if not sample and not os.environ.get("ROLESCOPE_CONTACT"):
        click.echo(
            "ROLESCOPE_CONTACT is not set: site owners cannot see whom to write to. Set it to an address or page.",
            err=True,
        )
    with serve(at) if sample else nullcontext() as port, progress_bar() as progress:
        counts = run_crawl(
            due,
            landing_folder(db),
            at,
            _crawl_progress(progress),
            known={} if full else known,
            budget=budget,
            shard=shard,
            delay=0.0 if sample else delay,
            sample_server=port,
        )
    _print_crawl(counts)
    if landing is not None:
        click.echo(f"{counted(upload(landing_folder(db), landing), 'landing file')} copied to {landing}.")
    if no_load:
        click.echo(f"Written to {counts.landing}; `rolescope load --db {db}` takes it in.")
    else:
        load_landing(db, at, sample)
        print_snapshot(db, advice=not counts.interrupted)
    if counts.interrupted:
        fail_stopped()
    if counts.n_tried and not counts.statuses.keys() & {"ok", "empty", "unchanged", "partial"}:
        error, n = counts.errors.most_common(1)[0]
        fail(f"no board could be read; {n} of {counts.n_tried} for this reason: {error}", 1)


@click.group()
def boards() -> None:
    """Find new boards, and retire those that are gone."""


@boards.command()
@db_option
@at_option
@click.option("--max-boards", type=click.IntRange(min=1), help="Try so many of them, those named by most ads first.")
@click.option("--dry-run", is_flag=True, help="Only list them; fetch nothing.")
@click.option(
    "--delay", type=click.FloatRange(min=0), help="Seconds between two requests to a host.  [default: the source's own]"
)
def discover(db: Path, at: datetime | None, max_boards: int | None, dry_run: bool, delay: float | None) -> None:
    """Add boards that ads link to.

    Those that answer join your own list, boards.csv beside the warehouse. Links in ads are not followed: the platform is asked for the board.
    """
    from crawler.boards import OWN_LIST, read_retired
    from crawler.discovery import confirm
    from crawler.discovery import discover as find
    from warehouse.landing import landing_files
    from warehouse.store import landing_folder

    _refuse_sample(db)
    folder = db.parent
    if not landing_files(landing_folder(db)):
        fail(f"{landing_folder(db)} holds no landing file to look for boards in: run `rolescope crawl` first", 1)
    known: list[Board | Retired] = [*read_wanted(None, db), *_read(lambda: read_retired(folder))]
    with progress_bar() as progress:
        candidates = find(landing_folder(db), known, progress)[:max_boards]
    for candidate in candidates:
        click.echo(f"{candidate.board.platform:<16}{candidate.board.board:<40}{candidate.n_postings:>7,} ads")
    if dry_run or not candidates:
        click.echo(f"{counted(len(candidates), 'board')} found that no list of yours holds.")
        return
    n_before = len(_read(lambda: own_boards(folder)))
    with progress_bar() as progress:
        counts = confirm(
            [candidate.board for candidate in candidates],
            landing_folder(db),
            folder,
            _crawl_progress(progress),
            at=at,
            delay=delay,
        )
    _print_crawl(counts)
    click.echo(f"{counted(len(own_boards(folder)) - n_before, 'board')} added to {folder / OWN_LIST}.")
    load_landing(db, at, sample=False)
    print_snapshot(db)


@boards.command()
@db_option
def check(db: Path) -> None:
    """Retire boards that are gone.

    A board that answered 404 in three crawls on different days is left out from now on. Such boards are listed in retired.csv beside the warehouse: deleting a line brings its board back.
    """
    from crawler.boards import RETIRED_LIST
    from crawler.retirement import retire
    from warehouse import connect

    _refuse_sample(db)
    with connect(db) as con:
        retired = _read(lambda: retire(con, db.parent))
    for board in retired:
        click.echo(f"{board.platform:<16}{board.board:<40}{board.reason}")
    where = db.parent / RETIRED_LIST
    click.echo(f"{counted(len(retired), 'board')} retired" + (f"; {where} lists them all." if where.exists() else "."))


def read_wanted(lists: str | None, db: Path) -> "list[Board]":
    """The boards that ``--boards`` asks for; ends the command where they cannot be read."""
    return _read(lambda: wanted_boards(lists, db.parent))


def _read(function: "Callable[[], T]") -> "T":
    """What a function reads from lists of boards; ends the command where it cannot."""
    try:
        return function()
    except BoardsError as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"the list of boards cannot be read: {error}. Mend it, or name another with --boards.", 2)


def _refuse_sample(db: Path) -> None:
    from warehouse import snapshot_path

    if snapshot_path(db) is not None and is_sample(db):
        fail(f"{db} holds sample data, whose boards are invented: name another file with --db.", 2)


def _known(db: Path, now: datetime) -> "tuple[dict[tuple[str, str], KnownBoard], Callable[[list[Board]], None]]":
    """What the warehouse knows of each board (nothing where there is none yet), and what adds the postings of some."""
    from warehouse import connect, snapshot_path
    from warehouse.known import known_boards, remember_postings

    if snapshot_path(db) is None:
        return {}, lambda _: None
    with connect(db) as con:
        known = known_boards(con, now)

    def remember(boards: "list[Board]") -> None:
        with connect(db) as con:
            remember_postings(con, known, ((board.platform, board.board) for board in boards), now)

    return known, remember


def _crawl_progress(progress: Progress) -> "Callable[[Any, CrawlCounts], None]":
    def show(_: Any, counts: "CrawlCounts") -> None:
        failed = counts.statuses["failed"] + counts.statuses["partial"]
        progress(f"boards ({counts.n_postings:,} postings, {failed} failed)", counts.n_tried, counts.n_boards)

    return show


def _print_crawl(counts: "CrawlCounts") -> None:
    statuses = ", ".join(f"{n} {status}" for status, n in counts.statuses.most_common()) or "none"
    again = f", {counts.n_sightings:,} of them only seen again" if counts.n_sightings else ""
    gone = f", {counts.n_removals:,} removed by their source" if counts.n_removals else ""
    click.echo(
        f"{counts.n_tried:,} of {counted(counts.n_boards, 'board')} tried ({statuses}): "
        f"{counted(counts.n_postings, 'posting')}{again}{gone}, {counts.n_rejected:,} rejected."
    )
    unknown = {what: n for what, n in counts.stats.most_common() if "/unknown " in what}
    if unknown:
        some = ", ".join(f"{what.replace('/', ' ')} ({n:,})" for what, n in list(unknown.items())[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        click.echo(f"Not known to the spiders, and left out: {some}{more}.")
    if counts.n_tried < counts.n_boards:
        click.echo(f"{counted(counts.n_boards - counts.n_tried, 'board')} not reached: the next crawl begins there.")
    if counts.waiting:
        left_out = ", ".join(f"{source} ({keys})" for source, keys in counts.waiting.items())
        click.echo(f"Left out, because these need a key of your own in the environment: {left_out}.")
