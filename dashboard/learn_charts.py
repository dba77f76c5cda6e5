"""Shares of openings that skills open or cover, as charts. Pure functions: no Streamlit, no queries."""

import altair as alt
import pandas as pd

from dashboard.roles import ROLE_COLORS, ROLE_SHAPES

_ROW, _AXES = 26, 75  # pixels a row, and what the axis takes


def shares(rows: pd.DataFrame, role: str, what: str) -> alt.LayerChart | alt.FacetChart:
    """A dot with its 95 % interval a row, in the order of the rows; ``what`` names the axis.

    Columns: label, share, ci_low, ci_high (0-1, NaN: no interval), n, n_openings."""
    color = ROLE_COLORS[role]
    most = float(rows[["share", "ci_high"]].max().max()) if len(rows) else 1.0
    scale = alt.Scale(domain=[0, min(max(1.05 * most, 0.01), 1)])
    axis = alt.Axis(format=".1~%", tickCount=5, title=what, titleAnchor="end")
    names = alt.Axis(labelLimit=185, labelFontSize=13, ticks=False, domain=False, labelOverlap=False, labelFlush=False)
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=list(rows["label"]), title=None, axis=names),
        tooltip=[
            alt.Tooltip("label:N", title="Skill"),
            alt.Tooltip("share:Q", title=what, format=".1%"),
            alt.Tooltip("ci_low:Q", title="95 % from", format=".1%"),
            alt.Tooltip("ci_high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="Ads", format=","),
            alt.Tooltip("n_openings:Q", title="of", format=","),
        ],
    )
    interval = base.mark_rule(strokeWidth=2.5, opacity=0.55, color=color).encode(
        x=alt.X("ci_low:Q", scale=scale, axis=axis), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=85, opacity=1, color=color, shape=ROLE_SHAPES[role]).encode(
        x=alt.X("share:Q", scale=scale, axis=axis)
    )
    described = "; ".join(
        f"{r['label']} {r['share']:.1%}, {r['n']:,} of {r['n_openings']:,} ads" for r in rows.to_dict("records")
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(interval, dots).properties(
        height=_AXES + _ROW * max(len(rows), 1), description=f"{what}: {described}."
    )
    return chart
