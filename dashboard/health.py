"""Data health: how each board fared, what was rejected, what the ads are made of, how far labelling is and how good."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, composition, label_quality, queries
from dashboard.filtered import Filters

_COMPLETE = ("ok", "empty", "unchanged")
_N_RECORDS = 200


def show(snapshot: Path, filters: Filters) -> None:
    """The page. Of the filters, boards, rejected records and labels obey the source only."""
    st.title("Data health", anchor=False)
    st.markdown("How each board fared in its latest try. Only a complete fetch is evidence that a posting is gone.")
    boards = queries.board_health(snapshot)
    if boards.empty:
        st.info("No board was tried yet. Run `rolescope crawl` or `rolescope import FILE`.", icon=":material/inbox:")
        return
    if filters.sources:
        boards = boards[boards["source"].isin(filters.sources)]
    n_bad = int((~boards["last_status"].isin(_COMPLETE)).sum())
    n_below = int(boards["is_below_minimum"].sum())
    never = int(boards["last_success_at"].isna().sum())
    for column, (name, value, note) in zip(
        st.columns(5),
        [
            ("Boards tried", len(boards), "Boards that were tried at least once."),
            ("Complete", len(boards) - n_bad, "Status of the latest try is ok, empty or unchanged."),
            ("In trouble", n_bad, "Any other status in the latest try."),
            ("Below minimum", n_below, "Found fewer postings than the list of boards expects."),
            ("Never complete", never, "No complete fetch so far: nothing of these boards is ever closed."),
        ],
        strict=True,
    ):
        column.metric(name, f"{value:,}", help=note, border=True)
    if n_below:
        st.warning(
            f"{n_below:,} board{'s' if n_below > 1 else ''} found fewer postings than expected in the latest try. "
            "The employer may have moved, or the board changed its shape.",
            icon=":material/warning:",
        )
    _statuses(snapshot, filters)
    _boards(boards)
    _quarantine(snapshot, filters)
    composition.show(snapshot, filters)
    _labels(snapshot, filters)
    label_quality.show(snapshot)


def _statuses(snapshot: Path, filters: Filters) -> None:
    st.subheader("By source and status", anchor=False)
    counts = queries.board_status_count(snapshot)
    if filters.sources:
        counts = counts[counts["source"].isin(filters.sources)]
    st.dataframe(
        counts, hide_index=True, placeholder="–",
        column_config={
            "source": "Source", "last_status": "Status of the latest try",
            "n_boards": columns.count("Boards"),
            "n_below_minimum": columns.count("Below minimum"),
            "n_found": columns.count("Postings found"),
            "last_success_at": columns.moment("Latest success"),
        },
    )  # fmt: skip


def _boards(boards: pd.DataFrame) -> None:
    st.subheader("Boards", anchor=False)
    statuses = sorted(boards["last_status"].unique())
    left, right = st.columns([3, 2])
    chosen = left.pills("Status of the latest try", statuses, selection_mode="multi", key="status", bind="query-params")
    only_below = right.toggle("Below minimum only", key="below", bind="query-params")
    if chosen:
        boards = boards[boards["last_status"].isin(chosen)]
    if only_below:
        boards = boards[boards["is_below_minimum"]]
    st.caption(f"n = {len(boards):,} boards; those that need a look come first.")
    st.dataframe(
        boards, hide_index=True, placeholder="–", height="auto",
        column_config={
            "source": "Source", "board": "Board", "hiring_organization": "Employer", "last_status": "Status",
            "is_below_minimum": st.column_config.CheckboxColumn("Below minimum"),
            "n_found": columns.count("Found"),
            "n_expected": columns.count("Expected", "As the source says; empty: it does not say."),
            "n_rejected": columns.count("Rejected"), "n_tries": columns.count("Tries"),
            "n_failures": columns.count("Failed or partial"), "n_postings": columns.count("Postings held"),
            "n_open": columns.count("Open"), "last_tried_at": columns.moment("Last tried"),
            "last_success_at": columns.moment("Last success"),
            "last_error": columns.text("Last error", 400),
        },
    )  # fmt: skip


def _labels(snapshot: Path, filters: Filters) -> None:
    st.subheader("Labels", anchor=False)
    coverage = queries.label_coverage(snapshot)
    if filters.sources:
        coverage = coverage[coverage["source"].isin(filters.sources)]
    n, n_labelled = int(coverage["n_contents"].sum()), int(coverage["n_labelled"].sum())
    version = queries.snapshot_row(snapshot).get("model_version")
    if n_labelled < n:
        st.info(
            f"{n - n_labelled:,} of {n:,} texts are not labelled yet. Run `rolescope label`.",
            icon=":material/new_label:",
        )
    st.caption(
        f"n = {n:,} different texts, {n_labelled:,} of them labelled{f' by version `{version}`' if version else ''}."
    )
    st.dataframe(
        coverage, hide_index=True, placeholder="–",
        column_config={
            "source": "Source", "n_contents": columns.count("Texts"), "n_labelled": columns.count("Labelled"),
            "n_with_country": columns.count("Country known"), "n_with_pay": columns.count("Pay stated"),
            "labelled_at": columns.moment("Latest labelling"),
        },
    )  # fmt: skip


def _quarantine(snapshot: Path, filters: Filters) -> None:
    st.subheader("Quarantine", anchor=False)
    reasons = queries.quarantine_count(snapshot)
    if filters.sources:
        reasons = reasons[reasons["source"].isin(filters.sources)]
    if reasons.empty:
        st.success("No record was rejected.", icon=":material/check_circle:")
        return
    st.caption(
        f"n = {int(reasons['n_records'].sum()):,} records that no posting could be made of. They are kept, and count nowhere."
    )
    st.dataframe(
        reasons, hide_index=True, placeholder="–",
        column_config={
            "source": "Source", "reason": "Reason", "n_records": columns.count("Records"),
            "last_at": columns.moment("Latest"),
        },
    )  # fmt: skip
    with st.expander(f"The latest {_N_RECORDS} records"):
        st.dataframe(
            queries.quarantine(snapshot, _N_RECORDS), hide_index=True, placeholder="–",
            column_config={
                "fetched_at": columns.moment("Fetched"), "source": "Source", "board": "Board",
                "reason": "Reason", "record": columns.text("Record as it came", 600),
            },
        )  # fmt: skip
