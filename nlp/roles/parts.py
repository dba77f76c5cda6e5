"""The jobs that one text lists, part by part: "Who is hiring?" comments and other ads for several roles."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from nlp.roles.features import Batch
from nlp.roles.job_titles import is_capitalised, job_words, n_jobs, title_at, title_tokens
from nlp.sections import text_of

_REACH = 500
"""Characters of a part in which an address is taken as its own."""
_MOST_PIECES = 50
"""Of a line that is a list."""

_OPENING = (
    r"(?P<opening>[^:\n]{0,80}\b(?:roles|positions|openings|opportunities|hiring|for)\b[^:\n]{0,20}: ?)(?=[•*\d(-])"
)
_MARK = r"(?:(?P<number>\(?\d{1,2}[.):]|\[\d\]|#\d{1,2}\b)|(?P<bullet>[•*▪·●>→+=–-]{1,2}|//)) ?"
_LABEL = r"(?:(?:job|role|position|opening|vacancy|hiring)(?: title)?(?: ?#?\d{1,2})? ?[:.)–-] ?)"
_LEAD = re.compile(rf"(?:{_OPENING})?(?:{_MARK})?{_LABEL}?", re.I)
_DASH = re.compile(r" [-–—] ")
_NUMBER = re.compile(r" \(?\d[.)] ")
_MARKS_WITHIN = (re.compile(r" (?:[•*]|//|\+\+) "), _NUMBER, _DASH)
_URL = re.compile(r"(?:https?://|www\.)\S*")
_ON_OFFER = re.compile(
    r"\b(?:hiring(?! manager)|roles|positions|openings|vacancies|jobs|opportunities|offene stellen|wir suchen|vagas|vacantes|we need"
    r"|looking for (?:several|multiple|talented|experienced|people|folks|engineers))\b|\blooking for:?$",
    re.I,
)
_NOT_ON_OFFER = re.compile(  # colleagues, former jobs, similar ads
    r"\b(?:work(?:ing)? (?:closely )?(?:with|alongside)|collaborat\w+|partner(?:ing)? with|report\w*|stakeholders|similar|experience"
    r"|background|titles?|career|paths?|levels?|salary|pay|compensation|team (?:of|consists|includes)|interact\w*|previous|such as"
    r"|education|including|requirements|qualifications|responsibilities|related|people also)\b",
    re.I,
)


class Part(NamedTuple):
    """One of the jobs that a text lists."""

    title: str
    """As written."""
    start_char: int
    """Offset of the line that begins with the title; of the title, where the list stands within a line."""
    end_char: int
    """Where the next part begins; the last has as many paragraphs as the others mostly have."""


class _Item(NamedTuple):
    """A title where a part may begin."""

    kind: str
    start: int
    title: str
    announced: bool
    """Whether words such as "Open roles:" stand before it in the line."""


def role_parts(docs: Sequence[Doc], tokens: Batch) -> list[list[Part]]:
    """The parts of each text, in order, given its Doc and its row of ``tokens``; an empty list: it is for one job."""
    parts: list[list[Part]] = [[] for _ in docs]
    titles = title_tokens(tokens)
    ad_of = np.searchsorted(tokens.bounds, titles, side="right") - 1
    for i in np.flatnonzero(np.bincount(ad_of, minlength=len(docs)) > 1).tolist():
        spots = (titles[ad_of == i] - tokens.bounds[i]).tolist()
        text = text_of(docs[i])
        parts[i] = _parts(text, sorted({text.rfind("\n", 0, docs[i][spot].idx) + 1 for spot in spots}))
    return parts


def own_part(title: str, parts: Sequence[Part]) -> int | None:
    """Which part's title is clearly the posting's own; None: none is, or several are."""
    for brackets, level in ((True, True), (False, True), (False, False)):
        own = job_words(title, brackets=brackets, level=level)
        words = [job_words(part.title, brackets=brackets, level=level) for part in parts]
        same = [i for i, of_part in enumerate(words) if own and of_part == own]
        if same:
            return same[0] if len(same) == 1 else None
    near = [i for i, of_part in enumerate(words) if len(own) > 1 and (own < of_part or _is_most_of(of_part, own))]
    return near[0] if len(near) == 1 else None


def _is_most_of(some: frozenset[str], words: frozenset[str]) -> bool:
    return some < words and 2 * len(some) >= len(words)


def _parts(text: str, lines: Sequence[int]) -> list[Part]:
    """The parts that begin in the lines at these offsets: the longest list of one kind."""
    items = [item for start in lines for item in _items(text[start : _find(text, "\n", start)], start)]
    runs = [[item for item in items if item.kind == kind] for kind in ("number", "bullet", "plain", "piece")]
    best = max((run for run in runs if _is_list(text, run)), key=len, default=[])
    if not best:
        return []
    ends = [item.start for item in best[1:]]
    lengths = sorted(max(1, text.count("\n\n", item.start, end)) for item, end in zip(best, ends, strict=False))
    end = best[-1].start
    for _ in range(lengths[len(lengths) // 2]):
        end = _find(text, "\n\n", end + 2)
    return [Part(item.title, item.start, end) for item, end in zip(best, [*ends, end], strict=True)]


def _find(text: str, what: str, start: int) -> int:
    place = text.find(what, start)
    return len(text) if place < 0 else place


def _items(line: str, start: int) -> Iterator[_Item]:
    """The title that a line begins with, and those behind the marks within it where it is a list."""
    lead = _LEAD.match(line)
    if lead is None:
        return
    at, announced = lead.end(), bool(lead["opening"])
    if title := title_at(line, at):
        yield _Item("number" if lead["number"] else "bullet" if lead["bullet"] else "plain", start, title, announced)
    for mark in _MARKS_WITHIN:
        spots = [at, *(found.end() for found in mark.finditer(line, at))][:_MOST_PIECES]
        if len(spots) == 1 or (mark is _NUMBER and not lead["number"]):
            continue
        titles = {spot: title for spot in spots if (title := title_at(line, spot, field=mark is not _DASH))}
        certain = mark is not _DASH or (announced and lead["bullet"]) or len(titles) > 2
        if certain and 2 * len(titles) >= max(len(spots), 4):
            for spot, title in titles.items():
                yield _Item("piece", start if spot == at else start + spot, title, announced or ":" in line[:at])
            return


def _is_list(text: str, run: Sequence[_Item]) -> bool:
    """Whether the titles are of several jobs on offer: most have an address, or the text begins with a line of parts
    between bars, as "Who is hiring?" comments do, or the line before the first announces them."""
    if len(run) < 2:
        return False
    titles = [item.title for item in run]
    ends = [*(item.start for item in run[1:]), run[-1].start + 400]
    n_links = sum(
        bool(_URL.search(text, item.start, min(end, item.start + _REACH))) for item, end in zip(run, ends, strict=True)
    )
    if 2 * n_links > len(run) and all(map(is_capitalised, titles)):
        return n_jobs(titles, level=True) > 1
    if run[0].start > 0 and text.count("|", 0, min(400, _find(text, "\n", 0))) > 1:
        return n_jobs(titles, brackets=True) > 1
    written = [item for item in run if is_capitalised(item.title)]
    if n_jobs([item.title for item in written], level=run[0].kind == "number") < 2:
        return False
    before = text[max(0, written[0].start - 2000) : written[0].start].rstrip().rpartition("\n")[2]
    on_offer = _ON_OFFER.search(_URL.sub("", before)[-200:]) and not _NOT_ON_OFFER.search(before[-250:])
    return written[0].announced or bool(on_offer)
