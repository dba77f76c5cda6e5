"""The natural languages that an ad asks of its candidates."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.facts.context import Ad, find
from nlp.facts.patterns import any_of


@dataclass(frozen=True, slots=True)
class Languages:
    """ISO 639-1 codes in the order in which the ad names them, and the span of the first."""

    codes: tuple[str, ...]
    start: int
    end: int


_MID = rf"(?:[ ,/()&:*–-]|(?<![a-zà-ÿ]){any_of('languages', 'between')}(?![a-zà-ÿ]))"
_BEFORE = re.compile(rf"(?<![a-zà-ÿ]){any_of('languages', 'before')}{_MID}{{0,14}}$")
_AFTER = re.compile(rf"{_MID}{{0,8}}{any_of('languages', 'after')}")
_NOT_AFTER = re.compile(rf"[- ]?{any_of('languages', 'not_after')}")
_NOT_BEFORE = re.compile(rf"{any_of('languages', 'not_before')}[\w ,/()-]{{0,30}}$")
_WISH_AFTER = re.compile(rf"[^.;\n•]{{0,45}}?{any_of('languages', 'wish')}")
_WISH_BEFORE = re.compile(rf"{any_of('languages', 'wish_before')}[^.;\n•]{{0,45}}$")
_JOIN = re.compile(rf"{any_of('languages', 'join')}")


def read_languages(ad: Ad) -> Languages | None:
    """Languages that candidates must know; those of a choice ("French or German") are all given, those that are only
    preferred are not. None where the ad asks for none: a nationality or the language of the ad says nothing."""
    found: dict[str, tuple[int, int]] = {}
    groups = _groups(ad)
    for index, group in enumerate(groups):
        stop = groups[index + 1][0][0] if index + 1 < len(groups) else len(ad.low)
        if _is_asked(ad, group[0][0], group[-1][1], stop):
            for start, end in group:
                found.setdefault(_codes()[ad.low[start:end]], (start, end))
    return Languages(tuple(found), *next(iter(found.values()))) if found else None


def _groups(ad: Ad) -> list[list[tuple[int, int]]]:
    """Spans of names of languages in order, those of one list ("English and French") together."""
    groups: list[list[tuple[int, int]]] = []
    names = [_names()[word] for word in ad.words & _names().keys()]
    if not names:
        return groups
    pattern = _pattern()
    for match in find(pattern, ad.low, names, 20, 20):
        start, end = match.span()
        if match.group() in _CAPITALISED and not ad.text[start].isupper():
            continue
        if groups and start - groups[-1][-1][1] <= 20 and _JOIN.fullmatch(ad.low, groups[-1][-1][1], start):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups


def _is_asked(ad: Ad, start: int, end: int, stop: int) -> bool:
    """True where the words beside a list of languages ask for them; ``stop``: start of the next list."""
    low = ad.low
    if ad.part(start) in ("wished", "offered"):
        return False
    before = low[max(0, low.rfind("\n", 0, start) + 1, start - 70) : start]
    after = low[end : min(stop, end + 60)]
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
        return False
    if _WISH_AFTER.match(after) or _WISH_BEFORE.search(before):
        return False
    return _BEFORE.search(before) is not None or _AFTER.match(after.split("\n", 1)[0]) is not None


_CAPITALISED = frozenset({"polish"})  # a verb and a noun besides


@cache
def _codes() -> dict[str, str]:
    """ISO 639-1 codes by name, in lower case."""
    return {name: row["code"] for row in _rows() for name in (*row["english"].split(), *row["other"].split())}


@cache
def _names() -> dict[bytes, str]:
    """The names as words of Ad.words; those that German glues to "kenntnisse" as well."""
    return {
        f"{name}{tail}".encode(): name
        for name in _codes()
        for tail in ("", "kenntnisse", "kenntnissen", "e", "en", "sprachig")
    }


@cache
def _rows() -> tuple[dict[str, str], ...]:
    lines = files("nlp.facts").joinpath("language_names.csv").read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(lines))


@cache
def _pattern() -> re.Pattern[str]:
    """The names as whole words; of German ones also the front of "Englischkenntnisse"."""
    return re.compile(rf"(?<![\wà-ÿ])(?:{'|'.join(sorted(_codes(), key=len, reverse=True))})(?=kenntnis|sprach|\b)")
