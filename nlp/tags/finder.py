"""spaCy component that finds tags: ``tags_of(doc)``, by keys of tags.csv."""

import bisect
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc

from nlp.sections import sections_of, text_of
from nlp.skills.need import Need
from nlp.tags.matcher import REACH, Phrases, Rule, rules
from nlp.tags.table import Kind, read_phrases, read_tags, read_words

_SILENT = frozenset({"about", "benefits", "legal"})  # the employer speaks of itself there
_NEED: dict[str | None, Need] = {"required": "required", "preferred": "preferred", "duties": "context"}
_BY_START = itemgetter(2)
_LONGEST_CHAIN = 12  # tokens of "training, evaluation, and monitoring"
_BREAK, _JOIN, _VERB = 1, 2, 4  # bits of words; every list that a phrase asks for has one from _VERB on


class TagMention(NamedTuple):
    """A tag where a text shows it; the order is that of the columns of job_posting_mention."""

    kind: Kind
    key: str
    """Key of the tag."""
    start_char: int
    end_char: int
    surface: str
    """The words as they stand, from the verb to its object."""
    section: str | None
    """Kind of the section; None where the text has no known headings."""
    need: Need | None
    """By the section alone: required, preferred, or context among the duties; None elsewhere."""
    negated: bool
    """False: tags know no negation."""
    rule: str
    """Which rule found it: phrase, or verb and object in either order."""


def tags_of(doc: Doc) -> list[TagMention]:
    """The tags that a doc shows, in order; mentions of one tag don't overlap. A duty that belongs to a stage of the life
    cycle is a mention of that stage too."""
    found: list[TagMention] = doc.user_data["tags"]
    return found


@Language.factory("tags")
def _factory(nlp: Language, name: str) -> "TagFinder":
    return TagFinder(nlp)


class TagFinder:
    """Finds what ``tags_of`` returns; wants the component "sections" before it."""

    def __init__(self, nlp: Language):
        phrases = read_phrases()
        asked = sorted({name for phrase in phrases for name in (phrase.before, phrase.after) if name})
        # Any verb ends the search for one, also one that no phrase asks for.
        bits = {"break": _BREAK, "join": _JOIN} | {name: _VERB << i for i, name in enumerate([*asked, "other_verbs"])}
        self._bits = {nlp.vocab.strings.add("\n" * n): _BREAK for n in range(1, 10)}
        for name, words in read_words().items():
            for word in words if name in bits else ():
                key = nlp.vocab.strings.add(word)
                self._bits[key] = self._bits.get(key, 0) | bits[name]
        tags = {tag.tag: tag for tag in read_tags()}
        meaning: dict[str, list[Rule | None]] = {}
        for phrase in phrases:
            tag, before, after = tags.get(phrase.tag), bits.get(phrase.before, 0), bits.get(phrase.after, 0)
            rule = Rule(tag.kind, tag.tag, tag.stage, before, after) if tag else None
            for form in phrase.forms:
                meaning.setdefault(form, []).append(rule)
        asked_only = {word: of_word & ~bits["other_verbs"] for word, of_word in self._bits.items()}
        self._phrases = Phrases(nlp, {form: rules(of_form) for form, of_form in meaning.items()}, asked_only)

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its tags."""
        doc.user_data["tags"] = sorted(self._find(doc), key=_BY_START) if len(doc) else []
        return doc

    def _find(self, doc: Doc) -> Iterator[TagMention]:
        text, sections = text_of(doc), sections_of(doc)
        starts = [section.start for section in sections]
        tokens = doc.to_array(LOWER).view(np.uint64)
        ids: list[int] = tokens.tolist()
        done: dict[str, int] = {}  # where the last mention of a tag ends
        hidden = 0  # where the last phrase that hides others ends
        for first, after, found in self._phrases.find(tokens, ids):
            if first < hidden:
                continue
            hits = [(rule, first, after, "phrase") for rule in found.plain]
            if found.before and (ahead := self._ahead(ids, first, found.any_before)):
                hits += [
                    (rule, i, after, "verb_object") for rule in found.before for i, bits in ahead if bits & rule.before
                ]
            if found.after and (behind := self._behind(ids, after, found.any_after)):
                hits += [
                    (rule, first, i, "object_verb") for rule in found.after for i, bits in behind if bits & rule.after
                ]
            if found.hides:
                hidden = after
            if not hits:
                continue
            at = doc[first].idx
            section = sections[bisect.bisect_right(starts, at) - 1].kind if sections else None
            if section in _SILENT:
                continue
            need = _NEED.get(section)
            for rule, a, b, name in hits:
                if a < done.get(rule.tag, 0):
                    continue
                done[rule.tag] = b
                start = at if a == first else doc[a].idx
                last = doc[b - 1]
                end = last.idx + len(last)
                rest = (start, end, text[start:end], section, need, False, name)
                yield TagMention(rule.kind, rule.tag, *rest)
                if rule.stage and a >= done.get(rule.stage, 0):
                    done[rule.stage] = b
                    yield TagMention("lifecycle_stage", rule.stage, *rest)

    def _ahead(self, ids: list[int], first: int, wanted: int) -> list[tuple[int, int]]:
        """Verbs that the words from token ``first`` on may be the object of, nearest first, as their token and lists: the
        nearest one and those joined with it ("design, build and ‸deploy models"); at last a preposition. Only those of the
        ``wanted`` lists."""
        found = []
        joined: bool | None = None  # None: no verb yet; False: the chain of verbs is over
        i = first
        for bits in reversed([*map(self._bits.get, ids[max(0, first - REACH) : first])]):
            i -= 1
            if bits is None:
                joined = joined and False
                continue
            if bits & _BREAK:
                if bits & wanted:
                    found.append((i, bits))
                break
            if bits >= _VERB and joined is not False:
                joined = True
                if bits & wanted:
                    found.append((i, bits))
            elif joined and not bits & _JOIN:
                joined = False
        return found

    def _behind(self, ids: list[int], after: int, wanted: int) -> list[tuple[int, int]]:
        """Words for an action that stand right behind an object ("model ‸training, evaluation"), as the token after
        them and their lists; only those of the ``wanted`` lists."""
        found = []
        verbs = False
        for i in range(after, min(after + _LONGEST_CHAIN, len(ids))):
            bits = self._bits.get(ids[i], 0)
            if bits >= _VERB and not bits & _BREAK:
                verbs = True
                if bits & wanted:
                    found.append((i + 1, bits))
            elif not verbs or not bits & _JOIN:
                break
        return found
