"""Why the opened ad has its role: the three answers, what spoke for it and against it, and where that stands."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, columns
from dashboard.ads_queries import Reading
from dashboard.highlight import Mark
from dashboard.roles import LABELS, ROLE_COLORS, ROLE_TITLES
from dashboard.snapshot import changed_at, database
from nlp.label_version import label_version, same_but_skills
from nlp.roles.classifier import RoleClassifier
from nlp.roles.explanation import Answer, Explanation
from nlp.roles.parts import Part, own_part
from nlp.roles.reasons import Explainer, in_words, reasons
from nlp.training.own_model import own_folder, own_model
from warehouse import WarehouseError

_ANSWERS: dict[str, Answer] = {"role": "both", "role_by_title": "title", "role_by_text": "text"}
_N_SHOWN, _N_MARKED = 5, 12  # signals of each side, in the chart and in the text


def show(title: str, text: str, reading: Reading, label: str, made_by: str | None) -> Explanation | None:
    """The block between what is known of an ad and its text; ``label`` is one of LABELS, ``made_by`` the version that made the
    labels (None: the installed one). Returns what it explained, with the model that labels ads now; None: nothing could be."""
    if reading.roles.empty or reading.roles["probability"].isna().all():
        st.info("There was nothing to judge the role by.", icon=":material/help:")
        return None
    try:
        found, version = _explanation(title, text, reading.parts, label)
    except WarehouseError as error:
        found, version = None, ""
        st.warning("The role cannot be explained: the model cannot be read.", icon=":material/model_training:")
        st.text(str(error))
    role = "none of the four roles" if found and found.winner == "other" else ROLE_TITLES[found.winner] if found else ""
    st.subheader(f"Why {role}?" if found else "Which role is it?", anchor=False)
    said = reading.answers
    answers = ", ".join(f"by {name} **{ROLE_TITLES[by]}**" for key, name in LABELS.items() if (by := said[key]))
    second = f" It holds a second role: **{ROLE_TITLES[said['secondary_role']]}**." if said["secondary_role"] else ""
    near = f" Nearest neighbour: **{said['adjacent'].replace('_', ' ')}**." if said["adjacent"] else ""
    st.markdown(f"{answers[0].upper()}{answers[1:]}.{second}{near}")
    known = reading.roles.dropna(subset="probability")
    st.altair_chart(charts.role_probability(known.assign(answer=known["label"].map(LABELS))))
    if found:
        _show_reasons(found, label)
    if found and made_by and not same_but_skills(version, made_by):
        st.caption(
            f"The label was made by version {made_by}; this explains what the installed version, {version}, says: "
            f"{_role(found.winner)}. `rolescope label` brings both together."
        )
    if reading.parts:
        _show_parts(reading.parts)
    return found


@st.cache_resource(max_entries=2, show_spinner=False)
def _installed(db: Path, own_changed_at: int | None) -> tuple[Explainer, str]:
    """The model that labels the ads of a warehouse now, and the version of its labels; ``own_changed_at`` is when its own one
    was put there."""
    model = own_model(db)
    return Explainer(RoleClassifier.load(model)), label_version(model)


def _explanation(title: str, text: str, parts: list[dict[str, Any]], label: str) -> tuple[Explanation | None, str]:
    """Of a text that lists several jobs the posting's own part is explained, where it has one, as its label is made."""
    own = own_folder(database())
    explain, version = _installed(database(), changed_at(own))
    answer = _ANSWERS[label]
    nth = own_part(title, [Part(p["title"], p["start_char"], p["end_char"]) for p in parts])
    if nth is None or answer == "title":
        return explain(title, text, answer), version
    part = parts[nth]
    return explain.of_part(part["title"], text, part["start_char"], part["end_char"], answer), version


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
    marks: list[Mark] = []
    for_it, against = reasons(found, _N_MARKED)
    strongest = sorted([*for_it, *against], key=lambda signal: -abs(signal.weight))
    taken = bytearray(max((end for signal in strongest for _, end in signal.spans), default=0))
    for signal in strongest:
        kind, role = ("for", found.winner) if signal.weight > 0 else ("against", found.rival)
        note = f"{signal.what}: speaks for {_role(role)}"
        for start, end in signal.spans:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                marks.append(Mark(start, end, kind, note))
    return marks


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
