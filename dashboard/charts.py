"""Frames in, Altair charts out. Pure functions: no Streamlit, no queries.

Colours are those of `roles.ROLE_COLORS`; what a colour says is always said by a name or a shape too.
"""

import altair as alt
import pandas as pd

from dashboard.chart_parts import AXES, NEUTRAL, ROW, names_axis, shaded
from dashboard.roles import INK, ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES

_ROLES = [role for role in ROLE_COLORS if role in ROLE_TITLES]


def role_count(counts: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Bars of ads per role with number and share. Columns: role, n_ads, n_employers, share (0-1)."""
    frame = _titled(counts)
    frame["text"] = [f"{n:,} ads · {share:.1%}" for n, share in zip(frame["n_ads"], frame["share"], strict=True)]
    y = alt.Y("title:N", sort=[ROLE_TITLES[r] for r in _ROLES], title=None, axis=names_axis(150))
    room = float(frame["n_ads"].max()) * 1.8 if len(frame) else 1
    x = alt.X("n_ads:Q", title=None, axis=None, scale=alt.Scale(domain=[0, room]))
    tooltip = [
        alt.Tooltip("title:N", title="Role"),
        alt.Tooltip("n_ads:Q", title="Ads", format=","),
        alt.Tooltip("share:Q", title="Share of labelled ads", format=".1%"),
        alt.Tooltip("n_employers:Q", title="Employers", format=","),
    ]
    base = alt.Chart(frame)
    bars = base.mark_bar(height=22, cornerRadiusEnd=3).encode(x=x, y=y, color=_color(legend=False), tooltip=tooltip)
    text = base.mark_text(align="left", dx=6, fontSize=13, color=alt.ExprRef(INK)).encode(x=x, y=y, text="text:N")
    described = "; ".join(f"{t}: {n}" for t, n in zip(frame["title"], frame["text"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(bars, text).properties(
        height=38 * max(len(frame), 1), description=f"Bar chart of ads per role. {described}."
    )
    return chart


def role_count_by_month(counts: pd.DataFrame) -> alt.Chart:
    """Lines of ads posted per month, a line a role. Columns: month (date), role, n_ads, n_ads_month."""
    frame = _titled(counts)
    months = f"{frame['month'].min():%B %Y} to {frame['month'].max():%B %Y}" if len(frame) else "no month"
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(point=alt.OverlayMarkDef(size=45, filled=True), strokeWidth=1.8)
        .encode(
            x=alt.X(
                "yearmonth(month):T",
                title=None,
                axis=alt.Axis(format="%b %Y", labelOverlap=True, grid=False, tickCount="month"),
            ),
            y=alt.Y("n_ads:Q", title="Ads posted in the month", axis=alt.Axis(tickCount=5, format=",d")),
            color=_color(legend=True),
            shape=_shape(),
            tooltip=[
                alt.Tooltip("title:N", title="Role"),
                alt.Tooltip("yearmonth(month):T", title="Month"),
                alt.Tooltip("n_ads:Q", title="Ads", format=","),
                alt.Tooltip("n_ads_month:Q", title="All labelled ads of the month", format=","),
            ],
        )
        .properties(height=260, description=f"Line chart of ads posted per month by role, {months}.")
    )
    return chart


def skill_share(shares: pd.DataFrame, role: str) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of the shares of one role's ads that name a skill, in the order of the rows.

    Columns: name, share, ci_low, ci_high (0-1, NaN: one employer), n_with, n_ads, n_employers."""
    title, color = ROLE_TITLES[role], ROLE_COLORS[role]
    base = alt.Chart(shares).encode(
        y=alt.Y("name:N", sort=list(shares["name"]), title=None, axis=names_axis(150)),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"),
            alt.Tooltip("share:Q", title=f"Share of {title} ads", format=".1%"),
            alt.Tooltip("ci_low:Q", title="95 % from", format=".1%"),
            alt.Tooltip("ci_high:Q", title="to", format=".1%"),
            alt.Tooltip("n_with:Q", title="Ads that name it", format=","),
            alt.Tooltip("n_ads:Q", title="of", format=","),
            alt.Tooltip("n_employers:Q", title="Employers", format=","),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", tickCount=5, title="Share of ads that name it")
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55, color=color).encode(
        x=alt.X("ci_low:Q", scale=scale, axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=85, opacity=1, color=color, shape=ROLE_SHAPES[role]).encode(
        x=alt.X("share:Q", scale=scale, axis=axis)
    )
    described = "; ".join(f"{n} {s:.0%}" for n, s in zip(shares["name"], shares["share"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(interval, dots).properties(
        height=AXES + ROW * max(len(shares), 1), description=f"Skills that {title} ads name most often: {described}."
    )
    return chart


def role_probability(probabilities: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """The three answers to "which role is it?" as a table, the darker the likelier. Columns: role, answer, probability
    (0-1)."""
    frame = _titled(probabilities)
    answers = list(dict.fromkeys(frame["answer"]))
    described = "; ".join(
        f"{a}, {t}: {p:.0%}"
        for a, t, p in zip(frame["answer"], frame["title"], frame["probability"], strict=True)
        if p >= 0.1
    )
    base = alt.Chart(frame).encode(
        x=alt.X(
            "answer:N",
            sort=answers,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0, labelFlush=False, labelOverlap=False, ticks=False, domain=False),
        ),
        y=alt.Y("title:N", sort=[ROLE_TITLES[r] for r in _ROLES], title=None, axis=names_axis(140)),
        tooltip=[
            alt.Tooltip("title:N", title="Role"),
            alt.Tooltip("answer:N", title="Judged by"),
            alt.Tooltip("probability:Q", title="Probability", format=".1%"),
        ],
    )
    number = alt.Text("probability:Q", format=".0%")
    chart: alt.LayerChart | alt.FacetChart = shaded(base, "probability", 0.6, number, _color(legend=False)).properties(
        height=20 + 22 * len(_ROLES),
        description=f"Probability of each role by three answers. {described}.",
    )
    return chart


def role_reason(reasons: pd.DataFrame, winner: str, rival: str) -> alt.LayerChart | alt.FacetChart:
    """Bars of what spoke for the role ``winner``, to the right, and for ``rival``, in the order of the rows. Columns:
    reason (as shown), weight (log-odds, positive: for the winner). Words of ads are values here, never expressions."""
    title, other = ROLE_TITLES[winner], ROLE_TITLES[rival]
    frame = reasons.assign(
        side=[title if weight > 0 else other for weight in reasons["weight"]],
        factor=[f"× {2.718281828 ** abs(weight):.2f}" for weight in reasons["weight"]],
    )
    reach = float(reasons["weight"].abs().max()) * 1.05 if len(reasons) else 1
    scale = alt.Scale(domain=[title, other], range=[ROLE_COLORS[winner], ROLE_COLORS[rival]])
    base = alt.Chart(frame).encode(
        y=alt.Y("reason:N", sort=list(dict.fromkeys(frame["reason"])), title=None, axis=names_axis(190)),
        x=alt.X(
            "weight:Q",
            scale=alt.Scale(domain=[-reach, reach]),
            axis=alt.Axis(
                labels=False, ticks=False, grid=False, title=[f"speaks for {title} →", f"← speaks for {other}"]
            ),
        ),
        color=alt.Color("side:N", scale=scale, legend=None),  # the axis says it
        tooltip=[
            alt.Tooltip("reason:N", title="Signal"),
            alt.Tooltip("side:N", title="Speaks for"),
            alt.Tooltip("factor:N", title="Odds of the two"),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=NEUTRAL).encode(x="x:Q")
    described = "; ".join(f"{r} {w:+.2f}" for r, w in zip(frame["reason"], frame["weight"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(base.mark_bar(height=13, opacity=0.85), zero).properties(
        height=50 + 20 * max(len(frame), 1),
        description=f"What spoke for {title} and, below zero, for {other}, in log-odds: {described}.",
    )
    return chart


def _titled(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(title=[ROLE_TITLES.get(role, role) for role in frame["role"]])


def _color(legend: bool) -> alt.Color:
    scale = alt.Scale(domain=[ROLE_TITLES[r] for r in _ROLES], range=[ROLE_COLORS[r] for r in _ROLES])
    return alt.Color("title:N", scale=scale, legend=alt.Legend(title=None, orient="top", columns=2) if legend else None)


def _shape() -> alt.Shape:
    scale = alt.Scale(domain=[ROLE_TITLES[r] for r in _ROLES], range=[ROLE_SHAPES[r] for r in _ROLES])
    return alt.Shape("title:N", scale=scale, legend=alt.Legend(title=None, orient="top", columns=2))
