"""Every written form of every skill, and the cue phrases, in two PhraseMatchers: what stands in a text, before it is judged."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from spacy.attrs import IDX, NORM
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.skills.cues import Cues
from nlp.skills.evidence import Hit, HitRule
from nlp.skills.need import Cue
from nlp.skills.table import Skill, surfaces
from nlp.tokenizer import words_of

_VERSIONED = re.compile(r"([^\W\d_]{3,})\d{1,2}")


class Lexicon:
    """Finds the forms that a doc holds. ``long_names`` are the forms of several words that count in any case, case-folded,
    with their skills."""

    def __init__(self, vocab: Vocab, table: Sequence[Skill], cues: Cues):
        self.long_names: dict[str, str] = {}
        self._meaning: dict[int, tuple[bool, str, HitRule | Literal[""]]] = {}  # True, "", "": it is no skill
        self._kinds: dict[int, str] = {}
        forms = [(surface, rule, skill.skill) for skill in table for surface, rule in _written(skill)]
        own = {surface.casefold(): skill.skill for skill in table for surface in (skill.name, *skill.aliases)}
        self._vocab = vocab
        self._norm = _without_version(surface for surface, _, _ in forms)
        vocab.lex_attr_getters[NORM] = self._norm  # type: ignore[attr-defined]
        self._normed = cache(lambda word: vocab.strings.add(self._norm(word)))  # most words stand in many forms
        self._any_case = PhraseMatcher(vocab, attr="NORM")
        self._as_written = PhraseMatcher(vocab, attr="ORTH")
        self._add_forms(forms, own)
        for kind, phrases in cues.phrases.items():
            self._kinds[self._add(self._any_case, kind, phrases)] = kind
        stop = self._add(self._any_case, "stop", [phrase for phrase in cues.stop if phrase not in own])
        self._meaning[stop] = (True, "", "")

    def _add_forms(self, forms: Iterable[tuple[str, HitRule, str]], own: dict[str, str]) -> None:
        """Give the matchers every written form; a row's own words win over forms made from another row's."""
        by_rule: dict[tuple[str, HitRule], list[str]] = {}
        for surface, rule, skill in forms:
            folded = surface.casefold()
            if own.setdefault(folded, skill) == skill:
                by_rule.setdefault((skill, rule), []).append(surface)
                if rule == "plain" and (" " in surface or "-" in surface):
                    self.long_names[folded] = skill
        for (skill, rule), phrases in by_rule.items():
            matcher = self._any_case if rule == "plain" else self._as_written
            self._meaning[self._add(matcher, f"{rule} {skill}", phrases)] = (False, skill, rule)

    def _add(self, matcher: PhraseMatcher, key: str, phrases: Iterable[str]) -> int:
        """Add phrases under a key, whose number is returned. The matcher takes them as its own ``__reduce__`` hands them
        over, as numbers of words: 40,000 Docs would take a second and a half to make."""
        number = self._normed if matcher is self._any_case else self._vocab.strings.add
        matcher.add(key, [[number(word) for word in words_of(phrase)] for phrase in phrases])  # type: ignore[misc]
        return self._vocab.strings.add(key)

    def __call__(self, doc: Doc, text: str) -> tuple[list[Hit], list[Cue]]:
        """What a doc holds as hits and cues, both in order; ``text`` is its text. Of hits that overlap the longest is kept;
        phrases that only look like skills are gone."""
        matches = self._any_case(doc)
        kinds, meaning = self._kinds, self._meaning
        named = [m for m in matches if m[0] in meaning] + self._as_written(doc)
        if not named:
            return [], []
        starts: list[int] = doc.to_array(IDX).tolist()  # a list of Python's integers is the fastest to index
        starts.append(len(text))
        cues: list[Cue] = []
        for key, first, after in matches:
            if kind := kinds.get(key):
                end = starts[after]
                cues.append((starts[first], end - (text[end - 1] == " "), kind))
        hits = []
        last = 0
        for first, minus_after, _, skill, rule in sorted((first, -after, *meaning[key]) for key, first, after in named):
            if first >= last:
                last = -minus_after
                if rule:
                    end = starts[last]
                    hits.append(Hit(skill, rule, starts[first], end - (text[end - 1] == " ")))
        return hits, cues


def _written(skill: Skill) -> Iterator[tuple[str, HitRule]]:
    """Every written form of a skill with its rule. A name that counts by its capital counts in other case too, with more
    evidence: one that needs none as it is, "recased", by what is beside it or a list; any other, "listed", by a list."""
    for surface, rule in surfaces(skill):
        yield surface, rule
        if rule in ("case", "context") and surface.isalpha() and surface.istitle():
            for form in (surface.lower(), surface.upper()):
                yield form, "recased" if rule == "case" else "listed"


def _without_version(forms: Iterable[str]) -> Callable[[str], str]:
    """Lower case of a word without the version glued to it ("Python3", "HTML5"), unless that is its name ("Web3")."""
    names = {match[0].lower() for form in forms for match in _VERSIONED.finditer(form)}

    def norm(word: str) -> str:
        lower = word.lower()
        versioned = _VERSIONED.fullmatch(lower)
        return versioned[1] if versioned and lower not in names else lower

    return norm
