"""One skill's difference from every side: what is left of it, corrected, adjusted, counted otherwise, and without its mainstays."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse import WarehouseError
from warehouse.claims.openings import LABELS, employer_name
from warehouse.comparison.ads import Ads, Bools, Need
from warehouse.comparison.many import compared, standardised_differences
from warehouse.comparison.verdict import MARGIN, Sides, Verdict, bounded, judge, sides
from warehouse.inference.clustered import Estimate, difference, leave_out
from warehouse.inference.errors import LEVELS, errors_of_skills
from warehouse.inference.measurement import corrected_difference

LABEL_WORDS = {
    "role_by_title": "role by title",
    "role": "role by title and text",
    "masked": "role by text, group hidden",
}


_CANDIDATES = 12  # left out one by one, as some intervals (of shares 0 and 1) are not those of ``leave_out``


class Line(NamedTuple):
    """The difference (0–1) in one way of counting."""

    what: str
    which: str
    """What was left out or hidden; empty where nothing was."""
    of: Sides
    """What it rests on."""
    estimate: Estimate
    verdict: Verdict | None
    """None: this way of counting is not possible, ``which`` says why."""
    changes: str
    """How it differs from the first line: "sign", "verdict", "sign and verdict"; empty where it does not."""


class Strip(NamedTuple):
    """Robustness of one skill's difference between two roles; the first line is the difference that the others are held against."""

    skill: str
    name: str
    category: str
    role_a: str
    role_b: str
    need: Need
    label: str
    lines: list[Line]


def strip(ads: Ads, skill: str, *, need: Need = "named", label: str = "role_by_title") -> Strip:
    """The lines for a skill, by key. Raises WarehouseError for a skill that there is not."""
    known = ads.con.execute("select name, category from skill where skill = ?", [skill]).fetchall()
    if not known:
        raise WarehouseError(f"no skill has the key {skill!r}")
    name, category = known[0]
    lines = list(_lines(ads, skill, category, need, label))
    first = lines[0]
    return Strip(
        *(skill, name, category, ads.role_a, ads.role_b, need, label),
        [first, *(line._replace(changes=_changes(first, line)) for line in lines[1:])],
    )


def _lines(ads: Ads, skill: str, category: str, need: Need, label: str) -> Iterator[Line]:
    other: Need = "required" if need == "named" else "named"
    has = {one: ads.has(skill, one) for one in (need, other)}
    rows, is_a = ads.sides(label, category)
    y, employer = has[need][rows], ads.employer[rows]
    first = _line("all openings", "", y, is_a, employer)
    yield first
    measured, level = ([category], need) if need in LEVELS else ([], "named")
    errors = errors_of_skills(measured, level, ads.mixture(label, category))
    raw = difference(y, is_a, employer)
    corrected = corrected_difference(raw, errors.for_share(float(y.mean()) if len(y) else 0.0))
    yield _told(
        "corrected for the extractor's errors",
        category,
        first.of,
        corrected,
        f"not measured for {', '.join(measured) or need}",
    )
    stratum = ads.stratum[rows]
    told = compared(is_a, stratum)
    (adjusted,) = standardised_differences(y.astype(np.float64)[:, None], is_a, stratum, employer)
    of = sides(is_a[told], employer[told])
    same = "same country, seniority and month"
    yield _told("like with like", same, of, bounded(adjusted, (None, None), of), f"no ads of the {same}")
    words = "required only" if need == "named" else "named at all"
    yield _line(words, "", has[other][rows], is_a, employer)
    for what, by, name_of in (
        ("employer", employer, lambda code: employer_name(ads.con, code)),
        ("source", ads.source[rows], lambda code: str(ads.source_names[code])),
        ("country", ads.country[rows], lambda code: str(ads.country_names[code])),
    ):
        yield _without(what, by, name_of, y, is_a, employer, first)
    yield _each_employer_once(y, is_a, employer)
    for one in LABELS:
        if one != label:
            there, side = ads.sides(one, category)
            hidden = category if one == "masked" else ""
            yield _line(LABEL_WORDS[one], hidden, has[need][there], side, ads.employer[there])


def _line(what: str, which: str, y: Bools, is_a: Bools, employer: NDArray[Any]) -> Line:
    of = sides(is_a, employer)
    estimate = bounded(difference(y, is_a, employer), _means(y, is_a), of)
    return Line(what, which, of, estimate, judge(estimate, of), "")


def _told(what: str, which: str, of: Sides, estimate: Estimate, why_not: str) -> Line:
    if estimate.value is None:
        return Line(what, why_not, of, estimate, None, "")
    return Line(what, which, of, estimate, judge(estimate, of), "")


def _without(
    what: str,
    by: NDArray[Any],
    name_of: Callable[[int], str],
    y: Bools,
    is_a: Bools,
    employer: NDArray[Any],
    first: Line,
) -> Line:
    """The difference without the one that takes it farthest from the first line's verdict. Codes below 0 are unknown."""
    left = leave_out(y, is_a, by, employer)
    n_known = int((left.code >= 0).sum())
    if n_known < 2:
        nothing = Estimate(None, None, None, None, None, 0, "none")
        return Line(
            f"without one {what}", "there is but one" if n_known else "none is known", first.of, nothing, None, ""
        )
    harm = np.where(left.code >= 0, _harm(first, left.value, left.ci_low, left.ci_high), -np.inf)
    worst = [int(code) for code in left.code[np.argsort(-harm, kind="stable")[:_CANDIDATES]] if code >= 0]
    lines = [
        _line(f"without the {what} that matters most", str(code), y[by != code], is_a[by != code], employer[by != code])
        for code in worst
    ]
    ends = np.array([line.estimate[:3] for line in lines], np.float64)  # None is NaN here
    at = int(np.argmax(_harm(first, *ends.T)))
    return lines[at]._replace(which=name_of(worst[at]))


def _harm(first: Line, value: NDArray[Any], low: NDArray[Any], high: NDArray[Any]) -> NDArray[Any]:
    """How far each is from the first line's verdict; infinite where too few ads are left for a number."""
    match first.verdict:
        case "more":
            harm = -low
        case "less":
            harm = high
        case "alike":
            harm = np.maximum(np.abs(low), np.abs(high)) - MARGIN
        case _:
            harm = np.abs(value - (first.estimate.value or 0.0))
    return np.where(np.isnan(harm), np.inf, harm)


def _each_employer_once(y: Bools, is_a: Bools, employer: NDArray[Any]) -> Line:
    """The difference of the mean shares of employers: an employer with ads of both roles stands on both sides."""
    pair, number = np.unique(employer.astype(np.int64) * 2 + is_a, return_inverse=True)
    share = np.bincount(number, y) / np.maximum(np.bincount(number), 1) if len(pair) else np.empty(0)
    side = pair % 2 == 1
    of = sides(side, pair // 2)
    estimate = bounded(difference(share, side, pair // 2), _means(share, side), of)
    return Line("each employer once", "", of, estimate, judge(estimate, of), "")


def _means(y: NDArray[Any], is_a: Bools) -> tuple[float | None, float | None]:
    a, b = (float(y[side].mean()) if side.any() else None for side in (is_a, ~is_a))
    return a, b


def _changes(first: Line, line: Line) -> str:
    if line.verdict is None:
        return ""
    turned = (first.estimate.value or 0.0) * (line.estimate.value or 0.0) < 0
    return " and ".join(["sign"] * turned + ["verdict"] * (first.verdict != line.verdict))
