"""Which of some thousand phrases a text holds: a dict of dicts, entered only where a phrase can begin.

spaCy's PhraseMatcher takes as long by itself, and what it finds are mostly objects without their verb near them.
"""

from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from nlp.tags.table import Kind
from nlp.tokenizer import words_of

REACH = 8
"""Tokens from a verb to its object at most."""

_END = -1  # no hash of a word
_LOW = np.uint64(0xFFFF)
_FIRST, _SECOND, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(64 - 17)


class Rule(NamedTuple):
    """A tag that a phrase can stand for. ``before`` and ``after`` are the bits of lists of words: one of a list must stand
    before the phrase, or right after it; 0: none need to."""

    kind: Kind
    tag: str
    stage: str | None
    before: int
    after: int


class Rules(NamedTuple):
    """All that a phrase can stand for, by what it needs; ``hides``: phrases inside it count as nothing."""

    plain: tuple[Rule, ...]
    before: tuple[Rule, ...]
    after: tuple[Rule, ...]
    any_before: int
    any_after: int
    hides: bool


def rules(of_phrase: list[Rule | None]) -> Rules:
    """The rules of a phrase by what they need; None among them: it hides others."""
    some = [rule for rule in of_phrase if rule]
    plain = tuple(rule for rule in some if not rule.before and not rule.after)
    before, after = (tuple(rule for rule in some if getattr(rule, side)) for side in ("before", "after"))
    any_before, any_after = reduce(or_, (r.before for r in before), 0), reduce(or_, (r.after for r in after), 0)
    return Rules(plain, before, after, any_before, any_after, None in of_phrase)


class Phrases:
    """Finds the phrases of a mapping."""

    def __init__(self, nlp: Language, meaning: Mapping[str, Rules], lists: Mapping[int, int]):
        """``meaning`` has lower-case phrases as keys; ``lists`` are the bits of words by their hash."""
        self._root: dict[int, Any] = {}
        self._pairs = np.zeros(1 << 17, dtype=np.bool_)
        alone: dict[int, Rules] = {}
        pairs: list[list[int]] = []
        number = cache(nlp.vocab.strings.add)  # most words stand in many phrases
        for phrase, means in meaning.items():
            node, words = self._root, [number(word) for word in words_of(phrase)]
            for word in words:
                node = node.setdefault(word, {})
            node[_END] = means
            if len(words) == 1:
                alone[words[0]] = means
            else:
                pairs.append(words[:2])
        firsts, seconds = np.array(pairs, dtype=np.uint64).reshape(-1, 2).T
        self._pairs[_pairs(firsts, seconds)] = True
        # Words are told by the low bits of their hash: an unknown word may look like a known one, and then costs time only.
        known = {word & int(_LOW) for word in (*alone, *lists)}
        place = {low: i for i, low in enumerate(sorted(known), 1)}
        self._place = np.zeros(int(_LOW) + 1, dtype=np.uint16)
        self._place[list(place)] = list(place.values())
        self._lists, self._before, self._after = np.zeros((3, len(place) + 1), dtype=np.uint64)
        self._alone = np.zeros(len(place) + 1, dtype=np.bool_)
        for word, bits in lists.items():
            self._lists[place[word & int(_LOW)]] |= np.uint64(bits)
        for word, means in alone.items():
            at = place[word & int(_LOW)]
            self._before[at] |= np.uint64(means.any_before)
            self._after[at] |= np.uint64(means.any_after)
            self._alone[at] |= bool(means.plain) or means.hides

    def find(self, tokens: NDArray[np.uint64], ids: list[int]) -> list[tuple[int, int, Rules]]:
        """Phrases as their first token, the token after them and their rules; by the first, longest before shorter. Of
        phrases of one word only those with a verb near them that they need. ``tokens`` and ``ids`` are both the hashes
        of the text's words in lower case."""
        root, n = self._root, len(ids)
        found: list[tuple[int, int, Rules]] = []
        for first in np.flatnonzero(self._begins(tokens)).tolist():
            node, after, n_before = root.get(ids[first]), first + 1, len(found)
            while node:
                if _END in node:
                    found.insert(n_before, (first, after, node[_END]))
                node = node.get(ids[after]) if after < n else None
                after += 1
        return found

    def _begins(self, tokens: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """For each token whether a phrase can begin there."""
        place = self._place[tokens & _LOW]
        lists = self._lists[place]
        ahead = np.zeros(len(tokens) + REACH, dtype=np.uint64)  # the lists of the tokens before each
        ahead[REACH:] = lists
        for step in (1, 2, 4):
            ahead[step:] |= ahead[:-step].copy()
        begins: NDArray[np.bool_] = (ahead[REACH - 1 : -1] & self._before[place]) > 0
        begins |= self._alone[place]
        begins[:-1] |= (lists[1:] & self._after[place[:-1]]) > 0
        begins[:-1] |= self._pairs[_pairs(tokens[:-1], tokens[1:])]
        return begins


def _pairs(firsts: NDArray[np.uint64], seconds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (firsts * _FIRST + seconds * _SECOND) >> _SHIFT
