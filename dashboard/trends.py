"""Trends: shares over time where the same boards were collected all along, and which skills rise and fall."""

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import queries, trends_charts, trends_period, trends_queries, trends_skills
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.roles import FOUR, LABELS
from dashboard.states import say_why_nothing
from dashboard.trends_boards import ALL, FIXED, choose_period, events_note, events_of, not_yet, say_boards, within_dates
from dashboard.trends_period import MIN_PARTS
from dashboard.trends_queries import Span
from dashboard.trends_tables import every_part, gaps, shares_table, too_few


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Trends", anchor=False)
    st.markdown(
        "What do ads ask for more, or less, than before? Counted where the same boards were collected all along: else a change of "
        "who was collected would look like a change of jobs."
    )
    left, right = st.columns(2)
    every = left.segmented_control(
        "By", list(trends_period.EVERY), default="month", key="every", bind="query-params", required=True,
        help="When an ad was posted; where it does not say, when it was first seen.",
    )  # fmt: skip
    kind = right.segmented_control(
        "Boards", [FIXED, ALL], default=FIXED, key="boards", bind="query-params", required=True,
        help="A fixed set: the boards (an imported file counts as one) that have ads in every part of the period.",
    )  # fmt: skip
    every, is_fixed = every or "month", kind != ALL
    if not _has_labels(snapshot, filters):
        return
    boards = within_dates(trends_queries.board_by_part(snapshot, every, filters.sources), filters)
    parts = trends_period.calendar(boards, every)
    best = trends_period.longest(boards, parts)
    if len(parts) < MIN_PARTS or (is_fixed and best is None):
        not_yet(snapshot, filters, boards, every, len(parts) >= MIN_PARTS)
        return
    chosen = choose_period(boards, parts, every, best)
    if chosen is None or not say_boards(snapshot, filters, chosen, every, is_fixed, best):
        return
    if filters.only_open:
        st.warning(
            "“Open ads only” is on: of older ads only those are left that nobody filled. A trend of them is one of what stays "
            "open; take it off in the sidebar.",
            icon=":material/filter_alt:",
        )
    span = Span(every, chosen.first, chosen.last, is_fixed)
    within = [part for part in parts if chosen.first <= part <= chosen.last]
    events = events_of(snapshot, boards, within, span)
    _role_mix(snapshot, filters, span, within, events)
    trends_skills.show(snapshot, filters, span, within, events)


def _has_labels(snapshot: Path, filters: Filters) -> bool:
    counts = queries.posting_count(snapshot, filters)
    if not counts["n_labelled"]:
        say_why_nothing(counts)
    return bool(counts["n_labelled"])


def _role_mix(snapshot: Path, filters: Filters, span: Span, parts: list[date], events: pd.DataFrame) -> None:
    st.subheader("Roles", anchor=False)
    mix = trends_queries.role_mix(snapshot, filters, span)
    shown = mix[mix["role"].isin(FOUR)] if len(mix) else mix
    if shown.empty or shown.dropna(subset=["share"])["part"].nunique() < MIN_PARTS:
        too_few(span)
        return
    lines = every_part(shown, parts, span.every)
    what = "Share of all labelled ads"
    chart = drawn(trends_charts.shares_over_time, lines, events, what)
    st.vega_lite_chart(chart)
    sizes = mix.drop_duplicates("part")["n_ads"]
    counts = queries.posting_count(snapshot, filters)
    unread = counts["n_full_text"] - counts["n_labelled"]
    st.caption(
        f"{what}, of other jobs too, that are of each role, judged by {LABELS[filters.label]}; n = {sizes.sum():,} ads, {sizes.min():,} "
        f"to {sizes.max():,} a {span.every}. Band: 95 % interval, clustered by employer. {gaps(shown, span.every)}"
        f"{f' {unread:,} ads are not labelled yet: run `rolescope label`.' if unread > 0 else ''}"
    )
    events_note(events, span)
    shares_table(snapshot, "trend-roles", mix, chart, span.every)
