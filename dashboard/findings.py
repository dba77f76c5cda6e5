"""Findings on the overview: the claims that ads settle most surely here, each with the way to its evidence."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import claims_queries
from dashboard.claims_charts import LOOKS
from dashboard.claims_queries import Row
from warehouse.claims.wording import interval_text, value_text

_N_SHOWN = 5
_SURE = ("supported", "contradicted")


def show(snapshot: Path) -> None:
    """The block; the claims' words are text, never Markdown. Where no verdict is sure it says what there is instead."""
    st.subheader("Findings", anchor=False)
    results = claims_queries.claim_results(snapshot)
    chosen = surest(results, _N_SHOWN)
    if not chosen:
        said = (
            "No claim is sure on these ads: too few, or none of them robust."
            if results
            else "No claim was judged yet: run `rolescope claims`."
        )
        st.info(f"{said} Under Claims there are the verdicts of the reference.", icon=":material/gavel:")
        st.page_link(_claims(), label="Claims", icon=":material/gavel:")
        return
    st.caption(
        f"Of {len(results):,} claims on the roles the surest, one of a topic first. Each holds on labels by title alone too, "
        "and whichever employer or source is left out. All labelled ads count: the filters of the side bar don't apply here."
    )
    for column, row in zip(st.columns(len(chosen)), chosen, strict=True):
        with column.container(border=True, height="stretch"):
            look = LOOKS[row["verdict"]]
            st.badge(look.name, icon=look.icon, color=look.badge)
            st.text(row["claim"])
            is_difference = row["n_b"] is not None
            value = value_text(row["effect"], row["unit"], is_difference)
            points = " points" if row["unit"] == "share" and is_difference else ""
            st.caption(
                f"**{value}**{points}, 95 % interval {interval_text(row['ci_low'], row['ci_high'], row['unit'], is_difference)}; "
                f"n = {' and '.join(f'{n:,}' for n in (row['n_a'], row['n_b']) if n is not None)} ads"
            )
            st.page_link(
                _claims(), label="Evidence", icon=":material/arrow_forward:", query_params={"claim": row["claim_id"]}
            )


def surest(results: list[Row], n: int) -> list[Row]:
    """``n`` claims that ads uphold or contradict, by how many half-widths of its interval an effect is away from nothing: the
    first of each topic, then the next ones. The user's own claims are left out."""
    sure = [
        row
        for row in results
        if row["verdict"] in _SURE
        and row["essay"] != "own"
        and row["ci_low"] is not None
        and row["ci_high"] > row["ci_low"]
    ]
    sure.sort(key=lambda row: (-abs(row["effect"]) / (row["ci_high"] - row["ci_low"]), row["claim_id"]))
    topics: dict[str, Row] = {}
    for row in sure:
        topics.setdefault(row["topic"], row)
    first = list(topics.values())
    return [*first, *(row for row in sure if row not in first)][:n]


def _claims() -> Page:
    return st.Page(lambda: None, title="Claims", url_path="claims")
