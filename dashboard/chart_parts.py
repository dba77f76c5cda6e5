"""What charts of one kind share: the axis of names, the rows of dots, the line to compare with."""

import altair as alt
import pandas as pd

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
