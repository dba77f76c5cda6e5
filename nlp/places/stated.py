"""Where the text of an ad plainly says that the work is done, for ads whose source has no field for the place."""

import re
from collections.abc import Iterator

from nlp.places.meant import Place
from nlp.places.written import is_all_places, read_places

_LONGEST = 20_000  # characters read
# "Location: Austin, TX", alone on its line or followed by the next label or sentence. (What begins with certain letters is
# found faster than what begins a word.)
_LABEL = re.compile(
    r"[LlSAEDUM](?<!\w.)(?:(?<=[Ll])ocations?|(?<=L)(?:OCATIONS?|ieu(?: de travail)?|ocalización|ocalização|ocatie|okalizacja)|(?<=S)(?:tandort|ede di lavoro|tandplaats)"
    r"|(?<=A)rbeitsort|(?<=E)insatzort|(?<=D)ienstsitz|(?<=U)bicación|(?<=M)iejsce pracy)(?:\(s\))?\**[ \t]*[:：]\**[ \t]*\n?[ \t]*"
    r"([^\n]{2,120})"
)
_NAME = r"(?:St\. )?[^\W\d_a-z](?:[\w'’-]|\.(?=\w))*"
# "This role is based in Berlin, Germany": of the employer's seat it says nothing unless it is the work's.
_WORK = re.compile(r"\b(?i:role|position|job|candidates?|opportunity|contract|internship|hire|you)\b[^.\n;:]{0,50}\Z")
_FARTHEST = 65  # characters that this can match
_BASED = re.compile(
    r"\b(?:based|located|onsite|on-site|in[- ]office|work(?:ing)? from our office)(?: (?:full[- ]time|remotely|primarily|preferably))?"
    rf" (?:in|at|out of|from) (?:our |the )?((?:{_NAME})(?:(?:, ?|/| )(?:(?:or|and|of|de) )?{_NAME}){{0,6}})"
)
_BASED_WORDS = ("based", "located", "onsite", "on-site", "in office", "in-office", "work from our", "working from our")
_END = re.compile(
    r"\s{2,}|[.!?](?=\s|$)|\*\*|\s[|•·]\s|[ ,;]+\w+\s?[:：]|\s(?:Duration|Type|Pay|Date|Posted|Reports|Clearance|Company|Salary|Job|Role|Position|About|We|The|Our|Terms?|Experience|Rate|Contract|Department|Employment|Start)\b"
)
# "you report to a manager based in Los Angeles" is not where the work is.
_OF_OTHERS = re.compile(
    r"\b(?:manager|team|compan|client|customer|offices\b|hq\b|headquarter|if\b|colleague|leader)", re.I
)
_FIRST_LINE = re.compile(r"\s*([^\n|]{1,80}(?:\|[^\n|]{1,120}){2,12})")
_CELL = re.compile(r"[^|]+")


def stated_places(text: str) -> tuple[list[Place], int, int] | None:
    """The places where an ad says that the work is done, with the start and the end of the words that say so; None where
    it does not plainly say it, or no country can be told."""
    for start, end in _candidates(text[:_LONGEST]):
        places = read_places(text[start:end])
        if any(place.country for place in places):
            return places, start, end
    return None


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """The words that name the place of work, the plainest first."""
    for label in _LABEL.finditer(text):
        end = _END.search(text, label.start(1) + 1, label.end(1))
        yield label.start(1), end.start() if end else label.end(1)
    if header := _FIRST_LINE.match(text):  # "Acme | Backend engineer | Berlin, Germany | Full-time"
        for cell in _CELL.finditer(text, header.start(1), header.end(1)):
            if is_all_places(cell[0].strip()):
                yield cell.span()
    done = 0
    for start in _starts(text):
        work = _WORK.search(text, max(done, start - _FARTHEST), start)
        if work and (based := _BASED.match(text, start)):
            done = based.end()
            if not _OF_OTHERS.search(text, work.start(), based.start(1)):
                yield based.span(1)


def _starts(text: str) -> list[int]:
    """Where words stand with which "based in" can begin: plain searches for each are faster than a pattern for all."""
    found = []
    for words in _BASED_WORDS:
        start = text.find(words)
        while start >= 0:
            found.append(start)
            start = text.find(words, start + 1)
    return sorted(found)
