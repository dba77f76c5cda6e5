"""Pay of two sides, among ads of the same country and seniority: without that a difference is one of places."""

import numpy as np
from numpy.typing import NDArray

from warehouse.claims.measured import Left, Measured
from warehouse.claims.openings import Openings
from warehouse.claims.tree import LogPay
from warehouse.claims.tree import Side as Ads
from warehouse.claims.verdict import Interval, Rule, Side
from warehouse.inference.composition import standardised_difference

_LARGEST = 50  # employers that are left out, by their ads that state pay; a smaller one moves the difference less


def pay_difference(
    a: Ads, sign: str, b: Ads, openings: Openings, label: str, group: str | None, thorough: bool
) -> Measured:
    """The logarithm of a's yearly pay less b's, standardised to the same mix of country and seniority (see
    ``standardised_difference``). Counted are ads whose pay and country are known; those of a country and seniority that only
    one side has tell nothing."""
    on_a, on_b = openings.on(a, label, group), openings.on(b, label, group)
    y = openings.values(LogPay())
    rows = np.flatnonzero((on_a ^ on_b) & ~np.isnan(y) & (openings.stratum >= 0))
    y, is_a, stratum = y[rows], on_a[rows], openings.stratum[rows]
    employer, source = openings.employer[rows], openings.source[rows]

    def estimated(kept: NDArray[np.bool_]) -> tuple[float | None, float | None]:
        found = standardised_difference(y[kept], is_a[kept], stratum[kept], employer[kept])
        return found.ci_low, found.ci_high

    estimate = standardised_difference(y, is_a, stratum, employer)
    seen = Interval(
        estimate.value, estimate.ci_low, estimate.ci_high, None, None
    )  # no "=" of amounts: no 90 % interval
    left = []
    for what, by in (("employer", employer), ("source", source)) if thorough else ():
        codes, counts = np.unique(by, return_counts=True)
        largest = np.sort(codes[np.argsort(-counts, kind="stable")[:_LARGEST]])
        if len(codes) > 1:
            low, high = np.array([estimated(by != code) for code in largest], dtype=np.float64).T
            left.append(Left(what, largest, low, high))
    sides = tuple(
        Side(str(of), int(on.sum()), len(np.unique(employer[on])), None, float(y[on].mean()) if on.any() else None)
        for of, on in ((a, is_a), (b, ~is_a))
    )
    return Measured(Rule(sign), "log", sides, seen, estimate.p_value, tuple(left))  # type: ignore[arg-type]
