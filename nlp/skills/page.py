"""The page of skills: the table by category, with how many openings name each."""

import csv
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from nlp.skills.table import Skill, category_definitions, skill_table

_HEAD = """# Skills

Made by `rolescope docs` from `nlp/skills.csv`, `nlp/skills/categories.csv` and `nlp/skills/counts.json`.

{n_skills:,} skills in {n_categories} categories. *Openings*: how many of {n_openings:,} openings of real ads (2015 – 2026, public research
copies; none of their text is here) name the skill, counted on {counted_on} with
`python tests/bench/skill_counts.py --db FILE`; the same ad on two boards counts once, negated mentions don't. *new*: not seen in
them, and younger than two years. *Parent*: what the skill is a part, a product or a kind of. *Since*: the year in which it
appeared, where that is known.

*Bare name* says when the bare name of an ambiguous skill counts; longer names always do. *case*: written exactly so. *acronym*: in
capitals. *context*: with evidence beside it, such as a list of skills or "experience with". *qualified*: only among names
of its kind, else only with its maker ("Microsoft Excel").

## Adding a skill

A row of `nlp/skills.csv`, or of a file `skills.csv` of your own beside the warehouse (columns `skill,name,category`, and any of
`aliases,ambiguity,parent,since`; a row with a key of the table takes that row's place), is found after the next
`rolescope label`, which reads only the ads that can hold it.

`rolescope skills discover` proposes names that the table lacks. It learns what a skill looks like from where the known ones
stand in your ads (lists, "experience with", shape, section), counts employers instead of ads, and puts names that rise first
among equals; a key accepts or rejects one. Of 100 skills that the table was made to forget, 77, 77 and 83 (three draws) came
back in the first 300 proposals from 15,172 ads (`python tests/bench/discovery.py --db FILE --ads 15000`). With nothing
hidden, about 60 of the first 100 were skills or aliases worth having, by one reading. Category and ambiguity are guesses: read
a row before you accept it.

## How well they are found

{scores}

The ads and their labels are not here: they are copies for research. The lists and rules were written with the first 100 ads
and half of the places in view. A skill counts as found where it shares a name or a surface with a labelled one.

## Links

Names and ids of public vocabularies are facts that the table links to; none of their descriptions is copied. A link was
proposed where a name or alias is the same after folding case, spaces and hyphens, then read; a doubtful one was left out.

| column | vocabulary | licence | skills |
|---|---|---|---|
| `github_topic` | [GitHub topics](https://github.com/github/explore) | CC BY 4.0 | {n_github_topic:,} |
| `stackoverflow_tag` | [Stack Overflow tags](https://stackoverflow.com/tags), of the data dump of 2021 | CC BY-SA 4.0 (tag names only) | {n_stackoverflow_tag:,} |
| `esco_uri` | [ESCO](https://esco.ec.europa.eu/) v1.1.1, European Commission | free reuse with acknowledgement (Decision 2011/833/EU) | {n_esco_uri:,} |
| `onet_code` | [O*NET](https://www.onetcenter.org/) technology skills, US Department of Labor: UNSPSC commodity code, the first where it gives several | CC BY 4.0 | {n_onet_code:,} |
"""
_LINKS = ("github_topic", "stackoverflow_tag", "esco_uri", "onet_code")
_NEW_YEARS = 2


def skill_counts() -> dict[str, Any]:
    """``n_openings`` counted, the date ``counted_on``, and ``by_skill``: how many openings name each skill, by key."""
    counts: dict[str, Any] = json.loads(files("nlp.skills").joinpath("counts.json").read_text(encoding="utf-8"))
    return counts


def is_new(skill: Skill, counted_on: str) -> bool:
    """Whether a skill appeared so shortly before the count of that ISO date that ads need not name it yet."""
    return skill.since is not None and skill.since >= int(counted_on[:4]) - _NEW_YEARS


def skills_page() -> str:
    """The page as Markdown."""
    table, definitions, counts = skill_table(), category_definitions(), skill_counts()
    links = {f"n_{link}": sum(getattr(skill, link) is not None for skill in table) for link in _LINKS}
    head = _HEAD.format(
        scores=_scores(),
        n_skills=len(table),
        n_categories=len(definitions),
        n_openings=counts["n_openings"],
        counted_on=counts["counted_on"],
        **links,
    )
    names = {skill.skill: skill.name for skill in table}
    parts = [head]
    for category, definition in definitions.items():
        rows = [skill for skill in table if skill.category == category]
        parts.append(f"## {category}\n\n{definition}. {len(rows)} skills.\n")
        parts.append("\n".join(_rows(rows, names, counts)) + "\n")
    return "\n".join(parts)


def _scores() -> str:
    """The Markdown table of what was measured, with the command of each."""
    lines = ["| measured | score | n | `python …` |", "|---|---|---|---|"]
    with files("nlp.skills").joinpath("scores.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            command = f"`{row['command']}`" if row["command"] else ""
            lines.append(f"| {row['measured']} | {row['score']} | {row['n']} | {command} |")
    return "\n".join(lines)


def _rows(rows: Sequence[Skill], names: Mapping[str, str], counts: Mapping[str, Any]) -> list[str]:
    """The Markdown table of a category, most often named first."""
    by_skill = counts["by_skill"]
    lines = ["| skill | openings | parent | bare name | since |", "|---|---|---|---|---|"]
    for skill in sorted(rows, key=lambda skill: (-by_skill.get(skill.skill, 0), skill.name.lower())):
        n = by_skill.get(skill.skill, 0)
        seen = f"{n:,}" if n else "new" if is_new(skill, counts["counted_on"]) else "0"
        parent = names[skill.parent] if skill.parent else ""
        cells = (f"{skill.name} `{skill.skill}`", seen, parent, skill.ambiguity, str(skill.since or ""))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines
