"""What the parts of a written place mean: "Remote in Germany", "Austin TX 78701", "US-CA-Menlo Park"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlp.places.names import Meaning, meanings

_CITY = 300_000  # people: a name inside a sentence is a city's only where that is well known
_FILLER = re.compile(
    r"\b(?:fully|100%|remote(?:ly)?(?:[- ]first|[- ]friendly)?|hybrid|on-?site|metropolitan|metroplex|metro|greater|area|region|municipality(?: of)?"
    r"|gemeente|kommun|district|city of|town of|village of|cbd|based|preferably|home ?office|offices?|only|in|near|within|anywhere|throughout|work from"
    r"|candidates|locations?|time ?zone|full[- ]time|other|others)(?![\w'])-?|[%+*]",
    re.I,
)
_POSTAL = re.compile(r"\b(?:\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\b|\S*\d\S*")
_AND = re.compile(r"\s+(?:and|und|et|y|e|&|\+)\s+|\s*&\s*")
_ADDRESS = re.compile(
    r"\d+\w? .*\b(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|blvd|boulevard|pkwy|parkway|way|suite|floor|highway|hwy|court|ct|circle|plaza)\b",
    re.I,
)
_ELSEWHERE = re.compile(r"\b(?:time ?zones?|outside|except|excluding|not in|utc|gmt)\b", re.I)
# Words that tell that an unknown name is no city's.
_NO_CITY = re.compile(
    r"\b(?:county|parish|borough|street|st\.?$|avenue|ave|road|rd|drive|dr|lane|blvd|boulevard|pkwy|parkway|way|suite|floor|building|bldg|plaza"
    r"|campus|headquarters|hq|airport|stra(?:ße|sse)|rue|calle|via|str\.?$|site|zone|based|team|stated?|specified|any|all|not?|to|be|we|you|with|per"
    r"|engineer(?:ing)?|scientist|developer|manager|director|lead|senior|principal|required|days?|week|nationality|travel|possible|option|available|time)\b",
    re.I,
)


class Part(NamedTuple):
    """A name, and what it can mean: nothing where it is unknown."""

    name: str
    meanings: tuple[Meaning, ...]


@lru_cache(maxsize=50_000)
def understood(segment: str) -> tuple[Part, ...]:
    """The names of a segment between commas, each with what it can mean; an unknown one with nothing."""
    found = meanings(segment)
    if found is None:
        return ()
    if found:
        return (Part(segment, found),)
    if _ELSEWHERE.search(segment) or (segment[:1].isdigit() and _ADDRESS.match(segment)):
        return ()
    name = " ".join(_POSTAL.sub(" ", segment).split()).strip(" .-–'")
    plain = " ".join(_FILLER.sub(" ", name).split()).strip(" .-–")
    for candidate in (name, plain):
        found = meanings(candidate) if len(candidate) > 1 else None
        if found is None:
            return ()
        if found:
            return (Part(candidate, found),)
    several = [part for part in _AND.split(plain) if part]
    if len(several) > 1:
        return tuple(part for name in several for part in understood(name))
    return _hyphenated(plain) or _worded(plain) or (Part(plain, ()),)


def _hyphenated(name: str) -> tuple[Part, ...]:
    """ "US-CA-Menlo Park", "DEU-Berlin", "Raleigh-Durham": known names joined by hyphens."""
    pieces = [piece for piece in name.replace("_", "-").split("-") if piece]
    if len(pieces) < 2:
        return ()
    found = [Part(piece, meanings(piece) or ()) for piece in pieces]
    first, last = (part.meanings and is_code(part.name) for part in (found[0], found[-1]))
    if first or last:
        return tuple(reversed(found)) if first else tuple(found)
    return tuple(part for part in found if part.meanings) if found[0].meanings and len(pieces[0]) > 4 else ()


def _worded(name: str) -> tuple[Part, ...]:
    """Names with only a space between them ("Storrs Connecticut USA", "UK London"), or inside a sentence."""
    words = name.split(" ")
    if not 1 < len(words) < 40:
        return ()
    for size in range(min(3, len(words) - 1), 0, -1):
        last = " ".join(words[-size:])
        found = _containers(last)
        if found:
            return (*understood(" ".join(words[:-size])), Part(last, found))
    if found := _containers(words[0]):
        rest = understood(" ".join(words[1:]))
        if all(part.meanings for part in rest):
            return (*rest, Part(words[0], found))
    return () if could_be_city(name) else tuple(_inside(words))


def _containers(name: str) -> tuple[Meaning, ...]:
    """The countries and regions that a name with a capital can mean."""
    known = meanings(name) if name[0].isupper() else None
    return tuple(meaning for meaning in known or () if meaning.level > 1 and not meaning.weak)


def _inside(words: Sequence[str]) -> Iterator[Part]:
    """Countries, regions and large cities among other words ("our office in Munich")."""
    start = 0
    while start < len(words):
        for size in (3, 2, 1):
            name = " ".join(word.strip(".!?\"'") for word in words[start : start + size])
            if not name[:1].isupper() or (len(name) < 5 and name not in ("US", "UK", "USA", "UAE")):
                continue
            found = tuple(m for m in meanings(name) or () if not m.weak and (m.level > 1 or m.people > _CITY))
            if found:
                yield Part(name, found)
                start += size - 1
                break
        start += 1


def is_code(name: str) -> bool:
    """Whether a name has the shape of a code: "US", "NSW"."""
    return len(name) in (2, 3) and name.isupper()


def could_be_city(name: str) -> bool:
    """Whether an unknown name looks like a town's."""
    letter = name[:1]
    return (
        2 < len(name) <= 40
        and name.count(" ") < 4
        and letter.upper() == letter
        and letter.isalpha()
        and not _NO_CITY.search(name)
    )
