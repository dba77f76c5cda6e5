"""Snapshots are listed, compared and copied; and what was known at an earlier time can be asked."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from conftest import publish

from rolescope import main
from warehouse import WarehouseError, connect
from warehouse.landing import LandingFile, iso
from warehouse.snapshots import CHANGES, difference, export_snapshot, find_snapshot, snapshots
from warehouse.store import KEEP, building, landing_folder

DAY = [datetime(2026, 3, day, 6, tzinfo=UTC) for day in range(1, 9)]


def crawl(db: Path, at: datetime, ads: dict[str, str]) -> None:
    """A complete fetch of a board that shows those ads (identifier, words), loaded and published."""
    with LandingFile(landing_folder(db), at, {}) as landing:
        for identifier, words in ads.items():
            landing.write(
                "job_posting", source="lever", board="acme", identifier=identifier, title=f"Engineer {identifier}",
                description=words, hiring_organization="Acme", seen_at=iso(at),
            )  # fmt: skip
        landing.write(
            "board_fetch", crawl_id=landing.crawl_id, source="lever", board="acme", fetched_at=iso(at), status="ok", n_found=len(ads)
        )  # fmt: skip
        landing.end(at)
    publish(db, at + timedelta(hours=1))


def label(db: Path, at: datetime, version: str, roles: dict[str, str]) -> None:
    """Labels of that version for the ads whose words hold a key of ``roles``."""
    with building(db, at) as con:
        for table in ("job_posting_role", "label_version"):
            con.execute(f"delete from {table}")
        con.execute("insert into label_version values (?, true)", [version])
        for word, role in roles.items():
            con.execute(
                """
                insert into job_posting_role by name
                select content_hash, ? as model_version, ? as role, 1.0 as p_ai_engineer, 0.0 as p_ml_engineer, 0.0 as p_data_scientist,
                    0.0 as p_full_stack_engineer, 0.0 as p_other, [] as skills, '2026-03-01'::timestamp as labelled_at
                from job_posting_text where contains(text, ?)
                """,
                [version, role, word],
            )


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three ads on the first day; on the second one has other words; on the third one is gone, a fourth is new."""
    path = tmp_path_factory.mktemp("three_days") / "w.duckdb"
    crawl(path, DAY[0], {"1": "alpha", "2": "beta", "3": "gamma"})
    crawl(path, DAY[1], {"1": "alpha", "2": "beta, but longer", "3": "gamma"})
    crawl(path, DAY[2], {"1": "alpha", "2": "beta, but longer", "4": "delta"})
    return path.parent


@pytest.fixture
def db(three_days: Path, tmp_path: Path) -> Path:
    """A copy of these three days."""
    shutil.copytree(three_days, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "w.duckdb"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["snapshot", *map(str, arguments)])


def counts(db: Path, old: int, new: int) -> dict[str, int]:
    kept, _ = snapshots(db)
    found = difference(kept[old], kept[new])
    return {name: n for name in CHANGES if (n := sum(row[name] for row in found.counts.values()))}


def test_the_list_tells_what_is_kept_what_is_published_and_how_much_was_removed(db: Path) -> None:
    for day in DAY[3:5]:
        crawl(db, day, {"1": "alpha"})
    kept, n_gone = snapshots(db)
    assert [one.taken_at.day for one in kept] == [5, 4, 3]
    assert [one.is_published for one in kept] == [True, False, False]
    assert (len(kept), n_gone) == (KEEP, 2)
    listed = run("list", "--db", db).output
    assert all(one.snapshot_id in listed for one in kept)
    assert (
        listed.count("published") == 2 and "2 older ones removed: the last 3 are kept." in listed
    )  # the heading is one


def test_a_difference_tells_what_came_went_and_was_edited(db: Path) -> None:
    assert counts(db, 2, 1) == {"edited": 1}
    assert counts(db, 1, 0) == {"came": 1}  # one complete fetch without the third is no evidence yet
    crawl(db, DAY[3], {"1": "alpha", "2": "beta, but longer", "4": "delta"})
    assert counts(db, 1, 0) == {"went": 1}
    crawl(db, DAY[4], {"3": "gamma", "1": "alpha", "2": "beta, but longer", "4": "delta"})
    assert counts(db, 1, 0) == {"came_back": 1}
    assert counts(db, 0, 0) == {}
    assert counts(db, 0, 1) == {"went": 1}


def test_a_difference_tells_another_label_version_from_another_role(db: Path) -> None:
    label(db, DAY[3], "one", {"alpha": "ai_engineer", "delta": "other"})
    assert counts(db, 1, 0) == {"relabelled": 2}
    label(db, DAY[4], "two", {"alpha": "ml_engineer", "delta": "other", "beta": "other"})
    assert counts(db, 1, 0) == {"relabelled": 3, "other_role": 1}
    kept, _ = snapshots(db)
    found = difference(kept[1], kept[0], 5)
    assert found.counts["ml_engineer"]["other_role"] == 1
    [example] = found.examples["other_role"]
    assert (example.title, example.role_then, example.role_now) == ("Engineer 1", "ai_engineer", "ml_engineer")
    printed = run("diff", kept[1].snapshot_id[:6], "--db", db, "--show", "1").output
    assert "Engineer 1  Acme (lever)  ai_engineer → ml_engineer" in printed
    assert "Nothing changed." in run("diff", kept[0].snapshot_id, kept[0].snapshot_id, "--db", db).output


def test_ids_may_be_short_but_not_ambiguous_and_a_removed_one_is_said_to_be_removed(db: Path) -> None:
    kept, _ = snapshots(db)
    assert find_snapshot(db, kept[1].snapshot_id[:8]) == kept[1]
    removed = kept[-1].snapshot_id
    for day in DAY[3:6]:
        crawl(db, day, {"1": f"alpha {day.day}"})
    there = ", ".join(one.snapshot_id for one in snapshots(db)[0])
    for prefix, reason in (
        (removed, "of 2026-03-01 07:00 was removed: the last 3 are kept"),
        ("xyz", "begins with 'xyz'"),
        ("", "begins with ''"),
    ):
        with pytest.raises(WarehouseError, match=reason) as error:
            find_snapshot(db, prefix)
        assert all(one in str(error.value) for one in there.split(", "))
    twin = kept[0].path.with_name(f"w-{snapshots(db)[0][0].snapshot_id[:4]}ffffffffffff.duckdb")
    with building(db, DAY[7]) as con:
        con.execute("insert into crawl values ('x', '2026-03-01', null, '{}', 'test')")
    shutil.copyfile(db.resolve(), twin)
    with duckdb.connect(str(twin)) as con:
        con.execute(
            "update snapshot set snapshot_id = ? where taken_at = (select max(taken_at) from snapshot)", [twin.stem[2:]]
        )
    short = twin.stem[2:6]
    several = [one for one in snapshots(db)[0] if one.snapshot_id.startswith(short)]
    assert len(several) == 2
    with pytest.raises(WarehouseError, match="Give more of the id"):
        find_snapshot(db, short)


def test_a_copy_is_a_whole_warehouse_and_takes_no_files_place(db: Path, tmp_path: Path) -> None:
    kept, _ = snapshots(db)
    to = tmp_path / "copies" / "then.duckdb"
    done = run("export", kept[1].snapshot_id[:8], "--to", to, "--db", db)
    assert (done.exit_code, "opened and found whole" in done.output) == (0, True), done.output
    with connect(to) as con:
        assert con.execute("select count(*) from posting").fetchall() == [(3,)]
    for place in (to, tmp_path):
        refused = run("export", kept[1].snapshot_id, "--to", place, "--db", db)
        assert (refused.exit_code, str(place) in refused.output) == (1, True)
    assert [path.name for path in to.parent.iterdir()] == ["then.duckdb"]


def test_a_damaged_snapshot_is_not_listed_and_not_copied(db: Path, tmp_path: Path) -> None:
    kept, _ = snapshots(db)
    broken = kept[1].path
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    assert [one.path for one in snapshots(db)[0]] == [kept[0].path, kept[2].path]
    with pytest.raises(WarehouseError):
        export_snapshot(kept[1], tmp_path / "copy.duckdb")
    assert not (tmp_path / "copy.duckdb").exists()


def known(db: Path, moment: object) -> list[tuple[object, ...]]:
    with connect(db) as con:
        return con.execute(
            "select identifier, description, is_open from posting_as_of(?) order by 1", [moment]
        ).fetchall()


def test_postings_as_of_a_time_have_the_words_and_the_state_that_they_had_then(db: Path) -> None:
    crawl(db, DAY[3], {"1": "alpha", "2": "beta, but longer", "4": "delta"})
    first = [("1", "alpha", True), ("2", "beta", True), ("3", "gamma", True)]
    last = [("1", "alpha", True), ("2", "beta, but longer", True), ("3", "gamma", False), ("4", "delta", True)]
    assert known(db, "2026-03-01") == []  # its first moment
    assert known(db, "2026-03-01 12:00") == first
    assert known(db, DAY[1].replace(tzinfo=None)) == [first[0], last[1], first[2]]
    assert known(db, "2026-03-03 12:00") == [*last[:2], ("3", "gamma", True), last[3]]
    assert known(db, "2026-03-04 12:00") == known(db, None) == last
    assert [is_open for _, _, is_open in known(db, "2026-05-01")] == [False] * 4  # not seen for 45 days


def test_as_of_now_is_what_the_view_posting_says(small_warehouse: Path) -> None:
    shared = "posting_id, title, description, content_hash, role, skills, first_seen_at, last_seen_at, closed_at, is_open, cluster_id"
    with connect(small_warehouse) as con:
        now = con.execute(f"select {shared} from posting_as_of() order by all").fetchall()
        assert now == con.execute(f"select {shared} from posting order by all").fetchall()


def test_changes_are_told_since_the_last_snapshot_of_an_earlier_day_or_any_time(db: Path) -> None:
    crawl(db, DAY[3], {"1": "alpha", "2": "beta again", "4": "delta"})
    query = "select p.identifier, c.change from change({}) as c join job_posting as p on p.posting_id = c.posting_id order by all"
    with connect(db) as con:
        assert con.execute(query.format("")).fetchall() == [("2", "edited"), ("3", "closed")]
        since = con.execute(query.format("'2026-03-01 12:00'")).fetchall()
        assert since == [("2", "edited"), ("2", "edited"), ("3", "closed"), ("4", "came")]
        before = con.execute(
            "select t.text from change() as c join job_posting_text as t on t.content_hash = c.content_hash_before"
        ).fetchall()
        assert before == [("beta, but longer",)]
