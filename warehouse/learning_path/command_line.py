"""The command `path`: parse, find the way, print it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import counted, db_option, fail

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

    from warehouse.inference.clustered import Estimate
    from warehouse.learning_path.steps import LearningPath


@click.command()
@db_option
@click.option("--role", required=True, help="AI engineer, ML engineer, data scientist or full-stack engineer.")
@click.option("--have", multiple=True, metavar="SKILL,…", help="Skills that you have, by name; repeatable.")
@click.option("--country", metavar="CODE", help="Openings of one country only (ISO 3166-1, such as US).")
@click.option(
    "--top", type=click.IntRange(1, 100), default=10, show_default=True, help="Skills to choose the next from."
)
@click.option(
    "--count", "counting", type=click.Choice(["employers", "openings"]), default="employers", show_default=True,
    help="What weighs the same in a share: each employer, however many openings it has, or each opening.",
)  # fmt: skip
def path(db: Path, role: str, have: Sequence[str], country: str | None, top: int, counting: str) -> None:
    """Say what to learn next for a role.

    An opening is covered when you have every skill that it requires; of "Python or R" one will do. Openings that require
    nothing known are counted apart.
    """
    from rich.console import Console
    from rich.text import Text

    from warehouse import connect
    from warehouse.learning_path.names import ROLE_NAMES, UnknownName, role_key, skill_keys
    from warehouse.learning_path.openings import required
    from warehouse.learning_path.steps import learning_path

    with connect(db) as con:
        try:
            key = role_key(role)
            known = skill_keys(con, [name for names in have for name in names.split(",")])
            wanted = required(con, key, country)
        except UnknownName as error:
            fail(str(error), 2)
        (is_sample,) = con.execute("select coalesce(bool_or(is_sample), false) from snapshot").fetchall()[0]
        found = learning_path(wanted, known, top, counting == "employers")
        names = [wanted.names[wanted.skills.index(skill)] for skill in known]
        if is_sample:
            click.echo("Sample data, which are invented.")
        console = Console(highlight=False)
        where = f" in {country.strip().upper()}" if country else ""
        console.print(Text(f"{ROLE_NAMES[key]}{where}, with {', '.join(names) or 'no skill yet'}"), style="bold")
        if found.is_too_small:
            _print_too_few(found, db)
        else:
            _print_covered(console, found, counting)
            _print_next(console, found, counting)
            _print_sequence(console, found)
            _print_nearest(console, con, found)


def _print_too_few(found: "LearningPath", db: Path) -> None:
    click.echo(
        f"Too few to say anything: {counted(found.n_openings, 'opening')} of {counted(found.n_employers, 'employer')} that "
        f"require a known skill, and {found.n_silent:,} that require none. `rolescope label --db {db}` reads what is not "
        "labelled yet; `rolescope crawl` collects more."
    )


def _print_covered(console: "Console", found: "LearningPath", counting: str) -> None:
    kind = "each employer weighs the same" if counting == "employers" else "each opening weighs the same"
    console.print(
        f"{counted(found.n_openings, 'opening')} of {counted(found.n_employers, 'employer')} require a known skill; in shares "
        f"{kind}, and intervals (95 %) are clustered by employer. {found.n_silent:,} more require nothing known and are left out."
    )
    console.print(f"Covered now: {counted(found.n_covered, 'opening')}, {_percent(found.covered)}.")
    n_of = [sum(n for lacking, n in found.n_lacking.items() if low <= lacking <= high) for low, high in _BANDS]
    bands = (
        f"{low}: {n:,}" if low == high else f"{low} or more: {n:,}" for (low, high), n in zip(_BANDS, n_of, strict=True)
    )
    console.print(f"Openings by how many requirements they have that you do not meet: {'; '.join(bands)}.")


_BANDS = ((1, 1), (2, 2), (3, 3), (4, 10**9))


def _print_next(console: "Console", found: "LearningPath", counting: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from warehouse.learning_path.steps import MUCH

    if not found.next_skills:
        console.print("Nothing lacks: every opening is covered.")
        return
    table = Table(box=None, pad_edge=False, title="\nThe next skill", title_justify="left", title_style="bold")
    for name in ("learn", "opens", f"share of {counting}", "asked for"):
        table.add_column(name, justify="left" if name == "learn" else "right", no_wrap=name != "learn")
    for step in found.next_skills:
        table.add_row(Text(step.name), f"{step.n_opened:,}", _percent(step.opened), f"{100 * step.wanted:.0f} %")
    console.print(table)
    console.print(
        "opens: openings of which it is all that lacks. asked for: share of openings that require it.", style="dim"
    )
    best = max(found.next_skills, key=lambda step: step.opened.value or 0)
    if (best.opened.value or 0) < MUCH:
        console.print(
            Text(
                f"No single skill opens much: {best.name}, the best, opens {100 * (best.opened.value or 0):.1f} %. Half of the openings "
                f"have {found.median_lacking} or more requirements that you do not meet: what is asked for most is the better guide."
            ),
            style="yellow",
        )


def _print_sequence(console: "Console", found: "LearningPath") -> None:
    from rich.table import Table
    from rich.text import Text

    if len(found.sequence) < 2:
        return
    title = "\nOne after the other, each the one that then opens most"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for name in ("", "learn", "opens", "covered then", "share"):
        table.add_column(name, justify="left" if name == "learn" else "right", no_wrap=name != "learn")
    for number, step in enumerate(found.sequence, 1):
        table.add_row(str(number), Text(step.name), f"{step.n_opened:,}", f"{step.n_covered:,}", _percent(step.covered))
    console.print(table)


def _print_nearest(console: "Console", con: "duckdb.DuckDBPyConnection", found: "LearningPath") -> None:
    from rich.text import Text

    if not found.nearest:
        return
    console.print("\nNear misses", style="bold")
    for cluster, lacking in found.nearest:
        title, employer = con.execute(
            "select arg_min(title, seen_no), arg_min(coalesce(hiring_organization, board), seen_no) from posting_index where cluster_no = ?",
            [cluster],
        ).fetchall()[0]
        line = "".join(c for c in f"{title[:60]} ({employer[:40]})" if c.isprintable())
        console.print(Text(f"  {line} – lacks {', '.join(lacking)}"))


def _percent(share: "Estimate") -> str:
    """ "1.2 % (0.8–1.6)"; without the interval where there is none."""
    if share.value is None:
        return "–"
    if share.ci_low is None or share.ci_high is None:
        return f"{100 * share.value:.1f} %"
    return f"{100 * share.value:.1f} % ({100 * share.ci_low:.1f}–{100 * share.ci_high:.1f})"
