"""Training on one's own crawl: candidates made from the shipped model, held against it and taken only when not worse.

Linear models learn the words of the ads that the shipped model is sure of; stackers move towards the labels that people
gave. Every run begins with the shipped model, so that it can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from nlp.review.labels_file import ReviewedLabel
from nlp.roles.classifier import RoleClassifier
from nlp.roles.labels import ROLES, TitleRules
from nlp.training.ads import Pool, Progress, ReadAds, read_labelled, read_pool, tokenize
from nlp.training.comparison import Held, Score, crossed_score, inputs_of, is_better, score
from nlp.training.fitting import fit_linear, known, pool_keys, sure_labels
from nlp.training.refitting import average, refit_stackers

FEWEST_ADS = 2000
"""That linear models learn from: from fewer they learn whims."""
FEWEST_LABELS = 20
"""That stackers are moved by: fewer only measure."""

SampleAd = tuple[str, str, str]
"""Title, text and role of an invented ad."""


@dataclass(frozen=True)
class Candidate:
    """A model, and its scores by what it was held against: "sample ads", and "your labels" where there are any."""

    name: str
    model: RoleClassifier
    scores: dict[str, Score]


@dataclass(frozen=True)
class Retrained:
    """What came of a training: the candidates that were tried (``taken`` is the last of them, or None), what was not tried
    and why, and how many ads of the warehouse there were to learn from, without and with a label."""

    shipped: Candidate
    tried: list[Candidate]
    taken: Candidate | None
    skipped: list[str]
    n_ads: int
    n_labels: int


def retrain(
    con: duckdb.DuckDBPyConnection,
    labels: Sequence[ReviewedLabel],
    sample: Sequence[SampleAd],
    seed: int = 0,
    progress: Progress | None = None,
    shipped: RoleClassifier | None = None,
) -> Retrained:
    """The first model that may replace ``shipped`` (None: the one that ships): one with words and labels of the warehouse's
    ads, else one with labels alone. The same data and seed give the same model."""
    tell = progress or (lambda stage, done, total: None)
    shipped = shipped or RoleClassifier.load()
    tell("read ads", 0, 1)
    read, without = read_labelled(con, labels)
    pool = read_pool(con, without, TitleRules(), seed, tell)
    tell("read ads", 1, 1)
    invented = Held(
        [title for title, _, _ in sample],
        tokenize([text for _, text, _ in sample]),
        np.array([ROLES.index(role) for _, _, role in sample], dtype=np.intp),
    )
    of_shipped = {"sample ads": score(shipped, invented)}
    if len(read.y):
        of_shipped["your labels"] = score(shipped, read)
    present = Candidate("shipped", shipped, of_shipped)
    ways, skipped = _ways(shipped, pool, read)
    tried: list[Candidate] = []
    for way in ways:
        tell("compare", len(tried), len(ways))
        model = _with_words(shipped, pool) if "words" in way else shipped
        tried.append(_candidate(way, model, invented, read, seed))
        if is_better(tried[-1].scores, present.scores):
            break
    tell("compare", len(ways), len(ways))
    taken = next((one for one in tried if is_better(one.scores, present.scores)), None)
    return Retrained(present, tried, taken, skipped, len(pool.titles), len(read.y))


def _ways(shipped: RoleClassifier, pool: Pool, read: ReadAds) -> tuple[list[str], list[str]]:
    """What can be learned, in the order in which it is tried; and what can't be, and why."""
    ways, skipped, moved = [], [], len(read.y) >= FEWEST_LABELS and len(set(read.employers)) > 1
    if shipped.n_learned is None:
        skipped.append("words: the shipped model does not say from how many ads it learned")
    elif len(pool.titles) < FEWEST_ADS:
        skipped.append(
            f"words: that takes {FEWEST_ADS:,} ads of different openings, and there are {len(pool.titles):,}"
        )
    else:
        ways.append("words and labels" if moved else "words")
    if moved:
        ways.append("labels")
    else:
        skipped.append(f"labels: that takes {FEWEST_LABELS} ads of several employers, and there are {len(read.y):,}")
    return ways, skipped


def _with_words(shipped: RoleClassifier, pool: Pool) -> RoleClassifier:
    """The linear models averaged with such as learned from those ads that the shipped model is sure of, each weighted by
    the number of ads that it learned from."""
    titles = tokenize(pool.titles, boilerplate=True)
    labels = sure_labels(shipped, shipped.stackers["both"], shipped.stackers["adjacent"], pool, titles)
    n_shipped, n_own = shipped.n_learned or 0, int(known(labels).sum())
    if len(set(labels[known(labels)].tolist())) < 2:
        return shipped
    own = fit_linear(titles, pool_keys(pool, titles, shipped.hidden), labels, labels, shipped.linear)
    linear = average(shipped.linear, own, n_own / (n_own + n_shipped))
    return RoleClassifier(linear, shipped.stackers, shipped.hidden, "", n_own + n_shipped)


def _candidate(way: str, model: RoleClassifier, invented: Held, read: ReadAds, seed: int) -> Candidate:
    """The model, with stackers moved by all labels where labels are learned from; it is measured on these by stackers that
    saw none of the same employer."""
    of_labels: Mapping[str, Score] = {}
    if "labels" in way:
        of_labels = {"your labels": crossed_score(model, read, seed)}
        stackers = refit_stackers(model.stackers, inputs_of(model, read), read, np.arange(len(read.y)))
        model = RoleClassifier(model.linear, stackers, model.hidden, "", model.n_learned)
    elif len(read.y):
        of_labels = {"your labels": score(model, read)}
    return Candidate(way, model, {"sample ads": score(model, invented), **of_labels})
