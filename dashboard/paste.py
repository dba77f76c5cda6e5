"""Read an ad: what rolescope reads in any text that one pastes, shown as the page of an ad shows it."""

from pathlib import Path

import streamlit as st

from dashboard import ad_reading
from dashboard.ad_facts import pasted_facts
from dashboard.filtered import Filters
from dashboard.highlight import ad_head
from dashboard.roles import LABELS
from dashboard.snapshot import database
from warehouse import WarehouseError
from warehouse.text import MAX_CHARACTERS, clean, language

_FEW_WORDS = 30
_TITLE = 300  # characters


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Read an ad", anchor=False)
    st.markdown("Paste an ad to see its role, why, and the skills and facts that are found in it.")
    with st.form("pasted_form", border=False):
        st.text_input(
            "Title of the ad", key="pasted_title", max_chars=_TITLE, placeholder="as the ad has it; may be left empty"
        )
        st.text_area("Its text", key="pasted_text", height=260, max_chars=MAX_CHARACTERS)
        st.caption(
            f"At most {MAX_CHARACTERS:,} characters; the box ignores a longer paste. The text is read in the memory of the computer that runs this dashboard: it is "
            "never stored, logged, counted in any number or put into the link, and is gone when you leave this page. Of the side "
            f"bar, only “Role is judged by” ({LABELS[filters.label]}) applies here."
        )
        st.form_submit_button("Read it", icon=":material/search:")
    pasted = st.session_state.get("pasted_text") or ""
    # the same cleaning as for ads that are collected: HTML made plain, control characters gone, cut at the limit
    text = clean(pasted)
    title = " ".join(clean(st.session_state.get("pasted_title") or "").split())[:_TITLE]
    if not text and not title:
        if pasted:
            st.warning("Nothing in this can be read as text.", icon=":material/help:")
        return
    if len(pasted) >= MAX_CHARACTERS:
        st.info(f"Only the first {MAX_CHARACTERS:,} characters were read.", icon=":material/content_cut:")
    _read(snapshot, filters, title, text)


def _read(snapshot: Path, filters: Filters, title: str, text: str) -> None:
    try:
        # seen the first time; later the model is there
        with st.spinner("Loading the model that labels ads …"):
            from dashboard import pasted

            found = pasted.read(database(), title, text)
    except (WarehouseError, ValueError) as error:
        st.error("The ad cannot be read: your own model or table of skills has a fault.", icon=":material/rule:")
        st.text(str(error))
        return
    spoken = language(text)
    if len(text.split()) < _FEW_WORDS:
        st.info("That is little text: what it does not name, the whole ad may.", icon=":material/short_text:")
    elif spoken is None:
        st.info(
            "This hardly looks like text in words, so what is said of it below means little.", icon=":material/help:"
        )
    elif spoken != "en":
        st.info(
            f"This looks like a text in another language than English (“{spoken}”). Skills and many headings are known in it "
            "all the same, but the role was mostly learnt from English ads, and facts may be missed.",
            icon=":material/translate:",
        )
    if not title:
        st.info("Without a title, the role is judged by the text alone.", icon=":material/title:")
    ad_head(
        {"title": title or "No title", "lines": [], "url": None, "source": None, "facts": pasted_facts(found.facts, spoken)},
        key="head-pasted",
    )  # fmt: skip
    ad_reading.show(snapshot, text, found, filters.label, "pasted", title=title)
