"""Training on a few hundred invented ads: reproducible to the byte, and gold stays out of it."""

import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlp.role_labels import ROLES, Cues, TitleRules, weak_labels
from nlp.roles import RoleClassifier
from nlp.stacking import excerpts
from nlp.train import train
from nlp.training_ads import read_gold, read_sample, tokenize

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


@pytest.fixture
def ads_and_gold(tmp_path: Path) -> tuple[Path, Path]:
    rows = [ad(i, role, f"t{place}x") for place, role in enumerate(ROLES) for i in range(80)]
    read = [ad(i, role, f"g{place}x") for place, role in enumerate(ROLES) for i in range(24)]
    gold = tmp_path / "gold"
    gold.mkdir()
    copied = {**read[0], "ad": "copied", "company": "Somebody else"}
    pq.write_table(pa.Table.from_pylist([*rows, read[1], copied]), tmp_path / "ads.parquet")
    pq.write_table(pa.Table.from_pylist(read), gold / "gold.parquet")
    labels = [
        {"ad": one["ad"], "stratum": "invented", "role": role, "adjacent": None, "secondary": None}
        for one, role in zip(read, [role for role in ROLES for _ in range(24)], strict=True)
    ]
    labels[3]["role"] = None
    (gold / "gold.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels), encoding="utf-8")
    return tmp_path / "ads.parquet", gold


def test_training_twice_gives_the_same_bytes(ads_and_gold: tuple[Path, Path], tmp_path: Path) -> None:
    ads, gold = ads_and_gold
    stages = []
    first = train([ads], gold, tmp_path / "a", progress=lambda stage, done, total: stages.append(stage))
    second = train([ads], gold, tmp_path / "b")
    for name in ("model/roles.npz", "model/roles.json", "metrics.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert first == second
    assert first["version"] == RoleClassifier.load(tmp_path / "a" / "model").version
    assert first["role"]["macro_f1"] > 0.9
    assert first["baselines"]["shuffled_gold_labels"]["macro_f1"] < 0.5
    assert stages[0] == "read ads"


def test_gold_ads_their_employers_and_their_texts_are_not_trained_on(ads_and_gold: tuple[Path, Path]) -> None:
    ads, gold = ads_and_gold
    sample = read_sample([ads], read_gold(gold), TitleRules(), seed=0)
    assert sample.counts["n_left_out_gold"] == 2
    assert len(sample.titles) == 5 * 80


def test_ads_of_sources_that_forbid_training_are_left_out_and_counted(
    ads_and_gold: tuple[Path, Path], tmp_path: Path
) -> None:
    ads, gold = ads_and_gold
    of_sources = ["teamtailor", "greenhouse", "remoteok", None, "elsewhere"]
    rows = [{**ad(i, "other", "s"), "source": source} for i, source in enumerate(of_sources)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "sources.parquet")
    table = pq.read_table(gold / "gold.parquet")
    pq.write_table(
        table.append_column("source", [["personio"] * 22 + ["workable"] * 2 + [None] * 96]), gold / "gold.parquet"
    )
    read = read_gold(gold)
    assert len(read.titles) == 24 * 5 - 1 - 2
    sample = read_sample([ads, tmp_path / "sources.parquet"], read, TitleRules(), seed=0)
    assert sample.counts["n_left_out_forbidden"] == 2
    assert len(sample.titles) == 5 * 80 + 3
    assert not {rows[0]["description"], rows[2]["description"]} & set(sample.descriptions)


def test_an_ad_that_no_rule_settles_is_labelled_by_its_text(ads_and_gold: tuple[Path, Path], tmp_path: Path) -> None:
    rows = [{**ad(i, "ai_engineer", "n"), "title": "AI/ML Engineer"} for i in range(10)]
    for row in rows:
        row["description"] += " keras jax" * 13  # as many words of the other role, but rare ones
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "mixed.parquet")
    ads, gold = ads_and_gold
    training = train([ads, tmp_path / "mixed.parquet"], gold, tmp_path / "out")["training"]
    assert training["n_texts_labelled"] + training["n_labelled_by_model"] > 5 * 80
    assert training["n_labelled_by_model"] > 0


def test_excerpts_are_stretches_of_their_texts() -> None:
    texts = tokenize(["one two three four five six seven", "", "eight nine"])
    cut = excerpts(texts, n_words=3, seed=0)
    assert len(cut) == 3
    assert np.diff(cut.bounds).tolist() == [3, 0, 2]
    start = texts.ids.tolist().index(cut.ids[0])
    assert texts.ids[start : start + 3].tolist() == cut.ids[:3].tolist()


def test_disputed_ads_are_not_scored(ads_and_gold: tuple[Path, Path]) -> None:
    assert len(read_gold(ads_and_gold[1]).y) == 5 * 24 - 1


def test_an_employer_with_many_ads_is_one_voice(tmp_path: Path, ads_and_gold: tuple[Path, Path]) -> None:
    rows = [{**ad(i, "data_scientist", "m"), "company": "Many, Inc."} for i in range(20)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "many.parquet")
    sample = read_sample([tmp_path / "many.parquet"], read_gold(ads_and_gold[1]), TitleRules(), seed=0)
    assert len(sample.titles) == 3


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
