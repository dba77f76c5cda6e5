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
