"""Which boards are crawled: what a boards.csv may say, the directory, the user's own list, boards found and boards gone."""

import csv
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crawler.boards import (
    COLUMNS,
    DEFAULT_BOARDS,
    DIRECTORY,
    Board,
    BoardsError,
    Retired,
    add_own_boards,
    add_retired,
    check_board,
    own_boards,
    read_boards,
    read_directory,
    read_retired,
    split_crawled,
    wanted_boards,
)
from crawler.discovery import boards_in, discover
from crawler.retirement import retire
from warehouse.landing import LandingFile, iso
from warehouse.sources import sources

ROOT = Path(__file__).parent.parent
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
ACME = Board(platform="gem", board="acme-invented")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("platform,board\nworkdya,acme\n", "line 2: unknown platform 'workdya'; known: greenhouse, ashby, lever"),
        ("platform,board\ngreenhouse,acme\n\nlever, \n", "line 4: no board named"),
        ("ats,token\ngreenhouse,acme\n", "line 1: no column platform or board; it has: ats, token"),
        ("platform,board,why\ngreenhouse,acme,so\n", "line 1: unknown column why"),
        (
            "platform,board\ngreenhouse,acme\nlever,acme\ngreenhouse,acme\n",
            "line 4: greenhouse board 'acme' stands in line 2",
        ),
        ("platform,board,min_postings\ngreenhouse,acme,few\n", "line 2: min_postings 'few'"),
        ("platform,board\ngreenhouse,https://boards.greenhouse.io/acme\n", "line 2: board 'https://boards"),
        (
            "platform,board\njsonld,https://acme.example/\n",
            "line 2: board 'https://acme.example/' cannot be; for jsonld write the site's host alone",
        ),
        ("platform,board\ngreenhouse\n", "line 2: 2 fields expected"),
        ("platform,board\nimport,file.csv\n", "line 2: unknown platform 'import'"),
        ("", "line 1: no column platform or board; it has: none"),
        ("platform,board\ngreenhouse,\xe9\n", "not a CSV file in UTF-8"),
    ],
)
def test_boards_file_is_refused_by_line_and_value(tmp_path, content, message):
    path = tmp_path / "boards.csv"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(BoardsError) as error:
        read_boards(path)
    assert str(error.value).startswith(str(path))
    assert message in str(error.value)


def test_a_source_whose_key_is_not_set_is_left_out(tmp_path, monkeypatch):
    path = tmp_path / "boards.csv"
    path.write_text("\ufeffplatform,board,hiring_organization\nadzuna,adzuna,\nashby,Some Lab,\n")
    lab, adzuna = Board(platform="ashby", board="Some Lab"), Board(platform="adzuna", board="adzuna")
    monkeypatch.setenv("ADZUNA_APP_ID", "1")
    assert split_crawled(read_boards(path)) == ([lab], {"adzuna": "ADZUNA_APP_KEY"})
    monkeypatch.setenv("ADZUNA_APP_KEY", "2")
    assert split_crawled(read_boards(path)) == ([adzuna, lab], {})


def test_default_boards_can_be_read():
    assert len(read_boards(DEFAULT_BOARDS)) > 300


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*.csv")), ids=lambda path: path.stem)
def test_directory_names_each_board_once_in_order_and_in_its_platforms_form(path):
    assert sources()[path.stem].kind == "board"
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["board", "hiring_organization"]
    boards = [board for board, _ in rows]
    assert boards == sorted(boards, key=str.casefold)
    assert len({board.casefold() for board in boards}) == len(boards) > 100
    for board, name in rows:
        check_board(path.stem, board)
        assert name == " ".join(name.split())
        assert name != board or name != name.lower()  # the name of the board says nothing of the employer's


def test_directory_stays_small():
    assert sum(path.stat().st_size for path in DIRECTORY.glob("*.csv")) < 2_000_000


def test_default_boards_come_first_and_stand_once_in_the_directory():
    default = [board for board in read_boards() if board.platform in ("ashby", "lever")]
    boards = read_directory(["ashby", "lever"])
    assert boards[: len(default)] == default
    assert len({(board.platform, board.board.casefold()) for board in boards}) == len(boards) > 5_000
    assert {board.platform for board in boards} == {"ashby", "lever"}


def test_without_a_choice_the_own_list_joins_the_default_one_and_its_rows_go_before(tmp_path):
    first = read_boards()[0]
    mine = Board(platform=first.platform, board=first.board, hiring_organization="Mine", min_postings=7)
    assert wanted_boards(None, tmp_path) == read_boards()
    add_own_boards(tmp_path, [ACME, mine])
    assert wanted_boards(None, tmp_path) == [ACME, mine, *read_boards()[1:]]


def test_boards_are_chosen_by_file_platform_or_all(tmp_path):
    path = tmp_path / "three.csv"
    path.write_text("platform,board\nlever,acme-invented\nadzuna,adzuna\ngem,ACME-Invented\n")
    add_own_boards(tmp_path, [ACME])
    assert wanted_boards(str(path), tmp_path) == read_boards(path)
    gem = wanted_boards("gem", tmp_path)
    assert gem == [ACME, *read_directory(["gem"])]
    assert wanted_boards(f"gem, {path}", tmp_path) == [*gem, *read_boards(path)[:2]]
    assert wanted_boards("all", tmp_path) == [ACME, *read_directory()]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("none.csv", "none.csv: there is no such file"),
        ("nonsense", "'nonsense' is neither a CSV file nor one of: all, greenhouse, ashby"),
        ("gem,", "'' is neither"),
        ("linkedin", "LinkedIn is not crawled: Its terms forbid"),
        ("manatal", "no board of manatal is known"),
    ],
)
def test_a_choice_that_names_nothing_is_refused(tmp_path, monkeypatch, spec, message):
    monkeypatch.setattr("crawler.boards.read_boards", lambda path=DEFAULT_BOARDS: [])
    with pytest.raises(BoardsError, match=message):
        wanted_boards(spec, tmp_path)


def test_a_retired_board_is_left_out_until_its_line_is_deleted(tmp_path):
    add_own_boards(tmp_path, [ACME])
    add_retired(
        tmp_path, [Retired(platform="gem", board="Acme-Invented", since="2026-01-02", reason="HTTP 404, thrice")]
    )
    assert wanted_boards("gem", tmp_path) == read_directory(["gem"])
    (tmp_path / "retired.csv").write_text("platform,board\nlever,acme-invented\n")  # by hand
    assert ACME in wanted_boards("gem", tmp_path)
    assert read_retired(tmp_path) == [Retired(platform="lever", board="acme-invented")]


def test_own_list_is_added_to_and_stays_readable(tmp_path):
    (tmp_path / "boards.csv").write_text("board,platform\nacme-invented,gem")  # by hand, without a last line feed
    odd = Board(platform="ashby", board="Some, Lab", hiring_organization='The "Lab"')
    for _ in range(2):
        add_own_boards(tmp_path, [odd, Board(platform="gem", board="ACME-invented")])
    assert own_boards(tmp_path) == [ACME, odd]
    assert (tmp_path / "boards.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    assert [path.name for path in tmp_path.iterdir()] == ["boards.csv"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("https://boards.greenhouse.io/acme/jobs/12?gh_jid=12", [("greenhouse", "acme")]),
        ("<a href='https://job-boards.eu.greenhouse.io/acme'>", [("greenhouse", "acme")]),
        ("https://boards.greenhouse.io/embed/job_board?x=1&amp;for=acme&amp;b=2", [("greenhouse", "acme")]),
        ("https://boards.greenhouse.io/embed/job_board/js?for=acme", [("greenhouse", "acme")]),
        ("https://boards-api.greenhouse.io/v1/boards/acme/jobs", [("greenhouse", "acme")]),
        ("see jobs.lever.co/acme.", [("lever", "acme")]),
        ("https:&#x2F;&#x2F;jobs.eu.lever.co&#x2F;acme.ai&#x2F;1", [("lever", "acme.ai")]),
        ("https://out.example/?to=https%3A%2F%2Fjobs.lever.co%2Facme", [("lever", "acme")]),
        ("(https://jobs.ashbyhq.com/Some%20Lab)", [("ashby", "Some Lab")]),
        ("https://apply.workable.com/acme-2/j/AB12/", [("workable", "acme-2")]),
        ("https://acme.workable.com/jobs/1", [("workable", "acme")]),
        ("https://apply.workable.com/j/AB12", []),
        ("http://ACME.recruitee.com/o/engineer", [("recruitee", "ACME")]),
        ("https://acme.teamtailor.com/jobs", [("teamtailor", "acme")]),
        ("https://acme.na.teamtailor.com/jobs", [("teamtailor", "acme.na.teamtailor.com")]),
        ("https://acme.bamboohr.com/careers/74", [("bamboohr", "acme")]),
        ("https://acme.breezy.hr", [("breezy", "acme")]),
        ("https://acme.pinpointhq.com/postings/1", [("pinpoint", "acme")]),
        ("https://ats.rippling.com/en-GB/acme-careers/jobs/1", [("rippling", "acme-careers")]),
        ("https://jobs.gem.com/acme/am9i", [("gem", "acme")]),
        ("https://www.careers-page.com/acme/job/7X", [("manatal", "acme")]),
        ("https://acme.wd5.myworkdayjobs.com/en-US/Acme_Careers/job/Oslo/1", [("workday", "acme.wd5/Acme_Careers")]),
        ("https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers/jobs", [("workday", "acme.wd5/Careers")]),
        ("https://acme.wd5.myworkdayjobs.com/en-US", []),
        ("https://acme.applytojob.com/apply/1", [("jazzhr", "acme")]),
        ("https://acme.jobs.personio.com/job/1", [("personio", "acme")]),
        ("https://jobs.smartrecruiters.com/Acme/743999-engineer", [("smartrecruiters", "Acme")]),
        ("https://jobs.smartrecruiters.com/743999656198464-engineer", []),
        # a platform's own pages
        ("https://www.breezy.hr https://help.bamboohr.com https://www.ashbyhq.com/careers", []),
        # cut short, part of another name, or no address at all
        (">https://boards.greenhouse.io/ac...</a> https://jobs.lever.co/ac…", []),
        ("https://evil-jobs.lever.co/acme https://jobs.lever.co.evil.example/acme acme.breezy.hr.evil.example", []),
        ("ann@acme.breezy.hr", []),
        ("https://jobs.lever.co/%2e%2e https://jobs.ashbyhq.com/a%00b https://jobs.lever.co/" + "a" * 101, []),
        ("We use greenhouse.io and lever.co", []),
    ],
)
def test_an_address_names_its_board(markup, expected):
    assert list(boards_in(markup)) == expected


@pytest.mark.parametrize(
    "unit", ["a-", "jobs.lever.co/", "boards.greenhouse.io/embed/job_board?", "a.", "%2f", "&amp;"]
)
def test_a_hostile_text_is_read_in_time(unit):
    started = time.process_time()
    list(boards_in(unit * 40_000 + "greenhouse.io lever.co breezy.hr recruitee.com personio myworkdayjobs.com"))
    assert time.process_time() - started < 5  # a quadratic pattern takes a minute


def posting(identifier, description, **fields):
    return {
        "source": "hackernews",
        "board": "hackernews",
        "identifier": identifier,
        "description": description,
        **fields,
    }


def test_boards_are_found_in_what_was_collected_the_most_named_first(tmp_path):
    for day in range(2):
        with LandingFile(tmp_path, AT + timedelta(days=day), {}) as file:
            file.write("job_posting", **posting("1", "https://jobs.lever.co/Acme https://acme.breezy.hr"))
            file.write("job_posting", **posting("2", "https://jobs.lever.co/acme/1 and jobs.lever.co/Acme"))
            file.write(
                "job_posting", **posting("3", "<p>At jobs.gem.com/known.</p>", url="https://jobs.gem.com/other/1")
            )
            file.write("job_posting", **posting("4", None, url=["https://jobs.gem.com/list"]))
            links = {
                "hiring_organization_url": "https://jobs.gem.com/same-as",
                "application_url": "https://jobs.gem.com/ap",
            }
            file.write("job_posting", **posting("5", "", **links))
            file.write("quarantine", source="jsonld", board="x.example", record='{"url": "https://jobs.gem.com/odd"}')
    found = discover(tmp_path, [Board(platform="gem", board="KNOWN"), Retired(platform="breezy", board="acme")])
    assert [(candidate.board.platform, candidate.board.board, candidate.n_postings) for candidate in found] == [
        ("lever", "Acme", 2),
        ("gem", "ap", 1),
        ("gem", "odd", 1),
        ("gem", "other", 1),
        ("gem", "same-as", 1),
    ]


def test_one_ad_names_twenty_boards_at_most(tmp_path):
    with LandingFile(tmp_path, AT, {}) as file:
        file.write("job_posting", **posting("1", " ".join(f"https://b{n}.breezy.hr" for n in range(1000))))
    assert len(discover(tmp_path, [])) == 20


CONFIRM = """
import json, sys
from pathlib import Path
from crawler.boards import Board
from crawler.discovery import confirm
from crawler.sample.server import sample_boards, serve
folder = Path(sys.argv[1])
known = next(board for board in sample_boards() if board.platform == "greenhouse")
boards = [Board(platform="greenhouse", board=known.board), Board(platform="greenhouse", board="unheard-of"),
    Board(platform="jsonld", board="127.0.0.1")]
with serve() as port:
    counts = confirm(boards, folder / "landing", folder, sample_server=port, delay=0)
print(json.dumps([known.board, counts.crawl_id, counts.n_postings, dict(counts.statuses)]))
"""  # in a process of its own, because Twisted's reactor runs once


def test_a_board_that_answers_joins_the_own_list_and_one_that_is_not_found_is_retired(tmp_path):
    env = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    args = [sys.executable, "-c", CONFIRM, str(tmp_path)]
    done = subprocess.run(args, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    name, crawl_id, n_postings, statuses = json.loads(done.stdout)
    assert statuses == {"ok": 1, "not_found": 1, "failed": 1}
    assert n_postings > 0
    assert own_boards(tmp_path) == [Board(platform="greenhouse", board=name)]
    [gone] = read_retired(tmp_path)
    assert (gone.platform, gone.board, gone.reason) == ("greenhouse", "unheard-of", "HTTP 404 when it was discovered")
    assert gone.since.replace("-", "") == crawl_id[:8]


FATES = {  # board: whether it is gone after these days; n: not found, o: ok, u: unchanged, p: partial, f: failed, x: forbidden
    "nn.n.": True, "on.nn": True, "nnfnx": True,
    "nnn..": False,  # three crawls, but on two dates
    "nnon.": False, "nn.nu": False, "nn.np": False, "n..n.": False, "oo.oo": False,
}  # fmt: skip


def test_a_board_is_retired_when_it_was_not_found_on_three_dates_since_it_was_last_found(tmp_path):
    names = {"n": "not_found", "o": "ok", "u": "unchanged", "p": "partial", "f": "failed", "x": "forbidden"}
    times = [
        AT,
        AT + timedelta(days=1),
        AT + timedelta(days=1, hours=1),
        AT + timedelta(days=2),
        AT + timedelta(days=3),
    ]
    fetches = [
        (f"crawl {position}", source, board, iso(at), names[fate[position]], "complete", "HTTP 404")
        for source, board, fate in [*(("lever", fate, fate) for fate in FATES), ("hackernews", "hackernews", "nnnnn")]
        for position, at in enumerate(times)
        if fate[position] in names
    ]
    with duckdb.connect() as con:
        con.execute((ROOT / "warehouse" / "schema.sql").read_text(encoding="utf-8"))
        con.execute(
            "insert into source (source, name, kind, status, listing, full_text, terms) values"
            " ('lever', '', 'board', 'crawled', 'complete', true, ''), ('hackernews', '', 'feed', 'crawled', 'window', true, '')"
        )
        columns = "crawl_id, source, board, fetched_at, status, listing, error, n_found, n_rejected, min_postings"
        con.executemany(f"insert into board_fetch ({columns}) values (?, ?, ?, ?, ?, ?, ?, 0, 0, 0)", fetches)
        retired = retire(con, tmp_path)
        assert retire(con, tmp_path) == []
    assert retired == read_retired(tmp_path)
    assert {board.board for board in retired} == {board for board, is_gone in FATES.items() if is_gone}
    reason = "HTTP 404 on 3 days, last on 2026-03-06"
    assert Retired(platform="lever", board="on.nn", since="2026-03-04", reason=reason) in retired
