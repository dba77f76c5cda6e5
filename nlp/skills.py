"""spaCy component that finds skills: ``doc.spans["skills"]``, labels are keys of skills.csv, each with its evidence."""

import bisect
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from spacy.attrs import IDX, LENGTH, NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, SpanGroup

from nlp.evidence import Hit, accept
from nlp.need import Cue, Need, Sentences, denied
from nlp.sections import Section, text_of
from nlp.skill_cues import read_cues
from nlp.skill_table import Rule, Skill, skill_table, surfaces

__all__ = ["Mention", "Need", "SkillMatcher", "mentions", "skill_table"]

_ADDRESS = re.compile(r"://|www\.|@")
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
    """Which rule accepted it: plain, case, acronym, context, sibling."""


def mentions(doc: Doc) -> list[Mention]:
    """The skills that a doc of ``nlp.pipeline.pipeline()`` names, in order, negated ones included."""
    found: list[Mention] = doc.user_data["skills"]
    return found


def _evidence(name: str, span: Span) -> Any:
    at = (span.start_char, span.label_)
    return getattr(next(m for m in mentions(span.doc) if (m.start_char, m.key) == at), name)


@Language.factory("skills", assigns=["doc.spans"])
def _factory(nlp: Language, name: str) -> "SkillMatcher":
    return SkillMatcher(nlp, skill_table())


class SkillMatcher:
    """Writes ``doc.spans["skills"]``; wants the component "sections" before it."""

    def __init__(self, nlp: Language, table: tuple[Skill, ...]):
        self._cues = read_cues()
        self._meaning: dict[int, tuple[str, Rule] | None] = {}
        self._kinds: dict[int, str] = {}
        self._keys = {skill.skill: nlp.vocab.strings.add(skill.skill) for skill in table}
        forms = [(surface, rule, skill.skill) for skill in table for surface, rule in surfaces(skill)]
        own = {surface.casefold(): skill.skill for skill in table for surface in (skill.name, *skill.aliases)}
        nlp.vocab.lex_attr_getters[NORM] = _without_version(surface for surface, _, _ in forms)  # type: ignore[attr-defined]
        self._any_case = PhraseMatcher(nlp.vocab, attr="NORM")
        self._as_written = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._add_forms(nlp, forms, own)
        self._add_phrases(nlp, own)
        for name in ("need", "negated", "rule", "section"):
            if not Span.has_extension(name):
                Span.set_extension(name, getter=partial(_evidence, name))

    def _add_forms(self, nlp: Language, forms: list[tuple[str, Rule, str]], own: dict[str, str]) -> None:
        """Give the matchers every written form; a row's own words win over forms made from another row's."""
        docs: dict[tuple[str, Rule], list[Doc]] = {}
        for surface, rule, skill in forms:
            if own.setdefault(surface.casefold(), skill) == skill:
                docs.setdefault((skill, rule), []).append(nlp.make_doc(surface))
        for (skill, rule), patterns in docs.items():
            key = f"{rule} {skill}"
            (self._any_case if rule == "plain" else self._as_written).add(key, patterns)
            self._meaning[nlp.vocab.strings[key]] = (skill, rule)

    def _add_phrases(self, nlp: Language, own: dict[str, str]) -> None:
        for kind, phrases in self._cues.phrases.items():
            self._any_case.add(kind, [nlp.make_doc(phrase) for phrase in phrases])
            self._kinds[nlp.vocab.strings[kind]] = kind
        self._any_case.add("stop", [nlp.make_doc(phrase) for phrase in self._cues.stop if phrase not in own])
        self._meaning[nlp.vocab.strings["stop"]] = None

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its skills."""
        found = self._find(doc)
        doc.user_data["skills"] = [mention for mention, _, _ in found]
        keys = self._keys
        spans = [Span(doc, first, after, label=keys[mention.key]) for mention, first, after in found]
        doc.spans["skills"] = SpanGroup(doc, name="skills", spans=spans)
        return doc

    def _find(self, doc: Doc) -> list[tuple[Mention, int, int]]:
        """Every mention with its first token and the token after it."""
        matches = [*self._any_case(doc), *self._as_written(doc)]
        if not matches:
            return []
        text = text_of(doc)
        hits, cues = self._sort(doc, matches)
        hits = accept(text, hits, self._cues)
        sections: list[Section] = doc.user_data.get("sections", [])
        starts = [section.start for section in sections]
        addresses = _addresses(text)
        sentences = Sentences(text, self._cues, cues)
        found: list[tuple[Mention, int, int]] = []
        heads: dict[int, int] = {}
        for hit, negated in zip(hits, denied(text, hits, sentences), strict=True):
            section = sections[bisect.bisect_right(starts, hit.start) - 1].kind if sections else None
            if section in ("benefits", "legal") or any(a <= hit.start < b for a, b in addresses):
                continue
            sentence = sentences.around(hit.start)
            head = heads.setdefault(hit.run, hit.start)
            if not sentence.asks(hit.start, hit.skill) or (sentence.has_degree and sentences.field_of_study(head)):
                continue
            need = sentence.need(hit.start, hit.end, section)
            if need == "context" and hit.skill in self._cues.broad:
                continue
            surface = text[hit.start : hit.end]
            mention = Mention(hit.skill, hit.start, hit.end, surface, section, need, negated, hit.rule)
            found.append((mention, hit.first, hit.after))
        return found

    def _sort(self, doc: Doc, matches: list[tuple[int, int, int]]) -> tuple[list[Hit], list[Cue]]:
        """Matches as hits and cues. Hits are in order, the longest of those that overlap; phrases that only look like
        skills are gone."""
        # Start and length of every token, one after the other: a flat list of Python's integers is the fastest to index.
        spots: list[int] = doc.to_array([IDX, LENGTH]).ravel().tolist()  # type: ignore[assignment]
        hits: list[tuple[int, int, bool, int, int, tuple[str, Rule] | None]] = []
        cues: list[Cue] = []
        kinds, meaning = self._kinds, self._meaning
        for key, first, after in matches:
            start, end = spots[2 * first], spots[2 * after - 2] + spots[2 * after - 1]
            if kind := kinds.get(key):
                cues.append((start, end, kind))
            else:
                meant = meaning[key]
                hits.append((first, -after, meant is None, start, end, meant))
        kept = []
        last = 0
        for first, minus_after, _, start, end, meant in sorted(hits):
            if first >= last:
                last = -minus_after
                if meant:
                    kept.append(Hit(*meant, start, end, first, last))
        return kept, cues


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
    for sign in _ADDRESS.finditer(text):
        start = sign.start()
        while start > 0 and sign.start() - start < 100 and not text[start - 1].isspace():
            start -= 1
        end = _SPACE.search(text, sign.end(), sign.end() + 300)
        found.append((start, end.start() if end else min(len(text), sign.end() + 300)))
    return found
