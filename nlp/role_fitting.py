"""Fitting of the linear models to weakly labelled ads."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlp.role_features import N_KEYS, Batch, Floats, Keys, Words, counts, key_table, keys, weigh
from nlp.role_labels import CLASSES, Cues, weak_labels
from nlp.role_signals import Linear, text_keys
from nlp.training_ads import Sample

Progress = Callable[[str, int, int], None]
Labels = NDArray[Any]

_CHUNK = 1000
_FEWEST_ADS = {"text": 25, "title": 5}
"""A feature must stand in so many of the ads."""
_MOST_FEATURES = {"text": 40_000, "title": 8_000}
_STRENGTH = {"text": 3.0, "title": 10.0}
"""Inverse regularisation."""
_SURE = 0.5
"""So likely must a class be to label an ad that titles and cues don't."""
_TITLE_SHARE = 0.3
"""What a title adds to the text in that: such titles mislead."""


def labels_of(sample: Sample, texts: Batch) -> Labels:
    """One of CLASSES or None for each ad of the sample."""
    cues = Cues()
    found = [keys(texts.rows(start, start + _CHUNK)) for start in range(0, len(texts), _CHUNK)]
    cue = np.concatenate([cues(one) for one in found])
    return weak_labels(sample.rules, cues.names, cue, np.concatenate([one.n_words for one in found]))


def known(labels: Labels) -> NDArray[np.bool_]:
    """Where there is a label."""
    return np.array([label is not None for label in labels], dtype=np.bool_)


def fit(
    titles: Batch, texts: Batch, labels: Labels, hidden: Words, sample: Sample, tell: Progress
) -> tuple[dict[str, Linear], int]:
    """The linear models of the title, of the text with hidden words and of the whole text; and how many ads without a
    label got one. A first model of titles and of whole texts labels those of which it is sure: they are the ads with
    mixed titles and mixed duties, which no rule settles and which would otherwise be missing from the training."""
    tell("fit", 0, 4)
    title = _fit_title(titles, labels, sample)
    tell("fit", 1, 4)
    starts = range(0, len(texts), _CHUNK)
    found = [text_keys(texts.rows(i, i + _CHUNK), titles.rows(i, i + _CHUNK), hidden) for i in starts]
    first = _fit_text(found, labels, ("whole",))["whole"]
    table, title_table = key_table(first.keys), key_table(title.keys)
    said = np.concatenate([first.log_probabilities(one, table) for one in found])
    said += _TITLE_SHARE * np.nan_to_num(title.log_probabilities(keys(titles), title_table))
    share = softmax(np.nan_to_num(said), axis=1)
    sure = ~known(labels) & (share.max(axis=1) > _SURE)
    labels = np.where(sure, np.array(CLASSES, dtype=object)[share.argmax(axis=1)], labels)
    tell("fit", 2, 4)
    return {"title": title, **_fit_text(found, labels, ("masked", "whole"))}, int(sure.sum())


def _fit_title(titles: Batch, labels: Labels, sample: Sample) -> Linear:
    """Trained on the labels, and where there are none on the neighbour that the title names: it needn't be plain."""
    named = np.array([rule.neighbour or None for rule in sample.rules], dtype=object)
    of_title = np.where(known(labels), labels, named)
    found = [keys(titles.only(known(of_title)))]
    y = np.array([CLASSES.index(label) for label in of_title[known(of_title)]])
    return _linear(found, y, *_features(found, y, "title"), "title", shown_only=False)


def _fit_text(found: Sequence[Keys], labels: Labels, which: Sequence[str]) -> dict[str, Linear]:
    texted = known(labels)
    y = np.array([CLASSES.index(label) for label in labels[texted]])
    found = [_only(one, texted[i * _CHUNK : (i + 1) * _CHUNK]) for i, one in enumerate(found)]
    features = _features(found, y, "text")
    return {name: _linear(found, y, *features, "text", shown_only=name == "masked") for name in which}


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
