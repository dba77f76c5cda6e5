"""What a page says when it has nothing, or too little, to show; and how little is too little."""

from collections.abc import Mapping

import streamlit as st

MIN_ADS = 10
"""Fewest ads of a role that a share is made of."""
MIN_EMPLOYERS = 5
"""Fewest employers behind it: an interval clustered by employer says nothing with fewer."""


def nothing_labelled() -> None:
    """Say that roles and skills are not known yet, and how they come to be."""
    st.info(
        "Nothing is labelled yet, so roles and skills are not known. Run `rolescope label`; this page shows the labels by itself.",
        icon=":material/new_label:",
    )


def nothing_passes() -> None:
    """Say that the filters leave nothing over."""
    st.info("No ad passes these filters. Take one away in the sidebar.", icon=":material/filter_alt_off:")


def snippets_only(n_ads: int) -> None:
    """Ads whose source gives their first words only."""
    known = "ad is known by its" if n_ads == 1 else "ads are known by their"
    st.info(
        f"{n_ads:,} {known} first words only: to be read under Ads, and in no share and no chart.",
        icon=":material/short_text:",
    )


def say_why_nothing(counts: Mapping[str, int]) -> None:
    """Say why no role can be counted, by what there is: n_ads, n_full_text and n_labelled of ``queries.posting_count``."""
    if counts["n_ads"] and not counts["n_full_text"]:
        snippets_only(counts["n_ads"])
    elif counts["n_ads"] and not counts["n_labelled"]:
        nothing_labelled()
    else:
        nothing_passes()
