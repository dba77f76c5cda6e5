"""Many tests at once, distinctive skills, equivalence, measured error, composition and similarity."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import sparse, stats
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower

from warehouse.inference.clustered import Estimate, difference
from warehouse.inference.composition import change, median_difference, medians, standardised_difference
from warehouse.inference.distinctive import log_odds
from warehouse.inference.equivalence import ads_needed, design_effect, minimum_detectable_difference, tost
from warehouse.inference.errors import Counts
from warehouse.inference.measurement import corrected_difference, corrected_share
from warehouse.inference.multiple import benjamini_hochberg
from warehouse.inference.similarity import _area, distance, separability

pytestmark = pytest.mark.filterwarnings("error")

NOTHING = Estimate(None, None, None, None, None, 0, "none")


def estimate(value: float, error: float, freedom: float = 1e6) -> Estimate:
    reach = float(stats.t.ppf(0.975, freedom)) * error
    return Estimate(value, value - reach, value + reach, error, 0.5, 99, "linearised", freedom)


# many tests


def test_q_values_are_statsmodels_and_untested_stay_none() -> None:
    p = [0.001, None, 0.04, 0.03, float("nan"), 0.2, 0.9]
    tested = [0.001, 0.04, 0.03, 0.2, 0.9]
    q = benjamini_hochberg(p)
    assert q[1] is None and q[4] is None
    assert [value for value in q if value is not None] == pytest.approx(multipletests(tested, method="fdr_bh")[1])


@pytest.mark.parametrize(("p", "q"), [([], []), ([None], [None]), ([0.03], [0.03])])
def test_q_values_of_few(p: list[float | None], q: list[float | None]) -> None:
    assert benjamini_hochberg(p) == q


def test_false_discoveries_stay_at_their_level() -> None:
    rng = np.random.default_rng(4)
    shares = []
    for _ in range(40):
        cluster = np.repeat(np.arange(60), np.maximum(rng.lognormal(1.5, 1, 60).astype(int), 1))
        is_a = rng.random(len(cluster)) < 0.5
        lean = rng.beta(2, 4, (60, 40))[cluster]
        named = rng.random(lean.shape) < lean + np.where(np.arange(40) < 30, 0, 0.25) * is_a[:, None]
        q = benjamini_hochberg([difference(named[:, i], is_a, cluster).p_value for i in range(40)])
        found = [i for i, value in enumerate(q) if value is not None and value <= 0.1]
        assert len(found) >= 5
        shares.append(sum(i < 30 for i in found) / len(found))
    assert np.mean(shares) <= 0.1


# distinctive skills


def test_log_odds_by_hand() -> None:
    # 100 prior ads at the pooled share 0.3: 40 + 30 of 200 against 20 + 30 of 200
    (found,) = log_odds([40], 100, [20], 100)
    assert found is not None
    assert found.value == pytest.approx(np.log(70 / 130) - np.log(50 / 150))
    error = np.sqrt(1 / 70 + 1 / 130 + 1 / 50 + 1 / 150)
    assert found.z == pytest.approx(found.value / error)
    assert found.ci_high - found.ci_low == pytest.approx(2 * 1.959964 * error)


def test_a_rare_skill_does_not_top_the_list_by_luck() -> None:
    rare, common = log_odds([3, 300], 1000, [0, 150], 1000)
    assert rare is not None and common is not None
    assert common.z > rare.z and rare.ci_low < 0 < common.ci_low


def test_repeated_ads_make_the_interval_wider() -> None:
    (alone,), (repeated,) = log_odds([40], 100, [20], 100), log_odds([40], 100, [20], 100, design_effect=[4.0])
    assert alone is not None and repeated is not None
    assert repeated.ci_high - repeated.ci_low > alone.ci_high - alone.ci_low


@pytest.mark.parametrize(
    ("with_a", "n_a", "with_b", "n_b"), [([0], 10, [0], 10), ([10], 10, [5], 5), ([0], 0, [0], 0), ([], 5, [], 5)]
)
def test_log_odds_of_nobody_or_everybody_are_none(with_a: list[int], n_a: int, with_b: list[int], n_b: int) -> None:
    assert log_odds(with_a, n_a, with_b, n_b) == [None] * len(with_a)


def test_log_odds_of_one_empty_role_tell_nothing() -> None:
    (found,) = log_odds([5], 10, [0], 0)
    assert found is not None and found.ci_low < 0 < found.ci_high


# equivalence


@pytest.mark.parametrize(
    ("value", "error", "same"),
    [(0.0, 0.02, True), (0.0, 0.04, False), (0.04, 0.005, True), (0.06, 0.001, False), (-0.03, 0.01, True)],
)
def test_the_same_means_the_90_percent_interval_is_inside_the_margin(value: float, error: float, same: bool) -> None:
    found = tost(estimate(value, error))
    low, high = value - 1.644854 * error, value + 1.644854 * error
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-5)
    assert found.equivalent is same and (found.p_value is not None) and (found.p_value < 0.05) is same


def test_two_one_sided_tests_are_statsmodels() -> None:
    from statsmodels.stats.weightstats import ttost_ind

    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 40), rng.normal(0.1, 1, 30)
    error = sm.stats.CompareMeans.from_data(a, b).std_meandiff_pooledvar
    expected = ttost_ind(a, b, -0.5, 0.5)[0]
    assert tost(estimate(a.mean() - b.mean(), error, 68), margin=0.5).p_value == pytest.approx(expected)


def test_without_an_error_there_is_no_equivalence() -> None:
    assert tost(NOTHING) == (None, None, None, None)


def test_ads_needed_have_the_power() -> None:
    n = ads_needed(0.3, 0.05)
    assert n is not None
    # statsmodels counts in units of the standard deviation
    assert NormalIndPower().power(0.05 / np.sqrt(0.3 * 0.7), n, 0.05) == pytest.approx(0.8, abs=0.001)
    assert minimum_detectable_difference(0.3, n, n) == pytest.approx(0.05, abs=1e-4)
    assert ads_needed(0.3, 0.05, design_effect=3) == pytest.approx(3 * n, abs=3)


def test_nothing_can_be_seen_without_ads() -> None:
    assert minimum_detectable_difference(0.3, 0, 10) is None
    assert ads_needed(0.3, 0) is None
    assert design_effect(NOTHING, 0.5, 5, 0.5, 5) is None
    assert design_effect(estimate(0.0, 0.1), 0.0, 5, 1.0, 5) is None


def test_doubling_every_ad_doubles_the_design_effect() -> None:
    rng = np.random.default_rng(6)
    y, is_a = rng.random(2000) < 0.3, rng.random(2000) < 0.5
    effects = []
    for times in (1, 2):
        ys, sides, clusters = np.tile(y, times), np.tile(is_a, times), np.tile(np.arange(2000), times)
        a, b = ys[sides], ys[~sides]
        effects.append(design_effect(difference(ys, sides, clusters), a.mean(), len(a), b.mean(), len(b)))
    assert effects == pytest.approx([1, 2], rel=0.01)


# measured error


def test_corrected_share_by_hand() -> None:
    # sensitivity 0.8, specificity 0.95: (0.35 - 0.05) / 0.75
    found = corrected_share(estimate(0.35, 0.02), Counts(80, 20, 5, 95))
    assert found.value == pytest.approx(0.4)
    sensitivity, specificity = 81 / 102, 96 / 102
    of_errors = 0.16 * sensitivity * (1 - sensitivity) / 102 + 0.36 * specificity * (1 - specificity) / 102
    assert found.standard_error == pytest.approx(np.sqrt(0.02**2 + of_errors) / 0.75)


def test_corrected_difference_is_that_of_corrected_shares() -> None:
    errors = Counts(80, 20, 5, 95)
    a, b = corrected_share(estimate(0.35, 0.02), errors), corrected_share(estimate(0.2, 0.02), errors)
    found = corrected_difference(estimate(0.15, 0.03), errors)
    assert a.value is not None and b.value is not None
    assert found.value == pytest.approx(a.value - b.value)
    assert found.standard_error is not None and found.standard_error > 0.03 / 0.75


@pytest.mark.parametrize("errors", [Counts(0, 0, 0, 0), Counts(10, 0, 0, 0), Counts(5, 5, 5, 5), Counts(2, 0, 0, 1)])
def test_an_extractor_that_was_hardly_measured_corrects_nothing(errors: Counts) -> None:
    assert corrected_share(estimate(0.3, 0.02), errors).value is None
    assert corrected_difference(estimate(0.3, 0.02), errors).value is None


def test_corrected_shares_stay_between_nobody_and_everybody() -> None:
    low, high = (corrected_share(estimate(value, 0.01), Counts(80, 20, 5, 95)) for value in (0.01, 0.99))
    assert (low.value, low.ci_low) == (0, 0) and (high.value, high.ci_high) == (1, 1)
    assert corrected_share(NOTHING, Counts(80, 20, 5, 95)) == NOTHING
    bare = corrected_share(NOTHING._replace(value=0.35), Counts(80, 20, 5, 95))
    assert bare.value == pytest.approx(0.4) and bare.ci_low is None


# composition


def stratified() -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Both roles have the same share within a stratum, but role a is mostly in the higher strata."""
    rng = np.random.default_rng(8)
    cluster = rng.integers(0, 50, 2000) ** 2 // 40
    stratum = rng.integers(0, 4, 2000)
    is_a = rng.random(2000) < 0.15 + 0.2 * stratum
    y = (rng.random(2000) < 0.1 + 0.2 * stratum + 0.1 * (cluster % 2)).astype(float)
    return y, is_a, stratum, cluster


def test_standardised_difference_is_least_squares_with_strata() -> None:
    y, is_a, stratum, cluster = stratified()
    x = np.column_stack([is_a, stratum[:, None] == np.arange(4)]).astype(float)
    fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    found = standardised_difference(y, is_a, stratum, cluster)
    assert (found.value, found.standard_error) == pytest.approx((fit.params[0], fit.bse[0]))
    raw = difference(y, is_a, cluster)
    assert raw.ci_low is not None and raw.ci_low > 0 and found.ci_low is not None and found.ci_low < 0


def test_standardised_over_one_stratum_is_the_raw_difference() -> None:
    y, is_a, _, cluster = stratified()
    found, raw = standardised_difference(y, is_a, np.zeros(len(y)), cluster), difference(y, is_a, cluster)
    assert found[:6] == pytest.approx(raw[:6]) and found.freedom == pytest.approx(raw.freedom)


@pytest.mark.parametrize(
    ("y", "is_a", "stratum", "cluster", "value"),
    [
        ([], [], [], [], None),
        ([1.0], [True], [0], [0], None),
        ([1.0, 0.0], [True, False], [0, 1], [0, 1], None),
        ([1.0, 0.0, 1.0], [True, False, True], [0, 0, 0], [0, 0, 0], 1.0),
        ([1.0] * 5, [True, False] * 2 + [True], [0] * 5, [0, 1, 2, 3, 4], 0.0),
    ],
)
def test_standardised_difference_of_few(
    y: list[float], is_a: list[bool], stratum: list[int], cluster: list[int], value: float | None
) -> None:
    found = standardised_difference(y, is_a, stratum, cluster)
    assert found.value == value and found.ci_low is None and found.p_value is None and found.method == "none"


def test_parts_of_a_change_add_up() -> None:
    rng = np.random.default_rng(9)
    late = rng.random(500) < 0.5
    cluster = np.where(late, rng.integers(10, 60, 500), rng.integers(0, 40, 500))
    found = change(rng.random(500) < 0.3 + 0.2 * late, late, cluster)
    assert found.total is not None
    assert sum(part for part in found[1:] if part is not None) == pytest.approx(found.total, abs=1e-12)


@pytest.mark.parametrize(
    ("y", "late", "cluster", "parts"),
    [
        # employer 0 asks for it now and did not: that is the change
        ([0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0], (1, 1, 0, 0, 0)),
        # employers 0 and 1 stay as they are, 1 has more ads now: one in two before, three in four now
        ([0, 1, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1], (0.25, 0, 0.25, 0, 0)),
        # employer 0 stays as it is; 1, new, asks for it
        ([0, 0, 1], [0, 1, 1], [0, 0, 1], (0.5, 0, 0, 0.5, 0)),
        # employer 1 asked for it and is gone
        ([0, 1, 0], [0, 0, 1], [0, 1, 0], (-0.5, 0, 0, 0, -0.5)),
        ([0, 1], [0, 1], [0, 1], (1, None, None, None, None)),
        ([0, 1], [1, 1], [0, 1], (None,) * 5),
        ([], [], [], (None,) * 5),
    ],
)
def test_change_by_hand(y: list[int], late: list[int], cluster: list[int], parts: tuple[float | None, ...]) -> None:
    found = change(y, late, np.array(cluster, int))
    assert [part if part is None else round(part, 12) for part in found] == list(parts)


def test_medians_of_few_are_hidden() -> None:
    pay = [100.0, 110, 120, 130, 50, 60, 70, 80, np.nan]
    found = medians(pay, ["x"] * 4 + ["y"] * 4 + ["z"], [0, 1, 2, 2, 5, 5, 5, 5, 6], min_ads=4, min_clusters=3)
    assert [tuple(row) for row in found] == [("x", 4, 3, 115.0), ("y", 4, 1, None), ("z", 0, 0, None)]


def test_median_difference_over_strata() -> None:
    rng = np.random.default_rng(10)
    cluster, stratum = rng.integers(0, 60, 900), rng.integers(0, 2, 900)
    is_a = rng.random(900) < np.where(stratum, 0.8, 0.2)
    pay = rng.normal(0, 8, 900) + 100 + 50 * stratum + 10 * is_a + rng.normal(0, 3, 60)[cluster]
    found = median_difference(pay, is_a, stratum, cluster)
    gaps = [np.median(pay[is_a & (stratum == s)]) - np.median(pay[~is_a & (stratum == s)]) for s in (0, 1)]
    sizes = [[(is_a == side)[stratum == s].sum() for side in (True, False)] for s in (0, 1)]
    assert found.value == pytest.approx(np.average(gaps, weights=[a * b / (a + b) for a, b in sizes]))
    assert found.ci_low is not None and found.ci_high is not None and found.ci_low < 10 < found.ci_high
    order = rng.permutation(900)
    assert median_difference(pay[order], is_a[order], stratum[order], cluster[order]) == found


@pytest.mark.parametrize("n", [0, 1, 5])
def test_median_difference_of_few_is_none(n: int) -> None:
    found = median_difference(np.ones(n), np.arange(n) % 2 == 0, np.zeros(n), np.arange(n))
    assert found.value is None and found.ci_low is None


def test_median_difference_where_all_pay_alike_has_no_interval() -> None:
    found = median_difference(np.ones(60), np.arange(60) % 2 == 0, np.zeros(60), np.arange(60) // 2)
    assert found.value == 0 and found.ci_low is None


# similarity


def skills(
    gain: float, rows: int = 600, seed: int = 12
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.intp]]:
    """Named skills, role, employer; role a names the first five of twenty more often."""
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 80, rows)
    is_a = rng.random(rows) < 0.4
    likely = rng.beta(2, 5, (80, 20))[cluster] + np.where(np.arange(20) < 5, gain, 0) * is_a[:, None]
    return rng.random((rows, 20)) < likely, is_a, cluster


def test_observed_distance_is_scipys() -> None:
    named, is_a, cluster = skills(0.3)
    found = distance(named, is_a, cluster)
    assert found.observed == pytest.approx(jensenshannon(named[is_a].sum(axis=0), named[~is_a].sum(axis=0), base=2))
    assert found == distance(sparse.csr_array(named), is_a, cluster)


def test_different_roles_are_further_apart_than_halves_of_one() -> None:
    found = distance(*skills(0.3))
    assert found.observed is not None and found.within_a is not None and found.within_b is not None
    assert found.estimate.ci_low is not None and found.estimate.ci_low > 0
    assert found.observed > 1.5 * max(found.within_a, found.within_b)


def test_one_role_in_two_is_no_further_apart_than_its_halves() -> None:
    found = distance(*skills(0.0))
    assert found.observed is not None and found.within_a is not None and found.estimate.ci_low is not None
    assert found.observed < found.within_a and found.estimate.ci_low < 0.02


def test_separability_tells_roles_apart_only_where_they_are() -> None:
    apart, alike = separability(*skills(0.35)), separability(*skills(0.0))
    assert apart.ci_low is not None and apart.ci_low > 0.7 and apart.p_value is None
    assert alike.ci_low is not None and alike.ci_high is not None and alike.ci_low < 0.5 < alike.ci_high


def test_matrices_with_long_indices_are_read() -> None:
    named, is_a, cluster = skills(0.2)
    matrix = sparse.csr_array(named)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64)
    assert separability(matrix, is_a, cluster) == separability(named, is_a, cluster)


def test_area_is_scikit_learns() -> None:
    rng = np.random.default_rng(13)
    is_a = rng.random(300) < 0.3
    score = np.round(rng.normal(0, 1, 300) + is_a, 1)
    found = _area(score, is_a, rng.integers(0, 40, 300))
    assert found.value == pytest.approx(roc_auc_score(is_a, score))
    assert found.standard_error is not None and 0.01 < found.standard_error < 0.06


def test_similarity_does_not_depend_on_the_order_of_rows() -> None:
    named, is_a, cluster = skills(0.2)
    order = np.random.default_rng(0).permutation(len(is_a))
    shuffled = named[order], is_a[order], cluster[order]
    assert distance(*shuffled) == distance(named, is_a, cluster)
    assert separability(*shuffled) == separability(named, is_a, cluster)


@pytest.mark.parametrize("rows", [0, 1, 5])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("employers", [1, 5])
@pytest.mark.parametrize("role", ["a", "both"])
def test_similarity_of_few_is_none_or_a_number(rows: int, named: bool, employers: int, role: str) -> None:
    matrix, cluster = np.full((rows, 3), named), np.arange(rows) % employers
    is_a = np.full(rows, True) if role == "a" else np.arange(rows) % 2 == 0
    found, apart = distance(matrix, is_a, cluster), separability(matrix, is_a, cluster)
    parts = [*found.estimate, *found[1:], *apart]
    assert not any(isinstance(part, float) and np.isnan(part) for part in parts)
    assert apart.value is None
    assert (found.observed is None) == (not named or role == "a" or rows < 2)
