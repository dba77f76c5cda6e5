"""What a heading says: the kind of section that it heads, by headings.csv.

A phrase of the table is a whole heading ("skills"), the start of one ("about …"), its end ("… you will") or, in a line that
is marked as a heading, any part of it ("… would be a plus …"). Phrases of the kind "same" say nothing of the kind: what is
left of "your key skills for this role" is "skills". Headings joined by "and" or commas are of the kind that all of them are.
"""

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

_FOLD_OUT = re.compile(r"\([^)]*\)|[*#_`~]")
_LAST_BRACKETS = re.compile(r"\(([^()]*)\)\W*\Z")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ANDS = frozenset({"and", "und", "et", "y", "e", "en", "och", "og", "i"})
_SAME = "same"
_MEMORY = 8192  # lines
_MOST_WORDS = 12  # of a heading; a sentence with a colon behind it may have more


class Headings:
    """The table of headings."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._starts: dict[str, str] = {}
        self._ends: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        with files("nlp").joinpath("headings.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                phrase = row["phrase"]
                open_end, open_start = phrase.endswith("…"), phrase.startswith("…")
                both = self._parts if open_start else self._starts
                target = both if open_end else self._ends if open_start else self._whole
                target[fold(phrase)] = row["kind"]
        # The number of words of the longest phrase that starts with a word: most lines can be told by their first one.
        self.longest: dict[str, int] = {}
        for phrase in self._whole:
            words = phrase.split(" ")
            self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))
        before, behind = (
            "|".join(re.escape(words) for words, kind in table.items() if kind == _SAME)
            for table in (self._starts, self._ends)
        )
        self._hollow = re.compile(rf"^(?:(?:{before}) )+|(?: (?:{behind}))+$")
        # Most words begin or end no phrase: a look at them is a tenth of the price of a search.
        self._first_words = {phrase.split(" ")[0] for phrase in self._starts}
        self._last_words = {phrase.split(" ")[-1] for phrase in self._ends}
        self._part_words: dict[str, list[str]] = {}
        for phrase in self._parts:
            self._part_words.setdefault(phrase.split(" ")[0], []).append(f" {phrase} ")

        self._remembered = lru_cache(_MEMORY)(self._kind)  # half of all headings are the same few hundred

    def whole(self, folded: str) -> str | None:
        """Kind of a whole heading by its folded words."""
        return self._whole.get(folded)

    def kind(self, line: str, marked: bool) -> str | None:
        """Kind of section that a line standing alone heads; ``marked`` where it is written as a heading (a colon, bold)."""
        return self._remembered(line, marked)

    def _kind(self, line: str, marked: bool) -> str | None:
        if not marked and line.count(" ") > _MOST_WORDS:
            return None
        folded = fold(line)
        kind = self._whole.get(folded)
        last = _LAST_BRACKETS.search(line) if ")" in line and (kind or marked) else None
        if last and self._whole.get(fold(last[1])) == "preferred":
            return "preferred"  # "Skills (nice to have)"
        if kind:
            return kind
        words = folded.split(" ")
        if marked and (kind := self._by_part(words)):
            return kind
        if kind := self._composed(line, words) or self._by_start(words):
            return kind
        return self._by_end(words) if marked or titled(line) else None

    def _by_part(self, words: list[str]) -> str | None:
        for word in words:
            for phrase in self._part_words.get(word, ()):
                if phrase in f" {' '.join(words)} ":
                    return self._parts[phrase[1:-1]]
        return None

    def _composed(self, line: str, words: list[str]) -> str | None:
        """Kind of "Main tasks and responsibilities", by its parts."""
        if len(words) > _MOST_WORDS:
            return None
        if "," not in line and _ANDS.isdisjoint(words):
            return self._of_part(words)
        if "," in line:
            words = fold(line.replace(",", " and ")).split(" ")
        kinds = {self._of_part(part) for joins, part in groupby(words, _ANDS.__contains__) if not joins}
        return kinds.pop() if len(kinds) == 1 else None

    def _of_part(self, words: Iterable[str]) -> str | None:
        words = [*words]
        part = " ".join(words)
        kind = self._whole.get(part)
        if kind is None and (words[0] in self._first_words or words[-1] in self._last_words):
            kind = self._whole.get(self._hollow.sub("", part))
        return kind

    def _by_start(self, words: list[str]) -> str | None:
        if words[0] in self._first_words and len(words) < _MOST_WORDS - 2:
            for n in range(len(words) - 1, 0, -1):
                kind = self._starts.get(" ".join(words[:n]))
                if kind and kind != _SAME:
                    return kind
        return None

    def _by_end(self, words: list[str]) -> str | None:
        if words[-1] in self._last_words:
            for n in range(max(1, len(words) - _MOST_WORDS), len(words)):
                kind = self._ends.get(" ".join(words[n:]))
                if kind and kind != _SAME:
                    return kind
        return None


def titled(words: str) -> bool:
    """Whether every word of four letters or more has a capital."""
    return all(word[0].isupper() or len(word) < 4 for word in words.split())


def fold(heading: str) -> str:
    """Words of a heading in lower case, without marks and brackets; "&" and "/" as "and"."""
    plain = heading.replace("’", "'").replace("´", "'").replace("&", " and ").replace("/", " and ")
    return " ".join(_WORD.findall(_FOLD_OUT.sub(" ", plain).lower()))
