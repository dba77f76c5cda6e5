"""What rows of the table of skills may not say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.skills.table import Skill


def contradictions(table: Sequence[Skill], definitions: Mapping[str, str]) -> list[str]:
    """Everything that is wrong between rows, or between them and the categories that ``definitions`` has; each with the
    numbers of the lines concerned. Empty: the table is sound."""
    return [*_clashes(table), *_family_problems(table), *_category_problems(table, definitions)]


def _lines(*skills: Skill) -> str:
    """Where rows stand: "lines 2 and 9"; with the files where they are not all in the shipped table."""
    if any(skill.file for skill in skills):
        return " and ".join(f"line {skill.line} of {skill.file or 'the shipped table'}" for skill in skills)
    return f"line{'s' * (len(skills) > 1)} {' and '.join(str(skill.line) for skill in skills)}"


def _clashes(table: Sequence[Skill]) -> Iterator[str]:
    keys: dict[str, Skill] = {}
    written: dict[str, Skill] = {}
    linked: dict[tuple[str, str], Skill] = {}
    for skill in table:
        other = keys.setdefault(skill.skill, skill)
        if other is not skill:
            yield f"{_lines(other, skill)} have the same key {skill.skill!r}"
        for surface in (skill.name, *skill.aliases):
            other = written.setdefault(surface.casefold(), skill)
            if other is not skill:
                yield f"{_lines(other, skill)} both claim {surface!r}"
        for kind in ("github_topic", "stackoverflow_tag", "esco_uri"):
            if target := getattr(skill, kind):
                other = linked.setdefault((kind, target), skill)
                if other is not skill:
                    yield f"{_lines(other, skill)} both link to {kind} {target!r}"


def _family_problems(table: Sequence[Skill]) -> Iterator[str]:
    """Parents that are no skill, and circles of parents, each told once."""
    by_key = {skill.skill: skill for skill in table}
    done: set[str] = set()
    for skill in table:
        path: dict[str, Skill] = {}
        member: Skill | None = skill
        while member and member.skill not in done and member.skill not in path:
            path[member.skill] = member
            if member.parent and member.parent not in by_key:
                yield f"{_lines(member)} has the parent {member.parent!r}, which is no skill"
            member = by_key.get(member.parent or "")
        if member and member.skill in path:
            circle = list(path.values())[list(path).index(member.skill) :]
            yield f"{_lines(*circle)}: a circle of parents"
        done.update(path)


def _category_problems(table: Sequence[Skill], definitions: Mapping[str, str]) -> Iterator[str]:
    first: dict[str, Skill] = {}
    for skill in table:
        first.setdefault(skill.category, skill)
    for category, skill in first.items():
        if category not in definitions:
            yield f"{_lines(skill)} has the category {category!r}, which categories.csv does not define"
    for category in definitions.keys() - first.keys():
        yield f"no line has the category {category!r} of categories.csv"
