"""The command `review`: parse, let a person label ads in the terminal, print one line of counts."""

import getpass
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import at_option, counted, db_option, fail

if TYPE_CHECKING:
    from nlp.review.session import Session


@click.command()
@db_option
@at_option
@click.option("-n", "n", type=click.IntRange(min=1), default=50, show_default=True, help="Show at most so many ads.")
@click.option("--role", help="Only ads that are labelled so now, such as ml_engineer.")
@click.option(
    "--random", "random", is_flag=True,
    help="A plain random sample instead of the least sure ads: only a random sample can measure how often labels are right.",
)  # fmt: skip
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Which random sample; the same one goes on next time."
)
@click.option("--blind", is_flag=True, help="Hide the present label until you have chosen: one that is seen sways you.")
@click.option(
    "--labels", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where labels are kept.  [default: labels.csv beside the warehouse]",
)  # fmt: skip
@click.option("--reviewer", help="Whose labels they are.  [default: your login name]")
def review(
    db: Path,
    at: datetime | None,
    n: int,
    role: str | None,
    random: bool,
    seed: int,
    blind: bool,
    labels: Path | None,
    reviewer: str | None,
) -> None:
    """Label the ads that the classifier is least sure of.

    Ads come one after the other in the terminal, each opening once; a key labels one, and the label is kept at once in a
    file of your own, from which `rolescope train` learns. Press ? for what the roles mean.
    """
    from nlp.review.labels_file import LABELS_FILE, read_labels
    from nlp.review.queue import review_ad, review_queue
    from nlp.review.session import Session
    from nlp.roles.labels import ROLES
    from nlp.training.own_model import own_model
    from warehouse import connect

    if role is not None and role not in ROLES:
        fail(f"--role {role}: there is no such role; there are {', '.join(ROLES)}", 2)
    if role is not None and blind:
        fail("--role tells what --blind hides: leave one of them out", 2)
    labels = labels or db.parent / LABELS_FILE
    reviewer = _login_name() if reviewer is None else reviewer.strip()
    if not reviewer or not reviewer.isprintable():
        fail(f"--reviewer {reviewer!r} is no name", 2)
    with connect(db) as con:
        try:
            given = read_labels(labels)
        except ValueError as error:
            fail(str(error), 2)
        own = [label.content_hash for label in given if label.reviewer == reviewer]
        queue = review_queue(con, own, n, role, seed if random else None)
        if not queue and not review_queue(con, [], 1):
            fail(f"{db} holds no ad with a label to review: collect some, then run `rolescope label --db {db}`", 1)
        if not queue:
            kind = f" labelled {role}" if role else ""
            click.echo(
                f"Nothing to do: no ad{kind} is left that {reviewer} has not reviewed; the labels are in {labels}."
            )
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            fail("review asks for keys, but input or output is no terminal: run it in one (through ssh: ssh -t)", 2)
        chosen = "random" if random and role is None else "unsure"
        session = Session(queue, lambda key: review_ad(con, key), labels, reviewer, chosen=chosen, blind=blind, at=at)
        order = f"random sample {seed}" if random else "least sure first"
        _run(session, len(own), f"{order}, {role} only" if role else order, own_model(db))
    _print_summary(session, labels, random)


def _run(session: "Session", n_before: int, order: str, model: Path | None) -> None:
    """Show ads, with reasons by the ``model`` in that folder, and take keys until the ads or the reviewer's patience end."""
    from rich.console import Console
    from rich.control import Control

    from nlp.review.screen import ReviewScreen
    from nlp.review.terminal import keys
    from nlp.roles.classifier import RoleClassifier
    from nlp.roles.reasons import Explainer

    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C, so that the terminal is left as it was
        signal.signal(number, signal.default_int_handler)
    console = Console(highlight=False)
    screen = ReviewScreen(console, n_before, order, Explainer(RoleClassifier.load(model)))
    try:
        with keys() as read, console.screen() as display:
            while not session.is_over:
                size = console.size
                console.control(Control.home())
                display.update(screen.draw(session))
                while (key := read(0.25)) is None and console.size == size:
                    pass
                if key and not session.press(key):
                    screen.scroll(key)
    except KeyboardInterrupt:
        return


def _print_summary(session: "Session", labels: Path, random: bool) -> None:
    roles = [(ad.role, label.role) for ad, label in session.done if label is not None]
    n_skipped = len(session.done) - len(roles)
    click.echo(f"{counted(len(roles), 'ad')} labelled, {n_skipped} skipped; the labels are in {labels}.")
    if not roles:
        return
    from statsmodels.stats.proportion import proportion_confint

    n_agreed = sum(present == chosen for present, chosen in roles)
    low, high = proportion_confint(n_agreed, len(roles), method="wilson")
    click.echo(
        f"You agreed with the present role in {n_agreed} of {len(roles)} ({100 * n_agreed / len(roles):.0f} %; 95 % interval "
        f"{100 * low:.0f}–{100 * high:.0f} %)."
    )
    if not random:
        click.echo(
            "That says nothing of other ads: these are the least sure ones. Only --random gives an unbiased figure."
        )
    elif not session.blind:
        click.echo("The sample was random, but you saw each label before you chose: --blind --random is fairest.")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        fail("your login has no name: say who you are with --reviewer NAME", 2)
