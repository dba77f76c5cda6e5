"""The comparison of two roles, skill by skill."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from warehouse.claims.verdict import RAREST
from warehouse.comparison.ads import Ads, Need, Things
from warehouse.comparison.many import compared, differences, standardised_differences
from warehouse.comparison.verdict import Sides, Verdict, bounded, could_show, judge, sides
from warehouse.inference.clustered import Estimate
from warehouse.inference.distinctive import LogOdds, log_odds
from warehouse.inference.equivalence import design_effect
from warehouse.inference.errors import LEVELS, errors_of_skills
from warehouse.inference.measurement import corrected_difference
from warehouse.inference.multiple import benjamini_hochberg
from warehouse.inference.similarity import Distance, distance


class Row(NamedTuple):
    """What the ads of two roles say of one skill or tag. Shares and differences are 0–1."""

    key: str
    name: str
    category: str
    """Of a tag, its kind."""
    of: Sides
    n_with_a: int
    n_with_b: int
    share_a: float
    share_b: float
    difference: Estimate
    """Share of a less share of b, clustered by employer; no interval where the ads can't tell."""
    q: float | None
    """Benjamini and Hochberg's, over all rows of the comparison; None: not tested."""
    odds: LogOdds | None
    """What sets a apart; None: everybody names it."""
    corrected: Estimate
    """Of what the ads say, by the measured errors of the extractor in that category; all None where these were not measured."""
    adjusted: Estimate
    """Among ads of the same country, seniority and month; all None where there are none."""
    verdict: Verdict
    could_show: float | None
    """The least difference that these ads would have shown, power 80 %; None: they can't tell."""


class Comparison(NamedTuple):
    """Two roles, skill by skill, by the size of z and then of the difference."""

    role_a: str
    role_b: str
    need: Need
    label: str
    of: Sides
    """By the label; of the masked one with nothing hidden, and the rows have their own."""
    n_alike_a: int
    """Openings of a that the adjusted difference rests on."""
    n_alike_b: int
    rows: list[Row]
    of_tags: bool
    """Whether the rows are tags."""
    n_rare: int
    """Skills or tags that some ad names, but under 1 % of either role's: they are left out."""


def compare(
    ads: Ads,
    *,
    need: Need = "named",
    label: str = "role_by_title",
    category: str | None = None,
    tags: str | None = None,
) -> Comparison:
    """Every skill that at least 1 % of either role's openings name (of a ``category``), or every tag of the kind ``tags``.

    ``label`` is one of ``warehouse.claims.openings.LABELS``, the masked one hiding each skill's own category.
    A role without openings has no rows to compare. ``need`` does not apply to tags.
    """
    things = ads.tags(tags) if tags else ads.skills(need, category)
    rows, is_a = ads.sides(label)
    told = compared(is_a, ads.stratum[rows])
    level = need if not tags and need in LEVELS else None  # of which errors were measured
    found, n_rare = [], 0
    for group in sorted(set(things.groups)) if label == "masked" else [None]:
        part = list(_rows(ads, things, label, group, level))
        found += [row for row in part if row is not None]
        n_rare += part.count(None)
    q_values = benjamini_hochberg([row.difference.p_value for row in found])
    found = [
        row._replace(q=q, verdict=judge(row.difference, row.of, q)) for row, q in zip(found, q_values, strict=True)
    ]
    found.sort(key=lambda row: (-abs(row.odds.z if row.odds else 0), -abs(row.difference.value or 0), row.key))
    of = sides(is_a, ads.employer[rows])
    n_alike = int((told & is_a).sum()), int((told & ~is_a).sum())
    return Comparison(ads.role_a, ads.role_b, need, label, of, *n_alike, found, tags is not None, n_rare)


def profile_distance(ads: Ads, *, need: Need = "named", label: str = "role_by_title") -> Distance:
    """How far apart the roles are as wholes, over all skills; for the label ``masked`` by text with nothing hidden."""
    rows, is_a = ads.sides(label)
    return distance(ads.skills(need).named[rows], is_a, ads.employer[rows])


def _rows(ads: Ads, things: Things, label: str, group: str | None, level: Need | None) -> Iterator[Row | None]:
    """The rows of a group (None: all things), q yet to come; None for each that is too rare."""
    rows, is_a = ads.sides(label, group)
    of = sides(is_a, ads.employer[rows])
    if not of.n_a or not of.n_b:
        return
    mine = [column for column, one in enumerate(things.groups) if group in (None, one)]
    named = things.named[rows][:, mine]
    with_a, with_b = (np.asarray(named[side].sum(axis=0)).ravel() for side in (is_a, ~is_a))
    common = (with_a >= RAREST * of.n_a) & (with_a > 0) | (with_b >= RAREST * of.n_b) & (with_b > 0)
    yield from [None] * int(((with_a + with_b > 0) & ~common).sum())
    columns = np.flatnonzero(common)
    named, with_a, with_b = named[:, columns], with_a[columns], with_b[columns]
    estimates = differences(named, is_a, ads.employer[rows])
    adjusted = standardised_differences(named, is_a, ads.stratum[rows], ads.employer[rows])
    effects = [
        design_effect(one, a / of.n_a, of.n_a, b / of.n_b, of.n_b)
        for one, a, b in zip(estimates, with_a, with_b, strict=True)
    ]
    odds = log_odds(with_a, of.n_a, with_b, of.n_b, design_effect=[effect or 1.0 for effect in effects])
    weights = ads.mixture(label, group)
    categories = {things.groups[mine[column]] for column in columns} if level else set()
    errors = {one: errors_of_skills([one], level or "named", weights) for one in categories}
    for i, column in enumerate(columns):
        at, share_a, share_b = mine[column], float(with_a[i]) / of.n_a, float(with_b[i]) / of.n_b
        pooled = float(with_a[i] + with_b[i]) / (of.n_a + of.n_b)
        category = things.groups[at]
        corrected = Estimate(None, None, None, None, None, estimates[i].n_clusters, "none")
        if category in errors:
            corrected = corrected_difference(estimates[i], errors[category].for_share(pooled))
        shown = bounded(estimates[i], (share_a, share_b), of)
        yield Row(
            *(things.keys[at], things.names[at], category, of, int(with_a[i]), int(with_b[i]), share_a, share_b),
            *(shown, None, odds[i], corrected, bounded(adjusted[i], (None, None), of)),
            *(judge(shown, of), could_show(pooled, of, effects[i])),
        )
