"""Shares corrected for what the extractor misses and makes up, with the wider interval that its own error brings."""

import numpy as np
from scipy.special import stdtrit

from warehouse.inference.clustered import Estimate
from warehouse.inference.errors import Counts


def corrected_share(share: Estimate, errors: Counts) -> Estimate:
    """The true share behind an extracted one, between 0 and 1 (Rogan and Gladen 1978), with the delta method's interval.

    The variances of sensitivity and specificity take one more ad right and one more wrong, so that no errors among a few
    ads don't pass for certainty (Lang and Reiczigel 2014). None where the extractor can't be told from a coin.
    """
    accuracy = _accuracy(errors)
    if share.value is None or accuracy is None:
        return _unknown(share)
    sensitivity, specificity, var_sensitivity, var_specificity = accuracy
    value = (share.value + specificity - 1) / (sensitivity + specificity - 1)
    value = min(max(value, 0.0), 1.0)
    of_errors = value**2 * var_sensitivity + (1 - value) ** 2 * var_specificity
    return _widened(share, value, sensitivity + specificity - 1, of_errors, lowest=0.0)


def corrected_difference(difference: Estimate, errors: Counts) -> Estimate:
    """The true difference of two shares behind the extracted one, where the extractor errs alike on both sides.

    The difference of two corrected shares is the raw one over (sensitivity + specificity - 1): false mentions cancel. The
    errors are the same ads' on both sides, which the delta method respects. The p of no difference stays the raw one.
    """
    accuracy = _accuracy(errors)
    if difference.value is None or accuracy is None:
        return _unknown(difference)
    sensitivity, specificity, var_sensitivity, var_specificity = accuracy
    value = min(max(difference.value / (sensitivity + specificity - 1), -1.0), 1.0)
    return _widened(
        difference, value, sensitivity + specificity - 1, value**2 * (var_sensitivity + var_specificity), lowest=-1.0
    )


def _accuracy(errors: Counts) -> tuple[float, float, float, float] | None:
    """Sensitivity, specificity, their variances; None where one was not measured, or their sum may be 1."""
    positives, negatives = errors.tp + errors.fn, errors.tn + errors.fp
    if not positives or not negatives:
        return None
    cautious, error = zip(_cautious(errors.tp, positives), _cautious(errors.tn, negatives), strict=True)
    if sum(cautious) - 1 <= 1.96 * np.sqrt(sum(error)):
        return None
    return errors.tp / positives, errors.tn / negatives, *error


def _cautious(right: float, n: float) -> tuple[float, float]:
    """The share that is right with one more right and one more wrong, and its variance."""
    share = (right + 1) / (n + 2)
    return share, share * (1 - share) / (n + 2)


def _widened(raw: Estimate, value: float, scale: float, of_errors: float, *, lowest: float) -> Estimate:
    if raw.standard_error is None or raw.freedom is None:
        return Estimate(value, None, None, None, None, raw.n_clusters, "none")
    error = float(np.sqrt(raw.standard_error**2 + of_errors)) / scale
    reach = float(stdtrit(raw.freedom, 0.975)) * error
    return Estimate(
        value,
        max(value - reach, lowest),
        min(value + reach, 1.0),
        error,
        raw.p_value,
        raw.n_clusters,
        raw.method,
        raw.freedom,
    )


def _unknown(raw: Estimate) -> Estimate:
    return Estimate(None, None, None, None, None, raw.n_clusters, "none")
