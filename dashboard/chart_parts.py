"""What charts of one kind share: the axis of names, the rows of dots, the line to compare with."""

import altair as alt
import pandas as pd

from dashboard.roles import INK

NEUTRAL = "#808890"
"""The grey of what belongs to no role; readable on either theme."""
ROW, AXES = 24, 75
"""Pixels a row of a dot chart, and what its axis takes."""


def names_axis(limit: int, font_size: int = 13) -> alt.Axis:
    """An axis of names, every one of them readable; ``limit``: pixels of the longest one that is shown whole."""
    return alt.Axis(
        labelLimit=limit, labelFontSize=font_size, ticks=False, domain=False, labelPadding=8, labelOverlap=False,
        labelFlush=False,
    )  # fmt: skip


def rule_at(x: float) -> alt.Chart:
    """The dashed line at the value that means no difference."""
    rule: alt.Chart = alt.Chart(pd.DataFrame({"x": [x]})).mark_rule(color=NEUTRAL, strokeDash=[3, 3]).encode(x="x:Q")
    return rule


def shaded(
    table: alt.Chart, shade: str, darkest: float, number: alt.Text, color: alt.Color | alt.ColorValue
) -> alt.LayerChart | alt.FacetChart:
    """A table of numbers, a cell the darker the nearer the field ``shade`` is to 1. ``table`` encodes its columns, rows and
    tooltip; ``darkest`` is the opacity at 1, with which the ink is readable on ``color``."""
    cells = table.mark_rect(cornerRadius=3).encode(
        color=color,
        opacity=alt.Opacity(f"{shade}:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, darkest]), legend=None),
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(
        cells, table.mark_text(fontSize=12, color=alt.ExprRef(INK)).encode(text=number)
    )
    return chart
