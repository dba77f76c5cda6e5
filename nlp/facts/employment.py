"""Full time, part time, contract, temporary or internship: the kinds of employment that an ad offers, by its words."""

import re
from dataclasses import dataclass

from nlp.facts.context import Ad, find
from nlp.facts.patterns import any_of, named

KINDS = ("FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN")
"""Words of schema.org, in the order in which they are given."""


@dataclass(frozen=True, slots=True)
class Employment:
    """The kinds, joined by ", ", and the span of the first words in the text that name one (None: the title does)."""

    kinds: str
    start: int | None
    end: int | None


_VALUE = re.compile(rf"(?<![a-zà-ÿ])(?:{named('employment', *KINDS)})(?![a-zà-ÿ])")
_IN_TITLE = re.compile("|".join(f"(?P<{kind}>{any_of('employment', f'title_{kind}')})" for kind in KINDS))
_FIELD = re.compile(
    rf"(?<![a-z]){any_of('employment', 'field')}(?: ?\([a-z/ ]{{1,12}}\))?\s?[:|–-][^:.\n]{{0,40}}$"
    rf"|^\W*{any_of('employment', 'field')}\s*\n+[^:.\n]{{0,40}}$"
)
_PLAIN = re.compile(any_of("employment", "plain"))
_BEFORE = re.compile(rf"(?<![a-z]){any_of('employment', 'before')} (?:[\w’'-]+,? ){{0,3}}$")
_AFTER = re.compile(rf",? ?(?:[\w-]+,? ){{0,2}}?{any_of('employment', 'after')}")
_MONTHS = re.compile(r"\d{1,2}\+?[\d –to+-]{0,8}months?(?:[’']s?)? (?:\w+ ){0,2}$")
_JOIN = re.compile(r" ?(?:,|/|,? ?(?:or|oder|and|und|o|ou|of|&) )[ /-]*")
_NOT_BEFORE = re.compile(rf"(?<![a-z]){any_of('employment', 'not_before')}[^.\n]{{0,45}}$")
_NOT_AFTER = re.compile(any_of("employment", "not_after"))


def read_employment(title: str, ad: Ad) -> Employment | None:
    """What a field ("Job type: Full-time, Contract"), the title, or a sentence ("this is a part-time role") says; the
    first of these that says anything. None where none does."""
    fields: list[re.Match[str]] = []
    said: list[re.Match[str]] = []
    for match in find(_VALUE, ad.low, ad.anchors("employment"), 20, 20):
        before = ad.low[max(0, match.start() - 75) : match.start()]
        line = before.rsplit("\n", 1)[-1]
        if re.search(r"(?:\bno|n[o’']t|open[- ]ended|permanent) $", line):
            continue
        if _FIELD.search(line) or (not line.strip() and _FIELD.search(before.rstrip().rsplit("\n", 1)[-1] + "\n")):
            fields.append(match)
        elif not fields and (_says(ad.low, match, line) or (said and _joined_to(ad.low, said[-1], match))):
            said.append(match)
    in_title = [match.lastgroup or "" for match in _IN_TITLE.finditer(title.lower())]
    if fields:
        return Employment(_joined(fields), *fields[0].span())
    if in_title:
        return Employment(", ".join(kind for kind in KINDS if kind in in_title), None, None)
    return Employment(_joined(said), *said[0].span()) if said else None


def _joined_to(low: str, last: re.Match[str], this: re.Match[str]) -> bool:
    """True for the second of "full-time or part-time"."""
    return this.start() - last.end() <= 14 and _JOIN.fullmatch(low, last.end(), this.start()) is not None


def _joined(matches: list[re.Match[str]]) -> str:
    kinds = {match.lastgroup for match in matches}
    return ", ".join(kind for kind in KINDS if kind in kinds)


def _says(low: str, match: re.Match[str], line: str) -> bool:
    """True where a sentence or a line by itself offers that kind of employment; not another job's, nor what this one may
    become, nor who gets a benefit."""
    after = low[match.end() : match.end() + 50]
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(line):
        return False
    if _PLAIN.match(match.group()) or (match.lastgroup == "CONTRACTOR" and _MONTHS.search(line)):
        return True
    is_time = match.lastgroup in ("FULL_TIME", "PART_TIME")
    alone = line.strip(" •*-") == "" or line.endswith("| ")
    if is_time and alone and re.match(r" *(?:\n|\||\(|–|-|/|,|$)", after):
        return True
    starts, goes_on = _BEFORE.search(line) is not None, _AFTER.match(after) is not None
    if match.lastgroup == "INTERN":
        return starts
    return (starts or goes_on) if is_time else (starts and goes_on)
