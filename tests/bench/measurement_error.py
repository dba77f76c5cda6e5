"""How often the skill extractor errs, counted on labelled ads, and how often the role labels do: the two files of error counts
that ship. ``python tests/bench/measurement_error.py --gold DIR [--more DIR …] [--out FOLDER]``.

DIR holds ``gold.jsonl`` and ``gold.parquet`` as skills_gold.py reads them; the role of an ad is the one that the line states,
else the one in nlp/labels.csv. Ads of ``--more`` count as another sample.

A cell is an ad and a skill of the table, among the skills that labels or extractor name in any of these ads. Is the skill
named in the ad, say the labels (a certain one); is it, says the extractor? So tn grows with the number of skills that are
looked at, as the specificity of a rare skill is near 1 whatever one does; precision, tp / (tp + fp), does not. Cells that one
reader would label and another not (uncertain ones) are left out. A labelled skill that the table lacks is an fn of the
category ``not_in_table``. At level ``required`` the question is whether the ad requires the skill: one that is named, but
preferred, is then a no. A cell whose need the labels leave open is left out there.

The counts of roles are those of nlp/roles/metrics.json: cross-validated by employer, no ad judged by a model that had seen it.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from skills_gold import STRENGTH, folded

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions
from nlp.skills.table import skill_table, surfaces
from warehouse.inference.errors import NOT_IN_TABLE, RoleError, SkillError
from warehouse.text import clean

Cell = tuple[str | None, str | None]  # strongest need by the labels and by the extractor; None: not named
UNSURE = "unsure"  # the need, which the labels leave open
LEFT_OUT = "left out"  # one reader would label it, another not

ROLES = ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer", "other")


class Matcher:
    """Which skill of the table a label means."""

    def __init__(self) -> None:
        table = skill_table()
        self.category = {s.skill: s.category for s in table}
        self.ways = {s.skill: {folded(form) for form, _ in surfaces(s)} | {folded(s.skill)} for s in table}
        self.key_of = {way: key for key, ways in reversed(self.ways.items()) for way in ways}
        self.key_of |= {folded(s.name): s.skill for s in table}

    def cells(
        self, skills: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[Any]]
    ) -> tuple[dict[str, Cell], int]:
        """The cells of an ad in which either side names the skill, by its key, and how many labels the table lacks.

        ``found``: the mentions of each key."""
        said = {key: max((m.need for m in ms), key=STRENGTH.__getitem__) for key, ms in found.items()}
        written = {key: self.ways[key] | {folded(m.surface) for m in ms} for key, ms in found.items()}
        certain: dict[str, list[str | None]] = defaultdict(list)
        uncertain: set[str] = set()
        n_lacking = 0
        for skill in skills:
            words = [folded(way) for way in (skill["name"], *skill["surfaces"])]
            keys = [key for key in found if written[key].intersection(words)]
            keys = keys or [self.key_of[word] for word in words if word in self.key_of][:1]
            if not skill["certain"]:
                uncertain.update(keys)
            elif keys:
                for key in keys:
                    certain[key].append(skill["need"])
            else:
                n_lacking += 1
        cells: dict[str, Cell] = {}
        for key in said.keys() | certain.keys() | uncertain:
            if key in certain:
                needs = [need for need in certain[key] if need]
                stated = max(needs, key=STRENGTH.__getitem__) if needs else UNSURE
                cells[key] = stated, said.get(key)
            elif key in uncertain:
                cells[key] = LEFT_OUT, said.get(key)
            else:
                cells[key] = None, said[key]
        return cells, n_lacking


def skill_errors(samples: Mapping[str, Path]) -> Iterator[SkillError]:
    """The rows of skill_errors.csv; a folder of labels for each sample."""
    matcher, roles = Matcher(), _known_roles()
    ads = [(sample, *ad) for sample, folder in samples.items() for ad in _read(folder, roles, matcher)]
    for level in ("named", "required"):
        print(f"design effect of sensitivity, {level}: {_design_effect(level, [cells for *_, cells, _ in ads]):.1f}")
    named = {key for *_, cells, _ in ads for key, cell in cells.items() if cell[0] != LEFT_OUT or cell[1]}
    n_skills = Counter(matcher.category[key] for key in named)
    n_ads = Counter((sample, role) for sample, role, *_ in ads)
    counts: Counter[tuple[str, str, str, str, str]] = Counter()  # level, sample, role, category, outcome
    for sample, role, cells, n_lacking in ads:
        counts["named", sample, role, NOT_IN_TABLE, "fn"] += n_lacking
        for key, cell in cells.items():
            if key in named:
                for level in ("named", "required"):
                    counts[level, sample, role, matcher.category[key], _outcome(level, cell)] += 1
    for level, category in [(level, c) for level in ("named", "required") for c in (*sorted(n_skills), NOT_IN_TABLE)]:
        for sample, role in sorted(n_ads):
            of = {o: counts[level, sample, role, category, o] for o in ("tp", "fn", "fp", "tn", "out")}
            if category != NOT_IN_TABLE:
                of["tn"] += n_ads[sample, role] * n_skills[category] - sum(of.values())
            elif not of["fn"]:
                continue
            yield SkillError(level, sample, role, category, n_ads[sample, role], of["tp"], of["fn"], of["fp"], of["tn"])


def _design_effect(level: str, ads: Sequence[Mapping[str, Cell]]) -> float:
    """Variance of sensitivity with ads as clusters (linearised), of what it were if cells were independent."""
    outcomes = [Counter(_outcome(level, cell) for cell in cells.values()) for cells in ads]
    n = np.array([of["tp"] + of["fn"] for of in outcomes])
    tp = np.array([of["tp"] for of in outcomes])
    share = tp.sum() / n.sum()
    return float(((tp - share * n) ** 2).sum() / (n.sum() * share * (1 - share)))


def _outcome(level: str, cell: Cell) -> str:
    stated, said = cell
    if stated == LEFT_OUT or (level == "required" and stated == UNSURE):
        return "out"
    truth = stated == "required" if level == "required" else stated is not None
    claim = said == "required" if level == "required" else said is not None
    return {(True, True): "tp", (True, False): "fn", (False, True): "fp", (False, False): "tn"}[truth, claim]


def _read(folder: Path, roles: Mapping[str, str], matcher: Matcher) -> Iterator[tuple[str, dict[str, Cell], int]]:
    """Role, cells and labels that the table lacks of each ad whose skills are labelled."""
    labels = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    labels = [label for label in labels if "skills" in label]
    rows = duckdb.execute("select ad, description from read_parquet(?)", [str(folder / "gold.parquet")]).fetchall()
    texts = {ad: clean(description) for ad, description in rows}
    for doc, label in pipeline().pipe(((texts[label["ad"]], label) for label in labels), as_tuples=True):
        found: dict[str, list[Any]] = {}
        for mention in mentions(doc):
            if not mention.negated:
                found.setdefault(mention.key, []).append(mention)
        role = label.get("role") or roles.get(label["ad"]) or "unknown"
        yield role, *matcher.cells(label["skills"], found)


def _known_roles() -> dict[str, str]:
    with files("nlp").joinpath("labels.csv").open(encoding="utf-8") as rows:
        return {row["content_hash"]: row["role"] for row in csv.DictReader(rows)}


def role_errors(metrics: Mapping[str, Any]) -> Iterator[RoleError]:
    """The rows of role_errors.csv: the confusion tables of metrics.json, rows the truth."""
    for label in ("role", "role_by_title", "role_by_text"):
        of = {"gold": metrics[label], **{s: metrics[label][s] for s in ("other", "other_languages", "random")}}
        for sample, scores in of.items():
            for truth, row in zip(ROLES, scores["confusion"], strict=True):
                for found, n in zip(ROLES, row, strict=True):
                    yield RoleError(label, sample, truth, found, n)


def write(path: Path, rows: Iterable[SkillError] | Iterable[RoleError], columns: Sequence[str]) -> None:
    """Write a file of counts."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="folder with gold.jsonl and gold.parquet")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further folders of that kind")
    parser.add_argument("--out", type=Path, default=Path("warehouse/inference"), help="folder of the two files")
    options = parser.parse_args()
    folders = {"gold": options.gold} | {f"more{n or ''}": folder for n, folder in enumerate(options.more)}
    write(options.out / "skill_errors.csv", skill_errors(folders), SkillError._fields)
    metrics = json.loads(files("nlp.roles").joinpath("metrics.json").read_text(encoding="utf-8"))
    write(options.out / "role_errors.csv", role_errors(metrics), RoleError._fields)
