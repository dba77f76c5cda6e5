"""Why the opened ad has its role: the three answers, what spoke for it and against it, and where that stands."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, columns, queries
from dashboard.highlight import Mark
from dashboard.roles import LABELS, ROLE_COLORS, ROLE_TITLES
from dashboard.snapshot import database
from nlp.label_version import label_version, same_but_skills
from nlp.roles.classifier import RoleClassifier
from nlp.roles.explanation import Answer, Explanation
from nlp.roles.parts import Part, own_part
from nlp.roles.reasons import Explainer, in_words, reasons
from nlp.training.own_model import own_folder, own_model
from warehouse import WarehouseError

_ANSWERS: dict[str, Answer] = {"role": "both", "role_by_title": "title", "role_by_text": "text"}
_N_SHOWN, _N_MARKED = 5, 12  # signals of each side, in the chart and in the text


def show(snapshot: Path, ad: dict[str, Any], label: str) -> Explanation | None:
    """The block between what is known of an ad and its text; ``label`` is one of LABELS. Returns what it explained, with
    the model that labels ads now; None: nothing could be."""
    probabilities = queries.ad_roles(snapshot, ad["content_hash"])
    if probabilities.empty:
        st.info("There was nothing to judge the role by.", icon=":material/help:")
        return None
    parts = queries.ad_parts(snapshot, ad["content_hash"])
    try:
        found, version = _explanation(ad, parts, label)
    except WarehouseError as error:
        found, version = None, ""
        st.warning("The role cannot be explained: the model cannot be read.", icon=":material/model_training:")
        st.text(str(error))
    role = "none of the four roles" if found and found.winner == "other" else ROLE_TITLES[found.winner] if found else ""
    st.subheader(f"Why {role}?" if found else "Which role is it?", anchor=False)
    answers = ", ".join(f"by {name} **{ROLE_TITLES[ad[key]]}**" for key, name in LABELS.items() if ad[key])
    second = f" It holds a second role: **{ROLE_TITLES[ad['secondary_role']]}**." if ad["secondary_role"] else ""
    near = f" Nearest neighbour: **{ad['adjacent'].replace('_', ' ')}**." if ad["adjacent"] else ""
    st.markdown(f"{answers[0].upper()}{answers[1:]}.{second}{near}")
    st.altair_chart(charts.role_probability(probabilities.assign(answer=probabilities["label"].map(LABELS))))
    if found:
        _show_reasons(found, label)
    made_by = queries.current_label_version(snapshot)
    if found and made_by and not same_but_skills(version, made_by):
        st.caption(
            f"The label was made by version {made_by}; this explains what the installed version, {version}, says: "
            f"{_role(found.winner)}. `rolescope label` brings both together."
        )
    if parts:
        _show_parts(parts)
    return found


@st.cache_resource(max_entries=2, show_spinner=False)
def _installed(db: Path, changed_at: int | None) -> tuple[Explainer, str]:
    """The model that labels the ads of a warehouse now, and the version of its labels; ``changed_at`` is when its own one
    was put there."""
    model = own_model(db)
    return Explainer(RoleClassifier.load(model)), label_version(model)


def _explanation(ad: dict[str, Any], parts: list[dict[str, Any]], label: str) -> tuple[Explanation | None, str]:
    """Of a text that lists several jobs the posting's own part is explained, where it has one, as its label is made."""
    own = own_folder(database())
    explain, version = _installed(database(), own.stat().st_mtime_ns if own.exists() else None)
    answer = _ANSWERS[label]
    nth = own_part(ad["title"], [Part(p["title"], p["start_char"], p["end_char"]) for p in parts])
    if nth is None or answer == "title":
        return explain(ad["title"], ad["description"], answer), version
    part = parts[nth]
    return explain.of_part(part["title"], ad["description"], part["start_char"], part["end_char"], answer), version


def _show_reasons(found: Explanation, label: str) -> None:
    for_it, against = reasons(found, _N_SHOWN)
    if not for_it and not against:
        return
    rows = [(in_words(signal, ROLE_TITLES), signal.weight) for signal in [*for_it, *reversed(against)]]
    frame = pd.DataFrame(rows, columns=["reason", "weight"])
    st.altair_chart(charts.role_reason(frame, found.winner, found.rival))
    st.caption(
        f"The strongest signals by {LABELS[label]}, for {_role(found.winner)} against the next likeliest, {_role(found.rival)}; "
        "many weaker ones add to them."
    )


def marks(found: Explanation) -> list[Mark]:
    """The places of the strongest words of both sides; of two that overlap, those of the stronger."""
    taken: list[Mark] = []
    for_it, against = reasons(found, _N_MARKED)
    for signal in sorted([*for_it, *against], key=lambda signal: -abs(signal.weight)):
        kind, role = ("for", found.winner) if signal.weight > 0 else ("against", found.rival)
        note = f"{signal.what}: speaks for {_role(role)}"
        taken += [
            Mark(start, end, kind, note)
            for start, end in signal.spans
            if not any(start < mark.end and mark.start < end for mark in taken)
        ]
    return taken


def sides(found: Explanation) -> dict[str, tuple[str, str]]:
    """Name and colour of the two kinds of ``marks``."""
    roles = {"for": found.winner, "against": found.rival}
    return {kind: (f"speaks for {_role(role)}", ROLE_COLORS[role]) for kind, role in roles.items()}


def _show_parts(parts: list[dict[str, Any]]) -> None:
    st.caption(f"The ad lists {len(parts)} jobs; each is judged by its own title and words.")
    frame = pd.DataFrame(parts)
    frame["role"], frame["probability"] = frame["role"].map(ROLE_TITLES), 100 * frame["probability"].astype(float)
    st.dataframe(
        frame[["title", "role", "probability"]], hide_index=True, placeholder="–",
        column_config={
            "title": columns.text("Job"), "role": columns.text("Role"),
            "probability": st.column_config.NumberColumn("Probability", format="%.0f %%"),
        },
    )  # fmt: skip


def _role(role: str) -> str:
    return "another role" if role == "other" else ROLE_TITLES[role]
