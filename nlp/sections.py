"""spaCy component that finds an ad's sections by their headings: ``sections_of(doc)``, and what looks like a heading but is
not known: ``unknown_headings(doc)``."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from nlp.headings import Headings, fold, titled

_LONGEST = 90  # characters of a heading line
_LONGEST_LEAD = 160  # so, of a sentence that ends with a colon: "As our data engineer you will:"
_PARAGRAPH = 400  # a line longer than this may hold headings inside
_MOST_INSIDE = 6  # words of a heading inside a paragraph
_FIRST = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ANY = re.compile(r"[^\W_]+(?:'[^\W_]+)?|&")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ](?<!\w.)[^\W_]*(?:'[^\W_]+)?")  # like \b[A-Z…, and skips other letters at once
# What goes on in a heading after its first word, or begins right after it
_NEXT = re.compile(r"[\s*]*(?:[A-ZÀ-ÖØ-Þ•–:&-]|[^\W\d_]{1,3}\b|\Z)")
_LEAD = re.compile(r"[\s>*#_\d.)]*([^:\n]{2,60}?)(?:\*\*)?\s*:")
_GOES_ON = re.compile(r"(?: [^\W_]+){1,4}:")  # "What You Bring‸ to the Team:"
_COLONS = (":", ":**", "：")
_DOTS = re.compile(r"[^\W\d_](?:…|\.{3})\Z")  # "You…", but no ", …" that ends a list
_BULLETS = "•·●▪◦"
_BULLET = frozenset(_BULLETS)
# After these, an ad goes on with what stood before: "Salary: …" on one line does not make the rest benefits.
_ONE_LINE = frozenset({"about", "benefits", "legal", "other"})
_FIELD = 60  # characters of a line that "Role: Data scientist" is shorter than, and a line that tells of duties is not
# Skills in these do not count, so a line that looks like a heading ends them even where it is not known.
_UNREAD = frozenset({"benefits", "legal"})
_UNKNOWN = "unknown"
_MOST_UNKNOWN = 12  # of an ad


class Section(NamedTuple):
    """A section by character offsets, without a space at its end; ``heading`` as written, None before the first heading."""

    kind: str
    start: int
    end: int
    heading: str | None


class UnknownHeading(NamedTuple):
    """A line that looks like a heading and is not in headings.csv; it begins no section."""

    start: int
    heading: str
    """As written."""
    folded: str
    """Its words in lower case: what the same heading has in common wherever it stands."""


@Language.factory("sections")
def _factory(nlp: Language, name: str) -> "Sections":
    return Sections()


class Sections:
    """Finds what ``sections_of`` and ``unknown_headings`` return."""

    def __init__(self) -> None:
        self._headings = Headings()

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its sections and unknown headings."""
        doc.user_data["sections"], doc.user_data["unknown_headings"] = self.find(text_of(doc))
        return doc

    def find(self, text: str) -> tuple[list[Section], list[UnknownHeading]]:
        """The sections of a text in order, the lines before the first heading included as ``other``; and the headings that
        are not known, in order, the first twelve."""
        marks: list[tuple[int, str, str | None]] = [(0, "other", None)]
        unknown: list[UnknownHeading] = []
        for mark in self._marks(text):
            start, kind, heading = mark
            if kind != _UNKNOWN or heading is None:
                marks.append(mark)
            elif len(unknown) < _MOST_UNKNOWN and (folded := fold(heading)):
                unknown.append(UnknownHeading(start, heading, folded))
        if len(marks) == 1:
            return [], unknown
        ends = [start for start, _, _ in marks[1:]] + [len(text)]
        return [
            Section(kind, start, end - (text[end - 1] == " "), heading)
            for (start, kind, heading), end in zip(marks, ends, strict=True)
            if start < end
        ], unknown

    def _marks(self, text: str) -> Iterator[tuple[int, str, str | None]]:
        """(start, kind, heading) of every heading, in order, unknown ones included; after a one-line section, its
        predecessor once more."""
        current: tuple[str, str | None] = ("other", None)
        start, after_gap = 0, True
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            end = start + len(line)
            bare = line.strip()
            if bare:
                if len(bare) <= _LONGEST_LEAD and (kind := self._kind(bare, after_gap, lines, number)):
                    current = (kind, bare)
                    yield start, kind, bare
                elif current[0] in _UNREAD and after_gap and _shaped(bare) and not "".join(lines[number : number + 1]):
                    current = ("other", bare)
                    yield start, *current
                    yield start, _UNKNOWN, bare
                elif lead := self._lead(bare):
                    yield start, *lead
                    if lead[0] not in _ONE_LINE and not (lead[0] == "duties" and len(bare) < _FIELD):
                        current = lead
                    elif end < len(text):
                        yield end, *current
                elif len(line) > _PARAGRAPH:
                    for offset, kind, heading in self._inside(line):
                        current = (kind, heading)
                        yield start + offset, kind, heading
                elif (bare[-1] == ":" or after_gap) and len(bare) < _LONGEST and _heads_list(bare, lines, number):
                    yield start, _UNKNOWN, bare
            after_gap = not bare
            start = end + 1

    def _kind(self, line: str, after_gap: bool, lines: list[str], number: int) -> str | None:
        """Kind of section that a line heads, None for a line that is no heading; ``lines[number]`` is the next one."""
        last = line[-1]
        if len(line) > _LONGEST and last not in ":：*":
            return None
        colon = line.endswith(_COLONS) if last in ":：*" else last in "…." and _DOTS.search(line) is not None
        bullet = line[0] in _BULLETS or line.startswith(("- ", "* "))
        if not colon and (bullet or last in ".,;"):
            return None
        marked = colon or last in "?*" or line[0] == "#" or line.isupper()
        if not bullet and (marked or after_gap):
            return self._headings.kind(line, marked or _above_bullet(lines, number))
        first = _FIRST.match(line)
        longest = self._headings.longest.get(first[0].lower().replace("’", "'"), 0) if first else _LONGEST
        if line.count(" ") > longest + 2:
            return None
        return self._headings.whole(fold(line))

    def _lead(self, line: str) -> tuple[str, str] | None:
        """(kind, heading) of "Requirements: Python and …"."""
        lead = None if line[0] in "•·●▪◦-" or ":" not in line[:_LONGEST] else _LEAD.match(line)
        kind = self._headings.whole(fold(lead[1])) if lead else None
        return (kind, lead[1].strip()) if lead and kind else None

    def _inside(self, line: str) -> Iterator[tuple[int, str, str]]:
        """(offset, kind, heading) of headings inside a paragraph: "… team. Requirements: …", "… team.Key Skills Python"."""
        done = 0
        plain = line.replace("’", "'")
        for capital in _CAPITAL.finditer(plain):
            n_words = self._headings.longest.get(capital[0].lower())
            start = capital.start()
            if n_words is None or start < done:
                continue
            if not _NEXT.match(plain, capital.end()) and ":" not in plain[start : start + _LONGEST]:
                continue
            words = [*islice(_ANY.finditer(plain, start, start + _LONGEST), min(n_words, _MOST_INSIDE))]
            folded = [word[0].lower().replace("&", "and") for word in words]
            fresh = not (before := line[max(0, start - 20) : start].rstrip()) or before[-1] in ".!?:;•)]*|"
            for n in range(len(words), 0, -1):
                kind = self._headings.whole(" ".join(folded[:n]))
                end = words[n - 1].end()
                if kind and self._heads(line, start, end, fresh):
                    yield start, kind, line[start:end]
                    done = end
                    break

    @staticmethod
    def _heads(line: str, start: int, end: int, fresh: bool) -> bool:
        """Whether a known phrase inside a paragraph stands there as a heading."""
        phrase, rest = line[start:end], line[end : end + 4]
        capitals = titled(phrase)
        if rest.lstrip().startswith(":"):
            return fresh or capitals
        plain_next = rest.lstrip("*: ")[:1]
        several = " " in phrase or len(phrase) > 11  # "Requirements", "Responsibilities"; "Experience" is too common
        if not (several and capitals):
            return False
        if fresh and _GOES_ON.match(line, end, end + 40):
            return True
        return rest[:1] in " •\n*" and (plain_next.isupper() or plain_next in "•-–") and (fresh or " " in phrase)


def _shaped(line: str) -> bool:
    """Whether a line between empty ones looks like a heading: two to eight words, no bullet, no full stop."""
    return (
        0 < line.count(" ") < 8
        and line[0].isupper()
        and line[-1] not in ".,;!)"
        and ("," not in line or line[-1] in "?:")
    )


def _above_bullet(lines: list[str], number: int) -> bool:
    """Whether a bullet stands in that line, or in the one after it where it is empty."""
    return "".join(lines[number : number + 2]).lstrip()[:1] in _BULLET


def _heads_list(line: str, lines: list[str], number: int) -> bool:
    """Whether a line looks like a heading: a few words and a colon with a line under them, or (after a gap) above a bullet."""
    if line.count(" ") > 7 or line[0] in _BULLETS or line[0] in "-*" or not line[0].isupper():
        return False
    if line[-1] == ":":
        return bool("".join(lines[number : number + 2]).strip())
    return line[-1] not in ".,;!)" and "," not in line and _above_bullet(lines, number)


def sections_of(doc: Doc) -> list[Section]:
    """The sections of a doc of ``nlp.pipeline.pipeline()``: they follow each other; none for an ad without known headings."""
    found: list[Section] = doc.user_data["sections"]
    return found


def unknown_headings(doc: Doc) -> list[UnknownHeading]:
    """The lines of a doc of ``nlp.pipeline.pipeline()`` that look like headings and are in no row of headings.csv, in order,
    at most twelve. They end benefits and legal sections, and change nothing else."""
    found: list[UnknownHeading] = doc.user_data["unknown_headings"]
    return found


def text_of(doc: Doc) -> str:
    """``doc.text``, which spaCy joins anew from its tokens each time (a millisecond an ad), made once."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text
