"""How shares rise and fall: the slope of many shares over time at once, from counts, with intervals that employers and months share."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import stdtr, stdtrit

from warehouse.inference.clustered import Floats


class Slopes(NamedTuple):
    """A slope of each share, per unit of time: arrays of one length. NaN: the ads cannot tell."""

    value: Floats
    ci_low: Floats
    ci_high: Floats
    p_value: Floats
    """Two-sided, of the share staying as it is."""


class Cells(NamedTuple):
    """Ads counted by time, stratum and cluster: arrays of one length, and a matrix of as many rows."""

    time: ArrayLike
    stratum: ArrayLike
    """Source, where slopes are to be those within sources; the same everywhere, where not."""
    cluster: ArrayLike
    """Employer."""
    n_ads: ArrayLike
    n_with: Any
    """Cells × shares, which may be sparse: how many of the ads have it."""


class _Model(NamedTuple):
    """Least squares on time with a constant a stratum."""

    x: Floats
    """Time less its mean in the stratum, of each cell."""
    n: Floats
    named: Any
    """Cells × shares."""
    design: Any
    """Cells × (strata and time)."""
    fitted: Floats
    """(Strata and time) × shares."""
    within: Floats
    """Sum over ads of the square of what is not explained, of each share."""


def slopes(cells: Cells) -> Slopes:
    """The slopes of least squares with a constant a stratum: of strata that have ads at one time only nothing is known.

    The interval is the wider of two. One is clustered by ``cluster``, with CR1 errors and the effective number of clusters
    less one as degrees of freedom (Carter, Schnepel and Steigerwald 2017), two at least, as ``composition`` has it. The other is
    clustered by time, with two degrees of freedom less than there are times: what befalls a whole month is no evidence of a trend,
    however many ads it befell. NaN where there are fewer than three times or two clusters, or nothing varies.
    """
    model, cluster, time = _fit(cells)
    value = model.fitted[-1]
    unknown = np.full_like(value, np.nan)
    n_clusters, n_times = (int(codes.max()) + 1 if len(codes) else 0 for codes in (cluster, time))
    if n_times < 3 or n_clusters < 2:
        return Slopes(np.where(n_times > 1, value, np.nan), unknown, unknown, unknown)
    varies = model.within > 1e-9 * np.maximum(model.named.sum(axis=0), 1)
    reach, p_value = np.zeros_like(value), np.zeros_like(value)
    employers = np.minimum(np.maximum(_effective_clusters(model, cluster) - 1, 2), n_clusters - 1)
    for error, freedom in ((_error(model, cluster), employers), (_error_by_time(model, time), n_times - 2)):
        reach = np.maximum(reach, stdtrit(freedom, 0.975) * error)
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = np.maximum(p_value, 2 * stdtr(freedom, -np.abs(value) / error))
    reach, p_value = np.where(varies, reach, np.nan), np.where(varies, p_value, np.nan)
    return Slopes(value, value - reach, value + reach, p_value)


def _fit(cells: Cells) -> tuple[_Model, NDArray[np.intp], NDArray[np.intp]]:
    """The model, and the number of each cell's cluster and time."""
    time, n = np.asarray(cells.time, np.float64), np.asarray(cells.n_ads, np.float64)
    _, stratum = np.unique(np.asarray(cells.stratum), return_inverse=True)
    x = _less_mean(time, n, stratum)
    told = np.bincount(stratum, n * x * x)[stratum] > 1e-12 if len(x) else np.zeros(0, bool)
    named = sparse.csr_array(cells.n_with, dtype=np.float64)[np.flatnonzero(told)]
    x, n, time = x[told], n[told], time[told]
    _, stratum = np.unique(stratum[told], return_inverse=True)
    _, cluster = np.unique(np.asarray(cells.cluster)[told], return_inverse=True)
    _, time_no = np.unique(time, return_inverse=True)
    n_strata, rows = int(stratum.max(initial=-1)) + 1, np.arange(len(x))
    constants = sparse.csr_array((np.ones(len(x)), (rows, stratum)), shape=(len(x), n_strata))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (constants.T @ named).toarray() / np.bincount(stratum, n)[:, None]
        slope = (x @ named) / (n * x * x).sum()
    within = (
        named.sum(axis=0) - (means**2 * np.bincount(stratum, n)[:, None]).sum(axis=0) - slope**2 * (n * x * x).sum()
    )
    design = sparse.hstack([constants, sparse.csr_array(x[:, None])], format="csr")
    return _Model(x, n, named, design, np.vstack([means, slope]), within), cluster, time_no


def _less_mean(time: Floats, n: Floats, stratum: NDArray[np.intp]) -> Floats:
    return time - (np.bincount(stratum, n * time) / np.bincount(stratum, n))[stratum] if len(time) else time


def _error(model: _Model, codes: NDArray[np.intp]) -> Floats:
    """The CR1 standard error of the slopes."""
    scores = _squares(model, codes, model.x / (model.n * model.x**2).sum())
    n_clusters, n_ads = int(codes.max()) + 1, model.n.sum()
    error: Floats = np.sqrt(
        np.maximum(scores, 0) * n_clusters / (n_clusters - 1) * (n_ads - 1) / max(n_ads - model.design.shape[1], 1)
    )
    return error


def _error_by_time(model: _Model, time: NDArray[np.intp]) -> Floats:
    """The standard error where ads of one time go up and down together.

    Times are few, and the line bends towards those at the ends: each counts as much more as it pulls (HC3; MacKinnon and
    White 1985)."""
    strength = (model.n * model.x**2).sum()
    pull = np.bincount(time, model.n * (model.x**2 / strength + 1 / model.n.sum()))
    apart = np.maximum(1 - pull, 1e-3)[time]
    error: Floats = np.sqrt(np.maximum(_squares(model, time, model.x / strength / apart), 0))
    return error


def _squares(model: _Model, codes: NDArray[np.intp], weight: Floats) -> Floats:
    """Sum over clusters of the square of the sum of their ads' weighted residuals, of each share.

    A residual is what is named less what is fitted; squared out, no matrix of clusters × shares is needed."""
    rows = np.arange(len(codes))
    member = sparse.csr_array((weight, (codes, rows)), shape=(int(codes.max()) + 1, len(codes)))
    named = sparse.csr_array(member @ model.named)
    explained = sparse.csr_array((member * model.n) @ model.design)
    crossed = (explained.T @ named).toarray()
    squares: Floats = (
        np.asarray(named.power(2).sum(axis=0)).ravel()
        - 2 * (model.fitted * crossed).sum(axis=0)
        + (model.fitted * ((explained.T @ explained) @ model.fitted)).sum(axis=0)
    )
    return squares


def _effective_clusters(model: _Model, codes: NDArray[np.intp]) -> Floats:
    """As in ``composition``, of each share: they differ in how alike the ads of one cluster are."""
    size = np.bincount(codes, model.n)
    between = _squares(model, codes, np.ones(len(codes)))
    pairs = float((size * (size - 1)).sum()) * model.within / model.n.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = np.clip(np.nan_to_num((between - model.within) / pairs), 0, 1)
    weight = model.x / (model.n * model.x**2).sum()
    apart, together = np.bincount(codes, model.n * weight**2), np.bincount(codes, model.n * weight) ** 2
    total = (1 - alike) * apart.sum() + alike * together.sum()
    squares = (
        (1 - alike) ** 2 * (apart @ apart)
        + 2 * alike * (1 - alike) * (apart @ together)
        + alike**2 * (together @ together)
    )
    effective: Floats = np.nan_to_num(total**2 / squares)
    return effective
