"""The command `skills discover`: parse, find what the table lacks, let a person judge it or print it."""

import csv
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import counted, db_option, fail, progress_bar

if TYPE_CHECKING:
    from nlp.discovery.proposals import Proposal
    from nlp.discovery.session import Session
    from nlp.skills.table import Skill

_COLUMNS = (
    "name", "variants", "n_openings", "n_employers", "rise", "neighbours", "alike", "category", "ambiguity", "examples",
)  # fmt: skip

_MOST = 300  # proposals: later ones are seldom skills


@click.group()
def skills() -> None:
    """Look after the table of skills."""


@skills.command()
@db_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Print the first N proposals instead of asking.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of asking.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that read ads.  [default: one per core]")
def discover(db: Path, limit: int | None, as_csv: bool, workers: int | None) -> None:
    """Find skills in your ads that the table does not know.

    In a terminal, a key accepts, rejects or skips each proposal; elsewhere they are printed. Accepted ones are kept at once
    in skills.csv beside the warehouse, where `rolescope label` finds them; rejected ones in rejected_skills.csv, and are not
    proposed again.
    """
    from nlp.discovery.session import Session
    from nlp.skills.table import own_skills, skill_table

    try:
        table = skill_table(own_skills(db))
    except ValueError as error:
        fail(str(error), 2)
    found = _proposals(db, table, limit or _MOST, workers)
    if as_csv:
        _print_csv(found)
    elif limit or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _print_table(found)
    else:
        session = Session(found, db.parent, {skill.skill for skill in table})
        _judge(session)
        _print_summary(session, db)


def _proposals(db: Path, table: Sequence["Skill"], limit: int, workers: int | None) -> "list[Proposal]":
    from nlp.discovery.evidence import evidence
    from nlp.discovery.own_rows import REJECTED_FILE, rejected_names
    from nlp.discovery.phrases import fold
    from nlp.discovery.proposals import known_names, proposals
    from nlp.discovery.ranking import LEAST_KNOWN, ranked
    from warehouse import connect

    try:
        rejected = {fold(name) for name in rejected_names(db.parent / REJECTED_FILE)}
    except ValueError as error:
        fail(str(error), 2)
    known = known_names(table)
    with connect(db) as con, progress_bar() as progress:
        seen = evidence(con, known, workers, progress)
        if not seen.n_ads:
            fail(f"{db} holds no ad: collect some with `rolescope crawl` or `rolescope import`", 1)
        progress("ranking", 0, None)
        candidates = ranked(seen, known)
        if candidates is None:
            fail(
                f"{counted(seen.n_ads, 'ad')} are too few: fewer than {LEAST_KNOWN} known skills stand in the lists of three "
                "employers or more; collect more with `rolescope crawl` or `rolescope import`",
                1,
            )
        candidates = [c for c in candidates if seen.keys[c.row] not in rejected][:limit]
        found = proposals(con, seen, candidates, table, workers, progress)
    if not found:
        fail(
            f"nothing to propose in {counted(seen.n_ads, 'ad')}: every likely skill is in the table or was rejected", 1
        )
    return found


def _judge(session: "Session") -> None:
    """Show proposals and take keys until they or the user's patience end."""
    from rich.console import Console
    from rich.control import Control

    from nlp.discovery.screen import draw
    from nlp.review.terminal import keys

    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C, so that the terminal is left as it was
        signal.signal(number, signal.default_int_handler)
    console = Console(highlight=False)
    try:
        with keys() as read, console.screen() as display:
            while not session.is_over:
                size = console.size
                console.control(Control.home())
                display.update(draw(session, console))
                while (key := read(0.25)) is None and console.size == size:
                    pass
                if key:
                    session.press(key)
    except KeyboardInterrupt:
        return


def _print_summary(session: "Session", db: Path) -> None:
    from nlp.discovery.own_rows import OWN_FILE

    click.echo(
        f"{session.n_accepted} accepted, {session.n_rejected} rejected, {session.n_skipped} skipped of "
        f"{counted(session.n_proposals, 'proposal')}."
    )
    if session.n_accepted:
        click.echo(f"Yours are in {db.parent / OWN_FILE}; mend them there. Next: `rolescope label --db {db}`.")


def _print_csv(found: "Sequence[Proposal]") -> None:
    """A row for each proposal; several values of a cell are joined by |."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for proposal in found:
        values = (getattr(proposal, column) for column in _COLUMNS)
        rows.writerow(
            "|".join(v) if isinstance(v, tuple) else f"{v:.2f}" if isinstance(v, float) else v for v in values
        )


def _print_table(found: "Sequence[Proposal]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("name", no_wrap=True, min_width=max(len(p.name) for p in found))
    for name in ("openings", "employers", "rise"):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for name in ("category", "in lists with", "spelled like"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for p in found:
        rise = "–" if p.rise is None else f"{p.rise:.1f}×"
        cells = [
            p.name,
            f"{p.n_openings:,}",
            f"{p.n_employers:,}",
            rise,
            p.category,
            ", ".join(p.neighbours),
            ", ".join(p.alike),
        ]
        table.add_row(*map(Text, cells))
    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)
