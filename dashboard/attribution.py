"""Who is to be named, and linked to, beside what came from a source; search engines may follow the links.

Streamlit's Markdown gives links rel="noopener noreferrer", without nofollow (read in its frontend, 1.67)."""

import re
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from dashboard import queries
from dashboard.highlight import safe_url

_IN_ADDRESS = ":/?#@!$&'*+,;=%~"  # what an address may hold and Markdown reads as part of it


def sources_line(snapshot: Path) -> None:
    """The foot of every page: the sources in the data that ask to be named; nothing where none does."""
    named = {
        row["attribution"]: row["attribution_url"] for row in queries.sources(snapshot).values() if row["attribution"]
    }
    if named:
        st.caption(f"Sources: {', '.join(_link(name, url) for name, url in named.items())}.")


def _link(name: str, url: str | None) -> str:
    """A name as Markdown that is nothing but that name, linked to an address where there is one."""
    plain = re.sub(r"([^\w\s]|_)", r"\\\1", " ".join(name.split()))
    address = safe_url(url)
    return f"[{plain}]({quote(address, safe=_IN_ADDRESS)})" if address else plain
