"""What the page Trends counts: shares by part of time on a fixed set of boards or on all."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard.filtered import Filters, frame, records
from dashboard.queries import cached
from dashboard.states import MIN_ADS, MIN_EMPLOYERS
from warehouse.inference import clustered


class Span(NamedTuple):
    """The ads that a trend is of."""

    every: str
    """week, month or quarter."""
    first: Any
    """First day of the first part, a date."""
    last: Any
    """First day of the last part, a date."""
    fixed: bool
    """Those boards only that have ads in every part; else all."""


# an imported file is a source of its own
AD = """
    with place as (
        select b.source, b.board, if(s.kind = 'file', b.source || '/' || b.board, b.source) as origin
        from (
            select source, board
            from fixed_board(every := $every, first_part := $first::date, last_part := $last::date, sources := $sources::varchar[])
            where $fixed
            union all
            select distinct source, board from board_by_part(every := $every) where not $fixed
        ) as b
        left join source as s on s.source = b.source
    ),

    ad as (
        select o.part, o.role, o.employer_no, o.content_no, p.origin
        from dated_opening(every := $every, label := $label, $filters) as o
        join place as p on p.source = o.source and p.board = o.board
        where o.part between $first::date and $last::date
    )
"""


@cached
def board_by_part(snapshot: Path, every: str, sources: tuple[str, ...]) -> pd.DataFrame:
    """The macro's rows of parts that are over, with part as a time: source, board, part, n_postings, read_from, is_whole."""
    return frame(
        snapshot,
        """
        select source, board, part, n_postings, read_from, is_whole
        from board_by_part(every := $every)
        where
            ($sources::varchar[] is null or list_contains($sources::varchar[], source))
            and part < date_trunc($every, (select max(taken_at) from snapshot))
        """,
        {"every": every, "sources": list(sources) or None},
    )


@cached
def collected(snapshot: Path, sources: tuple[str, ...]) -> dict[str, Any]:
    """What was collected at all: n_boards, n_postings, read_from (day of the first sighting), taken_on, first_on (of posting)."""
    return records(
        snapshot,
        """
        select
            count(distinct (source, board)) as n_boards, count(*) as n_postings, min(first_seen_at)::date as read_from,
            (select max(taken_at)::date from snapshot) as taken_on, min(coalesce(posted_on, first_seen_at::date)) as first_on
        from posting_index
        where full_text and ($sources::varchar[] is null or list_contains($sources::varchar[], source))
        """,
        {"sources": list(sources) or None},
    )[0]


@cached
def label_changes(snapshot: Path) -> pd.DataFrame:
    """When another version of the extractor read the ads anew: model_version, changed_on. The first version is no change."""
    return frame(
        snapshot,
        """
        select model_version, min(taken_at)::date as changed_on
        from snapshot
        where model_version is not null and n_labelled > 0
        group by model_version
        qualify row_number() over (order by changed_on) > 1
        order by changed_on
        """,
    )


@cached
def fixed_boards(snapshot: Path, span: Span, sources: tuple[str, ...]) -> pd.DataFrame:
    """The fixed set, the largest first: source, name (of the source), board, n_postings, origin."""
    return frame(
        snapshot,
        """
        select
            b.source, coalesce(s.name, b.source) as name, b.board, b.n_postings,
            if(s.kind = 'file', b.source || '/' || b.board, b.source) as origin
        from fixed_board(every := $every, first_part := $first::date, last_part := $last::date, sources := $sources::varchar[]) as b
        left join source as s on s.source = b.source
        order by n_postings desc, b.source, board
        """,
        {**span._asdict(), "sources": list(sources) or None},
    )


@cached
def role_mix(snapshot: Path, filters: Filters, span: Span) -> pd.DataFrame:
    """Share of a part's labelled ads that are of a role: role, part, share, ci_low, ci_high, n_with, n_ads, n_employers.

    A row for each role of the period and part that has ads; shares of too few ads or employers are NaN."""
    counted = frame(
        snapshot,
        f"{AD}\nselect part, role, employer_no, count(*) as n from ad group by all",
        {**filters.parameters(), **span._asdict()},
    )
    rows = []
    for role in sorted(counted["role"].unique()):
        n_with = counted["n"].where(counted["role"] == role, 0)
        rows.append(_shares(counted.assign(n_with=n_with)).assign(role=role))
    result = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    result.attrs["query"] = counted.attrs["query"]
    return result


@cached
def skill_by_part(snapshot: Path, filters: Filters, span: Span, role: str, skill: str) -> pd.DataFrame:
    """Share of a part's ads of the role that name the skill: part, share, ci_low, ci_high, n_with, n_ads, n_employers."""
    counted = frame(
        snapshot,
        f"""{AD},

    named as (
        select distinct content_no
        from skill_index
        where
            skill_no = (select skill_no from skill_number where skill = $skill)
            and need_bit & need_mask($needs::varchar[]) != 0
    )

    select ad.part, ad.employer_no, count(*) as n, count(n.content_no) as n_with
    from ad
    left join named as n on n.content_no = ad.content_no
    where ad.role = $role
    group by all
    """,  # noqa: S608 - AD is a constant
        {**filters.parameters(), **span._asdict(), "role": role, "skill": skill},
    )
    result = _shares(counted)
    result.attrs["query"] = counted.attrs["query"]
    return result


def _shares(counted: pd.DataFrame) -> pd.DataFrame:
    """A row a part of rows of part, employer_no, n (ads) and n_with."""
    rows = []
    for part, mine in counted.groupby("part"):
        n, n_with = mine["n"].to_numpy(), mine["n_with"].to_numpy()
        number, names = pd.factorize(mine["employer_no"])
        employer = np.concatenate([np.repeat(number, n_with), np.repeat(number, n - n_with)])
        n_ads, n_employers = int(n.sum()), len(names)
        share = low = high = None
        if n_ads >= MIN_ADS and n_employers >= MIN_EMPLOYERS:
            share, low, high, *_ = clustered.share(np.arange(n_ads) < n_with.sum(), employer)
        rows.append((part, share, low, high, int(n_with.sum()), n_ads, n_employers))
    columns = ["part", "share", "ci_low", "ci_high", "n_with", "n_ads", "n_employers"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:4], float))
