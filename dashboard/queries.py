"""What several pages ask for: each function is one parametrised select from a shipped view, cached per snapshot."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.filtered import Filters, frame, records

cached = st.cache_data(max_entries=300, show_spinner=False)


@cached
def snapshot_row(snapshot: Path) -> dict[str, Any]:
    """The newest row of the table snapshot; empty where nothing was ever loaded."""
    rows = records(snapshot, "from snapshot order by taken_at desc, rowid desc limit 1", {})
    return rows[0] if rows else {}


@cached
def sources(snapshot: Path) -> dict[str, dict[str, Any]]:
    """The sources that there are postings of, by their key: source, name, attribution, attribution_url."""
    rows = records(
        snapshot,
        """
        select source, name, attribution, attribution_url
        from source
        where source in (select source from job_posting)
        order by lower(name)
        """,
        {},
    )
    return {row["source"]: row for row in rows}


@cached
def filter_options(snapshot: Path) -> dict[str, list[str]]:
    """What can be chosen as source, country and language, the most frequent first."""
    rows = records(
        snapshot,
        """
        select source, country, language, count(*) as n
        from posting_index
        group by grouping sets ((source), (country), (language))
        order by n desc, source, country, language
        """,
        {},
    )
    return {name: [row[name] for row in rows if row[name] is not None] for name in ("source", "country", "language")}


@cached
def posting_count(snapshot: Path, filters: Filters) -> dict[str, Any]:
    """How much passes the filters, labelled or not: see the macro posting_count."""
    return records(
        snapshot,
        "from posting_count($filters)",
        filters.parameters(),
    )[0]


@cached
def role_count(snapshot: Path, filters: Filters) -> pd.DataFrame:
    """A row a role: role, n_ads, n_employers, share, first_posted_on, last_posted_on."""
    return frame(
        snapshot,
        "from role_count(label := $label, $filters)",
        filters.parameters(),
    )


@cached
def role_count_by_month(snapshot: Path, filters: Filters) -> pd.DataFrame:
    """A row a month and role of the last 24 months that have ads: month, role, n_ads, n_ads_month."""
    return frame(
        snapshot,
        """
        with counted as (
            from role_count_by_month(label := $label, $filters)
        )

        select month, role, n_ads, n_ads_month
        from counted
        where month > (select max(month) from counted) - interval 24 month
        order by month, role
        """,
        filters.parameters(),
    )


@cached
def skill_share(snapshot: Path, filters: Filters, limit: int, min_ads: int, min_employers: int) -> pd.DataFrame:
    """The ``limit`` most named skills of each role: role, name, share, ci_low, ci_high, n_with, n_ads, n_employers.

    Roles with fewer ads or employers than asked for are left out, and so is `other`."""
    return frame(
        snapshot,
        """
        select role, name, share, ci_low, ci_high, n_with, n_ads, n_employers
        from skill_share(needs := $needs::varchar[], label := $label, $filters)
        where role != 'other' and n_ads >= $min_ads and n_employers >= $min_employers
        qualify row_number() over (partition by role order by share desc, name) <= $n_skills
        order by role, share desc, name
        """,
        {**filters.parameters(), "n_skills": limit, "min_ads": min_ads, "min_employers": min_employers},
    )


@cached
def skill_categories(snapshot: Path) -> list[str]:
    """Categories of the skills that are labelled, in alphabetical order."""
    return [row["category"] for row in records(snapshot, "select distinct category from skill order by category", {})]


@cached
def skill_names(snapshot: Path) -> dict[str, str]:
    """Name of each skill of the table by its key, in alphabetical order of names."""
    rows = records(snapshot, "select skill, name from skill order by lower(name)", {})
    return {row["skill"]: row["name"] for row in rows}


@cached
def current_label_version(snapshot: Path) -> str | None:
    """The version of nlp that made the labels; None: there are none."""
    rows = records(snapshot, "select model_version from label_version where is_current", {})
    return rows[0]["model_version"] if rows else None


@cached
def board_status_count(snapshot: Path) -> pd.DataFrame:
    """A row a source and status: see the view."""
    return frame(
        snapshot,
        """
        select source, last_status, n_boards, n_below_minimum, n_found, last_success_at
        from board_status_count
        order by source, last_status
        """,
    )


@cached
def board_health(snapshot: Path) -> pd.DataFrame:
    """A row a board, those that need a look first."""
    return frame(
        snapshot,
        """
        select
            source, board, hiring_organization, last_status, is_below_minimum, n_found, n_expected, n_rejected, n_tries,
            n_failures, n_postings, n_open, last_tried_at, last_success_at, last_error
        from board_health
        order by last_status in ('ok', 'empty', 'unchanged'), not is_below_minimum, source, board
        """,
    )


@cached
def quarantine_count(snapshot: Path) -> pd.DataFrame:
    """Rejected records by source and reason."""
    return frame(
        snapshot,
        "select source, reason, count(*) as n_records, max(fetched_at) as last_at from quarantine group by all order by n_records desc",
    )


@cached
def quarantine(snapshot: Path, limit: int) -> pd.DataFrame:
    """The latest rejected records."""
    return frame(
        snapshot,
        "select fetched_at, source, board, reason, record from quarantine order by fetched_at desc, board limit $n_rows",
        {"n_rows": limit},
    )


@cached
def label_coverage(snapshot: Path) -> pd.DataFrame:
    """A row a source: see the view."""
    return frame(
        snapshot,
        "select source, n_contents, n_labelled, n_with_country, n_with_pay, labelled_at from label_coverage order by source",
    )
