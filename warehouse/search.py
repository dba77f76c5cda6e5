"""What the search of ads reads: where each word stands in the texts. How it is asked: warehouse/views/ad_match.sql."""

import hashlib
from importlib.resources import files

import duckdb

_RULES = ("text_word_tables.sql", "text_word.sql", "views/text_words.sql", "views/text_word_key.sql")
"""What the content of the tables of words depends on, beside the texts."""

_FORGET_GONE = """
    create or replace temp table gone as
    select distinct batch from text_place where content_hash not in (select content_hash from job_posting_text);
    delete from text_word where batch in (select batch from gone);
    delete from text_place where batch in (select batch from gone);
    drop table gone;
"""
_IS_WAITING = "select exists (from job_posting_text where content_hash not in (select content_hash from text_place))"


def rules_digest() -> str:
    """Sixteen hex digits that change with the tables of words and with what they take for a word."""
    texts = [files("warehouse").joinpath(name).read_bytes() for name in _RULES]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def make_tables(con: duckdb.DuckDBPyConnection, made_by: str | None) -> None:
    """Make text_place and text_word, empty, unless they are there by the same rules; ``made_by`` is the digest of theirs."""
    if made_by != rules_digest():
        con.execute("drop table if exists text_place; drop table if exists text_word")
        con.execute(files("warehouse").joinpath("text_word_tables.sql").read_text(encoding="utf-8"))


def add_words(con: duckdb.DuckDBPyConnection) -> None:
    """Fill text_place and text_word with the texts that they lack, a batch at a time, within little memory. A batch of which
    texts are gone is made anew."""
    con.execute(_FORGET_GONE)
    sql = files("warehouse").joinpath("text_word.sql").read_text(encoding="utf-8")
    while con.execute(_IS_WAITING).fetchall()[0][0]:
        con.execute(sql)
