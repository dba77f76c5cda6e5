"""How a role is called and coloured: the same on every page."""

import csv
from importlib.resources import files


def _titles() -> dict[str, str]:
    with files("nlp").joinpath("roles.csv").open(encoding="utf-8") as rows:
        return {row["role"]: row["title"] for row in csv.DictReader(rows)}


ROLE_TITLES = _titles()
"""Title of each role, in the order in which roles are shown."""
FOUR = tuple(role for role in ROLE_TITLES if role != "other")
"""The roles that are told apart; everything else is "other"."""

# Okabe and Ito's palette: told apart by colour-blind readers, and readable on white and on near black
ROLE_COLORS = {
    "ai_engineer": "#D55E00",
    "ml_engineer": "#0072B2",
    "data_scientist": "#009E73",
    "full_stack_engineer": "#C4679A",
    "other": "#808890",
}

ROLE_SHAPES = {
    "ai_engineer": "circle",
    "ml_engineer": "square",
    "data_scientist": "triangle-up",
    "full_stack_engineer": "diamond",
    "other": "cross",
}

INK = "luminance(background) > 0.4 ? '#1B2733' : '#E6EBF0'"
"""The colour of words inside of a chart, as a Vega expression: dark on the light theme and in what is downloaded, else light."""

LABELS = {"role": "title and text", "role_by_title": "title alone", "role_by_text": "text alone"}
"""The three answers to "which role is it?", by what they look at."""
