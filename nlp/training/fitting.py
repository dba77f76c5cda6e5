"""Fitting of the linear models, and of the regressions that turn what they say into probabilities (stackers).

The linear models learn from weak labels only, the stackers from ads that people read. Stackers that are fitted to read ads
also make better labels for the linear models than titles and cues do: so both are fitted twice.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlp.roles.classifier import RoleClassifier
from nlp.roles.features import N_KEYS, Batch, Floats, Keys, Words, counts, key_table, keys, weigh
from nlp.roles.labels import CLASSES, Cues, weak_labels
from nlp.roles.signals import Linear, Stacker, named_roles, text_keys
from nlp.roles.stacking import fit_stacker
from nlp.training.ads import Pool, Progress, ReadAds, tokenize

Labels = NDArray[Any]

_CHUNK = 1000
_FEWEST_ADS = {"text": 25, "title": 5}
"""A feature must stand in so many of the ads."""
_MOST_FEATURES = {"text": 40_000, "title": 8_000}
_STRENGTH = {"text": 3.0, "title": 10.0}
"""Inverse regularisation."""
_SURE = 0.6
"""So likely must a role be for the second fit to learn from it."""


def fit(pool: Pool, read: ReadAds, hidden: Words, tell: Progress) -> tuple[dict[str, Linear], dict[str, int]]:
    """The linear models of the title, of the text with hidden words and of the whole text; and how many texts of each of
    CLASSES they learned from.

    The first ones learn what titles and cues say. With stackers fitted to ``read`` they say of every ad of the pool what it
    is; the second ones learn that where it is sure. Ads with mixed titles and duties, which no rule settles, come in so."""
    tell("fit", 0, 4)
    titles, cues = tokenize(pool.titles, boilerplate=True), Cues()
    found = pool_keys(pool, titles, hidden)
    cue, n_words = np.concatenate([cues(one) for one in found]), np.concatenate([one.n_words for one in found])
    labels = weak_labels(pool.rules, cues.names, cue, n_words)
    named = np.array([rule.neighbour or None if rule else None for rule in pool.rules], dtype=object)
    linear = fit_linear(titles, found, labels, np.where(known(labels), labels, named))
    tell("fit", 1, 4)
    model = RoleClassifier(linear, {}, hidden, "")
    of_read = model.inputs(tokenize(read.titles, boilerplate=True), read.texts, named_roles(read.titles))
    roles, neighbours = (fit_stacker(name, of_read["both"], read) for name in ("both", "adjacent"))
    labels = sure_labels(model, roles, neighbours, pool, titles)
    tell("fit", 2, 4)
    linear = fit_linear(titles, found, labels, labels)
    tell("fit", 4, 4)
    return linear, {name: int((labels == name).sum()) for name in CLASSES}


def pool_keys(pool: Pool, titles: Batch, hidden: Words) -> list[Keys]:
    """The features of the pool's texts, some ads at once; ``titles`` are the pool's."""
    starts = range(0, len(titles), _CHUNK)
    return [text_keys(pool.texts.rows(i, i + _CHUNK), titles.rows(i, i + _CHUNK), hidden) for i in starts]


def sure_labels(model: RoleClassifier, roles: Stacker, neighbours: Stacker, pool: Pool, titles: Batch) -> Labels:
    """One of CLASSES for each ad of the pool, or None where no role is likely enough, by stackers on what ``model`` says."""
    named, parts = named_roles(pool.titles), [np.zeros(0, dtype=object)]
    for i in range(0, len(titles), _CHUNK):
        of = slice(i, i + _CHUNK)
        inputs = model.inputs(titles.rows(i, i + _CHUNK), pool.texts.rows(i, i + _CHUNK), named[of])["both"]
        parts.append(_labels(roles(inputs), neighbours(inputs)))
    return np.concatenate(parts)


def known(labels: Labels) -> NDArray[np.bool_]:
    """Where there is a label."""
    return np.array([label is not None for label in labels], dtype=np.bool_)


def _labels(roles: Floats, neighbours: Floats) -> Labels:
    """One of CLASSES where a role is likely enough, else None."""
    best = np.nan_to_num(roles).argmax(axis=1)
    place = np.where(best < 4, best, 4 + np.nan_to_num(neighbours).argmax(axis=1))
    names: Labels = np.array(CLASSES, dtype=object)[place]
    names[np.nan_to_num(roles).max(axis=1) < _SURE] = None
    return names


def fit_linear(
    titles: Batch,
    found: Sequence[Keys],
    labels: Labels,
    of_title: Labels,
    stored: Mapping[str, Linear] | None = None,
) -> dict[str, Linear]:
    """The linear models of what is labelled, by its title and by its text; ``stored`` are models whose features, with
    their weights, stand beside those found here."""
    titled, texted = known(of_title), known(labels)
    of_titles = [keys(titles.only(titled))]
    y = np.array([CLASSES.index(label) for label in of_title[titled]])
    features = _with(stored["title"] if stored else None, *_features(of_titles, y, "title"))
    models = {"title": _linear(of_titles, y, *features, "title", shown_only=False)}
    found = [_only(one, texted[i * _CHUNK : (i + 1) * _CHUNK]) for i, one in enumerate(found)]
    y = np.array([CLASSES.index(label) for label in labels[texted]])
    features = _with(stored["whole"] if stored else None, *_features(found, y, "text"))
    for name in ("masked", "whole"):
        models[name] = _linear(found, y, *features, "text", shown_only=name == "masked")
    return models


def _only(found: Keys, wanted: NDArray[np.bool_]) -> Keys:
    """The features of the texts for which ``wanted`` is true."""
    kept = wanted[found.row]
    row = (np.cumsum(wanted) - 1).astype(np.int32)[found.row[kept]]
    sizes = {"n_words": found.n_words[wanted], "n_shown": found.n_shown[wanted]}
    return replace(found, key=found.key[kept], row=row, shown=found.shown[kept], **sizes)


def _features(found: Sequence[Keys], y: NDArray[np.intp], of: str) -> tuple[NDArray[np.uint32], Floats]:
    """The keys that differ most between the classes (chi-squared of the ads that have them), and their idf."""
    table = np.zeros((len(CLASSES), N_KEYS), dtype=np.int32)
    start = 0
    for one in found:
        classes = y[start : start + len(one.n_words)]
        start += len(one.n_words)
        cell = np.unique(one.row.astype(np.int64) * N_KEYS + one.key)
        np.add.at(table, (classes[cell // N_KEYS], cell % N_KEYS), 1)
    n_ads = table.sum(axis=0)
    frequent = np.flatnonzero(n_ads >= _FEWEST_ADS[of])
    observed = table[:, frequent].astype(np.float64)
    expected = np.outer(np.bincount(y, minlength=len(CLASSES)) / len(y), n_ads[frequent])
    telling = ((observed - expected) ** 2 / np.maximum(expected, 1e-9)).sum(axis=0)
    best = np.sort(frequent[np.argsort(-telling, kind="stable")[: _MOST_FEATURES[of]]])
    return best.astype(np.uint32), (np.log(len(y) / n_ads[best]) + 1).astype(np.float32)


def _with(stored: Linear | None, found: NDArray[np.uint32], idf: Floats) -> tuple[NDArray[np.uint32], Floats]:
    if stored is None:
        return found, idf
    both = np.concatenate([stored.keys, found])
    union, first = np.unique(both, return_index=True)  # the stored one where both have it
    return union, np.concatenate([stored.idf, idf])[first]


def _linear(
    found: Sequence[Keys], y: NDArray[np.intp], stored: NDArray[np.uint32], idf: Floats, of: str, *, shown_only: bool
) -> Linear:
    """A multinomial regression on the stored keys; classes count alike in the text, as often as they are in titles."""
    table = key_table(stored)
    rows = [counts(one, table, len(stored), shown_only=shown_only) for one in found]
    matrix: csr_matrix[Any] = weigh(csr_matrix(vstack(rows)), idf)
    regression = LogisticRegression(
        C=_STRENGTH[of], max_iter=60, tol=1e-3, class_weight="balanced" if of == "text" else None
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # later steps change the scores in the third digit
        regression.fit(matrix, y)
    coef, intercept = np.zeros((len(CLASSES), len(stored))), np.full(len(CLASSES), -20.0)
    coef[regression.classes_], intercept[regression.classes_] = regression.coef_, regression.intercept_
    return Linear(stored, idf, coef.astype(np.float16).astype(np.float32), intercept.astype(np.float32))
