"""Compare two roles: which skills one's ads name more often than the other's, down to the ads."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import ads, charts, columns, queries
from dashboard.filtered import Filters
from dashboard.filters import check_link, sample_note
from dashboard.roles import LABELS, ROLE_TITLES
from dashboard.states import MIN_ADS, MIN_EMPLOYERS, nothing_labelled, nothing_passes, snippets_only

_MIN_WITH = 10  # ads of both roles together that name a skill: below that a difference is an anecdote


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Compare two roles", anchor=False)
    st.markdown("Which skills do ads of one role name more often than ads of the other?")
    role_a, role_b, category, n_shown = _controls(snapshot)
    if role_a == role_b:
        st.info("Choose two different roles.", icon=":material/compare_arrows:")
        return
    sizes = {row["role"]: row for row in queries.role_count(snapshot, filters).to_dict("records")}
    if not sizes:
        counts = queries.posting_count(snapshot, filters)
        if counts["n_ads"] and not counts["n_full_text"]:
            snippets_only(counts["n_ads"])
        else:
            nothing_labelled() if counts["n_ads"] and not counts["n_labelled"] else nothing_passes()
        return
    if not _large_enough(sizes, role_a, role_b):
        return
    rows = queries.skill_difference(snapshot, filters, role_a, role_b, category, _MIN_WITH)
    if rows.empty:
        st.info(f"No skill is named by at least {_MIN_WITH} of these ads.", icon=":material/scale:")
        return
    title_a, title_b = ROLE_TITLES[role_a], ROLE_TITLES[role_b]
    chart_area, detail = st.columns([7, 4], gap="large")
    shown = rows.head(n_shown)
    with chart_area:
        st.altair_chart(
            charts.skill_difference(shown, role_a, role_b), key="chart", selection_mode="pick",
            on_select=_skill_from_chart,
        )  # fmt: skip
        st.caption(
            f"The {len(shown)} greatest of {len(rows):,} differences. Dot: share of {title_a} ads that name the skill"
            f"{f' as {filters.need}' if filters.need else ''} minus the same share of {title_b} ads; line: 95 % interval, clustered by employer; "
            f"hollow: the interval holds zero. Skills named by fewer than {_MIN_WITH} of the ads are left out. "
            f"Many skills are tested at once, so a few intervals in a hundred miss zero by chance. Role judged by {LABELS[filters.label]}."
        )
        for role in (role_a, role_b):
            size = sizes[role]
            st.caption(
                sample_note(
                    size["n_ads"],
                    f"{ROLE_TITLES[role]} ads",
                    size["n_employers"],
                    size["first_posted_on"],
                    size["last_posted_on"],
                )
            )
    with detail:
        _one_skill(rows, role_a, role_b, filters.need)
    _table(rows, title_a, title_b)


def _controls(snapshot: Path) -> tuple[str, str, str | None, int]:
    categories = queries.skill_categories(snapshot)
    for key, known, name in (
        ("a", ROLE_TITLES.values(), "first role"), ("b", ROLE_TITLES.values(), "second role"),
        ("category", categories, "category"),
    ):  # fmt: skip
        check_link(key, list(known), name)
    first, second, third, fourth = st.columns([3, 3, 3, 2])
    roles = list(ROLE_TITLES)
    role_a = first.selectbox("Role", roles, format_func=ROLE_TITLES.__getitem__, key="a", bind="query-params")
    role_b = second.selectbox(
        "compared with", roles, index=1, format_func=ROLE_TITLES.__getitem__, key="b", bind="query-params"
    )
    category = third.selectbox(
        "Category", categories, index=None, placeholder="all", key="category", bind="query-params"
    )
    n_shown = fourth.selectbox(
        "Show", [15, 25, 40, 60], index=1, key="top", format_func=lambda n: f"top {n}", bind="query-params"
    )
    return role_a, role_b, category, n_shown


def _large_enough(sizes: dict[Hashable, dict[Hashable, Any]], role_a: str, role_b: str) -> bool:
    """Whether both roles have enough ads and employers; where not, the page says which has not."""
    small = []
    for role in (role_a, role_b):
        n_ads, n_employers = (sizes.get(role, {}).get(column, 0) for column in ("n_ads", "n_employers"))
        if n_ads < MIN_ADS or n_employers < MIN_EMPLOYERS:
            small.append(f"{ROLE_TITLES[role]}: {n_ads:,} ads of {n_employers:,} employers")
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
        st.session_state["picked"] = picked[0]["skill"]


def _one_skill(rows: pd.DataFrame, role_a: str, role_b: str, need: str | None) -> None:
    """The numbers of one skill, and the way to the ads that name it."""
    names = dict(zip(rows["skill"], rows["name"], strict=True))
    check_link("picked", list(names.values()), "skill")
    st.subheader("Look at one skill", anchor=False)
    skill = st.selectbox(
        "Skill", list(names), format_func=lambda key: names.get(key, key), key="picked", bind="query-params",
        help="Choose one here, or click its dot in the chart.",
    )  # fmt: skip
    row = rows.set_index("skill").loc[skill]
    st.markdown(
        f"**{_points(row['difference'])} percentage points**, 95 % interval {_interval(row['ci_low'], row['ci_high'])}"
    )
    for role, x, n, share in (
        (role_a, row["n_with_a"], row["n_ads_a"], row["share_a"]),
        (role_b, row["n_with_b"], row["n_ads_b"], row["share_b"]),
    ):
        with st.container(border=True):
            st.metric(f"{ROLE_TITLES[role]} ads that name it", f"{share:.1%}")
            st.caption(f"{int(x):,} of {int(n):,} ads")
            if x:
                st.page_link(
                    ads.page(), label=f"Read {'it' if x == 1 else f'all {int(x):,}'}", icon=":material/arrow_forward:",
                    query_params={
                        "role": ROLE_TITLES[role], "skill": names[skill], **({"need": need} if need else {}),
                    },
                )  # fmt: skip


def _interval(low: float, high: float) -> str:
    return "not known (one employer, or nothing varies)" if pd.isna(low) else f"{_points(low)} to {_points(high)}"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _table(rows: pd.DataFrame, title_a: str, title_b: str) -> None:
    with st.expander(f"Table of all {len(rows):,} skills"):
        st.dataframe(
            rows[
                ["name", "category", "difference", "ci_low", "ci_high", "share_a", "n_with_a", "n_ads_a", "share_b", "n_with_b", "n_ads_b", "n_employers_with"]
            ],
            hide_index=True, placeholder="–",
            column_config={
                "name": "Skill", "category": "Category",
                "difference": columns.share("Difference"),
                "ci_low": columns.share("95 % from"),
                "ci_high": columns.share("to"),
                "share_a": columns.share(title_a),
                "n_with_a": columns.count("name it"),
                "n_ads_a": columns.count("of ads"),
                "share_b": columns.share(title_b),
                "n_with_b": columns.count("name it"),
                "n_ads_b": columns.count("of ads"),
                "n_employers_with": columns.count("Employers that name it"),
            },
        )  # fmt: skip
