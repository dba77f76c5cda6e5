"""Ads: search them, and read one with what was found in it marked where it stands."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.navigation.page import Page

from dashboard import columns, queries
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.highlight import Mark, ad_head, ad_text, safe_url, segments
from dashboard.roles import LABELS, ROLE_TITLES

_ROWS = 100
_SKILLS, _REASONS = "skills and facts", "reasons for the role"
_DEGREES = {"none_stated": "none stated", "bachelor": "bachelor", "master": "master", "phd": "PhD"}


def page() -> Page:
    """This page as the target of links, which find it by its path."""
    return st.Page(lambda: None, title="Ads", url_path="ads")


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Ads", anchor=False)
    names = queries.skill_names(snapshot)
    search, role, skill = _controls(names)
    list_area, ad_area = st.columns(2, gap="medium")
    with list_area:
        _results(snapshot, filters, search, role, skill)
    with ad_area:
        chosen = st.query_params.get("ad")
        if chosen is None:
            st.info("Choose an ad in the list to read it here.", icon=":material/left_click:")
            return
        ad = queries.ad(snapshot, chosen)
        if ad is None:
            st.warning("The ad that the link asks for is not in this snapshot.", icon=":material/link_off:")
            return
        _ad(snapshot, ad, skill, filters.label)


def _controls(names: dict[str, str]) -> tuple[str | None, str | None, str | None]:
    check_link("role", list(ROLE_TITLES.values()), "role")
    check_link("skill", list(names.values()), "skill")
    first, second, third = st.columns([4, 3, 3])
    search = first.text_input("Title or employer contains", key="q", bind="query-params", icon=":material/search:")
    role = second.selectbox(
        "Role",
        list(ROLE_TITLES),
        index=None,
        placeholder="any",
        format_func=ROLE_TITLES.__getitem__,
        key="role",
        bind="query-params",
    )
    skill = third.selectbox(
        "Names the skill",
        list(names),
        index=None,
        placeholder="any",
        format_func=names.__getitem__,
        key="skill",
        bind="query-params",
    )
    return search.strip() or None, role, skill


def _results(snapshot: Path, filters: Filters, search: str | None, role: str | None, skill: str | None) -> None:
    chosen_page = int(st.session_state.get("results_page", 1))
    rows = queries.ad_match(snapshot, filters, search, role, skill, _ROWS, (chosen_page - 1) * _ROWS)
    if rows.empty and chosen_page > 1:
        st.session_state["results_page"] = chosen_page = 1
        rows = queries.ad_match(snapshot, filters, search, role, skill, _ROWS, 0)
    if rows.empty:
        st.info("No ad matches. Take a filter away, here or in the sidebar.", icon=":material/search_off:")
        return
    n_total = int(rows["n_total"].iloc[0])
    first = (chosen_page - 1) * _ROWS + 1
    judged = f"Role judged by {LABELS[filters.label]}. " if role else ""
    st.caption(
        f"**{n_total:,}** ads match; shown are {first:,} to {first + len(rows) - 1:,}, newest first. {judged}The same ad on several boards counts once."
    )
    # a new list is a new widget: a row number selected in the old one would mean another ad in this one
    key = f"results-{hash((snapshot, filters, search, role, skill, chosen_page))}"
    st.dataframe(
        rows[["title", "hiring_organization", "role", "posted_on", "is_open", "n_postings", "source", "job_location"]].assign(
            role=rows["role"].map(ROLE_TITLES).fillna("not labelled")
        ),
        key=key, on_select=partial(_choose, key, tuple(rows["posting_id"])), selection_mode="single-row", hide_index=True, placeholder="–",
        height=640,
        column_config={
            "title": columns.text("Title", 190),
            "hiring_organization": columns.text("Employer", 105),
            "role": columns.text("Role", 105),
            "posted_on": st.column_config.DateColumn("Posted", width=88),
            "is_open": st.column_config.CheckboxColumn("Open", width=55),
            "n_postings": st.column_config.NumberColumn("Postings", width=75, help="Postings of the same ad that pass the filters."),
            "source": columns.text("Source", 90),
            "job_location": columns.text("Place"),
        },
    )  # fmt: skip
    if n_total > _ROWS:
        st.pagination(-(-n_total // _ROWS), key="results_page", max_visible_pages=5)


def _choose(key: str, posting_ids: tuple[str, ...]) -> None:
    """Put the ad of the selected row into the URL; the widget's rows are ``posting_ids``."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.query_params["ad"] = posting_ids[rows[0]]


def _ad(snapshot: Path, ad: dict[str, Any], skill: str | None, label: str) -> None:
    mentions = queries.ad_mentions(snapshot, ad["content_hash"])
    facts = queries.ad_facts(snapshot, ad["content_hash"])
    state = "open" if ad["is_open"] else f"closed: {ad['closed_reason']}" if ad["closed_at"] else "not seen for 45 days"
    source = queries.sources(snapshot).get(ad["source"], {})
    head = {
        "title": ad["title"],
        "lines": [" · ".join(part for part in (ad["hiring_organization"], ad["job_location"]) if part)],
        "url": ad["url"],
        "source": source.get("attribution") or source.get("name") or ad["source"],
        "source_url": safe_url(source.get("attribution_url")),
        "facts": [["Status", state, f"last seen {ad['last_seen_at']:%d %b %Y}"], *_facts(ad, facts)],
    }
    ad_head(head, key=f"head-{ad['posting_id']}")
    if not ad["full_text"]:
        st.info(
            "The source gives the first words of this ad only: what they lack, the ad itself may have. "
            "It is in no share and no chart.",
            icon=":material/short_text:",
        )
    explained = None
    if ad["labelled_at"] is None:
        st.info("This ad is not labelled yet: run `rolescope label`.", icon=":material/new_label:")
    else:
        with st.spinner("Loading the model that labels ads …"):  # seen once: it appears after half a second only
            from dashboard import why  # imports spaCy: a second that no other page should take
        explained = why.show(snapshot, ad, label)
    marks = [*_skill_marks(mentions, skill), *_fact_marks(facts)]
    sides = None
    if explained and _marked() == _REASONS:
        marks, sides = why.marks(explained), why.sides(explained)
    headings = _heading_marks(ad["description"], queries.ad_sections(snapshot, ad["content_hash"]))
    ad_text(segments(ad["description"], [*marks, *headings]), f"text-{ad['posting_id']}", sides)
    if ad["labelled_at"] is not None:
        _skill_table(mentions)
    _history(snapshot, ad)


def _marked() -> str:
    """What the reader wants to see marked in the text."""
    check_link("mark", [_SKILLS, _REASONS], "choice of marks")
    choice: str = st.segmented_control(
        "Mark in the text", [_SKILLS, _REASONS], key="mark", bind="query-params", default=_SKILLS, required=True
    )
    return choice


def _skill_marks(mentions: list[dict[str, Any]], skill: str | None) -> list[Mark]:
    marks = []
    for m in mentions:
        kind = "negated" if m["negated"] else m["need"] or "context"
        note = f"{m['name']}: {kind}"
        note += f", or instead {m['instead']}" if m["instead"] else ""
        note += f", section: {m['section']}" if m["section"] else ""
        marks.append(Mark(m["start_char"], m["end_char"], kind, note, is_wanted=m["skill"] == skill))
    return marks


def _fact_marks(facts: dict[str, Any]) -> list[Mark]:
    names = {"salary": "pay", "degree": "degree required", "years": "years of experience", "work_mode": "work mode"}
    spans = [(facts.get(f"{fact}_start_char"), facts.get(f"{fact}_end_char"), name) for fact, name in names.items()]
    return [Mark(start, end, "fact", name) for start, end, name in spans if start is not None and end is not None]


def _heading_marks(text: str, sections: list[dict[str, Any]]) -> list[Mark]:
    marks = []
    for section in sections:
        start = text.find(section["heading"], section["start_char"], section["end_char"]) if section["heading"] else -1
        if start >= 0:
            marks.append(Mark(start, start + len(section["heading"]), "heading", f"section: {section['kind']}"))
    return marks


def _facts(ad: dict[str, Any], facts: dict[str, Any]) -> list[list[str]]:
    """Name, value and origin of what is known of an ad; what is not stated is left out."""
    rows = []
    if ad["posted_on"]:
        rows.append(["Posted", f"{ad['posted_on']:%d %b %Y}", "" if ad["date_posted"] else "first sighting"])
    if ad["salary_unit"]:
        bounds = [f"{v:,.0f}" for v in dict.fromkeys((ad["base_salary_min"], ad["base_salary_max"])) if v is not None]
        origin = "stated by the source" if ad["base_salary_source"] == "structured" else "read from the text"
        rows.append(
            ["Base pay", f"{ad['salary_currency'] or ''} {' – '.join(bounds)} per {ad['salary_unit'].lower()}", origin]
        )
    if ad["labelled_at"] is not None:
        years = "none stated" if ad["years_min"] is None else f"{ad['years_min']:g} or more"
        degree = _DEGREES.get(ad["degree_required"], ad["degree_required"])
        preferred = (
            f"preferred: {_DEGREES.get(facts['degree_preferred'], facts['degree_preferred'])}"
            if facts.get("degree_preferred")
            else ""
        )
        rows += [["Years of experience", years, ""], ["Degree required", degree or "none stated", preferred]]
        rows.append(
            [
                "Seniority",
                ad["seniority"] or "unstated",
                f"from the {facts['seniority_source']}" if facts.get("seniority_source") else "",
            ]
        )
    for name, value in (
        ("Work mode", ad["work_mode"]), ("Employment", ad["employment_type"]), ("Country", ad["country"]), ("Language", ad["language"]),
    ):  # fmt: skip
        if value:
            rows.append([name, value, ""])
    return rows


def _skill_table(mentions: list[dict[str, Any]]) -> None:
    with st.expander(f"{len(mentions)} mentions of skills, and the rule that accepted each"):
        st.dataframe(
            pd.DataFrame(mentions, columns=["name", "need", "instead", "negated", "section", "rule", "start_char"]), hide_index=True, placeholder="–",
            column_config={
                "name": "Skill", "need": "Need", "instead": "Or instead", "negated": "Not needed", "section": "Section", "rule": "Rule", "start_char": "From character",
            },
        )  # fmt: skip


def _history(snapshot: Path, ad: dict[str, Any]) -> None:
    same = queries.ad_duplicates(snapshot, ad["cluster_id"])
    versions = queries.ad_versions(snapshot, ad["posting_id"])
    with st.expander(f"History, and {len(same):,} posting{'s' if len(same) != 1 else ''} of this ad"):
        reopened = f" Reopened {ad['n_reopened']} times." if ad["n_reopened"] else ""
        st.caption(
            f"First seen {ad['first_seen_at']:%d %b %Y %H:%M}, last seen {ad['last_seen_at']:%d %b %Y %H:%M} UTC.{reopened}"
        )
        st.dataframe(
            same, hide_index=True, placeholder="–",
            column_config={
                "posting_id": "Posting", "source": "Source", "board": "Board", "hiring_organization": "Employer", "job_location": "Place",
                "first_seen_at": columns.moment("First seen"), "last_seen_at": columns.moment("Last seen"),
                "is_open": "Open",
            },
        )  # fmt: skip
        if len(versions):
            st.caption(f"It had {len(versions)} other wording{'s' if len(versions) != 1 else ''} before.")
            st.dataframe(
                versions, hide_index=True, placeholder="–",
                column_config={
                    "seen_from": columns.moment("Seen from"), "seen_to": columns.moment("to"), "content_hash": "Content", "title": "Title then",
                },
            )  # fmt: skip
