"""Training of the role classifier: weak labels from titles and cues, calibrated and measured on ads that were read.

The read ads (gold) are never trained on by the linear models. They fit the small stackers, and every score on them is
of a cross-validation grouped by employer.
"""

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlp.role_baselines import by_rules, plain_tfidf
from nlp.role_checks import checks
from nlp.role_features import N_KEYS, Batch, Floats, Keys, Words, counts, key_table, keys, weigh
from nlp.role_labels import CLASSES, ROLES, Cues, TitleRules, weak_labels
from nlp.role_scores import calibration, f1_by_role, scores
from nlp.roles import Linear, RoleClassifier, Stacker, role_words, stacker_inputs, text_keys
from nlp.stacking import cross_predict, fit_stacker
from nlp.training_ads import Gold, Sample, cleaned, read_gold, read_sample, tokenize

Progress = Callable[[str, int, int], None]
Labels = NDArray[Any]

_CHUNK = 1000
_FEWEST_ADS = {"text": 25, "title": 5}
"""A feature must stand in so many of the ads."""
_MOST_FEATURES = {"text": 40_000, "title": 8_000}
_STRENGTH = {"text": 3.0, "title": 10.0}
"""Inverse regularisation."""


def train(
    ads: Sequence[Path], gold: Path, out: Path, seed: int = 0, progress: Progress | None = None
) -> dict[str, Any]:
    """Train on parquet files of ads (columns ad, title, company, description) and write ``out/model/roles.npz``,
    ``out/model/roles.json`` and ``out/metrics.json``; returns the metrics. The same data and seed give the same bytes.

    ``gold`` is a folder with gold.jsonl (ad, stratum, role, adjacent, secondary) and gold.parquet (the texts). No ad of
    gold, and no other ad of its employers, is trained on. Raises OSError where a file can't be read, KeyError or
    pyarrow.ArrowInvalid where a column is missing.
    """
    tell = progress or (lambda stage, done, total: None)
    rules, read = TitleRules(), read_gold(gold)
    sample, texts, labels, linear = _learn(ads, read, rules, seed, tell)
    hidden = role_words()

    gold_titles, gold_texts = tokenize(read.titles), tokenize(cleaned(read.descriptions))
    signals, features = RoleClassifier(linear, {}, hidden, "").signals(gold_titles, gold_texts)
    inputs = stacker_inputs(signals, features.n_words, features.n_shown)
    stackers = {name: fit_stacker(x, read.y) for name, x in inputs.items()}
    _write(out / "model", linear, hidden, stackers)
    model = RoleClassifier.load(out / "model")

    y = read.y
    crossed = {name: cross_predict(x, read, seed) for name, x in inputs.items()}
    metrics: dict[str, Any] = {
        "version": model.version,
        "seed": seed,
        "training": {**sample.counts, **_class_counts(sample, labels)},
        "gold": {"n": len(y), "n_by_role": {role: int((y == i).sum()) for i, role in enumerate(ROLES)}},
        **{
            answer: {**scores(y, crossed[name].argmax(1)), "calibration": calibration(y, crossed[name])}
            for answer, name in (("role", "both"), ("role_by_text", "text"), ("role_by_title", "title"))
        },
        "baselines": {
            "title_rules": scores(y, by_rules(read.titles, rules)),
            "majority": scores(y, np.full(len(y), np.bincount(y).argmax())),
            "plain_tfidf": scores(y, plain_tfidf(texts, sample, gold_texts)),
            "shuffled_gold_labels": scores(y, cross_predict(inputs["both"], read, seed, shuffle=True).argmax(1)),
        },
        "checks": checks(model, read, gold_titles, gold_texts, crossed, seed),
    }
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    return metrics


def leave_one_out(
    ads: Sequence[Path], left: Sequence[Path], gold: Path, seed: int = 0, progress: Progress | None = None
) -> dict[str, dict[str, float]]:
    """For each file of ``left``, by its name: how well a model trained on the other files of ``ads`` does on the read ads
    of its data sets (column dataset), beside one trained on all. Takes as long as ``train`` for each file and once more.
    """
    tell = progress or (lambda stage, done, total: None)
    rules, read, hidden = TitleRules(), read_gold(gold), role_words()
    gold_titles, gold_texts = tokenize(read.titles), tokenize(cleaned(read.descriptions))

    def said(paths: Sequence[Path]) -> NDArray[np.intp]:
        linear = _learn(paths, read, rules, seed, tell)[3]
        signals, features = RoleClassifier(linear, {}, hidden, "").signals(gold_titles, gold_texts)
        inputs = stacker_inputs(signals, features.n_words, features.n_shown)["both"]
        return np.asarray(cross_predict(inputs, read, seed).argmax(axis=1), dtype=np.intp)

    with_all, result = said(ads), {}
    for path in left:
        datasets = set(pq.read_table(path, columns=["dataset"])["dataset"].to_pylist())
        its = np.array([dataset in datasets for dataset in read.datasets])
        if its.any():
            without = said([other for other in ads if other != path])
            result[path.stem] = {
                "n": int(its.sum()),
                "accuracy": round(float((without == read.y)[its].mean()), 4),
                "accuracy_with": round(float((with_all == read.y)[its].mean()), 4),
                "macro_f1": round(float(f1_by_role(read.y, without).mean()), 4),
            }
    return result


def _learn(
    ads: Sequence[Path], read: Gold, rules: TitleRules, seed: int, tell: Progress
) -> tuple[Sample, Batch, Labels, dict[str, Linear]]:
    """The sample, its token hashes, its weak labels, and the linear models that they make."""
    tell("read ads", 0, 1)
    sample = read_sample(ads, read, rules, seed)
    tell("read ads", 1, 1)
    titles, texts = tokenize(sample.titles), _tokenize(sample.descriptions, tell)
    labels = _labels(sample, texts)
    return sample, texts, labels, _fit(titles, texts, labels, role_words(), sample, tell)


def _tokenize(descriptions: Sequence[str], tell: Progress) -> Batch:
    parts = []
    for start in range(0, len(descriptions), _CHUNK):
        tell("tokenize", start, len(descriptions))
        parts.append(tokenize(cleaned(descriptions[start : start + _CHUNK])))
    tell("tokenize", len(descriptions), len(descriptions))
    lengths = np.concatenate([np.diff(part.bounds) for part in parts])
    return Batch(np.concatenate([part.ids for part in parts]), np.concatenate([[0], np.cumsum(lengths)]))


def _labels(sample: Sample, texts: Batch) -> Labels:
    """One of CLASSES or None for each ad of the sample."""
    cues = Cues()
    found = [keys(texts.rows(start, start + _CHUNK)) for start in range(0, len(texts), _CHUNK)]
    cue = np.concatenate([cues(one) for one in found])
    return weak_labels(sample.rules, cues.names, cue, np.concatenate([one.n_words for one in found]))


def _known(labels: Labels) -> NDArray[np.bool_]:
    return np.array([label is not None for label in labels], dtype=np.bool_)


def _title_labels(sample: Sample, labels: Labels) -> Labels:
    """The labels, and where there are none the neighbour that the title names: it needn't be plain for the title."""
    named = np.array([rule.neighbour or None for rule in sample.rules], dtype=object)
    return np.where(_known(labels), labels, named)


def _fit(
    titles: Batch, texts: Batch, labels: Labels, hidden: Words, sample: Sample, tell: Progress
) -> dict[str, Linear]:
    """The linear models of the title, of the text with hidden words, and of the whole text."""
    tell("fit", 0, 3)
    of_title = _title_labels(sample, labels)
    titled, texted = _known(of_title), _known(labels)
    titled_keys = [keys(titles.only(titled))]
    titled_class = np.array([CLASSES.index(label) for label in of_title[titled]])
    y = np.array([CLASSES.index(label) for label in labels[texted]])
    title_features = _features(titled_keys, titled_class, "title")
    title = _linear(titled_keys, titled_class, *title_features, "title", shown_only=False)
    tell("fit", 1, 3)
    texts, titles = texts.only(texted), titles.only(texted)
    starts = range(0, len(texts), _CHUNK)
    found = [text_keys(texts.rows(i, i + _CHUNK), titles.rows(i, i + _CHUNK), hidden) for i in starts]
    text_features = _features(found, y, "text")
    masked = _linear(found, y, *text_features, "text", shown_only=True)
    tell("fit", 2, 3)
    whole = _linear(found, y, *text_features, "text", shown_only=False)
    tell("fit", 3, 3)
    return {"title": title, "masked": masked, "whole": whole}


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


def _write(folder: Path, linear: Mapping[str, Linear], hidden: Words, stackers: Mapping[str, Stacker]) -> None:
    """The model as arrays without pickle and JSON; NumPy stamps no time into the file, so equal models are equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"hidden": hidden.ids}
    for name, model in linear.items():
        of = "title" if name == "title" else "text"
        arrays |= {f"{of}_keys": model.keys, f"{of}_idf": model.idf}
        arrays |= {f"{name}_coef": model.coef.astype(np.float16), f"{name}_intercept": model.intercept}
    np.savez(folder / "roles.npz", allow_pickle=False, **arrays)
    settings = {
        "classes": CLASSES,
        "roles": ROLES,
        "stackers": {
            name: {
                "coef": [[round(float(value), 6) for value in row] for row in stacker.coef],
                "intercept": [round(float(value), 6) for value in stacker.intercept],
            }
            for name, stacker in stackers.items()
        },
    }
    (folder / "roles.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _class_counts(sample: Sample, labels: Labels) -> dict[str, Any]:
    return {
        "n_ads_sampled": len(sample.titles),
        "n_texts_labelled": int(_known(labels).sum()),
        "n_texts_by_class": {name: int((labels == name).sum()) for name in CLASSES},
    }
