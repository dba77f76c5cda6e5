"""The reviewed table of skills (skills.csv), and every way of writing that follows from a row."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from nlp.skills.checks import contradictions

Ambiguity = Literal["", "case", "context", "qualified", "acronym"]
Rule = Literal["plain", "case", "acronym", "context", "sibling"]

_COLUMNS = (
    "skill", "name", "category", "aliases", "ambiguity", "parent", "since",
    "github_topic", "stackoverflow_tag", "esco_uri", "onet_code",
)  # fmt: skip
_AMBIGUITIES = get_args(Ambiguity)
_FIRST_YEAR = 1940
_ESCO = re.compile(r"http://data\.europa\.eu/esco/skill/[0-9a-f-]{36}")
_UNSPSC = re.compile(r"\d{8}")

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
_BRITISH = {
    "ization": "isation", "izing": "ising", "modeling": "modelling", "labeling": "labelling", "behavior": "behaviour",
}  # fmt: skip
# Both ways, and as the start of a word with a capital.
_SPELLINGS = [
    pair
    for american, british in _BRITISH.items()
    for one in ((american, british), (american.capitalize(), british.capitalize()))
    for pair in (one, one[::-1])
]


class Skill(NamedTuple):
    """A row of the table."""

    skill: str
    """Key: lower case, words joined by hyphens."""
    name: str
    """Canonical name."""
    category: str
    """Group, defined in categories.csv: language, database, …"""
    aliases: tuple[str, ...]
    """Other ways in which ads write it."""
    ambiguity: Ambiguity
    """How much evidence its bare name needs; see docs of ``surfaces``."""
    line: int
    """Line of the table that says so."""
    parent: str | None = None
    """Key of the skill that it is a part, a product or a kind of; None: it stands at the top."""
    since: int | None = None
    """Year in which it appeared; None: not known, or it has no such year."""
    github_topic: str | None = None
    """Topic of GitHub that means the same; None: none does."""
    stackoverflow_tag: str | None = None
    """Tag of Stack Overflow that means the same; None: none does."""
    esco_uri: str | None = None
    """Skill of ESCO that means the same; None: none does."""
    onet_code: str | None = None
    """UNSPSC commodity code under which O*NET lists it as an example; None: O*NET does not name it."""
    file: str = ""
    """The file that says so; empty: the table that ships with rolescope."""


def own_skills(db: Path) -> Path | None:
    """The user's own rows, in the file skills.csv beside a warehouse; None: there is no such file."""
    path = db.parent / "skills.csv"
    return path if path.exists() else None


def skill_table(
    own: Path | None = None, *, table: Traversable | None = None, categories: Traversable | None = None
) -> tuple[Skill, ...]:
    """The rows of ``table``, in their order, in the categories that ``categories`` defines (None: the files that ship with
    rolescope), and those of the file ``own`` (None: there is none): one with a key of the table takes that row's place, and
    others follow. A file of one's own needs no more columns than skill, name and category.

    Raises ValueError, naming the lines, where a column is missing, a cell is malformed, two rows claim one key, one way of
    writing or one link, a parent is no skill or its own descendant, or a category is not defined or not used."""
    shipped = table or files("nlp").joinpath("skills.csv")
    rows = [_skill("", line, cells) for line, cells in _rows(shipped, _COLUMNS, _COLUMNS)]
    if own:
        added = [_skill(str(own), line, cells) for line, cells in _rows(own, _COLUMNS, _COLUMNS[:3])]
        keys = {skill.skill for skill in added}
        rows = [skill for skill in rows if skill.skill not in keys] + added
    if problems := contradictions(rows, category_definitions(categories)):
        raise ValueError(f"{own or shipped}: " + "; ".join(problems))
    return tuple(rows)


def category_definitions(path: Traversable | None = None) -> dict[str, str]:
    """What belongs to each category, by its name, in the order of ``path`` (None: the file that ships with rolescope).

    Raises ValueError, naming the line, where one is empty or defined twice."""
    path = path or files("nlp.skills").joinpath("categories.csv")
    definitions: dict[str, str] = {}
    for line, (category, definition) in _rows(path, ("category", "definition"), ("category", "definition")):
        if not category or not definition or category in definitions:
            raise ValueError(f"{path}, line {line}: category {category!r} is empty, not defined, or defined twice")
        definitions[category] = definition
    return definitions


def _rows(path: Traversable, columns: tuple[str, ...], needed: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row, in the order of ``columns``; cells of a column that the file lacks are empty."""
    try:
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        header = next(reader, [])
        if missing := sorted(set(needed) - set(header)):
            raise ValueError(f"{path}: no column {', '.join(missing)}; found {', '.join(header)}")
        places = [header.index(column) if column in header else None for column in columns]
        for cells in reader:
            if len(cells) != len(header):
                raise ValueError(f"{path}, line {reader.line_num}: wrong number of columns")
            yield reader.line_num, ["" if place is None else cells[place].strip() for place in places]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no CSV file in UTF-8: {error}") from error


def _skill(file: str, line: int, cells: list[str]) -> Skill:
    key, name, category, written, ambiguity, parent, since, topic, tag, uri, code = cells
    if problem := _problem(cells):
        raise ValueError(f"{file or 'skills.csv'}, line {line}: {problem}")
    return Skill(
        key, name, category, _aliases(written), ambiguity, line,  # type: ignore[arg-type]
        parent or None, int(since) if since else None, topic or None, tag or None, uri or None, code or None, file,
    )  # fmt: skip


def _aliases(written: str) -> tuple[str, ...]:
    return tuple([alias.strip() for alias in written.split("|")]) if written else ()


def _problem(cells: list[str]) -> str | None:
    """What is wrong with a row by itself; None: nothing."""
    key, name, category, written, ambiguity, _, since, _, _, uri, code = cells
    if not _KEY.fullmatch(key):
        return f"key {key!r} is not lower-case words joined by hyphens"
    if not name or not category:
        return "empty name or category"
    if ambiguity not in _AMBIGUITIES:
        return f"ambiguity {ambiguity!r} is none of {', '.join(_AMBIGUITIES[1:])}"
    if not all(_WORD.search(surface) for surface in (name, *_aliases(written))):
        return "an alias without a letter or digit"
    if since and not (since.isdecimal() and _FIRST_YEAR <= int(since) <= date.today().year):
        return f"since {since!r} is no year from {_FIRST_YEAR} to this one"
    if uri and not _ESCO.fullmatch(uri):
        return f"{uri!r} is no URI of an ESCO skill"
    if code and not _UNSPSC.fullmatch(code):
        return f"{code!r} is no UNSPSC commodity code"
    return None


def surfaces(skill: Skill) -> Iterator[tuple[str, Rule]]:
    """Every written form of a skill with the rule that accepts it, names before forms made from them.

    plain: in any case. case, acronym: exactly so. context: exactly so, with evidence beside it. sibling: exactly so,
    among names of its kind. A row's ambiguity is that of its bare one-word name; its longer aliases are plain. A context
    row whose aliases hold a word of its name in lower case ("testing") counts with evidence in either case."""
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
    words = _WORD.findall(skill.name)
    if skill.ambiguity == "context" and surface.islower():
        words = [word.lower() for word in words]
    risky = surface in words or surface.isupper() or len(surface) <= 3
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
    if rule == "context" and surface.islower():
        yield surface.capitalize()
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
        if len(joints[-1]) > 1:  # "DALL-E" glued is an Italian word
            forms.add("".join(joints[::2]))
    for a, b in _SPELLINGS:
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
        if last == "analysis":
            plurals |= {form[:-2] + "es" for form in forms}
        if len(words) > 1 and last.endswith("ies"):
            plurals |= {form[:-3] + "y" for form in forms}
        forms |= plurals
    forms.discard(surface)
    yield from sorted(forms)
