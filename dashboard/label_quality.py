"""How good the labels are, on the page of data health: on ads that people labelled, and as far as these ads can say."""

from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from dashboard import columns, downloads
from dashboard.chart_parts import shaded
from dashboard.drawn import drawn
from dashboard.filtered import frame
from dashboard.filters import check_link
from dashboard.queries import cached
from dashboard.roles import INK, LABELS, ROLE_TITLES
from warehouse.inference.errors import role_errors

SAMPLES = {
    "gold": "hard ads, two readers",
    "random": "ads drawn at random",
    "other": "further hard ads, one reader",
    "other_languages": "ads not in English",
}
"""The samples of labelled ads that ship as counts, by what they are."""


def show(snapshot: Path) -> None:
    """The block."""
    st.subheader("How good the labels are", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _measured(snapshot)
    with right:
        _agreement(snapshot)


def _measured(snapshot: Path) -> None:
    st.markdown("**Against people**, on labelled ads that the model had not seen")
    check_link("sample", list(SAMPLES.values()), "sample")
    sample = st.selectbox(
        "Sample", list(SAMPLES), format_func=SAMPLES.__getitem__, key="sample", bind="query-params", width=320
    )
    check_link("answer", list(LABELS.values()), "answer")
    label = st.segmented_control(
        "Role judged by", list(LABELS), format_func=LABELS.__getitem__, default="role", key="answer", bind="query-params",
        required=True,
    )  # fmt: skip
    counts = confusion(label, sample)
    if not counts["n"].sum():
        st.info("No ad of this sample was judged so.", icon=":material/scale:")
        return
    chart = drawn(matrix, counts, "by people", "by the model")
    st.vega_lite_chart(chart)
    quality = precision_recall(counts)
    right = int(counts.loc[counts["truth"] == counts["found"], "n"].sum())
    n = int(counts["n"].sum())
    low, high = proportion_confint(right, n, method="wilson")
    st.caption(
        f"Right: {right / n:.1%} of n = {n:,} ads, 95 % interval {low:.1%} to {high:.1%} (Wilson). These counts ship with rolescope "
        "and are of its own model: a model that you trained on this warehouse may be better or worse."
    )
    st.dataframe(
        quality.assign(role=quality["role"].map(ROLE_TITLES)), hide_index=True, placeholder="–",
        column_config={
            "role": "Role", "recall": columns.share("Found"), "recall_low": columns.share("95 % from"),
            "recall_high": columns.share("to"), "n_truth": columns.count("of ads"),
            "precision": columns.share("Right"), "precision_low": columns.share("95 % from "),
            "precision_high": columns.share("to "), "n_found": columns.count("of labels"),
        },
    )  # fmt: skip
    downloads.offer(
        snapshot, f"confusion-{label}-{sample}", quality, chart, "warehouse/inference/role_errors.csv of rolescope"
    )


def _agreement(snapshot: Path) -> None:
    st.markdown("**Against themselves**, on the ads of this warehouse")
    counts = agreement(snapshot)
    if counts.empty:
        st.info(
            "Nothing is labelled yet, so there is nothing to compare. Run `rolescope label`.",
            icon=":material/new_label:",
        )
        return
    square = counts.pivot_table(index="truth", columns="found", values="n", aggfunc="sum", fill_value=0)
    roles = [role for role in ROLE_TITLES if role in square.index or role in square.columns]
    square = square.reindex(index=roles, columns=roles, fill_value=0)
    n, same = int(counts["n"].sum()), int(counts.loc[counts["truth"] == counts["found"], "n"].sum())
    chart = drawn(matrix, counts, "by title", "by text")
    st.vega_lite_chart(chart)
    kappa = cohens_kappa(square.to_numpy()) if len(roles) > 1 else None
    beyond = f" Beyond chance: κ = {kappa.kappa:.2f} ({kappa.kappa_low:.2f} to {kappa.kappa_upp:.2f})." if kappa else ""
    st.caption(
        f"The role by the title alone and by the text alone agree on {same / n:.1%} of n = {n:,} texts.{beyond} Agreement is no "
        "proof: both can be wrong in the same way. The role that counts looks at both."
    )
    sure = surety(snapshot)
    if len(sure):
        expected = float(sure["expected_wrong"].sum() / sure["n"].sum())
        st.vega_lite_chart(drawn(probabilities, sure))
        st.caption(
            f"How sure the label is of itself, n = {int(sure['n'].sum()):,} texts. By its own probabilities {expected:.1%} of the "
            "labels are wrong; how far probabilities can be believed is in the model card."
        )
    with st.expander("Table"):
        st.dataframe(
            counts.assign(truth=counts["truth"].map(ROLE_TITLES), found=counts["found"].map(ROLE_TITLES)), hide_index=True,
            column_config={"truth": "By title", "found": "By text", "n": columns.count("Texts")},
        )  # fmt: skip
    downloads.offer(
        snapshot, "agreement", counts.rename(columns={"truth": "role_by_title", "found": "role_by_text"}), chart
    )


def confusion(label: str, sample: str) -> pd.DataFrame:
    """Counts that ship, a row for each pair: truth, found, n."""
    rows = [error for error in role_errors() if error.label == label and error.sample == sample]
    return pd.DataFrame([(row.truth, row.found, row.n) for row in rows], columns=["truth", "found", "n"])


def precision_recall(counts: pd.DataFrame) -> pd.DataFrame:
    """A row a role: recall (share of its ads that are found) of n_truth, precision (share of its labels that are right) of
    n_found, each with Wilson's 95 % interval; NaN: there are none."""
    rows = []
    for role in ROLE_TITLES:
        hits = int(counts.loc[(counts["truth"] == role) & (counts["found"] == role), "n"].sum())
        row: dict[str, object] = {"role": role}
        for name, by in (("recall", "truth"), ("precision", "found")):
            n = int(counts.loc[counts[by] == role, "n"].sum())
            low, high = proportion_confint(hits, n, method="wilson") if n else (None, None)
            row |= {name: hits / n if n else None, f"{name}_low": low, f"{name}_high": high, f"n_{by}": n}
        rows.append(row)
    return pd.DataFrame(rows)


@cached
def agreement(snapshot: Path) -> pd.DataFrame:
    """Texts by the role that the title says (truth) and that the text says (found): truth, found, n."""
    return frame(
        snapshot,
        """
        select role_by_title as truth, role_by_text as found, count(distinct content_no) as n
        from posting_index
        where role_by_title is not null and role_by_text is not null and full_text
        group by all
        order by all
        """,
    )


@cached
def surety(snapshot: Path) -> pd.DataFrame:
    """Texts by the probability of their role, in tenths: low (lower end), n, expected_wrong (sum of what is missing to 1)."""
    return frame(
        snapshot,
        """
        with labelled as (
            select greatest(p_ai_engineer, p_ml_engineer, p_data_scientist, p_full_stack_engineer, p_other) as p
            from job_posting_role
            where model_version = (select model_version from label_version where is_current)
        )

        select least(floor(p * 10) / 10, 0.9)::double as low, count(*) as n, sum(1 - p) as expected_wrong
        from labelled
        where p is not null
        group by all
        order by low
        """,
    )


def matrix(counts: pd.DataFrame, rows: str, found: str) -> alt.LayerChart | alt.FacetChart:
    """A confusion matrix: each row's shares as colour, counts as numbers. Columns: truth, found, n."""
    titled = counts.assign(
        row=counts["truth"].map(ROLE_TITLES), column=counts["found"].map(ROLE_TITLES),
        share=counts["n"] / counts.groupby("truth")["n"].transform("sum").clip(lower=1),
    )  # fmt: skip
    order = list(ROLE_TITLES.values())
    base = alt.Chart(titled).encode(
        x=alt.X("column:N", sort=order, title=found, axis=alt.Axis(orient="top", labelAngle=-20, labelOverlap=False, ticks=False, domain=False)),
        y=alt.Y("row:N", sort=order, title=rows, axis=alt.Axis(labelLimit=120, ticks=False, domain=False)),
        tooltip=[
            alt.Tooltip("row:N", title=rows), alt.Tooltip("column:N", title=found), alt.Tooltip("n:Q", title="Ads", format=","),
            alt.Tooltip("share:Q", title="Share of the row", format=".1%"),
        ],
    )  # fmt: skip
    number = alt.Text("n:Q", format=",")
    described = "; ".join(
        f"{r} {rows}, {c} {found}: {n:,}"
        for r, c, n in zip(titled["row"], titled["column"], titled["n"], strict=True)
        if n
    )
    chart: alt.LayerChart | alt.FacetChart = shaded(base, "share", 0.6, number, alt.ColorValue("#0072B2")).properties(
        height=230, description=f"Confusion matrix. {described}."
    )
    return chart


def probabilities(sure: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Bars of texts by the probability of their role. Columns: low (lower end of a tenth), n."""
    binned = sure.assign(tenth=[f"{100 * low:.0f}–{100 * low + 10:.0f} %" for low in sure["low"]])
    described = "; ".join(f"{tenth}: {n:,}" for tenth, n in zip(binned["tenth"], binned["n"], strict=True))
    base = alt.Chart(binned).encode(
        x=alt.X("tenth:N", sort=None, title="Probability of the role", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("n:Q", title="Texts"),
        tooltip=[alt.Tooltip("tenth:N", title="Probability"), alt.Tooltip("n:Q", title="Texts", format=",")],
    )
    bars = base.mark_bar(color="#0072B2", opacity=0.7)
    numbers = base.mark_text(dy=-7, color=alt.ExprRef(INK)).encode(text=alt.Text("n:Q", format=","))
    chart: alt.LayerChart | alt.FacetChart = alt.layer(bars, numbers).properties(
        height=150, description=f"Texts by the probability of their role. {described}."
    )
    return chart
