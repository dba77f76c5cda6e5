"""Training on a few hundred invented ads: reproducible to the byte, and no read ad gets into the pool."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import AT

from nlp.review.labels_file import ReviewedLabel
from nlp.roles.classifier import RoleClassifier
from nlp.roles.labels import ROLES, Cues, TitleRules, weak_labels
from nlp.roles.stacking import cross_predict, fit_stacker
from nlp.training.ads import Pool, read_gold, read_labelled, read_pool, together
from nlp.training.scores import calibration
from nlp.training.train import train
from warehouse import connect
from warehouse.importing import import_files
from warehouse.load import load
from warehouse.store import building, landing_folder

WORDS = {
    "ai_engineer": ("AI Engineer", "llm prompts agents retrieval embeddings guardrails chatbot langchain rag"),
    "ml_engineer": (
        "Machine Learning Engineer",
        "train pytorch gpu tensorflow inference tuning kubeflow serving features",
    ),
    "data_scientist": (
        "Data Scientist",
        "statistics experiments regression hypothesis insights causal forecast r survey",
    ),
    "full_stack_engineer": ("Full Stack Developer", "react html css typescript django postgresql apis redis graphql"),
    "other": ("Delivery Driver", "van parcels city licence customers shifts uniform morning depot"),
}
FILLER = "we work with people who like to learn and share what they know every day in a small team".split()


def ad(number: int, role: str, prefix: str) -> dict[str, str]:
    title, words = WORDS[role]
    chance = random.Random(f"{prefix}{number}")
    text = " ".join(chance.choices(words.split(), k=30) + chance.choices(FILLER, k=30))
    return {
        "ad": f"{prefix}{number:04}",
        "dataset": "invented",
        "title": title,
        "company": f"Employer {prefix} {number // 2}",
        "description": text,
    }


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    read = [ad(i, role, f"g{place}x") for place, role in enumerate(ROLES) for i in range(24)]
    pq.write_table(pa.Table.from_pylist(read), folder / "gold.parquet")
    labels = [
        {"ad": one["ad"], "stratum": "plain", "role": ROLES[int(one["ad"][1])], "adjacent": None, "secondary": None}
        for one in read
    ]
    for label in labels:
        label["adjacent"] = "non_tech" if label["role"] == "other" else None
    labels[3]["role"] = None
    (folder / "gold.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels), encoding="utf-8")
    return folder


def imported(folder: Path, rows: Sequence[dict[str, str]]) -> Path:
    """A published warehouse of these ads."""
    pq.write_table(pa.Table.from_pylist(list(rows)), folder / "ads.parquet")
    db = folder / "rolescope.duckdb"
    with building(db, AT) as con:
        import_files([folder / "ads.parquet"], {}, landing_folder(db), AT)
        load(con, landing_folder(db))
    return db


def pool_ads() -> list[dict[str, str]]:
    return [ad(i, role, f"t{place}x") for place, role in enumerate(ROLES) for i in range(80)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ads to train on, ads that were read (r), a gold ad under another name, and another ad of a gold employer."""
    read = [ad(i, role, f"r{place}x") for place, role in enumerate(ROLES) for i in range(30)]
    copied = {**ad(0, "ai_engineer", "g0x"), "ad": "copied", "company": "Somebody else"}
    other = {**ad(77, "ai_engineer", "t9x"), "company": ad(1, "ai_engineer", "g0x")["company"]}
    return imported(tmp_path_factory.mktemp("train"), [*pool_ads(), *read, copied, other])


@pytest.fixture(scope="module")
def labels(db: Path) -> list[ReviewedLabel]:
    with connect(db) as con:
        rows = con.execute("select content_hash, identifier from job_posting where identifier like 'r%'").fetchall()
    return [label(content_hash, ROLES[int(ad[1])]) for content_hash, ad in rows]


def label(content_hash: str, role: str, reviewer: str = "ada") -> ReviewedLabel:
    return ReviewedLabel(
        content_hash=content_hash,
        role=role,
        adjacent="non_tech" if role == "other" else None,
        chosen="random",
        reviewer=reviewer,
        reviewed_at=datetime(2026, 3, 3, tzinfo=UTC),
    )


def pool_of(db: Path, without: frozenset[str] = frozenset(), seed: int = 0) -> Pool:
    with connect(db) as con:
        return read_pool(con, without, TitleRules(), seed, lambda stage, done, total: None)


def test_training_twice_gives_the_same_bytes(db: Path, labels: list[ReviewedLabel], gold: Path, tmp_path: Path) -> None:
    stages = []
    with connect(db) as con:
        first = train(con, labels, gold, tmp_path / "a", progress=lambda stage, done, total: stages.append(stage))
        second = train(con, list(reversed(labels)), gold, tmp_path / "b")
    for name in ("model/roles.npz", "model/roles.json", "metrics.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert first == second
    assert "left_out" not in first
    assert first["version"] == RoleClassifier.load(tmp_path / "a" / "model").version
    assert first["role"]["macro_f1"] > 0.9
    assert first["baselines"]["shuffled_labels"]["macro_f1"] < first["role"]["macro_f1"] - 0.2  # five kinds of ads only
    assert first["role"]["random"]["accuracy"] > 0.9
    assert (stages[0], stages[-1]) == ("read ads", "cross-validate")


def test_a_board_can_be_left_out(db: Path) -> None:
    pool = pool_of(db)
    assert len(pool.without("ads.parquet").titles) == len(pool.without("ads.parquet").texts) == 0
    assert pool.without("elsewhere").titles == pool.titles


def test_read_ads_and_gold_employers_are_not_in_the_pool(db: Path, labels: list[ReviewedLabel], gold: Path) -> None:
    with connect(db) as con:
        read, without_read = read_labelled(con, labels)
    _, without_gold = read_gold(gold)
    pool = pool_of(db, without_gold | without_read)
    assert len(read.y) == 5 * 30
    assert pool.counts["n_left_out_read"] == 5 * 30 + 2
    assert len(pool.titles) == 5 * 80


def test_an_ad_on_which_reviewers_differ_is_not_used(db: Path, labels: list[ReviewedLabel]) -> None:
    one = labels[0]
    other = label(one.content_hash, next(role for role in ROLES if role != one.role), reviewer="bob")
    with connect(db) as con:
        assert len(read_labelled(con, [*labels, other])[0].y) == len(labels) - 1
        assert len(read_labelled(con, [*labels, label(one.content_hash, one.role, "bob")])[0].y) == len(labels)


def test_too_few_labels_are_named(db: Path, gold: Path, tmp_path: Path) -> None:
    with connect(db) as con, pytest.raises(ValueError, match="0 labels are of ads of this warehouse: too few"):
        train(con, [label("0" * 16, "other")], gold, tmp_path)


def test_ads_of_sources_that_forbid_training_are_left_out(
    db: Path, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp.training.ads._forbidden", lambda: {"import"})
    assert pool_of(db).counts["n_ads"] == 0
    monkeypatch.undo()
    table = pq.read_table(gold / "gold.parquet")
    (tmp_path / "gold.jsonl").write_bytes((gold / "gold.jsonl").read_bytes())
    sources = [["personio"] * 22 + ["workable"] * 2 + [None] * 96]
    pq.write_table(table.append_column("source", sources), tmp_path / "gold.parquet")
    assert len(read_gold(tmp_path)[0].titles) == 24 * 5 - 1 - 2


def test_an_ad_that_no_rule_settles_is_learned_from_in_the_end(
    labels: list[ReviewedLabel], gold: Path, tmp_path: Path
) -> None:
    read = [ad(i, role, f"r{place}x") for place, role in enumerate(ROLES) for i in range(30)]
    mixed = [{**ad(i, "ai_engineer", f"n{i}x"), "title": "AI/ML Engineer"} for i in range(20)]
    for row in mixed:
        row["description"] += " keras jax" * 13  # as many words of the other role, but rare ones
    with connect(imported(tmp_path, [*pool_ads(), *read, *mixed])) as con:
        training = train(con, labels, gold, tmp_path)["training"]
    assert training["n_by_class"]["ai_engineer"] > 80


def test_disputed_ads_are_not_scored(gold: Path) -> None:
    assert len(read_gold(gold)[0].y) == 5 * 24 - 1


def test_an_employer_with_many_ads_is_one_voice(tmp_path: Path) -> None:
    rows = [{**ad(i, "data_scientist", "m"), "company": "Many, Inc."} for i in range(20)]
    assert len(pool_of(imported(tmp_path, rows)).titles) == 3


def test_parts_of_read_ads_keep_together(gold: Path) -> None:
    read, _ = read_gold(gold)
    every_other = np.arange(len(read.y)) % 2 == 0
    again = together(read.only(every_other), read.only(~every_other))
    order = [*range(0, len(read.y), 2), *range(1, len(read.y), 2)]
    assert again.titles == [read.titles[i] for i in order]
    assert again.y.tolist() == read.y[order].tolist()
    place = order.index(7)
    words = slice(read.texts.bounds[7], read.texts.bounds[8])
    assert again.texts.rows(place, place + 1).ids.tolist() == read.texts.ids[words].tolist()


def test_stackers_say_nothing_of_what_they_never_saw(gold: Path) -> None:
    read, _ = read_gold(gold)
    inputs = np.eye(5, dtype=np.float32)[read.y]
    assert (fit_stacker("both", inputs, read)(inputs).argmax(1) == read.y).all()
    tags = fit_stacker("adjacent", inputs, read)(inputs)
    assert (tags.argmax(1) == 11).all() and np.allclose(tags[:, 11], 1)
    assert fit_stacker("holds", inputs, read).each(inputs).shape == (len(read.y), 4)
    two = read.only(read.y < 2)
    crossed = cross_predict("both", inputs[read.y < 2], two, seed=0)
    assert (crossed.argmax(1) == two.y).all()
    assert crossed[:, 2:].max() < 1e-6


@pytest.mark.parametrize(("shift", "low", "high"), [(0.0, 0.0, 0.05), (0.2, 0.15, 0.25)])
def test_calibration_error_is_what_was_put_in(shift: float, low: float, high: float) -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(0.5, 0.8, 2000)
    truth = np.where(rng.random(2000) < p + shift, 0, 1).astype(np.intp)
    found = calibration(truth, np.stack([p, 1 - p], axis=1))
    assert low <= found["error"] <= high
    assert found["error_interval"][0] <= found["error"] <= found["error_interval"][1] + 1e-9


@pytest.mark.parametrize(
    ("title", "cues", "label"),
    [
        ("AI Engineer", {"llm": 12}, "ai_engineer"),
        ("AI Engineer", {"train": 12}, "ml_engineer"),
        ("Machine Learning Engineer", {"llm": 12, "train": 2}, "ai_engineer"),
        ("AI/ML Engineer", {"llm": 5, "train": 5}, None),
        ("Full Stack Developer", {"front_end": 4, "back_end": 4}, "full_stack_engineer"),
        ("Full Stack Developer", {"front_end": 4}, None),
        ("Software Engineer", {"front_end": 3, "back_end": 3, "full_stack": 1}, "full_stack_engineer"),
        ("Software Engineer", {"back_end": 4}, "backend"),
        ("Data Scientist", {"statistics": 4}, "data_scientist"),
        ("Data Scientist", {"llm": 12}, None),
        ("Data Analyst", {"reporting": 4}, "data_analyst"),
    ],
)
def test_weak_label_of_a_title_with_cues(title: str, cues: dict[str, int], label: str | None) -> None:
    names = Cues().names
    cue = np.array([[cues.get(name, 0) for name in names]], dtype=np.float32)
    assert weak_labels([TitleRules()(title)], names, cue, np.array([400], dtype=np.float32)).tolist() == [label]
