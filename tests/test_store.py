"""Publishing: readers and writers never meet, and nothing half-made is ever seen."""

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from warehouse import SCHEMA_VERSION, WarehouseError, connect
from warehouse.store import KEEP, building, check, create_views, rules, shipped_views, view_definitions

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    add_crawl(path, "first")
    return path


def add_crawl(db: Path, name: str, *, sample: bool = False) -> None:
    with building(db, AT, sample=sample) as con:
        con.execute("insert into crawl values (?, '2026-03-01', null, '{}', 'test')", [name])


def crawls(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in con.execute("select crawl_id from crawl order by 1").fetchall()]


def test_an_open_reader_keeps_its_snapshot_and_a_new_one_sees_the_next(db: Path) -> None:
    with connect(db) as old:
        add_crawl(db, "second")
        assert crawls(old) == ["first"]
        with connect(db) as new:
            assert crawls(new) == ["first", "second"]


def test_a_block_that_changes_nothing_publishes_nothing(db: Path) -> None:
    before = db.readlink(), db.resolve().stat().st_ino
    with building(db, AT + timedelta(days=1)):
        pass
    assert (db.readlink(), db.resolve().stat().st_ino) == before


@pytest.mark.parametrize(
    "harm",
    [
        "drop view salary_by_role",
        "create or replace view salary_by_role as select 1 as one",
        "drop macro table opening",
        "create or replace macro filtered_posting(older) as table from posting_index where source = older",
    ],
)
def test_a_view_that_was_dropped_or_changed_is_there_again_after_the_next_write(db: Path, harm: str) -> None:
    db.resolve().chmod(0o644)
    with duckdb.connect(str(db.resolve())) as con:
        con.execute(harm)
    with building(db, AT):
        pass
    with connect(db) as con:
        assert view_definitions(con) == shipped_views()
        con.execute("select role from salary_by_role").fetchall()


def test_any_column_that_changes_is_published(db: Path) -> None:
    with building(db, AT) as con:
        con.execute("insert into skill (skill, name, category, aliases) values ('go', 'Go', 'language', [])")
    before = db.readlink()
    with building(db, AT) as con:
        con.execute("update skill set name = 'Golang'")
    assert db.readlink() != before
    with connect(db) as con:
        assert con.execute("select name from skill").fetchall() == [("Golang",)]


def test_files_with_other_views_have_other_names(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = db.readlink()
    monkeypatch.setattr("warehouse.store.create_views", lambda con: con.execute("create view added as select 1 as one"))
    with building(db, AT):
        pass
    assert db.readlink() != before


def test_an_error_leaves_the_published_file_and_no_litter(db: Path) -> None:
    before = db.readlink()
    with pytest.raises(RuntimeError), building(db, AT) as con:
        con.execute("delete from crawl")
        raise RuntimeError
    assert db.readlink() == before
    assert [path.name for path in (db.parent / "snapshots").iterdir()] == [before.name]


def test_a_broken_rule_is_named_and_nothing_is_published(db: Path) -> None:
    before = db.readlink()
    with pytest.raises(WarehouseError, match="board_fetch_key_is_unique"), building(db, AT) as con:
        con.execute(
            "insert into board_fetch select 'c', 's', 'b', null, '2026-03-01', 'ok', 0, null, 0, 0, 'complete', null, null, null, null from range(2)"
        )
    assert db.readlink() == before


def test_old_snapshots_are_pruned(db: Path) -> None:
    for i in range(KEEP + 2):
        add_crawl(db, f"more {i}")
    assert len(list((db.parent / "snapshots").glob("*.duckdb"))) == KEEP


def test_two_databases_in_one_folder_do_not_touch_each_other(db: Path) -> None:
    other = db.with_name("other.duckdb")
    for i in range(KEEP + 2):
        add_crawl(other, f"more {i}")
    with connect(db) as con:
        assert crawls(con) == ["first"]


def test_sample_and_real_data_never_meet(db: Path) -> None:
    with pytest.raises(WarehouseError, match="holds real data"):
        add_crawl(db, "invented", sample=True)


def hold(db: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with building(db, AT) as con:
        con.execute("delete from crawl")
        ready.set()
        time.sleep(60)


def test_a_second_writer_is_told_who_writes_and_a_killed_one_leaves_no_trace(db: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=hold, args=(db, ready))
    writer.start()
    assert ready.wait(30)
    with pytest.raises(WarehouseError, match=rf"written by process {writer.pid}"):
        add_crawl(db, "second")
    with connect(db) as con:  # readers do not care
        assert crawls(con) == ["first"]
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    add_crawl(db, "second")
    with connect(db) as con:
        assert crawls(con) == ["first", "second"]


def test_a_missing_database_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="rolescope up"):
        connect(tmp_path / "none.duckdb")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 1000])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"notes\.duckdb"):
        connect(path)
    with pytest.raises(WarehouseError, match=r"notes\.duckdb"):
        add_crawl(path, "first")
    assert path.read_bytes() == content


def test_a_foreign_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "foreign.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table invoice (n integer)")
    for attempt in (lambda: connect(path), lambda: add_crawl(path, "first")):
        with pytest.raises(WarehouseError, match="invoice"):
            attempt()
    with duckdb.connect(str(path)) as con:
        assert con.execute("select count(*) from invoice").fetchall() == [(0,)]


def test_a_newer_schema_is_refused(db: Path) -> None:
    with duckdb.connect(str(db.resolve())) as con:
        con.execute("update snapshot set schema_version = ?", [SCHEMA_VERSION + 1])
    with pytest.raises(WarehouseError, match="newer rolescope"):
        connect(db)


def test_a_reader_can_neither_write_nor_read_files_nor_loosen_that(db: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with connect(db) as con:
        for sql in (
            "delete from crawl",
            f"from '{tmp_path / 'secret.csv'}'",
            f"copy crawl to '{tmp_path / 'out.csv'}'",
            f"attach '{tmp_path / 'x.duckdb'}'",
            "set enable_external_access = true",
            "install httpfs",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)


def test_every_rule_finds_nothing_in_an_empty_warehouse(tmp_path: Path) -> None:
    with building(tmp_path / "w.duckdb", AT) as con:
        assert check(con) == []
        create_views(con)  # again, over themselves
    assert len(rules()) >= 10
