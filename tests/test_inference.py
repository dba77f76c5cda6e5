"""Intervals clustered by employer: against statsmodels, by hand, and without each employer in turn."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from warehouse.inference.clustered import Estimate, difference, leave_out, mean
from warehouse.inference.composition import standardised_difference

pytestmark = pytest.mark.filterwarnings("error")


def drawn(seed: int = 3, rows: int = 900, clusters: int = 40) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """y, is_a and cluster; employers lean, one has a quarter of the rows, some have one role only."""
    rng = np.random.default_rng(seed)
    cluster = np.where(rng.random(rows) < 0.25, 7, rng.integers(0, clusters, rows) * 3)
    is_a = rng.random(rows) < np.where(cluster % 4, 0.2, 0.8) * (cluster % 5 > 0)
    y = rng.random(rows) < 0.2 + 0.2 * is_a + 0.4 * (cluster % 3 == 1)
    return y, is_a, cluster


def no_nan(estimate: Estimate) -> bool:
    return not any(isinstance(part, float) and np.isnan(part) for part in estimate)


@pytest.mark.parametrize("scale", [1.0, 90_000.0])
def test_difference_and_error_are_those_of_clustered_least_squares(scale: float) -> None:
    y, is_a, cluster = drawn()
    y = y * scale + 10 * scale
    fit = sm.OLS(y, sm.add_constant(is_a.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True
    )
    found = difference(y, is_a, cluster)
    assert found.value == pytest.approx(fit.params[1], rel=1e-9)
    assert found.standard_error == pytest.approx(fit.bse[1], rel=1e-9)
    low, high = fit.conf_int()[1]
    assert found.ci_low is not None and found.ci_high is not None
    assert found.ci_low <= low and found.ci_high >= high, "fewer degrees of freedom never make an interval narrower"


def test_mean_and_error_are_those_of_clustered_least_squares() -> None:
    y, _, cluster = drawn()
    fit = sm.OLS(y.astype(float), np.ones(len(y))).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    found = mean(y, cluster)
    assert (found.value, found.standard_error) == pytest.approx((fit.params[0], fit.bse[0]), rel=1e-9)


def test_a_share_of_independent_ads_has_wilsons_interval() -> None:
    found = mean(np.arange(2000) < 30, np.arange(2000))
    assert (found.ci_low, found.ci_high) == pytest.approx(proportion_confint(30, 2000, method="wilson"), abs=1e-4)


def test_with_even_employers_the_interval_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(30), 8)
    is_a = np.tile([True, False], 120)
    y = rng.random(240) < 0.3 + 0.2 * is_a
    fit = sm.OLS(y.astype(float), sm.add_constant(is_a.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True
    )
    found = difference(y, is_a, cluster)
    assert found.freedom == pytest.approx(29)
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(fit.conf_int()[1]), rel=1e-9)
    assert found.p_value == pytest.approx(fit.pvalues[1], rel=1e-6)


def test_degrees_of_freedom_by_hand() -> None:
    # one row each, of a: nothing can be alike within; 4 clusters of even weight beside one of three rows
    cluster = np.array([0, 1, 2, 3, 4, 4, 4])
    y = np.array([0, 1, 0, 1, 1, 0, 0])  # the large one is not alike: its residual is near 0
    # weights 1/7 each: parts of the variance 1, 1, 1, 1, 3 -> 7² / 13 clusters, less one
    assert mean(y, cluster).freedom == pytest.approx(49 / 13 - 1)


@pytest.mark.parametrize("by", ["employer", "source"])
def test_leaving_out_is_computing_anew_without(by: str) -> None:
    y, is_a, cluster = drawn()
    pay = y + np.random.default_rng(1).random(len(y))
    code = cluster if by == "employer" else np.random.default_rng(2).integers(0, 6, len(y))
    without = leave_out(pay, is_a, code, cluster)
    assert list(without.code) == sorted(set(code.tolist()))
    for i, left in enumerate(without.code):
        rest = code != left
        again = difference(pay[rest], is_a[rest], cluster[rest])
        assert (without.value[i], without.ci_low[i], without.ci_high[i]) == pytest.approx(
            (again.value, again.ci_low, again.ci_high), abs=1e-10
        )


def test_leaving_out_what_a_role_rests_on_leaves_nothing() -> None:
    y, is_a, cluster = [1, 0, 1, 0, 1, 1], [True, True, True, False, False, False], [1, 1, 2, 3, 4, 4]
    without = leave_out(y, is_a, cluster, cluster)
    assert np.isnan(without.ci_low[:2]).all(), "one employer is left in a"
    assert np.isnan(leave_out(y, is_a, is_a, cluster).value).all()


ALONE, EACH, TWO = [0] * 6, list(range(6)), [0, 0, 0, 1, 1, 1]
HALF = [True, False, True, False, True, False]


@pytest.mark.parametrize(
    ("y", "is_a", "cluster", "value", "has_interval"),
    [
        ([], [], [], None, False),
        ([1], [True], [0], None, False),
        ([1, 0], [True, False], [0, 1], 1.0, False),
        ([1, 0, 1, 0, 1, 0], HALF, ALONE, 1.0, False),
        ([1, 1, 1, 1, 1, 1], HALF, EACH, 0.0, False),
        ([0, 0, 0, 0, 0, 0], HALF, TWO, 0.0, False),
        ([1, 1, 0, 0, 1, 0], [True] * 6, EACH, None, False),
        ([1, 1, 0, 0, 1, 0], [False] * 6, EACH, None, False),
        ([1, 1, 0, 0, 1, 0], HALF, EACH, 1 / 3, True),
        ([1, 1, 0, 0, 1, 0], [True, True, True, False, False, False], [0, 0, 0, 1, 2, 3], 1 / 3, False),
        ([np.nan] * 6, HALF, EACH, None, False),
        ([1, 1, 0, 0, 1, 0, np.nan], [*HALF, True], [*EACH, 9], 1 / 3, True),
    ],
)
def test_few_ads_give_none_and_never_nan(
    y: list[float], is_a: list[bool], cluster: list[int], value: float | None, has_interval: bool
) -> None:
    found = difference(y, is_a, np.array(cluster, int))
    assert found.value == (None if value is None else pytest.approx(value))
    assert (found.ci_low is not None) == (found.p_value is not None) == (found.method != "none") == has_interval
    assert no_nan(found) and no_nan(mean(y, np.array(cluster, int)))
    assert len(leave_out(y, is_a, cluster, cluster).value) == len(
        {c for c, v in zip(cluster, y, strict=True) if v == v}
    )


def test_the_order_of_rows_and_the_numbers_of_employers_do_not_matter() -> None:
    y, is_a, cluster = drawn()
    order = np.random.default_rng(0).permutation(len(y))
    again = difference(y[order], is_a[order], 10**7 - cluster[order])
    assert again[:5] == pytest.approx(difference(y, is_a, cluster)[:5], rel=1e-9)


def coverage(dominant: int, clusters: int) -> float:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(600):
        size = np.maximum(np.rint(rng.lognormal(1.2, 1.2, clusters)), 1).astype(int)
        size[0] += dominant
        cluster = np.repeat(np.arange(clusters), size)
        is_a = rng.random(len(cluster)) < 0.4
        lean = rng.beta(3, 6, clusters)[cluster]
        found = difference(rng.random(len(cluster)) < lean + 0.1 * is_a, is_a, cluster)
        assert found.ci_low is not None and found.ci_high is not None
        held.append(found.ci_low <= 0.1 <= found.ci_high)
    return float(np.mean(held))


@pytest.mark.parametrize(("dominant", "clusters"), [(0, 100), (0, 15), (80, 100)])
def test_intervals_hold_the_truth_as_often_as_they_say(dominant: int, clusters: int) -> None:
    assert 0.925 <= coverage(dominant, clusters) <= 0.98  # 95 % ± three standard errors of 600 drawings


def test_employers_whose_sides_outweigh_each_other_leave_an_interval_and_no_nan() -> None:
    sides = [(31, 31, 1, 1), (31, 31, 0, 0), (1, 1, 1, 0), (1, 1, 0, 0)]  # ads of a and b, and whether they name it
    y = np.concatenate([np.repeat([named_a, named_b], [a, b]) for a, b, named_a, named_b in sides])
    is_a = np.concatenate([np.repeat([True, False], [a, b]) for a, b, _, _ in sides])
    employer = np.repeat(range(4), [a + b for a, b, _, _ in sides])
    found = difference(y, is_a, employer)
    assert found.ci_low is not None and found.ci_high is not None and found.p_value is not None
    assert -1 <= found.ci_low < found.value < found.ci_high <= 1 and 0 <= found.p_value <= 1  # type: ignore[operator]
    even = standardised_difference(y, is_a, np.zeros(len(y)), employer)
    assert even.ci_low is None or np.isfinite([even.ci_low, even.ci_high, even.p_value]).all()  # type: ignore[list-item]
