"""Which skills of a role rise and fall: what the page Trends tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from dashboard.filtered import Filters, frame
from dashboard.queries import cached
from dashboard.states import MIN_EMPLOYERS
from dashboard.trends_period import EVERY, PER_YEAR
from dashboard.trends_queries import AD, Span
from warehouse.inference import trend
from warehouse.inference.multiple import benjamini_hochberg

MIN_WITH = 20
"""Fewest ads that name a skill whose trend is looked at."""


@cached
def skill_slopes(snapshot: Path, filters: Filters, span: Span, role: str) -> pd.DataFrame:
    """How the share of the role's ads that name a skill changes, a row a skill that enough ads and employers name.

    skill, name, category; slope (of the share, per year), ci_low, ci_high, p_value, q_value: within sources, and so the same
    as of all together where there is one; slope_all: of all together; is_sure: q_value up to 0.05; share_first, share_last: as fitted at both ends of the period; n_with, n_ads,
    n_employers_with, n_employers, n_sources; n_skills_first, n_skills_last: skills that an ad names, as fitted at both ends. Slope NaN: sources with ads at one time only, which tell nothing. Strongest first: those with q_value up
    to 0.05, then the others, each by the size of the slope."""
    counted = frame(
        snapshot,
        f"""{AD},

    mine as (select *, dense_rank() over (order by part, origin, employer_no)::integer - 1 as cell_no from ad where role = $role)

    select cell_no, null as skill_no, any_value(part) as part, any_value(origin) as origin, any_value(employer_no) as employer_no, count(*) as n
    from mine
    group by cell_no
    union all by name
    select m.cell_no, s.skill_no, count(*) as n
    from mine as m
    join skill_index as s on s.content_no = m.content_no
    where s.need_bit & need_mask($needs::varchar[]) != 0
    group by all
    order by cell_no
    """,  # noqa: S608
        {**filters.parameters(), **span._asdict(), "role": role},
    )
    skills = frame(
        snapshot, "select n.skill_no, k.skill, k.name, k.category from skill_number as n join skill as k using (skill)"
    )
    of_cell = counted["skill_no"].isna()
    named = counted.loc[~of_cell, ["cell_no", "skill_no", "n"]].astype(np.intp)
    result = _slopes(counted[of_cell], named, skills, span.every)
    result.attrs["query"] = counted.attrs["query"]
    return result


def _slopes(cells: pd.DataFrame, named: pd.DataFrame, skills: pd.DataFrame, every: str) -> pd.DataFrame:
    """``cells``: ads (n) by part, origin and employer_no, in the order of cell_no; ``named``: n of their ads name skill_no."""
    counts = sparse.csc_array(
        (named["n"], (named["cell_no"], named["skill_no"])), shape=(len(cells), int(skills["skill_no"].max()) + 1)
    )
    employer = cells["employer_no"].to_numpy(np.intp)
    n_with, n_employers = counts.sum(axis=0), _employers(counts, employer)
    tested = np.flatnonzero((n_with >= MIN_WITH) & (n_employers >= MIN_EMPLOYERS))
    n_named, counts = counts.sum(axis=1), counts[:, tested]
    parts = pd.PeriodIndex(cells["part"], freq=EVERY[every])
    time = (parts.astype("int64") - parts.astype("int64").min()).to_numpy() / PER_YEAR[every]
    n, origin = cells["n"].to_numpy(), pd.factorize(cells["origin"])[0]
    within = trend.slopes(trend.Cells(time, origin, employer, n, counts))
    altogether = trend.slopes(trend.Cells(time, np.zeros_like(origin), employer, n, counts))
    # where ads name more skills altogether, most skills rise
    line = (
        np.polynomial.Polynomial.fit(time, np.asarray(n_named) / n, 1, w=np.sqrt(n))
        if len(np.unique(time)) > 1
        else None
    )
    share, middle = n_with[tested] / n.sum(), (n * time).sum() / n.sum()
    q_value = [np.nan if q is None else q for q in benjamini_hochberg([*within.p_value])]
    result = pd.DataFrame(
        {
            "skill_no": tested, "slope": within.value, "ci_low": within.ci_low, "ci_high": within.ci_high,
            "p_value": within.p_value, "q_value": q_value, "slope_all": altogether.value,
            "share_first": np.clip(share - within.value * middle, 0, 1),
            "share_last": np.clip(share + within.value * (time.max() - middle), 0, 1),
            "n_with": n_with[tested].astype(int), "n_ads": int(n.sum()), "n_employers_with": n_employers[tested],
            "n_employers": cells["employer_no"].nunique(), "n_sources": cells["origin"].nunique(),
            "n_skills_first": line(0.0) if line else np.nan, "n_skills_last": line(time.max()) if line else np.nan,
        }
    )  # fmt: skip
    result["is_sure"] = result["q_value"] <= 0.05
    ordered = result.merge(skills, on="skill_no").assign(size=result["slope"].abs())
    ordered = ordered.sort_values(["is_sure", "size", "name"], ascending=[False, False, True])
    return ordered.drop(columns=["skill_no", "size"]).reset_index(drop=True)


def _employers(counts: Any, employer: np.ndarray) -> np.ndarray:
    """How many employers' ads name each skill."""
    _, number = np.unique(employer, return_inverse=True)
    rows = np.arange(len(number))
    member = sparse.csr_array((np.ones(len(rows)), (number, rows)), shape=(int(number.max(initial=-1)) + 1, len(rows)))
    return np.diff(sparse.csc_array(member @ counts).indptr)
