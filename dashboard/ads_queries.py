"""The list of ads, one ad, and all that was read in a text: by the same queries wherever the text is from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.filtered import Filters, execute, frame, records, records_of
from dashboard.queries import cached
from dashboard.snapshot import connection

SORTS = {
    "newest": "newest first", "oldest": "oldest first", "employer": "by employer", "title": "by title",
    "pay": "best paid first",
}  # fmt: skip
"""Orders of the list, and how a sentence says them. What lacks a value comes last."""


@cached
def ad_match(
    snapshot: Path,
    filters: Filters,
    search: str | None,
    role: str | None,
    skill: str | None,
    sort: str,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """A page of the openings that match, in the order ``sort`` (of SORTS), with the number of all of them in n_total.

    pay_usd is the middle of the yearly base pay that the ad states, in US dollars."""
    return frame(
        snapshot,
        """
        with pay as (
            select posting_id, (yearly_salary_usd_min + yearly_salary_usd_max) / 2 as pay_usd
            from posting_index
            where $sort = 'pay'
        ),

        shown as (
            select m.*, count(*) over () as n_total
            from ad_match(
                search := $search::varchar, wanted_role := $role::varchar, wanted_skill := $skill::varchar,
                needs := $needs::varchar[], label := $label, $filters
            ) as m
            left join pay on pay.posting_id = m.posting_id
            order by
                pay.pay_usd desc nulls last,
                case $sort when 'employer' then lower(m.hiring_organization) when 'title' then lower(m.title) end nulls last,
                case $sort when 'oldest' then m.posted_on end nulls last,
                m.posted_on desc nulls last,
                m.cluster_id
            limit $n_rows offset $n_before
        ),

        numbered as (
            select *, row_number() over () as position from shown
        )

        select
            m.posting_id, m.title, m.hiring_organization, m.job_location, m.role, m.posted_on, m.is_open, m.n_postings,
            (p.yearly_salary_usd_min + p.yearly_salary_usd_max) / 2 as pay_usd,
            coalesce(s.attribution, s.name, p.source) as source, m.n_total
        from numbered as m
        join posting_index as p on p.posting_id = m.posting_id
        left join source as s on s.source = p.source
        order by m.position
        """,
        {
            **filters.parameters(),
            "search": search,
            "role": role,
            "skill": skill,
            "sort": sort,
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
def ad_duplicates(snapshot: Path, cluster_id: str) -> pd.DataFrame:
    """Every posting of an opening, the first-seen one first."""
    return frame(
        snapshot,
        """
        select
            posting_id, source, board, hiring_organization, job_location, first_seen_at, last_seen_at, is_open, content_hash
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
def wording(snapshot: Path, content_hash: str) -> tuple[str, str]:
    """Title and text of a content; both are empty where it is not here."""
    rows = records(
        snapshot, "select title, text from job_posting_text where content_hash = $content_hash", {"content_hash": content_hash}
    )  # fmt: skip
    return (rows[0]["title"], rows[0]["text"]) if rows else ("", "")


@dataclass(frozen=True)
class Reading:
    """What was read in one text; offsets are characters of it."""

    roles: pd.DataFrame
    """Probability of each role by each of the three answers: role, label, probability; no row: nothing was judged."""
    answers: dict[str, str | None]
    """role, role_by_title, role_by_text, secondary_role and adjacent; empty: not labelled."""
    parts: list[dict[str, Any]]
    """The jobs that the text lists, in its order: part, title, start_char, end_char, role, probability; none: it is for one."""
    mentions: list[dict[str, Any]]
    """Where it names skills and shows tags: kind, key, name, start_char, end_char, need, negated, section, rule, and ``instead``:
    names of the skills of which one would do in its place, joined by "or" (None: none would)."""
    sections: list[dict[str, Any]]
    """kind, start_char, end_char, heading."""
    facts: dict[str, Any]
    """The row of job_posting_fact; empty: not labelled."""


@cached
def ad_reading(snapshot: Path, content_hash: str) -> Reading:
    """What was read in the text with that key."""
    with connection(snapshot).cursor() as con:
        return reading(con, content_hash)


def reading(con: duckdb.DuckDBPyConnection, content_hash: str) -> Reading:
    """What the label tables of ``con`` say of a content."""

    def rows(sql: str) -> list[dict[str, Any]]:
        return records_of(con, sql, {"content_hash": content_hash})

    answers = rows(
        """
        select role, role_by_title, role_by_text, secondary_role, adjacent
        from job_posting_role
        where content_hash = $content_hash and model_version = (select model_version from label_version where is_current)
        """
    )
    facts = rows("from job_posting_fact where content_hash = $content_hash")
    return Reading(
        roles=execute(con, _ROLES, {"content_hash": content_hash}).df(),
        answers=answers[0] if answers else {},
        parts=rows(_PARTS),
        mentions=rows(_MENTIONS),
        sections=rows(
            """
            select kind, start_char, end_char, heading
            from job_posting_section
            where content_hash = $content_hash
            order by start_char
            """
        ),
        facts=facts[0] if facts else {},
    )


_ROLES = """
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
"""

_PARTS = """
    select
        part, title, start_char, end_char, role,
        greatest(p_ai_engineer, p_ml_engineer, p_data_scientist, p_full_stack_engineer, p_other) as probability
    from job_posting_role_part
    where content_hash = $content_hash
    order by part
"""

_MENTIONS = """
    with instead as (
        select m.key, m.start_char, array_to_string(list_sort(list(distinct k.name)), ' or ') as names
        from job_posting_mention as m
        join job_posting_mention as o
            on o.content_hash = m.content_hash and o.alternative_group = m.alternative_group and o.key != m.key
        join skill as k on k.skill = o.key
        where m.content_hash = $content_hash and m.kind = 'skill'
        group by all
    )

    select
        m.kind, m.key, coalesce(k.name, t.name, m.key) as name, m.start_char, m.end_char, m.need, m.negated, m.section, m.rule,
        i.names as instead
    from job_posting_mention as m
    left join skill as k on m.kind = 'skill' and k.skill = m.key
    left join tag as t on m.kind != 'skill' and t.tag = m.key
    left join instead as i on m.kind = 'skill' and i.key = m.key and i.start_char = m.start_char
    where m.content_hash = $content_hash
    order by m.start_char, m.end_char desc, m.kind, m.key
"""
