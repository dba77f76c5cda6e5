"""What the roles' ads say they pay, raw and like with like."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from findings.ads import PAIRS, ROLES, Ads, Contrast, Rows, near_end, percent, table
from warehouse.inference.clustered import Estimate, mean
from warehouse.inference.composition import median_difference, medians

PAY_QUERY = """\
select o.role, count(*) as openings, count(p.pay) as with_pay, median(p.pay) as median_usd
from opening(label := 'role_by_title') as o
left join (
    select cluster_no, arg_min((yearly_salary_usd_min + yearly_salary_usd_max) / 2, seen_no) as pay
    from posting_index where full_text group by cluster_no
) as p using (cluster_no)
where o.posted_on >= date '2023-01-01'
group by o.role"""


def disclosure(ads: Ads) -> str:
    """How many openings of each role state pay, and the median of those, over all and in the United States."""
    rows = []
    recent = ads.year >= PAY_SINCE
    for role, name in ROLES.items():
        here = ads.on([role]) & recent
        states = mean(~np.isnan(ads.pay[here]), ads.employer[here])
        cells = [_median(ads, here), _median(ads, here & (ads.country == "US"))]
        ci = (
            ""
            if states.ci_low is None or states.ci_high is None
            else f" ({100 * states.ci_low:.1f} to {100 * states.ci_high:.1f})"
        )
        rows.append([name, f"{percent(states.value)}{ci} of {int(here.sum()):,}", *cells])
    return table(["role", "openings that state pay (95 %)", "median, all countries", "median, United States"], rows)


PAY_SINCE = 2023


def _median(ads: Ads, here: Rows) -> str:
    """The median in thousands of dollars, with the interval of Woodruff (1952): where the shares of lower pay lie around a half."""
    paid = here & ~np.isnan(ads.pay)
    if not paid.any():
        return "–"
    (found,) = medians(ads.pay[paid], np.zeros(int(paid.sum()), int), ads.employer[paid])
    if found.median is None:
        return "–"
    below = mean((ads.pay[paid] <= found.median).astype(float), ads.employer[paid])
    text = f"{found.median / 1000:,.0f}"
    if below.standard_error is not None and below.freedom is not None:
        reach = float(stdtrit(below.freedom, 0.975)) * below.standard_error
        low, high = np.quantile(ads.pay[paid], np.clip([0.5 - reach, 0.5 + reach], 0, 1)) / 1000
        text += f" ({low:,.0f} to {high:,.0f})"
    return f"{text}; {found.n:,} of {found.n_clusters:,}"


def pay_strata(ads: Ads) -> str:
    """Medians by role in each country and level where at least two roles have enough."""
    recent = (ads.year >= PAY_SINCE) & ~np.isnan(ads.pay)
    rows = []
    for country, level in sorted(set(zip(ads.country[recent].tolist(), ads.level[recent].tolist(), strict=True))):
        here = recent & (ads.country == country) & (ads.level == level)
        cells = [_median(ads, here & ads.on([role])) for role in ROLES]
        if sum(cell != "–" for cell in cells) >= 2 and country != "–":
            rows.append((int(here.sum()), [f"{country}, {level}", *cells]))
    return table(["country, level", *ROLES.values()], [row for _, row in sorted(rows, reverse=True)])


def pay_differences(ads: Ads) -> tuple[str, list[str]]:
    """Differences of medians, raw and like with like, with attempts to break them; and in sentences which of them hold."""
    rows, said = [], []
    recent = (ads.year >= PAY_SINCE) & ~np.isnan(ads.pay)
    for contrast in PAIRS:
        here, _ = ads.sides(contrast, within=recent)
        top, source = ads.largest_employer(here), np.bincount(ads.source[here]).argmax()
        attempts = [
            _pay_difference(ads, contrast, recent, ()),
            _pay_difference(ads, contrast, recent, (ads.country, ads.level)),
            _pay_difference(ads, contrast, recent, (ads.country, ads.level, ads.year, ads.source)),
            _pay_difference(ads, contrast, recent & (ads.employer != top), (ads.country, ads.level)),
            _pay_difference(ads, contrast, recent & (ads.source != source), (ads.country, ads.level)),
            _pay_difference(ads, contrast, recent, (ads.country, ads.level), "role"),
        ]
        rows.append([str(contrast), *(_attempt(*one) for one in attempts)])
        a, b = (ROLES[side[0]] for side in contrast)
        ends = [0.0 if min(n) < FEWEST_PAID else near_end(one) for one, n in attempts]
        like, n = attempts[1]
        figures = f"{_thousands(like)} thousand dollars within country and level (n {n[0]:,} and {n[1]:,})"
        if ends[0] * ends[1] > 0 and ends[1] * ends[2] > 0:
            lost = sum(end * ends[1] <= 0 for end in ends[3:])
            fate = (
                "and every other attempt to break it"
                if not lost
                else f"but is lost, or has too few ads, in {lost} of 3 other attempts"
            )
            said.append(
                f"Ads for {a}s state {'more' if ends[1] > 0 else 'less'} pay than ads for {b}s: {figures}. It holds raw and like with like, {fate}."
            )
        elif min(*n, *attempts[0][1]) >= FEWEST_PAID:
            said.append(f"Between {a}s and {b}s no difference of pay holds both raw and like with like: {figures}.")
    head = [
        "pair",
        "raw",
        "same country and level",
        "same year and source, too",
        "without the largest employer",
        "without the largest source",
        "label by title and text",
    ]
    return table(head, rows), said


FEWEST_PAID = 200  # openings compared on each side, below which nothing is concluded


def _pay_difference(
    ads: Ads, contrast: Contrast, within: Rows, by: tuple[NDArray[Any], ...], label: str = "role_by_title"
) -> tuple[Estimate, tuple[int, int]]:
    """The difference of medians within strata, and the openings of both sides in strata that are compared."""
    here, is_a = ads.sides(contrast, label, within)
    strata = ads.strata(here, *by) if by else np.zeros(len(here), int)
    pay, employer = ads.pay[here], ads.employer[here]
    sides = [
        {one.stratum: one.n for one in medians(pay[side], strata[side], employer[side]) if one.median is not None}
        for side in (is_a, ~is_a)
    ]
    both = sides[0].keys() & sides[1].keys()
    n = sum(sides[0][stratum] for stratum in both), sum(sides[1][stratum] for stratum in both)
    return median_difference(pay, is_a, strata, employer, draws=199), n


def _attempt(one: Estimate, n: tuple[int, int]) -> str:
    if one.value is None:
        return "–"
    mark = "too few:" if min(n) < FEWEST_PAID else "✓" if near_end(one) else "✗"
    return f"{mark} {_thousands(one)}; {n[0]:,} / {n[1]:,}"


def _thousands(one: Estimate) -> str:
    if one.value is None:
        return "–"
    if one.ci_low is None or one.ci_high is None:
        return f"{one.value / 1000:+.1f} (no interval)"
    return f"{one.value / 1000:+.1f} ({one.ci_low / 1000:+.1f} to {one.ci_high / 1000:+.1f})"
