"""What was read in a text, shown where it stands: the same for an ad of the warehouse and for one that was pasted."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import columns
from dashboard.ad_marks import TAGS, fact_marks, heading_marks, search_marks, skill_marks, tag_marks
from dashboard.ads_queries import Reading
from dashboard.downloads import offer
from dashboard.filters import check_link
from dashboard.highlight import Mark, ad_text

_FOUND, _REASONS = "searched words", "reasons for the role"
_KINDS = ["skills", "facts", "headings", _FOUND, *TAGS, _REASONS]
_AT_FIRST = _KINDS[:4]


def show(
    snapshot: Path,
    text: str,
    reading: Reading,
    label: str,
    key: str,
    *,
    title: str = "",
    made_by: str | None = None,
    skill: str | None = None,
    search: str | None = None,
) -> None:
    """Role and why, the text with its marks, and the table of them. ``label`` is one of LABELS, ``made_by`` the version that
    made the labels (None: the installed one), ``skill`` the key of the skill and ``search`` the words that the reader looks
    for. Where nothing is labelled, the text alone."""
    explained = None
    if reading.answers:
        with st.spinner("Loading the model that labels ads …"):  # seen once: it appears after half a second only
            from dashboard import why  # imports spaCy: a second that no other page should take
        explained = why.show(title, text, reading, label, made_by)
    chosen = _chosen()
    marks = _marks(text, reading, chosen, skill, search)
    sides = None
    if explained and _REASONS in chosen:
        marks, sides = [*marks, *why.marks(explained)], why.sides(explained)
    ad_text(text, marks, f"text-{key}", sides)
    if reading.answers:
        _table(snapshot, reading.mentions)


def _chosen() -> list[str]:
    """What the reader wants to see marked."""
    check_link("mark", _KINDS, "choice of marks")
    chosen: list[str] = st.pills(
        "Mark in the text",
        _KINDS,
        selection_mode="multi",
        default=_AT_FIRST,
        key="mark",
        bind="query-params",
        wrap=True,
    )
    return chosen


def _marks(text: str, reading: Reading, chosen: list[str], skill: str | None, search: str | None) -> list[Mark]:
    marks: list[Mark] = []
    if "skills" in chosen:
        marks += skill_marks(reading.mentions, skill)
    if "facts" in chosen:
        marks += fact_marks(reading.facts)
    if "headings" in chosen:
        marks += heading_marks(text, reading.sections)
    if _FOUND in chosen:
        marks += search_marks(text, search)
    for name, kind in TAGS.items():
        if name in chosen:
            marks += tag_marks(reading.mentions, kind)
    return marks


def _table(snapshot: Path, mentions: list[dict[str, Any]]) -> None:
    with st.expander(f"{len(mentions):,} mentions of skills and tags, and the rule that accepted each"):
        shown = ["name", "kind", "need", "instead", "negated", "section", "rule", "start_char", "end_char"]
        rows = pd.DataFrame(mentions, columns=shown)
        rows["kind"] = rows["kind"].str.replace("_", " ")
        st.dataframe(
            rows, hide_index=True, placeholder="–",
            column_config={
                "name": columns.text("Skill or tag"), "kind": "Kind", "need": "Need", "instead": columns.text("Or instead"),
                "negated": "Not needed", "section": "Section", "rule": "Rule", "start_char": "From character", "end_char": "to",
            },
        )  # fmt: skip
        offer(snapshot, "mentions", rows)
