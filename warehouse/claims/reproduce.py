"""The query that counts again what a verdict rests on, for a person to run."""

from warehouse.claims.contents import literal, sql, values_sql
from warehouse.claims.tree import (
    Difference,
    Distance,
    Diversity,
    LogPay,
    Mean,
    Measure,
    Number,
    Paired,
    Part,
    Rank,
    Share,
    Side,
    Thing,
)

_WITH_COUNTRY = """join (
    select cluster_no from posting_index where role is not null and full_text and country is not null group by cluster_no
) as c on c.cluster_no = o.cluster_no
"""  # pay is compared within a country


def counting_query(part: Part, rival: Thing | None = None) -> str:
    """A query with a row for each side: ``side``, its openings ``n``, and those that have the thing ``n_with``, or the mean of
    the amount. ``rival`` is the one that a rank was held against."""
    sides: list[tuple[Side, Side | None, Measure]]
    match part:
        case Difference(a, _, b, measure):
            sides = [(a, b, measure), (b, a, measure)]
        case Share(side, _, _, thing):
            sides = [(side, None, thing)]
        case Paired(side, first, _, second):
            sides = [(side, None, first), (side, None, second)]
        case Rank(side, thing, _):
            sides = [(side, None, thing), *([(side, None, rival)] if rival else [])]
        case Distance(a, b):
            sides = [(a, b, Diversity()), (b, a, Diversity())]
    selects = [_select(name, *side) for name, side in zip("ab", sides, strict=False)]
    return "\nunion all\n".join(selects) + "\norder by side"


def _select(name: str, side: Side, other: Side | None, measure: Measure) -> str:
    where = _where(side)
    if other and {*side.roles} & {*other.roles}:
        where += f" and not ({_where(other)})"
    match measure:
        case Diversity():
            counted, joined = "count(*) as n, null as n_with", ""
        case LogPay():
            counted = "count(v.value) as n, avg(v.value) as mean"
            joined = f"join ({literal(*values_sql(measure))}) as v on v.content_no = o.content_no\n{_WITH_COUNTRY}"
        case Number() | Mean():
            value = "coalesce(v.value, 0)" if isinstance(measure, Number) else "v.value"
            counted = f"count({value}) as n, avg({value}) as mean"
            joined = f"left join ({literal(*values_sql(measure))}) as v on v.content_no = o.content_no\n"
        case _:
            counted = "count(*) as n, count(v.content_no) as n_with"
            joined = f"left join ({literal(*sql(measure))}) as v on v.content_no = o.content_no\n"
    return f"select '{name}' as side, {counted}\nfrom opening(label := 'role_by_title') as o\n{joined}where {where}"


def _where(side: Side) -> str:
    roles = ", ".join(f"'{role}'" for role in side.roles)
    having = f" and o.content_no in ({literal(*sql(side.having))})" if side.having else ""
    return f"o.role in ({roles}){having}"
