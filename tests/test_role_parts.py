"""Ads that list several jobs: where each part stands, and that ads for one job are left whole. All ads are invented."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from nlp.label import label
from nlp.pipeline import pipeline
from nlp.reading import Ad, Reader
from nlp.roles.classifier import ROLES
from nlp.roles.features import batch
from nlp.roles.job_titles import is_title, title_at
from nlp.roles.parts import Part, own_part, role_parts
from warehouse import WarehouseError, connect
from warehouse.store import building

NLP = pipeline()
READER = Reader()

FERNHOLT = """Fernholt | Data Scientist, Full Stack Engineer, Designer | Bergen | REMOTE

We map forests from the air. You will work with foresters.

• Data Scientist - forecast growth with regression models, run experiments, test hypotheses and explain the statistics.

• Full Stack Engineer (Ghent): build user interfaces in React and TypeScript, and REST APIs in Node.js on PostgreSQL.

• Illustrator

Write to us about a tree that you like."""


def parts_of(*texts: str) -> list[list[Part]]:
    docs = [NLP.make_doc(text) for text in texts]
    return role_parts(docs, batch(docs))


def titles_of(text: str) -> list[str]:
    return [part.title for part in parts_of(text)[0]]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (FERNHOLT, ["Data Scientist", "Full Stack Engineer (Ghent)"]),
        (
            "We're hiring for three roles:\n1. Senior ML Engineer: train models\n2. Data Engineer — build pipelines\n3) SRE",
            ["Senior ML Engineer", "Data Engineer", "SRE"],
        ),
        (
            "Bakers of bread robots.\n\nLead iOS Engineer https://bread.example/1\n\nHead of Growth → https://bread.example/2",
            ["Lead iOS Engineer", "Head of Growth"],
        ),
        (
            "Current openings:\n\nBackend Engineer (Berlin)\nYou keep the ovens warm.\n\nData Analyst\nYou count loaves.",
            ["Backend Engineer (Berlin)", "Data Analyst"],
        ),
        (
            "We are growing. We're hiring: * Full Stack Engineer – web shop * Data Scientist – demand for rolls",
            ["Full Stack Engineer", "Data Scientist"],
        ),
        ("Open roles: - Python Developer - Tech Lead (EU)", ["Python Developer", "Tech Lead (EU)"]),
        (
            "Several jobs at our mill:\nRole 1: Data Engineer\nGrain.\nRole 2: Product Manager\nFlour.",
            ["Data Engineer", "Product Manager"],
        ),
        (
            "Offene Stellen in Jena:\n• Softwareentwickler\n• Daten Ingenieur (m/w/d)\n• Data Scientist (m/w/d)",
            ["Softwareentwickler", "Daten Ingenieur (m/w/d)", "Data Scientist (m/w/d)"],
        ),
        (
            "Mill & Co | Multiple roles | Remote\n• Software Engineer - Ovens - https://mill.example/a\n• VP Engineering",
            ["Software Engineer - Ovens", "VP Engineering"],
        ),
    ],
)
def test_jobs_that_a_text_lists_are_found_with_their_titles(text: str, titles: list[str]) -> None:
    assert titles_of(text) == titles


@pytest.mark.parametrize(
    "text",
    [
        "Data Scientist\n\nYou work closely with:\n• Data Engineers\n• Product Managers\n• Software Engineers",
        "Requirements\nFive years in one of these roles:\nprevious experience as\n• Data Analyst\n• Data Engineer",
        "We are hiring a Data Engineer.\n\nLead the design of pipelines\nMentor engineers\nArchitect and build data models",
        "Machine Learning Engineer\nAbout the role\nMachine Learning Engineer (m/f/d)\nWe are hiring.",
        "Join our team and our open roles.\n\nSenior Data Scientist: $150k\nData Scientist II: $120k\nData Scientist: $100k",
        "Our customers are teams of engineers, designers, data scientists and product managers. We are hiring an analyst.",
        "Similar jobs\nData Engineer\nData Analyst\nMachine Learning Engineer",
        "Jobs at Mill & Co\n\nTitle: Data Analyst - Tableau Specialist\nLocation: Delft",
    ],
)
def test_ad_for_one_job_is_left_whole(text: str) -> None:
    assert titles_of(text) == []


def test_parts_stand_where_they_say() -> None:
    (parts,) = parts_of(FERNHOLT)
    first, second = (FERNHOLT[part.start_char : part.end_char] for part in parts)
    assert first.startswith("• Data Scientist - forecast")
    assert first.rstrip().endswith("explain the statistics.")
    assert (
        second
        == "• Full Stack Engineer (Ghent): build user interfaces in React and TypeScript, and REST APIs in Node.js on PostgreSQL."
    )


def test_parts_do_not_depend_on_the_batch() -> None:
    texts = ["", FERNHOLT, "Engineer", "Data Scientist", FERNHOLT]
    assert parts_of(*texts) == [parts_of(text)[0] for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "•",
        "Engineer",
        "🐻‍❄️ engineer 🐻‍❄️\n" * 500,
        "\x00\x01engineer:\x7f" * 1000,
        "()" * 20_000 + "\nData Engineer: a\nData Analyst: b",
        "Roles: " + "(Engineer " * 15_000,
        "open roles: " + "- Engineer " * 15_000,
        "Jobs:\n" + "Data Engineer - \n" * 8_000,
        "a" * 200_000 + " engineer:",
        "hiring for: " * 15_000 + "\nEngineer:\nDesigner:",
        "Jobs:\n" + "\n".join(f"• Engineer {n:x}, Head of {n}: https://mill.example" for n in range(4_000)),
    ],
)
def test_hostile_texts_are_read_in_no_time(text: str) -> None:
    doc = NLP.make_doc(text)
    started = time.process_time()
    (parts,) = role_parts([doc], batch([doc]))
    assert time.process_time() - started < 2
    ends = [0, *(part.end_char for part in parts)]
    assert all(end <= part.start_char < part.end_char <= len(text) for end, part in zip(ends, parts, strict=False))


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Senior ML Engineer", True),
        ("Head of Machine Learning", True),
        ("Member of Technical Staff, Product", True),
        ("Lead Data Scientist", True),
        ("iOS & Android Engineers", True),
        ("Lead the engineers", False),
        ("lead domain conversations, manager", False),
        ("Engineering culture", False),
        ("The Data Analyst", False),
        ("No recruiters", False),
        ("Developer tools", False),
        ("Working as a data engineer", False),
        ("", False),
        ("( )", False),
    ],
)
def test_title_is_told_from_other_words(words: str, title: bool) -> None:
    assert is_title(words) is title


def test_title_ends_where_the_rest_begins() -> None:
    assert title_at("QA Engineer (Remote): test it", 0) == "QA Engineer (Remote)"
    assert title_at("QA Engineer, https://mill.example", 0) == "QA Engineer"
    assert title_at("QA Engineer - Ovens and Mills | Delft", 0) == "QA Engineer - Ovens and Mills"
    assert title_at("QA Engineer - 12 months", 0) == "QA Engineer"
    assert title_at("QA Engineer - you test ovens", 0) == "QA Engineer"


@pytest.mark.parametrize(
    ("title", "titles", "own"),
    [
        ("Data Scientist", ["Data Engineer", "Data Scientist"], 1),
        ("Frontend Engineer", ["Senior Frontend Engineer", "Backend Engineer"], 0),
        ("Software Engineer", ["Software Engineer, Web", "Software Engineer, Mobile"], None),
        ("Data Scientist", ["Data Scientist", "Data Scientist"], None),
        ("Mill & Co | Data Scientist, Data Engineer | Remote", ["Data Scientist", "Data Engineer"], None),
        ("Miller", ["Data Scientist", "Data Engineer"], None),
        ("", ["Data Scientist"], None),
    ],
)
def test_own_part_is_the_one_with_the_title(title: str, titles: list[str], own: int | None) -> None:
    assert own_part(title, [Part(one, n, n + 1) for n, one in enumerate(titles)]) == own


def rows(*ads: Ad) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    tables = READER.tables(ads)
    return tables["job_posting_role"].to_pylist(), tables["job_posting_role_part"].to_pylist()


def test_each_part_has_its_own_label() -> None:
    _, parts = rows(Ad("one", "", "Drive a van."), Ad("two", "Fernholt", FERNHOLT))
    assert [(part["content_hash"], part["part"], part["role"]) for part in parts] == [
        ("two", 1, "data_scientist"),
        ("two", 2, "full_stack_engineer"),
    ]
    for part in parts:
        assert sum(part[f"p_{role}"] for role in ROLES) == pytest.approx(1, abs=1e-5)
        assert FERNHOLT[part["start_char"] : part["end_char"]].startswith(f"• {part['title']}")


def test_posting_has_the_label_of_its_own_part() -> None:
    postings, parts = rows(
        Ad("scientist", "Data Scientist", FERNHOLT),
        Ad("engineer", "Full Stack Engineer", FERNHOLT),
        Ad("all", "Fernholt", FERNHOLT),
    )
    assert [posting["role"] for posting in postings[:2]] == ["data_scientist", "full_stack_engineer"]
    assert [posting["p_other"] for posting in postings[:2]] == [parts[0]["p_other"], parts[3]["p_other"]]
    texts = [[posting[f"p_text_{role}"] for role in ROLES] for posting in postings]
    assert not np.allclose(texts[0], texts[1], atol=0.1)
    assert len(parts) == 6
    alone, _ = rows(Ad("alone", "Data Scientist", "Drive a van."))
    assert postings[0]["p_title_data_scientist"] == pytest.approx(alone[0]["p_title_data_scientist"], abs=1e-5)


def test_part_without_a_word_of_its_own_has_no_role_by_text() -> None:
    text = "Mill & Co | Jobs | Delft\n\nWe mill.\n\n• Data Scientist\n\n• Full Stack Engineer\n\nWrite to us."
    postings, _ = rows(Ad("scientist", "Data Scientist", text))
    assert (postings[0]["role"], postings[0]["role_by_text"], postings[0]["p_text_other"]) == (
        "data_scientist",
        None,
        None,
    )


def test_labels_of_no_ads_are_empty_tables() -> None:
    tables = READER.tables([])
    assert all(table.num_rows == 0 for table in tables.values())
    assert tables["job_posting_role_part"].schema.field("start_char").type == pa.int32()


def test_parts_are_published_and_go_with_their_label_version(tmp_path: Path) -> None:
    db, at = tmp_path / "rolescope.duckdb", datetime(2026, 3, 3, 12, tzinfo=UTC)
    text = "insert into job_posting_text (content_hash, title, text) values (?, ?, ?)"
    with building(db, at) as con:
        con.executemany(text, [["f", "Fernholt", FERNHOLT], ["v", "Van driver", "Drive a van."]])
        label(con, at, workers=1)
    with connect(db) as con:
        parts = con.execute(
            "select content_hash, part, title, role from job_posting_role_part order by part"
        ).fetchall()
    assert parts == [
        ("f", 1, "Data Scientist", "data_scientist"),
        ("f", 2, "Full Stack Engineer (Ghent)", "full_stack_engineer"),
    ]
    with building(db, at) as con:
        con.execute("update label_version set model_version = 'older'")
        con.execute("delete from job_posting_text where content_hash = 'f'")
        label(con, at, workers=1)
    with connect(db) as con:
        assert con.execute("select count(*) from job_posting_role_part").fetchone() == (0,)


def test_a_lone_part_is_not_published(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="parts_follow_each_other"),
        building(tmp_path / "w.duckdb", datetime(2026, 3, 3)) as con,
    ):
        con.execute(
            "insert into job_posting_role_part (content_hash, part, title, start_char, end_char) values ('f', 1, '', 0, 9)"
        )
