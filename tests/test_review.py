"""Reviewing: the labels file, which ads come first, what each key does, and the command in a terminal as a user meets it."""

import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import AT, HOSTILE_TITLE, build_small_warehouse
from rich.console import Console

from nlp.review.labels_file import ReviewedLabel, append_label, read_labels, take_back
from nlp.review.queue import Passage, ReviewAd, plain, review_ad, review_queue
from nlp.review.screen import ReviewScreen
from nlp.review.session import Session
from rolescope import main
from warehouse import connect
from warehouse.store import building

ROOT = Path(__file__).parent.parent
HEADER = "content_hash,role,adjacent,secondary_role,chosen,reviewer,reviewed_at\n"
HASHES = [f"{n:016x}" for n in range(50)]


def label(n: int = 0, role: str = "ai_engineer", reviewer: str = "ada", **more: str | None) -> ReviewedLabel:
    return ReviewedLabel(content_hash=HASHES[n], role=role, chosen="unsure", reviewer=reviewer, reviewed_at=AT, **more)


# ---- the labels file


def test_labels_are_read_as_they_were_written_and_a_later_row_replaces_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "labels.csv"
    assert read_labels(path) == []
    first, other = label(0), label(0, "other", "bob, the other", adjacent="data_engineer")
    second = label(1, "other", secondary_role="ml_engineer")
    for one in (first, other, second):
        append_label(path, one)
    assert read_labels(path) == [first, other, second]
    append_label(path, label(0, "data_scientist"))
    assert read_labels(path) == [other, second, label(0, "data_scientist")]
    take_back(path, second)
    assert read_labels(path) == [other, label(0, "data_scientist")]
    assert len(path.read_text().splitlines()) == 6  # nothing was written over


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("abc,ai_engineer,,,unsure,ada,2026-03-03", "line 3: content_hash 'abc' is not 16 hex digits"),
        (f"{HASHES[1]},boss,,,unsure,ada,2026-03-03", "line 3: unknown role 'boss'; known: ai_engineer"),
        (f"{HASHES[1]},other,boss,,unsure,ada,2026-03-03", "line 3: adjacent 'boss' cannot be for other"),
        (
            f"{HASHES[1]},ai_engineer,backend,,unsure,ada,2026-03-03",
            "line 3: adjacent 'backend' cannot be for ai_engineer",
        ),
        (
            f"{HASHES[1]},ai_engineer,,ai_engineer,unsure,ada,2026-03-03",
            "line 3: secondary_role 'ai_engineer' cannot be beside",
        ),
        (f"{HASHES[1]},ai_engineer,,other,unsure,ada,2026-03-03", "line 3: secondary_role 'other' cannot be"),
        (f"{HASHES[1]},ai_engineer,,,unsure,,2026-03-03", "line 3: reviewer '' is no name; mend or delete the line"),
        (f"{HASHES[1]},ai_engineer,,,unsure,ada,soon", "line 3: reviewed_at 'soon' is no ISO 8601 time"),
        (f"{HASHES[1]},ai_eng", "line 3: it has 2 of 7 fields; complete or delete the line"),
        (f"{HASHES[1]},ai_engineer,,,to be sure,ada,2026-03-03", "line 3: chosen 'to be sure' is no word"),
        (f'{HASHES[1]},"ai_eng\n', "line 4: it has 2 of 7 fields"),
    ],
)
def test_broken_rows_are_named_by_line_with_the_remedy(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(f"{HEADER}{HASHES[0]},ai_engineer,,,unsure,ada,2026-03-03\n{row}\n")
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_labels(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"hash,role\n", "line 1: the columns are hash, role; they must be content_hash, role"),
        (b"\xff\xfe\x00", "not a CSV file in UTF-8"),
        (HEADER.encode() + b"a" * 200_000, "field larger|it has 1 of 7 fields"),  # csv's limit is the whole process's
        (HEADER.encode() + b"x\n" * 30, "and 10 more"),
    ],
)
def test_a_file_that_is_no_labels_file_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=problem):
        read_labels(path)


def test_a_file_that_an_editor_saved_is_read_and_continued(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n{HASHES[0]},other,,,unsure,ada,2026-03-03T13:00+01:00".encode())
    append_label(path, label(1))
    first, second = read_labels(path)
    assert (first.reviewed_at, second) == (datetime(2026, 3, 3, 12, tzinfo=UTC), label(1))


@pytest.mark.parametrize("wrong", [{"role": "boss"}, {"reviewer": "a\nb"}, {"adjacent": "backend"}])
def test_what_cannot_be_read_again_is_not_written(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(*wrong.values()))):
        append_label(tmp_path / "labels.csv", label(**wrong))
    assert list(tmp_path.iterdir()) == []


def test_two_reviewers_may_write_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    wanted = [label(n, reviewer=reviewer) for n in range(20) for reviewer in ("ada", "bob")]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(partial(append_label, path), wanted))
    assert sorted(map(repr, read_labels(path))) == sorted(map(repr, wanted))


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    append_label(path, label(0))
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))  # ten bytes of the next row find room
    try:
        with pytest.raises(OSError):
            append_label(path, label(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before


# ---- which ads


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small warehouse, where AI engineers from 4 on are the less sure the higher their number, and one ad is a snippet."""
    db = tmp_path_factory.mktemp("review") / "rolescope.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute(
            """
            update job_posting_role set p_ai_engineer = 0.8 - 0.03 * n, p_other = 0.05 + 0.03 * n
            from (select content_hash as key, regexp_extract(title, '^AI Engineer (\\d+)$', 1)::int as n from job_posting_text
                  where regexp_matches(title, '^AI Engineer (\\d+)$'))
            where content_hash = key and n >= 4
            """
        )
        con.execute("update job_posting set source = 'adzuna' where title = 'AI Engineer 9'")
    return db


def titles(db: Path, hashes: list[str]) -> list[str]:
    with connect(db) as con:
        return [review_ad(con, content_hash).title for content_hash in hashes]


def queue(db: Path, reviewed: list[str] | None = None, n: int = 100, **more: object) -> list[str]:
    with connect(db) as con:
        return review_queue(con, reviewed or [], n, **more)  # type: ignore[arg-type]


def test_the_least_sure_opening_comes_first_and_ties_go_by_content(warehouse: Path) -> None:
    found = queue(warehouse)
    assert titles(warehouse, found[:7]) == [f"AI Engineer {n}" for n in (11, 10, 8, 7, 6, 5, 4)]  # 9 is a snippet
    assert found[7:] == sorted(found[7:])
    assert len(found) == len(set(found)) == 38  # of 42 postings: one opening on two boards, one snippet, two unlabelled
    assert queue(warehouse, n=3) == found[:3]


def test_what_was_reviewed_is_left_out_with_its_whole_opening(warehouse: Path) -> None:
    found = queue(warehouse)
    assert queue(warehouse, found[:2]) == found[2:]
    assert queue(warehouse, found) == []


def test_only_ads_of_a_role(warehouse: Path) -> None:
    assert {title[:11] for title in titles(warehouse, queue(warehouse, role="full_stack_engineer"))} == {"Full Stack "}


def test_a_random_sample_stays_the_same_while_it_is_labelled_and_another_seed_is_another_one(warehouse: Path) -> None:
    sample = queue(warehouse, n=10, seed=1)
    assert queue(warehouse, sample[:4], n=6, seed=1) == sample[4:]
    assert queue(warehouse, n=10, seed=2) != sample
    assert sorted(queue(warehouse, seed=1)) == sorted(queue(warehouse))


def test_what_is_shown_of_an_ad(warehouse: Path) -> None:
    with connect(warehouse) as con:
        (content_hash,) = con.execute("select content_hash from posting where title = 'ML Engineer 12' or title = 'Machine Learning Engineer 12'").fetchone() or ()  # fmt: skip
        ad = review_ad(con, content_hash)
    assert (ad.title, ad.hiring_organization, ad.job_location, ad.role) == (
        "Machine Learning Engineer 12", "Eastgale", "Town 0", "ml_engineer"
    )  # fmt: skip
    assert ad.both == ad.by_title == pytest.approx((0.05, 0.8, 0.05, 0.05, 0.05))
    assert [passage.kind for passage in ad.passages] == ["about", "required", "preferred"]
    assert ad.passages[1].heading == "Requirements" and ad.passages[1].text.startswith("Requirements")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mred\x07\x9b2J", "a[31mred2J"),
        ("one\n\n\n\n\ntwo\r\nthree", "one\n\ntwo \nthree"),
        ("tab\tand\u00a0space", "tab and space"),
        ("evil\u202etxt\u2066.exe\u200b", "eviltxt.exe"),
        ("Daten\u00adbank 🐍 数据", "Datenbank 🐍 数据"),
        ("\x00\x01\n", ""),
        ("[bold]not markup[/bold] :smile:", "[bold]not markup[/bold] :smile:"),
    ],
)
def test_plain_text_cannot_steer_a_terminal(text: str, expected: str) -> None:
    assert plain(text) == expected


# ---- keys


def an_ad(n: int = 0, **more: object) -> ReviewAd:
    facts: dict[str, object] = {
        "content_hash": HASHES[n], "title": f"Engineer {n}", "hiring_organization": "Amberwick", "job_location": None,
        "language": "en", "posted_on": date(2026, 3, 1), "role": "other", "adjacent": "research",
        "secondary_role": "ml_engineer", "both": (0.1, 0.3, 0.1, 0.1, 0.4), "by_title": None,
        "by_text": (0.1, 0.5, 0.1, 0.1, 0.2),
        "passages": (
            Passage("We make lamps.", None, None),
            Passage("Your tasks\n" + "\n".join(f"• task {i}" for i in range(60)), "duties", "Your tasks"),
            Passage("Benefits\nFruit.", "benefits", "Benefits"),
        ),
    }  # fmt: skip
    return ReviewAd(**{**facts, **more})  # type: ignore[arg-type]


def session(tmp_path: Path, n: int = 3, blind: bool = False, ad: ReviewAd | None = None) -> Session:
    return Session(
        HASHES[:n], lambda key: ad or an_ad(HASHES.index(key)), tmp_path / "labels.csv", "ada", blind=blind, at=AT
    )


def press(session: Session, keys: str) -> None:
    for key in keys:
        session.press({"⏎": "enter", "⎋": "esc"}.get(key, key))


@pytest.mark.parametrize(
    ("keys", "role", "adjacent", "second"),
    [
        ("a", "ai_engineer", None, None),
        ("m", "ml_engineer", None, None),
        ("d", "data_scientist", None, None),
        ("f", "full_stack_engineer", None, None),
        ("o⏎", "other", None, None),
        ("ob", "other", "data_engineer", None),
        ("o⎋a", "ai_engineer", None, None),
        ("ozl", "other", "non_tech", None),
        ("2ma", "ai_engineer", None, "ml_engineer"),
        ("2moa", "other", "data_analyst", "ml_engineer"),
        ("2om2⏎a", "ai_engineer", None, None),
        ("2mma", "ai_engineer", None, "ml_engineer"),
        ("y", "other", "research", "ml_engineer"),
        ("2dy", "other", "research", "data_scientist"),
        ("?a?a", "ai_engineer", None, None),
        ("xjk a", "ai_engineer", None, None),
    ],
)
def test_keys_make_labels(tmp_path: Path, keys: str, role: str, adjacent: str | None, second: str | None) -> None:
    one = session(tmp_path)
    press(one, keys)
    assert read_labels(tmp_path / "labels.csv") == [label(0, role, adjacent=adjacent, secondary_role=second)]
    assert (one.number, one.ad.content_hash, one.second) == (2, HASHES[1], None)


def test_undo_goes_back_over_labels_and_skipped_ads(tmp_path: Path) -> None:
    one = session(tmp_path)
    press(one, "asu")
    assert (one.number, one.message) == (2, "Back to the ad that was skipped.")
    press(one, "u")
    assert (one.number, read_labels(tmp_path / "labels.csv")) == (1, [])
    press(one, "u")
    assert one.message == "There is nothing to undo."
    press(one, "mmd")
    assert [given.role for given in read_labels(tmp_path / "labels.csv")] == ["ml_engineer"] * 2 + ["data_scientist"]
    assert not one.is_over  # the last label too can be taken back
    press(one, "uf⏎")
    assert one.is_over and read_labels(tmp_path / "labels.csv")[-1].role == "full_stack_engineer"


def test_a_blind_choice_is_made_before_the_label_is_shown(tmp_path: Path) -> None:
    one = session(tmp_path, blind=True)
    press(one, "y")
    assert (one.label_is_hidden, one.done) == (True, [])
    press(one, "a")
    assert (one.label_is_hidden, one.number, one.ad.content_hash) == (False, 1, HASHES[0])
    press(one, "m")  # no key for a label until the next ad
    press(one, "⏎")
    assert (one.label_is_hidden, one.number) == (True, 2)
    assert read_labels(tmp_path / "labels.csv") == [label(0)]


# ---- the screen


def drawn(session: Session, width: int, height: int, keys: str = "") -> list[str]:
    console = Console(file=StringIO(), width=width, height=height, highlight=False)
    screen = ReviewScreen(console, 12, "least sure first")
    console.print(screen.draw(session), end="")
    for key in keys:
        if not session.press(key):
            screen.scroll(key)
    file = console.file = StringIO()
    console.print(screen.draw(session), end="")
    return file.getvalue().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 60), (40, 12), (20, 6)])
@pytest.mark.parametrize("keys", ["", "?", "o", "2", "jjj"])
def test_every_screen_fits_its_terminal(tmp_path: Path, width: int, height: int, keys: str) -> None:
    hostile = an_ad(title="x" * 500, job_location="[red]数据" * 90, passages=(Passage("数" * 5000, None, None),))
    for ad in (None, hostile):
        lines = drawn(session(tmp_path, ad=ad), width, height, keys)
        # where only the menu has room, it may be cut
        assert len(lines) == height or (height < 13 and len(lines) >= height)
        assert all(Console().measure(line).maximum <= width for line in lines)


def test_a_screen_of_80_by_24_shows_all_that_is_asked_for(tmp_path: Path) -> None:
    screen = "\n".join(lines := drawn(session(tmp_path), 80, 24))
    for words in (
        "1 of 3 · 12 labelled before by ada · least sure first", "Engineer 0", "Amberwick", "language en", "2026-03-01",
        "place not stated", "▸ Other · research", "ML engineer · second role", "0.40 ◂", "0.50 ◂", "duties · lines 3–",
        "a AI engineer", "2 second role  y right  s skip  u undo  space/b j/k read  ? roles  q quit",
    ):  # fmt: skip
        assert words in screen, words
    assert "\x1b" not in screen  # no colour, no control where there is no terminal
    assert lines[lines.index(next(line for line in lines if line.startswith("duties"))) + 1].strip() == "Your tasks"


def test_text_is_read_by_keys_and_comes_back_to_its_ends(tmp_path: Path) -> None:
    assert "We make lamps." in "\n".join(drawn(session(tmp_path), 80, 24, "bbb"))
    assert "Fruit." in "\n".join(drawn(session(tmp_path), 80, 24, "j" * 200))
    assert "• task 1 " not in "\n".join(drawn(session(tmp_path), 80, 24, "jjj"))


def test_markup_in_an_ad_is_shown_as_it_stands(tmp_path: Path) -> None:
    ad = an_ad(
        title="[bold red]Boss[/] :smile:",
        passages=(Passage("[link=http://example.invalid]here[/link] [/]", None, None),),
    )
    screen = "\n".join(drawn(session(tmp_path, ad=ad), 80, 24))
    assert "[bold red]Boss[/] :smile:" in screen and "[link=http://example.invalid]here[/link] [/]" in screen


def test_a_blind_screen_tells_nothing_of_the_label(tmp_path: Path) -> None:
    one = session(tmp_path, blind=True)
    hidden, shown = "\n".join(drawn(one, 80, 24)), "\n".join(drawn(one, 80, 24, "a"))
    assert "◂" not in hidden and "research" not in hidden and "y right" not in hidden
    assert "0.40 ◂" in shown and "Stored: AI engineer – the label says Other." in shown


def test_the_largest_ads_can_be_paged(tmp_path: Path) -> None:
    for text in ("x" * 200_000, "word " * 40_000, "• a\n\n" * 40_000, "🐍" * 200_000, "e" + "\u0301" * 199_999):
        started = time.process_time()
        ad = an_ad(passages=(Passage(plain(text), "duties", "x"),))
        assert len(drawn(session(tmp_path, ad=ad), 80, 24, "j" * 100)) == 24
        assert time.process_time() - started < 10  # a second on a machine with nothing else to do


# ---- the command


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["review", *map(str, arguments)])
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--role", "boss"], 2, "--role boss: there is no such role; there are ai_engineer"),
        (["--role", "other", "--blind"], 2, "--role tells what --blind hides"),
        (["--reviewer", " "], 2, "--reviewer '' is no name"),
        (["-n", "0"], 2, "0 is not in the range"),
        ([], 2, "input or output is no terminal: run it in one"),
    ],
)
def test_wrong_usage_is_named(warehouse: Path, arguments: list[str], status: int, message: str) -> None:
    found = run("--db", warehouse, *arguments)
    assert found[0] == status and message in found[1], found


def test_there_may_be_nothing_to_review(empty_warehouse: Path, unlabelled_warehouse: Path, tmp_path: Path) -> None:
    for db in (empty_warehouse, unlabelled_warehouse):
        status, output = run("--db", db)
        assert (status, f"run `rolescope label --db {db}`" in output) == (1, True)
    status, output = run("--db", tmp_path / "none.duckdb")
    assert (status, "there is no warehouse yet" in output) == (1, True)


def test_a_broken_labels_file_and_one_that_is_full_are_named(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "x\n")
    assert run("--db", warehouse, "--labels", path) == (
        2, f"rolescope: {path}, line 2: it has 1 of 7 fields; complete or delete the line"
    )  # fmt: skip
    path.write_text(HEADER + "".join(f"{key},other,,,unsure,ada,2026-03-03\n" for key in queue(warehouse)))
    status, output = run("--db", warehouse, "--labels", path, "--reviewer", "ada")
    assert (status, "Nothing to do: no ad is left that ada has not reviewed" in output) == (0, True)
    assert run("--db", warehouse, "--labels", path, "--reviewer", "bob")[0] == 2  # no terminal: bob has ads to label


class Terminal:
    """`rolescope review` in a terminal of its own, of 80 by 24."""

    def __init__(self, *arguments: object):
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self._theirs = theirs  # kept open, so that what the command leaves of the terminal can be looked at
        self.before = termios.tcgetattr(theirs)
        env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rolescope", "review", *map(str, arguments)], cwd=ROOT,
            env={**env, "TERM": "xterm-256color"}, preexec_fn=partial(os.login_tty, os.dup(theirs)), close_fds=False,
        )  # fmt: skip

    def press(self, keys: str, until: str) -> str:
        """The screen, as text, that shows the words after the keys were pressed."""
        os.write(self._ours, keys.encode())
        return self.screen(until)

    def screen(self, until: str) -> str:
        output, deadline = "", time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([self._ours], [], [], 0.1)[0]:
                output += os.read(self._ours, 65536).decode("utf-8", "ignore")
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.rpartition("\x1b[H")[2])
            if until in text and not select.select([self._ours], [], [], 0.1)[0]:
                return text
        raise AssertionError(f"{until!r} did not come: {output[-3000:]!r}")

    def resize(self, rows: int, columns: int) -> None:
        termios.tcsetwinsize(self._theirs, (rows, columns))

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self._theirs) == self.before


def test_a_user_labels_ads_in_a_terminal(warehouse: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    append_label(
        path,
        ReviewedLabel(content_hash=queue(warehouse)[0], role="other", chosen="unsure", reviewer="ada", reviewed_at=AT),
    )
    terminal = Terminal("--db", warehouse, "--labels", path, "--reviewer", "ada", "-n", 3)
    first = terminal.screen("q quit")
    assert "1 of 3 · 1 labelled before by ada" in first and "AI Engineer 10" in first
    assert "Requirements" in terminal.press("\x1b[5~", "lines 1–")
    terminal.resize(30, 100)
    assert {len(line) for line in terminal.screen("q quit").splitlines()} == {100}
    assert "Builds applications" in terminal.press("?", "back to the ad")
    assert "k sales or solutions" in terminal.press("?o", "what comes nearest?")
    assert "2 of 3" in terminal.press("B", "Stored: Other, data engineer – the label says AI engineer.")
    assert "3 of 3" in terminal.press("y", "Stored: AI engineer – as the label says.")
    assert "2 of 3" in terminal.press("u", "Taken back.")
    assert "3 of 3" in terminal.press("2ma", "Stored: AI engineer, and ML engineer second")
    assert [given.role for given in read_labels(path)] == ["other", "other", "ai_engineer"]
    ended = terminal.press("\x03", "unbiased figure")
    assert "2 ads labelled, 0 skipped; the labels are in" in ended
    assert "You agreed with the present role in 1 of 2 (50 %; 95 % interval 9–91 %)." in ended
    assert "Only --random gives an unbiased figure." in " ".join(ended.split())
    assert (terminal.process.wait(30), terminal.is_as_before()) == (0, True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_loses_no_label(warehouse: Path, tmp_path: Path, number: int) -> None:
    path = tmp_path / "labels.csv"
    terminal = Terminal(
        "--db", warehouse, "--labels", path, "--reviewer", "ada", "--random", "--blind", "--at", "2026-03-03T12:00"
    )
    terminal.screen("label is hidden")
    terminal.press("m", "Stored: ML engineer")
    terminal.process.send_signal(number)
    assert terminal.process.wait(30) == (0 if number == signal.SIGTERM else -number)
    assert number == signal.SIGKILL or terminal.is_as_before()
    assert read_labels(path) == [
        ReviewedLabel(
            content_hash=queue(warehouse, seed=0)[0],
            role="ml_engineer",
            chosen="random",
            reviewer="ada",
            reviewed_at=AT,
        )
    ]


def test_hostile_ads_are_shown_in_a_terminal_as_they_stand(warehouse: Path, tmp_path: Path) -> None:
    with connect(warehouse) as con:
        rows = con.execute(
            "select content_hash from posting where title != ? and labelled_at is not null", [HOSTILE_TITLE]
        )
        others = [key for (key,) in rows.fetchall()]
    path = tmp_path / "labels.csv"
    for key in others:
        append_label(
            path, ReviewedLabel(content_hash=key, role="other", chosen="unsure", reviewer="ada", reviewed_at=AT)
        )
    terminal = Terminal("--db", warehouse, "--labels", path, "--reviewer", "ada")
    terminal.screen("q quit")
    screen = terminal.press("b", "lines 1–")
    assert "1 of 1" in screen and "**AI** [click](javascript:alert(1))" in screen
    assert ":material/delete: ![i](http://example.invalid/i.png)" in screen
    assert "0 ads labelled, 1 skipped" in terminal.press("s", "labels are in")
