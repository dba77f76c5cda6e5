"""Training of the shipped role classifier: weak labels from titles and cues, corrected, calibrated and measured by ads that
people read.

The linear models never learn from a read ad. The stackers are fitted to all read ads, so every score on these is of a
cross-validation grouped by employer. Gold ads, on which two readers agreed, are what the scores are of.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from nlp.review.labels_file import ReviewedLabel
from nlp.roles.classifier import RoleClassifier
from nlp.roles.features import Floats, Words
from nlp.roles.labels import CLASSES, ROLES, Cues, TitleRules
from nlp.roles.signals import Linear, Stacker, named_roles, role_words
from nlp.roles.stacking import INPUTS, cross_predict, fit_stacker
from nlp.training.ads import Pool, Progress, ReadAds, read_gold, read_labelled, read_pool, together, tokenize
from nlp.training.baselines import by_rules, plain_tfidf
from nlp.training.checks import checks
from nlp.training.fitting import fit
from nlp.training.scores import calibration, scores

_ANSWERS = {"role": "both", "role_by_text": "text", "role_by_title": "title"}


def train(
    con: duckdb.DuckDBPyConnection,
    labels: Sequence[ReviewedLabel],
    gold: Path,
    out: Path,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    leave_out: bool = False,
) -> dict[str, Any]:
    """Train on the ads of a warehouse and write ``out/model/roles.npz``, ``out/model/roles.json`` and
    ``out/metrics.json``; returns the metrics. The same data and seed give the same bytes.

    ``labels`` are of ads of the warehouse; ``gold`` is a folder with gold.jsonl (ad, stratum, role, adjacent, secondary)
    and gold.parquet (the texts). ``leave_out`` also measures, for each board with thirty read ads, how a model does on them
    that was trained without it: takes as long again for each. Raises OSError where a file can't be read, KeyError or
    pyarrow.ArrowInvalid where a column is missing, ValueError where labels are too few to fit anything.
    """
    tell = progress or (lambda stage, done, total: None)
    pool, read = read_all(con, labels, gold, seed, tell)
    linear, n_by_class = fit(pool, read.only(~read.is_gold), role_words(), tell)
    bare = RoleClassifier(linear, {}, role_words(), "")
    titles, named = tokenize(read.titles, boilerplate=True), named_roles(read.titles)
    inputs = bare.inputs(titles, read.texts, named)
    stackers = {name: fit_stacker(name, inputs[of], read) for name, of in INPUTS.items()}
    write_model(out / "model", linear, role_words(), stackers, sum(n_by_class.values()))
    model = RoleClassifier.load(out / "model")

    crossed = {}
    for i, name in enumerate(INPUTS):
        tell("cross-validate", i, len(INPUTS))
        crossed[name] = cross_predict(name, inputs[INPUTS[name]], read, seed)
    tell("cross-validate", len(INPUTS), len(INPUTS))
    metrics: dict[str, Any] = {
        "version": model.version,
        "seed": seed,
        "command": "rolescope train --gold GOLD" + (" --leave-out" if leave_out else ""),
        "training": {**pool.counts, "n_learned": sum(n_by_class.values()), "n_by_class": n_by_class},
        **_scores(read, crossed, inputs, pool, seed),
        "checks": checks(model, read, titles, named, crossed, seed),
    }
    if leave_out:
        metrics["left_out"] = _left_out(pool, read, crossed["both"], seed, tell)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    return metrics


def read_all(
    con: duckdb.DuckDBPyConnection, labels: Sequence[ReviewedLabel], gold: Path, seed: int, tell: Progress
) -> tuple[Pool, ReadAds]:
    """The pool, and all read ads, gold first; labelled ads of gold's employers are left out, for gold to stay unseen."""
    tell("read ads", 0, 2)
    of_gold, without_gold = read_gold(gold)
    employers = set(of_gold.employers)
    labelled, without_read = read_labelled(con, labels)
    labelled = labelled.only(np.array([employer not in employers for employer in labelled.employers], dtype=np.bool_))
    if len(labelled.y) < len(ROLES) or len(set(labelled.y.tolist())) < 2:
        raise ValueError(f"{len(labelled.y)} labels are of ads of this warehouse: too few to train with")
    tell("read ads", 1, 2)
    pool = read_pool(con, without_gold | without_read, TitleRules(), seed, tell)
    tell("read ads", 2, 2)
    return pool, together(of_gold, labelled)


def _scores(
    read: ReadAds, crossed: Mapping[str, Floats], inputs: Mapping[str, Floats], pool: Pool, seed: int
) -> dict[str, Any]:
    """Scores on gold, and on the other read ads: in English, in other languages, and of the random sample."""
    gold, english = read.is_gold, np.array([language == "en" for language in read.languages])
    random = np.array([chosen == "random" for chosen in read.chosen]) & english
    subsets = {"gold": gold, "other": ~gold & english, "other_languages": ~english & ~gold, "random": random}
    y, of_gold = read.y[gold], read.only(gold)
    shuffled = cross_predict("both", inputs["both"], read, seed, shuffle=True)[gold].argmax(1)
    return {
        "read": {name: {"n": int(of.sum()), **_n_by_role(read.y[of])} for name, of in subsets.items()},
        **{
            answer: {
                **scores(y, crossed[name][gold].argmax(1)),
                "calibration": {
                    subset: calibration(read.y[of], crossed[name][of])
                    for subset, of in {**subsets, "all": np.ones(len(read.y), dtype=np.bool_)}.items()
                    if of.sum() >= 100
                },
                **{
                    subset: scores(read.y[of], crossed[name][of].argmax(1))
                    for subset, of in subsets.items()
                    if subset != "gold" and of.any()
                },
            }
            for answer, name in _ANSWERS.items()
        },
        "baselines": {
            "title_rules": scores(y, by_rules(of_gold.titles, TitleRules())),
            "majority": scores(y, np.full(len(y), np.bincount(y).argmax())),
            "plain_tfidf": scores(y, plain_tfidf(pool, of_gold.texts)),
            "shuffled_labels": scores(y, shuffled),
        },
    }


def _n_by_role(y: NDArray[np.intp]) -> dict[str, Any]:
    return {"n_by_role": {role: int((y == i).sum()) for i, role in enumerate(ROLES)}}


def _left_out(pool: Pool, read: ReadAds, crossed: Floats, seed: int, tell: Progress) -> dict[str, dict[str, float]]:
    """For each board with thirty read ads: how a model does on them that was trained without it, stackers included."""
    right, result = crossed.argmax(1) == read.y, {}
    titles, named = tokenize(read.titles, boilerplate=True), named_roles(read.titles)
    boards = np.array(read.boards)
    for board in sorted(set(pool.boards)):
        its = boards == board
        if its.sum() < 30:
            continue
        linear, _ = fit(pool.without(board), read.only(~read.is_gold & ~its), role_words(), tell)
        inputs = RoleClassifier(linear, {}, role_words(), "").inputs(titles, read.texts, named)["both"]
        said = fit_stacker("both", inputs, read, np.flatnonzero(~its))(inputs[its])
        result[board] = {
            "n": int(its.sum()),
            "accuracy": round(float((said.argmax(1) == read.y[its]).mean()), 4),
            "accuracy_with": round(float(right[its].mean()), 4),
        }
    return result


def write_model(
    folder: Path, linear: Mapping[str, Linear], hidden: Words, stackers: Mapping[str, Stacker], n_learned: int | None
) -> None:
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
        "cues": Cues().names,
        "n_learned": n_learned,
        "stackers": {
            name: {
                "coef": [[round(float(value), 6) for value in row] for row in stacker.coef],
                "intercept": [round(float(value), 6) for value in stacker.intercept],
            }
            for name, stacker in stackers.items()
        },
    }
    (folder / "roles.json").write_text(json.dumps(settings) + "\n", encoding="utf-8")
