"""spaCy component that finds skills: ``mentions(doc)``, by keys of skills.csv, each with its evidence."""

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from spacy.attrs import IDX, NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.sections import sections_of, text_of
from nlp.skills.cues import read_cues
from nlp.skills.evidence import Hit, HitRule, accept
from nlp.skills.need import Cue, Need, Sentence, Sentences, denied
from nlp.skills.table import Skill, skill_table, surfaces

__all__ = ["Mention", "Need", "SkillMatcher", "mentions", "skill_table"]

_ADDRESS_SIGNS = ("://", "www.", "@")
_SPACE = re.compile(r"\s")
_VERSIONED = re.compile(r"([^\W\d_]{3,})\d{1,2}")


class Mention(NamedTuple):
    """A skill where a text names it."""

    key: str
    """Key of the skill."""
    start_char: int
    end_char: int
    surface: str
    """The words as they stand."""
    section: str | None
    """Kind of the section; None where the text has no known headings."""
    need: Need
    negated: bool
    """True where the ad says that it is not needed."""
    rule: str
    """Which rule accepted it: plain, case, acronym, context, sibling, recased, listed."""


def mentions(doc: Doc) -> list[Mention]:
    """The skills that a doc of ``nlp.pipeline.pipeline()`` names, in order, negated ones included."""
    found: list[Mention] = doc.user_data["skills"]
    return found


@Language.factory("skills", default_config={"own": None})
def _factory(nlp: Language, name: str, own: str | None) -> "SkillMatcher":
    return SkillMatcher(nlp, skill_table(Path(own) if own else None))


class SkillMatcher:
    """Finds what ``mentions`` returns; wants the component "sections" before it."""

    def __init__(self, nlp: Language, table: tuple[Skill, ...]):
        self._cues = read_cues()
        self._meaning: dict[
            int, tuple[bool, str, HitRule | Literal[""]]
        ] = {}  # of a match; True, "", "": it is no skill
        self._kinds: dict[int, str] = {}
        forms = [(surface, rule, skill.skill) for skill in table for surface, rule in _written(skill)]
        own = {surface.casefold(): skill.skill for skill in table for surface in (skill.name, *skill.aliases)}
        nlp.vocab.lex_attr_getters[NORM] = _without_version(surface for surface, _, _ in forms)  # type: ignore[attr-defined]
        self._any_case = PhraseMatcher(nlp.vocab, attr="NORM")
        self._as_written = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._add_forms(nlp, forms, own)
        self._add_phrases(nlp, own)

    def _add_forms(self, nlp: Language, forms: list[tuple[str, HitRule, str]], own: dict[str, str]) -> None:
        """Give the matchers every written form; a row's own words win over forms made from another row's."""
        docs: dict[tuple[str, HitRule], list[Doc]] = {}
        for surface, rule, skill in forms:
            if own.setdefault(surface.casefold(), skill) == skill:
                docs.setdefault((skill, rule), []).append(nlp.make_doc(surface))
        for (skill, rule), patterns in docs.items():
            key = f"{rule} {skill}"
            (self._any_case if rule == "plain" else self._as_written).add(key, patterns)
            self._meaning[nlp.vocab.strings[key]] = (False, skill, rule)

    def _add_phrases(self, nlp: Language, own: dict[str, str]) -> None:
        for kind, phrases in self._cues.phrases.items():
            self._any_case.add(kind, [nlp.make_doc(phrase) for phrase in phrases])
            self._kinds[nlp.vocab.strings[kind]] = kind
        self._any_case.add("stop", [nlp.make_doc(phrase) for phrase in self._cues.stop if phrase not in own])
        self._meaning[nlp.vocab.strings["stop"]] = (True, "", "")

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its skills."""
        doc.user_data["skills"] = [*self._find(doc)]
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """The docs with their skills. A batch of them is tokenised before its first skill is looked for: the vocabulary and
        the phrases don't fit into a processor's cache together."""
        docs = iter(docs)
        while batch := list(islice(docs, batch_size)):
            yield from map(self, batch)

    def _find(self, doc: Doc) -> Iterator[Mention]:
        """Every mention, in order."""
        text = text_of(doc)
        hits, cues = self._sort(doc, text)
        hits = accept(text, hits, self._cues)
        if not hits:
            return
        sections = sections_of(doc)
        starts = [section.start for section in sections]
        addresses = _addresses(text)
        sentences = Sentences(text, self._cues, cues)
        around = [sentences.around(hit.start) for hit in hits]
        heads: dict[int, tuple[int, Sentence]] = {}
        for hit, sentence, negated in zip(hits, around, denied(text, hits, around), strict=True):
            start, end, skill = hit.start, hit.end, hit.skill
            section = sections[bisect.bisect_right(starts, start) - 1].kind if sections else None
            if section in ("benefits", "legal") or any(a <= start < b for a, b in addresses):
                continue
            head = heads.setdefault(hit.run, (start, sentence))
            if not sentence.asks(start, skill) or (sentence.has_degree and sentences.field_of_study(*head)):
                continue
            need = sentence.need(start, end, section)
            if need == "context" and skill in self._cues.broad:
                continue
            yield Mention(skill, start, end, text[start:end], section, need, negated, hit.rule)

    def _sort(self, doc: Doc, text: str) -> tuple[list[Hit], list[Cue]]:
        """What the matchers find as hits and cues, both in order. Of hits that overlap the longest is kept; phrases that
        only look like skills are gone."""
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


def _addresses(text: str) -> list[tuple[int, int]]:
    """Where URLs and e-mail addresses stand."""
    found = []
    for sign in _ADDRESS_SIGNS:
        at = text.find(sign)
        while at >= 0:
            start, after = at, at + len(sign)
            while start > 0 and at - start < 100 and not text[start - 1].isspace():
                start -= 1
            end = _SPACE.search(text, after, after + 300)
            found.append((start, end.start() if end else min(len(text), after + 300)))
            at = text.find(sign, after)
    return found
