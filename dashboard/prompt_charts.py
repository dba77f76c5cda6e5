"""The chart of a result that nobody has seen before: a sensible one by itself, any other by choice."""

from typing import Any, NamedTuple

import altair as alt
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from dashboard.roles import ROLE_COLORS, ROLE_SHAPES, ROLE_TITLES

MARKS = ("bars", "dots", "line")
INTERVAL = ["ci_low", "ci_high"]
"""Columns of the macros and views that are the ends of a 95 % interval."""
MAX_COLORS = 8
_MAX_NAMES = 40  # rows of a chart that is drawn unasked
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"]
# Okabe and Ito's palette, as for the roles
_COLORS = ["#0072B2", "#D55E00", "#009E73", "#C4679A", "#56B4E9", "#B58900", "#808890", "#8B5A2B"]


class Plot(NamedTuple):
    """What is drawn of a result: names of columns; color None: one colour."""

    mark: str
    x: str
    y: str
    color: str | None


def automatic(rows: pd.DataFrame) -> Plot | None:
    """A line over time, else dots with intervals or bars by name, else dots of two numbers; None: nothing to draw."""
    kinds = {str(column): _kind(rows[column]) for column in rows}
    numbers = [c for c, kind in kinds.items() if kind == "quantitative" and c not in INTERVAL and rows[c].notna().any()]
    times = [c for c, kind in kinds.items() if kind == "temporal"]
    n_of = {c: int(rows[c].nunique()) for c, kind in kinds.items() if kind == "nominal"}
    names = sorted((c for c, n in n_of.items() if 1 < n <= _MAX_NAMES), key=lambda c: -n_of[c])
    few = [c for c in names if n_of[c] <= MAX_COLORS]
    if len(rows) < 2 or not numbers:
        return None
    number = next((c for c in numbers if has_interval(rows, c)), numbers[0])
    roles = [c for c in few if {*rows[c].dropna()} <= {*ROLE_TITLES, *ROLE_TITLES.values()}]
    if times:
        return Plot("line", times[0], number, next(iter(roles + few), None))
    if names:
        color = next((c for c in roles + few if c in roles or c != names[0]), None)
        up = next((c for c in names if c != color), names[0])
        mark = "bars" if not has_interval(rows, number) and rows[up].is_unique else "dots"
        return Plot(mark, number, up, color)
    return Plot("dots", numbers[0], numbers[1], None) if len(numbers) > 1 else None


def has_interval(rows: pd.DataFrame, column: str) -> bool:
    """Whether ci_low and ci_high are the ends of this number's interval: it lies between them in every row."""
    if not {*INTERVAL} <= {*rows} or _kind(rows[column]) != "quantitative" or column in INTERVAL:
        return False
    known = rows.dropna(subset=[*INTERVAL, column])
    # half of the last digit, since examples round
    inside = (known["ci_low"] - 0.005 <= known[column]) & (known[column] <= known["ci_high"] + 0.005)
    return bool(len(known) and inside.all())


def answer(rows: pd.DataFrame, plot: Plot) -> alt.Chart | alt.LayerChart:
    """The chart. Any names of columns: in the chart they are words, and never paths or markup."""
    fields = {"x": plot.x, "y": plot.y} | ({"color": plot.color} if plot.color else {})
    drawn = pd.DataFrame({key: _plain(rows[name]) for key, name in fields.items()})
    color, shape = alt.value(_COLORS[0]), alt.value("circle")
    if plot.color:
        drawn["color"] = drawn["color"].astype("string").fillna("NULL")
        values = list(dict.fromkeys(drawn["color"]))[:MAX_COLORS]
        drawn = drawn[drawn["color"].isin(values)]
        title = None if plot.color in (plot.x, plot.y) else plot.color
        color = _scaled(alt.Color, values, title, dict(zip(values, _COLORS, strict=False)) | _of_roles(ROLE_COLORS))
        shape = _scaled(alt.Shape, values, title, dict(zip(values, _SHAPES, strict=False)) | _of_roles(ROLE_SHAPES))
    x, y = _axis(alt.X, "x", drawn["x"], plot.x), _axis(alt.Y, "y", drawn["y"], plot.y)
    tips = [alt.Tooltip(f"{key}:{_kind(drawn[key])}", title=_word(name)) for key, name in fields.items()]
    base = alt.Chart(drawn)
    if plot.mark == "line":
        chart: Any = base.mark_line(point=alt.OverlayMarkDef(size=45, filled=True)).encode(
            x=x, y=y, color=color, tooltip=tips
        )
        chart = chart.encode(shape=shape) if plot.color else chart
    elif plot.mark == "bars":
        chart = base.mark_bar(cornerRadiusEnd=2).encode(x=x, y=y, color=color, tooltip=tips)
    else:
        chart = base.mark_point(filled=True, size=70, opacity=0.9).encode(
            x=x, y=y, color=color, shape=shape, tooltip=tips
        )
        if has_interval(rows, plot.x):
            ends = rows.loc[drawn.index, INTERVAL]
            base = alt.Chart(drawn.assign(low=_plain(ends["ci_low"]), high=_plain(ends["ci_high"])))
            tips += [alt.Tooltip("low:Q", title="95 % from"), alt.Tooltip("high:Q", title="to")]
            lines = base.mark_rule(strokeWidth=2.5, opacity=0.5).encode(
                x=alt.X("low:Q", title=_word(plot.x)), x2="high:Q", y=y, color=color, tooltip=tips
            )
            chart = alt.layer(lines, chart)
    described = f"{plot.mark.capitalize()} of {plot.x} and {plot.y}" + (f" by {plot.color}" if plot.color else "")
    done: alt.Chart | alt.LayerChart = chart.properties(
        height=_height(drawn["y"]), description=f"{described}; {len(drawn):,} rows of the result."
    )
    return done


def _kind(values: pd.Series) -> str:
    if is_datetime64_any_dtype(values):
        return "temporal"
    is_number = is_numeric_dtype(values) and str(values.dtype) != "boolean"
    return "quantitative" if is_number else "nominal"


def _plain(values: pd.Series) -> pd.Series:
    """The values in a type that charts know; text in at most 80 characters."""
    if _kind(values) == "quantitative":
        return values.astype("float64")
    return values if _kind(values) == "temporal" else values.astype("string").str.slice(0, 80).fillna("NULL")


def _axis(channel: Any, field: str, values: pd.Series, name: str) -> Any:
    kind = _kind(values)
    if kind != "nominal":
        return channel(f"{field}:{kind}", title=_word(name), scale=alt.Scale(zero=kind == "quantitative"))
    in_order = list(dict.fromkeys(values))
    axis = alt.Axis(labelLimit=190, labelOverlap=True, labelFlush=False)
    return channel(f"{field}:N", title=None if field == "y" else _word(name), sort=in_order, axis=axis)


def _scaled(channel: Any, values: list[str], title: str | None, looks: dict[str, str]) -> Any:
    """A channel with a legend of that title; None: without, since an axis says the same."""
    scale = alt.Scale(domain=values, range=[looks[value] for value in values])
    legend = {"title": _word(title)} if title else {"legend": None}
    return channel("color:N", scale=scale, **legend)


def _of_roles(looks: dict[str, str]) -> dict[str, str]:
    """How roles look, by key and by title."""
    return looks | {ROLE_TITLES[role]: look for role, look in looks.items() if role in ROLE_TITLES}


def _word(name: str) -> str:
    """The name as a title: followed by a blank, since a tooltip takes a bare "image" for an address to load."""
    return f"{name[:60]} "


def _height(y: pd.Series) -> int:
    return min(75 + 22 * int(y.nunique()), 1_400) if _kind(y) == "nominal" else 320
