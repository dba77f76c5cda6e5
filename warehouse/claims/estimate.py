"""The numbers that a part of a claim is judged by: its effect with an interval, and what is left of it without each employer
and each source.

Every part is a difference of two means over rows that are openings: of two sides; within the same ads, where each stands on
both sides with one thing here and the other there; or of a share and the number that it is held against. An employer's rows
are one cluster on both sides, so that one formula serves them all.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from warehouse.claims.contents import rivals
from warehouse.claims.language import ClaimError
from warehouse.claims.measured import Left, Measured
from warehouse.claims.openings import Openings
from warehouse.claims.pay import pay_difference
from warehouse.claims.profiles import diversity_difference, skills_differ
from warehouse.claims.tree import (
    Difference,
    Distance,
    Diversity,
    LogPay,
    Mean,
    Measure,
    Number,
    Paired,
    Part,
    Rank,
    Share,
)
from warehouse.claims.verdict import FEWEST_EMPLOYERS, Interval, Rule, Side
from warehouse.claims.vocabulary import Vocabulary
from warehouse.inference.clustered import Estimate, difference, exact_reach, leave_out
from warehouse.inference.equivalence import tost

Floats = NDArray[np.float64]
UNITS = {Number: "number", Mean: "years"}
_RIVALS = 3  # of a rank, the strongest: one of them decides


class _Rows(NamedTuple):
    """Rows of two sides, in arrays of one length."""

    y: Floats
    is_a: NDArray[np.bool_]
    opening: NDArray[np.intp]
    of_number: bool = False
    """True where the other side is but a number, which no ad can change."""


def measured(
    part: Part, openings: Openings, label: str, group: str | None, vocabulary: Vocabulary, thorough: bool
) -> Measured:
    """What the openings say of a part, roles by ``label`` with ``group`` hidden (see Openings.on); ``thorough`` asks what is left
    without each employer and source."""
    match part:
        case Difference(a, sign, b, Diversity()):
            return diversity_difference(a, sign, b, openings, label, group, thorough)
        case Difference(a, sign, b, LogPay()):
            return pay_difference(a, sign, b, openings, label, group, thorough)
        case Distance():
            return skills_differ(part, openings, label, group, thorough)
        case Difference(a, sign, b, measure):
            on_a, on_b = openings.on(a, label, group), openings.on(b, label, group)
            both = on_a & on_b
            y = _values(openings, measure)
            rows = _stacked(y, y, on_a & ~both, on_b & ~both)
            names = (str(a), str(b))
            return _measured(openings, rows, names, _rule(sign, measure, rows), _unit(measure), thorough)
        case Share(side, sign, percent, thing):
            bound = percent / 100
            on = openings.on(side, label, group)
            rows = _stacked(openings.has(thing).astype(float), np.full(len(on), bound), on, on)._replace(of_number=True)
            rule = Rule(sign, bound, any_gap_counts=sign != "=")  # type: ignore[arg-type]
            return _measured(openings, rows, (str(side),), rule, "share", thorough)
        case Paired(side, first, sign, second):
            on = openings.on(side, label, group)
            rows = _stacked(_values(openings, first), _values(openings, second), on, on)
            names = (f"{side}, {first}", f"{side}, {second}")
            return _measured(openings, rows, names, _rule(sign, first, rows), _unit(first), thorough)
        case Rank(side, thing, _):
            return _rank(part, openings, openings.on(side, label, group), vocabulary, thorough)


def _rank(part: Rank, openings: Openings, on: NDArray[np.bool_], vocabulary: Vocabulary, thorough: bool) -> Measured:
    """The lead over the rival that comes nearest."""
    y = _values(openings, part.thing)
    against = rivals(part, vocabulary)
    if not against:
        raise ClaimError(f"{part}: there is nothing else that it could be first of; name a category or any(…)")
    found = []
    for rival in openings.commonest(against, on, _RIVALS):
        rows = _stacked(y, _values(openings, rival), on, on)
        names = (f"{part.side}, {part.thing}", f"{part.side}, {rival}")
        one = _measured(openings, rows, names, Rule(">", any_gap_counts=True), "share", thorough)
        found.append(one._replace(rival=rival))
    return min(found, key=lambda one: np.inf if one.seen.low is None else one.seen.low)


def _values(openings: Openings, measure: Measure) -> Floats:
    if isinstance(measure, Number | Mean | LogPay):
        return openings.values(measure)
    assert not isinstance(measure, Diversity)
    return openings.has(measure).astype(float)


def _stacked(y_a: Floats, y_b: Floats, on_a: NDArray[np.bool_], on_b: NDArray[np.bool_]) -> _Rows:
    """The openings of side a with their y_a, then those of side b with their y_b; those whose y is not known are left out."""
    a, b = np.flatnonzero(on_a & ~np.isnan(y_a)), np.flatnonzero(on_b & ~np.isnan(y_b))
    is_a = np.repeat([True, False], [len(a), len(b)])
    return _Rows(np.concatenate([y_a[a], y_b[b]]), is_a, np.concatenate([a, b]))


def _unit(measure: Measure) -> str:
    return UNITS.get(type(measure), "share")


def _rule(sign: str, measure: Measure, rows: _Rows) -> Rule:
    """The margin is 5 points of a share, and 5 % of an amount."""
    if isinstance(measure, Number | Mean) and len(rows.y):
        return Rule(sign, margin=0.05 * float(rows.y.mean()))  # type: ignore[arg-type]
    return Rule(sign)  # type: ignore[arg-type]


def _measured(
    openings: Openings, rows: _Rows, names: tuple[str, ...], rule: Rule, unit: str, thorough: bool
) -> Measured:
    employer = openings.employer[rows.opening]
    sides = tuple(
        _side(name, rows, employer, part, unit) for name, part in zip(names, (rows.is_a, ~rows.is_a), strict=False)
    )
    estimate = difference(rows.y, rows.is_a, employer)
    seen = _interval(estimate, rows, employer, unit)
    p = tost(estimate, rule.margin).p_value if rule.comparison == "=" else estimate.p_value
    left = tuple(_left(openings, rows, employer, unit, _shrink(rule, estimate))) if thorough else ()
    if rows.of_number:  # an effect is shown as the share itself
        seen, left = _share(seen, rule.bound), tuple(_share_left(one, rule.bound) for one in left)
    return Measured(rule, unit, sides, seen, p, left)


def _side(name: str, rows: _Rows, employer: NDArray[np.int32], part: NDArray[np.bool_], unit: str) -> Side:
    y = rows.y[part]
    n_with = int(y.sum()) if unit == "share" else None
    return Side(name, len(y), len(np.unique(employer[part])), n_with, float(y.mean()) if len(y) else None)


def _interval(estimate: Estimate, rows: _Rows, employer: NDArray[np.int32], unit: str) -> Interval:
    """The estimate with a 90 % interval beside the 95 % one. Where every ad of a side is like the other there is no variance:
    the ends are then exact binomial ones, each employer being one observation, as in the view skill_share."""
    value, low, high = estimate.value, estimate.ci_low, estimate.ci_high
    if value is None:
        return Interval(None, None, None, None, None)
    if low is not None and high is not None:
        equivalence = tost(estimate)
        ends = (low, high, equivalence.ci_low, equivalence.ci_high)
        return Interval(value, *(_bounded(end) if unit == "share" else end for end in ends))
    in_a, in_b = (np.array([len(np.unique(employer[part]))]) for part in (rows.is_a, ~rows.is_a))
    reach, reach90 = (float(_exact_reach(in_a, in_b, rows.of_number, tail)[0]) for tail in (0.025, 0.05))
    if unit != "share" or np.isnan(reach):
        return Interval(value, None, None, None, None)
    return Interval(value, *(_bounded(value + r) for r in (-reach, reach, -reach90, reach90)))


def _bounded(end: float | None) -> float | None:
    """An end of a difference of shares, which is at most 1 either way."""
    return None if end is None else min(max(end, -1.0), 1.0)


def _share(seen: Interval, bound: float) -> Interval:
    """The share itself, of its difference from the bound."""
    if seen.value is None:
        return seen
    value = min(max(seen.value + bound, 0.0), 1.0)  # rounding
    if seen.low is None or seen.low90 is None:
        return seen._replace(value=value)
    ends = (_wilson(np.array(value), np.array(seen.value - low)) for low in (seen.low, seen.low90))
    return Interval(value, *(float(end) for pair in ends for end in pair))


def _share_left(left: Left, bound: float) -> Left:
    low, high = _wilson((left.low + left.high) / 2 + bound, (left.high - left.low) / 2)
    return left._replace(low=low, high=high)


def _wilson(share: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval (Dean and Pagano 2015) instead of the symmetric one that reaches so far, as in inference.clustered.mean;
    of 0 and 1, which have none, the ends are kept between 0 and 1."""
    spread = share * (1 - share)
    is_inside = spread > 1e-12
    ratio = reach**2 / np.where(is_inside, spread, 1)
    middle, half = (share + ratio / 2) / (1 + ratio), np.sqrt(reach**2 + ratio**2 / 4) / (1 + ratio)
    low = np.where(is_inside, middle - half, np.clip(share - reach, 0, 1))
    return low, np.where(is_inside, middle + half, np.clip(share + reach, 0, 1))


def _exact_reach(employers_a: NDArray[np.intp], employers_b: NDArray[np.intp], of_number: bool, tail: float) -> Floats:
    """How far a difference of two shares, each 0 or 1, may be from the true one; NaN with fewer than two employers."""
    enough = (employers_a >= FEWEST_EMPLOYERS) & (employers_b >= FEWEST_EMPLOYERS)
    reach = exact_reach(np.maximum([employers_a, employers_b], 1), tail)
    return np.where(enough, reach[0] + (0 if of_number else reach[1]), np.nan)


def _left(openings: Openings, rows: _Rows, employer: NDArray[np.int32], unit: str, shrink: float) -> Iterator[Left]:
    for what, by in (("employer", employer), ("source", openings.source[rows.opening])):
        code, number = np.unique(by, return_inverse=True)
        if len(code) < 2:  # all that there is: nothing can be compared without it
            continue
        left = leave_out(rows.y, rows.is_a, by, employer)
        reach = shrink * (left.ci_high - left.value)
        bare = np.flatnonzero(np.isnan(reach))
        if unit == "share" and len(bare):
            remaining = [_employers_left(number[part], employer[part], len(code)) for part in (rows.is_a, ~rows.is_a)]
            reach[bare] = _exact_reach(
                remaining[0][bare], remaining[1][bare], rows.of_number, 0.05 if shrink < 1 else 0.025
            )
        yield Left(what, code, left.value - reach, left.value + reach)


def _employers_left(by: NDArray[np.intp], employer: NDArray[np.int32], n: int) -> NDArray[np.intp]:
    """How many employers have rows without each value of ``by``."""
    pair = np.unique(employer.astype(np.int64) * n + by)
    _, of, counts = np.unique(pair // n, return_inverse=True, return_counts=True)
    gone = np.bincount((pair % n)[counts[of] == 1], minlength=n)
    return np.asarray(len(counts) - gone)


def _shrink(rule: Rule, estimate: Estimate) -> float:
    """What turns the reach of a 95 % interval into that of the one that the rule asks for."""
    if rule.comparison != "=" or estimate.freedom is None:
        return 1.0
    return float(special.stdtrit(estimate.freedom, 0.95) / special.stdtrit(estimate.freedom, 0.975))
