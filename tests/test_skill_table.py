"""The shipped table of skills keeps its own rules: unique keys, no way of writing in two skills, known classes, order."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from nlp.skills.page import is_new, skill_counts, skills_page
from nlp.skills.table import Skill, category_definitions, skill_table
from nlp.skills.table import surfaces as forms_of

COLUMNS = "skill name category aliases ambiguity parent since github_topic stackoverflow_tag esco_uri onet_code".split()
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
    """An alias differs from its siblings by more than case and hyphens, which the matcher varies by itself – except where the
    case of the bare name decides."""
    free = [row for row in rows if row["ambiguity"] not in ("context", "case")]
    spoken = {row["skill"]: Counter(surface.casefold().replace("-", " ") for surface in surfaces(row)) for row in free}
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
        "retrieval-augmented-generation large-language-models generative-ai fastmcp lightrag graphrag context-engineering"
    )
    assert set(expected.split()) - keys == set()


def write(path: Path, *rows: str, header: Sequence[str] = COLUMNS) -> Path:
    """A table of rows whose cells are joined by semicolons; cells that are left out at the end are empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        cells = [row.split(";") for row in rows]
        csv.writer(file).writerows([header, *(row + [""] * (len(header) - len(row)) for row in cells)])
    return path


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["a;Apple Pie;food", "b;Bread;food;apple pie"], "lines 2 and 3 both claim 'apple pie'"),
        (["a;Apple;food", "a;Bread;food"], "lines 2 and 3 have the same key 'a'"),
        (["a;;food"], "line 2: empty name or category"),
        (["A b;Apple;food"], "line 2: key 'A b'"),
        (["a;Apple;food;;maybe"], "line 2: ambiguity 'maybe'"),
        (["a;Apple;food;x|"], "line 2: an alias without a letter or digit"),
        (["a;Apple;food;;;b"], "line 2 has the parent 'b', which is no skill"),
        (["a;Apple;food;;;a"], "line 2: a circle of parents"),
        (["a;Apple;food;;;b", "b;Bread;food;;;c", "c;Cake;food;;;b"], "lines 3 and 4: a circle of parents"),
        (["a;Apple;food;;;;1066"], "line 2: since '1066'"),
        (["a;Apple;food;;;;2999"], "line 2: since '2999'"),
        (["a;Apple;food;;;;soon"], "line 2: since 'soon'"),
        (["a;Apple;food;;;;;fruit", "b;Bread;food;;;;;fruit"], "lines 2 and 3 both link to github_topic 'fruit'"),
        (["a;Apple;food;;;;;;tag", "b;Bread;food;;;;;;tag"], "lines 2 and 3 both link to stackoverflow_tag 'tag'"),
        (["a;Apple;food;;;;;;;www.example.org"], "line 2: 'www.example.org' is no URI of an ESCO skill"),
        (["a;Apple;food;;;;;;;;12"], "line 2: '12' is no UNSPSC commodity code"),
        (["a;Apple;drink"], "line 2 has the category 'drink', which categories.csv does not define"),
        (["a;Apple;drink"], "no line has the category 'food'"),
    ],
)
def test_a_contradicting_table_is_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    categories = write(tmp_path / "categories.csv", "food;What one eats", header=["category", "definition"])
    with pytest.raises(ValueError, match=re.escape(message)):
        skill_table(table=write(tmp_path / "skills.csv", *rows), categories=categories)


def test_a_sound_table_is_read_in_its_order(tmp_path: Path) -> None:
    categories = write(tmp_path / "categories.csv", "food;What one eats", header=["category", "definition"])
    path = write(tmp_path / "skills.csv", "b;Bread;food;loaf|bun;case;a;1950;bread", "a;Apple;food")
    assert skill_table(table=path, categories=categories) == (
        Skill("b", "Bread", "food", ("loaf", "bun"), "case", 2, "a", 1950, "bread"),
        Skill("a", "Apple", "food", (), "", 3),
    )


def test_a_table_without_a_column_is_told_which_exist(tmp_path: Path) -> None:
    path = write(tmp_path / "skills.csv", "a;Apple", header=["skill", "name"])
    with pytest.raises(ValueError, match=r"no column aliases, ambiguity, category, esco_uri, .*; found skill, name"):
        skill_table(table=path)


def test_a_row_with_a_cell_too_many_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text(",".join(COLUMNS) + "\n" + "a," * 20 + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: wrong number of columns"):
        skill_table(table=path)


@pytest.mark.parametrize("rows", [["food;"], [";What one eats"], ["food;What one eats", "food;What one bakes"]])
def test_a_category_is_defined_once(tmp_path: Path, rows: list[str]) -> None:
    path = write(tmp_path / "categories.csv", *rows, header=["category", "definition"])
    with pytest.raises(ValueError, match=f"line {len(rows) + 1}: category"):
        category_definitions(path)


def test_every_skill_was_seen_in_a_real_ad_or_is_new() -> None:
    counts = skill_counts()
    unseen = [
        s.skill for s in skill_table() if not counts["by_skill"].get(s.skill) and not is_new(s, counts["counted_on"])
    ]
    assert unseen == [], "count again: python tests/bench/skill_counts.py, or drop the row"
    assert counts["by_skill"].keys() == {s.skill for s in skill_table()}


def test_the_page_of_skills_is_current() -> None:
    page = Path(__file__).parent.parent / "docs" / "skills.md"
    assert page.read_text(encoding="utf-8") == skills_page(), "run: rolescope docs"


def test_a_word_of_the_name_in_lower_case_needs_evidence_in_either_case() -> None:
    """ "We are testing an idea" is no skill; "testing, Docker, SQL" is one."""
    skill = Skill("testing", "Software Testing", "testing", ("testing", "testers"), "context", 2)
    rules = dict(forms_of(skill))
    assert rules["testing"] == rules["Testing"] == "context"
    assert rules["Software Testing"] == rules["testers"] == "plain"
