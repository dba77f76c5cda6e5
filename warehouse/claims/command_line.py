"""The command `claims`: parse, judge, print."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import at_option, db_option, fail, is_sample, progress_bar

if TYPE_CHECKING:
    from rich.table import Table

    from warehouse.claims.court import Judgement
    from warehouse.claims.own_claims import Claim

_WIDTH = 140  # characters of a table where there is no terminal
_ESSAYS = {
    "A": "A: (Hat) AI Engineer",
    "B": "B: Who is an AI engineer? (Richard Warepam, 2024-03-24)",
    "C": "C: What is AI Engineering? (JK1912, 2025-11-05)",
    "own": "Your own",
}
QUESTIONS = {
    "train_models": "Do AI engineers train models?",
    "training_marks_ml": "Is training what marks an ML engineer?",
    "recommenders": "Are recommenders an AI engineer's work?",
    "fine_tuning": "Is fine-tuning central?",
    "degrees_and_maths": "Are advanced degrees and mathematics needed?",
    "distinct": "Are AI and ML engineers distinct?",
}
_STYLES = {"supported": "green", "contradicted": "red", "not_robust": "yellow"}
_WITHOUT_TEST = ("needs_months", "cannot_be_settled")


@click.group(invoke_without_command=True)
@db_option
@at_option
@click.option("--claim", "claim_id", metavar="ID", help="Show one claim in full.")
@click.option(
    "--contradictions", is_flag=True, help="Show the six questions on which the essays contradict each other."
)
@click.pass_context
def claims(ctx: click.Context, db: Path, at: datetime | None, claim_id: str | None, contradictions: bool) -> None:
    """Judge what essays say of the roles, and your own claims, by the ads.

    A claim is tested on roles by title. It is supported only if the 95 % interval, clustered by employer, lies wholly on the
    claimed side, and still does without any one employer and any one source. The verdicts are kept in the tables claim and
    claim_verdict.
    """
    if ctx.invoked_subcommand:
        return
    from warehouse.claims.court import settle
    from warehouse.claims.own_claims import own_claims, shipped_claims

    sample, known = is_sample(db), [*shipped_claims(), *own_claims(db)]
    _refuse_unknown(claim_id, known)
    with progress_bar() as progress:
        found = settle(db, known, at, sample, progress)
    by_claim = {claim: [one for one in found if one.claim_id == claim.claim_id] for claim in known}
    if claim_id:
        claim = next(claim for claim in known if claim.claim_id.casefold() == claim_id.casefold())
        _print_in_full(claim, by_claim[claim])
    elif contradictions:
        for question, words in QUESTIONS.items():
            _print_results(words, [(claim, parts) for claim, parts in by_claim.items() if claim.question == question])
    else:
        for essay, name in _ESSAYS.items():
            _print_results(name, [(claim, parts) for claim, parts in by_claim.items() if claim.essay == essay])
        _print_scoreboard(found, known)
    _print_sample(sample)


@claims.command()
@click.argument("test")
@click.option("--claim", "words", default="", metavar="TEXT", help="The claim in words.")
@db_option
@click.pass_context
def add(ctx: click.Context, test: str, words: str, db: Path) -> None:
    """Judge a claim of your own by the same rules, and keep it.

    TEST says what must hold: "ML > AI: PyTorch", "AI >= 50%: required python", "AI = FS: tag collaboration"; roles are AI,
    ML, DS and FS. It is kept in claims.csv beside the warehouse, and every `rolescope claims` judges it again.
    """
    from warehouse import connect
    from warehouse.claims.court import judge_claims
    from warehouse.claims.language import parse
    from warehouse.claims.own_claims import keep, new_claim, own_claims, shipped_claims
    from warehouse.claims.vocabulary import Vocabulary

    if ctx.get_parameter_source("db") is click.core.ParameterSource.DEFAULT and ctx.parent:
        db = ctx.parent.params["db"]  # `claims --db … add`
    own, test = own_claims(db), " ".join(test.split())
    claim = new_claim(own, test, " ".join(words.split()))
    with connect(db) as con, progress_bar() as progress:
        known = [*shipped_claims(), *(one for one in own if one.claim_id != claim.claim_id), claim]
        vocabulary = Vocabulary.of(con)
        if vocabulary.skills:  # else nothing is labelled, which is said below
            parse(test, vocabulary)
        found = judge_claims(con, known, progress)
    _print_in_full(claim, [one for one in found if one.claim_id == claim.claim_id])
    _print_sample(is_sample(db))
    if any(one.test == test for one in own):
        click.echo(f"It is among your claims already, as {claim.claim_id}.")
    else:
        click.echo(f"Kept as {claim.claim_id} in {keep(db, claim)}.")


def _refuse_unknown(claim_id: str | None, known: "Iterable[Claim]") -> None:
    from difflib import get_close_matches

    ids = {claim.claim_id.casefold(): claim.claim_id for claim in known}
    if claim_id and claim_id.casefold() not in ids:
        nearest = ", ".join(ids[near] for near in get_close_matches(claim_id.casefold(), ids, 3, 0.5))
        also = f" Nearest: {nearest}." if nearest else " `rolescope claims` lists them."
        fail(f"--claim {claim_id}: there is no such claim.{also}", 2)


def _print_results(title: str, results: "Sequence[tuple[Claim, list[Judgement]]]") -> None:
    from rich.text import Text

    if not results:
        return
    table = _table("", "claim", "verdict", "effect (95 %)", "ads", right=("effect (95 %)", "ads"))
    for claim, parts in results:
        one = next(part for part in parts if part.decides)
        style = _STYLES.get(one.verdict, "")
        table.add_row(
            claim.claim_id, Text(claim.claim), Text(_plain(one.verdict), style), _effect(one), _ads(one)
        )  # fmt: skip
    click.echo(f"\n{title}")
    _print(table)


def _print_scoreboard(found: "Sequence[Judgement]", known: "Sequence[Claim]") -> None:
    from warehouse.claims.court import scoreboard

    click.echo("\nHow many testable claims the ads uphold")
    counts = (
        "claims",
        "testable",
        "supported",
        "not robust",
        "contradicted",
        "no difference",
        "undecided",
        "not in ads",
    )
    table = _table("essay", *counts, "upheld", right=(*counts, "upheld"))
    for essay, score in scoreboard(found, known).items():
        upheld = f"{100 * score.supported / score.testable:.0f} %" if score.testable else "–"
        table.add_row(_ESSAYS[essay], *(f"{n:,}" for n in score), upheld)
    _print(table)


def _print_in_full(claim: "Claim", parts: "Sequence[Judgement]") -> None:
    from warehouse.claims.wording import interval_text, value_text

    deciding = next(part for part in parts if part.decides)
    click.echo(f"{claim.claim_id}: {claim.claim}")
    if claim.essay != "own":
        click.echo(f"{_ESSAYS[claim.essay]}; {claim.topic}")
    if claim.reading:
        click.echo(f"Reading: {claim.reading}")
    click.echo(f"Verdict: {_plain(deciding.verdict)}: {deciding.reason}.")
    for one in parts:
        if one.unit is None:
            continue
        click.echo(f"\n{one.test}")
        if len(parts) > 1:
            click.echo(f"  {_plain(one.verdict)}: {one.reason}")
        for name, n, n_with, level in (
            ("a", one.n_a, one.n_with_a, one.share_a),
            ("b", one.n_b, one.n_with_b, one.share_b),
        ):
            if n is not None:
                counts = (
                    f"{n_with:,} of {n:,}" if n_with is not None
                    else f"between halves of its {n:,} ads" if one.unit == "distance"
                    else f"{n:,} ads"
                )  # fmt: skip
                click.echo(f"  side {name}    {value_text(level, one.unit, signed=False)} ({counts})")
        signed = one.n_b is not None
        for name, value, low, high in (
            ("by title", one.effect, one.ci_low, one.ci_high),
            ("by title and text", one.effect_role, one.ci_low_role, one.ci_high_role),
            (
                f"by text, {one.masked_group or 'title'} hidden",
                one.effect_masked,
                one.ci_low_masked,
                one.ci_high_masked,
            ),
        ):
            click.echo(
                f"  {name:32}{value_text(value, one.unit, signed)} ({interval_text(low, high, one.unit, signed)})"
            )
        click.echo(f"  p {_p(one.p)}, q {_p(one.q)} (among all claims)")
        if one.broken_by:
            click.echo(f"  Broken: {one.broken_by}")
        click.echo("  SQL:\n    " + (one.sql or "").replace("\n", "\n    "))


def _print_sample(sample: bool) -> None:
    if sample:
        click.echo("These are sample data: invented ads, whose verdicts say nothing of the world.")


def _plain(verdict: str) -> str:
    return verdict.replace("_", " ")


def _effect(one: "Judgement") -> str:
    from warehouse.claims.wording import interval_text, value_text

    if one.effect is None:
        return "–"
    signed = one.n_b is not None
    return f"{value_text(one.effect, one.unit, signed)} ({interval_text(one.ci_low, one.ci_high, one.unit, signed)})"


def _ads(one: "Judgement") -> str:
    return " / ".join(f"{n:,}" for n in (one.n_a, one.n_b) if n is not None) or "–"


def _p(value: float | None) -> str:
    return "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _table(*columns: str, right: Sequence[str] = ()) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(
            name, justify="right" if name in right else "left", no_wrap=name not in ("claim", "verdict", "essay")
        )
    return table


def _print(table: "Table") -> None:
    import sys

    from rich.console import Console

    Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH).print(table)
