"""How the AI engineer changed, in one source and over all, and what is left of it when one tries to break it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from findings.ads import SAID_BY_TITLE, SOURCES, Ads, Rows, Thing, chance, near_end, percent, points, sql, table
from findings.charts import dots
from warehouse.inference.clustered import Estimate, difference, leave_out, mean
from warehouse.inference.composition import Change, change, standardised_difference
from warehouse.inference.multiple import benjamini_hochberg


class Drift(NamedTuple):
    """How the share of one skill changed among AI engineers."""

    thing: Thing
    n_with: tuple[int, int]
    fixed: Estimate
    """In one source."""
    like: Estimate
    """In one source, same country and level."""
    long: Estimate
    """In one source, among ads that name as many other skills (tenths)."""
    stayed: Estimate
    """In one source, employers of both years only."""
    parts: Change
    of_ml: Estimate | None
    """The same change among ML engineers."""
    everywhere: Estimate
    """In all sources, first to last year."""
    least: tuple[float, float, float]
    """The worst that leaving out an employer makes of it: value, interval."""
    by_role: Estimate | None
    """By the label from title and text."""
    q: float | None = None


class Periods(NamedTuple):
    """The ads that are compared: (rows, is_late), in the source that is held fixed and in all."""

    source: str
    fixed_years: tuple[int, int]
    years: tuple[int, int]
    fixed: tuple[NDArray[np.intp], Rows]
    every: tuple[NDArray[np.intp], Rows]
    ml: tuple[NDArray[np.intp], Rows]
    by_role: tuple[NDArray[np.intp], Rows]


FIRST_YEAR = 2023


def periods(ads: Ads) -> Periods | None:
    """The first and last years with enough AI engineers, in the source that has most of them; None where there are no two."""
    ai, ml = ads.on(["ai_engineer"]) & (ads.year >= FIRST_YEAR), ads.on(["ml_engineer"])
    by_role = ads.on(["ai_engineer"], "role")
    if not ai.any():
        return None
    source = int(np.bincount(ads.source[ai]).argmax())
    fixed_years, years = _enough(ads, ai & (ads.source == source)), _enough(ads, ai)
    if fixed_years is None or years is None:
        return None

    def of(here: Rows, between: tuple[int, int]) -> tuple[NDArray[np.intp], Rows]:
        rows = np.flatnonzero(here & np.isin(ads.year, between))
        return rows, ads.year[rows] == between[1]

    here = ads.source == source
    return Periods(
        ads.source_names[source],
        fixed_years,
        years,
        of(ai & here, fixed_years),
        of(ai, years),
        of(ml & here, fixed_years),
        of(by_role & here, fixed_years),
    )


def _enough(ads: Ads, here: Rows) -> tuple[int, int] | None:
    years = [
        int(year)
        for year in np.unique(ads.year[here])
        if (here & (ads.year == year)).sum() >= 100 and len(np.unique(ads.employer[here & (ads.year == year)])) >= 50
    ]
    return (years[0], years[-1]) if len(years) > 1 else None


def drifts(ads: Ads, when: Periods) -> list[Drift]:
    """The skills that a twentieth of the ads of either year names in the fixed source, surest rise first, surest fall last."""
    rows, late = when.fixed
    counts = [np.asarray(ads.named.tocsr()[rows[side]].sum(axis=0)).ravel() for side in (~late, late)]
    sizes = int((~late).sum()), int(late.sum())
    cluster = ads.employer[rows]
    strata = ads.strata(rows, ads.country, ads.level)
    both = np.isin(cluster, np.intersect1d(cluster[late], cluster[~late]))
    found = []
    for thing, column in ads.column.items():
        with_early, with_late = int(counts[0][column]), int(counts[1][column])
        if (
            thing.kind == "skill"
            and thing.key not in SAID_BY_TITLE
            and max(with_early / sizes[0], with_late / sizes[1]) >= 0.05
        ):
            y = ads.has(thing)
            found.append(
                Drift(
                    thing,
                    (with_early, with_late),
                    difference(y[rows], late, cluster),
                    standardised_difference(y[rows], late, strata, cluster),
                    standardised_difference(y[rows], late, _tenths((ads.n_skills - y)[rows]), cluster),
                    difference(y[rows][both], late[both], cluster[both]),
                    change(y[rows], late, cluster),
                    ads.compare(y, *when.ml),
                    difference(y[when.every[0]], when.every[1], ads.employer[when.every[0]]),
                    _least(y[rows], late, cluster),
                    ads.compare(y, *when.by_role),
                )
            )
    q_values = benjamini_hochberg([one.fixed.p_value for one in found])
    found = [one._replace(q=q) for one, q in zip(found, q_values, strict=True)]
    return sorted(found, key=lambda one: (-near_end(one.fixed), -(one.fixed.value or 0.0)))


def _least(y: Rows, late: Rows, cluster: NDArray[Any]) -> tuple[float, float, float]:
    left = leave_out(y, late, cluster, cluster)
    sign = 1 if y[late].mean() > y[~late].mean() else -1
    at = int(np.argmin(np.where(np.isnan(left.ci_low), -np.inf, left.ci_low if sign > 0 else -left.ci_high)))
    return float(left.value[at]), float(left.ci_low[at]), float(left.ci_high[at])


def _tenths(numbers: NDArray[Any]) -> NDArray[np.intp]:
    return np.searchsorted(np.unique(np.quantile(numbers, np.linspace(0.1, 0.9, 9))), numbers, side="right")


def surest(found: Sequence[Drift], rises: int, falls: int) -> list[Drift]:
    """The surest rises and falls, of those with q of at most 5 %."""
    sure = [one for one in found if one.q is not None and one.q <= 0.05]
    up, down = [one for one in sure if near_end(one.fixed) > 0], [one for one in sure if near_end(one.fixed) < 0]
    return [*up[:rises], *down[-falls:]]


def drift_tables(ads: Ads, when: Periods, shown: Sequence[Drift]) -> tuple[str, str]:
    """How much, with what breaks it; and who posted the ads that make the change."""
    sizes = int((~when.fixed[1]).sum()), int(when.fixed[1].sum())
    first, last = when.fixed_years
    rows = [
        [
            one.thing.name,
            *(f"{percent(n / size)} ({n:,})" for n, size in zip(one.n_with, sizes, strict=True)),
            points(one.fixed),
            chance(one.q),
            *(_kept(attempt, one.fixed) for attempt in _attempts(one).values()),
            points(one.of_ml),
        ]
        for one in shown
    ]
    head = [
        "skill",
        str(first),
        str(last),
        "points (95 %)",
        "q",
        "same country and level",
        "as many other skills",
        "each employer, the worst",
        "label by title and text",
        f"all sources, {when.years[0]}–{when.years[1]}",
        "ML engineers, for comparison",
    ]
    parts = [
        [one.thing.name, points(one.fixed), _kept(one.stayed, one.fixed), *(_part(value) for value in one.parts[1:])]
        for one in shown
    ]  # fmt: skip
    part_head = [
        "skill",
        "points (95 %)",
        "employers of both years (95 %)",
        "of it their ads",
        "of it their weights",
        "new employers",
        "employers gone",
    ]
    return table(head, rows), table(part_head, parts)


def _kept(attempt: Estimate | None, one: Estimate) -> str:
    if attempt is None or attempt.value is None:
        return "–"
    return f"{'✓' if near_end(attempt) * near_end(one) > 0 else '✗'} {points(attempt)}"


def _part(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:+.1f}"


def drift_counts(ads: Ads, when: Periods) -> str:
    """How many ads and employers each period has, from where, and how many skills they name."""
    rows = []
    for name, (here, late) in ((f"{when.source}", when.fixed), ("all sources", when.every)):
        for side, year in ((~late, 0), (late, 1)):
            of = here[side]
            years = when.fixed_years if name == when.source else when.years
            sources = np.bincount(ads.source[of], minlength=len(ads.source_names))
            main = ", ".join(
                f"{ads.source_names[i]} {percent(sources[i] / len(of))}"
                for i in np.argsort(-sources)
                if sources[i] / len(of) >= 0.05
            )
            skills = mean(ads.n_skills[of], ads.employer[of])
            ci = (
                ""
                if skills.ci_low is None or skills.ci_high is None
                else f" ({skills.ci_low:.1f} to {skills.ci_high:.1f})"
            )
            us = percent(float((ads.country[of] == "US").mean()))
            rows.append(
                [
                    name,
                    str(years[year]),
                    f"{len(of):,}",
                    f"{len(np.unique(ads.employer[of])):,}",
                    f"{skills.value or 0:.1f}{ci}",
                    us,
                    main,
                ]
            )
    here, late = when.fixed
    both = np.intersect1d(ads.employer[here[late]], ads.employer[here[~late]])
    n = [int(np.isin(ads.employer[here[side]], both).sum()) for side in (~late, late)]
    said = (
        f"{len(both):,} employers have AI-engineer ads of {when.source} in both years: {n[0]:,} and {n[1]:,} openings."
    )
    return (
        table(
            ["ads", "year", "openings", "employers", "skills an ad names (95 %)", "in the United States", "sources"],
            rows,
            left=2,
        )
        + "\n\n"
        + said
    )


def drift_query(ads: Ads, when: Periods) -> str:
    """SQL that counts the first and last year of the fixed source."""
    board = next((board for board, name in SOURCES.items() if name == when.source), when.source)
    query = f"""\
with one as (
    select arg_min(case when source = 'import' then board else source end, seen_no) as source, year(min(posted_on)) as year,
        arg_min(role_by_title, seen_no) as role, arg_min(content_no, seen_no) as content_no
    from posting_index where role is not null and full_text group by cluster_no
)
select year, skill, count(*) as n_with
from one join skill_index using (content_no) join skill_number using (skill_no)
where role = 'ai_engineer' and source = '{board}' and year in {when.fixed_years}
group by year, skill order by n_with desc"""
    return sql(query)


def drift_chart(when: Periods, shown: Sequence[Drift]) -> alt.LayerChart:
    """Each change with its interval, in the source held fixed and in all."""
    series = {
        f"{when.source} alone, {when.fixed_years[0]} to {when.fixed_years[1]}": "fixed",
        f"all sources, {when.years[0]} to {when.years[1]}": "everywhere",
    }
    rows = []
    for name, attribute in series.items():
        for one in shown:
            seen: Estimate = getattr(one, attribute)
            rows.append(
                {"skill": one.thing.name, "series": name, "value": seen.value, "low": seen.ci_low, "high": seen.ci_high}
            )
    return dots(pd.DataFrame(rows), "skill", "Change of the share among AI engineers in points, with 95 % interval")


def drift_surprises(shown: Sequence[Drift]) -> Iterator[str]:
    """Sentences of what the change is and is not."""
    rose = [one for one in shown if near_end(one.fixed) > 0]
    shared = [one.thing.name for one in rose if one.of_ml is not None and near_end(one.of_ml) > 0]
    if shared:
        yield f"Of {len(rose)} skills shown as rising among AI engineers, {len(shared)} rose among ML engineers of the same source as well ({', '.join(shared)}): part of the drift is the market's and not the role's."
    stayed = [one.thing.name for one in shown if near_end(one.stayed) * near_end(one.fixed) > 0]
    yield f"{len(stayed)} of the {len(shown)} changes shown are seen among the few employers of both years alone, too{' (' + ', '.join(stayed) + ')' if stayed else ''}."
    lost = []
    for one in shown:
        for name, attempt in _attempts(one).items():
            if attempt is not None and near_end(attempt) * near_end(one.fixed) <= 0:
                lost.append(f"{one.thing.name} ({name}: {points(attempt)})")
    yield f"Of the {len(shown)} changes shown, {'none breaks' if not lost else 'these break: ' + '; '.join(lost) + '. The others hold'} in every attempt of section 5."


def _attempts(one: Drift) -> dict[str, Estimate | None]:
    """All attempts to break a change, but for that of employers of both years."""
    least = one.fixed._replace(value=one.least[0], ci_low=one.least[1], ci_high=one.least[2])
    return {
        "same country and level": one.like,
        "as many other skills": one.long,
        "each employer, the worst": least,
        "label by title and text": one.by_role,
        "all sources": one.everywhere,
    }
