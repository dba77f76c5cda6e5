"""Which written forms of skills are skills where they stand: boundaries, lists and typed cues around ambiguous names."""

import re
from dataclasses import dataclass

from nlp.skill_cues import Cues
from nlp.skill_table import Rule

# What may stand between two members of a list: separators, a version, up to two unknown names.
_OPENS = re.compile(r"\s*(?:[^\w\s]|v?\d|(?:and|or|und|oder|et|ou|y|o|e|en)\b)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[,/|;:&•·()\[\]+]|\b(?:and|or|und|oder|et|ou|y|o|e|en)\b)\s*", re.IGNORECASE)
_VERSION = re.compile(r"\s*(?:v?\d[\d.x]*)?\s*")
_COMMON_GAPS = frozenset([", ", " and ", " or ", "/", ", and ", ", or ", " / ", "; ", " & ", " | ", "|", ","])
_LONGEST_GAP = 60
_OWN_LINE = re.compile(r"(?:\s*v?\d[\d.x]*\+?)?[ :]*(?:\n|$)")
_DOMAIN = re.compile(r"\.(?:com|org|net|io|ai|co|dev|app|gov|edu|de|uk|fr|es|it|nl|eu|in|us|ca|br)\b", re.ASCII)
# "$100,000 CAD", "CAD 90k": a currency.
_MONEY_BEFORE = re.compile(r"\d[kK]?\s?$|[$€£]\s?$")
_MONEY_AFTER = re.compile(r"\s?[$€£]?\s?\d\d")
_COMPOUND = re.compile(
    r"-(?:based|developers?|programm\w+|lang|like|native|powered|first|heavy|stack|side|centric|\W|$)", re.I
)


@dataclass
class Hit:
    """A written form of a skill found in a text, by character offsets."""

    skill: str
    rule: Rule
    start: int
    end: int
    run: int = -1
    """Number of the list that it stands in; hits of one list are neighbours."""


def bounded(text: str, hit: Hit) -> bool:
    """Whether the characters around a hit leave it a word of its own (no "C+", "@python", "react.com", "cutting-edge AI")."""
    start, end = hit.start, hit.end
    before, after = text[start - 1 : start], text[end : end + 1]
    strict = hit.rule in ("context", "sibling")
    if hit.rule == "acronym" and (
        _MONEY_BEFORE.search(text[max(0, start - 8) : start]) or _MONEY_AFTER.match(text, end)
    ):
        return False
    if before and not before.isspace():
        if before in "@#_$\\°~" or (
            before == "." and text[start - 2 : start - 1].isalnum() and not text[start].isupper()
        ):
            return False
        if text[start] == "." and before.isalnum():
            return False
        if before in "-‑" and text[start].islower() and text[start - 2 : start - 1].isalpha():
            return False
        if strict and before in "-&.'’*+":
            return before == "*" and text[start - 2 : start] == "**"
    if after and not after.isspace():
        if after in "#@_" or (after == "." and _DOMAIN.match(text, end)):
            return False
        if after == "+" and not text[end + 1 : end + 2].isalnum():
            return text[end - 1].isdigit()
        if strict and after in "&'’*°%$=":
            return text[end : end + 2] == "**"
        if strict and after in "-–" and not _COMPOUND.match(text, end):
            return False
        if strict and after == "." and text[end + 1 : end + 2].isalnum():
            return text[end + 1].isupper()
    return True


def link(text: str, hits: list[Hit]) -> list[bool]:
    """Number the lists in ``hits`` (``Hit.run``); for each hit, whether it directly follows its list's last member."""
    direct = [False] * len(hits)
    loose = any(hit.rule in ("context", "sibling") for hit in hits)
    for i, hit in enumerate(hits):
        hit.run = i
        if i == 0:
            continue
        previous = hits[i - 1]
        gap = text[previous.end : hit.start]
        if gap not in _COMMON_GAPS and (len(gap) > _LONGEST_GAP or not _OPENS.match(gap)):
            continue
        if "\n" in gap and not (gap.strip(" \n•*-·") == "" and _OWN_LINE.match(text, hit.end)):
            continue
        unknown = 0 if gap in _COMMON_GAPS or "\n" in gap else _unknown(gap)
        if unknown is not None and (unknown == 0 or loose):
            hit.run, direct[i] = previous.run, unknown == 0
    return direct


def _unknown(gap: str) -> int | None:
    """How many unknown members of a list stand in a gap, at most two; None where it is no gap of a list."""
    first, *parts = _SEPARATOR.split(gap)
    if not parts or parts[-1] or not _VERSION.fullmatch(first):
        return None
    members = [part for part in parts if part]
    if len(members) > 2 or any(part.count(" ") > 2 or part[-1] in ".!?" for part in members):
        return None
    return len(members)


def accept(text: str, hits: list[Hit], cues: Cues) -> list[Hit]:
    """The hits that count. ``hits`` stand in order and don't overlap; ambiguous ones need evidence beside them."""
    hits = [hit for hit in hits if bounded(text, hit)]
    direct = link(text, hits)
    if all(hit.rule in ("plain", "case", "acronym") for hit in hits):
        return hits
    runs: dict[int, list[int]] = {}
    for i, hit in enumerate(hits):
        runs.setdefault(hit.run, []).append(i)
    kept = []
    for i, hit in enumerate(hits):
        if hit.rule not in ("context", "sibling"):
            kept.append(hit)
            continue
        members = runs[hit.run]
        touching = (hit.rule == "context" and len(members) > 1) or direct[i] or (i + 1 < len(hits) and direct[i + 1])
        others = {hits[j].skill for j in members} - {hit.skill}
        strong = any(hits[j].rule in ("plain", "case", "acronym") for j in members)
        follows = cues.follow.match(text, hit.end) is not None or (
            i + 1 < len(hits) and hits[i + 1].start - hit.end <= 1
        )
        listed = touching and follows and others and (strong or len(others) >= (1 if hit.rule == "context" else 2))
        if listed or _cued(text, hit, hits[members[0]], follows, cues):
            kept.append(hit)
    return kept


def _cued(text: str, hit: Hit, head: Hit, follows: bool, cues: Cues) -> bool:
    """Whether words next to a hit, or before the list that it stands in, say that a skill is meant."""
    sibling = hit.rule == "sibling"
    if (cues.sibling_after if sibling else cues.after).match(text, hit.end):
        return True
    if not follows:
        return False
    before = cues.sibling_before if sibling else cues.before
    return any(before.search(text[max(0, at - 50) : at]) for at in {hit.start, hit.start if sibling else head.start})
