"""Frames of verdicts in, Altair charts out; and how a verdict is called and coloured."""

from math import exp, isfinite, nan
from typing import Literal, NamedTuple

import altair as alt
import pandas as pd

from dashboard.chart_parts import NEUTRAL, names_axis
from warehouse.claims.wording import interval_text, value_text


class Look(NamedTuple):
    """How a verdict is shown."""

    name: str
    color: str
    badge: Literal["green", "orange", "red", "gray", "blue"]
    icon: str


LOOKS = {
    "supported": Look("supported", "#0F8B8D", "green", ":material/check_circle:"),
    "not_robust": Look("not robust", "#E0A100", "orange", ":material/broken_image:"),
    "contradicted": Look("contradicted", "#C8434F", "red", ":material/cancel:"),
    "no_meaningful_difference": Look("no meaningful difference", "#6C7FA6", "blue", ":material/equal:"),
    "undecided": Look("undecided", "#8E969E", "gray", ":material/help:"),
    "not_in_ads": Look("not in ads", "#B9A5C9", "gray", ":material/visibility_off:"),
    "needs_months": Look("needs months", "#B5BBC1", "gray", ":material/calendar_month:"),
    "cannot_be_settled": Look("cannot be settled", "#CDD2D6", "gray", ":material/block:"),
}
"""Verdicts by their key, in the order in which they are shown."""


def scoreboard(counts: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Bars of the verdicts on each essay's testable claims, as shares of them, with their numbers.

    Columns: essay (as shown), verdict (a key of LOOKS), n, n_testable."""
    frame = counts[counts["n"] > 0].copy()
    frame["share"] = frame["n"] / frame["n_testable"]
    names = {verdict: look.name.replace("meaningful ", "") for verdict, look in LOOKS.items()}  # a phone is narrow
    frame["name"] = frame["verdict"].map(names)
    frame["place"] = [list(LOOKS).index(verdict) for verdict in frame["verdict"]]
    frame = frame.sort_values("place", kind="stable")
    frame["to"] = frame.groupby("essay")["share"].cumsum()
    frame["from"] = frame["to"] - frame["share"]
    frame["middle"] = (frame["from"] + frame["to"]) / 2
    shown = [verdict for verdict in LOOKS if verdict in set(frame["verdict"])]
    essays = list(dict.fromkeys(counts["essay"]))
    y = alt.Y("essay:N", sort=essays, title=None, axis=names_axis(170))
    tooltip = [
        alt.Tooltip("essay:N", title="Essay"), alt.Tooltip("name:N", title="Verdict"),
        alt.Tooltip("n:Q", title="Claims", format=","), alt.Tooltip("n_testable:Q", title="of testable", format=","),
        alt.Tooltip("share:Q", title="Share", format=".0%"),
    ]  # fmt: skip
    bars = alt.Chart(frame).mark_bar(height=28, stroke="white", strokeWidth=1).encode(
        x=alt.X("from:Q", title="Share of the essay's testable claims", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5)),
        x2="to:Q", y=y, tooltip=tooltip,
        color=alt.Color(
            "name:N", scale=alt.Scale(domain=[names[v] for v in shown], range=[LOOKS[v].color for v in shown]),
            legend=alt.Legend(title=None, orient="top", columns=2, labelLimit=200, symbolStrokeWidth=0),
        ),
    )  # fmt: skip
    numbers = (
        alt.Chart(frame[frame["share"] >= 0.05])
        .mark_text(fontSize=13, fontWeight="bold", color="white")
        .encode(x="middle:Q", y=y, text="n:Q", tooltip=tooltip)
    )
    described = "; ".join(
        f"{e}: {n} of {m} {v}"
        for e, n, m, v in zip(frame["essay"], frame["n"], frame["n_testable"], frame["name"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = alt.layer(bars, numbers).properties(
        height=150 + 44 * len(essays), description=f"Verdicts on the testable claims of each essay. {described}."
    )
    return chart


def effect(effects: pd.DataFrame, unit: str, signed: bool, bound: float | None) -> alt.LayerChart | alt.FacetChart:
    """Dots and 95 % intervals of one effect on several labels, the first of them the one that decides.

    Columns: label (as shown), effect, ci_low, ci_high (in ``unit``, NaN: unknown). Signed: a difference of two sides, held
    against none; else ``bound`` is what it is held against, None: not known."""
    frame = effects.assign(
        shown=[_shown(x, unit) for x in effects["effect"]],
        low=[_shown(x, unit) for x in effects["ci_low"]], high=[_shown(x, unit) for x in effects["ci_high"]],
        decides=[n == 0 for n in range(len(effects))],
        words=[effect_text(*row, unit, signed) for row in zip(effects["effect"], effects["ci_low"], effects["ci_high"], strict=True)],
    )  # fmt: skip
    against = _shown(0.0 if signed else bound, unit)
    ends = [x for x in (*frame["shown"], *frame["low"], *frame["high"], against) if isfinite(x)]
    room = 0.06 * (max(ends) - min(ends)) or 1.0 if ends else 1.0
    scale = alt.Scale(domain=[min(ends) - room, max(ends) + room] if ends else [0, 1], zero=False, nice=False)
    x = alt.X("shown:Q", scale=scale, axis=alt.Axis(title=axis_title(unit, signed), tickCount=6))
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=list(frame["label"]), title=None, axis=names_axis(170)),
        tooltip=[alt.Tooltip("label:N", title="Role"), alt.Tooltip("words:N", title="Effect (95 %)")],
        color=alt.condition("datum.decides", alt.value("#0F8B8D"), alt.value(NEUTRAL)),
    )  # fmt: skip
    layers = [
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        base.mark_point(size=95, filled=True, opacity=1).encode(
            x=x, shape=alt.condition("datum.decides", alt.value("circle"), alt.value("diamond"))
        ),
    ]
    if isfinite(against):
        line = alt.Chart(pd.DataFrame({"x": [against]})).mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.5)
        layers.insert(0, line.encode(x=alt.X("x:Q", scale=scale)))
    described = "; ".join(f"{label}: {words}" for label, words in zip(frame["label"], frame["words"], strict=True))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(*layers).properties(
        height=66 + 30 * len(frame), description=f"Effect with its 95 % interval, {axis_title(unit, signed)}. {described}."
    )  # fmt: skip
    return chart


def axis_title(unit: str, signed: bool) -> str:
    """What an effect is measured in."""
    return {
        "share": "percentage points, a minus b" if signed else "per cent of ads",
        "log": "pay of a as a multiple of b's",
        "entropy": "diversity of a as a multiple of b's",
        "years": "years, a minus b",
        "number": "number that an ad names, a minus b",
        "distance": "distance, less that within a role",
    }.get(unit, unit)


def effect_text(value: float | None, low: float | None, high: float | None, unit: str | None, signed: bool) -> str:
    """An effect with its interval in words; "–" where there is none."""
    if value is None or pd.isna(value):
        return "–"
    return f"{value_text(value, unit, signed)} ({interval_text(low, high, unit, signed)})"


def _shown(value: float | None, unit: str) -> float:
    """A figure as its axis has it: per cent, or a multiple in place of its logarithm; NaN: unknown."""
    if value is None or pd.isna(value):
        return nan
    return 100 * value if unit == "share" else exp(value) if unit in ("log", "entropy") else value
