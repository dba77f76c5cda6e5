"""What the page of one skill counts: frames of all labelled openings, the role judged by title and text.

The four roles only. Shares come from what was counted when the snapshot was published, so that they take milliseconds.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard.filtered import frame, records
from dashboard.queries import cached
from warehouse.inference import clustered

NEEDS = ("skill", "required", "alone", "alternative")
"""How an ad can ask for a skill: named at all, required, required by itself, required or another instead."""


class Pay(NamedTuple):
    """Stated pay of a role's openings on one side, in US dollars per year; None: nothing is known, or has no interval."""

    median: float | None
    ci_low: float | None
    ci_high: float | None
    n_paid: int
    """Openings whose pay is known in US dollars."""
    n_employers_paid: int
    disclosure: float | None
    """Share (0–1) of n_ads that state base pay; None: n_ads is 0."""
    disclosure_ci_low: float | None
    disclosure_ci_high: float | None
    n_ads: int


@cached
def skill_row(snapshot: Path, skill: str) -> dict[str, Any]:
    """The row of the table skill, with the parent's name in ``parent_name`` (None: it has none)."""
    return records(
        snapshot,
        "select k.*, p.name as parent_name from skill as k left join skill as p on p.skill = k.parent where k.skill = $skill",
        {"skill": skill},
    )[0]


@cached
def skill_count(snapshot: Path, limit: int) -> pd.DataFrame:
    """The ``limit`` skills that most ads of the four roles name: skill, name, category, n_with, n_ads (of all four)."""
    return frame(
        snapshot,
        """
        select
            skill, name, category, sum(n_with)::bigint as n_with,
            (select sum(n_ads) from part_size where by_part = 'role' and role != 'other')::bigint as n_ads
        from skill_share_by_role
        where role != 'other'
        group by skill, name, category
        order by n_with desc, name
        limit $n_rows
        """,
        {"n_rows": limit},
    )


@cached
def skill_share_by_part(snapshot: Path, skill: str, by_part: str, of_what: tuple[str, ...]) -> pd.DataFrame:
    """A row a role, part and way to ask (see the view part_share): role, part, of_what, share, ci_low, ci_high, n_with, n_ads,
    n_employers_with, n_employers.

    Unlike the view it has a row where no ad names the skill: its interval begins at 0 and ends at the exact binomial end,
    each employer being one observation (NaN: one employer)."""
    return frame(
        snapshot,
        """
        select
            z.role, z.part, w.of_what, coalesce(s.share, 0) as share,
            case when s.key is not null then s.ci_low when z.n_employers > 1 then 0 end as ci_low,
            case when s.key is not null then s.ci_high when z.n_employers > 1 then 1 - pow(0.025, 1 / z.n_employers) end as ci_high,
            coalesce(s.n_with, 0) as n_with, z.n_ads::bigint as n_ads, coalesce(s.n_employers_with, 0) as n_employers_with,
            z.n_employers
        from part_size as z
        cross join unnest($of_what::varchar[]) as w(of_what)
        left join part_share as s
            on s.key = $skill and s.by_part = z.by_part and s.role = z.role and s.part = z.part and s.of_what = w.of_what
        where z.by_part = $by_part and z.role != 'other'
        order by z.role, z.part, w.of_what
        """,
        {"skill": skill, "by_part": by_part, "of_what": list(of_what)},
    )


@cached
def reference_skill_share(snapshot: Path, skill: str) -> pd.DataFrame:
    """What the shipped reference says of the skill, a row a role, year (all: every year) and need (named, required): share,
    ci_low (NaN: every ad has it), ci_high, n_with, n_ads, n_employers. No row: too few ads name it there."""
    return frame(
        snapshot,
        """
        select role, year, need, share, ci_low, ci_high, n_with, n_ads, n_employers
        from reference_skill_share
        where skill = $skill
        order by role, year, need
        """,
        {"skill": skill},
    )


@cached
def skill_company(snapshot: Path, skill: str, role: str) -> pd.DataFrame:
    """Other skills of the role's openings that name this one, a row a kind and other skill: name, n_both of n_a openings (of
    n_employers_both of n_employers), share (n_both / n_a), ci_low and ci_high (95 %, clustered by employer as in skill_share).

    kind ``named``: the openings name both; lift (and lift_ci_low, lift_ci_high) is share over the role's share of the other
    (as in the macro skill_pair, with the role's share taken as known). kind ``instead``: the openings that take another
    skill in its place, and which; lift is NaN."""
    return frame(
        snapshot,
        """
        with ad as materialized (
            select o.content_no, o.content_hash, o.employer_no, s.need_bit = 9 as takes_another
            from opening() as o
            join skill_index as s on s.content_no = o.content_no
            where o.role = $role and s.skill_no = (select skill_no from skill_number where skill = $skill)
        ),

        employer_ads as (
            select 'named' as kind, employer_no, count(*)::double as n from ad group by all
            union all
            select 'instead', employer_no, count(*) from ad where takes_another group by all
        ),

        base as (
            select e.kind, sum(e.n) as n_a, count(*) as n_employers, sum(e.n * e.n) as nn from employer_ads as e group by e.kind
        ),

        other as (
            select 'named' as kind, ad.employer_no, k.skill, count(*)::double as n
            from ad
            join skill_index as s on s.content_no = ad.content_no
            join skill_number as k on k.skill_no = s.skill_no
            where k.skill != $skill
            group by all
            union all
            select 'instead', ad.employer_no, a.skill, count(*)
            from ad
            join (
                select content_hash, unnest(list_distinct(alternatives)) as skill
                from job_posting_skill where skill = $skill and len(alternatives) > 0
            ) as a on a.content_hash = ad.content_hash
            where ad.takes_another
            group by all
        ),

        estimate as (
            select
                o.kind, o.skill, sum(o.n) as n_both, count(*) as n_employers_both, any_value(b.n_a) as n_a,
                any_value(b.n_employers) as n_employers, n_both / any_value(b.n_a) as share,
                case when any_value(b.n_employers) > 1 then sqrt(
                    greatest(sum(o.n * o.n) - 2 * share * sum(o.n * e.n) + share * share * any_value(b.nn), 0)
                    * any_value(b.n_employers) / (any_value(b.n_employers) - 1)
                ) / any_value(b.n_a) end as standard_error
            from other as o
            join employer_ads as e on e.kind = o.kind and e.employer_no = o.employer_no
            join base as b on b.kind = o.kind
            group by o.kind, o.skill
        ),

        bounded as (
            select
                e.*,
                case
                    when e.standard_error is null then null
                    when e.share = 1 then pow(0.025, 1 / e.n_employers)
                    else greatest(e.share - t.t975 * e.standard_error, 0)
                end as ci_low,
                case when e.standard_error is not null then least(e.share + t.t975 * e.standard_error, 1) end as ci_high
            from estimate as e
            left join student_t as t on t.df = least(e.n_employers - 1, (select max(df) from student_t))
        )

        select
            b.kind, b.skill, coalesce(k.name, b.skill) as name, b.n_both::bigint as n_both, b.n_a::bigint as n_a, b.n_employers_both,
            b.n_employers, b.share, b.ci_low, b.ci_high,
            case when b.kind = 'named' then b.share / r.share end as lift,
            case when b.kind = 'named' then b.ci_low / r.share end as lift_ci_low,
            case when b.kind = 'named' then b.ci_high / r.share end as lift_ci_high
        from bounded as b
        left join skill as k on k.skill = b.skill
        left join skill_share_by_role as r on r.role = $role and r.skill = b.skill
        order by b.kind, b.n_both desc, name
        """,
        {"skill": skill, "role": role},
    )


@cached
def skill_pay(snapshot: Path, skill: str, role: str) -> tuple[Pay, Pay]:
    """Pay of the role's openings that name the skill and of those that do not, as salary_by_role_and_skill has it, with
    intervals."""
    ads = frame(
        snapshot,
        """
        select o.employer_no, s.content_no is not null as names_it, p.cluster_no is not null as states_pay, p.pay_usd
        from opening() as o
        left join opening_pay as p on p.cluster_no = o.cluster_no
        left join (
            select content_no from skill_index where skill_no = (select skill_no from skill_number where skill = $skill)
        ) as s on s.content_no = o.content_no
        where o.role = $role
        """,
        {"skill": skill, "role": role},
    )
    return _pay(ads[ads["names_it"]]), _pay(ads[~ads["names_it"]])


def _pay(ads: pd.DataFrame) -> Pay:
    """The median's interval is Woodruff's (1952): the quantiles at the ends of the clustered interval of the share of ads
    that pay at most the median."""
    stated = clustered.mean(ads["states_pay"], ads["employer_no"])
    paid = ads[ads["pay_usd"].notna()]
    low = high = median = None
    if len(paid):
        pay = paid["pay_usd"].to_numpy()
        median = float(np.median(pay))
        below = clustered.mean(pay <= median, paid["employer_no"])
        if below.value is not None and below.ci_low is not None and below.ci_high is not None:
            ends = [0.5 - (below.value - below.ci_low), 0.5 + (below.ci_high - below.value)]
            low, high = (float(end) for end in np.quantile(pay, np.clip(ends, 0, 1)))
    n_employers = int(paid["employer_no"].nunique())
    return Pay(median, low, high, len(paid), n_employers, stated.value, stated.ci_low, stated.ci_high, len(ads))
