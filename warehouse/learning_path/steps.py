"""Shares of a role's openings that a set of skills covers, and what each further skill would add."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.inference.clustered import Estimate, share
from warehouse.learning_path.openings import Required

Floats = NDArray[np.float64]

N_STEPS = 5
"""Skills of the sequence."""
LEAST_OPENINGS, LEAST_EMPLOYERS = 5, 2
"""With fewer nothing is said."""
MUCH = 0.02
"""Share of the openings that a skill must open before it is said to open much."""


class Step(NamedTuple):
    """A skill that one could learn, and what it would open."""

    name: str
    n_opened: int
    """Openings of which it is all that lacks."""
    opened: Estimate
    """Their share (0–1) of the role's openings that require something known."""
    wanted: float
    """Share of the openings that require it, and take nothing instead that one has."""
    n_covered: int
    """Openings that are covered once it is learnt."""
    covered: Estimate
    """Their share."""


class LearningPath(NamedTuple):
    """From a set of skills to a role. Shares are of the openings that require something known."""

    n_openings: int
    n_employers: int
    n_silent: int
    """Openings that require nothing known, which are left out of everything else: nobody knows whether one is fit for them."""
    n_covered: int
    covered: Estimate
    n_lacking: dict[int, int]
    """How many requirements lack (0: covered) → openings."""
    median_lacking: int | None
    """Half of the openings lack this many requirements or more; None: no openings."""
    next_skills: list[Step]
    """Those that open most; of those that open as much, the most wanted first."""
    sequence: list[Step]
    """The skill that opens most, then the one that opens most with it, and so on."""
    nearest: list[tuple[int, list[str]]]
    """posting_index.cluster_no of openings that lack fewest, but something, and what lacks ("PyTorch or TensorFlow")."""

    @property
    def is_too_small(self) -> bool:
        """Whether there are too few openings or employers to say anything of."""
        return self.n_openings < LEAST_OPENINGS or self.n_employers < LEAST_EMPLOYERS


class _Weights:
    """How much each opening counts: as much as any other, or, with ``by_employer``, each employer as much as any other."""

    def __init__(self, required: Required, by_employer: bool) -> None:
        self.employer, self.by_employer = required.employer, by_employer
        self.n_of = np.bincount(required.employer).astype(np.float64)
        self.each: Floats = np.full(len(required.employer), 1 / max(len(required.employer), 1))
        if by_employer:
            self.each = 1 / self.n_of[required.employer] / len(self.n_of)

    def share(self, holds: NDArray[np.bool_]) -> Estimate:
        """The share of the openings of which it holds, with a 95 % interval clustered by employer.

        Where it holds of none or of all, the interval is the exact binomial one with each employer as one observation.
        """
        if self.by_employer:
            shares = np.bincount(self.employer, holds, len(self.n_of)) / self.n_of
            estimate = share(shares, np.arange(len(shares)))
        else:
            estimate = share(holds, self.employer)
        if estimate.ci_low is None or estimate.ci_high is None:
            return estimate
        return estimate._replace(ci_low=max(estimate.ci_low, 0.0), ci_high=min(estimate.ci_high, 1.0))


class _Lacking:
    """What the openings lack for who knows ``known`` (a flag for each skill)."""

    def __init__(self, required: Required, known: NDArray[np.bool_], weights: _Weights) -> None:
        n, n_skills = len(required.employer), len(required.skills)
        met = np.zeros(int(required.requirement.max(initial=-1)) + 1, dtype=bool)
        met[required.requirement[known[required.skill]]] = True
        self.rows = np.flatnonzero(~met[required.requirement])
        first = np.unique(required.requirement[self.rows], return_index=True)[1]
        self.n_of = np.bincount(required.opening[self.rows][first], minlength=n)
        pairs = required.opening[self.rows] * n_skills + required.skill[self.rows]
        pairs, n_met = np.unique(pairs, return_counts=True)
        opening, skill = np.divmod(pairs, max(n_skills, 1))
        opens = n_met == self.n_of[opening]  # it alone meets all that lacks
        self.opened, self.opener = opening[opens], skill[opens]
        gain = np.bincount(self.opener, weights.each[self.opened], n_skills)
        self.wanted = np.bincount(skill, weights.each[opening], n_skills)
        order = np.lexsort(
            (-self.wanted.round(9), -gain.round(9))
        )  # rounded, so that the order of sums decides nothing
        self.ranked = order[self.wanted[order] > 0]

    def step(self, required: Required, skill: int, weights: _Weights) -> Step:
        opened = np.zeros(len(self.n_of), dtype=bool)
        opened[self.opened[self.opener == skill]] = True
        covered = opened | (self.n_of == 0)
        return Step(
            required.names[skill], int(opened.sum()), weights.share(opened), float(self.wanted[skill]),
            int(covered.sum()), weights.share(covered),
        )  # fmt: skip


def learning_path(
    required: Required, have: Iterable[str], top: int, by_employer: bool, n_nearest: int = 5
) -> LearningPath:
    """The way from the skills whose keys are ``have`` to what is required; ``top`` skills to choose the next from."""
    weights = _Weights(required, by_employer)
    number = {key: i for i, key in enumerate(required.skills)}
    known = np.zeros(len(required.skills), dtype=bool)
    known[[number[key] for key in have]] = True
    now = _Lacking(required, known, weights)
    sequence: list[Step] = []
    then = now
    while len(sequence) < N_STEPS and len(then.ranked):
        best = int(then.ranked[0])
        sequence.append(then.step(required, best, weights))
        known[best] = True
        then = _Lacking(required, known, weights)
    covered = now.n_of == 0
    return LearningPath(
        n_openings=len(covered),
        n_employers=len(weights.n_of),
        n_silent=required.n_silent,
        n_covered=int(covered.sum()),
        covered=weights.share(covered),
        n_lacking={int(n): int(k) for n, k in zip(*np.unique(now.n_of, return_counts=True), strict=True)},
        median_lacking=_median(now.n_of, weights.each),
        next_skills=[now.step(required, int(skill), weights) for skill in now.ranked[:top]],
        sequence=sequence,
        nearest=_nearest(required, now, n_nearest),
    )


def _median(n_of: NDArray[np.int64], weight: Floats) -> int | None:
    """The greatest number that half of the openings, by weight, reach."""
    if not len(n_of):
        return None
    reaching = np.cumsum(np.bincount(n_of, weight)[::-1])[::-1]
    return int(np.flatnonzero(reaching >= 0.5 - 1e-9)[-1])


def _nearest(required: Required, now: _Lacking, n: int) -> list[tuple[int, list[str]]]:
    """Latest openings first among those that lack as much, by their number in the warehouse."""
    short = np.flatnonzero(now.n_of > 0)
    short = short[np.lexsort((-required.cluster[short], now.n_of[short]))][:n]
    found = []
    for i in short.tolist():
        ways: dict[int, list[str]] = {}
        for row in now.rows[required.opening[now.rows] == i].tolist():
            ways.setdefault(int(required.requirement[row]), []).append(required.names[required.skill[row]])
        found.append((int(required.cluster[i]), sorted(" or ".join(sorted(names)) for names in ways.values())))
    return found
