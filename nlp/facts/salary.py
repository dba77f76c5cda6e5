"""Base pay and on-target earnings that the text of an ad states."""

import re
from dataclasses import dataclass, replace
from itertools import islice

from nlp.facts.amounts import YEAR_FROM, Amount, amounts, local_currency
from nlp.facts.context import MOST, Ad, around
from nlp.facts.patterns import any_of
from nlp.facts.pay_period import names_period, period, why_not


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay in ``currency`` per ``unit`` (YEAR, MONTH, WEEK, DAY, HOUR) and the span that states it."""

    low: float
    high: float
    currency: str
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pay:
    """What an ad states of pay. ``dropped_reason``: why a sum that it calls pay is not in ``base``, as pay_period.why_not
    says; None where nothing was dropped or another sum was believed."""

    base: Salary | None
    on_target: Salary | None
    dropped_reason: str | None


_PAY = re.compile(any_of("salary", "pay"))
_PAY_AFTER = re.compile(rf"^\W{{0,4}}(?:plus |and )?{any_of('salary', 'pay_after')}")
_OTHER_BEFORE = re.compile(any_of("salary", "other_before"))
_OTHER_AFTER = re.compile(
    rf"^\+? ?(?:{any_of('salary', 'between')}[ ,]{{1,2}}){{0,6}}{any_of('salary', 'other_after')}"
)
_OTE = any_of("salary", "ote")
_OTE_BEFORE = re.compile(rf"(?<!/)(?<!or )(?<!on[- ]){_OTE}")
_OTE_AFTER = re.compile(
    rf"[ ,(/\[]*(?:{any_of('salary', 'between')}[ ,]{{1,2}}){{0,3}}{_OTE}(?![^\w\n]{{0,3}}(?:(?:range|of|is|are|up to|circa|between|from) ){{0,3}}[^\w\n]?\d)"
)
_BASE_AFTER = re.compile(r"\W{0,3}(?:annual )?bas(?:e|ic)\b(?! ?\+)")
_DIRECT = re.compile(rf"{any_of('salary', 'direct')}[^\n\d.]{{0,25}}[\s:=-]*$")
_RATE = re.compile(
    rf"(?:(?P<month>{any_of('salary', 'rate_month')})|{any_of('salary', 'rate')})(?: {any_of('salary', 'rate_word')}| for this (?:position|role|job))*\s?[:=–-]?\s*$"
)
_MOST = re.compile(r"(?:\b(?:up )?to|\bmax(?:imum|imaal|imal)?\.?(?: [a-z]+){0,2}) ?[:-]?\s*$")
_CUT_WORD = re.compile(r"^\w+")
_ASIDE = re.compile(r"\((?:exclu|not incl|plus|before|without|\+)[^)]*\)")
_DOLLAR_OF = re.compile(r"\b(USA?\b|U\.S\.|United States|Canad|CAN\b|Australia)")
_DIGIT = re.compile(r"[0-9٠-٩۰-۹०-९０-９]")  # \d is a slow search


def read_pay(ad: Ad, country: str | None) -> Pay:
    """Pay as the codebook has it: one figure fills both ends, of several ranges the widest span in the first currency
    and period; bonus, equity, funding and allowances are not pay, on-target earnings are kept apart."""
    near_words = around(ad.low, ad.anchors("salary"), 40, 90)
    spans = [span for span in near_words if _DIGIT.search(ad.text, *span)]
    base: list[tuple[bool, Salary]] = []
    on_target: list[tuple[bool, Salary]] = []
    dropped: str | None = None
    for amount in islice(amounts(ad.text, spans, country), MOST):
        if amount.currency is None and amount.high < 1000 and not amount.is_range:
            continue
        before = ad.low[max(0, amount.start - 110) : amount.start]
        after = ad.low[amount.end : amount.end + 70]
        currency = _currency(ad, amount, country, before, after)
        if currency is None or _OTHER_AFTER.search(after):
            continue
        before = _ASIDE.sub(" ", before)
        near = _near(before)
        is_on_target = _is_on_target(near, after)
        if not is_on_target and _spoiled(near):
            continue
        unit, is_named = period(amount, currency, before, after)
        if reason := why_not(amount, currency, unit):
            if _DIRECT.search(before[-45:]) or (amount.is_range and is_named and reason != "too_low"):
                dropped = dropped or reason
            continue
        found = on_target if is_on_target else base
        if (
            amount.is_range
            or is_on_target
            or _is_pay(amount, currency, unit, is_named, before, near, after)
            or (found and _goes_on(ad, amount, found[-1][1]))
        ):
            pay = Salary(amount.low, amount.high, currency, unit, amount.start, amount.end)
            found.append((amount.is_range, pay))
    believed = _widest(base)
    return Pay(believed, _widest(on_target), None if believed else dropped)


def _widest(found: list[tuple[bool, Salary]]) -> Salary | None:
    """The widest span in the first currency and period, of ranges where there are any."""
    if any(is_range for is_range, _ in found):
        found = [(is_range, pay) for is_range, pay in found if is_range]
    if not found:
        return None
    first = found[0][1]
    same = [pay for _, pay in found if (pay.currency, pay.unit) == (first.currency, first.unit)]
    return replace(first, low=min(pay.low for pay in same), high=max(pay.high for pay in same))


def _currency(ad: Ad, amount: Amount, country: str | None, before: str, after: str) -> str | None:
    """The currency of an amount; that of the place for a bare number right after a word for pay; None: it is no pay."""
    if amount.currency is None:
        is_sum = amount.high >= 1000 and not 1900 <= amount.low < 2100
        if not (is_sum or names_period(after)) or not _DIRECT.search(before[-45:]):
            return None
        return local_currency(country) or "USD"
    if amount.is_dollar:
        return _named_dollar(ad.text[max(0, amount.start - 60) : amount.start]) or amount.currency
    return amount.currency


def _near(before: str) -> str:
    """The words that an amount follows: its own line's, or those of a heading or a colon right above it; none of a
    sentence above it."""
    near = before[-60:]
    if before[-61:-60].isalnum():
        near = _CUT_WORD.sub("", near)
    near = near.rstrip().rsplit("\n\n", 1)[-1]
    if before.endswith("\n") and near.endswith((".", "!")):
        return ""
    return near.rsplit("\n", 1)[-1] if before.endswith("\n") and not near.endswith(":") else near


def _is_on_target(near: str, after: str) -> bool:
    """True where the words beside an amount call it on-target earnings, and don't name base pay after them."""
    if _BASE_AFTER.match(after):
        return False
    ends = [named.end() for named in _OTE_BEFORE.finditer(near)]
    if ends and not re.search(r"\bbase\b|\bbasic\b|\d", near[ends[-1] :]):
        return True
    return _OTE_AFTER.match(after) is not None


def _is_pay(amount: Amount, currency: str, unit: str, is_named: bool, before: str, near: str, after: str) -> bool:
    """True where words around a single sum say that it is pay. ``is_named``: the ad names the period."""
    year = YEAR_FROM[currency]
    if (_PAY.search(near) or (is_named and _PAY.search(before))) and (is_named or amount.high >= year):
        return True
    if amount.high >= year * 1.5 and (
        (is_named and unit == "YEAR") or _PAY_AFTER.search(after) or near.endswith("up to")
    ):
        return True
    rate = None if is_named else _RATE.search(before[-60:])
    if rate and (unit == "MONTH" or not rate["month"]):
        return True
    return is_named and unit in ("HOUR", "DAY") and amount.high >= year / (2400 if unit == "HOUR" else 120)


def _named_dollar(before: str) -> str | None:
    """The currency of "$" where the words before it name a country ("Canada pay range: $…")."""
    found = _DOLLAR_OF.findall(before)
    return {"U": "USD", "C": "CAD", "A": "AUD"}[found[-1][0]] if found else None


def _goes_on(ad: Ad, amount: Amount, last: Salary) -> bool:
    """True where the amount ends what the pay before it begins ("from $100,000 … up to $150,000")."""
    return amount.start - last.end <= 80 and _MOST.search(ad.low[last.end : amount.start]) is not None


def _spoiled(near: str) -> bool:
    """True where the words right before an amount name something other than pay, and no word of pay comes after them."""
    ends = [match.end() for match in _OTHER_BEFORE.finditer(near)]
    return bool(ends) and not _PAY.search(near, ends[-1])
