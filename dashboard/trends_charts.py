"""Frames in, charts of shares over time and of what rises and falls out. Pure functions: no Streamlit, no queries."""

from typing import Any

import altair as alt
import pandas as pd

from dashboard.chart_parts import AXES, NEUTRAL, ROW, names_axis, rule_at
from dashboard.roles import INK, ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES


def shares_over_time(shares: pd.DataFrame, events: pd.DataFrame, what: str) -> alt.LayerChart | alt.FacetChart:
    """Lines of shares with bands of their 95 % intervals, a line a role, and a rule with words where something changed.

    Columns of shares: role, part (date), name (of the part), share, ci_low, ci_high (0-1; NaN: too few ads, a gap), n_with,
    n_ads, n_employers. Columns of events: part (date), words. ``what``: of the axis, "Share of …"."""
    frame = shares.assign(part=pd.to_datetime(shares["part"]), title=shares["role"].map(ROLE_TITLES))
    roles = [role for role in ROLE_COLORS if role in set(frame["role"])]
    titles = [ROLE_TITLES[role] for role in roles]
    legend = (
        alt.Legend(title=None, orient="top", columns=2, labelLimit=220, symbolOpacity=1) if len(roles) > 1 else None
    )
    color = alt.Color(
        "title:N", legend=legend, scale=alt.Scale(domain=titles, range=[ROLE_COLORS[role] for role in roles])
    )
    shape = alt.Shape(
        "title:N", legend=legend, scale=alt.Scale(domain=titles, range=[ROLE_SHAPES[role] for role in roles])
    )
    x = alt.X("part:T", title=None, axis=alt.Axis(grid=False, labelOverlap=True, tickCount=6))
    scale, axis = alt.Scale(domainMin=0), alt.Axis(format="%", tickCount=5, title=what)
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(opacity=0.16, line=False).encode(
        y=alt.Y("ci_low:Q", scale=scale, axis=axis), y2="ci_high:Q", color=color
    )
    y = alt.Y("share:Q", scale=scale, axis=axis)
    line = base.mark_line(strokeWidth=1.8).encode(y=y, color=color)
    dots = base.mark_point(filled=True, size=42, opacity=1).encode(
        y=y, color=color, shape=shape,
        tooltip=[
            alt.Tooltip("title:N", title="Role"), alt.Tooltip("name:N", title="Posted"),
            alt.Tooltip("share:Q", title="Share", format=".1%"), alt.Tooltip("ci_low:Q", title="95 % from", format=".1%"),
            alt.Tooltip("ci_high:Q", title="to", format=".1%"), alt.Tooltip("n_with:Q", title="Ads", format=","),
            alt.Tooltip("n_ads:Q", title="of", format=","), alt.Tooltip("n_employers:Q", title="Employers", format=","),
        ],
    )  # fmt: skip
    # a part between two gaps has a band of no width
    bars = base.mark_rule(opacity=0.3).encode(y=alt.Y("ci_low:Q", scale=scale, axis=axis), y2="ci_high:Q", color=color)
    layers: list[Any] = [band, bars, line, dots]
    if len(events):
        marks = alt.Chart(events.assign(part=pd.to_datetime(events["part"]))).encode(x="part:T")
        layers += [
            marks.mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.2),
            marks.mark_text(angle=270, align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=alt.ExprRef(INK)).encode(
                y=alt.value(0), text="words:N"
            ),
        ]  # fmt: skip
    known = frame.dropna(subset=["share"]).sort_values("part")
    ends = [
        f"{title}: {rows['share'].iloc[0]:.1%} in {rows['name'].iloc[0]}, {rows['share'].iloc[-1]:.1%} in {rows['name'].iloc[-1]}"
        for title in titles
        if len(rows := known[known["title"] == title])
    ]
    marked = f" Marked: {'; '.join(events['words'])}." if len(events) else ""
    chart: alt.LayerChart | alt.FacetChart = alt.layer(*layers).properties(
        height=300, description=f"Line chart over time. {what}. {'; '.join(ends)}.{marked}"
    )
    return chart


def slopes(skills: pd.DataFrame, role: str) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of the change of a skill's share per year, in the order of the rows.

    Columns: name, slope, ci_low, ci_high (of a share, per year), share_first, share_last (0-1), q_value, n_with, n_ads,
    n_employers_with."""
    color = ROLE_COLORS[role]
    frame = skills.assign(
        label=[
            f"{name} · {first:.0%} → {last:.0%}"
            for name, first, last in zip(skills["name"], skills["share_first"], skills["share_last"], strict=True)
        ],
        **{name: 100 * skills[name] for name in ("slope", "ci_low", "ci_high")},
    )
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=list(frame["label"]), title=None, axis=names_axis(200, font_size=12)),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"), alt.Tooltip("slope:Q", title="Points per year", format="+.1f"),
            alt.Tooltip("ci_low:Q", title="95 % from", format="+.1f"), alt.Tooltip("ci_high:Q", title="to", format="+.1f"),
            alt.Tooltip("q_value:Q", title="False-discovery rate", format=".1%"),
            alt.Tooltip("share_first:Q", title="Share at the start, fitted", format=".1%"),
            alt.Tooltip("share_last:Q", title="at the end", format=".1%"),
            alt.Tooltip("n_with:Q", title="Ads that name it", format=","), alt.Tooltip("n_ads:Q", title="of", format=","),
            alt.Tooltip("n_employers_with:Q", title="Employers that name it", format=","),
        ],
    )  # fmt: skip
    axis = alt.Axis(
        labelExpr="datum.value == 0 ? '0' : format(datum.value, '+')",
        tickCount=5,
        title=["change per year,", "percentage points"],
    )
    zero = rule_at(0)
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55, color=color).encode(
        x=alt.X("ci_low:Q", axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=85, opacity=1, color=color, shape=ROLE_SHAPES[role]).encode(
        x=alt.X("slope:Q", axis=axis)
    )
    described = "; ".join(f"{n} {s:+.1f}" for n, s in zip(frame["name"], frame["slope"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(zero, interval, dots).properties(
        height=AXES + ROW * max(len(frame), 1),
        description=f"Change per year, in percentage points, of the share of {ROLE_TITLES[role]} ads that name a skill: {described}.",
    )
    return chart
