"""What the openings of a role require, as arrays of numbers."""

from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.learning_path.names import UnknownName, nearest

Ints = NDArray[np.int64]
_MOST_GROUPS = 10_000_000  # more than there are skills and different choices of one role

_OPENINGS = """
    create or replace temp table role_opening as
    select row_number() over (order by employer_no, cluster_no) - 1 as opening, cluster_no, content_no, content_hash, employer_no
    from opening(countries := $countries)
    where role = $role
"""

# "Python or R" is one requirement, which either of the two meets; the row of each of them names the other. Where the ad asks
# for one of them by itself as well, that is the requirement, and who meets it meets the other: it is left out.
_REQUIRED = """
    with wanted as materialized (
        select o.opening, o.content_hash, s.skill_no, k.skill
        from role_opening as o
        join skill_index as s on s.content_no = o.content_no
        join skill_number as k on k.skill_no = s.skill_no
        where s.need_bit & 1 = 1
    ),

    choice as materialized (
        select content_hash, skill, list_sort(list_distinct(list_append(alternatives, skill))) as one_of
        from job_posting_skill
        where need = 'required' and len(alternatives) > 0 and content_hash in (select content_hash from role_opening)
    ),

    single as materialized (
        select w.opening, w.content_hash, w.skill_no, w.skill from wanted as w anti join choice using (content_hash, skill)
    ),

    free_choice as (
        select content_hash, one_of from choice
        except
        select c.content_hash, c.one_of
        from (select content_hash, one_of, unnest(one_of) as skill from choice) as c
        join single using (content_hash, skill)
    )

    select opening, skill_no::bigint as group_no, skill_no from single
    union all
    select o.opening, 100_000 + c.group_no, k.skill_no
    from (select content_hash, dense_rank() over (order by one_of) as group_no, unnest(one_of) as skill from free_choice) as c
    join role_opening as o using (content_hash)
    join skill_number as k using (skill)
    order by all
"""


class Required(NamedTuple):
    """The openings of a role that require something known, and what.

    A row of ``opening``, ``requirement`` and ``skill`` says that the skill meets the requirement of that opening; a
    requirement that several skills meet ("Python or R") has a row for each.
    """

    cluster: Ints
    """posting_index.cluster_no of each opening."""
    employer: Ints
    """Number of its employer, from 0 on without gaps."""
    n_silent: int
    """Openings of the role that require nothing known, which are none of these."""
    opening: Ints
    requirement: Ints
    """Its number among those of all openings."""
    skill: Ints
    """Index in ``skills``."""
    skills: list[str]
    """Key of each skill of the warehouse."""
    names: list[str]
    """Name of each."""


def required(con: duckdb.DuckDBPyConnection, role: str, country: str | None) -> Required:
    """What the openings of a role require, in one country (None: everywhere). Raises UnknownName for a country of no posting."""
    countries = [_country(con, country)] if country else None
    con.execute(_OPENINGS, {"role": role, "countries": countries})
    cluster, employer = _columns(con, "select cluster_no, employer_no from role_opening order by opening")
    opening, group, skill_no = _columns(con, _REQUIRED)
    known = con.execute("select skill, name from skill_number join skill using (skill) order by skill_no").fetchall()
    asking, opening = np.unique(opening, return_inverse=True)
    return Required(
        cluster=cluster[asking],
        employer=np.unique(employer[asking], return_inverse=True)[1],
        n_silent=len(cluster) - len(asking),
        opening=opening,
        requirement=np.unique(opening * _MOST_GROUPS + group, return_inverse=True)[1],
        skill=skill_no - 1,
        skills=[key for key, _ in known],
        names=[name for _, name in known],
    )


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> list[Ints]:
    return [np.asarray(column, dtype=np.int64) for column in con.execute(query).fetchnumpy().values()]


def _country(con: duckdb.DuckDBPyConnection, written: str) -> str:
    found = con.execute("select distinct country from posting_index where country is not null").fetchall()
    codes = sorted(code for (code,) in found)
    code = written.strip().upper()
    if code not in codes:
        raise UnknownName(
            f"no posting is in a country of the code {written[:20]!r} (ISO 3166-1, such as US){nearest(code, codes)}"
        )
    return code
