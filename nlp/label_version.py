"""What labels depend on: the code, the data and the model of this package; and which ads a changed table of skills concerns."""

import hashlib
import re
from collections.abc import Collection, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

from nlp.skills.table import Skill, skill_table, surfaces

# No label depends on these; skills.csv has a part of the version for itself.
_NOT_READ = frozenset(
    """
    cluster command_line.py discovery label.py label_version.py labels.csv review training roles/explanation.py roles/reasons.py
    skills/checks.py skills/counts.json skills/page.py skills/scores.csv skills.csv roles/metrics.json roles/model model/retrained.json
    """.split()
)
_READ = (".py", ".csv", ".json", ".npz")
_WORD = re.compile(r"[^\W\d_]+")
_MOST_CHANGED = 100  # skills; looking for the forms of more takes longer than reading the ads


def label_version(model: Path | None = None, own_skills: Path | None = None) -> str:
    """Twelve and eight hex digits, which change whenever a label could: a hash of this package and of the model in that
    folder (None: the shipped one), and a hash of the table of skills with the rows of that file (None: there are none)."""
    digest, shipped = hashlib.sha256(), files("nlp.roles") / "model"
    for path, content in [*_package_files(files("nlp"), ""), *_package_files(model or shipped, "model/")]:
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    rows = "\n".join(repr(skill._replace(line=0, file="")) for skill in skill_table(own_skills))
    table = hashlib.sha256(rows.encode())
    return f"{digest.hexdigest()[:12]}-{table.hexdigest()[:8]}"


def _package_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = prefix + entry.name
        if path in _NOT_READ or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _package_files(entry, f"{path}/")
        elif entry.name.endswith(_READ):
            yield path, entry.read_bytes()


def same_but_skills(version: str, other: str | None) -> bool:
    """Whether two label versions are the same, or differ by the table of skills alone; None is no version."""
    return other is not None and version.split("-")[0] == other.split("-")[0]


def outdated_contents(con: duckdb.DuckDBPyConnection, table: Collection[Skill]) -> list[str] | None:
    """Content hashes of the texts that can hold a skill in which ``table`` differs from the table ``skill`` of the
    warehouse ``con``, by which it was labelled; None: so many differ that all should be read again."""
    # The category, because job_posting_role_masked hides a whole one.
    rows = con.execute("select skill, name, category, aliases, ambiguity from skill").fetchall()
    was = {
        Skill(key, name, category, tuple(aliases), ambiguity or "", 0)
        for key, name, category, aliases, ambiguity in rows
    }
    now = {Skill(skill.skill, skill.name, skill.category, skill.aliases, skill.ambiguity, 0) for skill in table}
    changed = was ^ now
    if len(changed) > _MOST_CHANGED:
        return None
    wordings = {
        frozenset(_WORD.findall(form.lower())) or frozenset([form]) for skill in changed for form, _ in surfaces(skill)
    }
    # Of "spring boot" and "spring", the shorter finds both.
    forms = [form for form in wordings if not any(other < form for other in wordings)]
    if not forms:
        return []
    holds = " or ".join("(" + " and ".join(["contains(words, ?)"] * len(form)) + ")" for form in forms)
    words = [word for form in forms for word in form]
    query = f"select content_hash from (select content_hash, lower(text) as words from job_posting_text) where {holds}"  # noqa: S608
    return [key for (key,) in con.execute(query, words).fetchall()]
