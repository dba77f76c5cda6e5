"""The reviewed table of skills (skills.csv), and every way of writing that follows from a row."""

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, get_args

Ambiguity = Literal["", "case", "context", "qualified", "acronym"]
Rule = Literal["plain", "case", "acronym", "context", "sibling"]

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINT = re.compile(r"(?<=[^\W_])( |-)(?=[^\W_])")
# What makers put before or after a name; what is left of "Microsoft Excel" or "Express.js" is the bare name.
_MAKER = frozenset(
    [
        "microsoft",
        "ms",
        "apache",
        "azure",
        "aws",
        "amazon",
        "google",
        "ibm",
        "oracle",
        "hashicorp",
        "js",
        "com",
        "net",
        "framework",
        "the",
    ]
)
_SPELLINGS = (
    ("ization", "isation"), ("izing", "ising"), ("modeling", "modelling"), ("labeling", "labelling"), ("behavior", "behaviour"),
)  # fmt: skip


@dataclass(frozen=True)
class Skill:
    """A row of the table."""

    skill: str
    """Key: lower case, words joined by hyphens."""
    name: str
    """Canonical name."""
    category: str
    """Group: language, framework, …"""
    aliases: tuple[str, ...]
    """Other ways in which ads write it."""
    ambiguity: Ambiguity
    """How much evidence its bare name needs; see docs of ``surfaces``."""
    line: int
    """Line of the table that says so."""


def skill_table(path: Traversable | None = None) -> tuple[Skill, ...]:
    """The rows of ``path`` (None: the table that ships with rolescope), in their order.

    Raises ValueError, naming the lines, where a column is missing, a key, name or category is empty or malformed, or two
    rows claim one key or one way of writing."""
    path = path or files("nlp").joinpath("skills.csv")
    with path.open(encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        missing = {"skill", "name", "category", "aliases", "ambiguity"} - set(reader.fieldnames or ())
        if missing:
            raise ValueError(
                f"{path}: no column {', '.join(sorted(missing))}; found {', '.join(reader.fieldnames or ())}"
            )
        table = tuple(_skill(row, reader.line_num) for row in reader)
    problems = [*_clashes(table)]
    if problems:
        raise ValueError(f"{path}: " + "; ".join(problems))
    return table


def _skill(row: dict[str, str], line: int) -> Skill:
    if None in row or None in row.values():
        raise ValueError(f"skills.csv, line {line}: wrong number of columns")
    key, name, category, ambiguity = (row[c].strip() for c in ("skill", "name", "category", "ambiguity"))
    if not _KEY.fullmatch(key):
        raise ValueError(f"skills.csv, line {line}: key {key!r} is not lower-case words joined by hyphens")
    if not name or not category:
        raise ValueError(f"skills.csv, line {line}: empty name or category")
    if ambiguity not in get_args(Ambiguity):
        raise ValueError(
            f"skills.csv, line {line}: ambiguity {ambiguity!r} is none of {', '.join(get_args(Ambiguity)[1:])}"
        )
    aliases = tuple(alias.strip() for alias in row["aliases"].split("|")) if row["aliases"].strip() else ()
    if not all(_WORD.search(alias) for alias in (name, *aliases)):
        raise ValueError(f"skills.csv, line {line}: an alias without a letter or digit")
    return Skill(key, name, category, aliases, ambiguity, line)  # type: ignore[arg-type]


def _clashes(table: tuple[Skill, ...]) -> Iterator[str]:
    keys: dict[str, Skill] = {}
    written: dict[str, Skill] = {}
    for skill in table:
        other = keys.setdefault(skill.skill, skill)
        if other is not skill:
            yield f"lines {other.line} and {skill.line} have the same key {skill.skill!r}"
        for surface in (skill.name, *skill.aliases):
            other = written.setdefault(surface.casefold(), skill)
            if other is not skill:
                yield f"lines {other.line} and {skill.line} both claim {surface!r}"


def surfaces(skill: Skill) -> Iterator[tuple[str, Rule]]:
    """Every written form of a skill with the rule that accepts it, names before forms made from them.

    plain: in any case. case, acronym: exactly so. context: exactly so, with evidence beside it. sibling: exactly so,
    among names of its kind. A row's ambiguity is that of its bare one-word name; its longer aliases are plain."""
    exact = dict.fromkeys((skill.name, *skill.aliases))
    if skill.ambiguity == "qualified":
        bare = [word for word in _WORD.findall(skill.name) if word.casefold() not in _MAKER]
        if len(bare) == 1:
            exact.setdefault(bare[0])
    rules = {surface: _rule(skill, surface) for surface in exact}
    yield from rules.items()
    for surface, rule in rules.items():
        for form in _forms(surface, rule):
            yield form, rule
        parts = _CAMEL.split(surface)
        if rule == "plain" and len(parts) == 2 and _WORD.fullmatch(surface) and min(map(len, parts)) > 1:
            for sign in "- " if parts[0].lower() != "no" else "-":
                yield sign.join(parts), "case"


def _rule(skill: Skill, surface: str) -> Rule:
    if skill.ambiguity == "" or not _WORD.fullmatch(surface):
        return "plain"
    risky = surface in _WORD.findall(skill.name) or surface.isupper() or len(surface) <= 3
    if skill.ambiguity == "acronym":
        return "acronym" if risky or sum(map(str.isupper, surface)) > 1 else "plain"
    if not risky and (skill.ambiguity == "context" or surface[1:] != surface[1:].lower() or surface.endswith("js")):
        return "plain"
    if skill.ambiguity == "qualified":
        return "sibling"
    return skill.ambiguity


def _forms(surface: str, rule: Rule) -> Iterator[str]:
    """Hyphen, space and glued variants, British spelling, plural."""
    if rule == "acronym" and surface[-1].isupper():
        yield surface + "s"
    if rule != "plain":
        return
    if surface.endswith(".js"):
        yield surface[:-3] + "JS"
        yield surface[:-3] + " JS"
    forms = {surface}
    joints = _JOINT.split(surface)
    if 1 < len(joints) <= 7:
        choices = [(part,) if i % 2 == 0 else (" ", "-") for i, part in enumerate(joints)]
        forms.update("".join(parts) for parts in itertools.product(*choices))
        forms.add("".join(joints[::2]))
    for american, british in _SPELLINGS:
        for a, b in ((american, british), (british, american)):
            forms.update([form.replace(a, b) for form in forms if a in form])
    words = _WORD.findall(surface)
    # A single capitalised word is a name: nobody writes "Pythons".
    if (
        surface[-1].isalpha()
        and len(words[-1]) > 1
        and (len(words) > 1 or surface[1:] != surface[1:].lower() or surface[0].islower())
    ):
        last = words[-1].lower()
        plurals = {form + "s" for form in forms}
        if last.endswith("y") and last[-2] not in "aeiou":
            plurals |= {form[:-1] + "ies" for form in forms}
        if len(words) > 1 and last.endswith("s") and not last.endswith(("ss", "is", "us", "ics", "ops")):
            plurals |= {form[:-1] for form in forms}
        if len(words) > 1 and last.endswith("ies"):
            plurals |= {form[:-3] + "y" for form in forms}
        forms |= plurals
    forms.discard(surface)
    yield from sorted(forms)
