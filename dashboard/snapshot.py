"""Which snapshot the pages show: looked up on every run, opened once, and watched while the page is open."""

import os
from pathlib import Path

import duckdb
import streamlit as st

from warehouse import WarehouseError, connect, snapshot_path


def database() -> Path:
    """The database that the dashboard was started on."""
    return Path(os.environ.get("ROLESCOPE_DB", "data/rolescope.duckdb"))


def changed_at(own: Path | None) -> int | None:
    """When a file or folder of the user's own was put there, in nanoseconds: part of the key of what is cached of it."""
    return own.stat().st_mtime_ns if own and own.exists() else None


def current_snapshot() -> Path:
    """The real file behind the database, which never changes its content: the key of everything cached.

    Raises WarehouseError, whose message names the remedy, where there is no readable warehouse.
    """
    path = snapshot_path(database()) or database()
    connection(path)
    return path


@st.cache_resource(max_entries=3, show_spinner=False, on_release=duckdb.DuckDBPyConnection.close)
def connection(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """The read-only connection to a snapshot that all sessions share; take a cursor of it for each query."""
    return connect(snapshot)


def published() -> Path | None:
    """The file that the database points to now; None: nothing that could be shown."""
    try:
        return snapshot_path(database())
    except WarehouseError:  # a link to a file that is gone; current_snapshot says so
        return None


@st.fragment(run_every="5s")
def follow(shown: Path | None) -> None:
    """Run the page again, with all its selections, once the database points to another file than ``shown``."""
    if published() != shown:
        st.rerun(scope="app")
