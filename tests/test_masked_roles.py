"""The role by text with a group of skills hidden, held to the slow way: the same text judged anew with those words hidden."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from spacy.tokens import Doc

from nlp.label import label
from nlp.pipeline import pipeline
from nlp.reading import Ad, Reader
from nlp.roles import masked
from nlp.roles.classifier import ROLES, RoleClassifier
from nlp.roles.features import Batch, Floats, batch, keys, without_boilerplate
from nlp.roles.labels import Cues
from nlp.roles.masked import Group, Judged, MaskedRoles
from nlp.roles.signals import text_inputs, text_mask
from warehouse import connect
from warehouse.store import building

NLP, MODEL, READER = pipeline(), RoleClassifier.load(), Reader()

LLM_AND_TRAINING = (
    "Train deep learning models in PyTorch and TensorFlow on our own data.\nFine-tune large language models, write "
    "prompts, and build retrieval-augmented generation with LangChain. Deploy models with Docker, Kubernetes and MLflow."
)
NUMBERS = (
    "We bake bread.\n\nRequirements\n• Power BI, Tableau or Excel; SQL\n• A/B testing, regression, Bayesian statistics\n"
    "• R and Python, pandas, scikit-learn\n\nBenefits\n• Free bread, Python courses"
)
SIDES = "Build user interfaces in React, TypeScript, HTML & CSS, and REST APIs in Node.js, Express, with PostgreSQL. No PHP needed."
ADS = {
    "AI Engineer": LLM_AND_TRAINING,
    "PyTorch Trainer": LLM_AND_TRAINING,
    "Data Scientist": NUMBERS,
    "Baker": NUMBERS,
    "Full Stack Developer": SIDES,
    "": "Python, PyTorch",
    "Driver": "",
    "Data Engineer": "Design, build and maintain data pipelines, " * 40 + SIDES + NUMBERS,
    "🙂": "🙂🙂 Python\n\n\n🙂 PyTorch, 🙂 TensorFlow",
    "Kneader": "Knead dough.",
    "ML Engineer": "PyTorch\nPyTorch PyTorch, PyTorch\n\nLangChain; PyTorch-based prompts",
}
BOTH_JOBS = LLM_AND_TRAINING.replace("\n", " ")
JOBS = (
    "Fernholt | Delft | Several roles\n\nWe are hiring:\n\n• Data Scientist: statistics, A/B testing, forecasting in R, regression\n\n"
    f"• Research Engineer: {BOTH_JOBS}\n\nWrite to us."
)


def slowly(titles: Batch, texts: Batch, under: np.ndarray[Any, Any]) -> Floats:
    """The text answers of whole ads with the tokens ``under`` hidden beside the words of titles."""
    cues = Cues()
    found = keys(texts, text_mask(texts, titles, MODEL.hidden) | under)
    linear = MODEL.linear["masked"]
    table = np.zeros(1 << 22, dtype=np.int32)
    table[linear.keys] = np.arange(1, len(linear.keys) + 1)
    log_p = linear.log_probabilities(found, table, shown_only=True)
    return MODEL.stackers["text"](text_inputs(log_p, found.n_shown, cues.shown_density(found), cues.names))


def groups_of(text: str, words: dict[str, str]) -> list[Group]:
    """Every place of each word, in its group."""
    return [
        (group, at, at + len(word))
        for word, group in words.items()
        for at in range(len(text))
        if text.startswith(word, at)
    ]


WORDS = {
    "PyTorch": "library", "TensorFlow": "library", "LangChain": "tool", "Python": "language", "R ": "language", "SQL": "language",
    "language models": "method", "large language models": "method", "retrieval-augmented generation": "method", "models": "noun",
    "React, TypeScript, HTML & CSS": "front", "Node.js": "back", "PostgreSQL": "back", "build and maintain data pipelines": "duty",
    "A/B testing, regression": "statistics", "Bayesian": "statistics", "Power BI, Tableau or Excel": "reporting", "Knead": "duty",
    "🙂": "picture", "\n": "line",
}  # fmt: skip


def test_answers_are_those_of_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked, "_SURELY", 2)  # none is left out
    titles, docs = batch([NLP(title) for title in ADS]), [NLP(text) for text in ADS.values()]
    tokens = batch(docs)
    numbers = Batch(np.arange(len(tokens.ids), dtype=np.uint64), tokens.bounds)
    places = without_boilerplate(docs, numbers)
    texts = Batch(tokens.ids[places.ids], places.bounds)
    nothing = np.zeros(len(texts.ids), dtype=np.bool_)
    answers = slowly(titles, texts, nothing)
    groups = [groups_of(text, WORDS) for text in ADS.values()]
    made = MaskedRoles(MODEL)(docs, groups, Judged(titles, tokens, places, answers))
    by_row = {(ad, group): p for ad, group, p in zip(made.ad.tolist(), made.group, made.answers, strict=True)}
    assert len(by_row) == len(made.group) > 20
    for ad, doc in enumerate(docs):
        for group in {name for name, _, _ in groups[ad]}:
            hidden = np.isin(places.ids, [*tokens_under(doc, groups[ad], group, int(tokens.bounds[ad]))])
            expected = slowly(titles, texts, hidden)[ad]
            np.testing.assert_allclose(by_row.get((ad, group), answers[ad]), expected, atol=1e-5)


def tokens_under(doc: Doc, groups: Sequence[Group], name: str, first: int) -> set[int]:
    """Places of the tokens that a group's words touch."""
    spans = [(start, end) for group, start, end in groups if group == name]
    return {first + t.i for t in doc if any(t.idx < end and start < t.idx + len(t) for start, end in spans)}


def masked_rows(*ads: Ad) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = READER.tables(ads)["job_posting_role_masked"].to_pylist()
    return rows


def test_a_row_says_what_the_role_would_be_without_the_group() -> None:
    tables = READER.tables([Ad("both", "Engineer", LLM_AND_TRAINING), Ad("van", "Driver", "Drive a van.")])
    (role, _) = tables["job_posting_role"].to_pylist()
    rows = tables["job_posting_role_masked"].to_pylist()
    assert rows
    for row in rows:
        assert row["content_hash"] == "both"
        assert row["role"] in ROLES
        assert row["role"] != role["role_by_text"]
        assert 0.2 < row["p_role"] <= 1


def test_hiding_what_language_models_are_made_of_leaves_a_trainer_of_models() -> None:
    rows = {row["skill_group"]: row["role"] for row in masked_rows(Ad("a", "PyTorch Trainer", LLM_AND_TRAINING))}
    assert {rows["genai_method"], rows["llm_tool"]} == {"ml_engineer"}


def test_where_nothing_is_left_there_is_no_role() -> None:
    (row,) = [row for row in masked_rows(Ad("a", "", "Python")) if row["skill_group"] == "language"]
    assert row == {"content_hash": "a", "skill_group": "language", "role": None, "p_role": None}


@pytest.mark.parametrize("text", ["", "🙂", "\n\n", "\x00\x01", "Drive a van.", " ", "PyTorch " * 30_000])
def test_any_text_is_taken(text: str) -> None:
    for row in masked_rows(Ad("a", "Driver", text)):
        assert row["role"] is None or row["p_role"] > 0


def test_of_an_ad_for_several_jobs_only_its_own_part_is_read() -> None:
    own = masked_rows(Ad("a", "Research Engineer", JOBS))
    assert own
    assert own == masked_rows(Ad("a", "Research Engineer", f"• Research Engineer: {BOTH_JOBS}"))
    assert own != masked_rows(Ad("a", "Fernholt", JOBS))


def test_no_ads_make_an_empty_table() -> None:
    table = READER.tables([])["job_posting_role_masked"]
    assert table.num_rows == 0
    assert table.schema.field("p_role").type == pa.float32()


def test_the_batch_does_not_matter() -> None:
    ads = [Ad(str(i), title, text) for i, (title, text) in enumerate(ADS.items())]
    together = masked_rows(*ads)
    alone = [row for ad in ads for row in masked_rows(ad)]
    key = [(row["content_hash"], row["skill_group"]) for row in together]
    assert len(set(key)) == len(key)
    assert sorted((*k, row["role"]) for k, row in zip(key, together, strict=True)) == sorted(
        (row["content_hash"], row["skill_group"], row["role"]) for row in alone
    )


def test_rows_are_published_and_go_with_their_label_version(tmp_path: Path) -> None:
    db, at = tmp_path / "rolescope.duckdb", datetime(2026, 3, 3, 12, tzinfo=UTC)
    with building(db, at) as con:
        con.execute(
            "insert into job_posting_text (content_hash, title, text) values ('a', 'Engineer', ?)", [LLM_AND_TRAINING]
        )
        label(con, at, workers=1)
    query = "select count(*) from job_posting_role_masked"
    with connect(db) as con:
        assert con.execute(query).fetchall() > [(0,)]
    with building(db, at) as con:
        con.execute("update label_version set model_version = 'older'")
        con.execute("delete from job_posting_text")
        label(con, at, workers=1)
    with connect(db) as con:
        assert con.execute(query).fetchall() == [(0,)]


def test_a_skill_that_moves_to_another_category_is_read_again(tmp_path: Path) -> None:
    db, own, at = tmp_path / "rolescope.duckdb", tmp_path / "skills.csv", datetime(2026, 3, 3, 12, tzinfo=UTC)
    groups = []
    for category in ("language", "database"):
        own.write_text(f"skill,name,category,aliases,ambiguity\npython,Python,{category},,\n", encoding="utf-8")
        with building(db, at) as con:
            if not groups:
                con.execute("insert into job_posting_text (content_hash, title, text) values ('a', '', 'Python')")
            label(con, at, workers=1, own_skills=own)
            groups += con.execute("select skill_group from job_posting_role_masked").fetchall()
    assert groups == [("language",), ("database",)]
