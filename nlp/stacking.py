"""Fitting of the small regressions that turn the linear models' log-odds into probabilities, and their cross-validation."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.role_features import Floats
from nlp.role_labels import ROLES
from nlp.roles import Stacker
from nlp.training_ads import Gold

_STRENGTH = 0.3
"""Inverse regularisation."""
_N_FOLDS, _N_REPEATS = 10, 5


def fit_stacker(inputs: Floats, y: NDArray[np.intp]) -> Stacker:
    """A regression on standardised inputs, ads without a signal left out, written for inputs as they come."""
    usable = ~np.isnan(inputs).any(axis=1)
    inputs, y = inputs[usable].astype(np.float64), y[usable]
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    regression = LogisticRegression(C=_STRENGTH, max_iter=1000).fit((inputs - mean) / spread, y)
    coef, intercept = np.zeros((len(ROLES), inputs.shape[1])), np.full(len(ROLES), -20.0)
    coef[regression.classes_] = regression.coef_ / spread
    intercept[regression.classes_] = regression.intercept_ - (regression.coef_ / spread) @ mean
    return Stacker(coef.round(6).astype(np.float32), intercept.round(6).astype(np.float32))


def cross_predict(inputs: Floats, gold: Gold, seed: int, *, shuffle: bool = False) -> Floats:
    """Probabilities for each gold ad by stackers that saw no ad of its employer: the mean of several partitions.
    ``shuffle`` fits to labels in random order, as a check that nothing leaks."""
    employers = np.unique(np.array(gold.employers), return_inverse=True)[1]
    y = np.random.default_rng(seed).permutation(gold.y) if shuffle else gold.y
    total = np.zeros((len(y), len(ROLES)), dtype=np.float64)
    for repeat in range(_N_REPEATS):
        folds = StratifiedGroupKFold(_N_FOLDS, shuffle=True, random_state=seed + repeat)
        for fitted, held in folds.split(inputs, y, employers):
            total[held] += fit_stacker(inputs[fitted], y[fitted])(inputs[held])
    unsaid = np.isnan(total).any(axis=1)
    total[unsaid] = np.bincount(y, minlength=len(ROLES)) / len(y)
    return np.asarray(total / total.sum(axis=1, keepdims=True), dtype=np.float32)
