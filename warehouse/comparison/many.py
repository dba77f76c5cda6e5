"""Differences of many skills at once: the numbers of ``inference``, from sparse matrices instead of a call for each skill."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from warehouse.inference.clustered import Estimate, Floats, Sums, difference_of, estimate_of
from warehouse.inference.composition import with_interval

_CELLS = 4_000_000  # of a matrix employers × skills that is in memory at once


def differences(named: Any, is_a: NDArray[np.bool_], cluster: NDArray[Any]) -> list[Estimate]:
    """``inference.clustered.difference`` of each column of ``named``, a sparse matrix of shares: openings × skills."""
    codes, number = np.unique(cluster, return_inverse=True)
    named = sparse.csr_array(named)
    s, t = (_members(number, len(codes), side.astype(np.float64)) @ named for side in (is_a, ~is_a))
    a, b = (np.bincount(number, side, len(codes)).astype(np.float64) for side in (is_a, ~is_a))
    sum_a, sum_b = _column_sums(s), _column_sums(t)
    same = np.ones(named.shape[1])
    total = np.stack([sum_a, a.sum() * same, sum_b, b.sum() * same, _column_sums(named * named)])
    products = np.stack(
        [
            *(_column_sums(s * s), s.T @ a, a @ a * same, _column_sums(s * t), s.T @ b),
            *(t.T @ a, a @ b * same, _column_sums(t * t), t.T @ b, b @ b * same),
        ]
    )
    aa, ab, bb = a * a, a * b, b * b
    sizes = np.array([aa @ a, aa @ b, a @ bb, bb @ b, aa @ aa, aa @ ab, aa @ bb, ab @ bb, bb @ bb])
    sums = Sums(total, products, sizes, np.array([(a > 0).sum(), (b > 0).sum(), len(codes)], np.float64))
    value, error, freedom = difference_of(sums)
    return [estimate_of(*one, sums, tested=True) for one in zip(value, error, freedom, strict=True)]


def standardised_differences(
    named: Any, is_a: NDArray[np.bool_], stratum: NDArray[Any], cluster: NDArray[Any]
) -> list[Estimate]:
    """``inference.composition.standardised_difference`` of each column of ``named``."""
    told = compared(is_a, stratum)
    named, n = sparse.csc_array(sparse.csr_array(named)[told]), int(told.sum())
    codes, cluster_no = np.unique(cluster[told], return_inverse=True)
    strata, stratum_no = np.unique(stratum[told], return_inverse=True)
    a = is_a[told].astype(np.float64)
    size = np.bincount(stratum_no).astype(np.float64)
    if not n:
        return [Estimate(None, None, None, None, None, 0, "none")] * named.shape[1]
    x = a - (np.bincount(stratum_no, a) / size)[stratum_no]
    weight = x / (x @ x)
    value: Floats = named.T @ weight
    n_clusters, per_cluster = len(codes), np.bincount(cluster_no).astype(np.float64)
    one_side = any(len(np.unique(cluster_no[side])) < 2 for side in (x > 0, x < 0))
    freely = _members(cluster_no, n_clusters, np.ones(n)), _members(cluster_no, n_clusters, weight)
    in_stratum = _members(stratum_no, len(strata), np.ones(n))
    moments = [np.bincount(cluster_no, weight**2), np.bincount(cluster_no, weight) ** 2]
    result: list[Estimate] = []
    for columns in _blocks(named.shape[1], max(n_clusters, len(strata))):
        y, v = named[:, columns], value[columns]
        mean = (in_stratum @ y).toarray() / size[:, None]
        # sums over a cluster of residuals, and of weighted ones: y less its stratum's mean, less v times x
        plain, weighted = (
            (member @ y).toarray() - (member @ in_stratum.T) @ mean - np.outer(member @ x, v) for member in freely
        )
        variance = (weighted**2).sum(axis=0)
        within = _column_sums(y) - (size[:, None] * mean**2).sum(axis=0) - v * v * (x @ x)
        pairs = (per_cluster * (per_cluster - 1)).sum() * within / n
        with np.errstate(divide="ignore", invalid="ignore"):
            alike = np.clip(np.nan_to_num(((plain**2).sum(axis=0) - within) / pairs), 0, 1)
        part = np.outer(moments[0], 1 - alike) + np.outer(moments[1], alike)
        with np.errstate(divide="ignore", invalid="ignore"):  # every employer's weights may cancel
            effective = np.nan_to_num(part.sum(axis=0) ** 2 / (part * part).sum(axis=0))
        freedom = np.clip(effective - 1, 2, n_clusters - 1)
        known = (variance > 1e-24 * np.maximum(1.0, v * v)) & (n > len(strata) + 1) & (not one_side)
        scale = n_clusters / max(n_clusters - 1, 1) * (n - 1) / max(n - len(strata) - 1, 1)
        error = np.sqrt(variance * scale)
        result += [
            with_interval(float(one[0]), float(one[1]), float(one[2]), n_clusters)
            if there
            else Estimate(float(one[0]), None, None, None, None, n_clusters, "none")
            for *one, there in zip(v, error, freedom, known, strict=True)
        ]
    return result


def compared(is_a: NDArray[np.bool_], stratum: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows stand in a stratum that has both sides; a negative one is not known."""
    _, number = np.unique(stratum, return_inverse=True)
    share = np.bincount(number, is_a) / np.maximum(np.bincount(number), 1)
    return np.asarray((stratum >= 0) & (share > 0)[number] & (share < 1)[number])


def _members(number: NDArray[np.intp], n: int, weight: Floats) -> Any:
    """Groups × rows: the weight of each row where it is of that group."""
    return sparse.csr_array((weight, (number, np.arange(len(number)))), shape=(n, len(number)))


def _column_sums(matrix: Any) -> Floats:
    return np.asarray(matrix.sum(axis=0), np.float64).ravel()


def _blocks(n_columns: int, n_rows: int) -> Iterator[slice]:
    step = max(_CELLS // max(n_rows, 1), 1)
    for start in range(0, n_columns, step):
        yield slice(start, start + step)
