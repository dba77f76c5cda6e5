"""Overview: what is in here, how far labelling is, which roles, which skills."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import charts, columns, downloads, findings, queries
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import posted_between, sample_note
from dashboard.roles import FOUR, LABELS, ROLE_TITLES
from dashboard.states import MIN_ADS, MIN_EMPLOYERS, nothing_labelled, nothing_passes, snippets_only

_TOP = 10


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Overview", anchor=False)
    counts = queries.posting_count(snapshot, filters)
    if not counts["n_postings"]:
        nothing_passes()
        return
    newest = queries.snapshot_row(snapshot)
    for column, (name, value, note) in zip(
        st.columns(5),
        [
            (
                "Ads",
                f"{counts['n_ads']:,}",
                f"{counts['n_postings']:,} postings; the same ad on several boards counts once.",
            ),
            (
                "Employers",
                f"{counts['n_employers']:,}",
                "Different names of hiring organizations, else different boards.",
            ),
            (
                "Open now",
                f"{counts['n_open']:,}",
                "Ads that are not closed and were seen within 45 days before the snapshot.",
            ),
            (
                "Labelled",
                f"{counts['n_labelled'] / counts['n_full_text']:.0%}" if counts["n_full_text"] else "–",
                f"{counts['n_labelled']:,} of {counts['n_full_text']:,} ads whose text is known.",
            ),
            (
                "Last seen",
                f"{counts['last_seen_at']:%d %b %Y}",
                f"Latest sighting of an ad, {counts['last_seen_at']:%H:%M} UTC.",
            ),
        ],
        strict=True,
    ):
        column.metric(name, value, help=note, border=True)
    st.caption(
        f"{counts['n_ads']:,} ads in {counts['n_postings']:,} postings"
        f"{posted_between(counts['first_posted_on'], counts['last_posted_on'])}. "
        f"Snapshot `{newest['snapshot_id']}`, taken {newest['taken_at']:%d %b %Y at %H:%M} UTC."
    )
    waiting = counts["n_full_text"] - counts["n_labelled"]
    snippets = counts["n_ads"] - counts["n_full_text"]
    if snippets:
        snippets_only(snippets)
    if not counts["n_full_text"]:
        return
    if not counts["n_labelled"]:
        nothing_labelled()
        return
    if waiting:
        st.info(
            f"{waiting:,} of {counts['n_full_text']:,} ads are not labelled yet; they are in no share and no chart below.",
            icon=":material/pending:",
        )
    findings.show(snapshot)
    _roles(snapshot, queries.role_count(snapshot, filters), queries.role_count_by_month(snapshot, filters), filters)
    _skills(snapshot, queries.skill_share(snapshot, filters, _TOP, MIN_ADS, MIN_EMPLOYERS), filters.need)


def _roles(snapshot: Path, counts: pd.DataFrame, by_month: pd.DataFrame, filters: Filters) -> None:
    left, right = st.columns([5, 6], gap="large")
    n_ads = int(counts["n_ads"].sum())
    with left:
        st.subheader("Which roles", anchor=False)
        chart = drawn(charts.role_count, counts)
        st.vega_lite_chart(chart)
        st.caption(f"Share of n = {n_ads:,} labelled ads; role judged by {LABELS[filters.label]}.")
        with st.expander("Table"):
            st.dataframe(
                counts.assign(role=counts["role"].map(ROLE_TITLES)),
                hide_index=True, placeholder="–",
                column_config={
                    "role": "Role", "n_ads": columns.count("Ads"),
                    "n_employers": columns.count("Employers"),
                    "share": columns.share("Share"),
                    "first_posted_on": columns.day("First posted"),
                    "last_posted_on": columns.day("Last posted"),
                },
            )  # fmt: skip
        downloads.offer(snapshot, "roles", counts, chart)
    with right:
        st.subheader("When they were posted", anchor=False)
        if by_month["month"].nunique() < 2:
            st.info(
                "The dates of posting, where ads have any, are of one month: nothing to draw over time.",
                icon=":material/calendar_month:",
            )
        else:
            over_time = drawn(charts.role_count_by_month, by_month)
            st.vega_lite_chart(over_time)
            st.caption(
                f"n = {int(by_month['n_ads'].sum()):,} labelled ads of the last 24 months that have any; "
                "date of posting, else of the first sighting. Which boards were collected changes over time, "
                "so a rise here is not yet a rise in demand."
            )
            downloads.offer(snapshot, "roles-by-month", by_month, over_time)


def _skills(snapshot: Path, shares: pd.DataFrame, need: str | None) -> None:
    st.subheader(f"The {_TOP} skills that each role's ads name most", anchor=False)
    st.caption(
        f"Dot: share of the role's ads that name the skill{f' as {need}' if need else ', whatever its need'}. "
        "Line: 95 % interval, clustered by employer."
    )
    columns = st.columns(2, gap="large")
    for i, role in enumerate(FOUR):
        of_role = shares[shares["role"] == role]
        with columns[i % 2]:
            st.markdown(f"**{ROLE_TITLES[role]}**")
            if of_role.empty:
                st.info(
                    f"Not enough ads: at least {MIN_ADS} ads of {MIN_EMPLOYERS} employers are needed.",
                    icon=":material/scale:",
                )
                continue
            chart = drawn(charts.skill_share, of_role, role)
            st.vega_lite_chart(chart)
            st.caption(
                sample_note(
                    int(of_role["n_ads"].iloc[0]),
                    f"{ROLE_TITLES[role]} ads",
                    int(of_role["n_employers"].iloc[0]),
                    None,
                    None,
                )
            )
            downloads.offer(snapshot, f"top-skills-{role}", of_role, chart)
