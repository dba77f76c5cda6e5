"""How the four roles differ, skill by skill, and what is left of each headline when one tries to break it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from findings.ads import (
    AGAINST_OTHERS,
    PAIRS,
    SAID_BY_TITLE,
    SHORT,
    Ads,
    Contrast,
    Rows,
    Thing,
    chance,
    near_end,
    points,
    share,
    sql,
    table,
)
from findings.charts import dots
from warehouse.inference.clustered import Estimate, difference, leave_out
from warehouse.inference.composition import standardised_difference
from warehouse.inference.distinctive import LogOdds, log_odds
from warehouse.inference.equivalence import design_effect, tost
from warehouse.inference.multiple import benjamini_hochberg

RAREST = 0.01  # share that a skill must have in one of the roles to be looked at


class Found(NamedTuple):
    """What one contrast says of one thing."""

    contrast: Contrast
    thing: Thing
    n_a: int
    n_b: int
    n_with_a: int
    n_with_b: int
    estimate: Estimate
    odds: LogOdds | None
    q: float | None = None

    @property
    def share_a(self) -> float:
        return self.n_with_a / self.n_a

    @property
    def share_b(self) -> float:
        return self.n_with_b / self.n_b


def compared(ads: Ads) -> list[Found]:
    """All things that are looked at, in all ten contrasts, with q over the whole of them."""
    found: list[Found] = []
    things = _common(ads)
    y = np.stack([ads.has(thing) for thing in things])
    for contrast in (*AGAINST_OTHERS, *PAIRS):
        rows, is_a = ads.sides(contrast)
        n_a, n_b, cluster = int(is_a.sum()), int((~is_a).sum()), ads.employer[rows]
        with_a, with_b = y[:, rows[is_a]].sum(axis=1), y[:, rows[~is_a]].sum(axis=1)
        estimates = [difference(one[rows], is_a, cluster) for one in y]
        effects = [
            design_effect(one, a / n_a, n_a, b / n_b, n_b) or 1.0
            for one, a, b in zip(estimates, with_a, with_b, strict=True)
        ]
        odds = log_odds(with_a, n_a, with_b, n_b, design_effect=effects)
        for thing, a, b, estimate, one in zip(things, with_a, with_b, estimates, odds, strict=True):
            found.append(Found(contrast, thing, n_a, n_b, int(a), int(b), estimate, one))
    q_values = benjamini_hochberg([one.estimate.p_value for one in found])
    return [one._replace(q=q) for one, q in zip(found, q_values, strict=True)]


def _common(ads: Ads) -> list[Thing]:
    common: dict[Thing, None] = {}
    for roles in (contrast.a for contrast in AGAINST_OTHERS):
        here = ads.on(roles)
        for kind, matrix in (("skill", ads.named), ("tag", ads.tagged)):
            counts = np.asarray(matrix[here].sum(axis=0)).ravel()
            common |= {
                thing: None
                for thing, column in ads.column.items()
                if thing.kind == kind and counts[column] >= RAREST * here.sum() and thing.key not in SAID_BY_TITLE
            }
    return [*sorted(common), *ads.facts]


def distinctive(found: Sequence[Found], kinds: Sequence[str], each: int) -> str:
    """For each role against the other three, what most sets it apart, by the z of its log-odds."""
    parts = []
    for contrast in AGAINST_OTHERS:
        mine = [one for one in found if one.contrast == contrast and one.thing.kind in kinds and one.odds]
        best = sorted(mine, key=lambda one: -one.odds.z if one.odds else 0.0)[:each]
        head = [
            f"{SHORT[contrast.a[0]]} against the others",
            SHORT[contrast.a[0]],
            "others",
            "points (95 %)",
            "odds ratio (95 %)",
            "q",
        ]
        parts.append(table(head, [[one.thing.name, *_figures(one)] for one in best]))
    return "\n\n".join(parts)


TAG_QUERY = """\
select o.role, tag, count(distinct o.cluster_no) as n_with
from opening(label := 'role_by_title') as o join job_posting_tag using (content_hash) group by all;
-- facts: the same with job_posting_fact, for instance where degree_required in ('master', 'phd')
select o.role, count(*) as n_with from opening(label := 'role_by_title') as o join job_posting_fact using (content_hash)
where degree_required in ('master', 'phd') group by all"""


def facts(found: Sequence[Found]) -> str:
    """Facts in the four roles, each against the others."""
    rows = [
        [SHORT[one.contrast.a[0]], one.thing.name, *_figures(one)]
        for one in found
        if one.contrast in AGAINST_OTHERS and one.thing.kind == "fact"
    ]
    rows.sort(key=lambda row: row[1])
    return table(["role", "an ad that", "role", "others", "points (95 %)", "odds ratio (95 %)", "q"], rows, left=2)


def pairwise(found: Sequence[Found], each: int) -> str:
    """For each pair of roles, the skills that most set the first apart, then those of the second."""
    rows = []
    for contrast in PAIRS:
        mine = sorted(
            (one for one in found if one.contrast == contrast and one.thing.kind == "skill" and one.odds),
            key=lambda one: -one.odds.z if one.odds else 0.0,
        )
        rows += [[str(contrast), one.thing.name, *_figures(one)] for one in (*mine[:each], *mine[: -each - 1 : -1])]
    return table(["pair", "skill", "first", "second", "points (95 %)", "odds ratio (95 %)", "q"], rows, left=2)


def _figures(one: Found) -> list[str]:
    odds = "–" if one.odds is None else "×" + " ".join(
        (f"{np.exp(one.odds.value):.2f}", f"({np.exp(one.odds.ci_low):.2f} to {np.exp(one.odds.ci_high):.2f})")
    )  # fmt: skip
    return [share(one.n_with_a, one.n_a), share(one.n_with_b, one.n_b), points(one.estimate), odds, chance(one.q)]


def alike(found: Sequence[Found], least: float, each: int) -> str:
    """For each pair, the commonest skills whose shares differ by less than five points, for sure."""
    rows = []
    for contrast in PAIRS:
        mine = same(found, contrast, least)
        names = "; ".join(f"{one.thing.name} {points(one.estimate)}" for one in mine[:each])
        rows.append([str(contrast), f"{len(mine)} of {len(_asked(found, contrast, least))}", names or "none"])
    return table(["pair", "alike", "the commonest of them, with points (95 %)"], rows)


def same(found: Sequence[Found], contrast: Contrast, least: float) -> list[Found]:
    """Skills of a contrast that do not differ by five points, commonest first."""
    return [one for one in _asked(found, contrast, least) if tost(one.estimate).equivalent]


def _asked(found: Sequence[Found], contrast: Contrast, least: float) -> list[Found]:
    """Skills that at least a share ``least`` of both sides names."""
    mine = [one for one in found if one.contrast == contrast and one.thing.kind == "skill"]
    common = [one for one in mine if min(one.share_a, one.share_b) >= least]
    return sorted(common, key=lambda one: -min(one.share_a, one.share_b))


def halved(one: Found, tests: Sequence["Test"]) -> list["Test"]:
    """The attempts that a headline withstood, but that left less than half of it."""
    half = abs(one.estimate.value or 0.0) / 2
    return [test for test in tests if test.holds and test.value is not None and abs(test.value) < half]


def headlines(found: Sequence[Found]) -> list[Found]:
    """The clearest difference of each contrast, of a skill that was not shown before."""
    shown: list[Found] = []
    for contrast in (*AGAINST_OTHERS, *PAIRS):
        used = {one.thing for one in shown}
        mine = [
            one for one in found if one.contrast == contrast and one.thing.kind == "skill" and one.thing not in used
        ]
        shown.append(max(mine, key=lambda one: abs(near_end(one.estimate))))
    return shown


def headline_table(shown: Sequence[Found]) -> str:
    """The headlines with their counts."""
    rows = [
        [
            f"{number}",
            f"{one.thing.name}, {one.contrast}",
            share(one.n_with_a, one.n_a),
            share(one.n_with_b, one.n_b),
            points(one.estimate),
            chance(one.q),
        ]
        for number, one in enumerate(shown, 1)
    ]
    return table(["", "skill, sides", "first side", "second side", "points (95 %)", "q"], rows, left=2)


def counting(one: Found) -> str:
    """SQL of the counts of a difference."""
    roles = ", ".join(f"'{role}'" for role in (*one.contrast.a, *one.contrast.b))
    return (
        "select role, count(*) as n, count(*) filter (content_no in (\n"
        "    select content_no from skill_index join skill_number using (skill_no)\n"
        f"    where skill = '{one.thing.key}')) as n_with\n"
        f"from opening(label := 'role_by_title') where role in ({roles}) group by role"
    )


def check_counts(ads: Ads, shown: Sequence[Found]) -> str:
    """The query under the table of headlines; raises ValueError where one of them does not give the counts shown."""
    for one in shown:
        rows = ads.con.execute(counting(one)).fetchall()
        for side, n, n_with in ((one.contrast.a, one.n_a, one.n_with_a), (one.contrast.b, one.n_b, one.n_with_b)):
            counted = [row for row in rows if row[0] in side]
            if (n, n_with) != (sum(row[1] for row in counted), sum(row[2] for row in counted)):
                raise ValueError(
                    f"{one.thing.key}, {one.contrast}: the query counts {counted}, the page {n_with} of {n}."
                )
    return sql(f"-- the first (for the others change skill and roles)\n{counting(shown[0])}")


class Test(NamedTuple):
    """One attempt to break a headline; holds None: it could not be made."""

    name: str
    holds: bool | None
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        return "–" if self.holds is None else f"{'✓' if self.holds else '✗'} {self.text}"


def attempts(ads: Ads, one: Found) -> list[Test]:
    """All attempts, in the order of the table's columns."""
    y, sign = ads.has(one.thing), 1 if (one.estimate.value or 0) > 0 else -1
    rows, is_a = ads.sides(one.contrast)
    group = ads.con.execute("select category from skill where skill = ?", [one.thing.key]).fetchall()[0][0]

    def label(name: str, of: str | NDArray[Any] | None) -> Test:
        return _test(name, None if of is None else ads.compare(y, *ads.sides(one.contrast, of)), sign)

    largest = ads.largest_employer(rows)
    words = _title_words(ads, one.thing)
    silent = np.array([words.search(title) is None for title in ads.title])
    stratum = ads.strata(rows, ads.source, ads.year, ads.country, ads.level)
    return [
        _test("largest employer", ads.compare(y, *ads.sides(one.contrast, within=ads.employer != largest)), sign),
        _worst("each employer", ads, y, rows, is_a, ads.employer, sign),
        _worst("each source", ads, y, rows, is_a, ads.source, sign, ads.source_names),
        _within("in each source", ads, y, one.contrast, ads.source, dict(enumerate(ads.source_names)), sign),
        _within(
            "in each year", ads, y, one.contrast, ads.year, {int(n): str(n) for n in np.unique(ads.year) if n}, sign
        ),
        _test("like with like", standardised_difference(y[rows], is_a, stratum, ads.employer[rows]), sign),
        label("title and text", "role"),
        label("text alone", "role_by_text"),
        label("masked", ads.masked(group)),
        _test("required", ads.compare(ads.has(one.thing, required=True), rows, is_a), sign),
        _test("title silent", ads.compare(y, *ads.sides(one.contrast, within=silent)), sign),
    ]


def _test(name: str, seen: Estimate | None, sign: int) -> Test:
    if seen is None or seen.value is None:
        return Test(name, None, "")
    return Test(name, bool(near_end(seen) * sign > 0), _short(seen.value, seen.ci_low, seen.ci_high), *seen[:3])


def _worst(
    name: str,
    ads: Ads,
    y: Rows,
    rows: NDArray[np.intp],
    is_a: Rows,
    by: NDArray[Any],
    sign: int,
    names: Sequence[str] = (),
) -> Test:
    left = leave_out(y[rows], is_a, by[rows], ads.employer[rows])
    nearest = np.where(np.isnan(left.ci_low), -np.inf, left.ci_low if sign > 0 else -left.ci_high)
    at = int(np.argmin(nearest))
    without = f"without {names[int(left.code[at])]}: " if names else ""
    if np.isneginf(nearest[at]):
        return Test(name, False, f"{without}too few left")
    figures = (float(left.value[at]), float(left.ci_low[at]), float(left.ci_high[at]))
    return Test(name, bool(nearest[at] > 0), without + _short(*figures), *figures)


def _within(
    name: str, ads: Ads, y: Rows, contrast: Contrast, by: NDArray[Any], names: dict[int, str], sign: int
) -> Test:
    seen = {names[code]: ads.compare(y, *ads.sides(contrast, within=by == code)) for code in names}
    told = {part: one for part, one in seen.items() if one is not None and one.value is not None}
    if not told:
        return Test(name, None, "")
    broken = [
        f"{part} {_short(one.value or 0.0, one.ci_low, one.ci_high)}"
        for part, one in told.items()
        if near_end(one) * sign <= 0
    ]
    text = f"{len(told) - len(broken)} of {len(told)}" + (f"; not {', '.join(broken)}" if broken else "")
    return Test(name, not broken, text)


def _short(value: float, low: float | None, high: float | None) -> str:
    return (
        f"{100 * value:+.0f} (no interval)"
        if low is None or high is None
        else f"{100 * value:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})"
    )


def _title_words(ads: Ads, thing: Thing) -> re.Pattern[str]:
    (aliases,) = ads.con.execute("select aliases from skill where skill = ?", [thing.key]).fetchall()[0]
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in {thing.name, *aliases}), re.IGNORECASE)


def broken_table(tried: Sequence[tuple[Found, list[Test]]], names: Sequence[str]) -> str:
    """Headlines × attempts."""
    rows = [
        [f"{number}", f"{one.thing.name}, {one.contrast}", *(str(test) for test in tests if test.name in names)]
        for number, (one, tests) in enumerate(tried, 1)
    ]
    return table(["", "skill, sides", *names], rows, left=2)


def verdicts(tried: Sequence[tuple[Found, list[Test]]]) -> Iterator[str]:
    """A line a headline: what broke it, and what left less than half of it."""
    for number, (one, tests) in enumerate(tried, 1):
        made = [test for test in tests if test.holds is not None]
        broken = [test.name for test in made if not test.holds]
        shrunk = [f"{test.name} ({test.text})" for test in halved(one, tests)]
        said = (
            f"held in all {len(made)} attempts"
            if not broken
            else f"**broken** in {len(broken)} of {len(made)} attempts: {', '.join(broken)}"
        )
        less = f"; less than half of it is left: {', '.join(shrunk)}" if shrunk else ""
        yield f"{number}. {one.thing.name}, {one.contrast}: {said}{less}."


def chart(tried: Sequence[tuple[Found, list[Test]]]) -> alt.LayerChart:
    """Each headline's difference with its interval, and the worst that leaving out a source makes of it."""
    rows = []
    for one, tests in tried:
        what, seen = f"{one.thing.name}: {one.contrast}", one.estimate
        worst = next(test for test in tests if test.name == "each source")
        rows.append({"what": what, "series": "all ads", "value": seen.value, "low": seen.ci_low, "high": seen.ci_high})
        rows.append(
            {
                "what": what,
                "series": "without the source that matters most",
                "value": worst.value,
                "low": worst.low,
                "high": worst.high,
            }
        )
    return dots(pd.DataFrame(rows), "what", "Difference of shares in points, with 95 % interval")
