"""Charts of how roles differ: frames in, Altair charts out. Pure functions: no Streamlit, no queries.

A side has a colour and a shape; which is which stands at the axis or in a legend too.
"""

from typing import NamedTuple

import altair as alt
import pandas as pd

from dashboard.chart_parts import AXES, NEUTRAL, ROW, names_axis, rule_at
from dashboard.roles import INK, ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES

_CHANGED = "#B8860B"  # no role has it
_VERDICTS = {"alike": "alike within 5 points", "not enough ads": "can't be told from none"}


class Side(NamedTuple):
    """How one side of a comparison is called and drawn."""

    title: str
    color: str
    shape: str


def side(role: str) -> Side:
    """A role as a side."""
    return Side(ROLE_TITLES[role], ROLE_COLORS[role], ROLE_SHAPES[role])


OTHERS = Side("The others’", "#8E6BBF", "cross")
"""Several roles together, in a colour that no role has."""


def skill_difference(differences: pd.DataFrame, a: Side, b: Side) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of differences of shares, a's surplus to the right, in the order of the rows.

    Columns: key, name, value, low, high (-1 to 1, NaN: not known), verdict (more, less, alike, not enough ads), counted (the
    difference as counted), of_a, of_b (text), chance (text). A filled dot in a side's colour: more or less; a hollow grey one:
    neither. Where another number is drawn than the counted one, that is a grey tick. Clicking selects keys in the parameter
    `pick`."""
    frame = differences.copy()
    said = {"more": a.title, "less": b.title, **_VERDICTS}
    frame["more in"] = [said[verdict] for verdict in frame["verdict"]]
    fills = [a.color, b.color, NEUTRAL, NEUTRAL]
    color = alt.Color(
        "more in:N", scale=alt.Scale(domain=[*said.values()], range=fills), legend=None
    )  # the axis says it
    shape = alt.Shape(
        "more in:N", scale=alt.Scale(domain=[*said.values()], range=[a.shape, b.shape, "stroke", "circle"]), legend=None
    )
    reach = max(frame[["value", "low", "high", "counted"]].abs().max().max() if len(frame) else 0, 0.05)
    scale = alt.Scale(domain=[-min(reach * 1.05, 1), min(reach * 1.05, 1)])
    axis = alt.Axis(
        labelExpr=_POINTS, tickCount=7, titlePadding=10,
        title=["percentage points", f"← more in {b.title} ads", f"more in {a.title} ads →"],
    )  # fmt: skip
    x = alt.X("value:Q", scale=scale, axis=axis)
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=list(frame["name"]), title=None, axis=names_axis(185)),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"),
            alt.Tooltip("value:Q", title="Difference (share)", format="+.1%"),
            alt.Tooltip("low:Q", title="95 % from", format="+.1%"),
            alt.Tooltip("high:Q", title="to", format="+.1%"),
            alt.Tooltip("chance:N", title="q"),
            alt.Tooltip("more in:N", title="More in"),
            alt.Tooltip("of_a:N", title=a.title),
            alt.Tooltip("of_b:N", title=b.title),
        ],
    )
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.6).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", color=color
    )
    ticks = base.mark_tick(thickness=2, size=13, color=NEUTRAL).encode(x=alt.X("counted:Q", scale=scale, axis=axis))
    hollow = " || ".join(f"datum['more in'] === \"{words}\"" for words in _VERDICTS.values())
    dots = base.mark_point(size=95, opacity=1, strokeWidth=2, cursor="pointer").encode(
        x=x, color=color, shape=shape, fill=alt.condition(hollow, alt.value("transparent"), color)
    ).add_params(alt.selection_point(name="pick", fields=["key"], on="click", empty=False))  # fmt: skip
    is_other = not frame["value"].equals(frame["counted"])
    described = "; ".join(f"{n} {_said(v)}" for n, v in zip(frame["name"], frame["value"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(rule_at(0), *([ticks] if is_other else []), interval, dots).properties(
        height=AXES + 30 + ROW * max(len(frame), 1),
        description=f"Difference of the share of ads that name a skill, {a.title} minus {b.title}: {described}.",
    )  # fmt: skip
    return chart


def skill_share(shares: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of the share of each role's ads that name a skill, side by side, skills in the order of the rows.

    Columns: skill, name, role, share, ci_low, ci_high (0-1, NaN: one employer), n_with, n_ads, n_employers. Clicking selects
    skills in the parameter `pick`."""
    frame = shares.assign(title=shares["role"].map(ROLE_TITLES))
    roles = [role for role in ROLE_TITLES if (frame["role"] == role).any()]
    titles = [ROLE_TITLES[role] for role in roles]
    scale = alt.Scale(domain=[0, min(1, 1.03 * max(frame["share"].max(), frame["ci_high"].fillna(0).max(), 0.05))])
    axis = alt.Axis(format="%", tickCount=5, title="Share of the role's ads", orient="top")
    legend = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1)  # two are too wide for a phone
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N", sort=list(dict.fromkeys(frame["name"])), title=None, axis=names_axis(150),
            scale=alt.Scale(paddingInner=0.25),
        ),
        yOffset=alt.YOffset("title:N", sort=titles),
        color=alt.Color("title:N", scale=alt.Scale(domain=titles, range=[ROLE_COLORS[role] for role in roles]), legend=legend),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"), alt.Tooltip("title:N", title="Role"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("ci_low:Q", title="95 % from", format=".1%"), alt.Tooltip("ci_high:Q", title="to", format=".1%"),
            alt.Tooltip("n_with:Q", title="Ads that name it", format=","), alt.Tooltip("n_ads:Q", title="of", format=","),
            alt.Tooltip("n_employers:Q", title="Employers", format=","),
        ],
    )  # fmt: skip
    interval = base.mark_rule(strokeWidth=2, opacity=0.55).encode(
        x=alt.X("ci_low:Q", scale=scale, axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=60, opacity=1, cursor="pointer").encode(
        x=alt.X("share:Q", scale=scale, axis=axis),
        shape=alt.Shape("title:N", scale=alt.Scale(domain=titles, range=[ROLE_SHAPES[role] for role in roles]), legend=legend),
    ).add_params(alt.selection_point(name="pick", fields=["skill"], on="click", empty=False))  # fmt: skip
    described = "; ".join(
        f"{n}, {t} {s:.0%}" for n, t, s in zip(frame["name"], frame["title"], frame["share"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(interval, dots).properties(
        height=AXES + 12 * len(frame), description=f"Share of each role's ads that name a skill: {described}."
    )
    return chart


def skill_distinctive(rows: pd.DataFrame, a: Side, b: Side) -> alt.LayerChart | alt.FacetChart:
    """A dot a skill by how surely it sets a role apart, a line a category; the outermost ones are named.

    Columns: name, category (as shown), z, verdict (more, less), of_a, of_b (text). Categories in the order of the rows."""
    frame = rows.assign(side=rows["verdict"].map({"more": a.title, "less": b.title}))
    size = frame["z"].abs()
    first = size == size.groupby([frame["category"], frame["side"]]).transform("max")
    frame["outermost"] = frame["name"].where(first, "")
    reach = float(frame["z"].abs().max()) * 1.6 if len(frame) else 1
    domain = [a.title, b.title]
    base = alt.Chart(frame).encode(
        x=alt.X(
            "z:Q", scale=alt.Scale(domain=[-reach, reach]),
            axis=alt.Axis(
                tickCount=5, labelExpr="format(abs(datum.value), '.0f')", titlePadding=10,
                title=["log-odds by its error", f"← sets {b.title} ads apart", f"sets {a.title} ads apart →"],
            ),
        ),
        y=alt.Y("category:N", sort=list(dict.fromkeys(frame["category"])), title=None, axis=names_axis(130)),
    )  # fmt: skip
    dots = base.mark_point(filled=True, size=55, opacity=0.75).encode(
        color=alt.Color("side:N", scale=alt.Scale(domain=domain, range=[a.color, b.color]), legend=None),  # the axis says it
        shape=alt.Shape("side:N", scale=alt.Scale(domain=domain, range=[a.shape, b.shape]), legend=None),
        tooltip=[
            alt.Tooltip("name:N", title="Skill"), alt.Tooltip("side:N", title="More in"),
            alt.Tooltip("z:Q", title="Log-odds by its error", format="+.1f"),
            alt.Tooltip("of_a:N", title=a.title), alt.Tooltip("of_b:N", title=b.title),
        ],
    )  # fmt: skip
    # on a phone there is no room for names: the table has them
    text = base.encode(text="outermost:N", opacity=alt.value(alt.expr("width > 330 ? 1 : 0")))
    right = text.transform_filter("datum.z > 0").mark_text(
        align="left", dx=8, fontSize=11, limit=130, color=alt.ExprRef(INK)
    )
    left = text.transform_filter("datum.z < 0").mark_text(
        align="right", dx=-8, fontSize=11, limit=130, color=alt.ExprRef(INK)
    )
    named = frame[first]
    described = "; ".join(
        f"{c}: {n}, {s}" for c, n, s in zip(named["category"], named["name"], named["side"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(rule_at(0), dots, right, left).properties(
        height=AXES + 30 + ROW * max(frame["category"].nunique(), 1),
        description=f"Skills by how surely they set {a.title} or {b.title} ads apart, by category; the outermost are {described}.",
    )
    return chart


def robustness(lines: pd.DataFrame, a: Side, b: Side) -> alt.LayerChart | alt.FacetChart:
    """One difference counted in several ways, a row each, with 95 % intervals; the first row's value is a dashed line.

    Columns: label, value, low, high (-1 to 1, NaN: not known), verdict (more, less, alike, not enough ads; None: not possible),
    changes (text: "" where it agrees with the first row), n (text)."""
    frame = lines.assign(changed=["changes the answer" if c else "agrees" for c in lines["changes"]])
    reach = max(frame[["value", "low", "high"]].abs().max().max(), 0.05)
    scale = alt.Scale(domain=[-min(reach * 1.05, 1), min(reach * 1.05, 1)])
    axis = alt.Axis(
        labelExpr=_POINTS, tickCount=7, titlePadding=10,
        title=["percentage points", f"← more in {b.title} ads", f"more in {a.title} ads →"],
    )  # fmt: skip
    legend = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1)
    domain = ["agrees", "changes the answer"]
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=list(frame["label"]), title=None, axis=names_axis(190)),
        color=alt.Color("changed:N", scale=alt.Scale(domain=domain, range=[NEUTRAL, _CHANGED]), legend=legend),
        tooltip=[
            alt.Tooltip("label:N", title="Counted"),
            alt.Tooltip("value:Q", title="Difference (share)", format="+.1%"),
            alt.Tooltip("low:Q", title="95 % from", format="+.1%"), alt.Tooltip("high:Q", title="to", format="+.1%"),
            alt.Tooltip("n:N", title="Ads"), alt.Tooltip("verdict:N", title="Verdict"),
            alt.Tooltip("changes:N", title="Changes"),
        ],
    )  # fmt: skip
    first = (
        alt.Chart(frame.head(1))
        .mark_rule(color=NEUTRAL, strokeDash=[2, 4])
        .encode(x=alt.X("value:Q", scale=scale, axis=axis))
    )
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.6).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", scale=scale, axis=axis),
        shape=alt.Shape("changed:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend),
    )
    described = "; ".join(
        f"{label} {_said(v)}{f' (changes {c})' if c else ''}"
        for label, v, c in zip(frame["label"], frame["value"], frame["changes"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(rule_at(0), first, interval, dots).properties(
        height=AXES + 85 + ROW * len(frame),
        description=f"The same difference, {a.title} minus {b.title}, counted in several ways: {described}.",
    )
    return chart


_POINTS = "abs(datum.value) < 0.001 ? '0' : (datum.value > 0 ? '+' : '−') + format(abs(datum.value) * 100, '.0f')"


def _said(value: float) -> str:
    return "not known" if pd.isna(value) else f"{value:+.0%}"
