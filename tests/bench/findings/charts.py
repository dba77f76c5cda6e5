"""Estimates in, an Altair chart out."""

import altair as alt
import pandas as pd


def dots(frame: pd.DataFrame, what: str, title: str) -> alt.LayerChart:
    """Dots with intervals, a row each ``what``, a colour and shape each series. Columns: what, series, value, low, high (shares)."""
    names = list(dict.fromkeys(frame["series"]))
    frame = frame.assign(**{column: frame[column].astype(float) * 100 for column in ("value", "low", "high")})
    legend = alt.Legend(title=None, orient="top", labelLimit=360)
    color = alt.Color("series:N", sort=None, scale=alt.Scale(domain=names, range=["#0072B2", "#D55E00"]), legend=legend)
    shape = alt.Shape("series:N", sort=None, scale=alt.Scale(domain=names, range=["circle", "diamond"]), legend=legend)
    y = alt.Y(
        f"{what}:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelLimit=360, labelFontSize=12, ticks=False, domain=False, grid=True, gridColor="#f0f0f0"),
    )
    base = alt.Chart(frame).encode(
        y=y, yOffset=alt.YOffset("series:N", sort=names, scale=alt.Scale(paddingOuter=0.6)), color=color
    )
    parts = [
        alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color="#404040").encode(x="x:Q"),
        base.mark_rule(strokeWidth=2).encode(
            x=alt.X("low:Q", title=title, axis=alt.Axis(gridColor="#e6e6e6")), x2="high:Q"
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(x="value:Q", shape=shape),
    ]
    drawn: alt.LayerChart = alt.layer(*parts).properties(width=460, height=alt.Step(13)).configure_view(stroke=None)
    return drawn
