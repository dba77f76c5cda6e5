"""Charts of one skill: frames in, Altair charts out. Pure functions: no Streamlit, no queries.

What the reference says is grey and never a role's shape; which is which a caption says too.
"""

import altair as alt
import pandas as pd

from dashboard.chart_parts import AXES, NEUTRAL, ROW, names_axis, rule_at
from dashboard.roles import FOUR, ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES

NEED_TITLES = {
    "skill": "named",
    "required": "required",
    "alone": "required by itself",
    "alternative": "as one of several",
}
FEW_ADS = 30
"""A month of fewer ads is drawn faintly."""


def skill_demand(shares: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of the share of each role's ads that ask for the skill, by how they ask; the reference's
    share as a grey tick.

    Columns: of_what, role, share, ci_low, ci_high (0-1, NaN: one employer), n_with, n_ads, n_employers, reference_share
    (NaN: it has none)."""
    frame = shares.assign(
        need=shares["of_what"].map(NEED_TITLES), title=shares["role"].map(ROLE_TITLES),
        reference=["not known" if pd.isna(r) else f"{r:.1%}" for r in shares["reference_share"]],
    )  # fmt: skip
    titles = [ROLE_TITLES[role] for role in FOUR]
    axis = alt.Axis(format="%", tickCount=5, title="Share of the role's ads")
    scale = alt.Scale(domain=[0, reach(frame)])
    base = alt.Chart(frame).encode(
        y=alt.Y("need:N", sort=list(NEED_TITLES.values()), title=None, axis=names_axis(120), scale=alt.Scale(paddingInner=0.15)),
        yOffset=alt.YOffset("title:N", sort=titles),
        color=alt.Color(
            "title:N", scale=alt.Scale(domain=titles, range=[ROLE_COLORS[role] for role in FOUR]),
            legend=alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1),
        ),
        tooltip=[
            alt.Tooltip("title:N", title="Role"),
            alt.Tooltip("need:N", title="The skill is"),
            *_share_tooltip(),
            alt.Tooltip("reference:N", title="Reference"),
        ],
    )  # fmt: skip
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55).encode(
        x=alt.X("ci_low:Q", scale=scale, axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("share:Q", scale=scale, axis=axis),
        shape=alt.Shape(
            "title:N", scale=alt.Scale(domain=titles, range=[ROLE_SHAPES[role] for role in FOUR]),
            legend=alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1),
        ),
    )  # fmt: skip
    ticks = (
        base.transform_filter("isValid(datum.reference_share)")
        .mark_tick(thickness=2, size=13, opacity=1)
        .encode(x=alt.X("reference_share:Q", scale=scale, axis=axis), color=alt.value(NEUTRAL))
    )
    described = "; ".join(
        f"{t} {n} {s:.0%}" for t, n, s in zip(frame["title"], frame["need"], frame["share"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(interval, ticks, dots).properties(
        height=AXES + 85 * len(NEED_TITLES),
        description=f"Share of each role's ads that ask for the skill, by how they ask: {described}.",
    )
    return chart


def skill_share_by_month(
    shares: pd.DataFrame, reference: pd.DataFrame, role: str, most: float
) -> alt.LayerChart | alt.FacetChart:
    """The share of one role's ads of a month that name the skill: a line with a band of 95 % intervals, months of fewer
    than FEW_ADS ads as faint hollow points; the reference's share of each year as a grey dashed line.

    Columns of ``shares``: month (date), share, ci_low, ci_high (0-1, NaN: one employer), n_with, n_ads, n_employers; of
    ``reference``: start, end (dates), share, n_with, n_ads. ``most`` is the upper end of the axis."""
    title, color = ROLE_TITLES[role], ROLE_COLORS[role]
    frame = shares.assign(few=shares["n_ads"] < FEW_ADS)
    y_scale = alt.Scale(domain=[0, most], clamp=True)
    base = alt.Chart(frame).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, grid=False, tickCount=6)),
    )
    y_axis = alt.Axis(format="%", tickCount=4, title=None)
    band = base.mark_area(opacity=0.16, color=color).encode(
        y=alt.Y("ci_low:Q", scale=y_scale, axis=y_axis), y2="ci_high:Q"
    )
    line = base.mark_line(strokeWidth=1.5, color=color, opacity=0.7).encode(
        y=alt.Y("share:Q", scale=y_scale, axis=y_axis)
    )
    dots = base.mark_point(size=45, color=color, shape=ROLE_SHAPES[role]).encode(
        y=alt.Y("share:Q", scale=y_scale, axis=y_axis),
        fill=alt.condition("datum.few", alt.value("transparent"), alt.value(color)),
        opacity=alt.condition("datum.few", alt.value(0.35), alt.value(1)),
        tooltip=[alt.Tooltip("month:T", title="Month", format="%B %Y"), *_share_tooltip()],
    )
    years = (
        alt.Chart(reference)
        .mark_rule(strokeWidth=2, strokeDash=[4, 3], color=NEUTRAL)
        .encode(
            x="start:T", x2="end:T", y=alt.Y("share:Q", scale=y_scale, axis=y_axis),
            tooltip=[
                alt.Tooltip("share:Q", title="Reference, year's share", format=".1%"),
                alt.Tooltip("n_with:Q", title="Its ads that name it", format=","),
                alt.Tooltip("n_ads:Q", title="of", format=","),
            ],
        )
    )  # fmt: skip
    described = "; ".join(f"{m:%B %Y} {s:.0%}" for m, s in zip(frame["month"], frame["share"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(band, years, line, dots).properties(
        height=210, title=alt.Title(title, anchor="start", fontSize=13),
        description=f"Share of {title} ads of a month that name the skill: {described}.",
    )  # fmt: skip
    return chart


def skill_share_of(shares: pd.DataFrame, role: str, of: str) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of the share of one role's ads that name the skill, a row a part, in the order of the rows.

    Columns: part, share, ci_low, ci_high (0-1, NaN: one employer), n_with, n_ads, n_employers. ``of`` says what parts are."""
    title, color = ROLE_TITLES[role], ROLE_COLORS[role]
    frame = shares.assign(
        label=[f"{part} · n = {n:,}" for part, n in zip(shares["part"], shares["n_ads"], strict=True)]
    )
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=list(frame["label"]), title=None, axis=names_axis(150)),
        tooltip=[alt.Tooltip("part:N", title=of.capitalize()), *_share_tooltip()],
    )
    scale = alt.Scale(domain=[0, reach(frame)])
    axis = alt.Axis(format="%", tickCount=5, title="Share of ads that name it")
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55, color=color).encode(
        x=alt.X("ci_low:Q", scale=scale, axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=85, opacity=1, color=color, shape=ROLE_SHAPES[role]).encode(
        x=alt.X("share:Q", scale=scale, axis=axis)
    )
    described = "; ".join(f"{p} {s:.0%}" for p, s in zip(frame["part"], frame["share"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(interval, dots).properties(
        height=AXES + ROW * max(len(frame), 1),
        description=f"Share of {title} ads that name the skill, by {of}: {described}.",
    )
    return chart


def skill_lift(pairs: pd.DataFrame, role: str) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of how many times as often the ads that name the skill name another, in the order of the rows.

    Columns: name, lift, lift_ci_low, lift_ci_high (NaN: one employer), share (0-1), n_both, n_a, n_employers_both."""
    color = ROLE_COLORS[role]
    base = alt.Chart(pairs).encode(
        y=alt.Y("name:N", sort=list(pairs["name"]), title=None, axis=names_axis(185)),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"),
            alt.Tooltip("lift:Q", title="Times as often", format=".2f"),
            alt.Tooltip("lift_ci_low:Q", title="95 % from", format=".2f"),
            alt.Tooltip("lift_ci_high:Q", title="to", format=".2f"),
            alt.Tooltip("share:Q", title="Share of these ads", format=".1%"),
            alt.Tooltip("n_both:Q", title="Ads that name both", format=","),
            alt.Tooltip("n_a:Q", title="of", format=","),
            alt.Tooltip("n_employers_both:Q", title="Employers", format=","),
        ],
    )
    axis = alt.Axis(format="~g", tickCount=6, title=["times as often", "as in all ads of the role"])
    x = alt.X("lift:Q", axis=axis, scale=alt.Scale(zero=False, nice=True))
    one = rule_at(1)
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55, color=color).encode(
        x=alt.X("lift_ci_low:Q", axis=axis), x2="lift_ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=85, opacity=1, color=color, shape=ROLE_SHAPES[role]).encode(x=x)
    described = "; ".join(f"{n} {lift:.1f}" for n, lift in zip(pairs["name"], pairs["lift"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(one, interval, dots).properties(
        height=AXES + 15 + ROW * max(len(pairs), 1),
        description=f"How many times as often as others these {ROLE_TITLES[role]} ads name other skills: {described}.",
    )
    return chart


def reach(shares: pd.DataFrame) -> float:
    """Where an axis of shares ends: a little after the last interval. Columns: share, ci_high."""
    return float(min(1, 1.05 * max(shares["share"].max(), shares["ci_high"].fillna(0).max(), 0.05)))


def _share_tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("share:Q", title="Share", format=".1%"),
        alt.Tooltip("ci_low:Q", title="95 % from", format=".1%"),
        alt.Tooltip("ci_high:Q", title="to", format=".1%"),
        alt.Tooltip("n_with:Q", title="Ads that ask for it", format=","),
        alt.Tooltip("n_ads:Q", title="of", format=","),
        alt.Tooltip("n_employers:Q", title="Employers", format=","),
    ]
