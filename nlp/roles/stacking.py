"""Fitting of the regressions that turn what the linear models say into probabilities, and their cross-validation."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp.roles.features import Floats
from nlp.roles.labels import NEIGHBOURS, ROLES
from nlp.roles.signals import Stacker
from nlp.training.ads import ReadAds

Ints = NDArray[np.intp]

INPUTS = {"title": "title", "text": "text", "whole": "whole", "both": "both", "holds": "both", "adjacent": "both"}
"""What each stacker reads, by its name: a name of ``stacker_inputs``."""
_STRENGTH = {"holds": 0.02, "adjacent": 0.05}
_USUAL_STRENGTH = 0.1
"""Inverse regularisation."""
_N_FOLDS, _N_REPEATS = 10, 3


def fit_stacker(name: str, inputs: Floats, read: ReadAds, ads: Ints | None = None) -> Stacker:
    """The stacker of that name, fitted to the read ads at those places (None: to all); ``inputs`` are of all read ads.
    ``adjacent`` has a row for each of NEIGHBOURS, ``holds`` one for each of the four roles, as first or second role, the
    others one for each of ROLES."""
    ads = np.arange(len(read.y)) if ads is None else ads
    strength = _STRENGTH.get(name, _USUAL_STRENGTH)
    if name == "holds":
        second = np.array([ROLES.index(role) if role in ROLES[:4] else -1 for role in read.secondary], dtype=np.intp)
        each = [_fit(inputs[ads], ((read.y == i) | (second == i))[ads].astype(np.intp), strength, 1) for i in range(4)]
        return Stacker(np.concatenate([one.coef for one in each]), np.concatenate([one.intercept for one in each]))
    if name == "adjacent":
        tag = np.array([NEIGHBOURS.index(one) if one in NEIGHBOURS else -1 for one in read.neighbours], dtype=np.intp)
        ads = ads[(tag[ads] >= 0) & (read.y[ads] == ROLES.index("other"))]
        return _fit(inputs[ads], tag[ads], strength, len(NEIGHBOURS))
    return _fit(inputs[ads], read.y[ads], strength, len(ROLES))


def _fit(inputs: Floats, y: Ints, strength: float, n_rows: int) -> Stacker:
    """A regression on standardised inputs, with the standardisation folded into it. What ``y`` lacks is never said."""
    usable = ~np.isnan(inputs).any(axis=1)
    x, y = inputs[usable].astype(np.float64), y[usable]
    coef, intercept = np.zeros((n_rows, inputs.shape[1])), np.full(n_rows, -20.0)
    if len(set(y.tolist())) > 1:
        mean, spread = x.mean(axis=0), x.std(axis=0)
        spread[spread < 1e-3] = 1  # what hardly varied here must not weigh much where it does
        regression = LogisticRegression(C=strength, max_iter=1000).fit((x - mean) / spread, y)
        of_class, at = regression.coef_ / spread, regression.intercept_
        if len(regression.classes_) == 2 and n_rows > 1:  # one row tells two classes apart
            of_class, at = np.concatenate([-of_class, of_class]) / 2, np.concatenate([-at, at]) / 2
        rows = regression.classes_ if n_rows > 1 else [0]
        coef[rows], intercept[rows] = of_class, at - of_class @ mean
    elif len(y):
        intercept[y[0] if n_rows > 1 else 0] = 0
    return Stacker(coef.astype(np.float32), intercept.astype(np.float32))


def cross_predict(name: str, inputs: Floats, read: ReadAds, seed: int, *, shuffle: bool = False) -> Floats:
    """Probabilities for each read ad by stackers that saw no ad of its employer: the mean of several partitions.
    ``shuffle`` fits to labels in random order, as a check that nothing leaks."""
    employers = np.unique(np.array(read.employers), return_inverse=True)[1]
    if shuffle:
        read = read.with_labels(np.random.default_rng(seed).permutation(read.y))
    n_rows = {"holds": 4, "adjacent": len(NEIGHBOURS)}.get(name, len(ROLES))
    total = np.zeros((len(read.y), n_rows), dtype=np.float64)
    for repeat in range(_N_REPEATS):
        folds = StratifiedGroupKFold(_N_FOLDS, shuffle=True, random_state=seed + repeat)
        with threadpool_limits(1):  # threads wait for each other longer than these small fits take
            for ads, held in folds.split(inputs, read.y, employers):
                stacker = fit_stacker(name, inputs, read, np.asarray(ads, dtype=np.intp))
                total[held] += stacker.each(inputs[held]) if name == "holds" else stacker(inputs[held])
    unsaid = np.isnan(total).any(axis=1)
    if name in ("holds", "adjacent"):
        return np.asarray(np.nan_to_num(total) / _N_REPEATS, dtype=np.float32)
    total[unsaid] = np.bincount(read.y, minlength=len(ROLES)) / len(read.y)
    return np.asarray(total / total.sum(axis=1, keepdims=True), dtype=np.float32)
