"""What is said of roles as wholes: how many ads there are of each, from where, and how far apart they are."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from findings.ads import ROLES, SAID_BY_TITLE, SOURCES, Ads, Contrast, Rows, percent, sql, table
from warehouse.inference.clustered import Estimate
from warehouse.inference.similarity import Distance, distance, separability

_COUNT = """\
with one as (
    select arg_min(case when source = 'import' then board else source end, seen_no) as source, year(min(posted_on)) as year,
        arg_min(role_by_title, seen_no) as role, min(employer_no) as employer_no
    from posting_index where role is not null and full_text group by cluster_no
)
select {what}, count(*) as openings, count(distinct employer_no) as employers
from one group by {what} order by {what}"""


def counted(ads: Ads) -> str:
    """Openings (employers) by source, year and role."""
    rows = ads.con.execute(_COUNT.format(what="source, year, role")).fetchall()
    cells = {(SOURCES.get(source, source), year, role): (n, employers) for source, year, role, n, employers in rows}
    parts = sorted({key[:2] for key in cells}, key=lambda part: (part[0], part[1] or 0))
    body = []
    for part in parts:
        mine = [cells.get((*part, role)) for role in ROLES]
        if any(mine):
            body.append([part[0], str(part[1] or "no date"), *(f"{n[0]:,} ({n[1]:,})" if n else "–" for n in mine)])
    whole = {role: (n, employers) for role, n, employers in ads.con.execute(_COUNT.format(what="role")).fetchall()}
    body.append(["all", "", *(f"{whole[role][0]:,} ({whole[role][1]:,})" if role in whole else "–" for role in ROLES)])
    return (
        table(["source", "year", *ROLES.values()], body, left=2)
        + "\n\n"
        + sql(_COUNT.format(what="source, year, role"))
    )


def largest(ads: Ads) -> str:
    """How much of each role's ads the largest employer and the largest source have."""
    rows = []
    for role, name in ROLES.items():
        here = ads.on([role])
        n = int(here.sum())
        most = int((ads.employer[here] == ads.largest_employer(np.flatnonzero(here))).sum())
        unnamed = int((here & ads.unnamed).sum())
        sources = np.bincount(ads.source[here], minlength=len(ads.source_names))
        top = int(sources.argmax())
        rows.append(
            [
                name,
                f"{n:,}",
                f"{percent(most / n)} ({most:,})",
                f"{percent(unnamed / n)} ({unnamed:,})",
                f"{ads.source_names[top]}, {percent(sources[top] / n)} ({sources[top]:,})",
            ]
        )
    return table(["role", "openings", "of the largest employer", "naming no employer", "of the largest source"], rows)


def share_of_source(ads: Ads, role: str, source: str) -> str:
    """How much of a role's openings come from a source."""
    here = ads.on([role])
    mine = here & np.isin(ads.source, [i for i, name in enumerate(ads.source_names) if name == source])
    return f"{percent(mine.sum() / max(here.sum(), 1))} ({mine.sum():,} of {here.sum():,})"


class Apart(NamedTuple):
    """A pair of roles as wholes."""

    contrast: Contrast
    distance: Distance
    area: Estimate

    @property
    def within(self) -> float:
        """The larger of the distances between halves of one of the roles."""
        return max(self.distance.within_a or 0.0, self.distance.within_b or 0.0)

    @property
    def excess_low(self) -> float | None:
        """The lower end of what the roles are farther apart than halves of one role."""
        one = self.distance
        if one.observed is None or one.estimate.ci_low is None or one.estimate.value is None:
            return None
        return one.observed - one.estimate.value + one.estimate.ci_low - self.within


def apart(
    ads: Ads,
    contrast: Contrast,
    label: str = "role_by_title",
    within: Rows | None = None,
    *,
    required: bool = False,
    area: bool = True,
) -> Apart | None:
    """How far apart two roles are; None where one is too small."""
    rows, is_a = ads.sides(contrast, label, within)
    if not ads.enough(rows, is_a):
        return None
    said = [column for thing, column in ads.column.items() if thing.kind == "skill" and thing.key in SAID_BY_TITLE]
    skills = sparse.csr_array((ads.required if required else ads.named)[rows].tocsr())
    skills.data[np.isin(skills.indices, said)] = 0
    skills.eliminate_zeros()
    cluster = ads.employer[rows]
    return Apart(contrast, distance(skills, is_a, cluster, draws=_DRAWS), separability(skills, is_a, cluster))


_DRAWS = 200


def matrix(pairs: Sequence[Apart]) -> str:
    """Distances below the diagonal, separability above it, halves of one role on it."""
    of = {one.contrast: one for one in pairs}
    rows = []
    for i, a in enumerate(ROLES):
        row = [ROLES[a]]
        for j, b in enumerate(ROLES):
            if i == j:
                halves = [
                    value
                    for one in pairs
                    for role, value in zip(
                        (one.contrast.a[0], one.contrast.b[0]),
                        (one.distance.within_a, one.distance.within_b),
                        strict=True,
                    )
                    if role == a and value is not None
                ]
                row.append(f"*{halves[0]:.2f}*" if halves else "–")
            else:
                one = of[Contrast((a,), (b,)) if i < j else Contrast((b,), (a,))]
                row.append(_plain(one.area if i < j else one.distance.estimate))
        rows.append(row)
    return table(["", *ROLES.values()], rows)


def _plain(one: Estimate) -> str:
    return (
        "–"
        if one.value is None
        else f"{one.value:.2f}"
        if one.ci_low is None or one.ci_high is None
        else f"{one.value:.2f} ({one.ci_low:.2f} to {one.ci_high:.2f})"
    )


def broken_distances(ads: Ads, pairs: Sequence[Apart]) -> str:
    """Whether roles stay farther apart than halves of one role, whatever is left out."""
    rows = []
    for one in pairs:
        here, _ = ads.sides(one.contrast)
        top = ads.largest_employer(here)
        source = np.bincount(ads.source[here]).argmax()
        tried = [
            one,
            apart(ads, one.contrast, within=ads.employer != top),
            apart(ads, one.contrast, within=ads.source != source),
            apart(ads, one.contrast, within=ads.source == source),
            apart(ads, one.contrast, "role"),
            apart(ads, one.contrast, required=True),
        ]
        cells = [
            "–" if attempt is None or attempt.distance.observed is None or attempt.excess_low is None
            else f"{'✓' if attempt.excess_low > 0 else '✗'} {attempt.distance.observed:.2f} against {attempt.within:.2f}; {'–' if attempt.area.value is None else f'{attempt.area.value:.2f}'}"
            for attempt in tried
        ]  # fmt: skip
        rows.append([str(one.contrast), *cells])
    return table(
        [
            "pair",
            "all ads",
            "without the largest employer",
            "without the largest source",
            "largest source alone",
            "label by title and text",
            "required skills only",
        ],
        rows,
    )
