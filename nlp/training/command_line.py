"""The command `train`: parse, let a model learn, print how it compares."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import at_option, counted, db_option, fail, progress_bar

if TYPE_CHECKING:
    import duckdb

    from nlp.training.retrain import Retrained, SampleAd

_NEXT = " Next: `rolescope label --db {}` labels all ads anew."


@click.command()
@db_option
@at_option
@click.option(
    "--labels", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Labels to learn from, as `rolescope review` writes them.  [default: labels.csv beside the warehouse]",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Same data and seed: same model, bit for bit.")
@click.option("--shipped", is_flag=True, help="Go back to the model that ships; labels stay.")
@click.option(
    "--gold", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER",
    help="For maintainers: train the shipped model anew, measured on gold.jsonl and gold.parquet of this folder.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="With --gold: where to.  [default: nlp/roles]"
)
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --gold: its page.  [default: docs/model_card.md]",
)
@click.option(
    "--leave-out", is_flag=True, help="With --gold: also train without each board and measure on it; takes hours."
)
@click.pass_obj
def train(
    sample_ads: "Callable[[], list[SampleAd]]",
    db: Path,
    at: datetime | None,
    labels: Path | None,
    seed: int,
    shipped: bool,
    gold: Path | None,
    out: Path | None,
    card: Path | None,
    leave_out: bool,
) -> None:
    """Fit the role classifier to your own ads and labels.

    The new model is held against the shipped one, on the sample ads and on your labels, and taken only when it is not worse
    there. It goes into the folder model beside the warehouse, and `rolescope label` uses it.
    """
    from nlp.training.own_model import remove_own_model

    if gold is None and (out or card or leave_out):
        fail("--out, --card and --leave-out go with --gold", 2)
    if shipped and (gold or labels):
        fail("--shipped goes back to the shipped model and trains nothing: leave --gold and --labels out", 2)
    if labels is not None and not labels.exists():
        fail(f"--labels {labels}: there is no such file; `rolescope review --labels {labels}` makes one", 2)
    if shipped:
        was = remove_own_model(db)
        click.echo(f"{'Back to' if was else 'It was'} the shipped model.{_NEXT.format(db) if was else ''}")
    elif gold is not None:
        _train_shipped(db, labels, seed, gold, out or Path("nlp/roles"), card or Path("docs/model_card.md"), leave_out)
    else:
        _train_own(db, at or datetime.now(UTC), labels or db.parent / "labels.csv", seed, sample_ads())


def _train_own(db: Path, at: datetime, labels: Path, seed: int, sample_ads: "list[SampleAd]") -> None:
    from nlp.review.labels_file import read_labels
    from nlp.training.own_model import own_folder, remove_own_model, write_own_model
    from nlp.training.retrain import retrain
    from warehouse import connect
    from warehouse.landing import iso

    try:
        given = read_labels(labels)
    except ValueError as error:
        fail(str(error), 2)
    with connect(db) as con, progress_bar() as progress:
        _refuse_unfit(con, db)
        result = retrain(con, given, sample_ads, seed, progress)
    for reason in result.skipped:
        click.echo(f"Not learned: {reason}.")
    if not result.tried:
        fail(f"nothing to learn from: collect more ads, or label some with `rolescope review --db {db}`", 1)
    _print_scores(result)
    ads = f"{counted(result.n_ads, 'ad')} and {counted(result.n_labels, 'label')}"
    if result.taken is None:
        was = remove_own_model(db)
        gone = f"; {own_folder(db)}, of an earlier training, is gone.{_NEXT.format(db)}" if was else "."
        click.echo(
            f"Not taken: what {ads} teach is not better, or somewhere worse: ads are labelled by the shipped model{gone}"
        )
        return
    scores = {
        one.name: {name: asdict(score) for name, score in one.scores.items()} for one in (result.shipped, *result.tried)
    }
    record = {
        "taken": result.taken.name, "trained_at": iso(at), "seed": seed, "n_ads": result.n_ads,
        "n_labels": result.n_labels, "scores": scores,
    }  # fmt: skip
    version = write_own_model(db, result.taken.model, record)
    click.echo(f"Taken: {result.taken.name}, model {version} made of {ads}, in {own_folder(db)}.{_NEXT.format(db)}")


def _print_scores(result: "Retrained") -> None:
    """A row for each model: accuracy and log-loss on each set of ads."""
    sets = list(result.shipped.scores.items())
    click.echo(" " * 18 + "".join(f"{f'{name}, n = {score.n:,}':>26}" for name, score in sets))
    click.echo(f"{'model':18}" + f"{'accuracy':>15}{'log-loss':>11}" * len(sets))
    for one in (result.shipped, *result.tried):
        cells = (one.scores[name] for name, _ in sets)
        numbers = "".join(f"{score.accuracy:>15.3f}{score.log_loss:>11.3f}" for score in cells)
        click.echo(f"{one.name:18}{numbers}{'  taken' if one is result.taken else ''}")


def _train_shipped(
    db: Path, labels: Path | None, seed: int, gold: Path, out: Path, card: Path, leave_out: bool
) -> None:
    from nlp.review.labels_file import read_labels
    from nlp.training.model_card import model_card
    from nlp.training.train import train as run_train
    from warehouse import connect

    for name in ("gold.jsonl", "gold.parquet"):
        if not (gold / name).exists():
            fail(f"--gold {gold}: it holds no {name}", 2)
    labels = labels or Path(str(files("nlp") / "labels.csv"))
    try:
        with connect(db) as con, progress_bar() as progress:
            _refuse_unfit(con, db)
            metrics = run_train(con, read_labels(labels), gold, out, seed, progress, leave_out=leave_out)
    except (ValueError, KeyError) as error:
        fail(f"training with {db}, {labels} and {gold} failed: {error}; mend or name other ones", 2)
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(model_card(metrics), encoding="utf-8")
    scores = ", ".join(f"{metrics[name]['macro_f1']:.3f} {name}" for name in ("role", "role_by_text", "role_by_title"))
    n_gold = metrics["read"]["gold"]["n"]
    click.echo(f"Model {metrics['version']} in {out}: macro-F1 on {n_gold:,} gold ads: {scores}. Scores: {card}.")


def _refuse_unfit(con: "duckdb.DuckDBPyConnection", db: Path) -> None:
    if not con.execute("select count(*) from job_posting_text").fetchall()[0][0]:
        fail(f"{db} holds no ad to learn from: collect some with `rolescope crawl` or `rolescope import`", 1)
    if con.execute("select bool_or(is_sample) from snapshot").fetchall()[0][0]:
        fail(f"{db} holds sample data, which models are held against: train on ads that you collected", 1)
