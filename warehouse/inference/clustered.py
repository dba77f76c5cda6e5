"""Means, shares and their differences with 95 % intervals clustered by employer: an employer with 400 ads is one voice.

Everything here comes from sums over clusters of products of a cluster's own sums, so that leaving out each of 30,000
employers in turn is a subtraction.

The error is least squares' with the CR1 correction (Liang and Zeger 1986; Cameron and Miller 2015). With a degree of
freedom for each cluster its intervals are too narrow where few employers have most of the ads (tests/bench/coverage.py);
so the degrees of freedom are the effective number of clusters (Carter, Schnepel and Steigerwald 2017) less one, at the
intra-cluster correlation that the rows show. A wild bootstrap was tried: heavy tails of sizes made it too narrow as well,
and it could not leave out each employer.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """A number with its 95 % interval, in the unit of y; None is what the rows cannot tell."""

    value: float | None
    ci_low: float | None
    ci_high: float | None
    standard_error: float | None
    p_value: float | None
    """Two-sided, of the difference being 0; None for a mean."""
    n_clusters: int
    method: str
    """``linearised``, ``exact`` (nothing varies) or ``bootstrap`` (pay, similarity); ``none`` where there is no interval."""
    freedom: float | None = None
    """Degrees of freedom of Student's t; None where the interval is not one of t."""


class LeftOut(NamedTuple):
    """The difference without each value of ``by``: arrays of one length, ordered by code.

    NaN (an array of numbers has no None) where the rest has no such number: a side is empty, or has a single cluster.
    """

    code: NDArray[Any]
    value: Floats
    ci_low: Floats
    ci_high: Floats


class Sums(NamedTuple):
    """Sums over clusters, which are all that an estimate needs; a last axis, where there is one, is several of them."""

    total: Floats
    """Five: the sum of y in a, the rows of a, the sum of y elsewhere, the rows elsewhere, the sum of squares of y."""
    products: Floats
    """Ten: a cluster's first four of those, times one another."""
    sizes: Floats
    """Nine: products of three and of four of a cluster's rows in a and elsewhere, from a³ to elsewhere⁴."""
    clusters: Floats
    """Three: clusters in a, elsewhere, altogether."""


def mean(y: ArrayLike, cluster: ArrayLike) -> Estimate:
    """The mean of y (a share, where y is true or false); rows whose y is NaN are unknown and left out.

    A share's interval is Wilson's with the effective number of ads (Dean and Pagano 2015), which stays between 0 and 1. No
    interval where there is one cluster or nothing varies.
    """
    y, cluster = _known(y, cluster)
    if not len(y):
        return Estimate(None, None, None, None, None, 0, "none")
    middle = _middle(y)
    sums = _altogether(_cells(y - middle, np.ones(len(y), bool), *_numbered(cluster)))
    value = sums.total[0] / sums.total[1]
    error, freedom = _error(sums, (value, np.zeros(())), (1 / sums.total[1], np.zeros(())), parameters=1)
    estimate = estimate_of(middle + value, error, freedom, sums, tested=False)
    return _wilson(estimate) if np.isin(y, (0, 1)).all() else estimate


def share(y: ArrayLike, cluster: ArrayLike) -> Estimate:
    """``mean`` of what is true or false; where it is so of all rows, or of none, the far end is the exact binomial one, each
    employer being one observation. No interval where there is one cluster."""
    estimate = mean(y, cluster)
    if estimate.value not in (0.0, 1.0) or estimate.n_clusters < 2:
        return estimate
    reach = float(exact_reach(estimate.n_clusters))
    low, high = (0.0, reach) if estimate.value == 0 else (1 - reach, 1.0)
    return estimate._replace(ci_low=low, ci_high=high, method="exact")


def exact_reach(n: ArrayLike, tail: float = 0.025) -> Floats:
    """How far from 0 a share may be of which ``n`` observations showed nothing, and from 1 where all did: Clopper and Pearson's
    end, with ``tail`` of the probability beyond it."""
    reach: Floats = 1 - np.asarray(tail) ** (1 / np.asarray(n))
    return reach


def difference(y: ArrayLike, is_a: ArrayLike, cluster: ArrayLike) -> Estimate:
    """The mean of y where ``is_a`` less the mean elsewhere; rows whose y is NaN are unknown and left out.

    An employer with ads on both sides brings its covariance: value and error are those of least squares on ``is_a``. No
    interval where a side has one cluster or nothing varies.
    """
    y, is_a, cluster = _known(y, is_a, cluster)
    sums = _altogether(_cells(y - _middle(y), is_a.astype(bool), *_numbered(cluster)))
    return estimate_of(*difference_of(sums), sums, tested=True)


def leave_out(y: ArrayLike, is_a: ArrayLike, by: ArrayLike, cluster: ArrayLike) -> LeftOut:
    """The difference as ``difference`` has it, without the rows of each value of ``by`` (employer, source, country)."""
    y, is_a, by, cluster = _known(y, is_a, by, cluster)
    code, by_no = _numbered(by)
    if not len(y):
        return LeftOut(code, *(np.empty(0) for _ in range(3)))
    y, is_a, (codes, cluster_no) = y - _middle(y), is_a.astype(bool), _numbered(cluster)
    clusters = _cells(y, is_a, codes, cluster_no)
    if np.array_equal(by_no, cluster_no):  # employers are left out most, and need no sorting
        pair, pair_no = np.arange(len(codes)) * (len(codes) + 1), cluster_no
    else:
        pair, pair_no = _numbered(by_no * len(codes) + cluster_no)
    cells = _cells(y, is_a, pair, pair_no)
    before = clusters[:, pair % len(codes)]
    first = np.searchsorted(pair, np.arange(len(code)) * len(codes))
    sums = Sums(
        *(
            whole[:, None] - np.add.reduceat(old - new, first, axis=1)
            for whole, old, new in zip(_altogether(clusters), _sums(before), _sums(before - cells), strict=True)
        )
    )
    value, error, freedom = difference_of(sums)
    reach = error * special.stdtrit(freedom, 0.975)
    return LeftOut(code, value, value - reach, value + reach)


def _known(y: ArrayLike, *others: ArrayLike) -> list[NDArray[Any]]:
    numbers = np.asarray(y, np.float64)
    known = ~np.isnan(numbers)
    arrays = [numbers, *map(np.asarray, others)]
    return arrays if known.all() else [values[known] for values in arrays]


def _middle(y: Floats) -> float:
    """What is taken off y, as pay in the hundred thousands would lose digits."""
    return float(y.mean()) if len(y) else 0.0


def _numbered(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The values in order, each once, and the number of each row's; small whole numbers without sorting the rows."""
    if not (np.issubdtype(values.dtype, np.integer) and len(values) and values.min() >= 0 and values.max() < 2**20):
        return np.unique(values, return_inverse=True)
    codes = np.flatnonzero(np.bincount(values))
    place = np.empty(codes[-1] + 1, np.intp)
    place[codes] = np.arange(len(codes))
    return codes, place[values]


def _cells(y: Floats, is_a: NDArray[np.bool_], codes: NDArray[Any], number: NDArray[np.intp]) -> Floats:
    """(5, codes): the sums of ``Sums.total``, of each code."""
    sums = [np.bincount(number, part, len(codes)) for part in (y * is_a, is_a, y * ~is_a, ~is_a, y * y)]
    return np.stack(sums).astype(np.float64)


def _sums(cells: Floats) -> Sums:
    """A cluster's part in every sum."""
    s, a, t, b, _ = cells
    aa, ab, bb = a * a, a * b, b * b
    products = np.stack([s * s, s * a, aa, s * t, s * b, a * t, ab, t * t, t * b, bb])
    sizes = np.stack([aa * a, aa * b, a * bb, bb * b, aa * aa, aa * ab, aa * bb, ab * bb, bb * bb])
    return Sums(cells, products, sizes, np.stack([a > 0, b > 0, a + b > 0]).astype(np.float64))


def _altogether(cells: Floats) -> Sums:
    return Sums(*(part.sum(axis=1) for part in _sums(cells)))


def _wilson(share: Estimate) -> Estimate:
    value, error, freedom = share.value, share.standard_error, share.freedom
    if value is None or error is None or freedom is None:
        return share
    spread = float(special.stdtrit(freedom, 0.975)) ** 2
    pull = spread * error**2 / (value * (1 - value))  # t² over the number of independent ads that would err as much
    centre = (value + pull / 2) / (1 + pull)
    reach = np.sqrt(spread * error**2 + pull**2 / 4) / (1 + pull)
    return share._replace(ci_low=float(centre - reach), ci_high=float(centre + reach))


def difference_of(sums: Sums) -> tuple[Floats, Floats, Floats]:
    """The difference, its standard error, its degrees of freedom; NaN where there is none."""
    sum_a, n_a, sum_b, n_b, _ = sums.total
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sum_a / n_a, sum_b / n_b
        error, freedom = _error(sums, means, (1 / n_a, -1 / n_b), parameters=2)
    return means[0] - means[1], np.where(sums.clusters[:2].min(axis=0) >= 2, error, np.nan), freedom


def _error(
    sums: Sums, means: tuple[Floats, Floats], weights: tuple[Floats, Floats], parameters: int
) -> tuple[Floats, Floats]:
    """The standard error of weights times the sides' sums, and its degrees of freedom; NaN where nothing varies."""
    (m, k), (p, q) = means, weights
    s, a, t, b, squares = sums.total
    ss, sa, aa, st, sb, at, ab, tt, tb, bb = sums.products
    clusters, n = sums.clusters[2], a + b
    # sums of products of a cluster's residuals: on side a, across the sides, elsewhere
    on_a, across, on_b = ss - 2 * m * sa + m * m * aa, st - m * at - k * sb + m * k * ab, tt - 2 * k * tb + k * k * bb
    variance = p * p * on_a + 2 * p * q * across + q * q * on_b
    rounding = 1e-12 * (p * p * (ss + m * m * aa) + q * q * (tt + k * k * bb))
    within = squares - m * s - k * t
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = (aa + 2 * ab + bb - n) * within / n
        alike = np.clip(np.nan_to_num((on_a + 2 * across + on_b - within) / pairs), 0, 1)
        correction = clusters / (clusters - 1) * (n - 1) / (n - parameters)
        varies = (clusters > 1) & (n > parameters) & (variance > rounding)
        error = np.sqrt(np.where(varies, variance * correction, np.nan))
        # even clusters have as many degrees as clusters less one; a difference keeps two where one cluster is most of a side,
        # as its interval would be needlessly wide with one (a share's cannot be: it ends at 0 and 1)
        effective = _effective_clusters(sums, weights, alike)
        freedom = np.minimum(np.maximum(effective - 1, parameters), clusters - 1)
    return error, freedom


def _effective_clusters(sums: Sums, weights: tuple[Floats, Floats], alike: Floats) -> Floats:
    """(Σγ)² / Σγ², γ being a cluster's part in the variance where two of its rows correlate by ``alike``.

    That is G* of Carter, Schnepel and Steigerwald (2017).
    """
    p, q = weights
    aa, ab, bb = sums.products[[2, 6, 9]]
    aaa, aab, abb, bbb, a4, a3b, a2b2, ab3, b4 = sums.sizes
    pp, pq, qq = p * p, p * q, q * q
    # γ is apart × (a p² + b q²) + alike × (a p + b q)²: its sum, and the sum of its square
    apart = 1 - alike
    total = apart * (np.abs(p) + np.abs(q)) + alike * (pp * aa + 2 * pq * ab + qq * bb)
    squares = (
        apart**2 * (pp * pp * aa + 2 * pp * qq * ab + qq * qq * bb)
        + 2 * apart * alike * (pp * pp * aaa + (2 * pp + pq) * pq * aab + (2 * qq + pq) * pq * abb + qq * qq * bbb)
        + alike**2 * (pp * pp * a4 + 4 * pp * pq * a3b + 6 * pp * qq * a2b2 + 4 * pq * qq * ab3 + qq * qq * b4)
    )
    # where every employer's two sides outweigh each other nothing is left to count: the fewest degrees of freedom hold then
    effective: Floats = np.nan_to_num(total**2 / squares)
    return effective


def estimate_of(value: Floats, error: Floats, freedom: Floats, sums: Sums, *, tested: bool) -> Estimate:
    """The estimate with its interval, and where ``tested`` its p, from what ``difference_of`` gives; NaN becomes None."""
    n_clusters = int(sums.clusters[2])
    known = None if np.isnan(value) else float(value)
    if known is None or np.isnan(error):
        return Estimate(known, None, None, None, None, n_clusters, "none")
    reach = float(special.stdtrit(freedom, 0.975) * error)
    p_value = float(2 * special.stdtr(freedom, -abs(known) / error)) if tested else None
    return Estimate(
        known, known - reach, known + reach, float(error), p_value, n_clusters, "linearised", float(freedom)
    )
