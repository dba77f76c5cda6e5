"""The lower half of the page Trends: which skills of a role rise and fall, and the course of one."""

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import columns, downloads, trends_charts, trends_queries, trends_slopes
from dashboard.drawn import Spec, drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.roles import FOUR, ROLE_TITLES
from dashboard.states import MIN_EMPLOYERS
from dashboard.trends_period import MIN_PARTS
from dashboard.trends_queries import Span
from dashboard.trends_slopes import MIN_WITH
from dashboard.trends_tables import every_part, gaps, shares_table, too_few

_N_EACH_WAY = 10
_LONGER = 0.1  # how much more skills an ad names before that is said


def show(snapshot: Path, filters: Filters, span: Span, parts: list[date], events: pd.DataFrame) -> None:
    """Choose the role, and what rises and falls in its ads."""
    st.subheader("Which skills rise and fall", anchor=False)
    check_link("trend_role", [ROLE_TITLES[role] for role in FOUR], "role")
    role = st.selectbox(
        "Role", FOUR, format_func=ROLE_TITLES.__getitem__, key="trend_role", bind="query-params", width=320
    )
    rows = trends_slopes.skill_slopes(snapshot, filters, span, role)
    rows = rows[rows["p_value"].notna()]
    if rows.empty:
        st.info(
            f"No skill of {ROLE_TITLES[role]} ads has a trend that could be told: that takes {MIN_PARTS} {span.every}s with ads, "
            f"and {MIN_WITH} ads of {MIN_EMPLOYERS} employers that name the skill. Widen the period or the filters, or collect "
            "more boards.",
            icon=":material/scale:",
        )
        return
    rising, falling = (rows[rows["is_sure"] & (sign * rows["slope"] > 0)] for sign in (1, -1))
    n_ads, n_employers, n_sources = (int(rows[name].iloc[0]) for name in ("n_ads", "n_employers", "n_sources"))
    n_sure = len(rising) + len(falling)
    st.markdown(
        f"**{len(rising)} rise and {len(falling)} fall** of {len(rows):,} skills tested; of the others chance can't be ruled out."
        if n_sure
        else f"**Of none of {len(rows):,} skills tested can chance be ruled out**: nothing here is a trend."
    )
    before, after = rows["n_skills_first"].iloc[0], rows["n_skills_last"].iloc[0]
    if abs(after - before) > _LONGER * before:
        st.caption(
            f"The ads name {'more' if after > before else 'fewer'} skills altogether: {before:.1f} an ad at the start, {after:.1f} at "
            f"the end. That alone makes skills {'rise' if after > before else 'fall'}."
        )
    chart = None
    strongest = pd.concat([rising.head(_N_EACH_WAY), falling.head(_N_EACH_WAY)]).sort_values("slope", ascending=False)
    if len(strongest):
        chart = drawn(trends_charts.slopes, strongest, role)
        st.vega_lite_chart(chart)
    within = (
        f" Slopes are those within each of {n_sources} sources, so that a changing mix of sources makes none; the table has those of all together too."
        if n_sources > 1
        else ""
    )
    drawn_are = (
        f"Drawn: the strongest {_N_EACH_WAY} each way, at a false-discovery rate of 5 % (Benjamini–Hochberg). Beside the name: the "
        "ends of a straight line through the share; dot: its slope. "
    )
    st.caption(
        f"n = {n_ads:,} {ROLE_TITLES[role]} ads of {n_employers:,} employers. {drawn_are if n_sure else ''}Tested: the slope of the "
        f"share of ads that name a skill{f' as {filters.need}' if filters.need else ''}, where {MIN_WITH} ads of {MIN_EMPLOYERS} "
        f"employers do. Interval: 95 %, the wider of clustered by employer and clustered by {span.every}.{within}"
    )
    _slopes_table(snapshot, rows, chart)
    _one_skill(snapshot, filters, span, parts, events, role, dict(zip(rows["skill"], rows["name"], strict=True)))


def _one_skill(
    snapshot: Path,
    filters: Filters,
    span: Span,
    parts: list[date],
    events: pd.DataFrame,
    role: str,
    names: dict[str, str],
) -> None:
    st.subheader("One skill", anchor=False)
    check_link("trend_skill", list(names.values()), "skill")
    skill = st.selectbox(
        "Skill", list(names), format_func=lambda key: names.get(key, key), key="trend_skill", bind="query-params", width=320,
        help="Those that enough ads of the role name, the surest and strongest trend first.",
    )  # fmt: skip
    shares = trends_queries.skill_by_part(snapshot, filters, span, role, skill)
    if shares["share"].notna().sum() < MIN_PARTS:
        too_few(span)
        return
    line = every_part(shares.assign(role=role), parts, span.every)
    chart = drawn(trends_charts.shares_over_time, line, events, f"Share of {ROLE_TITLES[role]} ads that name it")
    st.vega_lite_chart(chart)
    st.caption(
        f"Share of {ROLE_TITLES[role]} ads that name it{f' as {filters.need}' if filters.need else ''}, n = {shares['n_ads'].sum():,} ads, "
        f"{shares['n_with'].sum():,} name it. Band: 95 % interval, clustered by employer. {gaps(shares, span.every)}"
    )
    with_role = shares.assign(role=role, skill=names[skill])
    with_role.attrs["query"] = shares.attrs["query"]
    shares_table(snapshot, "trend-skill", with_role, chart, span.every)


def _slopes_table(snapshot: Path, rows: pd.DataFrame, chart: Spec | None) -> None:
    points = ["slope", "ci_low", "ci_high", "slope_all"]
    shown = rows.assign(**{name: 100 * rows[name] for name in points})
    with st.expander(f"Table of all {len(rows):,} skills tested"):
        st.dataframe(
            shown[
                ["name", "category", *points, "q_value", "p_value", "share_first", "share_last", "n_with", "n_ads",
                 "n_employers_with", "n_employers"]
            ],
            hide_index=True, placeholder="–",
            column_config={
                "name": columns.text("Skill"), "category": columns.text("Category"), "slope": _points("Points per year"),
                "ci_low": _points("95 % from"), "ci_high": _points("to"), "slope_all": _points("All sources together"),
                "q_value": st.column_config.NumberColumn("False-discovery rate", format="%.4f"),
                "p_value": st.column_config.NumberColumn("p", format="%.4f"),
                "share_first": columns.share("Line at the start"), "share_last": columns.share("at the end"),
                "n_with": columns.count("Ads that name it"), "n_ads": columns.count("of ads"),
                "n_employers_with": columns.count("Employers that name it"), "n_employers": columns.count("of employers"),
            },
        )  # fmt: skip
    downloads.offer(snapshot, "trend-slopes", rows, chart)


def _points(label: str) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="%+.1f")
