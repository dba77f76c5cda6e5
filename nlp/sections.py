"""spaCy component that finds an ad's sections by their headings: ``sections_of(doc)``, kinds from headings.csv."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

_FOLD_OUT = re.compile(r"\([^)]*\)|[*#_`~]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LONGEST = 90  # characters of a heading line
_PARAGRAPH = 400  # a line longer than this may hold headings inside
_FIRST = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ANY = re.compile(r"[^\W_]+(?:'[^\W_]+)?|&")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ](?<!\w.)[^\W_]*(?:'[^\W_]+)?")  # like \b[A-Z…, and skips other letters at once
_LEAD = re.compile(r"[\s>*#_\d.)]*([^:\n]{2,60}?)(?:\*\*)?\s*:")
# After these, an ad goes on with what stood before: "Salary: …" on one line does not make the rest benefits.
_ONE_LINE = frozenset({"about", "benefits", "legal", "other"})
# Skills in these do not count, so a line that looks like a heading ends them even where it is not known.
_UNREAD = frozenset({"benefits", "legal"})


class Section(NamedTuple):
    """A section by character offsets, without a space at its end; ``heading`` as written, None before the first heading."""

    kind: str
    start: int
    end: int
    heading: str | None


@Language.factory("sections")
def _factory(nlp: Language, name: str) -> "Sections":
    return Sections()


class Sections:
    """Finds what ``sections_of`` returns."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._starts: dict[str, str] = {}
        self._ends: dict[str, str] = {}
        with files("nlp").joinpath("headings.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                phrase = row["phrase"]
                target = self._starts if phrase.endswith("…") else self._ends if phrase.startswith("…") else self._whole
                target[_fold(phrase)] = row["kind"]
        # The number of words of the longest phrase that starts with a word: most lines can be told by their first one.
        self._longest: dict[str, int] = {}
        for phrase in self._whole:
            words = phrase.split(" ")
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))
        self._first_words = {phrase.split(" ")[0] for phrase in self._starts}
        self._last_words = {phrase.split(" ")[-1] for phrase in self._ends}

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its sections."""
        doc.user_data["sections"] = self.find(text_of(doc))
        return doc

    def find(self, text: str) -> list[Section]:
        """The sections of a text in order, the lines before the first heading included as ``other``."""
        marks = [(0, "other", None), *self._marks(text)]
        if len(marks) == 1:
            return []
        ends = [start for start, _, _ in marks[1:]] + [len(text)]
        return [
            Section(kind, start, end - (text[end - 1] == " "), heading)
            for (start, kind, heading), end in zip(marks, ends, strict=True)
            if start < end
        ]

    def _marks(self, text: str) -> Iterator[tuple[int, str, str | None]]:
        """(start, kind, heading) of every heading, in order; after a one-line section, its predecessor once more."""
        current: tuple[str, str | None] = ("other", None)
        start, after_gap = 0, True
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            end = start + len(line)
            bare = line.strip()
            if bare:
                if len(bare) <= _LONGEST and (kind := self._kind(bare, after_gap)):
                    current = (kind, bare)
                    yield start, kind, bare
                elif current[0] in _UNREAD and after_gap and _shaped(bare) and not "".join(lines[number : number + 1]):
                    current = ("other", bare)
                    yield start, *current
                elif lead := self._lead(bare):
                    yield start, *lead
                    if lead[0] not in _ONE_LINE:
                        current = lead
                    elif end < len(text):
                        yield end, *current
                elif len(line) > _PARAGRAPH:
                    for offset, kind, heading in self._inside(line):
                        current = (kind, heading)
                        yield start + offset, kind, heading
            after_gap = not bare
            start = end + 1

    def _kind(self, line: str, after_gap: bool) -> str | None:
        """Kind of section that a short line heads, None for a line that is no heading."""
        bullet = line[0] in "•·●▪◦" or line.startswith(("- ", "* "))
        if bullet and not line.endswith((":", ":**")):
            return None
        if line[-1] in ".,;":
            return None
        marked = line.endswith((":", ":**", "**", "?")) or line.startswith("#") or line.isupper()
        alone = not bullet and (marked or after_gap)
        first = None if alone else _FIRST.match(line)
        if first and first[0].lower().replace("’", "'") not in self._longest:
            return None
        folded = _fold(line)
        if kind := self._whole.get(folded):
            return kind
        words = folded.split(" ")
        if not alone or len(words) > 12:
            return None
        if words[0] in self._first_words and len(words) < 10:
            for n in range(len(words) - 1, 0, -1):
                if kind := self._starts.get(" ".join(words[:n])):
                    return kind
        if words[-1] in self._last_words and (marked or _titled(line)):
            for n in range(1, len(words)):
                if kind := self._ends.get(" ".join(words[n:])):
                    return kind
        return None

    def _lead(self, line: str) -> tuple[str, str] | None:
        """(kind, heading) of "Requirements: Python and …"."""
        lead = None if line[0] in "•·●▪◦-" or ":" not in line[:_LONGEST] else _LEAD.match(line)
        kind = self._whole.get(_fold(lead[1])) if lead else None
        return (kind, lead[1].strip()) if lead and kind else None

    def _inside(self, line: str) -> Iterator[tuple[int, str, str]]:
        """(offset, kind, heading) of headings inside a paragraph: "… team. Requirements: …", "… team.Key Skills Python"."""
        done = 0
        plain = line.replace("’", "'")
        for capital in _CAPITAL.finditer(plain):
            n_words = self._longest.get(capital[0].lower())
            start = capital.start()
            if n_words is None or start < done:
                continue
            words = [*islice(_ANY.finditer(plain, start, start + _LONGEST), n_words)]
            folded = [word[0].lower().replace("&", "and") for word in words]
            fresh = not (before := line[max(0, start - 20) : start].rstrip()) or before[-1] in ".!?:;•)]*|"
            for n in range(len(words), 0, -1):
                kind = self._whole.get(" ".join(folded[:n]))
                end = words[n - 1].end()
                if kind and self._heads(line, start, end, fresh):
                    yield start, kind, line[start:end]
                    done = end
                    break

    @staticmethod
    def _heads(line: str, start: int, end: int, fresh: bool) -> bool:
        """Whether a known phrase inside a paragraph stands there as a heading."""
        phrase, rest = line[start:end], line[end : end + 4]
        titled = _titled(phrase)
        if rest.lstrip().startswith(":"):
            return fresh or titled
        plain_next = rest.lstrip("*: ")[:1]
        several = " " in phrase or len(phrase) > 11  # "Requirements", "Responsibilities"; "Experience" is too common
        return (
            several
            and titled
            and rest[:1] in " •\n*"
            and (plain_next.isupper() or plain_next in "•-–")
            and (fresh or " " in phrase)
        )


def _titled(words: str) -> bool:
    """Whether every word of four letters or more has a capital."""
    return all(word[0].isupper() or len(word) < 4 for word in words.split())


def _shaped(line: str) -> bool:
    """Whether a line between empty ones looks like a heading: two to eight words, no bullet, no full stop."""
    return 0 < line.count(" ") < 8 and line[0].isupper() and line[-1] not in ".,;!)" and "," not in line


def sections_of(doc: Doc) -> list[Section]:
    """The sections of a doc of ``nlp.pipeline.pipeline()``: they follow each other; none for an ad without known headings."""
    found: list[Section] = doc.user_data["sections"]
    return found


def text_of(doc: Doc) -> str:
    """``doc.text``, which spaCy joins anew from its tokens each time (a millisecond an ad), made once."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text


def _fold(heading: str) -> str:
    """Words of a heading in lower case, without marks; "&" and "/" as "and"."""
    plain = _FOLD_OUT.sub(" ", heading.replace("’", "'")).replace("&", " and ").replace("/", " and ")
    return " ".join(_WORD.findall(plain.lower()))
