"""What of a difference is the mix of ads: by seniority, country and month; over time; and of pay."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from warehouse.inference.clustered import Estimate, Floats


class Change(NamedTuple):
    """A change of a mean between two periods, and four parts that add up to it; None where ads can't tell."""

    total: float | None
    same_employers: float | None
    """Employers of both periods asking for something else than before."""
    same_employers_mix: float | None
    """Employers of both periods having more or fewer of the ads than before."""
    new_employers: float | None
    gone_employers: float | None


class Median(NamedTuple):
    """The median of one stratum; None where too few ads or employers are behind it to show it."""

    stratum: Any
    n: int
    n_clusters: int
    median: float | None


def standardised_difference(y: ArrayLike, is_a: ArrayLike, stratum: ArrayLike, cluster: ArrayLike) -> Estimate:
    """The mean of y where ``is_a`` less the mean elsewhere, among ads of the same stratum (seniority, country and month).

    Strata weigh as much as they can tell, n_a × n_b / n (Cochran 1954): value and error are those of least
    squares with a constant a stratum and CR1 errors; degrees of freedom as in ``clustered``. Strata with one side only
    tell nothing and are left out; rows whose y is NaN are unknown.
    """
    numbers = np.asarray(y, np.float64)
    known = ~np.isnan(numbers)
    numbers, a = numbers[known], np.asarray(is_a)[known].astype(np.float64)
    _, strata = np.unique(np.asarray(stratum)[known], return_inverse=True)
    share = _means(a, strata)
    told = (share > 0) & (share < 1)
    n_strata = len(np.unique(strata[told]))
    _, cluster_no = np.unique(np.asarray(cluster)[known][told], return_inverse=True)
    numbers, x = (numbers - _means(numbers, strata))[told], (a - share)[told]
    n, n_clusters = len(x), int(cluster_no.max()) + 1 if len(x) else 0
    if not n:
        return Estimate(None, None, None, None, None, n_clusters, "none")
    weight = x / (x @ x)
    value = float(weight @ numbers)
    residual = numbers - value * x
    per_cluster = np.bincount(cluster_no, weight * residual)
    variance = float(per_cluster @ per_cluster)
    one_side = any(len(np.unique(cluster_no[side])) < 2 for side in (x > 0, x < 0))
    if one_side or n <= n_strata + 1 or variance <= 1e-24 * max(1.0, value**2):
        return Estimate(value, None, None, None, None, n_clusters, "none")
    error = float(np.sqrt(variance * n_clusters / (n_clusters - 1) * (n - 1) / (n - n_strata - 1)))
    freedom = min(max(_effective_clusters(weight, residual, cluster_no) - 1, 2), n_clusters - 1)
    return with_interval(value, error, freedom, n_clusters)


def with_interval(value: float, error: float, freedom: float, n_clusters: int) -> Estimate:
    """The estimate with the 95 % interval and the p of Student's t with so many degrees of freedom."""
    reach = float(stdtrit(freedom, 0.975)) * error
    p_value = float(2 * stdtr(freedom, -abs(value) / error))
    return Estimate(value, value - reach, value + reach, error, p_value, n_clusters, "linearised", freedom)


def change(y: ArrayLike, is_late: ArrayLike, cluster: ArrayLike) -> Change:
    """How the mean of y changed from early ads to late ones, told apart by who posted them.

    New and gone employers are compared with those of both periods (Melitz and Polanec 2015); the change of those is
    told apart into their ads and their weights at the mean of both periods (Griliches and Regev 1995). Parts are None
    where no employer is in both periods, all is None where a period has no ads. Rows whose y is NaN are unknown.
    """
    numbers = np.asarray(y, np.float64)
    known = ~np.isnan(numbers)
    numbers, late = numbers[known], np.asarray(is_late)[known].astype(bool)
    codes, number = np.unique(np.asarray(cluster)[known], return_inverse=True)
    sums = [np.bincount(number, numbers * period, len(codes)) for period in (~late, late)]
    ads = [np.bincount(number, period, len(codes)) for period in (~late, late)]
    if not ads[0].any() or not ads[1].any():
        return Change(None, None, None, None, None)
    both = (ads[0] > 0) & (ads[1] > 0)
    total = float(sums[1].sum() / ads[1].sum() - sums[0].sum() / ads[0].sum())
    if not both.any():
        return Change(total, None, None, None, None)
    weights = [n[both] / n[both].sum() for n in ads]
    means = [s[both] / n[both] for s, n in zip(sums, ads, strict=True)]
    stayed = [float(w @ m) for w, m in zip(weights, means, strict=True)]
    same = float((weights[0] + weights[1]) / 2 @ (means[1] - means[0]))
    mix = float((means[0] + means[1]) / 2 @ (weights[1] - weights[0]))
    # the mean of all less that of those who stayed is what the others add
    new = float(sums[1].sum() / ads[1].sum()) - stayed[1]
    gone = stayed[0] - float(sums[0].sum() / ads[0].sum())
    return Change(total, same, mix, new, gone)


def medians(
    y: ArrayLike, stratum: ArrayLike, cluster: ArrayLike, *, min_ads: int = 10, min_clusters: int = 3
) -> list[Median]:
    """The median of y (pay) in each stratum, in order; hidden below ``min_ads`` ads or ``min_clusters`` employers.

    Rows whose y is NaN are unknown and left out; a stratum of such rows only is listed with n 0.
    """
    numbers, clusters = np.asarray(y, np.float64), np.asarray(cluster)
    codes, number = np.unique(np.asarray(stratum), return_inverse=True)
    result = []
    for i, code in enumerate(codes):
        mine = (number == i) & ~np.isnan(numbers)
        n, n_clusters = int(mine.sum()), len(np.unique(clusters[mine]))
        shown = n >= max(min_ads, 1) and n_clusters >= min_clusters
        result.append(Median(code.item(), n, n_clusters, float(np.median(numbers[mine])) if shown else None))
    return result


def median_difference(
    y: ArrayLike,
    is_a: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    *,
    min_ads: int = 10,
    min_clusters: int = 3,
    draws: int = 399,
    seed: int = 0,
) -> Estimate:
    """The median of y where ``is_a`` less the median elsewhere, in the unit of y, a mean over strata weighing n_a × n_b / n.

    Only strata whose medians may be shown on both sides. Interval: the percentiles of a bootstrap that draws whole
    employers (Davison and Hinkley 1997, 3.8). Rows whose y is NaN are unknown.
    """
    numbers = np.asarray(y, np.float64)
    known = ~np.isnan(numbers)
    order = np.argsort(numbers[known], kind="stable")
    numbers, a = numbers[known][order], np.asarray(is_a)[known][order].astype(bool)
    strata, clusters = np.asarray(stratum)[known][order], np.asarray(cluster)[known][order]
    codes, cluster_no = np.unique(clusters, return_inverse=True)
    sides: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for code in np.unique(strata):
        pair = np.flatnonzero((strata == code) & a), np.flatnonzero((strata == code) & ~a)
        if all(len(rows) >= max(min_ads, 1) and len(np.unique(cluster_no[rows])) >= min_clusters for rows in pair):
            sides.append(pair)
    if not sides:
        return Estimate(None, None, None, None, None, len(codes), "none")
    size = np.array([len(mine) * len(rest) / (len(mine) + len(rest)) for mine, rest in sides])

    def estimate(times: Floats) -> float:
        """The difference, were each row there that many times."""
        gaps = np.array([_median(numbers, times, mine) - _median(numbers, times, rest) for mine, rest in sides])
        there = ~np.isnan(gaps)
        return float(np.average(gaps[there], weights=size[there])) if there.any() else np.nan

    value = estimate(np.ones(len(numbers)))
    rng = np.random.default_rng(seed)
    drawn = [
        estimate(rng.multinomial(len(codes), np.full(len(codes), 1 / len(codes)))[cluster_no].astype(np.float64))
        for _ in range(draws)
    ]
    found = np.array(drawn)[~np.isnan(drawn)]
    if len(found) < draws * 0.9 or np.ptp(found) == 0:
        return Estimate(value, None, None, None, None, len(codes), "none")
    low, high = np.percentile(found, [2.5, 97.5])
    return Estimate(value, float(low), float(high), float(found.std()), None, len(codes), "bootstrap")


def _means(values: Floats, group: NDArray[np.intp]) -> Floats:
    """The mean of each row's group."""
    return (np.bincount(group, values) / np.maximum(np.bincount(group), 1))[group] if len(values) else values


def _median(numbers: Floats, times: Floats, rows: NDArray[np.intp]) -> float:
    """The median of rows in ascending order, each there so many times; the middle of the two where there are two."""
    reached = np.cumsum(times[rows])
    if not reached[-1]:
        return float("nan")
    at = np.searchsorted(reached, reached[-1] / 2, side="left"), np.searchsorted(reached, reached[-1] / 2, side="right")
    return float((numbers[rows[at[0]]] + numbers[rows[at[1]]]) / 2)


def _effective_clusters(weight: Floats, residual: Floats, cluster_no: NDArray[np.intp]) -> float:
    """As in ``clustered``, for any linear estimate: a row's weight and residual."""
    within, size = float(residual @ residual), np.bincount(cluster_no)
    between = float((np.bincount(cluster_no, residual) ** 2).sum())
    pairs = float((size * (size - 1.0)).sum()) * within / len(weight)
    alike = min(max((between - within) / pairs, 0.0), 1.0) if pairs else 0.0
    part = (1 - alike) * np.bincount(cluster_no, weight**2) + alike * np.bincount(cluster_no, weight) ** 2
    return float(part.sum() ** 2 / (part @ part)) if part.any() else 0.0
