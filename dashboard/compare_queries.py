"""How roles differ, for the page that compares them: the numbers of `rolescope compare`, of the ads that pass the filters."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard.filtered import Filters, frame, literal, records
from dashboard.queries import cached
from dashboard.roles import FOUR
from dashboard.snapshot import connection
from warehouse.claims.verdict import RAREST
from warehouse.comparison.ads import OTHERS, Ads, Need, Only
from warehouse.comparison.many import compared
from warehouse.comparison.printing import strip_csv, table_csv
from warehouse.comparison.strip import strip
from warehouse.comparison.table import compare
from warehouse.comparison.verdict import Sides
from warehouse.inference import clustered
from warehouse.inference.multiple import benjamini_hochberg


class Difference(NamedTuple):
    """How two sides differ, skill by skill."""

    of: Sides
    alike: Sides
    """What the adjusted differences rest on: ads of a country, seniority and month that has both."""
    rows: pd.DataFrame
    """Columns of `rolescope compare --csv`, in its order, and adjusted_q: as q, of the adjusted differences."""
    n_rare: int
    """Skills that are named, but by fewer than 1 % of either side's ads."""


def others(role: str) -> tuple[str, ...]:
    """The roles of FOUR that a role is held against where it is held against the others."""
    return tuple(one for one in FOUR if one != role)


@cached
def skill_difference(
    snapshot: Path, filters: Filters, role_a: str, role_b: str | tuple[str, ...], category: str | None
) -> Difference:
    """The difference of every skill (of a category) that at least 1 % of either side's ads name; several roles are one side."""
    with _ads(snapshot, filters, role_a, role_b) as ads:
        found = compare(ads, need=_need(filters), label=filters.label, category=category)
        rows, is_a = ads.sides(filters.label)
        told = compared(is_a, ads.stratum[rows])
        n_employers = (len(np.unique(ads.employer[rows][told & side])) for side in (is_a, ~is_a))
    table = _frame(table_csv(found))
    table["adjusted_q"] = np.array(benjamini_hochberg([row.adjusted.p_value for row in found.rows]), float)
    table.attrs["query"] = _query(filters, role_a, role_b, category)
    return Difference(found.of, Sides(found.n_alike_a, found.n_alike_b, *n_employers), table, found.n_rare)


@cached
def skill_share(
    snapshot: Path, filters: Filters, roles: tuple[str, ...], category: str | None, limit: int
) -> pd.DataFrame:
    """The ``limit`` skills whose shares are furthest apart between the roles, a row a skill and role: skill, name, category,
    role, share, ci_low, ci_high, n_with, n_ads, n_employers. A skill that under 1 % of every role's ads name is left out."""
    with _ads(snapshot, filters, roles[0], roles[1:]) as ads:
        things = ads.skills(_need(filters), category)
        of = ads.by_role(filters.label)
        counts = np.array([np.asarray(things.named[rows].sum(axis=0)).ravel() for rows in of.values()])
        shares = counts / np.array([[max(len(rows), 1)] for rows in of.values()])
        common = np.flatnonzero((shares >= RAREST).any(axis=0) & (counts > 0).any(axis=0))
        apart = np.ptp(shares[:, common], axis=0)
        found = pd.DataFrame(
            {
                "skill": things.keys[column], "name": things.names[column], "category": things.groups[column], "role": role,
                **share(things.named[rows][:, [column]].toarray().ravel(), ads.employer[rows]),
            }
            for column in common[np.argsort(-apart, kind="stable")[:limit]]
            for role, rows in of.items()
        )  # fmt: skip
    found.attrs["query"] = literal(_SHARES, _parameters(filters, roles, category))
    return found


@cached
def skill_share_of(snapshot: Path, filters: Filters, roles: tuple[str, ...], skill: str) -> pd.DataFrame:
    """How many ads of each role name one skill: role, share, ci_low, ci_high, n_with, n_ads, n_employers. The second row is
    that of all roles but the first together: OTHERS."""
    ads = frame(
        snapshot,
        """
        select o.role, o.employer_no, s.content_no is not null as names_it
        from opening(label := $label, $filters) as o
        left join (
            select content_no from skill_index
            where skill_no = (select skill_no from skill_number where skill = $skill)
                and need_bit & need_mask($needs::varchar[]) != 0
        ) as s on s.content_no = o.content_no
        where list_contains($roles, o.role)
        """,
        _parameters(filters, roles, None) | {"skill": skill},
    )
    of = {role: ads["role"] == role for role in roles}
    sides = {roles[0]: of.pop(roles[0]), OTHERS: ads["role"].isin(roles[1:]), **of}
    return pd.DataFrame(
        {"role": role, **share(ads.loc[there, "names_it"], ads.loc[there, "employer_no"])}
        for role, there in sides.items()
    )


@cached
def robustness(
    snapshot: Path, filters: Filters, role_a: str, role_b: str | tuple[str, ...], skill: str
) -> pd.DataFrame:
    """One skill's difference counted in several ways: the columns of `rolescope compare --skill … --csv`."""
    with _ads(snapshot, filters, role_a, role_b) as ads:
        lines = _frame(strip_csv(strip(ads, skill, need=_need(filters), label=filters.label)))
    lines.attrs["query"] = _query(filters, role_a, role_b, None, skill)
    return lines


@cached
def skill_sentences(snapshot: Path, filters: Filters, role: str, skill: str, limit: int) -> list[dict[str, Any]]:
    """The newest ads of a role that name a skill, one an employer: posting_id, title, hiring_organization, and sentence, the
    words around the first mention that counts."""
    return records(
        snapshot,
        """
        with ad as (
            select p.posting_id, p.title, p.hiring_organization, o.content_hash, o.posted_on, o.employer_no
            from opening(label := $label, $filters) as o
            join posting_index as p on p.cluster_no = o.cluster_no and p.content_no = o.content_no
            where o.role = $role and o.content_no in (
                select content_no from skill_index
                where skill_no = (select skill_no from skill_number where skill = $skill)
                    and need_bit & need_mask($needs::varchar[]) != 0
            )
        ),

        newest as (
            from ad
            qualify row_number() over (partition by employer_no order by posted_on desc, posting_id) = 1
            order by posted_on desc, posting_id
            limit $n_rows
        )

        select
            n.posting_id, n.title, n.hiring_organization,
            arg_min(substr(t.text, m.sentence_start + 1, m.sentence_end - m.sentence_start), m.start_char) as sentence
        from newest as n
        join job_posting_text as t on t.content_hash = n.content_hash
        join job_posting_mention as m on m.content_hash = n.content_hash
        where m.kind = 'skill' and m.key = $skill and not m.negated and ($needs::varchar[] is null or list_contains($needs, m.need))
        group by n.posting_id, n.title, n.hiring_organization, n.posted_on
        order by n.posted_on desc, n.posting_id
        """,
        _parameters(filters, (), None) | {"role": role, "skill": skill, "n_rows": limit},
    )


def share(names_it: Any, employer: Any) -> dict[str, Any]:
    """A share with its interval (see ``clustered.share``) and what it is of."""
    estimate = clustered.share(names_it, employer)
    return {
        "share": estimate.value, "ci_low": estimate.ci_low, "ci_high": estimate.ci_high,
        "n_with": int(np.sum(names_it)), "n_ads": len(names_it), "n_employers": estimate.n_clusters,
    }  # fmt: skip


@contextmanager
def _ads(snapshot: Path, filters: Filters, role_a: str, role_b: str | tuple[str, ...]) -> Iterator[Ads]:
    values = filters.parameters()
    with connection(snapshot).cursor() as con:
        yield Ads(con, role_a, role_b, Only(**{name: values[name] for name in Only._fields}))


def _need(filters: Filters) -> Need:
    return filters.need or "named"  # type: ignore[return-value]


def _frame(csv: str) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(csv), keep_default_na=False, na_values=[""],
        dtype={name: "str" for name in ("key", "name", "category", "counted", "which", "verdict", "changes")},
    )  # fmt: skip


def _parameters(filters: Filters, roles: tuple[str, ...], category: str | None) -> dict[str, Any]:
    return filters.parameters() | {"roles": list(roles), "category": category}


_SHARES = """
select role, skill, name, category, share, n_with, n_ads, n_employers
from skill_share(needs := $needs::varchar[], label := $label, $filters)
where list_contains($roles, role)
"""


def _query(
    filters: Filters, role_a: str, role_b: str | tuple[str, ...], category: str | None, skill: str | None = None
) -> str:
    """What counts the same again, as far as SQL can: shares and counts. The rest is made of them in Python."""
    roles = [role_a, *([role_b] if isinstance(role_b, str) else role_b)]
    what = f"strip(ads, '{skill}')" if skill else "compare(ads)"
    counted = literal(_SHARES, _parameters(filters, tuple(roles), category))
    return (
        f"/* Shares and counts. Intervals and verdicts: warehouse.comparison, {what}; `rolescope compare` */\n{counted}"
    )
