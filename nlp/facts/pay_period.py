"""The period that a sum of pay is for, and the sums that are believed for it."""

import re

from nlp.facts.amounts import YEAR_FROM, Amount
from nlp.facts.patterns import named

_UNIT = re.compile(rf"(?<![a-zà-ÿ])(?:{named('salary', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR')})")
_NET_OR_GROSS = re.compile(r"[ ,-]*(?:brutto?|brut[aoe]?s?|netto?|net[aoe]?s?|gross|lord[oi]|kr)[ .]{1,2}")
_BOUNDS = {
    "YEAR": (1 / 4, 120),
    "MONTH": (1 / 40, 5),
    "WEEK": (1 / 200, 1),
    "DAY": (1 / 400, 1 / 3),
    "HOUR": (1 / 6000, 1 / 20),
}
"""Per period, the least and the most that is believed, in the currency's smallest year's pay (YEAR_FROM)."""


def period(amount: Amount, currency: str, before: str, after: str) -> tuple[str, bool]:
    """The period of an amount, and whether the ad names it; else it is judged by size."""
    if amount.per_year:
        return "YEAR", True
    gross = _NET_OR_GROSS.match(after)
    after = after[gross.end() :] if gross else after
    right_after = _UNIT.match(after) or _UNIT.match(after, 1)
    if right_after is not None and right_after.lastgroup is not None:
        return right_after.lastgroup, True
    line = after.split("\n", 1)[0][:28]
    match = _UNIT.search(line)
    if match is None:
        matches = list(_UNIT.finditer(_beside(before[-60:])))
        match = matches[-1] if matches else None
    if match is not None and match.lastgroup is not None and not why_not(amount, currency, match.lastgroup):
        return match.lastgroup, True
    return _by_size(amount.high, currency), False


def _beside(before: str) -> str:
    """The words that an amount follows: its own line's and, where they are few, those of the line above."""
    line_start = before.rstrip().rfind("\n")
    return before[line_start + 1 :] if len(before) - line_start > 20 else before


def names_period(after: str) -> bool:
    """True where the words after an amount begin with its period."""
    return bool(_UNIT.match(after) or _UNIT.match(after, 1))


def _by_size(value: float, currency: str) -> str:
    year = YEAR_FROM[currency]
    if value >= year:
        return "YEAR"
    if value >= year / 9:
        return "MONTH"
    return "DAY" if value >= year / 55 else "HOUR"


def why_not(amount: Amount, currency: str, unit: str) -> str | None:
    """Why an amount is not believed as pay for a period: "zero", "too_low", "too_high" or "too_wide" (the upper end is
    more than twelve times the lower: two periods, or a slip); None: it is."""
    least, most = _BOUNDS[unit]
    year = YEAR_FROM[currency]
    if amount.low <= 0:
        return "zero"
    if amount.high > year * most:
        return "too_high"
    if not amount.low <= amount.high <= 12 * amount.low:
        return "too_wide"
    return "too_low" if amount.low < year * least else None
