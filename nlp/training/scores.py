"""How good role labels are: macro-F1 with bootstrap intervals, and the calibration of probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.roles.labels import ROLES

Ints = NDArray[np.intp]


def f1_by_role(truth: Ints, said: Ints) -> NDArray[np.float64]:
    """F1 of each of ROLES; both arrays hold places in ROLES."""
    table = np.bincount(truth * 5 + said, minlength=25).reshape(5, 5)
    total = table.sum(axis=0) + table.sum(axis=1)
    return np.asarray(2 * table.diagonal() / np.maximum(total, 1), dtype=np.float64)


def scores(truth: Ints, said: Ints, seed: int = 0, n_samples: int = 2000) -> dict[str, Any]:
    """Macro-F1, accuracy and F1 of each role, each F1 with the 95 % interval of a bootstrap over ads."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, len(truth), (n_samples, len(truth)))
    resampled = np.array([f1_by_role(truth[sample], said[sample]) for sample in samples])
    macro_low, macro_high = np.percentile(resampled.mean(axis=1), [2.5, 97.5])
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    f1 = f1_by_role(truth, said)
    return {
        "macro_f1": _short(f1.mean()),
        "macro_f1_interval": [_short(macro_low), _short(macro_high)],
        "accuracy": _short((truth == said).mean()),
        "f1": {role: _short(value) for role, value in zip(ROLES, f1, strict=True)},
        "f1_interval": {role: [_short(low[i]), _short(high[i])] for i, role in enumerate(ROLES)},
        "confusion": np.bincount(truth * 5 + said, minlength=25).reshape(5, 5).tolist(),
    }


def calibration(truth: Ints, probability: NDArray[Any], n_bins: int = 10, n_samples: int = 1000) -> dict[str, Any]:
    """How well the winning probability is meant, in bins of equal size: the calibration error without the part that is
    due to chance in so few ads, with the 95 % interval of a bootstrap over ads (debiased estimator of Kumar, Liang & Ma,
    Verified Uncertainty Calibration, 2019: root mean square), the plain expected calibration error beside what perfect
    calibration would show by chance, log-loss, and the bins as [mean probability, share right, ads]."""
    right, confidence = truth == probability.argmax(axis=1), probability.max(axis=1)
    bins = np.array_split(np.argsort(confidence, kind="stable"), n_bins)
    weights = np.array([len(b) for b in bins]) / len(truth)
    gap = [abs(confidence[b].mean() - right[b].mean()) for b in bins]
    rng = np.random.default_rng(0)
    chance = rng.random((n_samples, len(truth))) < confidence
    by_chance = np.mean([np.dot(weights, [abs(confidence[b].mean() - row[b].mean()) for b in bins]) for row in chance])
    samples = rng.integers(0, len(truth), (n_samples, len(truth)))
    resampled = [_debiased_error(right[sample], confidence[sample], n_bins) for sample in samples]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return {
        "n": len(truth),
        "error": _short(_debiased_error(right, confidence, n_bins)),
        "error_interval": [_short(low), _short(high)],
        "ece": _short(np.dot(weights, gap)),
        "ece_of_perfect_calibration": _short(by_chance),
        "log_loss": _short(-np.log(np.maximum(probability[np.arange(len(truth)), truth], 1e-9)).mean()),
        "bins": [[_short(confidence[b].mean()), _short(right[b].mean()), len(b)] for b in bins],
    }


def _debiased_error(right: NDArray[np.bool_], confidence: NDArray[Any], n_bins: int) -> float:
    bins = np.array_split(np.argsort(confidence, kind="stable"), n_bins)
    share = np.array([right[b].mean() for b in bins])
    gap = np.array([confidence[b].mean() for b in bins]) - share
    sizes = np.array([len(b) for b in bins])
    square = gap**2 - share * (1 - share) / np.maximum(sizes - 1, 1)
    return float(np.sqrt(max(0.0, np.average(square, weights=sizes))))


def _short(value: Any) -> float:
    return round(float(value), 4)
