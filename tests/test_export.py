"""An export is whole or not there, says what it holds and whose it is, and holds no ad's text unless that was asked for."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from conftest import build_small_warehouse

from rolescope import main
from warehouse import WarehouseError, connect
from warehouse.export import EXPORTED, NOT_EXPORTED, WITH_TEXT, export
from warehouse.sources import sources
from warehouse.store import create_views


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def paths(resource: dict[str, Any], folder: Path) -> list[Path]:
    found = resource["path"]
    return [folder / path for path in ([found] if isinstance(found, str) else found)]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_every_file_holds_what_the_description_says_of_it(small_warehouse: Path, tmp_path: Path, form: str) -> None:
    to = tmp_path / "out"
    done = run("--db", small_warehouse, "--to", to, "--format", form)
    assert (done.exit_code, "without the text of the ads" in done.output) == (0, True), done.output
    package = json.loads((to / "datapackage.json").read_text(encoding="utf-8"))
    named = {to / "datapackage.json"}
    for resource in package["resources"]:
        its_paths = paths(resource, to)
        named |= set(its_paths)
        for file in resource.get("files", [resource]):
            content = (to / file["path"]).read_bytes()
            assert (file["bytes"], file["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        read = (
            "read_parquet($paths, hive_partitioning = false)"
            if form == "parquet"
            else "read_csv($paths, header = true, all_varchar = true)"
        )
        parameters = {"paths": [str(path) for path in its_paths]}
        with duckdb.connect() as con:
            assert con.execute(f"select count(*) from {read}", parameters).fetchall() == [(resource["n_rows"],)], (
                resource["name"]
            )
            columns = [name for name, *_ in con.execute(f"describe from {read}", parameters).fetchall()]
        fields = resource["schema"]["fields"]
        assert columns == [field["name"] for field in fields]
        assert all(field["type"] != "any" and field["description"] for field in fields)
    assert named == {path for path in to.rglob("*") if path.is_file()}
    with connect(small_warehouse) as con:
        [newest] = con.execute("select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1").fetchall()
    assert package["snapshot"]["snapshot_id"] == newest[0]
    assert [resource["n_rows"] for resource in package["resources"] if resource["name"] == "posting"] == [42]


def test_parquet_keeps_types_and_lists_and_is_divided_by_source(small_warehouse: Path, tmp_path: Path) -> None:
    export(small_warehouse, tmp_path / "out", "parquet")
    with duckdb.connect() as con:
        rows = con.execute(f"select distinct source from '{tmp_path}/out/posting/source=lever/*.parquet'").fetchall()
        assert rows == [("lever",)]
        [skills] = con.execute(
            f"select skills from '{tmp_path}/out/posting/*/*.parquet' where role = 'ai_engineer' limit 1"
        ).fetchall()
        assert isinstance(skills[0], list)


def test_csv_has_lists_as_json_and_tells_nothing_from_an_empty_text(small_warehouse: Path, tmp_path: Path) -> None:
    package = export(small_warehouse, tmp_path / "out", "csv")
    with duckdb.connect() as con:
        rows = con.execute(
            f"select skills, labelled_at, closed_at from read_csv('{tmp_path}/out/posting.csv', all_varchar = true) order by closed_at"
        ).fetchall()
    assert any("Python" in json.loads(skills) for skills, _, _ in rows if skills)
    assert rows[0][1] == "2026-03-03T12:00:00.000000" and rows[-1][2] is None
    [posting] = [resource for resource in package["resources"] if resource["name"] == "posting"]
    assert {"name": "skills", "type": "array"}.items() <= next(
        f for f in posting["schema"]["fields"] if f["name"] == "skills"
    ).items()
    assert posting["schema"]["primaryKey"] == ["posting_id"]


@pytest.mark.parametrize("with_text", [False, True])
def test_no_text_of_an_ad_is_exported_unless_asked_for(small_warehouse: Path, tmp_path: Path, with_text: bool) -> None:
    package = export(small_warehouse, tmp_path / "out", "csv", with_text)
    whole = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.csv"))
    for words in ("looks for company", "Nice to have", "Sound knowledge of"):
        assert (words in whole) is with_text, words
    assert package["with_text"] is with_text


def test_every_table_is_exported_or_kept_back_on_purpose() -> None:
    with duckdb.connect() as con:
        con.execute(files("warehouse").joinpath("schema.sql").read_text(encoding="utf-8"))
        create_views(con)
        tables = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    decided = {*EXPORTED, *WITH_TEXT, *NOT_EXPORTED} - {"posting"}
    assert tables == decided, "say in warehouse/export.py whether it is exported"


def test_whose_the_postings_are_and_what_each_source_asks_for_is_said(small_warehouse: Path, tmp_path: Path) -> None:
    package = export(small_warehouse, tmp_path / "out", "parquet")
    assert [source["source"] for source in package["sources"]] == ["greenhouse", "lever"]
    assert package["sources"][1]["terms"] == sources()["lever"].terms
    assert "No licence comes with these data" in package["description"]
    assert package["name"] == "rolescope" and "nvented" not in package["description"]


def test_sample_data_are_marked_as_invented(tmp_path: Path) -> None:
    build_small_warehouse(tmp_path / "w.duckdb", sample=True)
    done = run("--db", tmp_path / "w.duckdb", "--to", tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert "of sample data" in done.output
    assert (package["name"], package["snapshot"]["is_sample"]) == ("rolescope-sample", True)
    assert package["description"].startswith("Invented sample data")
    with duckdb.connect() as con:
        marks = con.execute(f"select key, value from parquet_kv_metadata('{tmp_path}/out/skill.parquet')").fetchall()
    assert (b"is_sample", b"true") in marks


def test_an_earlier_export_is_replaced_and_the_same_snapshot_gives_the_same_description(
    small_warehouse: Path, tmp_path: Path
) -> None:
    to = tmp_path / "out"
    first = export(small_warehouse, to, "parquet")
    assert export(small_warehouse, to, "parquet") == first
    export(small_warehouse, to, "csv", True)
    assert not list(to.rglob("*.parquet"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("foreign", ["notes.txt", "datapackage.json", "posting/mine.csv"])
def test_a_folder_that_holds_anything_else_is_refused_and_kept(
    small_warehouse: Path, tmp_path: Path, foreign: str
) -> None:
    to = tmp_path / "out"
    if foreign != "datapackage.json":
        export(small_warehouse, to, "parquet")
    (to / foreign).parent.mkdir(parents=True, exist_ok=True)
    (to / foreign).write_text("mine")
    done = run("--db", small_warehouse, "--to", to)
    assert (done.exit_code, foreign in done.output) == (1, True), done.output
    assert (to / foreign).read_text() == "mine"
    assert "is a file" in run("--db", small_warehouse, "--to", to / foreign).output


def test_a_full_disk_leaves_the_earlier_export(
    small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "out"
    before = export(small_warehouse, to, "csv")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.data_package._sha256", full)
    with pytest.raises(WarehouseError, match=r"was not written.*No space left"):
        export(small_warehouse, to, "csv")
    assert json.loads((to / "datapackage.json").read_text(encoding="utf-8"))["snapshot"] == before["snapshot"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


SLOW = """
import sys, time
from pathlib import Path
from warehouse import data_package
from warehouse.export import export
data_package._sha256 = lambda path: print("writing", flush=True) or time.sleep(30)
export(Path(sys.argv[1]), Path(sys.argv[2]), "csv")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_export_leaves_nothing_and_a_killed_one_nothing_that_lasts(
    small_warehouse: Path, tmp_path: Path, number: int
) -> None:
    arguments = [sys.executable, "-c", SLOW, str(small_warehouse), str(tmp_path / "out")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout and process.stdout.readline()
    assert len(list(tmp_path.iterdir())) == 1
    os.kill(process.pid, number)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "out").exists()
    if number == signal.SIGINT:
        assert not list(tmp_path.iterdir())
    export(small_warehouse, tmp_path / "out", "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_warehouse_and_a_source_with_a_hostile_name_can_be_exported(
    empty_warehouse: Path, tmp_path: Path
) -> None:
    package = export(empty_warehouse, tmp_path / "empty", "parquet")
    assert [r["path"] for r in package["resources"] if r["name"] == "posting"] == ["posting.parquet"]
    build_small_warehouse(db := tmp_path / "w.duckdb")
    db.resolve().chmod(0o644)
    with duckdb.connect(str(db.resolve())) as con:
        con.execute("update job_posting set source = '../../e''vil' where source = 'lever'")
    package = export(db, tmp_path / "out", "parquet")
    [posting] = [r for r in package["resources"] if r["name"] == "posting"]
    assert posting["n_rows"] == 42
    assert {path.name for path in tmp_path.iterdir()} >= {"out", "empty"} and not list(tmp_path.parent.glob("e*vil*"))
