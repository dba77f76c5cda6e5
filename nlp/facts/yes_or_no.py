"""What an ad says yes or no to: sponsorship of a visa, a security clearance, ways to the job without a degree."""

import re
from dataclasses import dataclass
from functools import cache

from nlp.facts.context import Ad, find
from nlp.facts.patterns import any_of, named, rows


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer and the span of the words that give it."""

    answer: bool
    start: int
    end: int


def read_answer(table: str, ad: Ad) -> Answer | None:
    """The first answer to the question of ``<table>.csv`` ("visa", "clearance", "non_degree"); None: unsaid, or said of
    something that is only preferred or may be."""
    evidence, unless, fits_in = _patterns(table)
    for match in find(evidence, ad.low, ad.anchors(table), 110, 90):
        if ad.part(match.start()) not in fits_in:
            continue
        left, right = ad.sentence(match.start(), match.end())
        if unless.search(ad.low, left, min(len(ad.low), right + 1)):
            continue
        return Answer(match.lastgroup == "yes", match.start(), match.end())
    return None


@cache
def _patterns(table: str) -> tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]]:
    """What answers, what in the same sentence makes it no answer, and the parts of an ad (Ad.part) that count."""
    kinds = [kind for kind in ("no", "yes") if kind in rows(table)]
    parts = ("", "asked", *rows(table).get("part", ()))
    return re.compile(rf"(?<![a-z])(?:{named(table, *kinds)})"), re.compile(any_of(table, "unless")), parts
