"""One ad of the warehouse: what its source says of it, what was read in it, its other postings and wordings."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import ad_reading, ads_queries, columns, queries
from dashboard.ad_facts import posting_facts, text_facts
from dashboard.ads_queries import Reading
from dashboard.downloads import offer
from dashboard.highlight import ad_head, ad_text, safe_url
from dashboard.wordings import MOST_LINES, difference


def show(snapshot: Path, posting_id: str, label: str, skill: str | None, search: str | None) -> None:
    """The ad; ``skill`` is the key of the skill and ``search`` the words by which it was looked for."""
    ad = ads_queries.ad(snapshot, posting_id)
    if ad is None:
        st.warning("The ad that the link asks for is not in this snapshot.", icon=":material/link_off:")
        return
    reading = ads_queries.ad_reading(snapshot, ad["content_hash"])
    _head(snapshot, ad, reading)
    if not ad["full_text"]:
        st.info(
            "The source gives the first words of this ad only: what they lack, the ad itself may have. "
            "It is in no share and no chart.",
            icon=":material/short_text:",
        )
    if not reading.answers:
        st.info("This ad is not labelled yet: run `rolescope label`.", icon=":material/new_label:")
    ad_reading.show(
        snapshot, ad["description"], reading, label, ad["posting_id"],
        title=ad["title"], made_by=queries.current_label_version(snapshot), skill=skill, search=search,
    )  # fmt: skip
    _history(snapshot, ad)


def _head(snapshot: Path, ad: dict[str, Any], reading: Reading) -> None:
    source = queries.sources(snapshot).get(ad["source"], {})
    head = {
        "title": ad["title"],
        "lines": [" · ".join(part for part in (ad["hiring_organization"], ad["job_location"]) if part)],
        "url": ad["url"],
        "source": source.get("attribution") or source.get("name") or ad["source"],
        "source_url": safe_url(source.get("attribution_url")),
        "facts": [*posting_facts(ad), *(text_facts(reading.facts) if reading.facts else [])],
    }
    ad_head(head, key=f"head-{ad['posting_id']}")


def _history(snapshot: Path, ad: dict[str, Any]) -> None:
    same = ads_queries.ad_duplicates(snapshot, ad["cluster_id"])
    versions = ads_queries.ad_versions(snapshot, ad["posting_id"])
    with st.expander(
        f"History, and {len(same):,} posting{'s' if len(same) != 1 else ''} of this ad", expanded="wording" in st.query_params
    ):  # fmt: skip
        reopened = f" Reopened {ad['n_reopened']} times." if ad["n_reopened"] else ""
        st.caption(
            f"First seen {ad['first_seen_at']:%d %b %Y %H:%M}, last seen {ad['last_seen_at']:%d %b %Y %H:%M} UTC.{reopened}"
        )
        shown = same.drop(columns="content_hash")
        st.dataframe(
            shown, hide_index=True, placeholder="–",
            column_config={
                "posting_id": "Posting", "source": "Source", "board": columns.text("Board"),
                "hiring_organization": columns.text("Employer"), "job_location": columns.text("Place"),
                "first_seen_at": columns.moment("First seen"), "last_seen_at": columns.moment("Last seen"),
                "is_open": "Open",
            },
        )  # fmt: skip
        offer(snapshot, "postings", shown, query=same.attrs.get("query"))
        if len(versions):
            st.caption(f"It had {len(versions)} other wording{'s' if len(versions) != 1 else ''} before.")
            st.dataframe(
                versions, hide_index=True, placeholder="–",
                column_config={
                    "seen_from": columns.moment("Seen from"), "seen_to": columns.moment("to"), "content_hash": "Content",
                    "title": columns.text("Title then"),
                },
            )  # fmt: skip
        _difference(snapshot, ad, same, versions)


def _difference(snapshot: Path, ad: dict[str, Any], same: pd.DataFrame, versions: pd.DataFrame) -> None:
    """What the ad says now and another wording of it does not, and the other way round."""
    others: dict[str, str] = {}
    for key, source, board in zip(same["content_hash"], same["source"], same["board"], strict=True):
        others[key] = f"{source}, {board} · {key[:6]}"
    for key, seen_to in zip(versions["content_hash"], versions["seen_to"], strict=True):
        others[key] = f"until {seen_to:%d %b %Y} · {key[:6]}"
    others.pop(ad["content_hash"], None)
    if not others:
        st.caption("Every posting of it has the same words, and had them from the start.")
        return
    asked = st.query_params.get("wording")
    keys = list(others)
    if asked and asked not in keys:
        st.caption("The link asks for a wording that this ad did not have.")
    widget = f"wording-{ad['posting_id']}"
    chosen = st.selectbox(
        "Compare the text with another wording", keys, index=keys.index(asked) if asked in keys else None, placeholder="choose one",
        format_func=others.__getitem__, key=widget, on_change=_choose_wording, args=(widget,),
    )  # fmt: skip
    if chosen is None:
        return
    title, text = ads_queries.wording(snapshot, chosen)
    if title != ad["title"]:
        st.text(f"Its title: {title}")
    found = difference(text, ad["description"])
    if found is None:
        st.info(f"More than {MOST_LINES:,} lines differ: too many to compare.", icon=":material/difference:")
    elif text == ad["description"]:
        st.caption("The text is the same, word for word.")
    else:
        ad_text(*found, f"difference-{ad['posting_id']}-{chosen}", name="Differences of two wordings")


def _choose_wording(widget: str) -> None:
    """Put the chosen wording into the URL, beside the ad that it is one of."""
    if chosen := st.session_state[widget]:
        st.query_params["wording"] = chosen
    else:
        st.query_params.pop("wording", None)
