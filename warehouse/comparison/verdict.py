"""What a difference of shares says in words, and its interval where nothing varies."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.claims.verdict import FEWEST_ADS, FEWEST_EMPLOYERS
from warehouse.inference.clustered import Estimate, exact_reach
from warehouse.inference.equivalence import minimum_detectable_difference, tost

MARGIN = 0.05
"""Within ±5 points two shares are alike."""
Verdict = Literal["more", "less", "alike", "not enough ads"]
_LUCK = 0.05  # share of differences called so that may be luck


class Sides(NamedTuple):
    """How many openings and employers either role has."""

    n_a: int
    n_b: int
    n_employers_a: int
    n_employers_b: int

    @property
    def are_few(self) -> bool:
        """Whether a role has too few to say anything."""
        n_employers = min(self.n_employers_a, self.n_employers_b)
        return min(self.n_a, self.n_b) < FEWEST_ADS or n_employers < FEWEST_EMPLOYERS


def sides(is_a: NDArray[np.bool_], employer: ArrayLike) -> Sides:
    """The sizes of both roles."""
    employers = np.asarray(employer)
    n_employers = (len(np.unique(employers[side])) for side in (is_a, ~is_a))
    return Sides(int(is_a.sum()), int((~is_a).sum()), *n_employers)


def bounded(estimate: Estimate, shares: tuple[float | None, float | None], of: Sides) -> Estimate:
    """The estimate with ends between -1 and 1.

    Where each share is 0 or 1 nothing varies and there is no error: the ends are then exact binomial ones, each employer being
    one observation, as in the court of claims. None with one employer on a side.
    """
    value, low, high = estimate.value, estimate.ci_low, estimate.ci_high
    if value is None:
        return estimate
    if low is None or high is None:
        if not set(shares) <= {0.0, 1.0} or min(of.n_employers_a, of.n_employers_b) < FEWEST_EMPLOYERS:
            return estimate
        reach = float(exact_reach([of.n_employers_a, of.n_employers_b]).sum())
        low, high, estimate = value - reach, value + reach, estimate._replace(method="exact")
    return estimate._replace(ci_low=max(low, -1.0), ci_high=min(high, 1.0))


def judge(estimate: Estimate, of: Sides, q: float | None = None) -> Verdict:
    """The verdict on role a against role b; ``q``, where many differences are shown, must not be over 5 % for more and less."""
    if of.are_few or estimate.ci_low is None or estimate.ci_high is None:
        return "not enough ads"
    is_alike = tost(estimate, MARGIN).equivalent
    if is_alike is None:
        is_alike = estimate.ci_low > -MARGIN and estimate.ci_high < MARGIN
    if is_alike:
        return "alike"
    if q is None or q <= _LUCK:
        if estimate.ci_low > 0:
            return "more"
        if estimate.ci_high < 0:
            return "less"
    return "not enough ads"


def could_show(share: float, of: Sides, design_effect: float | None) -> float | None:
    """The least difference (0–1) that so many ads would show four times in five; None where they can't tell."""
    if of.are_few or design_effect is None:
        return None
    return minimum_detectable_difference(share, of.n_a, of.n_b, design_effect=design_effect) or None
