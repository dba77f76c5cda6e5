"""The reference: what 100,000 real ads say of roles and skills, as counts and intervals that ship with rolescope.

A new user sees real figures before the first crawl, and can hold a crawl of their own against them (view
reference_comparison). No text, no employer and no row of an ad is in it. Made by tests/bench/reference.py; about() says of
which ads. Of the same columns: the tables reference_skill_share and reference_claim_verdict.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

FOLDER = files("warehouse") / "reference"
ALL = "all"
"""Every year, or every kind of source."""


class SkillShare(NamedTuple):
    """Share (0–1) of a role's openings that name or require a skill, with its 95 % interval clustered by employer."""

    role: str
    """Role by title and text, one of the four."""
    year: str
    """In which they were posted; all: those of unknown date included."""
    need: str
    """named or required."""
    skill: str
    n_with: int
    n_ads: int
    n_employers: int
    """Of the n_ads."""
    share: float
    ci_low: float | None
    """None: every ad has it."""
    ci_high: float | None


class RoleCount(NamedTuple):
    """Openings of a role, year and kind of source, and their employers. An employer may be in several cells."""

    role: str
    """Role by title and text, one of the four or other."""
    year: str
    """all, or unknown."""
    source: str
    """Kind of source in plain words, or all."""
    n_ads: int
    n_employers: int


class ClaimVerdict(NamedTuple):
    """The verdict on one part of a claim; columns as in the table claim_verdict, None where that is NULL.

    A side of too few ads shows its number alone: effect and interval are None."""

    claim_id: str
    part: int
    decides: bool
    test: str | None
    verdict: str
    unit: str | None
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    n_a: int | None
    n_b: int | None
    broken_without: str | None
    """employer, source, employer and source: it does not hold without one of them; None: it does."""


class Limits(NamedTuple):
    """The fewest of each for which figures are shown."""

    n_ads: int
    """Openings of a role and year, or of a side of a claim."""
    n_with: int
    """Openings that have the skill, and openings of a cell of role_counts."""
    n_employers: int
    """Employers of these."""


class About(NamedTuple):
    """What the reference was counted from."""

    counted_on: str
    """Day (ISO) on which the labels were published that it counts."""
    first_posted_on: str
    last_posted_on: str
    n_ads: int
    """Postings."""
    n_openings: int
    """Different openings with a role, which are what is counted: the same job advertised twice is one."""
    n_employers: int
    sources: str
    """In plain words."""
    not_to_be_taken_for: str
    label: str
    """What the roles go by: role is that by title and text. Claims go by the title, as everywhere."""
    method: str
    limits: Limits
    rolescope_version: str
    snapshot_id: str


@cache
def about() -> About:
    """Date range, sources and size of the reference, to be named wherever it is shown."""
    facts = json.loads((FOLDER / "about.json").read_text(encoding="utf-8"))
    return About(**facts | {"limits": Limits(**facts["limits"])})


@cache
def skill_shares() -> tuple[SkillShare, ...]:
    """Shares by role, year, need and skill, in that order. A skill that is not there was named by too few."""
    return tuple(
        SkillShare(
            role, year, need, skill, int(n_with), int(n_ads), int(n_employers), float(share), _number(low), _number(high)
        )
        for role, year, need, skill, n_with, n_ads, n_employers, share, low, high in _rows("skill_share.csv")
    )  # fmt: skip


@cache
def role_counts() -> tuple[RoleCount, ...]:
    """Openings by role, year and kind of source, in that order; too small cells are in ``all`` only."""
    return tuple(
        RoleCount(role, year, source, int(n_ads), int(n_employers))
        for role, year, source, n_ads, n_employers in _rows("role_count.csv")
    )


@cache
def claim_verdicts() -> tuple[ClaimVerdict, ...]:
    """The verdicts on the claims that ship, in the order of claim and part."""
    return tuple(
        ClaimVerdict(
            claim_id, int(part), decides == "true", test or None, verdict, unit or None,
            _number(effect), _number(low), _number(high), _count(n_a), _count(n_b), broken_without or None,
        )
        for claim_id, part, decides, test, verdict, unit, effect, low, high, n_a, n_b, broken_without in _rows("claim_verdict.csv")
    )  # fmt: skip


def _rows(name: Literal["skill_share.csv", "role_count.csv", "claim_verdict.csv"]) -> Iterator[list[str]]:
    rows = csv.reader((FOLDER / name).read_text(encoding="utf-8").splitlines())
    next(rows)
    yield from rows


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _count(cell: str) -> int | None:
    return int(cell) if cell else None
