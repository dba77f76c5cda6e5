"""Years of experience that the text of an ad requires of every candidate."""

import re
from dataclasses import dataclass

from nlp.facts.context import Ad, find
from nlp.facts.patterns import any_of


@dataclass(frozen=True, slots=True)
class Years:
    """The number and the span of the words that state it."""

    least: float
    start: int
    end: int


_COUNTED = (
    "zero",
    "one ein eine un una uno um een",
    "two zwei deux dos due dois twee",
    "three drei trois tres tre três drie",
    "four vier quatre cuatro quattro quatro",
    "five fünf cinq cinco cinque vijf",
    "six sechs",
    "seven sieben",
    "eight acht",
    "nine",
    "ten zehn dix diez dieci tien",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
)
_WORDS = {word: number for number, words in enumerate(_COUNTED) for word in words.split()}
_NUMBER = rf"\d{{1,2}}(?:[.,]5)?(?!\d)|(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b(?<!\bdos(?= anos))"
_YEAR = r"(?:years?|yrs?|yoe|jahren?|ans|années?|años?|anni|jaar|anos?|år)\b"
_YEARS = re.compile(
    rf"(?<![\w.,$€£/])\(?(?P<least>{_NUMBER})\)?(?: ?\((?P<digits>\d{{1,2}}) ?\+?\)| (?:four|three|two|five|six)\b)? ?(?:\+|plus|or more|ou plus)?"
    rf"(?: ?(?:-|–|—|−|~|to|bis|à|a|e|y|o|et|en|und|tot|till|or|and|/)+ ?(?:{_NUMBER}) ?\+?)? ?(?:or more |plus |full |\+ ?|-|solid |of |calendar |more |más )?(?:{_YEAR})[’']?"
)
_TRAILING = re.compile(
    rf"experience (?:in |\()?{_YEAR}\)?[ :=-]{{1,4}}(?P<least>\d{{1,2}})(?!\d)|experience(?: required)? ?[:=-] ?(?P<span>\d{{1,2}}) ?(?:-|–|to) ?\d{{1,2}}(?=\s*\n)"
)

_EXPERIENCE = re.compile(any_of("years", "experience"))
_ASKS = re.compile(any_of("years", "asks"))
_NOT_AFTER = re.compile(rf"^[ ,-]*{any_of('years', 'not_after')}")
_NOT_BEFORE = re.compile(
    rf"(?<![a-z]){any_of('years', 'not_before')}(?: (?:about|around|approximately|nearly|almost|over|the|a))?[ :]*$"
)
_COMPANY = re.compile(rf"\b{any_of('years', 'company')}\b[^.\n]{{0,70}}$")
_YOU = re.compile(any_of("years", "you"))
_WISH = re.compile(any_of("years", "wish"))
_WISH_BEFORE = re.compile(any_of("years", "wish_before"))
_SKILLED = re.compile(r"proficien|familiar|skill|knowledge|expert|degree|ph\.?d|master|bachelor")
_KNOWN = re.compile(any_of("years", "known"))
_INSTEAD = re.compile(
    rf"^[^\d]*{any_of('years', 'degree')}[^.;\n\d]{{0,140}}[,;]? or (?:(?:an?|at least|(?:a )?minimum(?: of)?|equivalent|additional) )*+$"
)
_DEGREE = re.compile(any_of("years", "degree"))
_HIGHER = any_of("years", "higher")
_OR_HIGHER = re.compile(rf"\bor (?:an? )?{_HIGHER}")
_HIGHER_OR = re.compile(rf"{_HIGHER}[^.;]{{0,140}}[;,] or (?:an? )?{any_of('years', 'degree')}[^.;]{{0,120}}$")
_ANCHORS = (
    "year",
    "years",
    "yr",
    "yrs",
    "yoe",
    "jahr",
    "jahre",
    "jahren",
    "ans",
    "année",
    "années",
    "año",
    "años",
    "anni",
    "jaar",
    "anos",
    "år",
)


def read_years(ad: Ad) -> Years | None:
    """The main requirement: the first that is asked for and not just preferred; of a ladder by degree its smallest
    step, of a range its lower end. None where none is stated."""
    low = ad.low
    found: list[tuple[Years, tuple[int, int]]] = []
    for match in find(_YEARS, low, ad.present(_ANCHORS), 45, 8):
        value = _value(match["digits"] or match["least"])
        if value > 20:  # somebody else's
            continue
        start, end = match.span()
        sentence = ad.sentence(start, end)
        if not _asked(ad, start, end, sentence):
            continue
        this = Years(value, start, end)
        if found and not _is_ladder(low, found[-1], (this, sentence)):
            break
        found.append((this, sentence))
    if found:
        if len(found) == 1 and _route_without_years(low, *found[0]):
            return None
        return min((years for years, _ in found), key=lambda years: years.least)
    trailing = next(find(_TRAILING, low, ("experience",), 0, 50), None)
    return Years(_value(trailing["least"] or trailing["span"]), trailing.start(), trailing.end()) if trailing else None


def _value(written: str) -> float:
    return float(_WORDS[written]) if written in _WORDS else float(written.replace(",", "."))


def _asked(ad: Ad, start: int, end: int, sentence: tuple[int, int]) -> bool:
    low, part = ad.low, ad.part(start)
    before, after = low[sentence[0] : start], low[end : sentence[1]]
    if _NOT_AFTER.search(after) or _NOT_BEFORE.search(before[-60:]):
        return False
    next_number = re.search(rf"[;]|\b\d+\+? ?{_YEAR}", after)
    clause = after[: next_number.start()] if next_number else after
    in_brackets = " (" in clause and "(prefer" not in clause  # "3 years in Python (Go is a plus)"
    wish_end = clause.index(" (") if in_brackets else 120
    if (
        (part == "wished" and "required" not in after)
        or part == "offered"
        or _WISH.search(clause[:wish_end])
        or _WISH_BEFORE.search(before[-40:])
    ):
        return False
    company = _COMPANY.search(before)
    if company and not _YOU.search(before) and not _SKILLED.search(before[: company.start()]):
        return False
    if _INSTEAD.search(before):  # "a degree or 4 years of experience"
        return False
    if _EXPERIENCE.search(clause[:90]) or _KNOWN.search(before[-60:]):
        return True
    return len(before) < 40 and _ASKS.search(low[max(0, start - 60) : start]) is not None


def _route_without_years(low: str, years: Years, sentence: tuple[int, int]) -> bool:
    """True for "a bachelor's and 2 years, or a master's": the years are not asked of every candidate."""
    before, after = low[max(0, sentence[0] - 200) : years.start], low[years.end : sentence[1]]
    return bool(
        (_DEGREE.search(before[-160:]) and _OR_HIGHER.search(after)) or _HIGHER_OR.search(before.replace("\n", "; "))
    )


def _is_ladder(low: str, last: tuple[Years, tuple[int, int]], this: tuple[Years, tuple[int, int]]) -> bool:
    """True where two requirements are alternatives for candidates with different degrees."""
    if this[0].start - last[0].end > 300:
        return False
    between = low[last[0].end : this[0].start]
    here = low[last[1][0] : last[1][1]] if last[1] != this[1] else low[last[1][0] : last[0].end]
    return bool(_DEGREE.search(between) and (_DEGREE.search(here) or re.search(r"\bor\b|\bwith\b", between)))
