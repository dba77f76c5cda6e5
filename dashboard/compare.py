"""Compare roles: two of them, one and the others, or all four; which skills set them apart, and how surely."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from dashboard import compare_charts, compare_queries, compare_skill, compare_tables, downloads, queries
from dashboard.compare_charts import OTHERS, Side, side
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link, sample_note
from dashboard.roles import FOUR, LABELS, ROLE_TITLES
from dashboard.states import MIN_ADS, MIN_EMPLOYERS, say_why_nothing
from warehouse.comparison.verdict import MARGIN

_ROLES = list(ROLE_TITLES)
_WITH = {**ROLE_TITLES, "others": "the others together", "four": "all four side by side"}
_NUMBERS = {"as counted": "difference", "like with like": "adjusted", "corrected": "corrected"}
"""Which columns of a comparison are drawn, by what they are called."""


class _Wanted(NamedTuple):
    a: str
    b: str
    """A key of _WITH."""
    category: str | None
    n_shown: int
    numbers: str
    """A key of _NUMBERS."""


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Compare roles", anchor=False)
    st.markdown("Which skills do ads of one role name more often than ads of another?")
    wanted = _controls(snapshot)
    if wanted.a == wanted.b:
        st.info("Choose two different roles.", icon=":material/compare_arrows:")
        return
    sizes = queries.role_count(snapshot, filters).set_index("role")
    if sizes.empty:
        say_why_nothing(queries.posting_count(snapshot, filters))
    elif wanted.b == "four":
        _four(snapshot, filters, wanted, sizes)
    else:
        _two(snapshot, filters, wanted, sizes)


def _controls(snapshot: Path) -> _Wanted:
    categories = queries.skill_categories(snapshot)
    for key, known, name in (
        ("a", ROLE_TITLES.values(), "first role"), ("b", _WITH.values(), "second role"), ("category", categories, "category"),
        ("numbers", _NUMBERS, "numbers"),
    ):  # fmt: skip
        check_link(key, list(known), name)
    first, second, third, fourth = st.columns([3, 3, 3, 2])
    b = second.selectbox(
        "compared with", list(_WITH), index=1, format_func=_WITH.__getitem__, key="b", bind="query-params"
    )
    a = first.selectbox(
        "Role", _ROLES, format_func=ROLE_TITLES.__getitem__, key="a", bind="query-params", disabled=b == "four"
    )
    category = third.selectbox(
        "Category", categories, index=None, placeholder="all", key="category", bind="query-params"
    )
    n_shown = fourth.selectbox(
        "Show", [15, 25, 40, 60], index=1, key="top", format_func=lambda n: f"top {n}", bind="query-params"
    )
    numbers = "as counted"
    if b != "four":
        numbers = st.segmented_control(
            "Numbers", list(_NUMBERS), default=numbers, required=True, key="numbers", bind="query-params",
            help="Like with like: among ads of the same country, seniority and month, so that the mix of ads can't be the reason. "
            "Corrected: behind what the extractor of skills misses and makes up, as measured on ads that were read; the interval "
            "widens by the error of that measurement.",
        )  # fmt: skip
    return _Wanted(a, b, category, n_shown, numbers or "as counted")


def _two(snapshot: Path, filters: Filters, wanted: _Wanted, sizes: pd.DataFrame) -> None:
    """One role against another, or against the others together."""
    role_b = compare_queries.others(wanted.a) if wanted.b == "others" else wanted.b
    a, b = side(wanted.a), OTHERS if wanted.b == "others" else side(wanted.b)
    with st.spinner("Comparing …"):
        found = compare_queries.skill_difference(snapshot, filters, wanted.a, role_b, wanted.category)
    of = found.of
    if not _large_enough(((a.title, of.n_a, of.n_employers_a), (b.title, of.n_b, of.n_employers_b))):
        return
    if found.rows.empty:
        st.info("No skill is named by at least 1 % of either role's ads. Take a filter away.", icon=":material/scale:")
        return
    rows = _drawn(found.rows, _NUMBERS[wanted.numbers])
    shown = rows.head(wanted.n_shown).sort_values("counted", ascending=False)
    chart_area, detail = st.columns([7, 4], gap="large")
    with chart_area:
        chart = drawn(compare_charts.skill_difference, shown, a, b)
        st.vega_lite_chart(chart, key="chart", selection_mode="pick", on_select=_skill_from_chart)
        _note(found, wanted, filters, a, b, len(shown))
        roles_b = [role_b] if isinstance(role_b, str) else list(role_b)
        _sizes(sizes.loc[[wanted.a]], of.n_a, f"{a.title} ads", of.n_employers_a)
        names = " and ".join(", ".join(ROLE_TITLES[role] for role in roles_b).rsplit(", ", 1))
        _sizes(sizes.reindex(roles_b), of.n_b, f"{names} ads", of.n_employers_b)
        downloads.offer(snapshot, "difference", found.rows, chart)
    with detail:
        skill = _picked(rows)
        row: dict[str, Any] = found.rows[found.rows["key"] == skill].to_dict("records")[0]  # type: ignore[assignment]
        compare_skill.differences(row, a, b)
        roles = (wanted.a, *roles_b)
        compare_skill.sides(snapshot, filters, roles, skill, row["name"], together=wanted.b == "others")
    compare_skill.holds(snapshot, filters, wanted.a, role_b, skill, row["name"], a, b)
    compare_skill.why(snapshot, filters, roles, skill, row["name"])
    if wanted.category is None:
        compare_tables.by_category(snapshot, _drawn(found.rows, "difference"), a, b)
    compare_tables.every_skill(found.rows, a, b)


def _drawn(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    """The rows with what the charts draw of them: value, low, high, verdict, of the chosen numbers."""
    drawn = rows.assign(
        value=rows[which], low=rows[f"{which}_low"], high=rows[f"{which}_high"], counted=rows["difference"],
        of_a=_of(rows["n_with_a"], rows["n_a"]), of_b=_of(rows["n_with_b"], rows["n_b"]),
    )  # fmt: skip
    q = rows["adjusted_q" if which == "adjusted" else "q"]
    if which != "difference":
        drawn["verdict"] = [
            "not enough ads" if pd.isna(low) else "alike" if low > -MARGIN and high < MARGIN
            else "more" if low > 0 and chance <= 0.05 else "less" if high < 0 and chance <= 0.05 else "not enough ads"
            for low, high, chance in zip(drawn["low"], drawn["high"], q, strict=True)
        ]  # fmt: skip
    return drawn.assign(chance=[compare_skill.chance(one) for one in q])


def _of(n: pd.Series, n_all: pd.Series) -> list[str]:
    return [f"{x:,} of {y:,} ads ({x / y:.1%})" for x, y in zip(n, n_all, strict=True)]


def _note(found: compare_queries.Difference, wanted: _Wanted, filters: Filters, a: Side, b: Side, n_shown: int) -> None:
    asked = f"name it as {filters.need}" if filters.need else "name it"
    st.caption(
        f"The {n_shown} of {len(found.rows):,} skills that most set the roles apart (log-odds by its error). Dot: share of {a.title} "
        f"ads that {asked}, less that of {b.title} ads; line: 95 % interval, clustered by employer with effective degrees of "
        f"freedom. Filled: the interval is beyond zero and q ≤ 5 %, so that of all {len(found.rows):,} differences called so at most "
        f"one in twenty is luck (Benjamini and Hochberg); hollow: not so, or alike within 5 points. {found.n_rare:,} skills that "
        f"under 1 % of either role's ads name are left out. Role judged by {LABELS[filters.label]}"
        + ("." if filters.label == "role_by_title" else ", which read the skills too: by the title alone is the stricter test.")
    )  # fmt: skip
    if wanted.numbers == "like with like":
        st.caption(
            f"Like with like: n = {found.alike.n_a:,} and {found.alike.n_b:,} ads of {found.alike.n_employers_a:,} and "
            f"{found.alike.n_employers_b:,} employers stand in a country, seniority and month that has both. Grey tick: as counted."
        )
    if wanted.numbers == "corrected":
        st.caption(
            "Corrected by category: within one, the extractor is taken to err alike on both sides. Grey tick: as counted. Errors "
            "of the role's label are not corrected."
        )
        if found.rows["corrected"].isna().all():
            st.info(
                "The extractor's errors were measured for skills that are named at all and for required ones: choose one of these "
                "in the side bar.",
                icon=":material/straighten:",
            )


def _sizes(rows: pd.DataFrame, n_ads: int, what: str, n_employers: int) -> None:
    st.caption(sample_note(n_ads, what, n_employers, rows["first_posted_on"].min(), rows["last_posted_on"].max()))


def _four(snapshot: Path, filters: Filters, wanted: _Wanted, sizes: pd.DataFrame) -> None:
    """The shares of all four roles side by side."""
    here = sizes.reindex(FOUR).fillna({"n_ads": 0, "n_employers": 0})
    large = here[(here["n_ads"] >= MIN_ADS) & (here["n_employers"] >= MIN_EMPLOYERS)]
    _large_enough([(ROLE_TITLES[role], int(n), int(e)) for role, n, e in here[["n_ads", "n_employers"]].itertuples()])
    if len(large) < 2:
        return
    roles = tuple(large.index)
    with st.spinner("Comparing …"):
        shares = compare_queries.skill_share(snapshot, filters, roles, wanted.category, wanted.n_shown)
    if shares.empty:
        st.info("No skill is named by at least 1 % of a role's ads. Take a filter away.", icon=":material/scale:")
        return
    chart_area, detail = st.columns([7, 4], gap="large")
    with chart_area:
        chart = drawn(compare_charts.skill_share, shares)
        st.vega_lite_chart(chart, key="chart", selection_mode="pick", on_select=_skill_from_chart)
        st.caption(
            f"The {shares['skill'].nunique()} skills whose shares are furthest apart. Dot: share of the role's ads that name it"
            f"{f' as {filters.need}' if filters.need else ''}; line: 95 % interval (Wilson's, clustered by employer). Role judged by "
            f"{LABELS[filters.label]}. Like with like and corrected numbers, and q, are of two sides: choose them above."
        )
        for role in roles:
            of = shares[shares["role"] == role].iloc[0]
            _sizes(sizes.loc[[role]], of["n_ads"], f"{ROLE_TITLES[role]} ads", of["n_employers"])
        downloads.offer(snapshot, "shares", shares, chart)
    with detail:
        skill = _picked(shares.rename(columns={"skill": "key"}))
        name = str(shares[shares["skill"] == skill]["name"].iloc[0])
        compare_skill.sides(snapshot, filters, roles, skill, name)
    compare_skill.why(snapshot, filters, roles, skill, name)
    compare_tables.every_share(shares)


def _large_enough(sizes: Any) -> bool:
    """Whether all sides (name, ads, employers) are large enough; where not, the page says which is not."""
    small = [
        f"{name}: {n_ads:,} ads of {n_employers:,} employers"
        for name, n_ads, n_employers in sizes
        if n_ads < MIN_ADS or n_employers < MIN_EMPLOYERS
    ]
    if small:
        st.info(
            f"Not enough ads to compare. {'; '.join(small)}. At least {MIN_ADS} ads of {MIN_EMPLOYERS} employers are needed "
            "on each side: widen the filters, or collect more boards.",
            icon=":material/scale:",
        )
    return not small


def _skill_from_chart() -> None:
    picked = st.session_state["chart"]["selection"].get("pick", [])
    if picked:
        st.session_state["picked"] = picked[0].get("key") or picked[0].get("skill")


def _picked(rows: pd.DataFrame) -> str:
    """The skill to look at: chosen here, in the chart or by the link."""
    names = dict(zip(rows["key"], rows["name"], strict=True))
    check_link("picked", list(names.values()), "skill")
    st.subheader("Look at one skill", anchor=False)
    skill: str = st.selectbox(
        "Skill", list(names), format_func=lambda key: names.get(key, key), key="picked", bind="query-params",
        help="Choose one here, or click its dot in the chart.",
    )  # fmt: skip
    return skill
