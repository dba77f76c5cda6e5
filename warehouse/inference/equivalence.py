"""Is a difference small enough not to matter; and how many ads it takes to see one."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from warehouse.inference.clustered import Estimate


class Equivalence(NamedTuple):
    """Two one-sided tests; all None where the estimate has no error."""

    equivalent: bool | None
    """Whether the 90 % interval lies inside the margin."""
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    """The larger of the two tests': of the difference being at least the margin away from 0."""


def tost(estimate: Estimate, margin: float = 0.05) -> Equivalence:
    """Whether a difference is inside ±``margin`` (5 points), at 5 %: two one-sided t tests (Schuirmann 1987)."""
    value, error, freedom = estimate.value, estimate.standard_error, estimate.freedom
    if value is None or error is None or freedom is None:
        return Equivalence(None, None, None, None)
    reach = float(stdtrit(freedom, 0.95)) * error
    p_value = float(stdtr(freedom, (abs(value) - margin) / error))
    return Equivalence(abs(value) + reach < margin, value - reach, value + reach, p_value)


def design_effect(estimate: Estimate, share_a: float, n_a: int, share_b: float, n_b: int) -> float | None:
    """How many times the variance of a difference of shares is that of independent ads (Kish 1965).

    None where the estimate has no error, or independent ads would have none.
    """
    if estimate.standard_error is None or not n_a or not n_b:
        return None
    independent = share_a * (1 - share_a) / n_a + share_b * (1 - share_b) / n_b
    return estimate.standard_error**2 / independent if independent > 0 else None


def minimum_detectable_difference(
    share: float, n_a: int, n_b: int, *, design_effect: float = 1.0, power: float = 0.8
) -> float | None:
    """The smallest difference of two shares near ``share`` that a 95 % interval shows with this power (Fleiss 1981).

    None without ads on both sides. The variance is that of ``share`` on both sides, times the design effect.
    """
    if not n_a or not n_b:
        return None
    return _reach(power) * float(np.sqrt(share * (1 - share) * design_effect * (1 / n_a + 1 / n_b)))


def ads_needed(share: float, difference: float, *, design_effect: float = 1.0, power: float = 0.8) -> int | None:
    """Ads of each of two roles to see ``difference`` near ``share``; the inverse of the above. None for no difference."""
    if not difference:
        return None
    return int(np.ceil(2 * share * (1 - share) * design_effect * (_reach(power) / difference) ** 2))


def _reach(power: float) -> float:
    return float(ndtri(0.975) + ndtri(power))
