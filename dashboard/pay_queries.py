"""Pay that ads state, in US dollars a year: quartiles, how sure the median is, and how many ads state any."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.filtered import Filters, frame, records
from warehouse.inference.clustered import mean

MIN_PAID = 10
"""Fewest ads with known pay that quartiles are made of."""
MIN_EMPLOYERS = 3
"""Fewest employers behind them: with fewer the quartiles are one company's pay scale."""

_cached = st.cache_data(max_entries=60, show_spinner=False)

# As the view opening_pay has it, of the postings that pass: the first-seen one that states pay counts, whatever it states.
_OPENINGS = """
    with opening_found as (
        select
            arg_min(
                case $label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end, seen_no
            ) as role,
            arg_min(seniority, seen_no) as seniority,
            case when $each_country then country end as place,
            min(employer_no) as employer_no,
            arg_min({usd: (yearly_salary_usd_min + yearly_salary_usd_max) / 2}, seen_no)
                filter (yearly_salary_usd_min is not null or yearly_salary_usd_max is not null) as pay
        from filtered_posting($filters)
        where role is not null and full_text and not ($each_country and country is null)
        group by cluster_no, place
    )

    select role, seniority, place as country, employer_no, pay is not null as states_pay, pay.usd as pay_usd
    from opening_found
    where role != 'other' and ($wanted_role::varchar is null or role = $wanted_role) and ($seniority::varchar is null or seniority = $seniority)
"""


@_cached
def countries(snapshot: Path, filters: Filters) -> list[str]:
    """Countries of the labelled postings that pass, the most frequent first."""
    rows = records(
        snapshot,
        """
        select country
        from filtered_posting($filters)
        where country is not null and role is not null and full_text
        group by country
        order by count(*) desc, country
        """,
        filters.parameters(),
    )
    return [row["country"] for row in rows]


@_cached
def pay_by_role(snapshot: Path, filters: Filters, country: str | None, seniority: str | None) -> pd.DataFrame:
    """A row for each of the four roles: see ``summary``."""
    return summary(_openings(snapshot, filters, country, seniority), "role")


@_cached
def pay_by_seniority(snapshot: Path, filters: Filters, role: str, country: str | None) -> pd.DataFrame:
    """A row a seniority of a role's ads: see ``summary``."""
    return summary(_openings(snapshot, filters, country, None, role), "seniority")


@_cached
def pay_by_country(snapshot: Path, filters: Filters, role: str, seniority: str | None) -> pd.DataFrame:
    """A row a country of a role's ads, an opening of two countries in both: see ``summary``."""
    return summary(_openings(snapshot, filters, None, seniority, role, each_country=True), "country")


def summary(openings: pd.DataFrame, by: str) -> pd.DataFrame:
    """What openings state, by the column ``by``: n_ads, n_employers, n_stating, disclosure (0-1) with its 95 % interval, n_paid
    (those whose pay is known), n_employers_paid, pay_p25, pay_median with its interval and pay_p75.

    Pay and disclosure are NaN where fewer than MIN_PAID ads or MIN_EMPLOYERS employers are behind them, an interval where
    nothing varies. Columns of ``openings``: employer_no, states_pay, pay_usd (NaN: not known), and ``by``."""
    rows = []
    for key, group in openings.groupby(by, sort=True):
        paid = group[group["pay_usd"].notna()]
        disclosure = _disclosure(group) if _is_large(group) else (None, None, None)
        rows.append(
            {
                by: key,
                "n_ads": len(group),
                "n_employers": group["employer_no"].nunique(),
                "n_stating": int(group["states_pay"].sum()),
                **dict(zip(_DISCLOSURE, disclosure, strict=True)),
                "n_paid": len(paid),
                "n_employers_paid": paid["employer_no"].nunique(),
                **dict(zip(_PAY, _quartiles(paid) if _is_large(paid) else [None] * 5, strict=True)),
            }
        )
    columns = [by, "n_ads", "n_employers", "n_stating", *_DISCLOSURE, "n_paid", "n_employers_paid", *_PAY]
    made = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(_DISCLOSURE + _PAY, "float64"))
    made.attrs = openings.attrs  # the query of the openings that are summed up here
    return made


_DISCLOSURE = ("disclosure", "disclosure_low", "disclosure_high")
_PAY = ("pay_p25", "pay_median", "median_low", "median_high", "pay_p75")


def _is_large(rows: pd.DataFrame) -> bool:
    return len(rows) >= MIN_PAID and rows["employer_no"].nunique() >= MIN_EMPLOYERS


def _disclosure(rows: pd.DataFrame) -> tuple[float | None, ...]:
    return mean(rows["states_pay"].to_numpy(), rows["employer_no"].to_numpy())[:3]


def _quartiles(paid: pd.DataFrame) -> tuple[float | None, ...]:
    """Quartiles, and the median's 95 % interval by Woodruff (1952): that of the share of ads that pay less, clustered by
    employer, read off the ads' own distribution. An ad that pays the median counts half."""
    pay = paid["pay_usd"].to_numpy()
    p25, median, p75 = np.quantile(pay, [0.25, 0.5, 0.75])
    below = mean((pay < median) + (pay == median) / 2, paid["employer_no"].to_numpy())
    low = high = None
    if below.value is not None and below.ci_low is not None:
        reach = min(below.value - below.ci_low, 0.5)
        low, high = np.quantile(pay, [0.5 - reach, 0.5 + reach])
    return p25, median, low, high, p75


def _openings(
    snapshot: Path,
    filters: Filters,
    country: str | None,
    seniority: str | None,
    role: str | None = None,
    *,
    each_country: bool = False,
) -> pd.DataFrame:
    own = {"seniority": seniority, "wanted_role": role, "each_country": each_country}
    parameters: dict[str, Any] = filters.parameters() | own
    if country:
        parameters["countries"] = [country]
    return frame(snapshot, _OPENINGS, parameters)
