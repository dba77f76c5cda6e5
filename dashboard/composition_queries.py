"""What the counted ads are made of."""

from pathlib import Path

import pandas as pd

from dashboard.filtered import Filters, frame
from dashboard.queries import cached

PARTS = {
    "source": "Source", "board": "Board", "country": "Country", "language": "Language", "seniority": "Seniority",
    "employer_size": "Ads of the employer", "states_pay": "States pay",
}  # fmt: skip
"""What ads are parted by, and how it is called."""


@cached
def composition(snapshot: Path, filters: Filters) -> pd.DataFrame:
    """A row for each way of parting, value and role: by_part (of PARTS), value (None: not known), role, n_ads and share (0-1)
    of the role's ads. An opening counts as its first-seen posting that passes has it."""
    return frame(
        snapshot,
        """
        with opening_found as (
            select
                arg_min(case $label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end, seen_no) as role,
                arg_min({value: source}, seen_no).value as source,
                arg_min({value: board}, seen_no).value as board, arg_min({value: country}, seen_no).value as country,
                arg_min({value: language}, seen_no).value as language, arg_min({value: seniority}, seen_no).value as seniority,
                min(employer_no) as employer_no, bool_or(salary_unit is not null) as is_paid
            from filtered_posting($filters)
            where role is not null and full_text
            group by cluster_no
        ),

        ad as (
            select *, case when is_paid then 'yes' else 'no' end as states_pay,
                case
                    when count(*) over (partition by employer_no) = 1 then '1'
                    when count(*) over (partition by employer_no) < 10 then '2 to 9'
                    when count(*) over (partition by employer_no) < 100 then '10 to 99'
                    else '100 or more'
                end as employer_size
            from opening_found
            where role is not null
        ),

        counted as (
            select *
            from (select role, source, board, country, language, seniority, employer_size, states_pay from ad)
            unpivot include nulls (value for by_part in (source, board, country, language, seniority, employer_size, states_pay))
        )

        select
            by_part, value, role, count(*) as n_ads,
            count(*) / sum(count(*)) over (partition by by_part, role) as share
        from counted
        group by by_part, value, role
        order by by_part, sum(count(*)) over (partition by by_part, value) desc, value, role
        """,
        filters.parameters(),
    )


@cached
def concentration(snapshot: Path, filters: Filters) -> pd.DataFrame:
    """A row a role: n_ads, n_employers, largest (share of the role's ads that its largest employer has) and effective (how many
    employers of one size would spread the ads as evenly: 1 / the sum of squared shares)."""
    return frame(
        snapshot,
        """
        with employer_ads as (
            select role, employer_no, count(*) as n
            from opening(label := $label, $filters)
            where role is not null
            group by all
        )

        select
            role, sum(n)::bigint as n_ads, count(*) as n_employers, max(n) / sum(n) as largest, pow(sum(n), 2) / sum(n * n) as effective
        from employer_ads
        group by role
        """,
        filters.parameters(),
    )
