"""From landing files to tables: what is kept, when a posting closes, and that nothing depends on how often or when."""

import gzip
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import publish

from warehouse import WarehouseError
from warehouse.landing import LandingFile, blocks, iso, read
from warehouse.load import load
from warehouse.store import building, check, landing_folder

DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "w.duckdb"


def crawl(db: Path, day: int, status: str = "ok", ads: str = "", board: str = "acme", **fields: Any) -> Path:
    """A landing file of one board on a day; each letter of ``ads`` is a posting."""
    at = DAY + timedelta(days=day)
    with LandingFile(landing_folder(db), at, {}) as landing:
        for ad in ads:
            posting = {
                "title": f"Engineer {ad}",
                "description": f"<p>Work on {ad}.</p>",
                "hiring_organization": "Acme",
                **fields,
            }
            landing.write("job_posting", source="lever", board=board, identifier=ad, seen_at=iso(at), **posting)
        landing.write(
            "board_fetch",
            crawl_id=landing.crawl_id,
            source="lever",
            board=board,
            fetched_at=iso(at),
            status=status,
            n_found=len(ads),
        )
        landing.end(at)
    return landing.path


def take_in(db: Path) -> None:
    publish(db, DAY)


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        return con.execute(sql).fetchall()


def state(db: Path, ad: str = "a") -> tuple[Any, ...]:
    """(day it went missing, day it was closed, reason, n_reopened) of a posting."""
    ((missing, closed, reason, n_reopened),) = rows(
        db, f"select missing_since, closed_at, closed_reason, n_reopened from job_posting where identifier = '{ad}'"
    )
    day = lambda when: None if when is None else (when.replace(tzinfo=UTC) - DAY).days  # noqa: E731
    return day(missing), day(closed), reason, n_reopened


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([("ok", "b")], (1, None, None, 0)),
        ([("ok", "b"), ("ok", "b")], (1, 2, "absent", 0)),
        ([("failed", ""), ("failed", ""), ("failed", "")], (None, None, None, 0)),
        ([("partial", "b"), ("not_found", ""), ("unchanged", ""), ("forbidden", "")], (None, None, None, 0)),
        ([("ok", "b"), ("failed", ""), ("ok", "b")], (1, 3, "absent", 0)),
        ([("empty", ""), ("empty", "")], (1, None, None, 0)),
        ([("empty", ""), ("empty", ""), ("empty", "")], (1, 3, "board_empty", 0)),
        ([("empty", ""), ("ok", "b"), ("empty", "")], (1, None, None, 0)),
        ([("empty", ""), ("ok", "ab")], (None, None, None, 0)),
        ([("ok", "b"), ("ok", "ab")], (None, None, None, 0)),
        ([("ok", "b"), ("ok", "b"), ("ok", "ab")], (None, None, None, 1)),
        ([("ok", "b"), ("ok", "b"), ("ok", "ab"), ("ok", "b"), ("ok", "b")], (4, 5, "absent", 1)),
    ],
)  # fmt: skip
def test_a_posting_is_closed_only_by_evidence(
    db: Path, later: list[tuple[str, str]], expected: tuple[Any, ...]
) -> None:
    crawl(db, 0, "ok", "ab")
    for day, (status, ads) in enumerate(later, 1):
        crawl(db, day, status, ads)
        take_in(db)
    assert state(db) == expected


def test_two_fetches_on_one_date_are_one_piece_of_evidence(db: Path) -> None:
    crawl(db, 0, "ok", "ab")
    for hours in (24, 30, 40):  # 06:00, 12:00 and 22:00 of the next day
        at = DAY + timedelta(hours=hours)
        with LandingFile(landing_folder(db), at, {}) as landing:
            landing.write("board_fetch", source="lever", board="acme", fetched_at=iso(at), status="ok", n_found=1)
            landing.end(at)
    take_in(db)
    assert state(db) == (1, None, None, 0)


def test_another_board_says_nothing(db: Path) -> None:
    crawl(db, 0, "ok", "a")
    crawl(db, 1, "ok", "z", board="other")
    crawl(db, 2, "ok", "z", board="other")
    take_in(db)
    assert state(db) == (None, None, None, 0)


def test_a_window_never_closes_by_absence(db: Path) -> None:
    crawl(db, 0, "ok", "a")
    for day in (1, 2, 3):
        at = DAY + timedelta(days=day)
        with LandingFile(landing_folder(db), at, {}) as landing:
            landing.write(
                "board_fetch",
                source="lever",
                board="acme",
                fetched_at=iso(at),
                status="ok",
                n_found=0,
                listing="window",
            )
            landing.end(at)
    take_in(db)
    assert state(db) == (None, None, None, 0)


def test_an_unchanged_board_is_a_sighting(db: Path) -> None:
    crawl(db, 0, "ok", "a")
    crawl(db, 40, "unchanged")
    take_in(db)
    assert rows(db, "select (last_seen_at::date - first_seen_at::date) from job_posting") == [(40,)]


TABLES = ("crawl", "board_fetch", "job_posting", "job_posting_version", "job_posting_text", "quarantine")


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows(db, f"from {table} order by all") for table in TABLES}


def days(db: Path) -> list[Path]:
    return [
        crawl(db, 0, "ok", "abc"),
        crawl(db, 1, "ok", "ab", description="<p>New words.</p>"),
        crawl(db, 2, "failed"),
        crawl(db, 3, "ok", "a"),
        crawl(db, 4, "ok", "abd"),
    ]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    db = tmp_path_factory.mktemp("reference") / "w.duckdb"
    days(db)
    take_in(db)
    return content(db)


def test_day_by_day_is_the_same_as_all_at_once(db: Path, reference: dict[str, Any]) -> None:
    paths = days(db)
    hidden = [path.rename(path.with_suffix(".later")) for path in paths]
    for path in hidden:
        path.rename(path.with_suffix(".jsonl"))
        take_in(db)
    assert content(db) == reference


def test_the_order_in_which_files_arrive_does_not_matter(db: Path, reference: dict[str, Any]) -> None:
    hidden = [path.rename(path.with_suffix(".later")) for path in days(db)]
    for i in (3, 0, 4, 1, 2):
        hidden[i].rename(hidden[i].with_suffix(".jsonl"))
        take_in(db)
    assert content(db) == reference


def test_a_file_that_grows_is_taken_in_piece_by_piece(db: Path, reference: dict[str, Any]) -> None:
    with building(db, DAY) as con:
        for path in days(db):
            whole = path.read_bytes()
            for end in (len(whole) // 3, 2 * len(whole) // 3, len(whole)):  # cut anywhere, also within a line
                path.write_bytes(whole[:end])
                load(con, landing_folder(db))
    assert content(db) == reference


def test_a_rebuild_gives_the_same_tables(db: Path, reference: dict[str, Any]) -> None:
    days(db)
    take_in(db)
    with building(db, DAY) as con:
        load(con, landing_folder(db), rebuild=True)
    assert content(db) == reference


@pytest.mark.parametrize(
    "limits", [{"landing._BLOCK": 1}, {"load._TEXTS_AT_ONCE": 1}, {"load._PARALLEL_FROM": 0}], ids=str
)
def test_in_what_pieces_a_file_is_worked_does_not_matter(
    db: Path, reference: dict[str, Any], monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(f"warehouse.{name}", value)
    days(db)
    take_in(db)
    assert content(db) == reference


def test_of_texts_that_differ_in_white_space_alone_the_first_stays(db: Path) -> None:
    at = DAY
    with LandingFile(landing_folder(db), at, {}) as landing:
        for ad, words in [("b", "Two<br>lines."), ("a", "Two lines."), ("c", "Two<p>lines.")]:
            landing.write(
                "job_posting",
                source="lever",
                board="acme",
                identifier=ad,
                seen_at=iso(at),
                title="Engineer",
                description=words,
            )
        landing.end(at)
    take_in(db)
    assert rows(db, "select text from job_posting_text") == [("Two\nlines.",)]
    assert rows(db, "select count(distinct content_hash), count(*) from job_posting") == [(1, 3)]


def test_of_two_records_of_a_posting_at_one_time_the_later_one_counts(db: Path) -> None:
    at = DAY
    with LandingFile(landing_folder(db), at, {}) as landing:
        for title in ("Engineer", "Baker", "Clerk"):
            landing.write(
                "job_posting",
                source="lever",
                board="acme",
                identifier="a",
                seen_at=iso(at),
                title=title,
                description="Work.",
            )
        landing.end(at)
    take_in(db)
    assert rows(db, "select title from job_posting") == [("Clerk",)]


def test_a_day_run_twice_changes_nothing(db: Path) -> None:
    days(db)
    take_in(db)
    before, link = content(db), db.readlink()
    second = crawl(db, 4, "ok", "abd")
    assert second.name.endswith("Z.2.jsonl")
    take_in(db)
    assert content(db) == before
    assert db.readlink() == link


def test_a_killed_crawl_that_is_run_again_is_as_if_it_had_never_been_killed(
    db: Path, reference: dict[str, Any]
) -> None:
    paths = days(db)
    whole = paths[4].read_bytes()
    paths[4].write_bytes(whole[: len(whole) // 2])
    crawl(db, 4, "ok", "abd")
    take_in(db)
    assert content(db) == reference


def test_an_edit_is_a_new_version_and_the_old_text_stays(db: Path) -> None:
    days(db)
    take_in(db)
    versions = rows(
        db,
        "select seen_from::date, seen_to::date from job_posting_version join job_posting using (posting_id) where identifier = 'a' order by 1",
    )
    assert len(versions) == 3  # written, edited, written back
    assert rows(db, "select count(*) from job_posting_text where text = 'New words.'") == [(2,)]  # under two titles


def test_the_same_content_is_one_opening(db: Path) -> None:
    crawl(db, 0, "ok", "ab", title="Engineer", description="Same words")
    crawl(db, 1, "ok", "a", board="mirror", title="Engineer", description="Same words")
    take_in(db)
    assert rows(db, "select count(*), count(distinct cluster_id), any_value(cluster_reason) from job_posting") == [
        (3, 1, "same_content")
    ]


def test_a_posting_without_words_is_quarantined_with_its_reason(db: Path) -> None:
    crawl(db, 0, "ok", "a", description="<p> </p>")
    crawl(db, 1, "ok", "b", title="\u200b")
    take_in(db)
    assert rows(db, "select reason from quarantine order by 1") == [("no description",), ("no title",)]
    assert rows(db, "select count(*) from job_posting") == [(0,)]


def test_a_torn_last_line_is_left_for_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"type": "crawl"}\n{"type": "job_po')
    assert [record["type"] for record, _ in read(path)] == ["crawl"]


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_blocks_are_whole_lines_and_know_where_they_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("warehouse.landing._BLOCK", size)
    written = b'{"type":"crawl"}\n{"type":"job_posting",\r"title":"Caf\xc3\xa9"}\n{"type":"crawl_end"}\n{"type":"torn'
    path = tmp_path / "x.jsonl"
    path.write_bytes(written)
    for offset in (0, 17):
        found = list(blocks(path, offset))
        assert b"".join(block for _, block in found) == written[offset : written.rindex(b"\n") + 1]
        assert all(written[start:].startswith(block) and block.endswith(b"\n") for start, block in found)
    assert [end for _, end in read(path)] == [i + 1 for i, byte in enumerate(written) if byte == 0x0A]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"type": "crawl"}\nnot json\n{"type": "crawl_end"}\n')
    with pytest.raises(WarehouseError, match=r"x\.jsonl, byte 18"):
        list(read(path))


def test_every_rule_holds_after_a_load(db: Path) -> None:
    days(db)
    take_in(db)
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        assert check(con) == []


def events(
    db: Path, day: int, listing: str = "complete", again: str = "", gone: str = "", ads: str = "", status: str = "ok"
) -> Path:
    """A landing file in which some postings are only seen again, and some are said to be gone."""
    at = DAY + timedelta(days=day)
    with LandingFile(landing_folder(db), at, {}) as landing:
        where = {"source": "lever", "board": "acme"}
        for ad in ads:
            landing.write(
                "job_posting", **where, identifier=ad, seen_at=iso(at), title=f"Engineer {ad}", description="Work."
            )
        for ad in again:
            landing.write("sighting", **where, identifier=ad, seen_at=iso(at))
        for ad in gone:
            landing.write("removal", **where, identifier=ad, removed_at=iso(at))
        landing.write(
            "board_fetch", **where, fetched_at=iso(at), status=status, n_found=len(ads + again), listing=listing
        )
        landing.end(at)
    return landing.path


def test_a_posting_that_is_only_seen_again_keeps_its_content_and_stays_open(db: Path) -> None:
    crawl(db, 0, "ok", "ab")
    events(db, 1, again="a")
    events(db, 2, again="a")
    take_in(db)
    assert state(db, "a") == (None, None, None, 0)
    assert state(db, "b") == (1, 2, "absent", 0)
    assert rows(
        db,
        "select p.title, v.seen_to = p.last_seen_at, (p.last_seen_at::date - p.first_seen_at::date) from job_posting as p "
        "join job_posting_version as v using (posting_id) where identifier = 'a'",
    ) == [("Engineer a", True, 2)]


def test_a_closed_posting_that_is_seen_again_is_open_again(db: Path) -> None:
    for day, ads in enumerate(["ab", "b", "b"]):
        crawl(db, day, "ok", ads)
    events(db, 3, again="ab")
    take_in(db)
    assert state(db) == (None, None, None, 1)


def test_a_sighting_of_an_ad_that_no_file_holds_is_said(db: Path) -> None:
    events(db, 0, again="a")
    take_in(db)
    ((reason, record),) = rows(db, "select reason, record from quarantine")
    assert "in no landing file" in reason
    assert record == '{"identifier":"a"}'


def test_the_sources_own_word_closes_at_once_and_a_new_sighting_reopens(db: Path) -> None:
    crawl(db, 0, "ok", "ab")
    events(db, 1, listing="window", gone="a")
    take_in(db)
    assert state(db, "a") == (1, 1, "removed", 0)
    assert state(db, "b") == (None, None, None, 0)
    events(db, 2, listing="window", ads="a")
    take_in(db)
    assert state(db, "a") == (None, None, None, 1)


def test_what_a_feed_of_changes_does_not_name_is_as_it_was(db: Path) -> None:
    events(db, 0, listing="events", ads="abc")
    events(db, 30, listing="events", status="failed")
    events(db, 60, listing="events", ads="b", gone="c")
    take_in(db)
    days = "select identifier, last_seen_at::date - first_seen_at::date, closed_reason from job_posting order by 1"
    assert rows(db, days) == [("a", 60, None), ("b", 60, None), ("c", 60, "removed")]


def test_an_unchanged_window_is_a_sighting_of_what_it_showed_last(db: Path) -> None:
    events(db, 0, listing="window", ads="ab")
    events(db, 1, listing="window", ads="b")
    events(db, 2, listing="window", status="unchanged")
    take_in(db)
    days = "select identifier, last_seen_at::date - first_seen_at::date from job_posting order by 1"
    assert rows(db, days) == [("a", 0), ("b", 2)]


def rejected(db: Path, day: int, ads: str, odd: str) -> Path:
    """A complete fetch in which one listed record cannot be used."""
    at = DAY + timedelta(days=day)
    with LandingFile(landing_folder(db), at, {}) as landing:
        where = {"source": "lever", "board": "acme"}
        for ad in ads:
            words = {"title": f"Engineer {ad}", "description": "Work."}
            landing.write("job_posting", **where, identifier=ad, seen_at=iso(at), **words)
        landing.write("quarantine", **where, identifier=odd, fetched_at=iso(at), reason="no description", record="{}")
        landing.write("board_fetch", **where, fetched_at=iso(at), status="ok", n_found=len(ads), n_rejected=1)
        landing.end(at)
    return landing.path


def test_a_posting_whose_record_cannot_be_used_is_still_listed(db: Path) -> None:
    crawl(db, 0, "ok", "ab")
    for day in (1, 2, 3):
        rejected(db, day, "b", odd="a")
    rejected(db, 4, "ab", odd="never-seen")
    take_in(db)
    assert state(db, "a") == (None, None, None, 0)
    assert rows(db, "select count(*), any_value(reason) from quarantine") == [(4, "no description")]


def killed_after(path: Path, kind: str) -> None:
    """Cut a landing file behind its last record of a kind, as a kill does."""
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if f'"type":"{kind}"'.encode() in line)
    path.write_bytes(b"".join(lines[: last + 1]))


@pytest.mark.parametrize("first", [0, 1])
def test_a_board_that_a_kill_cut_short_counts_whatever_the_order_of_files(db: Path, tmp_path: Path, first: int) -> None:
    paths = [crawl(db, 0, "ok", "ab"), events(db, 1, listing="window", again="a", gone="b")]
    killed_after(paths[1], "removal")
    late = tmp_path / paths[1 - first].name
    shutil.move(paths[1 - first], late)
    take_in(db)
    shutil.move(late, paths[1 - first])
    take_in(db)
    assert state(db, "b") == (1, 1, "removed", 0)
    assert rows(db, "select last_seen_at::date - first_seen_at::date from job_posting where identifier = 'a'") == [(1,)]
    assert rows(db, "select status, error from board_fetch order by fetched_at desc limit 1") == [
        ("partial", "the crawl ended before the board did")
    ]


def test_of_two_attempts_at_a_crawl_the_later_one_wins_whatever_arrives_first(db: Path, tmp_path: Path) -> None:
    for other in (db, tmp_path / "in_order" / "w.duckdb"):
        crawl(other, 0, "ok", "ab")
        crawl(other, 1, "ok", "b")
    in_order = [crawl(other, 2, "partial", "ab"), crawl(other, 2, "ok", "b")]
    take_in(other)
    attempts = [crawl(db, 2, "partial", "ab"), crawl(db, 2, "ok", "b")]
    assert [path.name for path in attempts] == [path.name for path in in_order]
    late = tmp_path / attempts[0].name
    shutil.move(attempts[0], late)
    take_in(db)
    shutil.move(late, attempts[0])
    take_in(db)
    assert content(db) == content(other)


def test_a_file_that_is_read_in_two_goes_is_one_crawl(db: Path) -> None:
    path = parts(landing_folder(db))[0]
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b'{"type":"board_fetch"')])
    take_in(db)
    path.write_bytes(whole)
    take_in(db)
    assert rows(db, "select count(*) from crawl where finished_at is null") == [(0,)]
    assert rows(db, "select count(distinct crawl_id) from board_fetch") == [(2,)]


def parts(folder: Path) -> list[Path]:
    """What two machines write that share two days of crawls."""
    paths = []
    for day, ads in enumerate(["ab", "a"]):
        for part, board in (("part1of2", "acme"), ("part2of2", "other")):
            at = DAY + timedelta(days=day)
            with LandingFile(folder, at, {"shard": part}, part=part) as landing:
                where = {"source": "lever", "board": board}
                for ad in ads:
                    words = {"title": f"Engineer {ad}", "description": f"Work for {board}."}
                    landing.write("job_posting", **where, identifier=ad, seen_at=iso(at), **words)
                landing.write("board_fetch", **where, fetched_at=iso(at), status="ok", n_found=len(ads))
                landing.end(at)
            paths.append(landing.path)
    return paths


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    db = tmp_path_factory.mktemp("at_once") / "w.duckdb"
    parts(landing_folder(db))
    take_in(db)
    return content(db)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (0, 0, 2, 1, 3, 1)])
def test_parts_of_several_machines_merge_in_any_order_and_twice(
    db: Path, at_once: dict[str, Any], tmp_path: Path, order: tuple[int, ...]
) -> None:
    paths = parts(tmp_path / "machines")
    for number in order:
        folder = landing_folder(db)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths[number], folder)
        take_in(db)
    assert content(db) == at_once
    assert len(content(db)["job_posting"]) == 4


def test_a_landing_file_that_is_gzipped_after_loading_is_the_same_file(db: Path) -> None:
    first, *others = days(db)
    take_in(db)
    before = db.readlink(), content(db)
    for path in (first, *others):
        with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb") as packed:
            shutil.copyfileobj(plain, packed)
        path.unlink()
    take_in(db)
    assert (db.readlink(), content(db)) == before
    with building(db, DAY) as con:
        load(con, landing_folder(db), rebuild=True)
    assert content(db) == before[1]
