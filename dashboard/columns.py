"""How numbers, shares and times stand in tables: the same everywhere."""

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig


def count(label: str, note: str | None = None) -> ColumnConfig:
    """A column of counts."""
    return st.column_config.NumberColumn(label, format="localized", help=note)


def share(label: str) -> ColumnConfig:
    """A column of shares (0-1), shown as per cent."""
    return st.column_config.NumberColumn(label, format="percent")


def moment(label: str) -> ColumnConfig:
    """A column of UTC times, shown as such."""
    return st.column_config.DatetimeColumn(f"{label} (UTC)", format="YYYY-MM-DD HH:mm")


def day(label: str) -> ColumnConfig:
    """A column of dates."""
    return st.column_config.DateColumn(label, format="YYYY-MM-DD")


def text(label: str, width: int | None = None) -> ColumnConfig:
    """A column of text, shown as it stands: never read as Markdown."""
    return st.column_config.TextColumn(label, width=width)
