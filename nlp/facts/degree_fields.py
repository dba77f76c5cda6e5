"""The fields of study that an ad names beside a degree."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from nlp.facts.context import Ad
from nlp.facts.degree import Mention
from nlp.facts.patterns import any_of, rows

_REACH = 220  # characters after a degree in which its fields stand


@dataclass(frozen=True, slots=True)
class DegreeFields:
    """Canonical fields, in the order in which the ad names them, and the span from the first to the last."""

    fields: tuple[str, ...]
    start: int
    end: int


def read_degree_fields(ad: Ad, degrees: Sequence[Mention]) -> DegreeFields | None:
    """Fields of the degrees that the ad requires or prefers; None where it names no degree, or no field known here.

    The span is that of the first degree with fields."""
    found: dict[str, None] = {}
    span: tuple[int, int] | None = None
    for _, together in groupby(degrees, key=lambda degree: degree.sentence):
        start, end = _clause(ad, list(together))
        matches = list(_fields().finditer(ad.low, start, end))
        for match in matches:
            found.setdefault(match.lastgroup or "")
        if matches and span is None:
            span = matches[0].start(), matches[-1].end()
    return DegreeFields(tuple(found), *span) if span else None


def _clause(ad: Ad, degrees: Sequence[Mention]) -> tuple[int, int]:
    """Span of the words that say what the degrees of a sentence are in: those right before them ("an engineering degree") and
    those after, up to where the ad goes on to something else."""
    first, last = degrees[0], degrees[-1]
    before = _BEFORE.search(ad.low, max(first.sentence[0], first.start - 45), first.start)
    right = min(max(last.sentence[1], last.end), last.end + _REACH)
    stop = _STOP.search(ad.low, last.end, right)
    return before.start() if before else first.start, stop.start() if stop else right


_BEFORE = re.compile(rf"(?:(?:{any_of('degree_fields', 'word')}|\bor\b|\band\b|[/,&])[ ]?)+$")
_STOP = re.compile(any_of("degree_fields", "stop"))


@cache
def _fields() -> re.Pattern[str]:
    """Every field's words, named by the field."""
    kinds = [kind for kind in rows("degree_fields") if kind not in ("word", "stop")]
    names = "|".join(f"(?P<{kind}>{any_of('degree_fields', kind)})" for kind in kinds)
    return re.compile(rf"(?<![a-zà-ÿ])(?:{names})(?![a-zà-ÿ])")
