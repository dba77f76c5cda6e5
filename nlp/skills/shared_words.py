"""Skills that share words with a neighbour in a list: "unit and integration testing" names Unit Testing too.

Where a skill of several words stands at one end of a list, the other members count if they make another name of the table
with its last words ("‸unit and integration testing") or its first ("data cleaning and ‸visualization").
"""

import bisect
import re
from collections.abc import Mapping
from itertools import islice
from operator import attrgetter

from nlp.skills.evidence import Hit

_SURE = frozenset(["plain", "case", "acronym"])
_START = attrgetter("start")
_JOINT = re.compile(r"[ -]")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*-?")
_MOST_WORDS = 2
_LONGEST_MEMBER = 40
_AND = ("and", "And", "AND", "or", "OR", "und", "oder", "et", "ou", "y", "o", "e", "en", "och", "og", "eller")
_GAP = re.compile(rf"[ ,/&][ ,/&]{{,2}}(?:(?:{'|'.join(_AND)})[ ,/&]{{1,3}}){{,2}}")
_GAP_AHEAD = re.compile(_GAP.pattern + r"\Z")
_LONGEST_GAP = 12
# A first look at every hit: a string's own methods take a tenth of a search's time.
_AND_ENDS = ("/", "/ ", "& ", *(f" {word} " for word in _AND), "/or ")
_GAP_STARTS = (", ", "/", " /", " &", *(f" {word} " for word in _AND), " and/")

# Names whose word stands for itself in a list: "use data and predictive modeling", "Python for data analysis and automation".
_NOT_AHEAD = re.compile(r"data.model|(?:analytics|systems).")
_NOT_BEHIND = re.compile(r".*(?:automation|engineering)")
# "the Audit Regression and Hypothesis Testing": the last word of a longer name.
_LONGER_NAME = re.compile(r"\w,? [A-Z][\w-]* \Z")
# A member that shares its first words ends its phrase: "data quality and integrity checks" is not about Data Integrity.
_END = re.compile(
    r"\s*(?:\Z|[,;:.!?)\]|/&\n•]|[–—-]\s"
    r"|(?:and|or|in|for|to|of|on|at|with|using|via|by|from|as|is|are|that|which|through|across|within|while|und|et|y|och|en)\b"
    r"|(?:skills?|tools?|techniques|technologies|methods|methodologies|concepts|experience|practices|principles|process(?:es)?"
    r"|projects|tasks|work|workflows?|frameworks|libraries|solutions|activities)\b)",
    re.IGNORECASE,
)
# "data models and reporting": things and an activity.
_PLURAL = re.compile(r"[^\Wsciu]s")


def with_shared_words(text: str, hits: list[Hit], names: Mapping[str, str]) -> list[Hit]:
    """The hits and, with the rule "shared", the members of lists that share words with one of them, in order. Such a hit
    spans the member's own words and overlaps no other. ``names`` are names of several words, case-folded, with their skills."""
    shared: list[Hit] = []
    free = 0
    for hit in hits:
        start, end = hit.start, hit.end
        if hit.rule != "plain" or (text.find(" ", start, end) < 0 and text.find("-", start, end) < 0):
            continue
        found = _ahead(text, hits, hit, names)[::-1] if text.endswith(_AND_ENDS, 0, start) else []
        if text.startswith(_GAP_STARTS, end):
            found += _behind(text, hits, hit, names)
        for start, end, skill in found:
            if start >= free and skill != hit.skill:
                shared.append(Hit(skill, "shared", start, end, hit.run))
                free = end
    if not shared:
        return hits
    better = {hit.start for hit in shared}
    return sorted([*(hit for hit in hits if hit.start not in better), *shared], key=_START)


def _ahead(text: str, hits: list[Hit], hit: Hit, names: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Start, end and skill of the members before a hit that share its last words, the nearest first."""
    tails = [text[joint.start() : hit.end].casefold() for joint in _JOINT.finditer(text, hit.start, hit.end)]
    found = []
    at = hit.start
    while (gap := _GAP_AHEAD.search(text, max(0, at - _LONGEST_GAP), at)) and gap[0] != " ":
        end = gap.start()
        if at == hit.start and gap[0].strip() == ",":  # "cloud, data engineering" are two things
            break
        hyphen = text[end - 1] == "-"
        starts = [word.start() for word in _WORD.finditer(text, max(0, end - _LONGEST_MEMBER), end)]
        made = ((at, text[at:end].casefold() + tail[hyphen:]) for at in starts[-_MOST_WORDS:] for tail in tails)
        at, name = next(((at, name) for at, name in made if name in names), (0, ""))
        if not name or _NOT_AHEAD.match(name) or (known := _known(text, hits, at, end, names[name])) is None:
            break
        if text[at].isupper() and _LONGER_NAME.search(text, max(0, at - 30), at):
            break
        if not known:
            found.append((at, end, names[name]))
    return found


def _behind(text: str, hits: list[Hit], hit: Hit, names: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Start, end and skill of the members after a hit that share its first words."""
    cuts = [joint.end() for joint in _JOINT.finditer(text, hit.start, hit.end)]
    heads = [text[hit.start : cut].casefold() for cut in reversed(cuts)]
    found = []
    sure = 0  # a list has an "and", or a second member: "data analysis, reporting, project plans" are three things
    at = hit.end
    while (gap := _GAP.match(text, at)) and gap[0] != " ":
        start = gap.end()
        ends = [word.end() for word in islice(_WORD.finditer(text, start, start + _LONGEST_MEMBER), _MOST_WORDS)]
        made = ((end, head + text[start:end].casefold()) for end in reversed(ends) for head in heads)
        at, name = next(((end, name) for end, name in made if name in names and _END.match(text, end)), (0, ""))
        if not name or _NOT_BEHIND.match(name) or (known := _known(text, hits, start, at, names[name])) is None:
            break
        title = text[start].isupper() and not text[cuts[-1]].isupper()
        if title or (_PLURAL.match(text, hit.end - 2, hit.end) and not _PLURAL.match(text, at - 2, at)):
            break
        if not known:
            found.append((start, at, names[name]))
        if gap[0].strip() != ",":
            sure = len(found)
    return found if len(found) - sure > 1 else found[:sure]


def _known(text: str, hits: list[Hit], start: int, end: int, skill: str) -> bool | None:
    """Whether the words are a hit for the skill already, or one that needs no evidence: a guess, as "‸Linear and logistic
    regression", gives way. None: they hold a part of a hit, or the noun after one."""
    i = bisect.bisect_left(hits, end, key=_START) - 1
    if i < 0 or (text[hits[i].end : start] != " " and hits[i].end <= start):
        return False
    if (hits[i].start, hits[i].end) != (start, end):
        return None
    return hits[i].rule in _SURE or hits[i].skill == skill
