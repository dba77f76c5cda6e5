"""Pay: what ads state, by role, seniority and country. Never what is paid."""

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import columns, downloads, pay_charts, pay_queries, queries
from dashboard.drawn import drawn
from dashboard.filtered import SENIORITIES, Filters
from dashboard.filters import check_link
from dashboard.pay_queries import MIN_EMPLOYERS, MIN_PAID
from dashboard.roles import FOUR, LABELS, ROLE_TITLES
from dashboard.states import say_why_nothing

_N_COUNTRIES = 12


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Pay", anchor=False)
    st.markdown("What yearly base pay do ads state? **This is pay as stated in ads; not what is paid.**")
    country, seniority = _controls(snapshot, filters)
    by_role = pay_queries.pay_by_role(snapshot, filters, country, seniority)
    if by_role.empty:
        _say_why_nothing(snapshot, filters)
        return
    where = f"in {country}" if country else "in all countries together"
    level = seniority or "any seniority"
    st.subheader("By role", anchor=False)
    _group(
        snapshot,
        by_role.sort_values("role", key=lambda role: role.map(FOUR.index)),
        "role",
        f"by role, {level}, {where}",
    )
    if not country:
        st.caption(
            "All countries together are a mixture: a role with many ads of low-paying countries looks badly paid. Choose one."
        )
    st.caption(
        "Bar: lower to upper quartile of the middle of each stated range, for a year of full-time work, in US dollars by the mean "
        "rate of the year of posting. Dot: median; line through it: its 95 % interval, clustered by employer. n: ads with known pay. "
        f"Ads that state one end of a range only count as stating pay, not in quartiles. Role judged by {LABELS[filters.label]}."
    )
    _one_role(snapshot, filters, country, seniority)


def _controls(snapshot: Path, filters: Filters) -> tuple[str | None, str | None]:
    options = pay_queries.countries(snapshot, filters)
    check_link("pay_country", options, "country")
    check_link("pay_seniority", SENIORITIES, "seniority")
    left, right = st.columns(2)
    country = left.selectbox(
        "Country", options, index=None, placeholder="all", key="pay_country", bind="query-params",
        help="Of those that pass the filters of the side bar.",
    )  # fmt: skip
    seniority = right.selectbox(
        "Seniority", SENIORITIES, index=None, placeholder="any", key="pay_seniority", bind="query-params"
    )
    return country, seniority


def _say_why_nothing(snapshot: Path, filters: Filters) -> None:
    counts = queries.posting_count(snapshot, filters)
    if counts["n_labelled"]:
        st.info(
            "No ad of the four roles is left. Choose another country or seniority, or take a filter away in the sidebar.",
            icon=":material/filter_alt_off:",
        )
    else:
        say_why_nothing(counts)


def _one_role(snapshot: Path, filters: Filters, country: str | None, seniority: str | None) -> None:
    """By seniority in the chosen country, and by country at the chosen seniority."""
    st.subheader("One role", anchor=False)
    check_link("pay_role", [ROLE_TITLES[role] for role in FOUR], "role")
    role = st.selectbox(
        "Role", FOUR, format_func=ROLE_TITLES.__getitem__, key="pay_role", bind="query-params", width=320
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**By seniority**, {country or 'all countries'}")
        rows = pay_queries.pay_by_seniority(snapshot, filters, role, country).assign(role=role)
        rows = rows.sort_values("seniority", key=lambda level: level.map(SENIORITIES.index))
        _group(snapshot, rows, "seniority", f"of {ROLE_TITLES[role]} ads by seniority")
    with right:
        st.markdown(f"**By country**, {seniority or 'any seniority'}")
        rows = pay_queries.pay_by_country(snapshot, filters, role, seniority).assign(role=role)
        rows = rows.sort_values(["n_paid", "country"], ascending=[False, True])
        _group(snapshot, rows, "country", f"of {ROLE_TITLES[role]} ads by country", _N_COUNTRIES)
        st.caption("An ad for two countries counts in both.")


def _group(snapshot: Path, rows: pd.DataFrame, by: str, what: str, n_shown: int = 100) -> None:
    """Chart, what is hidden, and table of the rows."""
    named = rows.assign(role_title=rows["role"].map(ROLE_TITLES))
    name = "role_title" if by == "role" else by
    large = named[named["pay_median"].notna()]
    chart = drawn(pay_charts.pay_ranges, large.head(n_shown), name, what) if len(large) else None
    if chart:
        st.vega_lite_chart(chart)
    if len(large) > n_shown:
        st.caption(f"The {n_shown} with the most ads that state pay, of {len(large)}; the table has all.")
    hidden = named[named["pay_median"].isna()]
    if len(hidden):
        rule = f"fewer than {MIN_PAID} ads or {MIN_EMPLOYERS} employers that state pay"
        said = [f"{n} ({k:,})" for n, k in zip(hidden[name], hidden["n_paid"], strict=True)][:_N_COUNTRIES]
        more = f" and {len(hidden) - len(said)} more" if len(hidden) > len(said) else ""
        text = f"Hidden, having {rule} (number of such ads): {', '.join(said)}{more}."
        st.caption(text) if len(large) else st.info(
            f"{text} Widen the filters, or collect more boards.", icon=":material/scale:"
        )
    elif rows.empty:
        st.info("No ad of this role passes.", icon=":material/filter_alt_off:")
    if len(rows):
        _table(named, name)
        downloads.offer(snapshot, f"pay-by-{by}", rows, chart)


def _table(rows: pd.DataFrame, name: str) -> None:
    with st.expander("Table"):
        st.dataframe(
            rows[
                [name, "pay_p25", "pay_median", "median_low", "median_high", "pay_p75", "n_paid", "n_employers_paid",
                 "disclosure", "disclosure_low", "disclosure_high", "n_stating", "n_ads", "n_employers"]
            ],
            hide_index=True, placeholder="–",
            column_config={
                name: columns.text(name.removesuffix("_title").capitalize()),
                "pay_p25": _dollars("Lower quartile"), "pay_median": _dollars("Median"),
                "median_low": _dollars("Median: 95 % from"), "median_high": _dollars("to"),
                "pay_p75": _dollars("Upper quartile"),
                "n_paid": columns.count("Ads with known pay"), "n_employers_paid": columns.count("of employers"),
                "disclosure": columns.share("State pay"), "disclosure_low": columns.share("95 % from"),
                "disclosure_high": columns.share("to "), "n_stating": columns.count("Ads that state pay"),
                "n_ads": columns.count("of ads"), "n_employers": columns.count("of employers "),
            },
        )  # fmt: skip


def _dollars(label: str) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="dollar", step=1)
