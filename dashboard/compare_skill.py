"""One skill of a comparison: its numbers on every side, whether they hold, and the ads that are behind them."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import ads, columns, compare_charts, compare_queries, downloads
from dashboard.compare_charts import Side
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.roles import ROLE_TITLES
from warehouse.comparison.ads import OTHERS

_N_ADS, _LETTERS = 3, 300  # ads of a role to quote, and the most of a sentence
_TITLES = {**ROLE_TITLES, OTHERS: compare_charts.OTHERS.title}


def differences(row: dict[str, Any], a: Side, b: Side) -> None:
    """The difference as counted, like with like and corrected, and what is to be made of it."""
    if row["verdict"] in ("more", "less"):
        word = f"More in {(a if row['verdict'] == 'more' else b).title} ads"
    elif row["verdict"] == "alike":
        word = "Alike within 5 points"
    elif pd.isna(row["could_show"]):
        word = "Too few ads or employers to tell"
    else:
        word = f"Not told from none: a difference of {100 * row['could_show']:.0f} points would have been, four times in five"
    st.markdown(f"**{word}.**")
    names = {"difference": "as counted", "adjusted": "like with like", "corrected": "corrected"}
    st.dataframe(
        pd.DataFrame(
            {
                "name": names.values(), "value": [points(row[key]) for key in names],
                "interval": [interval(row[f"{key}_low"], row[f"{key}_high"]) for key in names],
            }
        ),
        hide_index=True,
        column_config={"name": "Difference", "value": "Points", "interval": "95 % interval"},
    )  # fmt: skip
    st.caption(f"{a.title} less {b.title}; q {chance(row['q'])} among all skills compared.")


def sides(
    snapshot: Path, filters: Filters, roles: tuple[str, ...], skill: str, name: str, *, together: bool = False
) -> None:
    """How many ads of each role name the skill, with the way to them; ``together``: of all but the first together, too."""
    shares = compare_queries.skill_share_of(snapshot, filters, roles, skill)
    for row in shares.to_dict("records"):
        if row["role"] == OTHERS and not together:
            continue
        n_with = int(row["n_with"])
        with st.container(border=True):
            st.metric(
                f"{_TITLES[row['role']]} ads that name it", "–" if pd.isna(row["share"]) else f"{row['share']:.1%}"
            )
            ends = "not known (one employer)"
            if not pd.isna(row["ci_low"]):
                ends = f"{row['ci_low']:.1%} to {row['ci_high']:.1%}"
            st.caption(f"95 % interval {ends}; {n_with:,} of {row['n_ads']:,} ads, {row['n_employers']:,} employers")
            if n_with and row["role"] in ROLE_TITLES:
                st.page_link(
                    ads.page(), label=f"Read {'it' if n_with == 1 else f'all {n_with:,}'}", icon=":material/arrow_forward:",
                    query_params={"role": ROLE_TITLES[row["role"]], "skill": name},
                )  # fmt: skip


def holds(
    snapshot: Path, filters: Filters, role_a: str, role_b: str | tuple[str, ...], skill: str, name: str, a: Side, b: Side
) -> None:  # fmt: skip
    """Whether the difference holds however it is counted: only where the reader asks, as it takes a moment."""
    st.subheader("Does it hold?", anchor=False)
    if not st.toggle(
        "Count the difference of this skill in other ways too", key="holds", bind="query-params",
        help="Without the employer, source or country that matters most, by other labels, each employer once, and others.",
    ):  # fmt: skip
        return
    with st.spinner("Counting it in other ways …"):
        lines = compare_queries.robustness(snapshot, filters, role_a, role_b, skill)
    lines = lines.assign(
        label=[_label(what, which) for what, which in zip(lines["counted"], lines["which"].fillna(""), strict=True)],
        value=lines["difference"], low=lines["difference_low"], high=lines["difference_high"],
        changes=lines["changes"].fillna(""),
        n=[f"{n:,} and {m:,}" for n, m in zip(lines["n_a"], lines["n_b"], strict=True)],
    )  # fmt: skip
    possible = lines[lines["verdict"].notna()]
    st.text(_held(name, possible))
    chart = drawn(compare_charts.robustness, possible, a, b)
    st.vega_lite_chart(chart)
    for line in lines[lines["verdict"].isna()].itertuples():
        st.text(f"Not possible: {line.counted} ({clean(str(line.which))}).")
    st.caption(
        "Line: 95 % interval. An answer changes where the sign does, or where “more”, “less”, “alike within 5 points” or “not told” "
        "becomes another of these. They go by the interval alone: who looks at many skills should look at q. What is left out is "
        "the one that takes the difference farthest from the first answer."
    )
    with st.expander("The same as a table"):
        st.dataframe(
            lines[["counted", "which", "difference", "difference_low", "difference_high", "n_a", "n_b", "n_employers_a", "n_employers_b", "verdict", "changes"]],
            hide_index=True, placeholder="–",
            column_config={
                "counted": columns.text("Counted"), "which": columns.text("Which"), "difference": columns.share("Difference"),
                "difference_low": columns.share("95 % from"), "difference_high": columns.share("to"),
                "n_a": columns.count(f"{a.title} ads"), "n_b": columns.count(f"{b.title} ads"),
                "n_employers_a": columns.count("Employers"), "n_employers_b": columns.count("Employers "),
                "verdict": "Verdict", "changes": "Changes",
            },
        )  # fmt: skip
    taken = lines.drop(columns=["label", "value", "low", "high", "n"])
    downloads.offer(snapshot, "robustness", taken, chart)


def _label(what: str, which: str) -> str:
    """The way of counting, short enough for a phone."""
    short = what.replace("the extractor's ", "").replace("without the ", "without ").replace(" that matters most", "")
    return f"{short}: {clean(which)}" if short.startswith("without") and which else short


def _held(name: str, possible: pd.DataFrame) -> str:
    n_changed = int((possible["changes"] != "").sum())
    others = len(possible) - 1
    if not n_changed:
        return f"{name}: the answer is the same in all {others} other ways of counting."
    return f"{name}: the answer changes in {n_changed} of {others} other ways of counting."


def why(snapshot: Path, filters: Filters, roles: tuple[str, ...], skill: str, name: str) -> None:
    """Ads of each role that name the skill, with the words around it: only where the reader asks."""
    st.subheader("Why is it so?", anchor=False)
    if not st.toggle("Show what ads write where they name it", key="why", bind="query-params"):
        return
    st.text(f"The newest ads that name {name}, one an employer.")
    for role, column in zip(roles, st.columns(len(roles), gap="medium"), strict=True):
        with column:
            st.markdown(f"**{ROLE_TITLES[role]}**")
            found = compare_queries.skill_sentences(snapshot, filters, role, skill, _N_ADS)
            if not found:
                st.caption("None of these ads names it.")
            for ad in found:
                with st.container(border=True):
                    st.text(clean(" · ".join(filter(None, (ad["title"], ad["hiring_organization"])))))
                    st.text(f"“{clean(ad['sentence'] or '')}”")
                    st.page_link(
                        ads.page(), label="Read this ad", icon=":material/article:",
                        query_params={"role": ROLE_TITLES[role], "skill": name, "ad": ad["posting_id"]},
                    )  # fmt: skip


def clean(text: str) -> str:
    """Words of an ad in one line, and not too many of them."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LETTERS]).split())
    return line if len(line) <= _LETTERS else f"{line[:_LETTERS]}…"


def points(share: float) -> str:
    """A difference of shares in points, with its sign; "–": not known."""
    return "–" if pd.isna(share) else f"{100 * share:+.1f}".replace("-", "−")


def interval(low: float, high: float) -> str:
    """Both ends in points; "–": not known."""
    return "–" if pd.isna(low) else f"{points(low)} to {points(high)}"


def chance(q: float) -> str:
    """A q as text; "–": not tested."""
    return "–" if pd.isna(q) else "< 0.0001" if q < 0.0001 else f"{q:.4f}"
