"""What the charts of the page Trends share: their rows, tables and notes."""

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, downloads
from dashboard.drawn import Spec
from dashboard.roles import ROLE_TITLES
from dashboard.states import MIN_ADS, MIN_EMPLOYERS
from dashboard.trends_period import MIN_PARTS, in_words
from dashboard.trends_queries import Span


def too_few(span: Span) -> None:
    """Say that there is no line to draw, and what it takes."""
    st.info(
        f"Not enough ads: a line takes {MIN_PARTS} {span.every}s of at least {MIN_ADS} ads of {MIN_EMPLOYERS} employers. Choose "
        "longer parts of time or a longer period, widen the filters, or collect more boards.",
        icon=":material/scale:",
    )


def every_part(shares: pd.DataFrame, parts: list[date], every: str) -> pd.DataFrame:
    """The shares with a row for each part of the period, so that a line breaks where there is nothing."""
    days = pd.to_datetime(pd.Series(parts, dtype=object))
    both = pd.MultiIndex.from_product([shares["role"].unique(), days], names=["role", "part"]).to_frame(index=False)
    whole = both.merge(shares.assign(part=pd.to_datetime(shares["part"])), on=["role", "part"], how="left")
    return whole.assign(name=[in_words(day.date(), every) for day in whole["part"]])


def gaps(shares: pd.DataFrame, every: str) -> str:
    """A sentence on the parts of time that are not drawn; "" where all are."""
    few = shares[shares["share"].isna()]["part"].nunique()
    if not few:
        return ""
    left_out = f"{every} is" if few == 1 else f"{every}s are"
    return f"{few} {left_out} left out, having fewer than {MIN_ADS} ads or {MIN_EMPLOYERS} employers."


def shares_table(snapshot: Path, name: str, shares: pd.DataFrame, chart: Spec | None, every: str) -> None:
    """The shares as a table, the newest first, and the control to take them along."""
    listed = shares.assign(part=pd.to_datetime(shares["part"]), role=shares["role"].map(ROLE_TITLES))
    listed = listed.sort_values(["part", "role"], ascending=[False, True])
    shown = listed[["part", "role", "share", "ci_low", "ci_high", "n_with", "n_ads", "n_employers"]]
    with st.expander("Table"):
        st.dataframe(
            shown, hide_index=True, placeholder="–",
            column_config={
                "part": columns.day(every.capitalize() + " from"), "role": columns.text("Role"), "share": columns.share("Share"),
                "ci_low": columns.share("95 % from"), "ci_high": columns.share("to"), "n_with": columns.count("Ads"),
                "n_ads": columns.count("of ads"), "n_employers": columns.count("of employers"),
            },
        )  # fmt: skip
    downloads.offer(snapshot, name, listed, chart)
