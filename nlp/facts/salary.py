"""Base pay that the text of an ad states."""

import re
from dataclasses import dataclass
from itertools import islice

from nlp.facts.amounts import YEAR_FROM, Amount, amounts, local_currency
from nlp.facts.context import MOST, Ad, around, merged
from nlp.facts.patterns import any_of, named


@dataclass(frozen=True, slots=True)
class Salary:
    """Base pay in ``currency`` per ``unit`` (YEAR, MONTH, WEEK, DAY, HOUR) and the span that states it."""

    low: float
    high: float
    currency: str
    unit: str
    start: int
    end: int


_PAY = re.compile(any_of("salary", "pay"))
_PAY_AFTER = re.compile(rf"^\W{{0,4}}(?:plus |and )?{any_of('salary', 'pay_after')}")
_OTHER_BEFORE = re.compile(any_of("salary", "other_before"))
_OTHER_AFTER = re.compile(
    rf"^\+? ?(?:{any_of('salary', 'between')}[ ,]{{1,2}}){{0,6}}{any_of('salary', 'other_after')}"
)
_UNIT = re.compile(rf"(?<![a-z])(?:{named('salary', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR')})")
_DIRECT = re.compile(r"(?:salary|pay|compensation|ctc|wage|rate|minimum|maximum|gehalt|salaire)[^\n\d.]{0,25}[\s:=-]*$")
_DOLLAR_OF = re.compile(r"\b(USA?\b|U\.S\.|United States|Canad|CAN\b|Australia)")
_DIGITS = re.compile(r"[0-9٠-٩۰-۹०-९０-９]+")  # \d is a slow search
_YEARLIKE = re.compile(r"(?:19|20)\d\d$")


def read_salary(ad: Ad, country: str | None) -> Salary | None:
    """Base pay as the codebook has it: one figure fills both ends, of several ranges the widest span in the first
    currency and period; bonus, equity, funding and allowances are not pay. None where none is stated."""
    numbers = merged(((max(0, digits.start() - 100), digits.end() + 50) for digits in _DIGITS.finditer(ad.text)), ())
    spans = around(ad.low, ad.anchors("salary"), 40, 90, numbers)
    found: list[tuple[bool, Salary]] = []
    for amount in islice(amounts(ad.text, spans, country), MOST):
        pay = _pay(ad, amount, country, found[-1][1] if found else None)
        if pay is not None:
            found.append(pay)
    if any(is_range for is_range, _ in found):
        found = [(is_range, pay) for is_range, pay in found if is_range]
    if not found:
        return None
    first = found[0][1]
    same = [pay for _, pay in found if (pay.currency, pay.unit) == (first.currency, first.unit)]
    return Salary(
        low=min(pay.low for pay in same),
        high=max(pay.high for pay in same),
        currency=first.currency,
        unit=first.unit,
        start=first.start,
        end=first.end,
    )


def _pay(ad: Ad, amount: Amount, country: str | None, last: Salary | None) -> tuple[bool, Salary] | None:
    """The amount as pay, with whether it is a range; None where it is something else. ``last``: the pay before it."""
    low = ad.low
    before = low[max(0, amount.start - 110) : amount.start]
    near = _near(before[-60:])
    after = low[amount.end : amount.end + 70]
    currency = amount.currency
    if currency is None:
        if amount.high < 1000 or not _DIRECT.search(before[-45:]) or _YEARLIKE.match(str(int(amount.low))):
            return None
        currency = local_currency(country) or "USD"
    elif amount.is_dollar:
        currency = _named_dollar(ad.text[max(0, amount.start - 60) : amount.start]) or currency
    if _OTHER_AFTER.search(after) or _spoiled(near):
        return None
    unit, is_named = _unit(amount, currency, before, after)
    if not _plausible(amount, currency, unit):
        return None
    if not (
        amount.is_range
        or _is_pay(amount, currency, unit if is_named else None, before, near, after)
        or _goes_on(ad, amount, last)
    ):
        return None
    return amount.is_range, Salary(amount.low, amount.high, currency, unit, amount.start, amount.end)


def _near(before: str) -> str:
    """The words that an amount follows: its own line's, or those of a heading or a colon right above it."""
    near = before.rstrip().rsplit("\n\n", 1)[-1]
    return near.rsplit("\n", 1)[-1] if before.endswith("\n") and not near.endswith(":") else near


def _is_pay(amount: Amount, currency: str, period: str | None, before: str, near: str, after: str) -> bool:
    """True where words around a single sum say that it is pay. ``period``: the one that the ad names for it."""
    year = YEAR_FROM[currency]
    if (_PAY.search(near) or (period and _PAY.search(before))) and (period or amount.high >= year):
        return True
    if amount.high >= year * 1.5 and (period == "YEAR" or _PAY_AFTER.search(after) or near.endswith("up to")):
        return True
    return period in ("HOUR", "DAY") and amount.high >= year / (2400 if period == "HOUR" else 120)


def _named_dollar(before: str) -> str | None:
    """The currency of "$" where the words before it name a country ("Canada pay range: $…")."""
    found = _DOLLAR_OF.findall(before)
    return {"U": "USD", "C": "CAD", "A": "AUD"}[found[-1][0]] if found else None


def _goes_on(ad: Ad, amount: Amount, last: Salary | None) -> bool:
    """True where the amount ends what the pay before it begins ("from $100,000 … up to $150,000")."""
    if last is None or amount.start - last.end > 80:
        return False
    return re.search(r"\b(?:up )?to\s*$", ad.low[last.end : amount.start]) is not None


def _spoiled(near: str) -> bool:
    """True where the words right before an amount name something other than pay, and no word of pay comes after them."""
    ends = [match.end() for match in _OTHER_BEFORE.finditer(near)]
    return bool(ends) and not _PAY.search(near, ends[-1])


def _unit(amount: Amount, currency: str, before: str, after: str) -> tuple[str, bool]:
    """The period of an amount, and whether the ad names it; else it is judged by size."""
    if amount.per_year:
        return "YEAR", True
    right_after = _UNIT.match(after) or _UNIT.match(after, 1)
    if right_after is not None and right_after.lastgroup is not None:
        return right_after.lastgroup, True
    line = after.split("\n", 1)[0][:28]
    match = _UNIT.search(line)
    if match is None:
        matches = list(_UNIT.finditer(before[-60:]))
        match = matches[-1] if matches else None
    by_size = _by_size(amount.high, currency)
    if match is not None and match.lastgroup is not None and _plausible(amount, currency, match.lastgroup):
        return match.lastgroup, True
    return by_size, False


def _by_size(value: float, currency: str) -> str:
    year = YEAR_FROM[currency]
    if value >= year:
        return "YEAR"
    if value >= year / 9:
        return "MONTH"
    return "DAY" if value >= year / 55 else "HOUR"


_BOUNDS = {
    "YEAR": (1 / 4, 120),
    "MONTH": (1 / 40, 5),
    "WEEK": (1 / 200, 1),
    "DAY": (1 / 400, 1 / 3),
    "HOUR": (1 / 6000, 1 / 20),
}


def _plausible(amount: Amount, currency: str, unit: str) -> bool:
    least, most = _BOUNDS[unit]
    year = YEAR_FROM[currency]
    return year * least <= amount.low <= amount.high <= year * most and amount.high <= 12 * amount.low
