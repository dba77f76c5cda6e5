"""What the counted ads are made of, on the page of data health: where a number may be one of the sample, not of the market."""

from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import columns, downloads
from dashboard.chart_parts import shaded
from dashboard.composition_queries import PARTS, composition, concentration
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.roles import ROLE_TITLES

_N_VALUES = 15


def show(snapshot: Path, filters: Filters) -> None:
    """The block; it obeys the filters."""
    st.subheader("What the ads are made of", anchor=False)
    sizes = concentration(snapshot, filters)
    if sizes.empty:
        st.info("No labelled ad passes these filters.", icon=":material/filter_alt_off:")
        return
    st.caption(
        "These ads were not drawn at random from all jobs: they are what the boards that were collected show. Where two roles' "
        "columns differ here, a difference between the roles may be one of sources, countries or employers."
    )
    check_link("parted", list(PARTS.values()), "parts")
    chosen = st.segmented_control(
        "Parted by", list(PARTS), format_func=PARTS.__getitem__, default="country", key="parted", bind="query-params",
        required=True,
    )  # fmt: skip
    rows = composition(snapshot, filters)
    rows = rows[rows["by_part"] == chosen].assign(value=lambda frame: frame["value"].fillna("not known"))
    largest = list(dict.fromkeys(rows["value"]))
    shown = rows[rows["value"].isin(largest[:_N_VALUES])]
    chart = drawn(shares, shown, PARTS[chosen])
    st.vega_lite_chart(chart)
    st.caption(
        f"Share of each role's labelled ads, n = {int(rows['n_ads'].sum()):,}: counts of these ads, so without an interval."
        + (f" The {_N_VALUES} most frequent of {len(largest):,}." if len(largest) > _N_VALUES else "")
    )
    with st.expander("Table"):
        st.dataframe(
            rows.assign(role=rows["role"].map(ROLE_TITLES))[["value", "role", "n_ads", "share"]], hide_index=True,
            column_config={
                "value": columns.text(PARTS[chosen]), "role": "Role", "n_ads": columns.count("Ads"),
                "share": columns.share("Share of the role's ads"),
            },
        )  # fmt: skip
    downloads.offer(snapshot, f"composition-{chosen}", rows, chart)
    st.markdown("**How much hangs on single employers**")
    order = {role: i for i, role in enumerate(ROLE_TITLES)}
    st.dataframe(
        sizes.round({"effective": 0}).sort_values("role", key=lambda role: role.map(order)).assign(role=lambda frame: frame["role"].map(ROLE_TITLES)),
        hide_index=True,
        column_config={
            "role": "Role", "n_ads": columns.count("Ads"), "n_employers": columns.count("Employers"),
            "largest": columns.share("Of the largest employer"),
            "effective": st.column_config.NumberColumn(
                "Effective employers", format="localized", step=1,
                help="As many employers of one size would spread the ads as evenly: intervals go by this.",
            ),
        },
    )  # fmt: skip


def shares(rows: pd.DataFrame, name: str) -> alt.LayerChart | alt.FacetChart:
    """A table of shares, the darker the larger. Columns: value, role, share (0-1), n_ads; ``name`` is what values are of."""
    frame = rows.assign(title=rows["role"].map(ROLE_TITLES))
    base = alt.Chart(frame).encode(
        x=alt.X("title:N", sort=list(ROLE_TITLES.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("value:N", sort=list(dict.fromkeys(frame["value"])), title=None, axis=alt.Axis(labelLimit=180, ticks=False, domain=False)),
        tooltip=[
            alt.Tooltip("value:N", title=name), alt.Tooltip("title:N", title="Role"),
            alt.Tooltip("share:Q", title="Share of the role's ads", format=".1%"), alt.Tooltip("n_ads:Q", title="Ads", format=","),
        ],
    )  # fmt: skip
    number = alt.Text("share:Q", format=".0%")
    most = frame.sort_values("share", ascending=False).drop_duplicates("role")
    described = "; ".join(
        f"{r}: {v} {s:.0%}" for r, v, s in zip(most["title"], most["value"], most["share"], strict=True)
    )
    chart: alt.LayerChart | alt.FacetChart = shaded(base, "share", 0.7, number, alt.ColorValue("#0F8B8D")).properties(
        height=40 + 26 * frame["value"].nunique(),
        description=f"Shares of each role's ads by {name}. The largest of each: {described}.",
    )
    return chart
