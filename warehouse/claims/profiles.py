"""The two measures that are of a side and not of an ad: how different two skill profiles are, and how diverse each is.

A profile is each skill's part of all skills that the openings of a side name.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from warehouse.claims.measured import Left, Measured
from warehouse.claims.openings import Openings
from warehouse.claims.tree import Distance
from warehouse.claims.tree import Side as Ads
from warehouse.claims.verdict import FEWEST_ADS, FEWEST_EMPLOYERS, Interval, Rule, Side
from warehouse.inference.similarity import distance

Floats = NDArray[np.float64]
_DRAWS = 200  # of the bootstrap
_LARGEST = 20  # employers of each side that are left out; one that names fewer skills moves a profile less


def skills_differ(part: Distance, openings: Openings, label: str, group: str | None, thorough: bool) -> Measured:
    """How much farther apart two roles' profiles are than those of halves of one role (Jensen–Shannon distance, base 2): the
    larger of the roles' own."""
    on_a, on_b = _apart(openings, part.a, part.b, label, group)
    rows = np.flatnonzero(on_a | on_b)
    found = distance(_skills(openings, rows), on_a[rows], openings.employer[rows], draws=_DRAWS)
    seen, own = Interval(None, None, None, None, None), [found.within_a, found.within_b]
    if found.observed is not None and found.within_a is not None and found.within_b is not None:
        value, estimate = found.observed - max(found.within_a, found.within_b), found.estimate
        seen = seen._replace(value=value)
        if estimate.value is not None and estimate.ci_low is not None and estimate.ci_high is not None:
            seen = Interval(
                value, value + estimate.ci_low - estimate.value, value + estimate.ci_high - estimate.value, None, None
            )
    sides = [
        _side(openings, str(of), on, level) for of, on, level in zip((part.a, part.b), (on_a, on_b), own, strict=True)
    ]
    left = _left(openings, on_a, on_b, seen, lambda a, b: float(jensenshannon(a, b, base=2))) if thorough else ()
    return Measured(Rule(">"), "distance", tuple(sides), seen, None, left)


def diversity_difference(
    a: Ads, sign: str, b: Ads, openings: Openings, label: str, group: str | None, thorough: bool
) -> Measured:
    """The entropy of a's profile less that of b's, in natural logarithms (Shannon 1948), so that 0.05 is a diversity of 5 %
    more skills; means of samples of whole employers with as many ads on either side, since more ads show more skills."""
    on = _apart(openings, a, b, label, group)
    sides = [_side(openings, str(of), where, None) for of, where in zip((a, b), on, strict=True)]
    seen, p = Interval(None, None, None, None, None), None
    if all(side.n >= FEWEST_ADS and side.n_employers >= FEWEST_EMPLOYERS for side in sides):
        n_ads, rng = min(side.n for side in sides), np.random.default_rng(0)
        drawn = [_drawn_entropies(openings, np.flatnonzero(where), n_ads, rng) for where in on]
        gaps = drawn[0] - drawn[1]
        low, low90, high90, high = np.percentile(gaps, [2.5, 5, 95, 97.5])
        seen = Interval(*map(float, (gaps.mean(), low, high, low90, high90)))
        sides = [side._replace(level=float(one.mean())) for side, one in zip(sides, drawn, strict=True)]
    left = _left(openings, *on, seen, lambda a, b: float(entropy(a) - entropy(b))) if thorough else ()
    return Measured(Rule(sign), "entropy", tuple(sides), seen, p, left)  # type: ignore[arg-type]


def _apart(
    openings: Openings, a: Ads, b: Ads, label: str, group: str | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    on_a, on_b = openings.on(a, label, group), openings.on(b, label, group)
    return on_a & ~on_b, on_b & ~on_a


def _side(openings: Openings, name: str, on: NDArray[np.bool_], level: float | None) -> Side:
    return Side(name, int(on.sum()), len(np.unique(openings.employer[on])), None, level)


def _skills(openings: Openings, rows: NDArray[np.intp]) -> Any:
    """A matrix of openings × skills, 1 where an opening names the skill."""
    row, column, n_columns = openings.skill_profile(rows)
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(rows), n_columns))


def _per(by: NDArray[Any], skills: Any) -> tuple[NDArray[Any], Any]:
    """The values of ``by``, and a matrix of values × skills: how many of its openings name the skill."""
    code, number = np.unique(by, return_inverse=True)
    member = sparse.csr_array((np.ones(len(by)), (number, np.arange(len(by)))), shape=(len(code), len(by)))
    return code, sparse.csr_array(member @ skills)


def _drawn_entropies(openings: Openings, rows: NDArray[np.intp], n_ads: int, rng: np.random.Generator) -> Floats:
    """Entropies of draws of whole employers that have ``n_ads`` openings in the mean."""
    code, counts = _per(openings.employer[rows], _skills(openings, rows))
    n_drawn = max(round(len(code) * n_ads / len(rows)), 1)
    times = rng.multinomial(n_drawn, np.full(len(code), 1 / len(code)), size=_DRAWS).astype(np.float64)
    totals = times @ counts
    return np.asarray(entropy(totals, axis=1)) if totals.any(axis=1).all() else np.zeros(_DRAWS)


def _left(
    openings: Openings,
    on_a: NDArray[np.bool_],
    on_b: NDArray[np.bool_],
    seen: Interval,
    figure: Callable[[Floats, Floats], float],
) -> tuple[Left, ...]:
    """The interval moved by what leaving out one of the largest employers, or a source, does to the figure."""
    if seen.low is None or seen.high is None:
        return ()
    rows = [np.flatnonzero(on) for on in (on_a, on_b)]
    skills = [_skills(openings, of) for of in rows]
    totals = [np.asarray(of.sum(axis=0)) for of in skills]
    whole, found = figure(*totals), []
    for what, by in (("employer", openings.employer), ("source", openings.source)):
        per = [_per(by[of], named) for of, named in zip(rows, skills, strict=True)]
        largest = {
            int(code)
            for codes, counts in per
            for code in codes[np.argsort(-counts.sum(axis=1), kind="stable")[:_LARGEST]]
        }
        if len({int(code) for codes, _ in per for code in codes}) < 2:
            continue
        moves = []
        for code in sorted(largest):
            rest = [
                total - counts[codes == code].sum(axis=0) for total, (codes, counts) in zip(totals, per, strict=True)
            ]
            moves.append(figure(*rest) - whole if all(one.any() for one in rest) else np.nan)
        found.append(Left(what, np.array(sorted(largest)), seen.low + np.array(moves), seen.high + np.array(moves)))
    return tuple(found)
