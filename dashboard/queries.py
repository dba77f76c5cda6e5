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
def skill_difference(
    snapshot: Path, filters: Filters, role_a: str, role_b: str, category: str | None, min_with: int
) -> pd.DataFrame:
    """The macro's rows, greatest difference first, of skills that at least ``min_with`` ads of both roles together name."""
    return frame(
        snapshot,
        """
        select
            skill, name, category, difference, ci_low, ci_high, share_a, share_b, n_with_a, n_with_b, n_ads_a, n_ads_b,
            n_employers_a, n_employers_b, n_employers_with
        from skill_difference($role_a, $role_b, needs := $needs::varchar[], label := $label, $filters)
        where n_with_a + n_with_b >= $min_with and ($category::varchar is null or category = $category)
        order by abs(difference) desc, name
        """,
        {
            **filters.parameters(),
            "role_a": role_a,
            "role_b": role_b,
            "category": category,
            "min_with": min_with,
        },
    )


@cached
def ad_match(
    snapshot: Path, filters: Filters, search: str | None, role: str | None, skill: str | None, limit: int, offset: int
) -> pd.DataFrame:
    """A page of the openings that match, newest first, with the number of all of them in n_total."""
    return frame(
        snapshot,
        """
        with shown as (
            select *, count(*) over () as n_total
            from ad_match(
                search := $search::varchar, wanted_role := $role::varchar, wanted_skill := $skill::varchar,
                needs := $needs::varchar[], label := $label, $filters
            )
            order by posted_on desc, cluster_id
            limit $n_rows offset $n_before
        )

        select
            m.posting_id, m.title, m.hiring_organization, m.job_location, m.role, m.posted_on, m.is_open, m.n_postings,
            coalesce(s.attribution, s.name, p.source) as source, m.n_total
        from shown as m
        join job_posting as p on p.posting_id = m.posting_id
        left join source as s on s.source = p.source
        order by m.posted_on desc, m.cluster_id
        """,
        {
            **filters.parameters(),
            "search": search,
            "role": role,
            "skill": skill,
            "n_rows": limit,
            "n_before": offset,
        },
    )


@cached
def ad(snapshot: Path, posting_id: str) -> dict[str, Any] | None:
    """One posting with its text and facts; None: it is not here."""
    rows = records(snapshot, "from posting where posting_id = $posting_id", {"posting_id": posting_id})
    return rows[0] if rows else None


@cached
def ad_facts(snapshot: Path, content_hash: str) -> dict[str, Any]:
    """The facts that were read from a text, and where they stand in it; empty where nothing was read."""
    rows = records(snapshot, "from job_posting_fact where content_hash = $content_hash", {"content_hash": content_hash})
    return rows[0] if rows else {}


@cached
def ad_roles(snapshot: Path, content_hash: str) -> pd.DataFrame:
    """Probability of each role by each of the three answers: role, label, probability; no row: not labelled."""
    return frame(
        snapshot,
        """
        with probability as (
            unpivot (
                select columns('^p_') from job_posting_role
                where content_hash = $content_hash and model_version = (select model_version from label_version where is_current)
            )
            on * into name answer value probability
        )

        select
            regexp_replace(answer, '^p_(title_|text_)?', '') as role,
            case
                when starts_with(answer, 'p_title_') then 'role_by_title'
                when starts_with(answer, 'p_text_') then 'role_by_text'
                else 'role'
            end as label,
            probability
        from probability
        """,
        {"content_hash": content_hash},
    )


@cached
def ad_parts(snapshot: Path, content_hash: str) -> list[dict[str, Any]]:
    """The jobs that a text lists, in its order: part, title, start_char, end_char, role, probability (of that role), second
    role and neighbour; no row: it is for one job."""
    return records(
        snapshot,
        """
        select
            part, title, start_char, end_char, role,
            greatest(p_ai_engineer, p_ml_engineer, p_data_scientist, p_full_stack_engineer, p_other) as probability,
            secondary_role, adjacent
        from job_posting_role_part
        where content_hash = $content_hash
        order by part
        """,
        {"content_hash": content_hash},
    )


@cached
def current_label_version(snapshot: Path) -> str | None:
    """The version of nlp that made the labels; None: there are none."""
    rows = records(snapshot, "select model_version from label_version where is_current", {})
    return rows[0]["model_version"] if rows else None


@cached
def ad_mentions(snapshot: Path, content_hash: str) -> list[dict[str, Any]]:
    """Where a text names skills: skill, name, start_char, end_char, need, negated, section, rule, and ``instead``: the names of
    those of which one would do in its place, joined by "or" (None: none would)."""
    return records(
        snapshot,
        """
        select m.key as skill, coalesce(k.name, m.key) as name, m.start_char, m.end_char, m.need, m.negated, m.section, m.rule,
            (
                select array_to_string(list_sort(list(distinct other.name)), ' or ')
                from job_posting_mention as o join skill as other on other.skill = o.key
                where o.content_hash = m.content_hash and o.alternative_group = m.alternative_group and o.key != m.key
            ) as instead
        from job_posting_mention as m
        left join skill as k on k.skill = m.key
        where m.content_hash = $content_hash and m.kind = 'skill'
        order by m.start_char, m.end_char desc
        """,
        {"content_hash": content_hash},
    )


@cached
def ad_sections(snapshot: Path, content_hash: str) -> list[dict[str, Any]]:
    """Sections of a text: kind, start_char, end_char, heading."""
    return records(
        snapshot,
        "select kind, start_char, end_char, heading from job_posting_section where content_hash = $content_hash order by start_char",
        {"content_hash": content_hash},
    )


@cached
def ad_duplicates(snapshot: Path, cluster_id: str) -> pd.DataFrame:
    """Every posting of an opening, the first-seen one first."""
    return frame(
        snapshot,
        """
        select posting_id, source, board, hiring_organization, job_location, first_seen_at, last_seen_at, is_open
        from posting
        where cluster_id = $cluster_id
        order by first_seen_at, posting_id
        """,
        {"cluster_id": cluster_id},
    )


@cached
def ad_versions(snapshot: Path, posting_id: str) -> pd.DataFrame:
    """The contents that a posting had before: seen_from, seen_to, content_hash, title."""
    return frame(
        snapshot,
        """
        select v.seen_from, v.seen_to, v.content_hash, t.title
        from job_posting_version as v
        left join job_posting_text as t on t.content_hash = v.content_hash
        where v.posting_id = $posting_id
        order by v.seen_from
        """,
        {"posting_id": posting_id},
    )


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
