"""spaCy component that writes sections and skills as ``doc.spans["sections"]`` and ``doc.spans["skills"]``.

The labels of the spans are the kinds of the sections and the keys of the skills. Spans cost more than finding what they
stand for, so the reader of many ads leaves this component out: ``nlp.pipe(texts, disable=["spans"])``.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
from spacy.attrs import IDX
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from nlp.sections import sections_of
from nlp.skills.matcher import mentions


@Language.component("spans", assigns=["doc.spans"])
def spans(doc: Doc) -> Doc:
    """The doc with its spans. A span of a section has ``span._.heading``, one of a skill ``span._.need`` and the like."""
    doc.spans["sections"] = _group(doc, "sections", ((s.kind, s.start, s.end) for s in sections_of(doc)))
    doc.spans["skills"] = _group(doc, "skills", ((m.key, m.start_char, m.end_char) for m in mentions(doc)))
    return doc


def _group(doc: Doc, name: str, found: Iterable[tuple[str, int, int]]) -> SpanGroup:
    labels, *places = zip(*found, strict=True) if (found := [*found]) else ((), (), ())
    starts = doc.to_array(IDX)
    edges = starts.searchsorted(np.array(places, dtype=starts.dtype)).T.tolist()
    spans = [
        Span(doc, first, after, label) for label, (first, after) in zip(labels, edges, strict=True) if first < after
    ]
    return SpanGroup(doc, name=name, spans=spans)


def _heading(span: Span) -> str | None:
    return next(s.heading for s in sections_of(span.doc) if s.start <= span.start_char < s.end)


def _evidence(name: str, span: Span) -> Any:
    at = (span.start_char, span.label_)
    return getattr(next(m for m in mentions(span.doc) if (m.start_char, m.key) == at), name)


Span.set_extension("heading", getter=_heading, force=True)
for _name in ("need", "negated", "rule", "section"):
    Span.set_extension(_name, getter=partial(_evidence, _name), force=True)
