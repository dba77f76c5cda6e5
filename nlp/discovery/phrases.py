"""Where a text may name a skill: its short phrases, each with what its place says."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Set
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import NamedTuple

from nlp.sections import Section

SIGNS = (
    "beside_known",  # next to a known skill in a list
    "between_known",  # between two of them
    "in_known_list",  # in a list with two known skills or more
    "in_unknown_list",  # in a list without any
    "own_line",  # a line of its own
    "bracket",  # first or only one in brackets
    "cue",  # "experience with ‸X", and the rest of such a list
    "such_as",  # "such as ‸X"
    "degree",  # in a line that asks for a degree
    "typed",  # "X‸ framework"
    "trimmed",  # a longer phrase without its weak ends
    "part",  # the capitalised part of a longer phrase
    "lower",  # written in lower case
    "capital",  # with a capital, not at a line's or sentence's start
    "start",  # with a capital, at a start
    "shaped",  # "gRPC", "Next.js", "EKS"
    "employer_word",  # "at ‸X"
    "owned",  # "our ‸X"
    "followed",  # "X‸ is"
    "asked",  # in a section of requirements
    "duties",
    "about",  # in a section about the employer, benefits or law
    "own_name",  # in the employer's name
    "own_place",  # in the job's place
    "in_title",  # in the ad's title
    "recent",
    "before",
)  # fmt: skip
"""What the places of a phrase say; each is true or false of an employer's ads together."""
BIT = {sign: 1 << i for i, sign in enumerate(SIGNS)}

_LONGEST = 4  # words of a name
_LONGEST_TEXT = 40_000  # characters that are read of an ad
_WORD = re.compile(
    r"[A-Za-z]{1,4}/[A-Z0-9][A-Za-z]{0,5}(?![\w/])|(?:(?<![^\s(/,])\.)?[^\W_]+(?:(?:[-&'’_]|\.(?=[a-z0-9]{1,5}\b|[A-Z]{2,3}\b))[^\W_]+)*(?:\+\+|\+(?![\w+])|#)?"
)
_SHAPED = re.compile(r"[\w.][A-Z]|[\d.+#]")
_START = re.compile(r"(?:^|[\n.!?:;•·●▪*])\W*\Z")
_DEGREE = re.compile(
    r"\b(?:degrees?|bachelor\S*|master['’]?s|ph\.?d\.?|bsc|msc|b\.?s\.?|m\.?s\.?|diploma|studium|abschluss|laurea|licenciatura|dipl[oô]me)\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\s*(?:[,;/|&+•·()\[\]]+\s*(?:and|or|und|oder|et|ou|y|o|e|en|och|eller|&)?|(?:and|or|und|oder|et|ou|y|o|e|en|och|eller|&))\s*"
)
_NEXT_LINE = re.compile(r"\s*\n\s*(?:[•·●▪*-]\s*)?")
_UNFOLDED = re.compile(r"[^\w+#]|_")
_BRITISH = (
    ("isation", "ization"),
    ("modelling", "modeling"),
    ("labelling", "labeling"),
    ("optimis", "optimiz"),
    ("behaviour", "behavior"),
)
_NOT_FUNCTION = frozenset(
    "back bottom call front full go make move name part serious side show six top ten two three data com design era".split()
)
_LANGUAGES = frozenset(["da", "de", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "sv"])


class Phrase(NamedTuple):
    """A phrase of a text, with the signs of its place."""

    start: int
    end: int
    signs: int
    """BITs."""
    line_up: int
    """Number of the list that it stands in; phrases of one list are neighbours."""


class _Item(NamedTuple):
    """A phrase between words and signs that can't be in a name, by characters; ``left`` and ``right``: the words there."""

    start: int
    end: int
    words: list[tuple[int, int, str]]
    left: tuple[str, str]
    right: str


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    with files("nlp.discovery").joinpath("words.csv").open(encoding="utf-8") as lines:
        return {row["kind"]: frozenset(row["words"].split("|")) for row in csv.DictReader(lines)}


def word_list(kind: str) -> frozenset[str]:
    """The words of one kind in words.csv. Raises KeyError where there is no such kind."""
    return _words()[kind]


@lru_cache(maxsize=32)
def function_words(language: str | None) -> frozenset[str]:
    """Words that stand in no name, of English and a language (None: not known)."""
    found: set[str] = set()
    for code in {"en", language} & {"en", *_LANGUAGES}:
        found |= import_module(f"spacy.lang.{code}.stop_words").STOP_WORDS
    extra = "etc e.g i.e year years within across including eg ie vs per plus must and/or using like such years'"
    return frozenset(found | set(extra.split())) - _NOT_FUNCTION


@lru_cache(maxsize=200_000)
def fold(surface: str) -> str:
    """What ways of writing one name have in common: letters, digits, + and #, without case, accents and plural s."""
    folded = _UNFOLDED.sub("", surface.casefold())
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    for british, american in _BRITISH:
        folded = folded.replace(british, american)
    if len(folded) > 3 and folded[-1] == "s" and folded[-2:] not in ("ss", "us", "is", "js", "os"):
        folded = folded[:-3] + "y" if folded.endswith("ies") and len(folded) > 5 else folded[:-1]
    return folded


def phrases(
    text: str, sections: list[Section], known: Set[str], language: str | None, organisation: str, place: str
) -> Iterator[Phrase]:
    """The phrases of a text, in order; ``known`` are folded names of skills, ``organisation`` and ``place`` those of the ad."""
    text = text[:_LONGEST_TEXT]
    items = [*_items(text, function_words(language), known)]
    cores = [_trim(item.words) for item in items]
    of_list, line_ups = _lists(text, items, cores, known)
    bounds = [*((s.start, s.kind) for s in sections), (len(text) + 1, "")]
    at, kind = 0, ""
    words = _words()
    organisation, place = organisation.casefold(), place.casefold()
    covered = _covered(text, items, known)
    for i, (item, core, signs, line_up) in enumerate(zip(items, cores, of_list, line_ups, strict=True)):
        if i in covered:
            continue
        while bounds[at][0] <= item.start:
            kind = bounds[at][1]
            at += 1
        if kind in ("required", "preferred"):
            signs |= BIT["asked"]
        elif kind == "duties":
            signs |= BIT["duties"]
        elif kind in ("about", "benefits", "legal"):
            signs |= BIT["about"]
        if item.left[1] in words["employer"]:
            signs |= BIT["employer_word"]
        elif item.left[1] in words["owner"]:
            signs |= BIT["owned"]
        if item.right in words["follow"]:
            signs |= BIT["followed"]
        for start, end, more in _variants(text, item, core, known):
            if end - start > 50 or (end - start < 2 and text[start] not in "CDRQJ"):
                continue
            surface = text[start:end]
            case = _case(text, surface, start)
            own = 0
            if not case & BIT["lower"]:
                folded = surface.casefold()
                own = (BIT["own_name"] if folded in organisation else 0) | (BIT["own_place"] if folded in place else 0)
            yield Phrase(start, end, signs | more | case | own, line_up)


def _covered(text: str, items: list[_Item], known: Set[str]) -> set[int]:
    """Numbers of the items that are parts of a known skill with a function word in it: "Inversion of Control"."""
    found = set()
    for i in range(1, len(items)):
        start, end = items[i - 1].end, items[i].start
        if end - start < 7 and text[start] == " " and fold(text[items[i - 1].start : items[i].end]) in known:
            found |= {i - 1, i}
    return found


def _tokens(text: str, known: Set[str]) -> Iterator[tuple[str, int, int]]:
    """Words with their places. "Pub/Sub" is one where it is a skill, and "CD/CI" where both halves are short and not two
    skills; else a slash parts two."""
    for match in _WORD.finditer(text):
        word, start = match[0], match.start()
        if "/" in word and fold(word) not in known:
            left, _, right = word.partition("/")
            short = word.isupper() and max(len(left), len(right)) < 4
            if not short or (fold(left) in known and fold(right) in known):
                yield left, start, start + len(left)
                yield right, start + len(left) + 1, match.end()
                continue
        yield word, start, match.end()


def _items(text: str, stop: frozenset[str], known: Set[str]) -> Iterator[_Item]:
    """Runs of words that single spaces join, without function words and bare numbers at their start."""
    run: list[tuple[int, int, str]] = []
    lefts = ("", "")
    last, last_end = ("", ""), -2
    for word, start, end in _tokens(text, known):
        lower = word.lower()
        joined = start - last_end == 1 and text[last_end] == " "
        breaks = lower in stop or (not run and word[0].isdigit() and word.isdigit())
        if run and (not joined or breaks):
            yield _Item(run[0][0], run[-1][1], run, lefts, lower if joined else "")
            run = []
        if not breaks:
            if not run:
                lefts = last if joined else ("", "")
            run.append((start, end, word))
        last, last_end = (last[1] if joined else "", lower), end
    if run:
        yield _Item(run[0][0], run[-1][1], run, lefts, "")


def _trim(words: list[tuple[int, int, str]]) -> tuple[int, int]:
    """First and after-last word of an item without weak words at its ends; empty where nothing else is left."""
    kinds = _words()
    first, after = 0, len(words)
    while first < after and words[first][2].lower() in kinds["lead"]:
        first += 1
    while after > first and (words[after - 1][2].lower() in kinds["tail"] or _is_version(words[after - 1][2])):
        after -= 1
    return first, after


def _is_version(word: str) -> bool:
    bare = word.rstrip("+").replace(".", "").replace("x", "")
    return bare.isdigit() and (len(bare) < 3 or bare.startswith("20"))


def _variants(text: str, item: _Item, core: tuple[int, int], known: Set[str]) -> Iterator[tuple[int, int, int]]:
    """The item itself, without its weak ends, and its capitalised parts: start, end, signs. A skill has no parts."""
    words = item.words
    first, after = core
    spans = {}
    if len(words) <= _LONGEST:
        spans[0, len(words)] = 0
    if fold(text[item.start : item.end]) in known:
        after = first
    if first < after <= first + _LONGEST and (first, after) != (0, len(words)):
        typed = after < len(words) and words[after][2].lower() in _words()["typed"]
        spans[first, after] = BIT["trimmed"] | (BIT["typed"] if typed else 0)
    if after - first > 1 and fold(text[words[first][0] : words[after - 1][1]]) not in known:
        begin = None
        for i in range(first, after + 1):
            name = i < after and (not words[i][2].islower() and not words[i][2].isdigit())
            if name and begin is None:
                begin = i
            elif not name and begin is not None:
                if (begin, i) not in spans and i - begin <= _LONGEST and not (begin == first and i == after):
                    spans[begin, i] = BIT["part"]
                begin = None
    for (a, b), signs in spans.items():
        yield words[a][0], words[b - 1][1], signs


def _case(text: str, surface: str, start: int) -> int:
    if surface.islower():
        return BIT["lower"]
    bits = BIT["shaped"] if _SHAPED.search(surface) else 0
    return bits | (BIT["start"] if _START.search(text, max(0, start - 6), start) else BIT["capital"])


@lru_cache(maxsize=50_000)
def _joins(gap: str) -> bool:
    return len(gap) < 14 and "\n" not in gap and _GAP.fullmatch(gap) is not None


def _lists(
    text: str, items: list[_Item], cores: list[tuple[int, int]], known: Set[str]
) -> tuple[list[int], list[int]]:  # fmt: skip
    """For each item the signs of the list that it stands in and of what leads it in, and the number of that list."""
    n = len(items)
    words = _words()
    is_known = []
    for item, (a, b) in zip(items, cores, strict=True):
        whole = fold(text[item.start : item.end]) in known
        is_known.append(whole or (a < b and fold(text[item.words[a][0] : item.words[b - 1][1]]) in known))
    lines = [False] * n  # whether an item is a whole line
    joined = [False] * n  # with the one before
    for i, item in enumerate(items):
        gap = text[items[i - 1].end : item.start] if i else "\n"
        after = text[item.end : items[i + 1].start] if i + 1 < n else "\n"
        lines[i] = "\n" in gap and after.lstrip(" .:;,")[:1] == "\n"
        if i:
            joined[i] = _joins(gap) or (lines[i] and lines[i - 1] and _NEXT_LINE.fullmatch(gap) is not None)
    signs = [0] * n
    line_ups = [0] * n
    begin = 0
    for i in range(1, n + 1):
        if i < n and joined[i]:
            line_ups[i] = begin
            continue
        if n:
            _sign_list(text, items, is_known, begin, i, signs, words)
        begin = i
        if i < n:
            line_ups[i] = begin
    for i in range(n):
        if lines[i]:
            signs[i] |= BIT["own_line"]
        if i and "(" in text[items[i - 1].end : items[i].start]:
            signs[i] |= BIT["bracket"]
    return signs, line_ups


def _sign_list(
    text: str, items: list[_Item], is_known: list[bool], begin: int, end: int, signs: list[int],
    words: dict[str, frozenset[str]],
) -> None:  # fmt: skip
    first = items[begin]
    shared = 0
    before, link = first.left
    if link in words["cue_link"] and before in words["cue"]:
        shared |= BIT["cue"]
    elif link in words["such"]:
        shared |= BIT["such_as"]
    elif first.words[0][2].lower() in words["cue"]:
        shared |= BIT["cue"]
    if end - begin > 1 or shared or link == "in":
        line = text.rfind("\n", max(0, first.start - 150), first.start) + 1
        if _DEGREE.search(text, max(line, first.start - 150), first.start):
            shared |= BIT["degree"]
    if end - begin == 1:
        signs[begin] |= shared
        return
    n_known = sum(is_known[begin:end])
    for i in range(begin, end):
        mine = shared
        left, right = i > begin and is_known[i - 1], i + 1 < end and is_known[i + 1]
        if left or right:
            mine |= BIT["beside_known"]
        if left and right:
            mine |= BIT["between_known"]
        others = n_known - is_known[i]
        if others > 1:
            mine |= BIT["in_known_list"]
        elif not others:
            mine |= BIT["in_unknown_list"]
        signs[i] |= mine
