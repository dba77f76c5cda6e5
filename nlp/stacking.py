"""Fitting of the small regressions that turn the signals into probabilities, and their cross-validation.

They see every read ad whole and in excerpts: real ads are often shorter than the read ones, the linear models are less
sure of them, and a regression that saw long ads only takes that for ``other``.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.role_features import Batch, Floats
from nlp.role_labels import ROLES
from nlp.role_signals import Stacker
from nlp.training_ads import Gold

Ints = NDArray[np.intp]

EXCERPTS = (150, 250, 250, 400)
"""Words in each excerpt."""
_TOKENS_A_WORD = 1.3
_STRENGTH = {"title": 0.1, "text": 0.3, "whole": 0.1, "both": 0.1, "holds": 0.05}
"""Inverse regularisation."""
_SHARPER = {"both": 1.3}
"""Regularised so strongly, ``both`` errs seldom but is too modest: its log-odds are stretched by so much."""
_N_FOLDS, _N_REPEATS = 10, 3


def excerpts(texts: Batch, n_words: int, seed: int) -> Batch:
    """A stretch of about so many words of each text, from anywhere in it."""
    rng, n_tokens = np.random.default_rng(seed), int(n_words * _TOKENS_A_WORD)
    parts = [texts.ids[texts.bounds[i] : texts.bounds[i + 1]] for i in range(len(texts))]
    starts = [int(rng.integers(0, max(1, len(part) - n_tokens))) for part in parts]
    parts = [part[start : start + n_tokens] for part, start in zip(parts, starts, strict=True)]
    return Batch(
        np.concatenate(parts), np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    )


def fit_stacker(name: str, copies: Sequence[Floats], gold: Gold, ads: Ints) -> Stacker:
    """The stacker of that name, fitted to the ads of gold at those places; ``copies`` are its inputs for all of gold, as
    the ads are and in excerpts. ``holds`` has a row for each of the four roles, as first or second role."""
    inputs = np.concatenate([copy[ads] for copy in copies]).astype(np.float64)
    usable = ~np.isnan(inputs).any(axis=1)
    inputs = inputs[usable]
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    # an ad counts twice, in how many copies it may come; the strengths were chosen so
    regression = LogisticRegression(C=_STRENGTH[name] * min(2, len(copies)) / len(copies), max_iter=1000)

    stretch = np.float32(_SHARPER.get(name, 1))

    def fitted(target: Ints, n_rows: int) -> tuple[Floats, Floats]:
        y = np.tile(target[ads], len(copies))[usable]
        coef, intercept = np.zeros((n_rows, inputs.shape[1])), np.full(n_rows, -20.0)
        if len(set(y.tolist())) > 1:
            regression.fit((inputs - mean) / spread, y)
            rows = regression.classes_ if n_rows > 1 else [0]
            coef[rows] = regression.coef_ / spread
            intercept[rows] = regression.intercept_ - (regression.coef_ / spread) @ mean
        return coef.astype(np.float32), intercept.astype(np.float32)

    if name != "holds":
        coef, intercept = fitted(gold.y, len(ROLES))
        return Stacker(coef * stretch, intercept * stretch)
    second = np.array([ROLES.index(role) if role in ROLES[:4] else -1 for role in gold.secondary])
    each = [fitted(((gold.y == i) | (second == i)).astype(np.intp), 1) for i in range(4)]
    return Stacker(np.concatenate([coef for coef, _ in each]), np.concatenate([intercept for _, intercept in each]))


def all_copies(inputs: Sequence[Mapping[str, Floats]]) -> dict[str, list[Floats]]:
    """The copies that each stacker is fitted to, by its name. A title has no excerpts."""
    copies = {name: [one[name] for one in inputs] for name in inputs[0]}
    return {**copies, "title": copies["title"][:1], "holds": copies["both"]}


def cross_predict(
    name: str, copies: Sequence[Floats], gold: Gold, seed: int, judged: Floats | None = None, *, shuffle: bool = False
) -> Floats:
    """Probabilities for each gold ad by stackers that saw no ad of its employer: the mean of several partitions.
    ``judged``: other inputs of the same ads to judge. ``shuffle`` fits to labels in random order, as a check that
    nothing leaks."""
    employers = np.unique(np.array(gold.employers), return_inverse=True)[1]
    judged = copies[0] if judged is None else judged
    if shuffle:
        gold = gold.with_labels(np.random.default_rng(seed).permutation(gold.y))
    total = np.zeros((len(gold.y), 4 if name == "holds" else len(ROLES)), dtype=np.float64)
    for repeat in range(_N_REPEATS):
        folds = StratifiedGroupKFold(_N_FOLDS, shuffle=True, random_state=seed + repeat)
        for ads, held in folds.split(judged, gold.y, employers):
            stacker = fit_stacker(name, copies, gold, np.asarray(ads, dtype=np.intp))
            total[held] += stacker.each(judged[held]) if name == "holds" else stacker(judged[held])
    unsaid = np.isnan(total).any(axis=1)
    if name == "holds":
        return np.asarray(np.nan_to_num(total) / _N_REPEATS, dtype=np.float32)
    total[unsaid] = np.bincount(gold.y, minlength=len(ROLES)) / len(gold.y)
    return np.asarray(total / total.sum(axis=1, keepdims=True), dtype=np.float32)
