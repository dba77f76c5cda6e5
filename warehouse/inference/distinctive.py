"""Which skills set a role apart, without rare ones topping the list by luck."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

_REACH = float(ndtri(0.975))


class LogOdds(NamedTuple):
    """The logarithm of the odds ratio of naming a skill, with its 95 % interval; above 0 the skill is more of role a's."""

    value: float
    ci_low: float
    ci_high: float
    z: float
    """Value by standard error: what to order by."""


def log_odds(
    with_a: ArrayLike,
    n_a: float,
    with_b: ArrayLike,
    n_b: float,
    *,
    design_effect: ArrayLike = 1.0,
    prior_ads: float = 100,
) -> list[LogOdds | None]:
    """Log-odds of each skill in role a against role b, drawn towards 0 by ``prior_ads`` ads that ask for what both ask for.

    Monroe, Colaresi and Quinn (2008), with both terms of the variance, as shares of ads may be large. ``with_a``
    and ``with_b`` are ads that name each skill, of ``n_a`` and ``n_b``. Ads of one employer repeat each other: all counts
    are divided by the design effect (one number, or one a skill). None for a skill that nobody names, or everybody.
    """
    deff = np.maximum(np.asarray(design_effect, np.float64), 1)
    a, b = np.asarray(with_a, np.float64), np.asarray(with_b, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = prior_ads * (a + b) / (n_a + n_b)
        named_a, named_b = a / deff + prior, b / deff + prior
        others_a, others_b = n_a / deff + prior_ads - named_a, n_b / deff + prior_ads - named_b
        value = np.log(named_a / others_a) - np.log(named_b / others_b)
        error = np.sqrt(1 / named_a + 1 / others_a + 1 / named_b + 1 / others_b)
        rows = np.stack([value, value - _REACH * error, value + _REACH * error, value / error], axis=-1)
    return [LogOdds(*map(float, row)) if np.isfinite(row).all() else None for row in rows]
