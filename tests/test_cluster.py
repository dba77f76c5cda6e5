"""Labelling of Parquet files in parts: the same labels as in a warehouse, whoever makes them and whoever dies meanwhile."""

import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import workers
from click.testing import CliRunner, Result
from workers import die_at, slowly

from crawler.sample.postings import sample_ads
from nlp.cluster.engines import TRIES, on_ray, on_this_machine
from nlp.cluster.labelling import file_name, label_part
from nlp.cluster.parts import Done, Part, find_parts, read_rows
from nlp.cluster.run import label_files
from nlp.label import OF_A_CONTENT
from nlp.label_version import label_version
from rolescope import main
from warehouse import WarehouseError, connect

AT = "2026-03-03"
N_PER_PART = 8
HOSTILE = [
    ("", "A text without a title."),
    ("A title without a text", "   "),
    (None, None),
    ("🧶", "🧶🪡🧵" * 50),
    ("Weaver \x00\x07", "<script>x</script><p>You weave in <b>Python</b> for $90,000 a year.</p>\u202e"),
]


@pytest.fixture(scope="module")
def ads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of invented ads in row groups of eight; some are hostile, and some repeat a content."""
    folder = tmp_path_factory.mktemp("ads")
    rows = [(title, text) for title, text, _ in sample_ads()[:59]] + HOSTILE
    places = ["Berlin, Germany", "Austin, TX", "", None]
    for name, of_file in (("one", rows[:40]), ("two/more", rows[40:] + rows[1:9])):
        table = pa.table(
            {
                "Job Title": pa.array([title for title, _ in of_file], pa.string()),
                "text": pa.array([text for _, text in of_file], pa.large_string()),
                "location": pa.array([places[len(text or "") % 4] for _, text in of_file]).dictionary_encode(),
                "company": ["Amberwick"] * len(of_file),
                "id": [f"{name}-{i}" for i in range(len(of_file))],
            }
        )
        path = folder / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(table, path, row_group_size=N_PER_PART)
    (folder / "_started.parquet").write_bytes(b"not whole yet")
    (folder / "notes.txt").write_text("no ads")
    return folder


@pytest.fixture(scope="module")
def labels(ads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The labels of all of them, made one after the other by this process."""
    to = tmp_path_factory.mktemp("labels")
    parts = find_parts(str(ads))
    assert (len(parts), sum(part.n_rows for part in parts)) == (9, 72)
    done = [label_part(str(to), label_version(), None, None, part) for part in parts]
    assert not any(one.was_there for one in done)
    assert sum(one.n_without_words for one in done) == 3
    return to


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def imported(db: Path, ads: Path) -> Path:
    files = [ads / "one.parquet", ads / "two" / "more.parquet"]
    result = run("import", *files, "--db", db, "--at", AT)
    assert result.exit_code == 0, result.output
    return db


def of_contents(db: Path) -> tuple[dict[str, list[tuple[Any, ...]]], list[float]]:
    """The labels of a warehouse without their numbers, and those. (In its last digit a probability depends on which ads are
    read together.)"""
    with connect(db) as con:
        tables = {table: con.execute(f"from {table} order by all").fetchall() for table in OF_A_CONTENT}
    words = {
        table: [tuple(None if isinstance(value, float) else value for value in row) for row in rows]
        for table, rows in tables.items()
    }
    return words, [value for rows in tables.values() for row in rows for value in row if isinstance(value, float)]


def test_labels_taken_into_a_warehouse_are_those_it_makes_itself(ads: Path, labels: Path, tmp_path: Path) -> None:
    one, other = (imported(tmp_path / name / "w.duckdb", ads) for name in ("one", "other"))
    assert run("label", "--db", one, "--at", AT, "--workers", "1").exit_code == 0
    result = run("load", "--labels", labels, "--db", other, "--at", AT)
    assert "contents taken from" in result.output and "; 0 are without." in result.output
    (words, numbers), (others, other_numbers) = of_contents(one), of_contents(other)
    assert words == others
    assert other_numbers == pytest.approx(numbers, abs=1e-6)
    assert len(words["job_posting_skill"]) > 100
    before = other.readlink()
    assert "Labels of 0 contents taken" in run("load", "--labels", labels, "--db", other, "--at", AT).output
    assert other.readlink() == before


def test_only_labels_of_the_very_text_and_place_are_taken(labels: Path, tmp_path: Path) -> None:
    """Of texts that differ in white space alone, mentions stand elsewhere; of another place, "$" is another currency."""
    text = "You will weave in Python.\n\nPay: $90,000 a year."
    table = {"title": ["Weaver", "Dyer", "Spinner"], "text": [text, text, text], "location": ["Berlin"] * 3}
    pq.write_table(pa.table(table), tmp_path / "ads.parquet")
    result = run("import", tmp_path / "ads.parquet", "--db", tmp_path / "w.duckdb", "--at", AT)
    assert result.exit_code == 0, result.output
    table["text"][0], table["location"][1] = text.replace("\n\n", "\n"), "Sydney"
    pq.write_table(pa.table(table), tmp_path / "ads.parquet")
    (part,) = find_parts(str(tmp_path / "ads.parquet"))
    label_part(str(tmp_path / "to"), label_version(), None, None, part)
    result = run("load", "--labels", tmp_path / "to", "--db", tmp_path / "w.duckdb", "--at", AT)
    assert f"Labels of 1 contents taken from {tmp_path / 'to'}; 2 are without." in result.output
    with connect(tmp_path / "w.duckdb") as con:
        assert con.execute("select title from posting where role is not null").fetchall() == [("Spinner",)]


def test_a_second_run_makes_only_what_is_missing(ads: Path, labels: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.mkdir()
    for path in sorted(labels.iterdir())[2:]:
        (to / path.name).write_bytes(path.read_bytes())
    counts = label_files(str(ads), str(to), workers=1)
    assert (counts.n_parts, counts.n_before, counts.failed) == (9, 7, [])
    assert content(to) == content(labels)


def test_a_changed_ad_is_labelled_anew_and_a_moved_file_is_not(ads: Path, labels: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.mkdir()
    for path in labels.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    table = pq.read_table(ads / "one.parquet").slice(0, N_PER_PART)
    rows = table.to_pylist()
    rows[0]["text"] += " And Quiltfish."
    for name, of_file in (("changed", pa.Table.from_pylist(rows)), ("moved", table)):
        (tmp_path / "ads").mkdir(exist_ok=True)
        pq.write_table(of_file, tmp_path / "ads" / f"{name}.parquet")
    done = [label_part(str(to), label_version(), None, None, part) for part in find_parts(str(tmp_path / "ads"))]
    assert [one.was_there for one in done] == [False, True]
    assert len(content(to)) == len(content(labels)) + 1


def test_a_machine_with_another_version_labels_nothing(ads: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"one\.parquet, row group 1, rows 1 to 8: rolescope on .* other-version"):
        label_part(str(tmp_path / "to"), "other-version", None, None, find_parts(str(ads))[0])
    assert not (tmp_path / "to").exists()


def test_labels_of_other_versions_are_left_alone(ads: Path, tmp_path: Path) -> None:
    db = imported(tmp_path / "w.duckdb", ads)
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / file_name("other-version", "0" * 16)).touch()
    result = run("load", "--labels", tmp_path / "to", "--db", db)
    assert result.exit_code == 1
    assert f"{tmp_path / 'to'} holds no labels of version {label_version()}" in result.output
    assert "but 1 files of others" in result.output


def test_large_row_groups_are_cut_into_parts(tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(1_200)]
    pq.write_table(pa.table({"title": texts, "description": texts}), tmp_path / "ads.parquet", row_group_size=700)
    parts = find_parts(str(tmp_path), rows=300)
    assert [(part.row_group, part.first, part.n_rows) for part in parts] == [
        (0, 0, 300), (0, 300, 300), (0, 600, 100), (1, 0, 300), (1, 300, 200),
    ]  # fmt: skip
    assert [row[1] for part in parts for row in read_rows(part)] == texts


# --- workers that die -------------------------------------------------------------------------------------------------


PARTS = [Part("ads", group, 0, 1) for group in range(6)]


@pytest.mark.parametrize("often", [1, TRIES])
def test_a_part_whose_process_died_is_done_again_and_named_when_it_always_does(tmp_path: Path, often: int) -> None:
    outcomes = dict(on_this_machine(partial(die_at, 2, tmp_path, often), PARTS, workers=2))
    assert outcomes.keys() == set(PARTS)
    failed = {part: outcome for part, outcome in outcomes.items() if isinstance(outcome, str)}
    if often < TRIES:
        assert failed == {}
    else:
        assert failed == {PARTS[2]: f"ads, row group 3, rows 1 to 1: the process that read it died, {TRIES} times"}
    assert len(list(tmp_path.iterdir())) == often


def test_a_part_that_cannot_be_read_stops_no_other_and_is_named(ads: Path, tmp_path: Path) -> None:
    broken = tmp_path / "ads"
    broken.mkdir()
    one = bytearray((ads / "one.parquet").read_bytes())
    one[200:1_000] = bytes(800)  # in the first row group
    (broken / "one.parquet").write_bytes(one)
    arguments = ("label", "--from", broken, "--to", tmp_path / "to", "--db", tmp_path / "w.duckdb", "--workers", "1")
    result = run(*arguments)
    assert result.exit_code == 1
    assert f"Not labelled: file://{broken}/one.parquet, row group 1, rows 1 to 8: " in result.output
    assert "1 of 5 parts could not be labelled" in result.output
    assert len(list((tmp_path / "to").iterdir())) == 4


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Ray cluster of two nodes, each with room for one part."""
    pytest.importorskip("ray", reason="Ray is not installed: `pip install ray`")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    memory = {"num_cpus": 1, "object_store_memory": 80_000_000}
    cluster = Cluster(initialize_head=True, head_node_args={**memory, "include_dashboard": False})
    cluster.second = cluster.add_node(**memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ADDRESS", cluster.address)
        yield cluster
    cluster.shutdown()


def test_a_cluster_that_loses_a_node_makes_the_same_labels(
    cluster: Any, ads: Path, labels: Path, tmp_path: Path
) -> None:
    from ray import cloudpickle

    cloudpickle.register_pickle_by_value(workers)  # the workers know rolescope, not its tests
    marks, to = tmp_path / "marks", tmp_path / "to"
    marks.mkdir()
    work = partial(slowly, marks, partial(label_part, str(to), label_version(), None, None))
    parts = find_parts(str(ads))
    lost: set[str] = set()
    outcomes = {}
    for part, outcome in on_ray(work, parts):
        outcomes[part] = outcome
        if not lost:
            lost = _killed_while_it_works(cluster, marks)
    assert lost, "the node did nothing"
    assert outcomes.keys() == set(parts)
    assert all(isinstance(outcome, Done) for outcome in outcomes.values()), outcomes
    again = [path.name for path in marks.glob("*-begun") if path.name[: path.name.rindex("-", 0, -6)] in lost]
    assert len(again) > len(lost), "what the node had begun was done again by the other"
    assert content(to) == content(labels)


def _killed_while_it_works(cluster: Any, marks: Path) -> set[str]:
    """Kill the second node as soon as it has begun a part and not ended it; the parts that it had then."""
    node = cluster.second.node_id
    for _ in range(400):
        begun, ended = (
            {path.name.removesuffix(kind) for path in marks.glob(f"*{kind}")} for kind in ("-begun", "-ended")
        )
        if mine := {mark for mark in begun - ended if mark.endswith(node)}:
            cluster.remove_node(cluster.second, allow_graceful=False)
            return {mark.removesuffix(f"-{node}") for mark in mine}
        time.sleep(0.02)
    return set()


def test_the_command_labels_on_a_cluster_what_is_missing(cluster: Any, ads: Path, labels: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    to.mkdir()
    for path in sorted(labels.iterdir())[4:]:
        (to / path.name).write_bytes(path.read_bytes())
    arguments = ("label", "--engine", "ray", "--from", ads, "--to", to, "--db", tmp_path / "w.duckdb")
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "5 of 9 parts were labelled before; " in result.output
    assert content(to) == content(labels)


def test_a_part_that_kills_every_worker_of_a_cluster_is_named(cluster: Any, tmp_path: Path) -> None:
    from ray import cloudpickle

    cloudpickle.register_pickle_by_value(workers)
    outcomes = dict(on_ray(partial(die_at, 2, tmp_path, 100), PARTS))
    assert [part for part, outcome in outcomes.items() if isinstance(outcome, str)] == [PARTS[2]]
    assert f"ads, row group 3, rows 1 to 1: the process that read it died, {TRIES} times" in str(outcomes[PARTS[2]])
    assert len(list(tmp_path.iterdir())) == TRIES


# --- what a person did wrong ------------------------------------------------------------------------------------------


def test_without_ray_the_error_says_what_to_install(ads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    result = run("label", "--engine", "ray", "--from", ads, "--to", tmp_path, "--db", tmp_path / "w.duckdb")
    assert result.exit_code == 1
    assert "pip install ray" in result.output


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--from", "ads"], 2, "--from, --to and --engine go together"),
        (["--engine", "ray"], 2, "--from, --to and --engine go together"),
        (["--engine", "ray", "--from", "a", "--to", "b", "--workers", "2"], 2, "--workers is of this machine"),
        (["--from", "/no/such/place", "--to", "b"], 1, "/no/such/place holds no Parquet file"),
        (["--from", "nothere://a", "--to", "b"], 1, "nothere://a cannot be used"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], status: int, message: str, tmp_path: Path) -> None:
    result = run("label", *arguments, "--db", tmp_path / "w.duckdb")
    assert (result.exit_code, message in result.output) == (status, True), result.output


@pytest.mark.parametrize(
    ("name", "bytes_", "message"),
    [
        ("torn.parquet", b"PAR1 but no more", "torn.parquet cannot be read as Parquet"),
        ("empty.parquet", b"", "empty.parquet cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_no_parquet_is_named(tmp_path: Path, name: str, bytes_: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(bytes_)
    with pytest.raises(WarehouseError, match=message):
        find_parts(str(tmp_path))


def test_a_file_without_texts_is_named_with_its_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": ["Weaver"], "pay": [1]}), tmp_path / "ads.parquet")
    with pytest.raises(WarehouseError, match=r"ads\.parquet has no column for the description.*It has: title, pay"):
        find_parts(str(tmp_path))
