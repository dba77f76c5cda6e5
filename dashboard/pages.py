"""The list of pages, and what they all have in common: the snapshot, the sample banner, the filters."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import (
    ads,
    back,
    claims,
    compare,
    health,
    learn,
    method,
    overview,
    paste,
    pay,
    prompt,
    queries,
    skills,
    trends,
)
from dashboard.attribution import sources_line
from dashboard.filtered import Filters
from dashboard.filters import filter_bar
from dashboard.snapshot import current_snapshot, follow, published
from warehouse import WarehouseError

PAGES: dict[str, tuple[str, str, Callable[[Path, Filters], None]]] = {
    "overview": ("Overview", ":material/monitoring:", overview.show),
    "compare": ("Compare roles", ":material/compare_arrows:", compare.show),
    "claims": ("Claims", ":material/gavel:", claims.show),
    "skills": ("Skills", ":material/construction:", skills.show),
    "trends": ("Trends", ":material/trending_up:", trends.show),
    "pay": ("Pay", ":material/payments:", pay.show),
    "learn": ("Learn next", ":material/school:", learn.show),
    "ads": ("Ads", ":material/search:", ads.show),
    "read": ("Read an ad", ":material/document_scanner:", paste.show),
    "health": ("Data health", ":material/health_and_safety:", health.show),
    "sql": ("SQL", ":material/terminal:", prompt.show),
    "method": ("Method", ":material/menu_book:", method.show),
}
"""Title, icon and body of each page by its path in the URL."""
_WITHOUT_ADS = ("claims", "read", "health", "sql", "method")
"""Pages that have something to show where there is no posting yet."""


def show() -> None:
    """Run the page that the URL names.

    Everything around a page is drawn out here, not inside of it: a widget that is to keep its value when the reader turns
    to another page must not belong to one.
    """

    def run(body: Callable[[Path, Filters], None]) -> None:
        body(snapshot, filters)

    listed = [
        st.Page(partial(run, body), title=title, icon=icon, url_path=path)
        for path, (title, icon, body) in PAGES.items()
    ]
    # the first page's own address is "/" alone; by its name it would not be found
    title, icon, body = PAGES["overview"]
    first = st.Page(partial(run, body), title=title, icon=icon, url_path="start", default=True)
    listed[0] = st.Page(partial(run, body), title=title, icon=icon, url_path="overview", visibility="hidden")
    page = st.navigation([first, *listed])
    shown = published()
    try:
        snapshot = current_snapshot()
        newest = queries.snapshot_row(snapshot)
    except WarehouseError as error:
        st.title("Nothing to show yet", anchor=False)
        st.error(
            "The warehouse cannot be read. As soon as it can be, this page shows it by itself.",
            icon=":material/database_off:",
        )
        st.text(str(error))
        follow(shown)
        return
    if newest.get("is_sample"):
        st.warning(
            "**Sample data.** These postings and employers are invented, to show how rolescope works. "
            "They say nothing about the real job market.",
            icon=":material/science:",
        )
    filters = Filters()
    if newest.get("n_posting"):
        filters = filter_bar(snapshot)
    else:
        st.info(
            "The warehouse is there, but holds no posting yet. Run `rolescope up`, `rolescope crawl` or `rolescope import FILE`; "
            "this page shows the first ones by itself.",
            icon=":material/inbox:",
        )
    if newest:
        st.sidebar.caption(f"Snapshot `{newest['snapshot_id']}` of {newest['taken_at']:%d %b %Y, %H:%M} UTC")
    if newest.get("n_posting") or page.url_path in _WITHOUT_ADS:
        page.run()
        sources_line(snapshot)
    else:
        st.title("Nothing to show yet", anchor=False)
    back.back_in_one_step()
    follow(shown)
