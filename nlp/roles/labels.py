"""Weak labels: what an ad's title says its role is (titles.csv), corrected by what its text talks about (cues.csv)."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.roles.features import Floats, Keys, counts, key_of, key_table

ROLES: Final = ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer", "other")
NEIGHBOURS: Final = (
    "data_analyst",
    "data_engineer",
    "backend",
    "frontend",
    "devops",
    "mobile",
    "software",
    "research",
    "management",
    "product",
    "sales_or_solutions",
    "non_tech",
)
CLASSES: Final = ROLES[:4] + NEIGHBOURS
"""What the linear models tell apart: the four roles, and ``other`` by neighbour."""

_NO_WORD = re.compile(r"[^\w+#]+")


@dataclass(frozen=True)
class TitleRule:
    """A row of titles.csv. ``plain``: a title that it matches is trusted as a label of the text."""

    pattern: re.Pattern[str]
    role: str
    neighbour: str
    plain: bool


def title_rules() -> tuple[TitleRule, ...]:
    """The rows of titles.csv in order; the first that matches a title decides."""
    rows = csv.DictReader((files("nlp.roles") / "titles.csv").read_text(encoding="utf-8").splitlines())
    return tuple(
        TitleRule(re.compile(row["pattern"]), row["role"], row["adjacent"], row["plain"] == "yes") for row in rows
    )


class TitleRules:
    """Role and neighbour by the first rule of titles.csv that matches."""

    def __init__(self) -> None:
        self._rules = title_rules()
        self._find = lru_cache(maxsize=200_000)(self._search)

    def __call__(self, title: str) -> TitleRule | None:
        """The rule for a title; None: none matches."""
        return self._find(" " + _NO_WORD.sub(" ", title.lower()).strip() + " ")

    def _search(self, title: str) -> TitleRule | None:
        return next((rule for rule in self._rules if rule.pattern.search(title)), None)


class Cues:
    """Counts how often texts use the words of each cue of cues.csv."""

    def __init__(self) -> None:
        rows = list(csv.DictReader((files("nlp.roles") / "cues.csv").read_text(encoding="utf-8").splitlines()))
        self.names = tuple(row["cue"] for row in rows)
        self._keys = [[key_of(term) for term in row["terms"].split(";")] for row in rows]
        self._table = key_table(np.array([key for cue in self._keys for key in cue], dtype=np.int64))
        column = np.repeat(np.arange(len(rows)), [len(cue) for cue in self._keys])
        self._sum = np.zeros((len(column), len(rows)), dtype=np.float32)
        self._sum[np.arange(len(column)), column] = 1

    def __call__(self, found: Keys) -> Floats:
        """Occurrences of each cue in each text: (n texts, n cues)."""
        total: Floats = counts(found, self._table, len(self._sum)) @ self._sum
        return total

    def density(self, found: Keys) -> Floats:
        """How many different words of each cue each text uses, by its length, as a logarithm: (n texts, n cues)."""
        return self._density(found, found.n_words, shown_only=False)

    def shown_density(self, found: Keys) -> Floats:
        """As ``density``, of what the mask leaves."""
        return self._density(found, found.n_shown, shown_only=True)

    def _density(self, found: Keys, n_words: Floats, *, shown_only: bool) -> Floats:
        used = counts(found, self._table, len(self._sum), shown_only=shown_only)
        used.data = np.minimum(used.data, 1)
        density: Floats = np.log1p((used @ self._sum) * (200 / (n_words[:, None] + 100)))
        return density


def weak_labels(rules: Sequence[TitleRule | None], names: Sequence[str], cue: Floats, n_words: Floats) -> NDArray[Any]:
    """One of CLASSES for each ad, or None where title and text don't settle it.

    ``cue`` holds the counts of ``Cues`` for the whole texts, in the order of ``names``. The corrections restate the
    annotation guide: duties decide between AI and ML engineers, and both sides of an application make a full stack.
    """
    density = dict(zip(names, np.log1p(1000 * cue / (n_words[:, None] + 100)).T, strict=True))
    n = dict(zip(names, cue.T, strict=True))
    kind = np.array([(rule.neighbour or rule.role) if rule else "" for rule in rules], dtype=object)
    plain = np.array([rule is not None and rule.plain for rule in rules])
    label = kind.copy()
    label[~plain] = None

    lean = density["llm"] - density["train"]
    ai_or_ml = np.isin(kind, ["ai_engineer", "ml_engineer"])
    label[ai_or_ml] = None
    label[ai_or_ml & (lean > 0.5) & (density["llm"] > 1)] = "ai_engineer"
    label[ai_or_ml & (lean < -0.5) & (density["train"] > 1)] = "ml_engineer"
    label[(kind == "data_scientist") & (lean > 0) & (density["llm"] > 2)] = None

    full_stack, says_so = kind == "full_stack_engineer", n["full_stack"] > 0
    both = (n["front_end"] >= 2) & (n["back_end"] >= 2)
    label[full_stack & ~both] = None
    one_side = np.isin(kind, ["software", "backend", "frontend"])
    label[one_side & (says_so | ((n["front_end"] >= 4) & (n["back_end"] >= 4)))] = None
    label[one_side & says_so & both] = "full_stack_engineer"
    neither = (n["front_end"] <= 1) | (n["back_end"] <= 1)
    no_model = (density["llm"] < 1) & (density["train"] < 1)
    unsure = (kind == "software") & ~plain & ~says_so & neither & no_model
    label[unsure] = np.where(n["back_end"][unsure] >= 3, "backend", "software")
    label[~np.isin(label.astype(str), CLASSES)] = None
    return label
