"""Ads: search them, and read one with what was found in it marked where it stands."""

import re
from functools import partial
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import ad, ads_queries, columns, queries
from dashboard.ads_queries import SORTS
from dashboard.downloads import offer
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.roles import LABELS, ROLE_TITLES

_ROWS = 100
_MOST_SEARCHED = 300  # characters
_SYNTAX = (
    'Ads that hold all the words, in title, employer or text. "In quotation marks": one after the other. -Word: ads without it. '
    "Begin\\*: all words that begin so. Capitals and accents make no difference; at most 12 words or phrases."
)


class _Wanted(NamedTuple):
    search: str | None
    role: str | None
    skill: str | None
    sort: str


def page() -> Page:
    """This page as the target of links, which find it by its path. A link names what is this page's own (role, skill, q, ad):
    the filters of the side bar go with it by themselves, and would stand in the address twice if it named them too."""
    return st.Page(lambda: None, title="Ads", url_path="ads")


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Ads", anchor=False)
    wanted = _controls(queries.skill_names(snapshot))
    list_area, ad_area = st.columns(2, gap="medium")
    with list_area:
        _results(snapshot, filters, wanted)
    with ad_area:
        chosen = st.query_params.get("ad")
        if chosen is None:
            st.info("Choose an ad in the list to read it here.", icon=":material/left_click:")
        else:
            ad.show(snapshot, chosen, filters.label, wanted.skill, wanted.search)


def _controls(names: dict[str, str]) -> _Wanted:
    check_link("role", list(ROLE_TITLES.values()), "role")
    check_link("skill", list(names.values()), "skill")
    check_link("sort", list(SORTS), "order")
    first, second, third, fourth = st.columns([5, 3, 3, 2])
    search = first.text_input(
        "Search", key="q", bind="query-params", icon=":material/search:", help=_SYNTAX, max_chars=_MOST_SEARCHED,
        placeholder='words, "a phrase", -without, begin*',
    )  # fmt: skip
    role = second.selectbox(
        "Role", list(ROLE_TITLES), index=None, placeholder="any", format_func=ROLE_TITLES.__getitem__, key="role", bind="query-params",
    )  # fmt: skip
    skill = third.selectbox(
        "Names the skill", list(names), index=None, placeholder="any", format_func=names.__getitem__, key="skill", bind="query-params",
    )  # fmt: skip
    sort = fourth.selectbox(
        "Sort", list(SORTS), key="sort", bind="query-params",
        help="By pay: the middle of the yearly base pay that an ad states, in US dollars. Ads that state none come last.",
    )  # fmt: skip
    return _Wanted(search.strip()[:_MOST_SEARCHED] or None, role, skill, sort)


def _results(snapshot: Path, filters: Filters, wanted: _Wanted) -> None:
    chosen_page = _chosen_page()
    rows = ads_queries.ad_match(snapshot, filters, *wanted, _ROWS, (chosen_page - 1) * _ROWS)
    if rows.empty and chosen_page > 1:
        st.session_state["results_page"] = chosen_page = 1
        rows = ads_queries.ad_match(snapshot, filters, *wanted, _ROWS, 0)
    if rows.empty:
        st.info("No ad matches. Take a filter away, here or in the sidebar.", icon=":material/search_off:")
        return
    n_total = int(rows["n_total"].iloc[0])
    first = (chosen_page - 1) * _ROWS + 1
    judged = f"Role judged by {LABELS[filters.label]}. " if wanted.role else ""
    need = f"The skill is {filters.need}, as the side bar has it. " if wanted.skill and filters.need else ""
    st.caption(
        f"**{n_total:,}** ads match; shown are {first:,} to {first + len(rows) - 1:,}, {SORTS[wanted.sort]}. {judged}{need}"
        "The same ad on several boards counts once."
    )
    # a new list is a new widget: a row number selected in the old one would mean another ad in this one
    key = f"results-{hash((snapshot, filters, wanted, chosen_page))}"
    shown = rows[
        [
            "title",
            "hiring_organization",
            "role",
            "posted_on",
            "pay_usd",
            "is_open",
            "n_postings",
            "source",
            "job_location",
        ]
    ].assign(role=rows["role"].map(ROLE_TITLES).fillna("not labelled"))
    st.dataframe(
        shown,
        key=key, on_select=partial(_choose, key, tuple(rows["posting_id"])), selection_mode="single-row", hide_index=True, placeholder="–",
        height="auto" if len(shown) < 16 else 640,
        column_config={
            "title": columns.text("Title", 190),
            "hiring_organization": columns.text("Employer", 105),
            "role": columns.text("Role", 105),
            "posted_on": st.column_config.DateColumn("Posted", width=88),
            "pay_usd": st.column_config.NumberColumn(
                "Pay, USD", format="localized", width=80, help="Middle of the yearly base pay that the ad states."
            ),
            "is_open": st.column_config.CheckboxColumn("Open", width=55),
            "n_postings": st.column_config.NumberColumn("Postings", width=75, help="Postings of the same ad that pass the filters."),
            "source": columns.text("Source", 90),
            "job_location": columns.text("Place"),
        },
    )  # fmt: skip
    if n_total > _ROWS:
        st.pagination(-(-n_total // _ROWS), key="results_page", max_visible_pages=5, bind="query-params")
    offer(snapshot, "ads", rows.drop(columns="n_total"))


def _chosen_page() -> int:
    """The page of the list, which is read before its widget is drawn: from there, else from the link; at least 1."""
    linked = st.query_params.get("results_page", "")
    return int(st.session_state.get("results_page") or (linked if re.fullmatch("[1-9][0-9]{0,6}", linked) else 1))


def _choose(key: str, posting_ids: tuple[str, ...]) -> None:
    """Put the ad of the selected row into the URL; the widget's rows are ``posting_ids``."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params.pop("wording", None)
        st.query_params["ad"] = posting_ids[rows[0]]
