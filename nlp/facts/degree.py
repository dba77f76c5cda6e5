"""The degree that the text of an ad requires, and the one it prefers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from nlp.facts.context import MOST, Ad, around, merged
from nlp.facts.patterns import any_of, named

LEVELS = ("none_stated", "bachelor", "master", "phd")


@dataclass(frozen=True, slots=True)
class Degree:
    """Lowest degree required, highest preferred (None: none), whether an equivalent will do, span of the requirement."""

    required: str
    preferred: str | None
    equivalent_ok: bool | None
    start: int | None
    end: int | None


NO_DEGREE = Degree("none_stated", None, None, None, None)

_DEGREE = re.compile(rf"(?<![a-z])(?:{named('degree', 'phd', 'master', 'bachelor')})(?:[ -]degrees?(?![a-z]))?")
_WISH = re.compile(any_of("degree", "wish"))
_WISH_BEFORE = re.compile(
    rf"{any_of('degree', 'wish_before')}"
    r"(?: (?:if|for|have|hold|with|qualifications?|education|degrees?|skills?|you|an?|the|candidates?|has))*[ :,(•–-]*(?:an?|the)? ?$"
)
_NOISE = re.compile(any_of("degree", "noise"))
_LESS = re.compile(
    rf"{any_of('degree', 'less')}[\w’' ]{{0,12}}(?:/|\bor\b|,)[\w’' ]{{0,12}}$|^[\w’' ]{{0,9}}(?:/|\bor\b|,)(?: an?)? ?{any_of('degree', 'less')}"
)
_EQUIVALENT = re.compile(any_of("degree", "equivalent"))
_NO_DEGREE = re.compile(any_of("degree", "none"))
# abbreviations that are too short to look for in lower case
_SHORT = re.compile(r"[BMHW](?:(?<=[BM])(?:\.|[A-Z]|sc\b|[Tt]ech|[Ee]ng| ?Tech| S\b)|(?<=H)BO|(?<=W)O[-/ ])")
_JOIN = re.compile(
    r"^[\s]*(?:degrees?|s)?[\s]*(?:,? ?(?:or|and|and/or|to|oder|ou|o|of|y|e|bzw\.?)|/|,|-|\||&)[\s]*(?:an?|the)?[\s]*$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A degree that an ad names: its place in LEVELS, its span, and that of the sentence as far as it speaks of it."""

    level: int
    start: int
    end: int
    wished: bool
    sentence: tuple[int, int]


def read_degree(ad: Ad, mentions: Sequence[Mention]) -> Degree:
    """The codebook's degree: lowest that a candidate must have, "or equivalent" kept apart, highest that is preferred."""
    asked = [mention for mention in mentions if not mention.wished]
    wished = [mention for mention in mentions if mention.wished]
    preferred = LEVELS[max(mention.level for mention in wished)] if wished else None
    if not asked:
        return Degree("none_stated", preferred, None, None, None)
    lowest = min(asked, key=lambda mention: (mention.level, mention.start))
    tail = ad.low[lowest.start : min(len(ad.low), max(lowest.sentence[1], lowest.end) + 80)]
    equivalent = _EQUIVALENT.search(tail.split("\n", 1)[0]) is not None
    return Degree(LEVELS[lowest.level], preferred, equivalent, lowest.start, lowest.end)


def degree_mentions(ad: Ad) -> list[Mention]:
    """Degrees in order, those of one list ("BS, MS or PhD") all wished or all asked for."""
    groups = _lists(ad.low, list(islice(_found(ad), MOST)))
    mentions: list[Mention] = []
    for index, group in enumerate(groups):
        start, end = group[0].start(), group[-1].end()
        left, right = ad.sentence(start, end)
        if index:
            left = max(left, groups[index - 1][-1].end())
        if index + 1 < len(groups):
            right = min(right, groups[index + 1][0].start())
        if _NO_DEGREE.search(ad.low[max(left, start - 30) : right]):
            continue
        wished = _is_wished(ad, start, ad.low[left:start], ad.low[end:right])
        for match in group:
            level = LEVELS.index(match.lastgroup or "")
            mentions.append(Mention(level, match.start(), match.end(), wished, (left, right)))
    return mentions


def _found(ad: Ad) -> Iterator[re.Match[str]]:
    """Words that name a degree which somebody must or may have, not a team's, a programme's or a temperature's."""
    spans = around(ad.low, ad.anchors("degree"), 40, 40)
    short = [(max(0, match.start() - 4), match.end() + 40) for match in islice(_SHORT.finditer(ad.text), MOST)]
    for start, end in merged(spans, short):
        for match in _DEGREE.finditer(ad.low, start, end):
            first, last = match.span()
            is_word = last - first <= 2 and not ad.text[first:last].isupper()  # "be", "me"
            before, after = ad.low[max(0, first - 30) : first], ad.low[last : last + 30]
            if is_word or _LESS.search(before) or _LESS.search(after):
                continue
            if not _NOISE.search(ad.low, max(0, first - 14), last + 22):
                yield match


def _lists(low: str, found: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Neighbours that are joined by nothing but "or", a comma or the like, together."""
    groups = [found[:1]] if found else []
    for last, this in pairwise(found):
        if this.start() - last.end() <= 14 and _JOIN.match(low[last.end() : this.start()]):
            groups[-1].append(this)
        elif this.start() - last.end() > 1 or this.lastgroup != last.lastgroup:
            groups.append([this])
    return groups


def _is_wished(ad: Ad, start: int, before: str, after: str) -> bool:
    """True where the heading above or the words around call a degree preferred."""
    if ad.part(start) == "wished":
        return True
    after = after.split(";", 1)[0].split("(preferred:", 1)[0]
    if "requir" in after[:60]:  # "… required, and a plus if in statistics"
        after = after[: after.find("requir")]
    return _WISH.search(after) is not None or _WISH_BEFORE.search(before) is not None
