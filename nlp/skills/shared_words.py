"""Skills that share a word of their name with a neighbour: "unit and integration testing" names Unit Testing too.

A member of a list counts where a skill of several words stands at the list's end or start and the member, with words of
that skill, makes another name of the table. What is between them may only be "and", "or", "&", a slash or commas.
"""

import re
from collections.abc import Iterator, Mapping

from nlp.skills.evidence import Hit

_JOINT = re.compile(r"[ -]")
_PART = r"[^\W_]+(?:-[^\W_]+)*"
_AND = r"(?:[/&]|\b(?:and|or|und|oder|et|ou|y|o|e|en|och|og|eller)\b)"
_GAP = re.compile(rf" ?(?:,? ?{_AND}(?: ?{_AND})*|,) ?", re.IGNORECASE)
_GAP_AHEAD = re.compile(_GAP.pattern + r"\Z", re.IGNORECASE)
_WORDS = re.compile(rf"{_PART}(?: {_PART}){{0,2}}")
_WORDS_AHEAD = re.compile(rf"(?<![\w.#+-])((?:{_PART} ){{0,2}}){_PART}-?\Z")
_LONGEST = 60  # characters of a member, and of a gap

# A member that shares its first word ends its phrase: "data quality and integrity checks" is not about Data Integrity.
_END = re.compile(
    r"\s*(?:\Z|[,;:.!?)\]|/&\n•]|[–—-]\s"
    r"|(?:and|or|in|for|to|of|on|at|with|using|via|by|from|as|is|are|that|which|through|across|within|while|und|et|y|och|en)\b"
    r"|(?:skills?|tools?|techniques|technologies|methods|methodologies|concepts|experience|practices|principles|process(?:es)?"
    r"|projects|tasks|work|workflows?|frameworks|libraries|solutions|activities)\b)",
    re.IGNORECASE,
)


def with_shared_words(text: str, hits: list[Hit], names: Mapping[str, str]) -> list[Hit]:
    """The hits, in order, and among them (rule "shared") the members of lists that share words with one; such a hit spans
    the member's own words. ``names`` are written forms of several words, case-folded, with their skills."""
    found: dict[int, Hit] = {}
    own = {hit.start: hit.end for hit in hits}
    for i, hit in enumerate(hits):
        if hit.rule == "plain" and (cuts := [m.start() for m in _JOINT.finditer(text, hit.start, hit.end)]):
            free = hits[i - 1].end if i else 0
            for member in (*_ahead(text, hit, cuts, free, names), *_behind(text, hit, cuts, own, names)):
                found.setdefault(member.start, member)
    return sorted([*hits, *found.values()], key=lambda hit: hit.start) if found else hits


def _ahead(text: str, hit: Hit, cuts: list[int], free: int, names: Mapping[str, str]) -> Iterator[Hit]:
    """Members that share the last words: "‸unit and integration testing"; none starts before ``free``."""
    at = hit.start
    first = True
    while gap := _GAP_AHEAD.search(text, max(free, at - 10), at):
        if first and gap[0].strip() == ",":
            return
        first = False
        words = _WORDS_AHEAD.search(text, max(free, gap.start() - _LONGEST), gap.start())
        if not words:
            return
        starts = [words.start(), *(words.start() + m.end() for m in re.finditer(" ", words[1]))]
        for start in starts:
            member = text[start : gap.start()].casefold()
            skill = next((s for cut in cuts if (s := names.get(member + text[cut + member.endswith("-") : hit.end].casefold()))), None)
            if skill:
                break
        else:
            return
        if skill == hit.skill:
            return
        if text[start - 2 : start - 1].isalnum() and text[start].isupper() and re.search(r"[A-Z]\S* \Z", text[max(0, start - 30) : start]):
            return
        yield Hit(skill, "shared", start, gap.start(), hit.run)
        at = start


def _behind(text: str, hit: Hit, cuts: list[int], own: dict[int, int], names: Mapping[str, str]) -> Iterator[Hit]:
    """Members that share the first words: "data cleaning and ‸visualization"."""
    at = hit.end
    waiting: list[Hit] = []
    while gap := _GAP.match(text, at):
        words = _WORDS.match(text, gap.end(), gap.end() + _LONGEST)
        if not words:
            return
        ends = [words.end(), *(gap.end() + m.start() for m in reversed([*re.finditer(" ", words[0])]))]
        for end in ends:
            if not _END.match(text, end):
                continue
            member = text[gap.end() : end].casefold()
            skill = next((s for cut in reversed(cuts) if (s := names.get(text[hit.start : cut + 1].casefold() + member))), None)
            if skill:
                break
        else:
            return
        if skill == hit.skill:
            return
        if text[gap.end()].isupper() and not text[cuts[-1] + 1].isupper():
            return
        if text[hit.end - 1] == "s" and text[hit.end - 2] not in "sciu" and text[end - 1] != "s":
            return
        if any(gap.end() <= s < end for s in own if own[s] != end or s != gap.end()):
            return
        if gap.end() not in own:
            waiting.append(Hit(skill, "shared", gap.end(), end, hit.run))
        if gap[0].strip() != ",":
            yield from waiting
            waiting = []
        at = end
