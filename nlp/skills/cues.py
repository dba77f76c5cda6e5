"""Words that decide about skills (cues.csv): phrases for a PhraseMatcher, and patterns for a few places.

A phrase is words with alternatives: "very|quite good" stands for "very good" and "quite good".
"""

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

PHRASES = frozenset(
    [
        "required",  # says that the sentence asks
        "required_start",  # so does "strong ‸" with a required_end close behind
        "required_end",
        "not_required",  # looks like "required" and says the contrary
        "hard",  # between a wish and a mention: the wish is about something else
        "preferred",  # says that the sentence would like
        "preferred_ahead",  # so, but only of what comes after it: "ideally"
        "in_use",  # the sentence says what the team works with: it asks for nothing
        "negation",  # worth a look at negate_before and negate_after
        "affirm",  # takes a negation back: "not only"
        "aside",  # the sentence is about applying, benefits or law
        "aside_start",  # "apply through ‸Workday", "chat on ‸Slack": with a preposition right before the mention
        "aside_ahead",  # what comes after it are names of companies
        "degree",  # before a subject: it is the field of a degree
        "degree_end",  # after "degree": what follows is asked for beside the degree
    ]
)
_FILLERS = r"(?:\s*[(:]?\s*(?:(?:the|a|an|modern|advanced|strong|either|both|core|basic|one of|any of|at least)\s+)*)"


@dataclass(frozen=True)
class Cues:
    """The cues; each pattern ignores case."""

    phrases: dict[str, tuple[str, ...]]
    """Phrases by their kind, one of PHRASES."""
    stop: tuple[str, ...]
    """Longer phrases that hold a skill's name but not the skill: "American Express"."""
    broad: frozenset[str]
    """Keys of skills that are also plain words of every ad ("AI"): they count only where the ad asks."""
    channel: frozenset[str]
    """Keys of skills that people also apply, meet or chat through."""
    before: re.Pattern[str]
    """Search it in the words right before an ambiguous name: "experience with ‸Go"."""
    after: re.Pattern[str]
    """Match it right after an ambiguous name: "Go‸ developer"."""
    sibling_before: re.Pattern[str]
    """As ``before``, for names that are common words even with a capital: "advanced ‸Excel"."""
    sibling_after: re.Pattern[str]
    """As ``after``, for such names."""
    follow: re.Pattern[str]
    """Match it after an ambiguous name: it can end there; a verb with its object does not match."""
    negate_before: re.Pattern[str]
    """Search it right before a mention: "no ‸PHP"."""
    negate_after: re.Pattern[str]
    """Match it right after a mention: "PHP‸ is not needed"."""


def read_cues() -> Cues:
    """The cues that ship with rolescope. Raises re.error where a pattern is none, KeyError where a kind is missing."""
    rows: dict[str, list[str]] = {}
    with files("nlp.skills").joinpath("cues.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["kind"], []).append(row["pattern"])

    def either(kind: str, head: str = "", tail: str = "") -> re.Pattern[str]:
        return re.compile(rf"{head}(?:{'|'.join(rows[kind])}){tail}", re.IGNORECASE)

    return Cues(
        phrases={kind: tuple(phrase for row in rows[kind] for phrase in _expand(row)) for kind in sorted(PHRASES)},
        stop=tuple(rows["stop"]),
        broad=frozenset(rows["broad"]),
        channel=frozenset(rows["channel"]),
        before=either("before", r"\b", _FILLERS + r"\Z"),
        after=either(
            "after", r"(?:\s?\d[\d.]*\+?)?[\s-](?:web |native |back-?end |software |core |game |mobile |app )?", r"\b"
        ),
        sibling_before=either("sibling_before", r"\b", _FILLERS + r"\Z"),
        sibling_after=either("sibling_after", r"\s", r"\b"),
        follow=either("follow"),
        negate_before=either("negate_before", "", r"[\s(\"'“]*\Z"),
        negate_after=either("negate_after"),
    )


def _expand(row: str) -> Iterator[str]:
    for words in itertools.product(*(word.split("|") for word in row.split())):
        yield " ".join(words)
