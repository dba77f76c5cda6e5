"""Which written forms of skills are skills where they stand: boundaries, lists and typed cues around ambiguous names."""

import re
from dataclasses import dataclass
from typing import Literal

from nlp.skills.cues import Cues
from nlp.skills.table import Rule

HitRule = Rule | Literal["recased", "listed", "shared"]
"""How a form counts: as ``surfaces`` says; a name in other case than its own by evidence or a list, or by a list; and a
word that makes a name with words of a neighbour in its list ("unit and integration testing")."""

_SURE = frozenset(["plain", "case", "acronym"])
# What may stand between two members of a list: separators, a version, up to two unknown names.
_OPENS = re.compile(r"\s*(?:[^\w\s]|v?\d|(?:and|or|und|oder|et|ou|y|o|e|en|och|og|eller)\b)", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*(?:[,/|;:&•·()\[\]+]|\b(?:and|or|und|oder|et|ou|y|o|e|en|och|og|eller)\b)\s*", re.IGNORECASE
)
_VERSION = re.compile(r"\s*(?:v?\d[\d.x]*)?\s*")
_COMMON_GAPS = frozenset([", ", " and ", " or ", "/", ", and ", ", or ", " / ", "; ", " & ", " | ", "|", ","])
_LONGEST_GAP = 60
_OWN_LINE = re.compile(r"(?:\s*v?\d[\d.x]*\+?)?[ :,;]*(?:\n|$)")
_DOMAIN = re.compile(r"\.(?:com|org|net|io|ai|co|dev|app|gov|edu|de|uk|fr|es|it|nl|eu|in|us|ca|br)\b", re.ASCII)
# "the Audit Vault", "Nordic Nest": the last word of a longer name. A line or sentence has a capital at its start anyway.
_LONGER_NAME = re.compile(
    r"[\w,;(/&] ?(?<!\w)(?!(?:and|or|in|with|of|on|to|for|the|using|plus|both|like|ms|msft|microsoft|corp|office|embedded) \Z)"
    r"(?-i:[A-Z])\w{1,30} \Z",
    re.IGNORECASE,
)
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
    rule: HitRule
    start: int
    end: int
    run: int = -1
    """Number of the list that it stands in; hits of one list are neighbours."""


def bounded(text: str, hit: Hit) -> bool:
    """Whether the characters around a hit leave it a word of its own (no "C+", "@python", "react.com", "cutting-edge AI")."""
    start, end = hit.start, hit.end
    before, after = text[start - 1 : start], text[end : end + 1]
    strict = hit.rule not in _SURE
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
        if strict and after == "/" and text[end + 1 : end + 2].isdigit():
            return False
        if strict and after in "-–" and not _COMPOUND.match(text, end):
            return False
        if strict and after == "." and text[end + 1 : end + 2].isalnum():
            return text[end + 1].isupper()
    return True


def link(text: str, hits: list[Hit]) -> list[str]:
    """Number the lists in ``hits`` (``Hit.run``); for each hit, what stands between it and its list's last member where
    nothing else does, else ""."""
    gaps = [""] * len(hits)
    loose = any(hit.rule not in _SURE for hit in hits)
    for i, hit in enumerate(hits):
        hit.run = i
        if i == 0:
            continue
        previous = hits[i - 1]
        gap = text[previous.end : hit.start]
        if gap == " " and hit.rule == "context" and text[hit.start].isupper():  # "Java Spring", "React Node Express"
            hit.run, gaps[i] = previous.run, gap
            continue
        if gap not in _COMMON_GAPS and (len(gap) > _LONGEST_GAP or not _OPENS.match(gap)):
            continue
        if "\n" in gap and not (gap.strip(" \n,;•*-·)") == "" and _OWN_LINE.match(text, hit.end)):
            continue
        unknown = 0 if gap in _COMMON_GAPS or "\n" in gap else _unknown(gap)
        if unknown is not None and (unknown == 0 or loose):
            hit.run, gaps[i] = previous.run, "" if unknown else gap
    return gaps


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
    gaps = link(text, hits)
    if all(hit.rule in _SURE for hit in hits):
        return hits
    runs: dict[int, list[int]] = {}
    for i, hit in enumerate(hits):
        runs.setdefault(hit.run, []).append(i)
    kept = []
    for i, hit in enumerate(hits):
        if hit.rule in _SURE:
            kept.append(hit)
            continue
        members = runs[hit.run]
        behind = i + 1 < len(hits) and hits[i + 1].start - hit.end <= 1
        # "using Excel to check": a verb has no capital there.
        named = text[hit.start].isupper() and text.startswith(" to ", hit.end)
        follows = behind or named or cues.follow.match(text, hit.end) is not None
        if (follows and _listed(text, i, hits, members, gaps)) or _cued(text, hit, hits[members[0]], follows, cues):
            kept.append(hit)
    return kept


def _listed(text: str, i: int, hits: list[Hit], members: list[int], gaps: list[str]) -> bool:
    """Whether a hit stands in a list of skills: ``members`` are those of its list, ``gaps`` what ``link`` returned."""
    hit = hits[i]
    ahead, behind = gaps[i], gaps[i + 1] if i + 1 < len(hits) else ""
    if not (ahead or behind or (hit.rule == "context" and len(members) > 1)):
        return False
    others = {hits[j].skill for j in members} - {hit.skill}
    strong = any(hits[j].rule in _SURE for j in members)
    if not others or not (strong or hit.rule == "context" or len(others) > 1):
        return False
    if (
        i and text[hits[i - 1].end : hit.start] == " "
    ):  # "Java Spring" are two; "machine learning networking" is one thing
        return hit.rule == "context" or "/" in behind
    if hit.rule in ("recased", "listed") and text[hit.start].islower():
        # A word of any language: "data at scale and SQL" is no list, "bash, perl and awk" is.
        return "(" not in behind and any(sign in gaps[j] for j in members[1:] for sign in ",/;|\n")
    return not _LONGER_NAME.search(text, max(0, hit.start - 36), hit.start)


def _cued(text: str, hit: Hit, head: Hit, follows: bool, cues: Cues) -> bool:
    """Whether words next to a hit, or before the list that it stands in, say that a skill is meant."""
    if hit.rule == "listed":
        return False
    sibling = hit.rule == "sibling"
    if (cues.sibling_after if sibling else cues.after).match(text, hit.end):
        return True
    if not follows:
        return False
    before = cues.sibling_before if sibling else cues.before
    return any(before.search(text[max(0, at - 50) : at]) for at in {hit.start, hit.start if sibling else head.start})
