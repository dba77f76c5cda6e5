"""Where in an ad a fact stands: its sentence, and what the heading above it says of that part of the ad."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from nlp.facts.patterns import any_of, rows

MOST = 200
"""Mentions of a fact that are looked at in one text; more is a text made to keep a reader busy."""

_REACH = 300  # characters on either side: a text without any full stop must not make every fact a scan of the whole
_HEADING = 70  # characters of the longest line that counts as a heading

_BOUNDARY = re.compile(
    r"[\n•]|(?<= )\*(?= )|(?<= )-(?=[A-Z])|[.!?](?=\s+[A-Z\"“•●*-])(?<![A-Z]\.)(?<!\b[Ss]r\.)(?<!Sc\.)(?<!Tech\.)(?<!Inc\.)(?<!Ph\.)(?<!Eng\.)(?<!\bvs\.)"
    r"(?<!\bmin\.)(?<!approx\.)(?<!e\.g\.)(?<!i\.e\.)"
)
_THING = any_of("headings", "thing")
_MARKER = re.compile(
    rf"(?:(?:highly|strongly|most|our|some|other|also|any) )?(?:"
    rf"(?P<wished>{any_of('headings', 'wish')}(?: (?:but not required|candidate))?(?:(?: |/| and | & ){_THING})+|{any_of('headings', 'wished')})"
    rf"|(?P<offered>{any_of('headings', 'offered')})"
    rf"|(?P<asked>{any_of('headings', 'need')}(?: \w+)?(?:(?: |/| and | & ){_THING})+|{any_of('headings', 'asked')})"
    rf")(?![a-z])"
)


# Bytes of UTF-8 that are no part of a word. 0x80–0x9e and 0xe2 are those of quotes and dashes, not of "é" or "ß".
_NO_WORD = bytes(
    32 if byte in (*range(0x80, 0x9F), 0xE2) or (byte < 0x80 and not chr(byte).isalpha()) else byte
    for byte in range(256)
)


def _words(low: str) -> frozenset[bytes]:
    return frozenset(low.encode("utf-8", "replace").translate(_NO_WORD).split())


@cache
def _words_of(anchors: tuple[str, ...]) -> list[tuple[str, frozenset[bytes]]]:
    return [(anchor, _words(anchor)) for anchor in anchors]


class Ad:
    """An ad's text with what the readers of facts share; offsets into ``text`` and ``low`` are the same."""

    def __init__(self, text: str):
        self.text = text
        low = text.lower()
        # a few letters grow when lowered ("İ"); they stay as they are, so that offsets hold
        self.low = low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)

    def anchors(self, table: str) -> list[str]:
        """The table's anchors that are worth a search: those of other languages only where the text does not look
        English, those that are whole words only where it has them."""
        known = rows(table)
        found = [*known.get("anchor", ()), *(() if self.is_english else known.get("anchor_other", ()))]
        return found + self.present(known.get("anchor_word", ()))

    def present(self, anchors: tuple[str, ...]) -> list[str]:
        """Those of some anchors whose words all stand in the text, which is told faster by them than by searches."""
        return [anchor for anchor, words in _words_of(anchors) if words <= self.words]

    @cached_property
    def is_english(self) -> bool:
        """True where the text looks English; another language may be mixed in."""
        return " the " in self.low and " and " in self.low

    @cached_property
    def words(self) -> frozenset[bytes]:
        """The text's words in lower case, in UTF-8."""
        return _words(self.low)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Span of the sentence, line or list item around a span, at most 300 characters to either side."""
        left = max(0, start - _REACH, self.text.rfind("\n", max(0, start - _REACH), start) + 1)
        for match in _BOUNDARY.finditer(self.text, left, start):
            left = match.end()
        stop = min(len(self.text), end + _REACH)
        found = _BOUNDARY.search(self.text, end, stop)
        return left, found.start() if found else stop

    def part(self, at: int) -> str:
        """What the heading above calls this part: "wished" (preferred only), "asked", "offered", or "" for none."""
        where = bisect_right(self._headings[0], at) - 1
        return self._headings[1][where] if where >= 0 else ""

    @cached_property
    def _headings(self) -> tuple[list[int], list[str]]:
        """Offsets at which a part begins, in order, and what it is."""
        starts: list[int] = []
        parts: list[str] = []
        for start, end, rest in self._heading_lines():
            match = _MARKER.match(self.low, start, end)
            if match is None:
                if parts and parts[-1] == "offered" and self._stands_alone(start, end):
                    starts.append(start)
                    parts.append("")
                continue
            kind = next(kind for kind in ("wished", "offered", "asked") if match[kind])
            if not rest and match.end() - start < 0.4 * (end - start):
                continue
            previous = parts[-1] if parts else ""
            starts.append(start)
            parts.append(kind)
            if rest and kind == "wished":  # "Optional: a master's degree" speaks for its own line only
                starts.append(rest)
                parts.append(previous)
        return starts, parts

    def _stands_alone(self, start: int, end: int) -> bool:
        """True for a short line between empty lines, or before a colon that ends its line: a heading, whatever it says."""
        after = self.text[end : end + 2]
        return end - start < 45 and (after in (":\n", "\n\n")) and self.text[max(0, start - 2) : start].strip() == ""

    def _heading_lines(self) -> Iterator[tuple[int, int, int]]:
        """Spans that may be headings: short lines, and words before a colon; with the end of the line that goes on after
        the colon (0: it does not, or the text has no lines)."""
        text = self.text
        has_lines = text.count("\n") * 400 > len(text)
        start = 0
        while start < len(text):
            stop = text.find("\n", start)
            stop = len(text) if stop < 0 else stop
            first = start
            while first < stop and not text[first].isalpha():
                first += 1
            is_item = text.startswith(("• ", "- "), start)
            colon = text.find(":", first, min(stop, first + _HEADING))
            if colon >= 0:
                goes_on = colon + 2 < stop
                if not (is_item and not goes_on):
                    yield first, colon, stop if goes_on and has_lines else 0
            elif stop - first <= _HEADING and not is_item and first < stop and not text[first].islower():
                yield first, stop, 0
            if stop - start > 3 * _HEADING:
                yield from self._inline(max(start, colon + 1), stop)
            start = stop + 1

    def _inline(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Headings inside a long line: capitalised words before a colon ("… teams. Preferred Qualifications: …")."""
        colon = self.text.find(":", start, stop)
        while colon >= 0:
            words = re.search(
                r"(?:\b[A-Z][\w'’-]*+(?: (?:and|to|or|of|if|you|we|is|a|&|/))*+[ -]?(?:to[ -])?){1,6}$",
                self.text[max(start, colon - 45) : colon],
            )
            if words:
                yield max(start, colon - 45) + words.start(), colon, 0
            colon = self.text.find(":", colon + 1, stop)


def around(low: str, anchors: Iterable[str], before: int, after: int) -> list[tuple[int, int]]:
    """Spans of a text that hold an anchor and its surroundings, in order, without overlap.

    Plain searches for a few dozen strings cost less than one regular expression with as many alternatives."""
    hits: list[int] = []
    for anchor in anchors:
        most = len(hits) + 10 * MOST
        at = low.find(anchor)
        while at >= 0 and len(hits) < most:
            hits.append(at)
            at = low.find(anchor, at + 1)
    return merged(((max(0, at - before), min(len(low), at + after)) for at in hits), ())


def merged(spans: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans of both, in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted([*spans, *others]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def find(
    pattern: re.Pattern[str], low: str, anchors: Iterable[str], before: int, after: int
) -> Iterator[re.Match[str]]:
    """Matches of a pattern near an anchor, at most MOST."""
    left = MOST
    for start, end in around(low, anchors, before, after):
        for match in pattern.finditer(low, start, end):
            if not left:
                return
            left -= 1
            yield match
