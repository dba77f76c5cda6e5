"""Ranges of pay as charts. Pure functions: no Streamlit, no queries."""

import altair as alt
import pandas as pd

from dashboard.roles import INK, ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES

_ROW, _AXES = 34, 60  # pixels a row, and what the axis takes


def pay_ranges(rows: pd.DataFrame, name: str, what: str) -> alt.LayerChart | alt.FacetChart:
    """A bar from the lower to the upper quartile a row, the median on it with its 95 % interval, and n; in the order of the rows.

    Columns: ``name`` (what a row is called), role, pay_p25, pay_median, median_low, median_high (NaN: no interval), pay_p75,
    n_paid, n_employers_paid, disclosure (0-1). ``what`` says in words what the rows are of."""
    shown = [role for role in ROLE_COLORS if role in set(rows["role"])]
    frame = rows.assign(
        title=rows["role"].map(ROLE_TITLES),
        n=[f"n = {n:,}" for n in rows["n_paid"]],
        end=rows[["pay_p75", "median_high"]].max(axis=1),
    )
    scale = alt.Scale(domain=[ROLE_TITLES[r] for r in shown], range=[ROLE_COLORS[r] for r in shown])
    shapes = alt.Scale(domain=[ROLE_TITLES[r] for r in shown], range=[ROLE_SHAPES[r] for r in shown])
    most = float(frame["end"].max()) if len(frame) else 1.0
    room = alt.ExprRef(f"{most} * (width < 300 ? 1.55 : 1.22)")  # for n at the right, on a phone too
    reach = alt.Scale(domainMin=0, domainMax=room, nice=False)
    axis = alt.Axis(
        labelExpr="datum.value ? format(datum.value, '$~s') : '$0'",
        tickCount=5,
        labelBound=True,
        title="US dollars a year, as stated",
    )
    base = alt.Chart(frame).encode(
        y=alt.Y(f"{name}:N", sort=list(frame[name]), title=None, axis=alt.Axis(labelLimit=140, ticks=False, domain=False)),
        color=alt.Color("title:N", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="Of"),
            alt.Tooltip("pay_p25:Q", title="Lower quartile", format="$,.0f"),
            alt.Tooltip("pay_median:Q", title="Median", format="$,.0f"),
            alt.Tooltip("median_low:Q", title="Median: 95 % from", format="$,.0f"),
            alt.Tooltip("median_high:Q", title="to", format="$,.0f"),
            alt.Tooltip("pay_p75:Q", title="Upper quartile", format="$,.0f"),
            alt.Tooltip("n_paid:Q", title="Ads with known pay", format=","),
            alt.Tooltip("n_employers_paid:Q", title="of employers", format=","),
            alt.Tooltip("disclosure:Q", title="Ads that state pay", format=".0%"),
        ],
    )  # fmt: skip
    x_low = alt.X("pay_p25:Q", scale=reach, axis=axis)
    range_bar = base.mark_bar(height=16, opacity=0.3, cornerRadius=3).encode(x=x_low, x2="pay_p75:Q")
    interval = base.mark_rule(strokeWidth=3).encode(x=alt.X("median_low:Q", scale=reach, axis=axis), x2="median_high:Q")
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("pay_median:Q", scale=reach, axis=axis), shape=alt.Shape("title:N", scale=shapes, legend=None)
    )
    count = base.mark_text(align="left", dx=8, fontSize=12).encode(
        x=alt.X("end:Q", scale=reach, axis=axis), text="n:N", color=alt.value(alt.ExprRef(INK))
    )
    described = "; ".join(
        f"{r[name]}: {r['pay_p25']:,.0f} to {r['pay_p75']:,.0f}, median {r['pay_median']:,.0f}, {r['n']}"
        for r in frame.to_dict("records")
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(range_bar, interval, dots, count).properties(
        height=_AXES + _ROW * max(len(frame), 1),
        description=f"Quartiles of stated pay in US dollars a year, {what}. {described}.",
    )
    return chart
