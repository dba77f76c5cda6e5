"""One claim in full: the verdict, why, the effect on three labels, the counts, and the query that counts them again."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import ads, claims_charts, queries
from dashboard.claims_charts import LOOKS
from dashboard.claims_queries import Row
from dashboard.drawn import drawn
from dashboard.filters import NEEDS
from dashboard.roles import ROLE_TITLES
from warehouse.claims.tree import Difference, Distance, Needed, Paired, Part, Rank, Share, Side, Skill
from warehouse.claims.wording import value_text

_THRESHOLD = re.compile(r" [<>] (\d+(?:\.\d+)?)%: ")


def show(snapshot: Path, parts: Sequence[Row], read: Sequence[Part], *, among: str | None) -> None:
    """The verdict that decides, and each part of the test; claims' words and employers' names are text, never Markdown.

    ``read`` are the parts as the language reads them, empty where it can't here; ``among`` says which claims q was adjusted
    over, None: over none."""
    decides = next(part for part in parts if part["decides"])
    look = LOOKS[decides["verdict"]]
    st.badge(look.name, icon=look.icon, color=look.badge)
    if decides["reason"]:
        st.text(f"{decides['reason'][:1].upper()}{decides['reason'][1:]}.")
    for number, part in enumerate(parts):
        if part["unit"] is None:
            continue
        of = read[number] if len(read) == len(parts) else None
        if part["decides"]:
            if len(parts) > 1:
                st.caption(f"All {len(parts)} parts of the test must hold; part {part['part']} decides.")
            _part(snapshot, part, of, among)
    for number, part in enumerate(parts):
        if not part["decides"] and part["unit"] is not None:
            with st.expander(f"Part {part['part']}: {LOOKS[part['verdict']].name}"):
                if part["reason"]:
                    st.text(f"{part['reason'][:1].upper()}{part['reason'][1:]}.")
                _part(snapshot, part, read[number] if len(read) == len(parts) else None, among)


def _part(snapshot: Path, part: Row, read: Part | None, among: str | None) -> None:
    unit, signed = part["unit"], part["n_b"] is not None
    st.code(part["test"], language=None, wrap_lines=True)
    bound = _THRESHOLD.search(part["test"])
    effects = _effects(part)
    if effects["effect"].notna().any():
        st.vega_lite_chart(drawn(claims_charts.effect, effects, unit, signed, float(bound[1]) / 100 if bound else None))
    else:
        st.info("No effect can be estimated: a side has too few ads.", icon=":material/scale:")
    names = _side_names(read) if read else ("side a", "side b")
    sides = [
        f"{name}: {_count(n, n_with, level, unit)}"
        for name, n, n_with, level in (
            (names[0], part["n_a"], part["n_with_a"], part["share_a"]),
            (names[1], part["n_b"], part["n_with_b"], part["share_b"]),
        )
        if n is not None
    ]
    st.text("\n".join(sides))
    if part["broken_by"] and part["broken_by"] not in part["reason"]:
        st.text(f"Does not hold {part['broken_by']}.")
    p = f"p\u00a0{_p(part['p'])}" if part["p"] is not None else ""
    q = f", q\u00a0{_p(part['q'])} {among}" if p and among else ""
    dashed = "" if not (bound or signed) else " Dashed: what it is held against."
    st.caption(
        f"Line: 95 % interval, clustered by employer; the verdict goes by the title alone.{dashed} {p}{q}{'.' if p else ''}"
    )
    with st.expander("The same as a table"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Role": effects["label"],
                    "Effect (95 %)": [
                        claims_charts.effect_text(*row, unit, signed)
                        for row in zip(effects["effect"], effects["ci_low"], effects["ci_high"], strict=True)
                    ],
                }
            ),
            hide_index=True,
        )
    if part["sql"]:
        with st.expander("SQL that counts it again"):
            st.caption("Run it with `rolescope sql`, or in any DuckDB that opened the warehouse.")
            st.code(part["sql"], language="sql")
    if read:
        _links(snapshot, read, part)


def _effects(part: Row) -> pd.DataFrame:
    """Label, effect, ci_low and ci_high of the three labels; those that the reference does not know are left out."""
    hidden = (part["masked_group"] or "").replace("_", " ")
    rows = [
        ("title alone", part["effect"], part["ci_low"], part["ci_high"]),
        ("title and text", part["effect_role"], part["ci_low_role"], part["ci_high_role"]),
        (
            f"text, {hidden or 'title'} hidden",
            part["effect_masked"],
            part["ci_low_masked"],
            part["ci_high_masked"],
        ),
    ]
    known = [row for number, row in enumerate(rows) if number == 0 or row[1] is not None]
    return pd.DataFrame(known, columns=["label", "effect", "ci_low", "ci_high"]).astype(
        {"effect": float, "ci_low": float, "ci_high": float}
    )


def _count(n: int, n_with: int | None, level: float | None, unit: str) -> str:
    if level is None:
        return f"{n:,} ads"
    if unit == "distance":
        return f"{value_text(level, unit, signed=False)} between halves of its {n:,} ads"
    counts = f"{n:,} ads" if n_with is None else f"{n_with:,} of {n:,} ads"
    return f"{value_text(level, unit, signed=False)} ({counts})"


def _side_names(part: Part) -> tuple[str, str]:
    """The two sides in the words of the test."""
    match part:
        case Difference(a, _, b, _) | Distance(a, b):
            return f"a, {a}", f"b, {b}"
        case Paired(side, first, _, second):
            return f"a, {side}: {first}", f"b, {side}: {second}"
        case Rank(side, thing, _):
            return f"a, {side}: {thing}", f"b, {side}: the rival that comes nearest"
        case Share(side, _, _, _):
            return str(side), ""


def _links(snapshot: Path, part: Part, row: Row) -> None:
    """The way to the ads that name the tested skill, where the test is about a single one."""
    match part:
        case Difference(a, _, b, measure):
            sides: tuple[Side, ...] = (a, b)
        case Share(a, _, _, measure):
            sides = (a,)
        case _:
            return
    need = measure.need if isinstance(measure, Needed) else None
    thing = measure.thing if isinstance(measure, Needed) else measure
    if not isinstance(thing, Skill) or any(side.having or len(side.roles) > 1 for side in sides):
        return
    name = queries.skill_names(snapshot).get(thing.key)
    for side, n_with in zip(sides, (row["n_with_a"], row["n_with_b"]), strict=False):
        role = ROLE_TITLES[side.roles[0]]
        # a link could not turn the side bar to the labels and the need by which the ads were counted: a callback can
        if name and n_with and st.button(
            f"Read {role} ads that name it", key=f"read-{row['claim_id']}-{row['part']}-{side.roles[0]}",
            type="tertiary", icon=":material/arrow_forward:", on_click=_as_counted, args=(need,),
        ):  # fmt: skip
            st.switch_page(ads.page(), query_params={"role": role, "skill": name})


def _as_counted(need: str | None) -> None:
    st.session_state["label"] = "role_by_title"
    st.session_state["need"] = next(name for name, value in NEEDS.items() if value == need)


def _p(value: float) -> str:
    return "<\u00a00.001" if value < 0.001 else f"{value:.3f}"
