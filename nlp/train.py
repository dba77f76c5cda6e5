"""Training of the role classifier: weak labels from titles and cues, calibrated and measured on ads that were read.

The read ads (gold) are never trained on by the linear models. They fit the small stackers, and every score on them is
of a cross-validation grouped by employer.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from nlp.role_baselines import by_rules, plain_tfidf
from nlp.role_checks import checks
from nlp.role_features import Batch, Words
from nlp.role_fitting import Labels, Progress, fit, known, labels_of
from nlp.role_labels import CLASSES, ROLES, Cues, TitleRules
from nlp.role_scores import calibration, f1_by_role, scores
from nlp.role_signals import Linear, Stacker, named_roles, role_words, stacker_inputs
from nlp.roles import RoleClassifier
from nlp.stacking import EXCERPTS, all_copies, cross_predict, excerpts, fit_stacker
from nlp.training_ads import Gold, Sample, cleaned, read_gold, read_sample, tokenize

_CHUNK = 1000
_JUDGED_EXCERPT = 250
"""Words in the excerpts that scores are of."""


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
    sample, texts, labels, n_more, linear = _learn(ads, read, rules, seed, tell)
    hidden = role_words()

    gold_titles, gold_texts = tokenize(read.titles), tokenize(cleaned(read.descriptions))
    bare = RoleClassifier(linear, {}, hidden, "")
    copies, judged = _inputs(bare, read, gold_titles, gold_texts, rules, seed)
    everyone = np.arange(len(read.y))
    stackers = {name: fit_stacker(name, of, read, everyone) for name, of in copies.items()}
    _write(out / "model", linear, hidden, stackers)
    model = RoleClassifier.load(out / "model")

    y = read.y
    crossed = {name: cross_predict(name, of, read, seed) for name, of in copies.items()}
    of_excerpts = {name: cross_predict(name, copies[name], read, seed, judged[name]) for name in ("both", "text")}
    metrics: dict[str, Any] = {
        "version": model.version,
        "seed": seed,
        "training": {**sample.counts, "n_labelled_by_model": n_more, **_class_counts(sample, labels)},
        "gold": {"n": len(y), "n_by_role": {role: int((y == i).sum()) for i, role in enumerate(ROLES)}},
        **{
            answer: {**scores(y, crossed[name].argmax(1)), "calibration": calibration(y, crossed[name])}
            for answer, name in (("role", "both"), ("role_by_text", "text"), ("role_by_title", "title"))
        },
        "excerpts": {"n_words": _JUDGED_EXCERPT}
        | {name: scores(y, said.argmax(1)) for name, said in of_excerpts.items()},
        "baselines": {
            "title_rules": scores(y, by_rules(read.titles, rules)),
            "majority": scores(y, np.full(len(y), np.bincount(y).argmax())),
            "plain_tfidf": scores(y, plain_tfidf(texts, sample, gold_texts)),
            "shuffled_gold_labels": scores(
                y, cross_predict("both", copies["both"], read, seed, shuffle=True).argmax(1)
            ),
        },
        "checks": checks(model, read, gold_titles, gold_texts, named_roles(read.titles, rules), crossed, seed),
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
    rules, read = TitleRules(), read_gold(gold)
    gold_titles, gold_texts = tokenize(read.titles), tokenize(cleaned(read.descriptions))

    def said(paths: Sequence[Path]) -> NDArray[np.intp]:
        bare = RoleClassifier(_learn(paths, read, rules, seed, tell)[4], {}, role_words(), "")
        copies = _inputs(bare, read, gold_titles, gold_texts, rules, seed)[0]["both"]
        return np.asarray(cross_predict("both", copies, read, seed).argmax(axis=1), dtype=np.intp)

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
) -> tuple[Sample, Batch, Labels, int, dict[str, Linear]]:
    """The sample, its token hashes, its weak labels, how many more a first model gave, and the linear models."""
    tell("read ads", 0, 1)
    sample = read_sample(ads, read, rules, seed)
    tell("read ads", 1, 1)
    titles, texts = tokenize(sample.titles), _tokenize(sample.descriptions, tell)
    labels = labels_of(sample, texts)
    linear, n_more = fit(titles, texts, labels, role_words(), sample, tell)
    return sample, texts, labels, n_more, linear


def _inputs(
    model: RoleClassifier, gold: Gold, titles: Batch, texts: Batch, rules: TitleRules, seed: int
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """What the stackers are fitted to: their inputs for the read ads as they are and in excerpts; and for other excerpts,
    to judge by."""
    named = named_roles(gold.titles, rules)

    def of(copy: Batch) -> dict[str, Any]:
        return stacker_inputs(model.signals(titles, copy, named))

    fitted = [excerpts(texts, n_words, seed + i) for i, n_words in enumerate(EXCERPTS)]
    judged = excerpts(texts, _JUDGED_EXCERPT, seed + len(EXCERPTS))
    return all_copies([of(copy) for copy in (texts, *fitted)]), of(judged)


def _tokenize(descriptions: Sequence[str], tell: Progress) -> Batch:
    parts = []
    for start in range(0, len(descriptions), _CHUNK):
        tell("tokenize", start, len(descriptions))
        parts.append(tokenize(cleaned(descriptions[start : start + _CHUNK])))
    tell("tokenize", len(descriptions), len(descriptions))
    lengths = np.concatenate([np.diff(part.bounds) for part in parts])
    return Batch(np.concatenate([part.ids for part in parts]), np.concatenate([[0], np.cumsum(lengths)]))


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
        "cues": Cues().names,
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
        "n_texts_labelled": int(known(labels).sum()),
        "n_texts_by_class": {name: int((labels == name).sum()) for name in CLASSES},
    }
