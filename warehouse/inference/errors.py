"""How often the labels err, as counted on ads that were read: the numbers by which shares are corrected.

skill_errors.csv and role_errors.csv are made by tests/bench/measurement_error.py, which says what was counted. Labelled ads
are harder than others: they were drawn by title, many of them mixed. So counts are kept by role, and who asks says how the
roles are to be weighted. Ads of the sample "more" were read while the table of skills was mended: they flatter it a little.
"""

import csv
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

NOT_IN_TABLE = "not_in_table"
"""Category of labelled skills that the table lacks: only fn."""
LEVELS = ("named", "required")
DESIGN_EFFECT = {"named": 1.5, "required": 4.2}
"""By how much the errors of an ad, which come together, widen the variance of sensitivity: printed by measurement_error.py."""
LABELS = ("role", "role_by_title", "role_by_text")


class SkillError(NamedTuple):
    """What the extractor did with the skills of a category in the labelled ads of a role: cells, each an ad and a skill."""

    level: str
    """named: is the skill in the ad; required: does the ad require it."""
    sample: str
    """gold: two readers, the labels where they agree; more: one reader."""
    role: str
    """By the labels; unknown: the readers differ."""
    category: str
    n_ads: int
    tp: int
    """Labelled and found."""
    fn: int
    """Labelled, not found."""
    fp: int
    """Found, not labelled."""
    tn: int
    """Neither, of the skills that are named in some labelled ad."""


class RoleError(NamedTuple):
    """How many labelled ads of a role were given which one, by a model that had not seen them."""

    label: str
    """role, role_by_title or role_by_text."""
    sample: str
    """gold: hard ads, two readers; other: further hard ones, one reader; other_languages: not in English; random: drawn at
    random, as hard as ads are."""
    truth: str
    found: str
    n: int


class Counts(NamedTuple):
    """The four counts that a correction needs; fractions where roles are weighted."""

    tp: float
    fn: float
    fp: float
    tn: float

    @property
    def sensitivity(self) -> float | None:
        """Share (0–1) of what is there that is found; None: nothing is there."""
        return _share(self.tp, self.fn)

    @property
    def specificity(self) -> float | None:
        """Share of what is not there that is not found; None: nothing is absent."""
        return _share(self.tn, self.fp)

    @property
    def precision(self) -> float | None:
        """Share of what is found that is there; None: nothing is found."""
        return _share(self.tp, self.fp)

    def for_share(self, share: float) -> "Counts":
        """The same with the tn that a skill has which is found in ``share`` (0–1) of the ads.

        Specificity is no property of a class of skills: a skill that stands in half of the ads is found where it isn't in two
        ads of a hundred, one that is rare in one of a thousand. Precision hardly differs, so the class's is kept: of ``share``,
        1 - precision is wrong, among the ads that don't name the skill. As they are, where nothing is found wrong or the share
        is too great for that."""
        if not (self.fp and self.tp and 0 < share < 1):
            return self
        wrong = share * self.fp / (self.tp + self.fp)
        lacking = 1 - (share - wrong) * (self.tp + self.fn) / self.tp
        return self._replace(tn=self.fp * (lacking - wrong) / wrong) if lacking > wrong else self


@cache
def skill_errors() -> tuple[SkillError, ...]:
    """The rows of skill_errors.csv."""
    return tuple(
        SkillError(
            row["level"], row["sample"], row["role"], row["category"], *(int(row[c]) for c in SkillError._fields[4:])
        )
        for row in _rows("skill_errors.csv")
    )


@cache
def role_errors() -> tuple[RoleError, ...]:
    """The rows of role_errors.csv."""
    return tuple(
        RoleError(row["label"], row["sample"], row["truth"], row["found"], int(row["n"]))
        for row in _rows("role_errors.csv")
    )


def errors_of_skills(
    categories: Collection[str], level: str = "named", roles: Mapping[str, float] | None = None
) -> Counts:
    """The counts of some categories together, over all samples.

    ``roles``: how many ads of each role the share to be corrected is of (``{"ml_engineer": 7150}``): labelled ads are weighted
    to that mixture, and roles that are not in it count nothing. None: labelled ads as they are. The counts are those of as many
    independent cells as tell as much (Kish 1965): fewer than were labelled. For a share of one skill take ``for_share`` of them.
    """
    rows = [row for row in skill_errors() if row.level == level and row.category in categories]
    n_labelled: dict[str, int] = {}
    for _, role, n_ads in {(row.sample, row.role, row.n_ads) for row in skill_errors()}:
        n_labelled[role] = n_labelled.get(role, 0) + n_ads
    weight = {role: roles.get(role, 0.0) / n if roles is not None else 1.0 for role, n in n_labelled.items()}
    weighted = [(weight[row.role], row) for row in rows]
    present = _effective([(w, row.tp, row.fn) for w, row in weighted])
    absent = _effective([(w, row.fp, row.tn) for w, row in weighted])
    return Counts(*(count / DESIGN_EFFECT[level] for count in (*present, *absent)))


def errors_of_role(role: str, label: str = "role", samples: Collection[str] = ("random",)) -> Counts:
    """How often a label is ``role`` where the truth is, and where it is not. The ads of other samples than ``random`` are harder
    than ads are, and more of them are of the four roles: more counts, but less like what the warehouse holds."""
    rows = [row for row in role_errors() if row.label == label and row.sample in samples]
    counts = dict.fromkeys([(True, True), (True, False), (False, True), (False, False)], 0)
    for row in rows:
        counts[row.truth == role, row.found == role] += row.n
    return Counts(*counts.values())


def _effective(parts: list[tuple[float, int, int]]) -> tuple[float, float]:
    """Weighted sums of two counts, on the scale of the effective sample size; each part has its weight."""
    total = sum(w * (a + b) for w, a, b in parts)
    squared = sum(w * w * (a + b) for w, a, b in parts)
    scale = total / squared if squared else 0.0
    return scale * sum(w * a for w, a, _ in parts), scale * sum(w * b for w, _, b in parts)


def _share(yes: float, no: float) -> float | None:
    return yes / (yes + no) if yes + no else None


def _rows(name: str) -> list[dict[str, str]]:
    with files("warehouse.inference").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
