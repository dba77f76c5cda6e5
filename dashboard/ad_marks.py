"""What was read in a text as marks of it, by the kinds that a reader can choose."""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from dashboard.highlight import Mark

FACTS = {
    "salary": "pay", "ote": "on-target earnings", "degree": "degree required", "degree_fields": "field of study",
    "non_degree": "way without a degree", "years": "years of experience", "work_mode": "work mode",
    "employment_type": "employment", "languages": "language", "visa": "visa", "clearance": "clearance", "place": "place",
}  # fmt: skip
"""The facts that have a place in the text: what their two columns in job_posting_fact begin with, and their names."""
TAGS = {
    "duties": "duty", "life cycle": "lifecycle_stage", "use cases": "use_case", "soft skills": "soft_skill",
    "background": "background",
}  # fmt: skip
"""Kind of tag by the reader's word for it."""

# As the macros search_term and text_words have it
_TERM = re.compile(r'-?(?:"[^"]*"?|[^\s"]+)')
_WORD = re.compile(r"[a-z](?:\+\+|#)|\w+", re.I)
_MOST_TERMS = 12


def skill_marks(mentions: Sequence[dict[str, Any]], wanted: str | None) -> list[Mark]:
    """The skills, with how each is asked for; ``wanted`` is the key of the one that the reader is looking for."""
    marks = []
    for m in mentions:
        if m["kind"] == "skill":
            kind = "negated" if m["negated"] else m["need"] or "context"
            note = f"{m['name']}: {kind}"
            note += f", or instead {m['instead']}" if m["instead"] else ""
            note += f", section: {m['section']}" if m["section"] else ""
            marks.append(Mark(m["start_char"], m["end_char"], kind, note, is_wanted=m["key"] == wanted))
    return marks


def tag_marks(mentions: Sequence[dict[str, Any]], kind: str) -> list[Mark]:
    """The tags of one kind."""
    return [
        Mark(m["start_char"], m["end_char"], kind, f"{kind.replace('_', ' ')}: {m['name']}", label=m["name"])
        for m in mentions
        if m["kind"] == kind and not m["negated"]
    ]


def fact_marks(facts: dict[str, Any]) -> list[Mark]:
    """The words that state facts."""
    spans = [(facts.get(f"{fact}_start_char"), facts.get(f"{fact}_end_char"), name) for fact, name in FACTS.items()]
    return [
        Mark(start, end, "fact", name, label=name) for start, end, name in spans if start is not None and end is not None
    ]  # fmt: skip


def heading_marks(text: str, sections: Sequence[dict[str, Any]]) -> list[Mark]:
    """The headings, with the kind of section that they begin."""
    marks = []
    for section in sections:
        start = text.find(section["heading"], section["start_char"], section["end_char"]) if section["heading"] else -1
        if start >= 0:
            marks.append(Mark(start, start + len(section["heading"]), "heading", f"section: {section['kind']}"))
    return marks


def search_marks(text: str, search: str | None) -> list[Mark]:
    """The words, "phrases" and beginn* of a search, wherever they stand, with accents or without; those after a minus are not
    looked for."""
    wanted = []
    for term in _TERM.findall(search or "")[:_MOST_TERMS]:
        words = [re.escape(word) for word in _WORD.findall(_plain(term))]
        if words and not term.startswith("-"):
            wanted.append(r"\W{1,5}".join(words) + (r"\w*" if term.endswith("*") else ""))
    if not wanted:
        return []
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", _plain(text), re.I)
    return [Mark(*match.span(), "found", "searched word") for match in found]


def _plain(text: str) -> str:
    """The text without accents, each character in its place."""
    return text if text.isascii() else "".join(normalize("NFD", character)[0] for character in text)
