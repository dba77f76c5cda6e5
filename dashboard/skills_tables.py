"""What the tables of one skill's page have in common: columns, what is too small, what can be taken along."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import columns, downloads
from dashboard.drawn import Spec
from dashboard.states import MIN_ADS, MIN_EMPLOYERS

SHARE = ["share", "ci_low", "ci_high", "n_with", "n_ads", "n_employers"]
"""Columns of a share, in the order in which tables show them."""


def share_columns() -> dict[str, ColumnConfig | str | None]:
    """How the columns of SHARE stand in a table."""
    return {
        "share": columns.share("Share"), "ci_low": columns.share("95 % from"), "ci_high": columns.share("to"),
        "n_with": columns.count("Ads"), "n_ads": columns.count("of ads"), "n_employers": columns.count("Employers"),
    }  # fmt: skip


def parted(shares: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that have enough ads and employers, and those that have not."""
    enough = (shares["n_ads"] >= MIN_ADS) & (shares["n_employers"] >= MIN_EMPLOYERS)
    return shares[enough], shares[~enough]


def least() -> str:
    """What is enough, and how to come by it."""
    return f"At least {MIN_ADS} ads of {MIN_EMPLOYERS} employers are needed: collect more boards."


def table(
    snapshot: Path,
    skill: str,
    what: str,
    rows: pd.DataFrame,
    config: dict[str, Any],
    chart: Spec | None = None,
) -> None:
    """A folded table of the rows, which can be taken along with the chart of them; ``what`` names the files, ``config`` the
    columns."""
    with st.expander("Table"):
        st.dataframe(rows, hide_index=True, placeholder="–", column_config=config)
    downloads.offer(snapshot, f"{skill}-{what}", rows.assign(skill=skill), chart)
