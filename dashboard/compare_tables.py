"""Tables of a comparison, and what sets roles apart in each category of skills."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, compare_charts, compare_skill, downloads
from dashboard.compare_charts import Side
from dashboard.drawn import drawn
from dashboard.roles import ROLE_TITLES


def by_category(snapshot: Path, rows: pd.DataFrame, a: Side, b: Side) -> None:
    """What sets the sides apart in each category of skills."""
    apart = rows[rows["verdict"].isin(["more", "less"]) & rows["z"].notna()]
    if apart.empty:
        return
    apart = apart.assign(category=apart["category"].str.replace("_", " "))
    st.subheader("Distinctive skills by category", anchor=False)
    chart = drawn(compare_charts.skill_distinctive, apart, a, b)
    st.vega_lite_chart(chart)
    st.caption(
        "Each dot is a skill whose difference, as counted, is told from none, further out the more surely: log-odds with a prior "
        "of 100 ads, divided by its error (Monroe, Colaresi and Quinn). On a wide screen the outermost of each category is named."
    )
    tested = rows.assign(category=rows["category"].str.replace("_", " ")).groupby("category").size()
    table = pd.DataFrame(
        {
            "category": category, "more_in_a": _first(group, "more"), "more_in_b": _first(group, "less"),
            "n_apart": len(group), "n_skills": tested[category],
        }
        for category, group in apart.groupby("category", sort=False)
    )  # fmt: skip
    with st.expander("The same as a table"):
        st.dataframe(
            table, hide_index=True, placeholder="–",
            column_config={
                "category": columns.text("Category"), "more_in_a": columns.text(f"More in {a.title} ads"),
                "more_in_b": columns.text(f"More in {b.title} ads"), "n_apart": columns.count("Skills told apart"),
                "n_skills": columns.count("of skills"),
            },
        )  # fmt: skip
    taken = apart[["name", "category", "z", "verdict", "n_with_a", "n_a", "n_with_b", "n_b"]]
    taken.attrs["query"] = rows.attrs.get("query", "")
    downloads.offer(snapshot, "distinctive", taken, chart)


def _first(rows: pd.DataFrame, verdict: str) -> str:
    """The five that set a side apart most, with their differences in points."""
    few = rows[rows["verdict"] == verdict].head(5)
    points = (compare_skill.points(value) for value in few["value"])
    return ", ".join(f"{name} {point}" for name, point in zip(few["name"], points, strict=True))


def every_skill(rows: pd.DataFrame, a: Side, b: Side) -> None:
    """Every skill of a comparison with every number."""
    verdicts = {
        "more": f"more in {a.title}", "less": f"more in {b.title}", "alike": "alike ±5", "not enough ads": "not told",
    }  # fmt: skip
    with st.expander(f"Table of all {len(rows):,} skills"):
        st.caption(
            "“Would have shown”: the least difference that these ads would have shown four times in five; smaller ones can't be "
            "told from none."
        )
        st.dataframe(
            rows.assign(verdict=rows["verdict"].map(verdicts), category=rows["category"].str.replace("_", " "))[
                [
                    "name", "category", "difference", "difference_low", "difference_high", "q", "verdict", "adjusted", "adjusted_low",
                    "adjusted_high", "corrected", "corrected_low", "corrected_high", "share_a", "n_with_a", "n_a", "share_b",
                    "n_with_b", "n_b", "z", "could_show",
                ]
            ],
            hide_index=True, placeholder="–",
            column_config={
                "name": columns.text("Skill"), "category": columns.text("Category"), "verdict": "Verdict",
                "difference": columns.share("Difference"),
                "difference_low": columns.share("95 % from"), "difference_high": columns.share("to"),
                "q": st.column_config.NumberColumn("q", format="%.4f"),
                "adjusted": columns.share("Like with like"),
                "adjusted_low": columns.share("95 % from "), "adjusted_high": columns.share("to "),
                "corrected": columns.share("Corrected"),
                "corrected_low": columns.share("95 % from  "), "corrected_high": columns.share("to  "),
                "share_a": columns.share(a.title), "n_with_a": columns.count("name it"), "n_a": columns.count("of ads"),
                "share_b": columns.share(b.title), "n_with_b": columns.count("name it "), "n_b": columns.count("of ads "),
                "z": st.column_config.NumberColumn("z", format="%+.1f"), "could_show": columns.share("Would have shown"),
            },
        )  # fmt: skip


def every_share(shares: pd.DataFrame) -> None:
    """The shares that stand side by side."""
    with st.expander(f"Table of these {len(shares):,} shares"):
        st.dataframe(
            shares.drop(columns="skill").assign(role=shares["role"].map(ROLE_TITLES)), hide_index=True, placeholder="–",
            column_config={
                "name": columns.text("Skill"), "category": columns.text("Category"), "role": "Role",
                "share": columns.share("Share"), "ci_low": columns.share("95 % from"), "ci_high": columns.share("to"),
                "n_with": columns.count("name it"), "n_ads": columns.count("of ads"), "n_employers": columns.count("Employers"),
            },
        )  # fmt: skip
