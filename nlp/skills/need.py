"""How an ad asks for what it names: required, preferred or context; negated; or not asked for at all."""

import bisect
import itertools
import re
from typing import Literal

from nlp.skills.cues import Cues
from nlp.skills.evidence import Hit

Need = Literal["required", "preferred", "context"]
Cue = tuple[int, int, str]
"""Start and end of a cue phrase by character, and its kind."""

# A sentence ends at a line's end, before a bullet, or at a stop before white space or (glued) before "Aa".
# The character comes first and what is around it after, because then the search skips all others at once.
_STOP = re.compile(r"[\n.!?;•*·–-](?:(?<=\n)|(?<=[.!?;•])(?=\s|[A-Z][a-z])|(?<=\s[-–*·])(?=\s?[A-Z0-9]))")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|incl|approx|z\.B|p\.ej|bzw|min|[A-Z])|Node|Vue|React|Next|Nest)$")
_CHANNEL = re.compile(
    r"\b(?:via|through|on|over|by|in)(?: our| the| a)?(?: (?:tools|platforms|channels|apps) (?:like|such as))? $",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[;\n.(]")  # a list may go on after it; what is said of its members does not
_LONGEST = 500  # characters of a sentence that are read around a mention
_NEAR = 45  # characters between the two halves of "strong … skills"
_DEGREE_REACH = 140  # characters between "degree in" and the last of its subjects


class Sentences:
    """The sentences of a text that somebody asks for, and what each says of the skills in it."""

    def __init__(self, text: str, cues: Cues, found: list[Cue]):
        """``found`` are the cue phrases of the text, in order."""
        self._text = text
        self._cues = cues
        self._found = found
        self._starts = [cue[0] for cue in found]
        self._stop = 0  # where the last sentence that was read ends
        self._last: tuple[int, Sentence] | None = None

    def around(self, at: int) -> "Sentence":
        """The sentence around a character, cut to a bounded length; quick where the last answer was the same."""
        window = at // _LONGEST
        if self._last and self._last[0] == window and self._last[1].start <= at < self._last[1].end:
            return self._last[1]
        start, end = self._bounds(at, max(0, (window - 1) * _LONGEST), (window + 2) * _LONGEST)
        cues = self._found[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]
        sentence = Sentence(self._text, start, end, cues, self._cues)
        self._last = window, sentence
        return sentence

    def _bounds(self, at: int, first: int, last: int) -> tuple[int, int]:
        """Where the sentence around a character starts and ends, neither outside ``first`` and ``last``."""
        text = self._text
        start = max(first, text.rfind("\n", first, at) + 1, self._stop if self._stop <= at else 0)
        for stop in _STOP.finditer(text, start, last):
            if stop[0] == "." and _ABBREVIATION.search(text, max(0, stop.start() - 8), stop.start()):
                continue
            if stop.end() > at:
                self._stop = stop.end()
                return start, self._stop
            start = stop.end()
        return start, min(last, len(text))

    def field_of_study(self, at: int, sentence: "Sentence") -> bool:
        """Whether the subject that stands here, or whose list starts here, is the field of a degree."""
        nearest = max(sentence.start, at - _DEGREE_REACH)
        i = bisect.bisect_left(self._starts, at)
        while i and self._starts[i - 1] >= nearest:
            i -= 1
            kind = self._found[i][2]
            if kind in ("degree", "degree_end"):
                return kind == "degree"
        return False


class Sentence:
    """What a sentence's cues say together."""

    def __init__(self, text: str, start: int, end: int, found: list[Cue], cues: Cues):
        self.start = start
        self.end = end
        self._text = text
        self._cues = cues
        by_kind: dict[str, list[Cue]] = {}
        for cue in found:
            by_kind.setdefault(cue[2], []).append(cue)
        asks, hard = by_kind.get("required", []), by_kind.get("hard", [])
        for _, last, _ in by_kind.get("not_required", []):  # "not required" ends with the "required" that it takes back
            asks, hard = [c for c in asks if c[1] != last], [c for c in hard if c[1] != last]
        strong, nouns = by_kind.get("required_start"), by_kind.get("required_end")
        self._required = bool(asks) or any(0 <= e[0] - s[1] <= _NEAR for s in strong or () for e in nouns or ())
        self._preferred = by_kind.get("preferred", [])
        self._hard = [cue[0] for cue in hard]
        self._ahead = [self._reach(*cue) for cue in by_kind.get("preferred_ahead", [])]
        self.negates = "negation" in by_kind and "affirm" not in by_kind and not self._preferred
        self.has_degree = "degree" in by_kind
        self._in_use = "in_use" in by_kind
        self._aside = "aside" in by_kind
        self._channel = "aside_start" in by_kind
        self._names_from = min((cue[1] for cue in by_kind.get("aside_ahead", [])), default=end)

    def asks(self, start: int, skill: str) -> bool:
        """False where the words at ``start`` are about applying, customers, benefits or law."""
        if self._aside or self._names_from <= start:
            return False
        through = self._channel and skill in self._cues.channel
        return not (through and _CHANNEL.search(self._text[max(0, start - 40) : start]))

    def need(self, start: int, end: int, section: str | None) -> Need:
        """Need of a mention, by its own words first, then by its section's kind, then by the sentence."""
        if any(a <= start < b for a, b in self._ahead) or any(self._wished(start, end, cue) for cue in self._preferred):
            return "preferred"
        if section == "preferred":
            return "required" if self._hard else "preferred"
        if section == "required" and not self._in_use:
            return "required"
        return "required" if self._required and section != "about" else "context"

    def denies_ahead(self, start: int) -> bool:
        """Whether the words before ``start`` say that what stands there is not needed: "no ‸PHP"."""
        return (
            self.negates
            and self._cues.negate_before.search(self._text[max(self.start, start - 70) : start]) is not None
        )

    def denies_behind(self, end: int) -> bool:
        """Whether the words after ``end`` say that what stood there is not needed: "PHP‸ is not required"."""
        return self.negates and self._cues.negate_after.match(self._text[end : min(self.end, end + 60)]) is not None

    def _reach(self, start: int, end: int, _: str) -> tuple[int, int]:
        """Where "ideally" holds: up to the sentence's end, in brackets up to their end."""
        before = self._text[self.start : start]
        if before.count("(") <= before.count(")"):
            return end, self.end
        close = self._text.find(")", end, self.end)
        return end, self.end if close < 0 else close

    def _wished(self, start: int, end: int, cue: Cue) -> bool:
        """Whether a wish of the sentence is about this mention."""
        cue_start, cue_end, _ = cue
        behind = cue_start >= end
        a, b = (end, cue_start) if behind else (cue_end, start)
        if any(a <= hard < b for hard in self._hard):
            return False
        between = self._text[a:b]
        if behind:
            # "Python (R preferred)": the wish is about what shares its brackets.
            if between.count("(") <= between.count(")"):
                return True
            if between[between.rfind("(") + 1 :].strip():
                return False
            # "Power BI (preferred), Tableau": of the last member; "Python or automation (nice to have)": of the line
            return "," not in between or not self._text[cue_end : self.end].strip(" ).;,\n")
        return cue_start - self.start < 30 and ")" not in between


def denied(text: str, hits: list[Hit], sentences: list[Sentence]) -> list[bool]:
    """For each hit, whether the ad says that it is not needed; ``sentences`` are those around the hits. A list shares the
    words before and after it."""
    if not any(sentence.negates for sentence in sentences):
        return [False] * len(hits)
    ahead: list[bool] = []
    behind: list[bool] = []
    joined = [a.run == b.run and not _BREAK.search(text, a.end, b.start) for a, b in itertools.pairwise(hits)]
    for i, (hit, sentence) in enumerate(zip(hits, sentences, strict=True)):
        shared = i > 0 and joined[i - 1] and ahead[i - 1]
        ahead.append(shared or sentence.denies_ahead(hit.start))
    for i, hit in reversed(list(enumerate(hits))):
        shared = i < len(joined) and joined[i] and behind[-1]
        behind.append(shared or sentences[i].denies_behind(hit.end))
    return [a or b for a, b in zip(ahead, reversed(behind), strict=True)]
