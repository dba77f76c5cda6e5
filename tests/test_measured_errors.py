"""The error counts that ship: whole, of this model and table, and pooled as the loader says."""

import csv
import importlib
import json
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest

from nlp.pipeline import pipeline
from nlp.skills.matcher import Mention, mentions
from warehouse.inference.errors import (
    DESIGN_EFFECT,
    LABELS,
    LEVELS,
    NOT_IN_TABLE,
    Counts,
    errors_of_role,
    errors_of_skills,
    role_errors,
    skill_errors,
)

ROLES = ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer", "other")


def categories() -> list[str]:
    with files("nlp.skills").joinpath("categories.csv").open(encoding="utf-8") as rows:
        return [row["category"] for row in csv.DictReader(rows)]


def test_each_category_of_skills_is_counted_once_by_level_sample_and_role() -> None:
    rows = [row for row in skill_errors() if row.category != NOT_IN_TABLE]
    keys = [row[:4] for row in rows]
    samples = dict.fromkeys(row.sample for row in rows)
    assert sorted(keys) == sorted(product(LEVELS, samples, ROLES, categories()))
    assert sum(dict(((row.sample, row.role), row.n_ads) for row in rows if row.sample == "gold").values()) == 100


def test_the_cells_of_a_category_are_its_ads_times_its_skills_less_those_left_out() -> None:
    for row in skill_errors():
        assert min(row[4:]) >= 0
        if row.category == NOT_IN_TABLE:
            assert (row.tp, row.fp, row.tn) == (0, 0, 0)
    cells = {row[:4]: sum(row[5:]) for row in skill_errors()}
    for (level, *rest), n in cells.items():  # a need that is open is left out on top
        if level == "required" and rest[-1] != NOT_IN_TABLE:
            assert n <= cells["named", *rest]


@pytest.mark.parametrize("level", LEVELS)
def test_errors_are_as_rare_as_the_scores_of_the_extractor_say(level: str) -> None:
    counts = errors_of_skills(categories(), level)
    assert 0.85 < counts.sensitivity < 1
    assert 0.85 < counts.precision < 1
    assert 0.99 < counts.specificity < 1


def test_counts_are_those_of_as_many_independent_cells_as_tell_as_much() -> None:
    rows = [row for row in skill_errors() if row.level == "named" and row.category == "language"]
    plain = [sum(row[i] for row in rows) / DESIGN_EFFECT["named"] for i in (5, 6, 7, 8)]
    assert list(errors_of_skills(["language"])) == pytest.approx(plain)
    mixed = errors_of_skills(["language"], roles={"ml_engineer": 1, "other": 50})
    assert mixed.tp + mixed.fn < sum(plain[:2])


def test_a_mixture_of_roles_is_that_of_who_asks() -> None:
    rows = [r for r in skill_errors() if (r.level, r.category, r.role) == ("required", "ml_method", "ml_engineer")]
    tp, fn = sum(r.tp for r in rows), sum(r.fn for r in rows)
    alone = errors_of_skills(["ml_method"], "required", {"ml_engineer": 7150})
    assert alone.sensitivity == pytest.approx(tp / (tp + fn))
    mixture = {"ml_engineer": 3.0, "ai_engineer": 1.0}
    tenfold = {role: 10 * n for role, n in mixture.items()}
    assert errors_of_skills(["ml_method"], roles=mixture) == pytest.approx(
        errors_of_skills(["ml_method"], roles=tenfold)
    )


@pytest.mark.parametrize(
    "nothing", [errors_of_skills([]), errors_of_skills(["no such"]), errors_of_skills(["nlp"], roles={})]
)
def test_where_nothing_is_counted_there_is_no_share(nothing: Counts) -> None:
    assert (nothing, nothing.sensitivity, nothing.specificity, nothing.precision) == ((0, 0, 0, 0), None, None, None)
    assert nothing.for_share(0.3) == nothing


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 0.8])
def test_a_share_corrected_with_its_own_specificity_is_right_by_precision_and_sensitivity(share: float) -> None:
    counts = Counts(90, 10, 6, 5000).for_share(share)
    corrected = (share + counts.specificity - 1) / (counts.sensitivity + counts.specificity - 1)  # Rogan and Gladen
    assert corrected == pytest.approx(share * (90 / 96) / 0.9)
    assert counts[:3] == (90, 10, 6)


@pytest.mark.parametrize("share", [-0.1, 0, 1, 0.97])
def test_a_share_that_leaves_nothing_absent_changes_no_count(share: float) -> None:
    counts = Counts(90, 10, 6, 5000)
    assert counts.for_share(share) == counts


def test_role_errors_are_those_of_the_shipped_model() -> None:
    """Made anew with tests/bench/measurement_error.py after every training."""
    metrics = json.loads(files("nlp.roles").joinpath("metrics.json").read_text(encoding="utf-8"))
    n = {row[:4]: row.n for row in role_errors()}
    for label, (i, truth), (j, found) in product(LABELS, enumerate(ROLES), enumerate(ROLES)):
        assert n[label, "gold", truth, found] == metrics[label]["confusion"][i][j]
        for sample in ("other", "other_languages", "random"):
            assert n[label, sample, truth, found] == metrics[label][sample]["confusion"][i][j]


@pytest.mark.parametrize("label", LABELS)
def test_a_role_is_counted_against_all_others(label: str) -> None:
    counts = errors_of_role("ml_engineer", label)
    assert sum(counts) == sum(row.n for row in role_errors() if (row.label, row.sample) == (label, "random"))
    assert counts.tp + counts.fn == sum(
        row.n for row in role_errors() if (row.label, row.sample, row.truth) == (label, "random", "ml_engineer")
    )


LABELS_OF_AD = [
    {"name": "Python", "surfaces": ["python"], "need": "required", "certain": True},
    {"name": "SQL", "surfaces": ["SQL"], "need": "preferred", "certain": True},
    {"name": "Docker", "surfaces": ["Docker"], "need": None, "certain": True},
    {"name": "Kubernetes", "surfaces": ["k8s"], "need": "required", "certain": False},
    {"name": "Quillwork Studio", "surfaces": ["Quillwork"], "need": "required", "certain": True},
]


@pytest.mark.parametrize(
    ("text", "named", "required"),
    [
        ("Requirements\nPython and SQL and Docker.", "out: kubernetes; tp: docker python sql", "fp: sql; out: docker kubernetes; tp: python"),
        ("Requirements\nRust, Kubernetes.", "fn: docker python sql; fp: rust; out: kubernetes", "fn: python; fp: rust; out: docker kubernetes; tn: sql"),
        ("", "fn: docker python sql; out: kubernetes", "fn: python; out: docker kubernetes; tn: sql"),
    ],
)  # fmt: skip
def test_cells_are_counted_by_what_labels_and_extractor_say(
    monkeypatch: pytest.MonkeyPatch, text: str, named: str, required: str
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "bench"))
    bench = importlib.import_module("measurement_error")
    found: dict[str, list[Mention]] = {}
    for mention in mentions(pipeline()(text)):
        found.setdefault(mention.key, []).append(mention)
    cells, n_lacking = bench.Matcher().cells(LABELS_OF_AD, found)
    assert n_lacking == 1
    for level, expected in (("named", named), ("required", required)):
        keys: dict[str, list[str]] = {}
        for key in sorted(cells):
            keys.setdefault(bench._outcome(level, cells[key]), []).append(key)
        assert "; ".join(f"{outcome}: {' '.join(keys[outcome])}" for outcome in sorted(keys)) == expected
