"""Slopes of shares over time: those of least squares, and as often wrong as they say."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import sparse
from scipy.special import stdtrit

from warehouse.inference.trend import Cells, slopes


def _ads(seed: int, n_ads: int = 2000, n_shares: int = 6) -> tuple[np.ndarray, ...]:
    """Time, stratum, employer and what is named, of ads one by one; three shares rise, the others stay."""
    rng = np.random.default_rng(seed)
    employer = rng.zipf(1.6, n_ads) % 60
    time, stratum = rng.integers(0, 8, n_ads), rng.integers(0, 3, n_ads)
    rises = np.where(np.arange(n_shares) < 3, 0.03, 0.0)
    chance = 0.2 + 0.1 * stratum[:, None] + 0.002 * employer[:, None] + rises * time[:, None]
    return time, stratum, employer, (rng.random((n_ads, n_shares)) < chance).astype(float)


def test_it_is_least_squares_with_the_wider_of_two_clustered_intervals() -> None:
    time, stratum, employer, named = _ads(1)
    found = slopes(Cells(time, stratum, employer, np.ones(len(time)), named))
    design = np.column_stack([time, np.eye(3)[stratum]])
    x = time - np.array([time[stratum == s].mean() for s in range(3)])[stratum]
    strength = (x**2).sum()
    pull = np.bincount(time, x**2 / strength + 1 / len(time))
    for k in range(named.shape[1]):
        fit = sm.OLS(named[:, k], design).fit(cov_type="cluster", cov_kwds={"groups": employer})
        assert found.value[k] == pytest.approx(fit.params[0])
        by_time = np.bincount(time, x * fit.resid) / strength / (1 - pull)
        of_time = stdtrit(6, 0.975) * np.sqrt((by_time**2).sum())
        of_employers = fit.bse[0] * stdtrit([59, 2], 0.975)  # by how many degrees of freedom there are
        reach = found.ci_high[k] - found.value[k]
        assert max(of_employers[0], of_time) * (1 - 1e-9) <= reach <= max(of_employers[1], of_time) * (1 + 1e-9)


def test_ads_counted_together_give_the_same_as_one_by_one() -> None:
    time, stratum, employer, named = _ads(2)
    cells, number = np.unique(np.column_stack([time, stratum, employer]), axis=0, return_inverse=True)
    counts = sparse.csr_array((np.ones(len(number)), (number, np.arange(len(number))))) @ named
    one_by_one = slopes(Cells(time, stratum, employer, np.ones(len(time)), named))
    together = slopes(Cells(*cells.T, np.bincount(number), counts))
    for a, b in zip(one_by_one, together, strict=True):
        np.testing.assert_allclose(a, b)


def test_a_changing_mix_of_strata_is_no_slope_within_them() -> None:
    rng = np.random.default_rng(3)
    time = rng.integers(0, 8, 6000)
    stratum = (rng.random(6000) < time / 8).astype(int)  # the second source grows, and names it more often
    named = (rng.random((6000, 1)) < 0.2 + 0.5 * stratum[:, None]).astype(float)
    employer = rng.integers(0, 300, 6000)
    within = slopes(Cells(time, stratum, employer, np.ones(6000), named))
    altogether = slopes(Cells(time, np.zeros(6000), employer, np.ones(6000), named))
    assert within.ci_low[0] < 0 < within.ci_high[0]
    assert altogether.ci_low[0] > 0.03


@pytest.mark.parametrize("shocked", ["nothing", "employers", "months"])
def test_where_nothing_rises_it_says_so_nineteen_times_of_twenty(shocked: str) -> None:
    rng = np.random.default_rng(4)
    employer, time = rng.integers(0, 80, 3000), rng.integers(0, 10, 3000)
    wrong = []
    for _ in range(4):
        spread = {"employers": (0.15, 0), "months": (0, 0.1)}.get(shocked, (0, 0))
        of_employers, of_months = rng.normal(0, spread[0], (80, 100)), rng.normal(0, spread[1], (10, 100))
        chance = 0.4 + of_employers[employer] + of_months[time]
        found = slopes(Cells(time, np.zeros(3000), employer, np.ones(3000), rng.random((3000, 100)) < chance))
        wrong.append((found.p_value < 0.05).mean())
    assert np.mean(wrong) < 0.06


@pytest.mark.parametrize(
    ("time", "stratum", "employer", "named", "value"),
    [
        ([], [], [], [], np.nan),
        ([1, 1, 1], [0, 0, 0], [0, 1, 2], [1, 0, 1], np.nan),
        ([0, 1, 0, 1], [0, 0, 0, 0], [0, 1, 2, 3], [0, 1, 0, 0], 0.5),
        ([0, 1, 2], [0, 0, 0], [0, 0, 0], [0, 1, 1], 0.5),
        ([0, 1, 2, 2], [0, 0, 0, 0], [0, 1, 2, 3], [1, 1, 1, 1], 0),
        ([0, 1, 2], [0, 1, 2], [0, 1, 2], [1, 0, 1], np.nan),
    ],
    ids=["no ads", "one time", "two times", "one employer", "nothing varies", "a time each"],
)
def test_what_ads_cannot_tell_has_no_interval(
    time: list[int], stratum: list[int], employer: list[int], named: list[int], value: float
) -> None:
    counts = np.array(named, float).reshape(len(time), 1)
    found = slopes(Cells(time, stratum, employer, np.ones(len(time)), counts))
    np.testing.assert_allclose(found.value, [value])
    assert np.isnan([found.ci_low[0], found.ci_high[0], found.p_value[0]]).all()
