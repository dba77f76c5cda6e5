"""spaCy component that finds skills: ``mentions(doc)``, by keys of skills.csv, each with its evidence."""

import bisect
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from nlp.sections import sections_of, text_of
from nlp.skills.alternatives import alternatives
from nlp.skills.cues import read_cues
from nlp.skills.evidence import Hit, accept
from nlp.skills.lexicon import Lexicon
from nlp.skills.need import Need, Sentence, Sentences, denied
from nlp.skills.shared_words import with_shared_words
from nlp.skills.table import Skill, skill_table

__all__ = ["Mention", "Need", "SkillMatcher", "mentions", "skill_table"]

_ADDRESS_SIGNS = ("://", "www.", "@")
_SPACE = re.compile(r"\s")


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
    """Which rule accepted it: plain, case, acronym, context, sibling, recased, listed, shared."""
    sentence_start: int
    """Where the sentence or line that was read around it starts."""
    sentence_end: int
    alternative_group: int | None
    """The same number for the mentions of a text of which one would do; None: it stands for itself."""


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
        self._lexicon = Lexicon(nlp.vocab, table, self._cues)

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its skills."""
        doc.user_data["skills"] = self._find(doc)
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """The docs with their skills. A batch of them is tokenised before its first skill is looked for: the vocabulary and
        the phrases don't fit into a processor's cache together."""
        docs = iter(docs)
        while batch := list(islice(docs, batch_size)):
            yield from map(self, batch)

    def _find(self, doc: Doc) -> list[Mention]:
        """Every mention, in order."""
        text = text_of(doc)
        hits, cues = self._lexicon(doc, text)
        hits = with_shared_words(text, accept(text, hits, self._cues), self._lexicon.long_names)
        if not hits:
            return []
        sections = sections_of(doc)
        starts = [section.start for section in sections]
        addresses = _addresses(text)
        sentences = Sentences(text, self._cues, cues)
        around = [sentences.around(hit.start) for hit in hits]
        heads: dict[int, tuple[int, Sentence]] = {}
        found: list[tuple[Hit, Sentence, str | None, Need, bool]] = []
        for hit, sentence, negated in zip(hits, around, denied(text, hits, around), strict=True):
            start, end, skill = hit.start, hit.end, hit.skill
            section = sections[bisect.bisect_right(starts, start) - 1].kind if sections else None
            if section in ("benefits", "legal") or (addresses and any(a <= start < b for a, b in addresses)):
                continue
            head = heads.setdefault(hit.run, (start, sentence))
            if not sentence.asks(start, skill) or (sentence.has_degree and sentences.field_of_study(*head)):
                continue
            need = sentence.need(start, end, section)
            if need == "context" and skill in self._cues.broad:
                continue
            found.append((hit, sentence, section, need, negated))
        groups = alternatives(text, [(hit.start, hit.end, hit.run) for hit, *_ in found])
        return [
            Mention(
                hit.skill, hit.start, hit.end, text[hit.start : hit.end], section, need, negated, hit.rule,
                sentence.start, sentence.end, group,
            )
            for (hit, sentence, section, need, negated), group in zip(found, groups, strict=True)
        ]  # fmt: skip


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
