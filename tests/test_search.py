"""The search of ads: what is found, what is not, and that nothing that is written into the box does harm."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from warehouse.store import building

AT = datetime(2026, 6, 1, tzinfo=UTC)
ADS = {
    "vectors": ("Search Engineer", "Amberwick", "You tune a vector database. Kubernetes is a plus.\n• CI/CD"),
    "reversed": ("Data Engineer", "Birchline", "The database keeps each vector. State of the art tools, and Kubeflow."),
    "intern": ("Internal Tools Intern", "International Ferries", "A vector database, and café breaks."),
    "langs": ("C++ Developer", "O'Hollow & Sons", "C and C# on node.js; never COBOL. 机器学习工程师 wanted. 100% remote_only 🚀"),
    "k8s": ("Platform Engineer", None, "You run k8s. The state makes art of the trade."),
    "empty": ("🚀", "Dunmarrow", ""),
}  # fmt: skip


def fill(con: duckdb.DuckDBPyConnection, ads: Mapping[str, tuple[str, str | None, str]]) -> None:
    """A posting for each of ``ads`` (title, employer, text), its key in every place of a key."""
    for key, (title, employer, text) in ads.items():
        con.execute("insert into job_posting_text values (?, ?, ?, null)", [key, title, text])
        con.execute(
            """
            insert into job_posting by name
            select
                k as posting_id, 'lever' as source, 'b' as board, k as identifier, $title as title, 'x' as title_key, k as content_hash,
                0 as n_reopened, k as cluster_id, $employer as hiring_organization, $at::timestamp as first_seen_at, $at::timestamp as last_seen_at
            from (select $key as k)
            """,
            {"key": key, "title": title, "employer": employer, "at": AT.replace(tzinfo=None)},
        )


def opened(db: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(db.resolve()), read_only=True)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    db = tmp_path_factory.mktemp("search") / "w.duckdb"
    with building(db, AT) as con:
        fill(con, ADS)
        con.execute("insert into skill (skill, name, category, aliases) values ('k8s', 'Kubernetes', 'tool', ['k8s'])")
        con.execute("insert into job_posting_skill values ('k8s', 'k8s', 'required', 'k8s', [])")
    with opened(db) as con:
        yield con


def found(con: duckdb.DuckDBPyConnection, search: str) -> set[str]:
    return {key for (key,) in con.execute("select posting_id from ad_match(search := ?)", [search]).fetchall()}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        # words of the text, in any order and case; all must be there
        ("vector database", {"vectors", "reversed", "intern"}),
        ("VECTOR amberwick", {"vectors"}),
        ("vector cobol", set()),
        # a text has whole words only, a title or employer any part
        ("databas", set()),
        ("ngineer", {"vectors", "reversed", "k8s"}),
        ("hollow & s", {"langs"}),
        # words that follow each other
        ('"vector database"', {"vectors", "intern"}),
        ('"database vector"', set()),
        ('"search engineer you tune"', {"vectors"}),
        ('"state of the art"', {"reversed"}),
        ('"data engineer" kubeflow', {"reversed"}),
        ("ci/cd", {"vectors"}),
        ("node.js", {"langs"}),
        # words that must not be there: as a word, not as a part of one
        ("database -intern", {"vectors", "reversed"}),
        ('engineer -"vector database"', {"reversed", "k8s"}),
        ("-vector -dunmarrow", {"langs", "k8s"}),
        ("engineer -amberwick", {"reversed", "k8s"}),
        ("developer -hollow", set()),
        ("vector -inter", {"vectors", "reversed", "intern"}),
        # the beginning of a word; of two characters it is a word
        ("kube*", {"vectors", "reversed"}),
        ("ku*", set()),
        # a skill by its name, however the ad writes it
        ("kubernetes", {"vectors", "k8s"}),
        ("engineer -kubernetes", {"reversed"}),
        ('"kubernetes"', {"vectors"}),
        # signs that make a word, accents, scripts without spaces
        ("c++", {"langs"}),
        ("c#", {"langs"}),
        ("cafe", {"intern"}),
        ("学习", {"langs"}),
        ("习学", set()),
        # words of nearly every ad do not count, unless there is nothing else
        ("art of the trade", {"k8s"}),
        ("🚀", {"empty"}),
        ("", set(ADS)),
    ],
)
def test_search_finds(con: duckdb.DuckDBPyConnection, search: str, expected: set[str]) -> None:
    assert found(con, search) == expected


@pytest.mark.parametrize(
    "search",
    [
        '"', '""', '"vector', "-", "--", '-"', "*", "-*", "%", "_", "' or 1=1 --", "'; drop table text_word; --", "\\", "(", "[a-", "\x00",
        "a" * 10_000, "vector " * 2_000, '" ' * 5_000, "-x" * 5_000, "🚀" * 3_000, "*" * 10_000, "习" * 10_000,
    ],
)  # fmt: skip
def test_hostile_search_is_answered_at_once(con: duckdb.DuckDBPyConnection, search: str) -> None:
    begun = time.process_time()
    assert found(con, search) <= set(ADS)
    assert time.process_time() - begun < 3


def test_a_search_has_twelve_terms_at_most(con: duckdb.DuckDBPyConnection) -> None:
    many = " ".join(f"w{i}" for i in range(50))
    assert con.execute("select count(*), max(bit) from search_term(search := ?)", [many]).fetchall() == [(12, 2048)]


def test_other_filters_hold_beside_a_search(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "engineer") > {"k8s"}
    assert con.execute("select posting_id from ad_match(search := 'engineer', wanted_skill := 'k8s')").fetchall() == [
        ("k8s",)
    ]
    assert con.execute("from ad_match(search := 'engineer', sources := ['greenhouse'])").fetchall() == []


def test_words_of_new_texts_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    parts = [dict(list(ADS.items())[:3]), dict(list(ADS.items())[3:])]
    for part in parts:
        with building(db, AT) as con:
            fill(con, part)
    with opened(db) as twice:
        assert found(twice, "vector") == {"vectors", "reversed", "intern"}
        assert found(twice, "cobol") == {"langs"}
        (rows, words) = twice.execute("select count(*), count(distinct word) from text_word").fetchall()[0]
        assert rows == words  # one part, rewritten


def test_words_of_a_text_that_is_gone_go_with_it(tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, ADS)
        con.execute("delete from job_posting_text where content_hash = 'langs'")
        con.execute("delete from job_posting where content_hash = 'langs'")
    with opened(tmp_path / "w.duckdb") as con:
        assert con.execute("from text_word where word in ('cobol', '机')").fetchall() == []
        assert found(con, "vector") == {"vectors", "reversed", "intern"}
        assert con.execute("select count(*) from text_place").fetchall() == [(len(ADS) - 1,)]


def test_long_and_empty_texts_keep_apart(tmp_path: Path) -> None:
    """A text of 511, 512 or 513 words ends at the end of a page, and no phrase goes on into the next text."""
    ads = {str(n): ("first", None, " ".join([*["filler"] * (n - 2), "last"])) for n in (511, 512, 513, 2, 1_500)}
    ads["nothing"] = ("-", None, "")
    with building(tmp_path / "w.duckdb", AT) as con:
        fill(con, ads)
    with opened(tmp_path / "w.duckdb") as con:
        assert found(con, '"last first"') == set()
        assert found(con, '"filler last"') == {"511", "512", "513", "1500"}
        assert found(con, '"first last"') == {"2"}
        (gaps,) = con.execute(
            "select count(*) from (select lead(page_no) over (order by page_no) - page_no - n_pages as gap from text_place) where gap != 0"
        ).fetchall()[0]
        assert gaps == 0


def test_words_by_other_rules_are_made_anew(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    with building(db, AT) as con:
        fill(con, ADS)
    with duckdb.connect(str(tmp_path / "older.duckdb")) as con:
        con.execute(
            f"attach '{db.resolve()}' as published (read_only); copy from database published to older; detach published"
        )
        con.execute("drop table text_word; create table text_word (part integer, word varchar)")
        con.execute("create or replace view view_version as select 'other' as digest")
    db.unlink()
    db.symlink_to("older.duckdb")
    with building(db, AT):
        pass
    with opened(db) as con:
        assert found(con, "vector") == {"vectors", "reversed", "intern"}
