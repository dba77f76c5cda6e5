"""The lower half of the page of one skill: the ads of one role, by country and level, with what it comes, what would do instead, pay."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, downloads, skills_charts, skills_queries
from dashboard.drawn import drawn
from dashboard.filters import check_link
from dashboard.roles import FOUR, ROLE_TITLES
from dashboard.skills_queries import Pay
from dashboard.skills_tables import SHARE, least, parted, share_columns, table
from dashboard.states import MIN_ADS, MIN_EMPLOYERS

_ROLES = {role: ROLE_TITLES[role] for role in FOUR}
_LEVELS = ("intern", "junior", "mid", "senior", "lead", "manager", "unstated")
_ORDERS = {"most particular": "lift_ci_low", "most ads": "n_both"}
_N_COUNTRIES, _N_COMPANY = 12, 15
_MIN_PAID, _MIN_PAYING = 10, 3  # ads and employers: below that a median is an anecdote


def show(snapshot: Path, skill: str) -> None:
    """Choose the role, and what its ads say of the skill."""
    st.subheader("Among the ads of one role", anchor=False)
    check_link("role", list(_ROLES.values()), "role")
    role = st.selectbox("Role", list(_ROLES), format_func=_ROLES.__getitem__, key="role", bind="query-params")
    own = skills_queries.skill_share_by_part(snapshot, skill, "role", ("skill",))
    large, _ = parted(own[own["role"] == role])
    if large.empty or not large["n_with"].iloc[0]:
        st.info(
            "No ad of this role names it." if len(large) else f"Not enough ads of this role. {least()}",
            icon=":material/scale:",
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        _by_part(snapshot, skill, role, "country")
    with right:
        _by_part(snapshot, skill, role, "seniority")
    company = skills_queries.skill_company(snapshot, skill, role)
    left, right = st.columns(2, gap="large")
    with left:
        _together(snapshot, skill, role, company[company["kind"] == "named"])
    with right:
        _instead(snapshot, skill, role, company[company["kind"] == "instead"])
        _pay(snapshot, skill, role)


def _by_part(snapshot: Path, skill: str, role: str, by_part: str) -> None:
    of = "level" if by_part == "seniority" else "country"
    st.markdown(f"**By {of}**")
    shares = skills_queries.skill_share_by_part(snapshot, skill, by_part, ("skill",))
    large, small = parted(shares[shares["role"] == role])
    if large.empty:
        st.info(f"No {of} has enough ads of this role. {least()}", icon=":material/scale:")
        return
    if by_part == "seniority":
        large = large.sort_values("part", key=lambda parts: parts.map(_LEVELS.index))
        shown = large
    else:
        large = large.sort_values(["n_ads", "part"], ascending=[False, True])
        shown = large.head(_N_COUNTRIES)
    chart = drawn(skills_charts.skill_share_of, shown, role, of)
    st.vega_lite_chart(chart)
    kinds = "countries" if of == "country" else "levels"
    top = f"The {len(shown)} {kinds} with most ads, of {len(large)}. " if len(shown) < len(large) else ""
    hidden = f"{len(small)} {kinds if len(small) > 1 else of} of too few ads {'are' if len(small) > 1 else 'is'} hidden. {least()}"
    st.caption(f"{top}Line: 95 % interval. {hidden if len(small) else ''} The reference has no shares by {of}.")
    table(
        snapshot, skill, f"{role}-by-{of}", large[["part", *SHARE]], {"part": of.capitalize(), **share_columns()}, chart
    )


def _together(snapshot: Path, skill: str, role: str, pairs: pd.DataFrame) -> None:
    st.markdown("**With what it comes**")
    frequent = pairs[(pairs["n_both"] >= MIN_ADS) & (pairs["n_employers_both"] >= MIN_EMPLOYERS)]
    if frequent.empty:
        st.info(f"No other skill is named beside it by enough ads of this role. {least()}", icon=":material/scale:")
        return
    check_link("sort", list(_ORDERS), "order")
    order = st.segmented_control(
        "First those of", list(_ORDERS), default="most particular", key="sort", bind="query-params", required=True,
        help="Most particular: by the low end of the interval of “times as often”, so that a few ads don't come first by chance.",
    )  # fmt: skip
    ordered = frequent.sort_values([_ORDERS[order or "most particular"], "name"], ascending=[False, True])
    shown = ordered.head(_N_COMPANY)
    chart = drawn(skills_charts.skill_lift, shown, role)
    st.vega_lite_chart(chart)
    st.caption(
        f"Of {int(shown['n_a'].iloc[0]):,} ads of {int(shown['n_employers'].iloc[0]):,} employers that name it: how many times as "
        f"often as all ads of the role they name each other skill, with 95 % interval (the role's own share taken as known). "
        f"{len(shown)} of the {len(frequent):,} that at least {MIN_ADS} of these ads of {MIN_EMPLOYERS} employers name."
    )
    table(
        snapshot, skill, f"{role}-together",
        ordered[["name", "lift", "lift_ci_low", "lift_ci_high", "share", "ci_low", "ci_high", "n_both", "n_a", "n_employers_both"]],
        {
            "name": columns.text("Skill"),
            "lift": st.column_config.NumberColumn("Times as often", format="%.2f"),
            "lift_ci_low": st.column_config.NumberColumn("95 % from", format="%.2f"),
            "lift_ci_high": st.column_config.NumberColumn("to", format="%.2f"),
            "share": columns.share("Share of these ads"), "ci_low": columns.share("95 % from "), "ci_high": columns.share("to "),
            "n_both": columns.count("Name both"), "n_a": columns.count("of ads"), "n_employers_both": columns.count("Employers"),
        },
        chart,
    )  # fmt: skip


def _instead(snapshot: Path, skill: str, role: str, others: pd.DataFrame) -> None:
    st.markdown("**What would do instead**")
    n_ads, n_employers = (int(others[c].iloc[0]) if len(others) else 0 for c in ("n_a", "n_employers"))
    if n_ads < MIN_ADS or n_employers < MIN_EMPLOYERS:
        st.info(
            f"Ads of this role that require it or another instead: {n_ads:,}, of {n_employers:,} employers. {least()}",
            icon=":material/alt_route:",
        )
        return
    st.caption(
        f"Of {n_ads:,} ads of {n_employers:,} employers that require it or another instead (“Python or R”): which "
        f"other. Those of fewer than {MIN_EMPLOYERS} employers are hidden."
    )
    config = {
        "name": columns.text("Instead"), "share": columns.share("Share"), "ci_low": columns.share("95 % from"),
        "ci_high": columns.share("to"), "n_both": columns.count("Ads"), "n_employers_both": columns.count("Employers"),
    }  # fmt: skip
    shown = others[others["n_employers_both"] >= MIN_EMPLOYERS][list(config)].head(_N_COMPANY)
    st.dataframe(shown, hide_index=True, placeholder="–", height="content", column_config=config)
    downloads.offer(snapshot, f"{skill}-{role}-instead", shown.assign(skill=skill))


def _pay(snapshot: Path, skill: str, role: str) -> None:
    st.markdown("**Pay with it and without**")
    sides = skills_queries.skill_pay(snapshot, skill, role)
    titles = ("Ads that name it", "Ads that don't")
    for column, title, pay in zip(st.columns(2), titles, sides, strict=True):
        with column.container(border=True):
            _one_pay(title, pay)
    st.caption(
        "Median of base pay as stated, US dollars per year of full-time work. **No cause is meant**: countries, levels and "
        "employers differ too, and most ads state no pay."
    )
    if not all(map(_is_enough, sides)):
        return
    dollars = {"median": "Median", "ci_low": "95 % from", "ci_high": "to"}
    table(
        snapshot, skill, f"{role}-pay", pd.DataFrame(sides).assign(ads=titles)[["ads", *Pay._fields]],
        {
            "ads": "Ads", **{c: st.column_config.NumberColumn(name, format="localized", step=1) for c, name in dollars.items()},
            "n_paid": columns.count("State pay in a known currency"), "n_employers_paid": columns.count("Their employers"),
            "disclosure": columns.share("State pay"), "disclosure_ci_low": columns.share("95 % from "),
            "disclosure_ci_high": columns.share("to "), "n_ads": columns.count("of ads"),
        },
    )  # fmt: skip


def _is_enough(pay: Pay) -> bool:
    return pay.n_paid >= _MIN_PAID and pay.n_employers_paid >= _MIN_PAYING


def _one_pay(title: str, pay: Pay) -> None:
    n = f"{pay.n_paid:,} ads of {pay.n_employers_paid:,} employers"
    if not _is_enough(pay):
        st.metric(title, "–")
        st.caption(f"Too few state pay: {n}. At least {_MIN_PAID} ads of {_MIN_PAYING} employers are needed.")
        return
    st.metric(title, f"${pay.median:,.0f}")
    between = "not known" if pay.ci_low is None else f"\\${pay.ci_low:,.0f} to \\${pay.ci_high:,.0f}"
    stated = "" if pay.disclosure_ci_low is None else f" ({pay.disclosure_ci_low:.0%} to {pay.disclosure_ci_high:.0%})"
    st.caption(f"95 % interval {between}. n = {n}. {pay.disclosure:.0%}{stated} of {pay.n_ads:,} ads state pay.")
