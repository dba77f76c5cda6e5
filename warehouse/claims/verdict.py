"""The rule of the court: what an interval, and what is left of it without one employer or one source, says of a claim."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Verdict = Literal[
    "contradicted", "not_robust", "undecided", "not_in_ads", "no_meaningful_difference", "supported", "needs_months",
    "cannot_be_settled",
]  # fmt: skip
ORDER: tuple[Verdict, ...] = Verdict.__args__  # type: ignore[attr-defined]
"""Of the parts of a claim, the one whose verdict comes first here decides."""

FEWEST_ADS, FEWEST_EMPLOYERS = 5, 2  # on a side
RAREST = 0.01  # share below which ads do not speak of a thing


class Rule(NamedTuple):
    """What one part of a claim says of an effect, in the effect's unit."""

    comparison: Literal[">", "<", "="]
    bound: float = 0.0
    """What the effect is held against: 0, or the share that the claim names."""
    margin: float = 0.05
    """How near to the bound makes no difference; an interval that reaches more than twice as far either way is too wide."""
    any_gap_counts: bool = False
    """True for a rank or a share against a number: there a small gap decides as well."""


class Side(NamedTuple):
    """The openings of one side of a comparison."""

    name: str
    n: int
    n_employers: int
    n_with: int | None
    """Those that have the thing; None: an amount is compared."""
    level: float | None
    """Share (0–1) or mean; None: no opening."""


class Interval(NamedTuple):
    """An effect with its 95 % and 90 % intervals; None: none can be given."""

    value: float | None
    low: float | None
    high: float | None
    low90: float | None
    high90: float | None


def judge(rule: Rule, sides: Sequence[Side], seen: Interval) -> tuple[Verdict, str]:
    """The verdict with its reason, before anything is left out."""
    few = [s for s in sides if s.n < FEWEST_ADS or s.n_employers < FEWEST_EMPLOYERS]
    if few:
        counts = " and ".join(f"{s.n:,} of {s.name} ({s.n_employers:,} employers)" for s in few)
        return "undecided", f"not enough ads: {counts}"
    if _is_rare(rule, sides):
        return "not_in_ads", "under 1 % in " + (
            "both" if len(sides) == 2 else "all of them" if len(sides) > 2 else "these ads"
        )
    if seen.low is None or seen.high is None:
        return "undecided", "the ads are all alike, so that no interval can be given"
    low, high, bound, margin = seen.low, seen.high, rule.bound, rule.margin
    is_near = bound - margin < low and high < bound + margin and not rule.any_gap_counts
    if rule.comparison == "=":
        if seen.low90 is not None and seen.high90 is not None and holds(rule, seen.low90, seen.high90):
            return "supported", "the 90 % interval lies within the margin of no difference"
        if low > bound + margin or high < bound - margin:
            return "contradicted", "the interval lies wholly outside of the margin of no difference"
    elif is_near:
        return "no_meaningful_difference", "the interval lies within the margin of no difference"
    elif holds(rule, low, high):
        return "supported", "the interval lies wholly on the claimed side"
    elif holds(opposite(rule, 0), low, high):
        return "contradicted", "the interval lies wholly on the other side"
    if (high - low) / 2 > 2 * margin:
        return "undecided", "not enough ads: the interval is too wide"
    return "undecided", "the interval reaches both sides" + (" of the margin" if rule.comparison == "=" else "")


def holds(rule: Rule, low: ArrayLike, high: ArrayLike) -> NDArray[np.bool_]:
    """Whether intervals (90 % ones for "=") lie wholly where the rule wants them; False where an end is NaN."""
    low, high = np.asarray(low), np.asarray(high)
    if rule.comparison == ">":
        return np.asarray(low > rule.bound)
    if rule.comparison == "<":
        return np.asarray(high < rule.bound)
    return np.asarray((low > rule.bound - rule.margin) & (high < rule.bound + rule.margin))


def opposite(rule: Rule, effect: float) -> Rule:
    """The rule that holds where an effect like this one contradicts the claim."""
    if rule.comparison != "=":
        return rule._replace(comparison="<" if rule.comparison == ">" else ">")
    is_more = effect > rule.bound
    return rule._replace(
        comparison=">" if is_more else "<", bound=rule.bound + (rule.margin if is_more else -rule.margin)
    )


def worst(rule: Rule, low: NDArray[np.float64], high: NDArray[np.float64]) -> int | None:
    """Which of the intervals lies farthest from where the rule wants them; None: each lies there. An interval that
    cannot be given (NaN) is the worst."""
    if holds(rule, low, high).all():
        return None
    over, under = high - rule.bound, rule.bound - low
    miss = under if rule.comparison == ">" else over if rule.comparison == "<" else np.maximum(over, under)
    return int(np.argmax(np.where(np.isnan(miss), np.inf, miss)))


def deciding(verdicts: Sequence[Verdict], p_values: Sequence[float | None]) -> int:
    """Which part of a claim decides: the worst verdict; among equals the surest, of supported ones the least sure."""

    def place(part: int) -> tuple[int, bool, float, int]:
        verdict, p = verdicts[part], p_values[part]
        sure = 1.0 if p is None else p
        return ORDER.index(verdict), p is None, -sure if verdict == "supported" else sure, part

    return min(range(len(verdicts)), key=place)


def _is_rare(rule: Rule, sides: Sequence[Side]) -> bool:
    """Whether no side's ads speak of it; that a share lies under a number can be seen from ads that do not, too."""
    if rule.comparison == "<" and rule.bound > 0:
        return False
    return all(s.n_with is not None and s.n_with < RAREST * s.n for s in sides)
