"""A file of an older schema loses nothing that was collected, and is never half migrated."""

import multiprocessing
import os
import shutil
import signal
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from rolescope import main
from warehouse import OLDEST_SCHEMA, SCHEMA_VERSION, WarehouseError, connect
from warehouse.migrating import COLLECTED, migrate
from warehouse.store import DERIVED, building, check, create_views, refuse_unfit, shipped_views, view_definitions

AT = datetime(2026, 3, 3, tzinfo=UTC)
SCHEMA_3 = (Path(__file__).parent / "schemas" / "3.sql").read_text(encoding="utf-8")
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """What a rolescope of schema 3 published."""
    path = tmp_path / "w.duckdb"
    file = tmp_path / "snapshots" / "w-bbbbbbbbbbbbbbbb.duckdb"
    file.parent.mkdir()
    with duckdb.connect() as con:
        con.execute(f"attach '{file}' as w (storage_version 'v1.2.0')")
        con.execute("use w")
        con.execute(SCHEMA_3)
    file.chmod(0o444)
    path.symlink_to(file.relative_to(tmp_path))
    return path


def collected(con: duckdb.DuckDBPyConnection) -> Rows:
    return {name: con.execute(f"from {name} order by all").fetchall() for name in COLLECTED}


def columns(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        """
        select table_name, column_index, column_name, data_type, is_nullable, comment from duckdb_columns()
        where not internal and table_name in (select table_name from duckdb_tables()) order by all
        """
    ).fetchall()


def test_reading_an_older_file_says_which_command_migrates_it(db: Path) -> None:
    for named in (db, db.resolve()):
        with pytest.raises(WarehouseError, match=rf"schema 3, this one reads {SCHEMA_VERSION}.*load --db {db}`"):
            connect(named)


def test_the_next_write_keeps_every_collected_row_and_makes_all_else_anew(db: Path) -> None:
    with connect(db, older=True) as con:
        before = collected(con)
    with building(db, AT):
        pass
    with connect(db) as con, duckdb.connect() as fresh:
        after = collected(con)
        [newest] = set(after.pop("snapshot")) - set(before.pop("snapshot"))
        assert newest[2:] == (SCHEMA_VERSION, newest[3], None, False, 2, 1, 0)
        assert after == before and all(before.values())
        fresh.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        create_views(fresh)
        assert columns(con) == columns(fresh), "write what is missing into warehouse/migrations"
        assert view_definitions(con) == shipped_views()
        labels = [name for (name,) in fresh.execute("select table_name from duckdb_tables()").fetchall()]
        for name in set(labels) - {
            *COLLECTED,
            *DERIVED,
            "source",
            "student_t",
            "exchange_rate",
            "reference_skill_share",
            "reference_claim_verdict",
        }:
            assert con.execute(f"select count(*) from {name}").fetchall() == [(0,)], name
        assert con.execute("select count(*) > 900 from student_t").fetchall() == [(True,)]
        assert check(con) == []


def test_a_migrated_file_is_labelled_again(db: Path) -> None:
    for command in (["load"], ["label", "--workers", "1"]):
        done = CliRunner().invoke(main, [*command, "--db", str(db), "--at", "2026-03-03"])
        assert done.exit_code == 0, done.output
    assert "3 contents labelled" in done.output
    with connect(db) as con:
        assert con.execute("select role, 'Python' in skills from posting order by title").fetchall() == [
            ("data_scientist", True), ("other", False),
        ]  # fmt: skip


def test_label_alone_migrates_too_and_so_does_what_asks_before_a_crawl(db: Path) -> None:
    refuse_unfit(db, sample=False)
    with connect(db) as con:
        assert con.execute("select count(*) from job_posting").fetchall() == [(2,)]
    with pytest.raises(WarehouseError, match="holds real data"):
        refuse_unfit(db, sample=True)


def hold(db: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with building(db, AT):
        ready.set()
        time.sleep(60)


def test_killed_in_the_midst_the_published_file_is_untouched(db: Path) -> None:
    before = db.resolve().read_bytes()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=hold, args=(db, ready))
    writer.start()
    assert ready.wait(30) and writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert (db.readlink().name, db.resolve().read_bytes()) == ("w-bbbbbbbbbbbbbbbb.duckdb", before)
    with building(db, AT):
        pass
    with connect(db) as con:
        assert con.execute("select count(*) from job_posting").fetchall() == [(2,)]


def test_a_collected_table_takes_todays_columns_in_todays_order_and_todays_constraints() -> None:
    with duckdb.connect() as con, duckdb.connect() as fresh:
        without_key = SCHEMA_3.replace("    list_key varchar,\n", "")
        con.execute(without_key.replace(" check (salary_unit in ('YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR'))", ""))
        before = con.execute("select posting_id, closed_at, salary_unit from job_posting order by all").fetchall()
        migrate(con, 3)
        fresh.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        assert columns(con) == columns(fresh)
        after = con.execute("select posting_id, closed_at, salary_unit from job_posting order by all").fetchall()
        assert after == before
        assert con.execute("select distinct list_key from job_posting").fetchall() == [(None,)]
        with pytest.raises(duckdb.ConstraintException):
            con.execute("update job_posting set salary_unit = 'DECADE'")


def test_every_schema_since_the_first_release_has_its_migration() -> None:
    there = {path.name for path in files("warehouse").joinpath("migrations").iterdir()}
    assert there == {f"{version}.sql" for version in range(OLDEST_SCHEMA + 1, SCHEMA_VERSION + 1)}


def test_what_is_older_than_the_first_release_is_refused_with_a_remedy(db: Path) -> None:
    file = db.resolve()
    file.chmod(0o644)
    with duckdb.connect(str(file)) as con:
        con.execute("update snapshot set schema_version = ?", [OLDEST_SCHEMA - 1])
    for attempt in (lambda: connect(db), lambda: refuse_unfit(db, sample=False)):
        with pytest.raises(WarehouseError, match="load --rebuild"):
            attempt()


def test_a_file_with_other_views_is_read_after_the_next_write_and_keeps_its_labels(
    small_warehouse: Path, tmp_path: Path
) -> None:
    db = tmp_path / "w.duckdb"
    shutil.copy(small_warehouse.resolve(), tmp_path / "of_another_version.duckdb")
    with duckdb.connect(tmp_path / "of_another_version.duckdb") as con:
        n_labelled = con.execute("select count(*) from job_posting_role").fetchall()
        con.execute("drop macro table skill_share")
        con.execute("create or replace macro filtered_posting(sources := null) as table from posting_index")
        con.execute("create or replace view view_version as select 'another' as digest")
    db.symlink_to("of_another_version.duckdb")
    with pytest.raises(WarehouseError, match=rf"another version.*`rolescope load --db {db}`"):
        connect(db)
    refuse_unfit(db, sample=False)  # what a crawl asks first
    with connect(db) as con:
        assert con.execute("select count(*) from skill_share()").fetchall()[0][0] > 0
        assert con.execute("select count(*) from job_posting_role").fetchall() == n_labelled
