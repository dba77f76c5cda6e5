"""The shipped table of skills keeps its own rules: unique keys, no way of writing in two skills, known classes, order."""

import csv
import re
from collections import Counter, defaultdict
from importlib.resources import files

import pytest

COLUMNS = ["skill", "name", "category", "aliases", "ambiguity"]
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
AMBIGUITY = {"", "case", "context", "qualified", "acronym"}
ROWS_AT_LEAST = 1500
ROWS_PER_CATEGORY = 3

Row = dict[str, str]


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    return list(csv.reader(files("nlp").joinpath("skills.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def rows(lines: list[list[str]]) -> list[Row]:
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def surfaces(row: Row) -> list[str]:
    return [row["name"], *filter(None, row["aliases"].split("|"))]


def joined(surface: str) -> str:
    """A surface without the case, hyphens and spaces that the matcher treats as equal."""
    return re.sub(r"[\s\-]+", "", surface.casefold())


def test_every_line_has_the_same_columns(lines: list[list[str]]) -> None:
    assert lines[0] == COLUMNS
    assert [line for line in lines if len(line) != len(COLUMNS)] == []


def test_no_stray_spaces(rows: list[Row]) -> None:
    cells = [part for row in rows for cell in row.values() for part in cell.split("|")]
    assert [part for part in cells if part != " ".join(part.split())] == []


def test_no_empty_alias(rows: list[Row]) -> None:
    assert [row["skill"] for row in rows if row["aliases"] and "" in row["aliases"].split("|")] == []


def test_keys_are_well_formed_and_unique(rows: list[Row]) -> None:
    keys = Counter(row["skill"] for row in rows)
    assert [key for key in keys if not KEY.fullmatch(key)] == []
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_surface_belongs_to_two_skills(rows: list[Row]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for surface in surfaces(row):
            owners[joined(surface)].add(row["skill"])
    assert {surface: keys for surface, keys in owners.items() if len(keys) > 1} == {}


def test_no_alias_repeats_its_own_skill(rows: list[Row]) -> None:
    """An alias differs from its siblings by more than case and hyphens, which the matcher varies by itself."""
    spoken = {row["skill"]: Counter(surface.casefold().replace("-", " ") for surface in surfaces(row)) for row in rows}
    repeated = {key: [form for form, times in forms.items() if times > 1] for key, forms in spoken.items()}
    assert {key: forms for key, forms in repeated.items() if forms} == {}


def test_ambiguity_classes_are_known(rows: list[Row]) -> None:
    assert {row["ambiguity"] for row in rows} <= AMBIGUITY


def test_a_qualified_skill_has_an_alias_that_counts(rows: list[Row]) -> None:
    assert [row["skill"] for row in rows if row["ambiguity"] == "qualified" and not row["aliases"]] == []


def test_one_letter_names_ask_for_evidence(rows: list[Row]) -> None:
    """One-letter names would match everywhere; every row that holds one asks for evidence."""
    short = [row["skill"] for row in rows if any(len(surface) == 1 for surface in surfaces(row))]
    assert {row["ambiguity"] for row in rows if row["skill"] in short} <= {"context"}


def test_the_table_is_large_and_every_category_is_used(rows: list[Row]) -> None:
    categories = Counter(row["category"] for row in rows)
    assert len(rows) >= ROWS_AT_LEAST
    assert {category for category, times in categories.items() if times < ROWS_PER_CATEGORY} == set()
    assert [category for category in categories if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", category)] == []


def test_rows_are_sorted_by_category_and_key(rows: list[Row]) -> None:
    order = [(row["category"], row["skill"]) for row in rows]
    assert order == sorted(order)


def test_the_names_of_generative_ai_are_in_the_table(rows: list[Row]) -> None:
    keys = {row["skill"] for row in rows}
    expected = (
        "langchain langgraph llamaindex crewai autogen dspy semantic-kernel model-context-protocol vllm ollama pinecone "
        "weaviate qdrant chroma pgvector faiss guardrails function-calling tool-calling prompt-engineering ai-agents "
        "agentic-ai multi-agent-systems llm-evaluation fine-tuning lora embeddings vector-databases semantic-search "
        "retrieval-augmented-generation large-language-models generative-ai"
    )
    assert set(expected.split()) - keys == set()
