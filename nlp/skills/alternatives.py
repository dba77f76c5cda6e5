"""Which skills of a list would do for each other: "Python or R", "one of Go, Rust and C++"."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise

_OR = re.compile(r"\b(?:or|oder|ou|o|of|eller|lub|albo)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|und|et|y|e|en|och|og|oraz|i)\b|[&+]", re.IGNORECASE)
# A list goes on over a bullet or a line, but what one line says is not said of the next.
_BREAK = re.compile(r"[;\n•]|\.(?=\s|\Z)")
_ONE_OF = re.compile(
    r"\b(?:(?:at least )?(?:one|any)(?: \(1\))?(?: or more| or two)?(?: \w+){0,2} of(?: the following| these)?(?: \w+){0,3}"
    r"|either|mindestens eine\w*|eine\w* der|(?:au moins )?un[e]? (?:de|des|parmi)|al menos un\w*(?: de)?|uno de|minimaal één van"
    r"|een van de|pelo menos um\w*(?: d[aeo]s?)?|almeno un\w*(?: tra)?)"
    r"(?:\s*\w+){0,2}\s*[:(,–-]?\s*\(?(?:e\.g\.|such as|like)?\s*\Z",
    re.IGNORECASE,
)
_AHEAD = 60  # characters before a list that may say "one of"


def alternatives(text: str, places: Sequence[tuple[int, int, int]]) -> list[int | None]:
    """For each of the ``places`` of skills in a text, in order, the number of the group of which one would do; None: it stands
    for itself. A place is where it starts and ends, and the number of its list.

    Members joined by "or" make a group with those before, up to an "and"; where "one of" or "either" stands before a list, all of it does.
    A slash says nothing: "HTML/CSS" are two, "React/Vue" are either."""
    groups: list[int | None] = [None] * len(places)
    n_groups = 0
    for _, group in groupby(range(len(places)), key=lambda i: places[i][2]):
        members = list(group)
        for segment in _segments(text, places, members) if len(members) > 1 else ():
            if len(segment) > 1:
                n_groups += 1
                for i in segment:
                    groups[i] = n_groups
    return groups


@lru_cache(4096)
def _said(gap: str) -> tuple[bool, bool, bool]:
    """Whether the words between two members end a list, say "or", say "and"; most lists are joined by one of a few."""
    return _BREAK.search(gap) is not None, _OR.search(gap) is not None, _AND.search(gap) is not None


def _segments(text: str, places: Sequence[tuple[int, int, int]], members: list[int]) -> list[list[int]]:
    """The parts of a list whose members are alternatives."""
    start = places[members[0]][0]
    one_of = _ONE_OF.search(text, max(0, start - _AHEAD), start) is not None
    segments: list[list[int]] = [[members[0]]]
    chosen, was_either = [one_of], False
    for a, b in pairwise(members):
        breaks, either, both = _said(text[places[a][1] : places[b][0]])
        if breaks:
            one_of = False
        if breaks or (not one_of and not either and (was_either or both)):
            segments.append([])
            chosen.append(one_of)
        segments[-1].append(b)
        chosen[-1] = chosen[-1] or either
        was_either = either
    return [segment for segment, either in zip(segments, chosen, strict=True) if either]
