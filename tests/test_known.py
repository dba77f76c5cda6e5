"""What a crawl is told of the boards that were crawled before, and which of them it fetches."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import publish

from crawler.boards import Board
from crawler.plan import part_of, plan
from warehouse.known import KnownBoard, known_boards, remember_postings
from warehouse.landing import LandingFile, iso
from warehouse.store import landing_folder

DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)
ACME = ("jsonld", "acme.example")


def crawl(db: Path, day: int, status: str = "ok", ads: str = "ab", **validators: str) -> None:
    at = DAY + timedelta(days=day)
    with LandingFile(landing_folder(db), at, {}) as landing:
        where = {"source": ACME[0], "board": ACME[1]}
        for ad in ads:
            words: dict[str, Any] = {"title": f"Engineer {ad}", "description": "Work.", "list_key": f"{ad}1"}
            page = f"https://acme.example/{ad}"
            landing.write("job_posting", **where, identifier=ad, seen_at=iso(at), url=page, **words)
        fetch = {"fetched_at": iso(at), "status": status, "n_found": len(ads), **validators}
        landing.write("board_fetch", **where, **fetch)
        landing.end(at)


def known(db: Path, day: int) -> dict[tuple[str, str], KnownBoard]:
    publish(db, DAY)
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        found = known_boards(con, DAY + timedelta(days=day))
        remember_postings(con, found, [ACME, ("jsonld", "other.example")], DAY + timedelta(days=day))
        return found


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "w.duckdb"


def test_validators_are_those_of_the_last_whole_answer(db: Path) -> None:
    crawl(db, 0, etag='"1"', body_hash="aa")
    crawl(db, 1, etag='"2"', body_hash="bb")
    crawl(db, 2, "unchanged", ads="")
    crawl(db, 3, "failed", ads="")
    found = known(db, 9)[ACME]
    assert (found.etag, found.last_modified, found.body_hash) == ('"2"', None, "bb")
    assert (found.tried_at.day, found.complete_at and found.complete_at.day) == (4, 3)
    assert found.postings["a"] == ("https://acme.example/a", "a1")


def test_a_day_that_is_run_again_is_told_what_was_known_before_it(db: Path) -> None:
    crawl(db, 0, etag='"1"')
    crawl(db, 1, etag='"2"')
    assert known(db, 1)[ACME].etag == '"1"'
    assert known(db, 0) == {}


def test_postings_are_those_that_were_known_at_the_time(db: Path) -> None:
    crawl(db, 0, ads="a")
    crawl(db, 1, ads="ab")
    assert set(known(db, 1)[ACME].postings) == {"a"}
    assert set(known(db, 2)[ACME].postings) == {"a", "b"}


def test_after_a_partial_answer_a_board_is_asked_in_full(db: Path) -> None:
    crawl(db, 0, ads="a", etag='"1"')
    crawl(db, 1, "partial", ads="ab")  # b may be gone again tomorrow, when the answer is that of the first day
    assert known(db, 2)[ACME].etag is None


def test_a_board_with_a_missing_posting_is_asked_in_full(db: Path) -> None:
    crawl(db, 0, etag='"1"')
    crawl(db, 1, etag='"2"', ads="a")
    assert known(db, 2)[ACME].etag is None
    crawl(db, 2, etag='"2"', ads="a")  # now it is closed
    assert known(db, 2)[ACME].etag is None  # but was not when day 2 began
    assert known(db, 3)[ACME].etag == '"2"'


def test_a_board_that_was_empty_is_asked_in_full_though_it_may_show_what_it_showed_before(db: Path) -> None:
    crawl(db, 0, etag='"1"')
    for day in (1, 2, 3):
        crawl(db, day, "empty", ads="")  # its postings are closed now: "unchanged" since day 0 would leave them so
    assert known(db, 4)[ACME].etag is None
    crawl(db, 4, etag='"1"')
    assert known(db, 5)[ACME].etag == '"1"'


def test_what_another_version_read_is_read_again(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(db, 0, etag='"1"')
    monkeypatch.setattr("warehouse.known.CODE_VERSION", "next")
    assert known(db, 1)[ACME].etag is None


BOARDS = [Board(platform="lever", board=name) for name in "abcdef"]


def tried(days: dict[str, int]) -> dict[tuple[str, str], KnownBoard]:
    when = {name: (DAY + timedelta(days=day)).replace(tzinfo=None) for name, day in days.items()}
    return {
        ("lever", name): KnownBoard(tried_at=at, complete_at=at if name != "c" else None) for name, at in when.items()
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "bdfeca"),
        ({"max_boards": 2}, "bd"),
        ({"since": DAY + timedelta(days=2)}, "bdfec"),  # c was tried, but never fetched whole
        ({"since": DAY + timedelta(days=1)}, "bdfc"),
        ({"since": DAY + timedelta(days=9)}, "bdfeca"),
    ],
)
def test_boards_that_were_left_out_longest_come_first(arguments: dict[str, Any], expected: str) -> None:
    due = plan(BOARDS, tried({"a": 5, "c": 4, "e": 1}), **arguments)
    assert "".join(board.board for board in due) == expected


def test_parts_hold_every_board_once_and_depend_on_its_name_alone() -> None:
    boards = [Board(platform="lever", board=f"b{n}") for n in range(300)]
    found = [plan(boards, {}, shard=(i, 4)) for i in (1, 2, 3, 4)]
    assert sorted(board.board for part in found for board in part) == sorted(board.board for board in boards)
    assert min(map(len, found)) > 50
    assert part_of(boards[7], 4) == part_of(Board(platform="lever", board="b7", min_postings=3), 4)
