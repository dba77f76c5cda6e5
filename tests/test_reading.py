"""Reading many ads: the same rows whatever the memory does, and no word kept for good once there are many."""

import pytest

from nlp import reading
from nlp.reading import Ad, Reader

READER = Reader()


def ads(n: int, seed: str) -> list[Ad]:
    return [
        Ad(
            f"{i:016x}",
            f"Engineer {seed}{i}",
            f"Requirements\n\nPython and word{seed}{i}, {i} years, a degree in art{seed}{i}.",
        )
        for i in range(n)
    ]


def test_words_of_later_batches_are_forgotten_and_the_rows_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = READER.tables(ads(20, "a"))
    monkeypatch.setattr(reading, "_MOST_WORDS", 0)
    assert READER.tables(ads(20, "a")) == kept
    n_words = len(READER._nlp.vocab.strings)
    READER.tables(ads(20, "b"))
    assert len(READER._nlp.vocab.strings) == n_words


def test_no_ads_give_empty_tables() -> None:
    tables = READER.tables([])
    assert {table.num_rows for table in tables.values()} == {0}
    assert {name: table.schema for name, table in READER.tables(ads(1, "c")).items()} == {
        name: table.schema for name, table in tables.items()
    }


def test_a_mention_stands_in_its_sentence_and_alternatives_know_each_other() -> None:
    text = "Requirements\n\nYou write Python or Scala every day. SQL and Docker are at hand.\n\nNice to have\n\nScala"
    tables = READER.tables([Ad("k", "Engineer", text)])
    mentions = tables["job_posting_mention"].to_pylist()
    sentences = {m["surface"]: text[m["sentence_start"] : m["sentence_end"]].strip() for m in reversed(mentions)}
    assert sentences["Scala"] == "You write Python or Scala every day."
    assert sentences["Docker"] == "SQL and Docker are at hand."
    assert all(m["sentence_start"] <= m["start_char"] < m["end_char"] <= m["sentence_end"] for m in mentions)
    skills = {s["skill"]: (s["need"], s["alternatives"]) for s in tables["job_posting_skill"].to_pylist()}
    assert skills["python"] == ("required", ["scala"])
    assert skills["scala"] == ("required", ["python"])
    assert skills["sql"] == ("required", [])


def test_a_skill_that_is_asked_for_by_itself_too_has_no_alternatives() -> None:
    text = "Requirements\n\nPython or Scala.\n\nPython in production."
    skills = READER.tables([Ad("k", "Engineer", text)])["job_posting_skill"].to_pylist()
    assert {s["skill"]: s["alternatives"] for s in skills} == {"python": [], "scala": ["python"]}
