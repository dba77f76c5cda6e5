"""The spaCy pipeline that reads an ad: one tokenisation, then sections, then skills, then their spans. Nothing is downloaded."""

from pathlib import Path

import spacy
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Doc

import nlp.sections
import nlp.skills.matcher
import nlp.spans
import nlp.tags.finder  # noqa: F401
from nlp.tokenizer import RegexTokenizer


class _Tokenizer(RegexTokenizer):
    """Hands the text on to the components: ``doc.text`` would join it anew from the tokens, a millisecond an ad."""

    def __call__(self, text: str) -> Doc:
        doc = super().__call__(text)
        doc.user_data["text"] = text
        return doc


def pipeline(own_skills: Path | None = None) -> Language:
    """A pipeline whose docs carry ``doc.spans["sections"]`` and ``doc.spans["skills"]``; without its last component,
    "spans", only ``sections_of(doc)`` and ``mentions(doc)`` know what was found. ``own_skills`` is a file of rows beside those of the shipped table.

    Raises ValueError where the table of skills contradicts itself."""
    nlp = spacy.blank("en")
    # Shape, prefix, "looks like a URL" and the rest cost 30 µs for every new word, and nothing here reads them.
    nlp.vocab.lex_attr_getters = {LOWER: str.lower}  # type: ignore[attr-defined]
    nlp.tokenizer = _Tokenizer(nlp.vocab)
    nlp.add_pipe("sections")
    nlp.add_pipe("skills", config={"own": str(own_skills) if own_skills else None})
    nlp.add_pipe("tags")
    nlp.add_pipe("spans")
    return nlp
