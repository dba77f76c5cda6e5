"""The filter bar that all pages share, kept in the URL as plain text."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.filtered import SENIORITIES, Filters
from dashboard.roles import LABELS

NEEDS = {"named at all": None, "required": "required", "preferred": "preferred", "in passing": "context"}
"""How strongly an ad asks for a skill, by how the filter says it."""


def filter_bar(snapshot: Path) -> Filters:
    """Draw the shared filters in the sidebar; what they say now."""
    options = queries.filter_options(snapshot)
    check_link("label", LABELS.values(), "role is judged by")
    for key, name in (("source", "source"), ("country", "country"), ("language", "language")):
        check_link(key, options[key], name)
    check_link("seniority", SENIORITIES, "seniority")
    check_link("need", NEEDS, "need")
    for key, name in (("posted_from", "posted from"), ("posted_to", "posted to")):
        _check_date(key, name)
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        label = st.selectbox(
            "Role is judged by", list(LABELS), format_func=LABELS.__getitem__, key="label", bind="query-params",
            help="Claims about the text of ads are best judged by the title alone: "
            "a role found from the text proves nothing about the text.",
        )  # fmt: skip
        sources = st.multiselect("Source", options["source"], key="source", placeholder="all", bind="query-params")
        countries = st.multiselect("Country", options["country"], key="country", placeholder="all", bind="query-params")
        languages = st.multiselect(
            "Language", options["language"], key="language", placeholder="all", bind="query-params"
        )
        seniorities = st.multiselect(
            "Seniority", SENIORITIES, key="seniority", placeholder="any", bind="query-params",
            help="As the title has it, else the text; ads that are not labelled have none.",
        )  # fmt: skip
        posted_from = st.date_input("Posted from", value=None, key="posted_from", bind="query-params")
        posted_to = st.date_input("Posted to", value=None, key="posted_to", bind="query-params")
        only_open = st.toggle(
            "Open ads only", key="open", bind="query-params",
            help="Not closed, and seen within 45 days before the snapshot.",
        )  # fmt: skip
        need = st.selectbox(
            "A skill counts where it is", list(NEEDS), key="need", bind="query-params",
            help="How strongly the ad asks for it. For numbers and lists about skills.",
        )  # fmt: skip
    return Filters(
        label,
        tuple(sources),
        tuple(countries),
        tuple(languages),
        tuple(seniorities),
        posted_from,
        posted_to,
        only_open,
        NEEDS[need],
    )


def check_link(key: str, known: Collection[str], name: str) -> None:
    """Say so where the link asks for a value that is not known here (Streamlit then ignores it).

    The value itself is not shown: a link is somebody else's text."""
    if any(value and value not in known for value in st.query_params.get_all(key)):
        st.warning(
            f"The link asks for a value of “{name}” that is not known here; it was ignored.", icon=":material/link_off:"
        )


def _check_date(key: str, name: str) -> None:
    for value in st.query_params.get_all(key):
        try:
            date.fromisoformat(value)
        except ValueError:
            check_link(key, (), name)


def sample_note(n_ads: int, what: str, n_employers: int, first: object, last: object) -> str:
    """The line under every chart: denominator, sample size, employers and dates."""
    employers = f"{n_employers:,} employer{'s' if n_employers != 1 else ''}"
    return f"n = {n_ads:,} {what} of {employers}{posted_between(first, last)}"


def posted_between(first: object, last: object) -> str:
    """ ", posted … – …" for a chart's note; "" where no ad says when it was posted."""
    known = isinstance(first, date) and isinstance(last, date) and not (pd.isna(first) or pd.isna(last))
    return f", posted {first:%d %b %Y} – {last:%d %b %Y}" if known else ""
