"""How far apart two roles are as wholes: the distance of their skill profiles, and how well ads can be told apart."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import stdtrit
from scipy.stats import rankdata

from warehouse.inference.clustered import Estimate, Floats, difference


class Distance(NamedTuple):
    """Jensen–Shannon distances (0 alike, 1 no skill in common) of skill profiles: a skill's part of all skills named."""

    estimate: Estimate
    """Between the roles; less the distance that chance alone gives. None where a role has no skills."""
    observed: float | None
    """Between the roles, as it stands: to be compared with those within a role, which chance alone puts further apart, as
    halves are smaller than roles."""
    within_a: float | None
    """Between two random halves of the employers of a, a mean of many; None below two employers."""
    within_b: float | None


def distance(skills: Any, is_a: ArrayLike, cluster: ArrayLike, *, draws: int = 200, seed: int = 0) -> Distance:
    """How different the skills are that two roles ask for (Lin 1991; Endres and Schindelin 2003), base 2.

    ``skills`` is a matrix of ads × skills, true where named; it may be sparse. The interval is the basic bootstrap's of
    the squared distance over whole employers (Davison and Hinkley 1997, 5.2), which takes off what small numbers add.
    """
    a = np.asarray(is_a).astype(bool)
    codes, cluster_no = np.unique(np.asarray(cluster), return_inverse=True)
    n_clusters = len(codes)
    matrix = sparse.csr_array(skills, dtype=np.float64)
    counts_a, counts_b = (_per_cluster(matrix, cluster_no, side, n_clusters) for side in (a, ~a))
    everyone = np.ones((1, n_clusters))
    observed = float(_distances(everyone @ counts_a, everyone @ counts_b)[0])
    rng = np.random.default_rng(seed)
    within_a, within_b = (_within(counts, draws, rng) for counts in (counts_a, counts_b))
    nothing = Estimate(None, None, None, None, None, n_clusters, "none")
    if np.isnan(observed):
        return Distance(nothing, None, within_a, within_b)
    if min(_clusters_with(counts_a), _clusters_with(counts_b)) < 2:
        return Distance(nothing._replace(value=observed), observed, within_a, within_b)
    times = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=draws).astype(np.float64)
    drawn = _distances(times @ counts_a, times @ counts_b)
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < draws * 0.9 or np.ptp(drawn) < 1e-12:
        return Distance(nothing._replace(value=observed), observed, within_a, within_b)
    # what chance adds, it adds to the divergence, the square, once more in every drawing
    squares = np.array([(drawn**2).mean(), *np.percentile(drawn, [2.5, 97.5]) ** 2])
    value, high, low = np.sqrt(np.clip(2 * observed**2 - squares, 0, 1))
    estimate = Estimate(float(value), float(low), float(high), float(drawn.std()), None, n_clusters, "bootstrap")
    return Distance(estimate, observed, within_a, within_b)


def separability(skills: Any, is_a: ArrayLike, cluster: ArrayLike, *, folds: int = 5, seed: int = 0) -> Estimate:
    """How often an ad of role a looks more like one than an ad of the other, by skills alone: 0.5 is chance, 1 always.

    The area under the curve of a logistic regression on the ads of employers that it was not fitted to. Interval: DeLong,
    DeLong and Clarke-Pearson (1988), clustered as Obuchowski (1997). It is of the models as fitted: fitted to other employers
    they would vary too, which tells where roles are hardly apart (there it is a third too narrow, so there is no p). None
    where a role has fewer than ``folds`` employers, or nobody names a skill.
    """
    from sklearn.linear_model import LogisticRegression

    matrix = sparse.csr_array(skills, dtype=np.float64)
    a = np.asarray(is_a).astype(bool)
    codes, cluster_no = np.unique(np.asarray(cluster), return_inverse=True)
    nothing = Estimate(None, None, None, None, None, len(codes), "none")
    rng = np.random.default_rng(seed)
    if not matrix.nnz or min(len(np.unique(cluster_no[side])) for side in (a, ~a)) < folds:
        return nothing
    order = np.lexsort((matrix @ rng.random(matrix.shape[1]), a, cluster_no))  # sums in one order give the same digits
    matrix, a, cluster_no = matrix[order], a[order], cluster_no[order]
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)  # liblinear's own
    fold = _folds(a, cluster_no, len(codes), folds, rng)
    score = np.empty(len(a))
    for i in range(folds):
        held_out = fold == i
        if held_out.any():
            model = LogisticRegression(class_weight="balanced", C=0.1, solver="liblinear", random_state=0)
            score[held_out] = model.fit(matrix[~held_out], a[~held_out]).decision_function(matrix[held_out])
    return _area(score, a, cluster_no)


def _per_cluster(matrix: Any, cluster_no: NDArray[np.intp], side: NDArray[np.bool_], n_clusters: int) -> Any:
    """Clusters × skills: how many of the side's ads name the skill."""
    rows = np.flatnonzero(side)
    member = sparse.csr_array((np.ones(len(rows)), (cluster_no[rows], rows)), shape=(n_clusters, matrix.shape[0]))
    return sparse.csr_array(member @ matrix)


def _clusters_with(counts: Any) -> int:
    return int(np.count_nonzero(np.diff(counts.indptr)))


def _within(counts: Any, draws: int, rng: np.random.Generator) -> float | None:
    """The mean distance of two random halves of a role's clusters."""
    present = counts[np.flatnonzero(np.diff(counts.indptr))]
    if present.shape[0] < 2:
        return None
    half = np.array([rng.permutation(present.shape[0]) < present.shape[0] // 2 for _ in range(draws)], np.float64)
    return float(_distances(half @ present, (1 - half) @ present).mean())


def _distances(a: Floats, b: Floats) -> Floats:
    """Of each pair of rows of counts; NaN where one has none."""
    from scipy.spatial.distance import jensenshannon

    empty = (a.sum(axis=1) == 0) | (b.sum(axis=1) == 0)
    result = np.full(len(a), np.nan)
    with np.errstate(invalid="ignore"):  # of profiles all alike, rounding may be below 0
        result[~empty] = jensenshannon(a[~empty], b[~empty], base=2, axis=1)
    return np.where(empty, np.nan, np.clip(np.nan_to_num(result), 0, 1))


def _folds(
    a: NDArray[np.bool_], cluster_no: NDArray[np.intp], n_clusters: int, folds: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """The fold of each row: whole clusters, those that have role a dealt out first, so that no fold lacks it."""
    has_a = np.zeros(n_clusters, bool)
    has_a[cluster_no[a]] = True
    only_a = has_a & ~np.isin(np.arange(n_clusters), cluster_no[~a])
    dealt = np.lexsort((rng.random(n_clusters), only_a, ~has_a))
    fold = np.empty(n_clusters, np.intp)
    fold[dealt] = np.arange(n_clusters) % folds
    return fold[cluster_no]


def _area(score: Floats, a: NDArray[np.bool_], cluster_no: NDArray[np.intp]) -> Estimate:
    """The area under the curve; each ad's placement among those of the other role is what varies."""
    rank, n_a, n_b = rankdata(score), int(a.sum()), int((~a).sum())
    placement = np.empty(len(score))
    placement[a] = (rank[a] - rankdata(score[a])) / n_b
    placement[~a] = 1 - (rank[~a] - rankdata(score[~a])) / n_a
    # means of both sides are the area; the difference of one and the other's negative has the area's own error
    twice = difference(np.where(a, placement, -placement), a, cluster_no)
    value = None if twice.value is None else twice.value / 2
    if value is None or twice.standard_error is None or twice.freedom is None:
        return twice._replace(value=value, ci_low=None, ci_high=None, p_value=None)
    reach = float(stdtrit(twice.freedom, 0.975)) * twice.standard_error
    return twice._replace(
        value=value,
        ci_low=max(value - reach, 0.0),
        ci_high=min(value + reach, 1.0),
        p_value=None,
    )
