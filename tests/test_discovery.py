"""Discovery of unknown skills: what a place says, what is proposed of a warehouse, what each key keeps, and the command."""

import csv
import os
import pty
import random
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import AT, publish
from rich.console import Console

from nlp.discovery.command_line import skills
from nlp.discovery.evidence import evidence, recent_from
from nlp.discovery.own_rows import OWN_COLUMNS, rejected_names
from nlp.discovery.phrases import BIT, SIGNS, fold, phrases
from nlp.discovery.proposals import Proposal, known_names, proposals
from nlp.discovery.ranking import is_variation, ranked
from nlp.discovery.screen import draw
from nlp.discovery.session import Session, own_row
from nlp.sections import Section
from nlp.skills.table import skill_table
from warehouse import connect
from warehouse.growing_csv import append_row
from warehouse.landing import LandingFile, iso
from warehouse.store import landing_folder

ROOT = Path(__file__).parent.parent
KNOWN = frozenset(map(fold, ("Python", "SQL", "Docker", "CI/CD", "AWS", "GCP")))


def signs(text: str, phrase: str, organisation: str = "", place: str = "", kind: str | None = None) -> set[str]:
    """The signs of a phrase of a text; fails where it is none."""
    sections = [Section(kind, 0, len(text), None)] if kind else []
    found = [p for p in phrases(text, sections, KNOWN, "en", organisation, place) if text[p.start : p.end] == phrase]
    assert found, f"{phrase!r} is no phrase of {text!r}"
    return {sign for sign in SIGNS for p in found if p.signs & BIT[sign]}


# ---- phrases


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        (
            "We use Python, Zorblat and SQL here.",
            "Zorblat",
            {"beside_known", "between_known", "in_known_list", "capital"},
        ),
        ("Python\n• Zorblat\n• SQL", "Zorblat", {"beside_known", "own_line"}),
        ("Experience with Zorblat and more", "Zorblat", {"cue"}),
        ("Several tools such as Zorblat", "Zorblat", {"such_as"}),
        ("the Zorblat framework", "Zorblat", {"typed", "trimmed"}),
        ("Strong zorblat mapping skills", "zorblat mapping", {"trimmed", "lower"}),
        ("some tools (Zorblat, Quux)", "Zorblat", {"in_unknown_list", "bracket"}),
        ("we run Quux.js here", "Quux.js", {"shaped", "capital"}),
        ("we run gRax and EKZ here", "gRax", {"shaped"}),
        ("You work at Ambra. It grows.", "Ambra", {"employer_word"}),
        ("a culture that Ambra has", "Ambra", {"followed"}),
        ("a degree in Zorblatics or Physics", "Zorblatics", {"degree"}),
        ("proud tools written by hand in Zorblat C++", "Zorblat C++", {"shaped"}),
    ],
)
def test_a_place_says_what_stands_there(text: str, phrase: str, expected: set[str]) -> None:
    assert expected <= signs(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase", "absent"),
    [
        ("We use Python. Zorblat is nice.", "Zorblat", "beside_known"),
        ("Zorblat starts a sentence", "Zorblat", "capital"),
        ("Physics or Zorblat", "Zorblat", "degree"),
        ("Python\n\nAbout our Zorblat and more of it", "Zorblat", "beside_known"),
    ],
)
def test_a_place_does_not_say_what_it_does_not(text: str, phrase: str, absent: str) -> None:
    assert absent not in signs(text, phrase)


def test_an_ads_own_names_and_sections_are_told() -> None:
    text = "Ambra in Lindford builds things"
    assert "own_name" in signs(text, "Ambra", organisation="Ambra GmbH")
    assert "own_place" in signs(text, "Lindford", place="Lindford, UK")
    assert "about" in signs(text, "Ambra", kind="benefits")
    assert "asked" in signs(text, "Ambra", kind="required")


def test_a_slash_joins_a_name_and_parts_two_skills() -> None:
    text = "AWS/GCP or CI/CD or TXP/IQ or Qud/Quam"
    found = {text[p.start : p.end] for p in phrases(text, [], KNOWN, None, "", "")}
    assert found == {"AWS", "GCP", "CI/CD", "TXP/IQ", "Qud", "Quam"}


@pytest.mark.parametrize("text", ["", "\0\x1b[2J", "😀" * 5000, "a" * 200_000, "A, " * 70_000, "/" * 100_000, "A/" * 60_000, "(" * 99_999, "\n" * 100_000])  # fmt: skip
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.monotonic()
    for phrase in phrases(text, [], KNOWN, "xx", text, text):
        assert text[phrase.start : phrase.end].strip()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Time-Series", "time series", True),
        ("Vector Databases", "vector database", True),
        ("Next.js", "NextJS", True),
        ("data modelling", "Data Modeling", True),
        ("Naïve Bayes", "naive bayes", True),
        ("C++", "C", False),
        ("C#", "C", False),
        ("😀", "", True),
    ],
)
def test_ways_of_writing_are_one_name(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


@pytest.mark.parametrize(
    ("phrase", "is_one"),
    [
        ("Strong Python skills", True),
        ("Python 3.10", True),
        ("Docker2", True),
        ("Google Docker", True),
        ("Dokcer", True),  # two letters changed places
        ("programming experience", True),
        ("Docker Swarm", False),
        ("Dockerish", False),
    ],
)
def test_a_known_skill_in_other_words_is_no_proposal(phrase: str, is_one: bool) -> None:
    assert is_variation(phrase, KNOWN) is is_one


# ---- a warehouse

EVIL = "Mox\x1b[2Jel"


def _ads() -> Iterator[tuple[str, str, date]]:
    """(employer, description, date): 240 ads of 240 employers, and 60 of one that repeats itself."""
    chance = random.Random(5)
    names = [s.name for s in skill_table() if not s.ambiguity and re.fullmatch("[A-Z][A-Za-z ]{3,20}", s.name)][:90]
    firms = ["Amberwick", "Birchline", "Corvale", "Dunmore", "Elmhart", "Fennimore"]
    vague = [
        "quick wit",
        "team spirit",
        "calm",
        "humour",
        "fresh ideas",
        "tact",
        "drive",
        "zeal",
        "good sense",
        "poise",
    ]
    perks = ["Free Lunch", "Dental Plan", "Gym", "Paid Leave", "Bike Scheme", "Sabbatical", "Pension", "Summer Party"]
    for n in range(300):
        firm = f"{firms[n % 6]} {n}" if n < 240 else "Grubenhaus"
        day = date(2025, 3, 1) + timedelta(days=n % 240)
        four = chance.sample(names, 8)
        late = "Zorblat.js, " if n % 240 > 170 and n < 240 else ""
        own = "Grubware, " if n >= 240 else ""
        evil = f"{EVIL}, " if n % 20 == 0 else ""
        yield (
            firm,
            (
                f"<p>{firm.split()[0]} is a company in Lindford. We at {firm.split()[0]} care. Our Mission is big.</p><h3>Requirements</h3><ul>"
                f"<li>Experience with {four[0]}, quibbling theory and {four[1]}</li><li>Tools such as {four[2]}, {late}{own}{evil}{four[3]} or {four[4]}</li>"
                f"<li>{four[5]}, {four[6]} and {four[7]}</li><li>{', '.join(chance.sample(vague, 3))} and {four[3]}</li><li>Degree in Botany, Zoology or Latin</li></ul>"
                f"<h3>Benefits</h3><p>{', '.join(chance.sample(perks, 4))} and {four[1]}. You will quibble daily.</p><p>Ad {n}</p>"
            ),
            day,
        )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("discovery") / "rolescope.duckdb"
    with LandingFile(landing_folder(db), AT, {}) as landing:
        for n, (firm, description, day) in enumerate(_ads()):
            landing.write(
                "job_posting", source="greenhouse", board=firm.lower().replace(" ", ""), identifier=str(n), title=f"Engineer {n}",
                description=description, hiring_organization=firm, job_location="Lindford", date_posted=day.isoformat(),
                seen_at=iso(AT),
            )  # fmt: skip
        landing.end(AT)
    publish(db, AT)
    return db


@pytest.fixture(scope="module")
def found(warehouse: Path) -> list[Proposal]:
    table = skill_table()
    known = known_names(table)
    with connect(warehouse) as con:
        seen = evidence(con, known, workers=1)
        candidates = ranked(seen, known)
        assert candidates is not None
        return proposals(con, seen, candidates, table, workers=1)


def named(found: list[Proposal], name: str) -> Proposal:
    return next(p for p in found if p.name == name)


def test_unknown_names_in_lists_of_skills_are_proposed_and_noise_is_not(found: list[Proposal]) -> None:
    names = [p.name for p in found]
    assert {"Zorblat.js", "quibbling theory"} <= set(names[:4])
    assert not {"Lindford", "Grubenhaus", "Amberwick", "Free Lunch", "Mission", "Python"} & set(names)


def test_an_employer_is_one_voice(found: list[Proposal]) -> None:
    assert "Grubware" not in {p.name for p in found}  # sixty ads of one employer
    theory = named(found, "quibbling theory")
    assert (theory.n_openings, theory.n_employers) == (300, 241)


def test_a_proposal_shows_what_is_needed_to_judge_it(found: list[Proposal]) -> None:
    zorblat = named(found, "Zorblat.js")
    assert zorblat.n_employers == 69
    assert zorblat.rise is not None and zorblat.rise > 3
    assert 2 <= len(zorblat.examples) <= 3 and all("Zorblat.js" in example for example in zorblat.examples)
    by_name = {skill.name: skill for skill in skill_table()}
    assert len(zorblat.neighbours) == 3 and zorblat.category in {skill.category for skill in by_name.values()}
    steady = named(found, "quibbling theory")
    assert steady.rise is not None and 0.7 < steady.rise < 1.4


def test_nothing_shown_can_steer_a_terminal(found: list[Proposal]) -> None:
    assert any("Mox" in example for p in found for example in p.examples)
    for p in found:
        assert all(text.isprintable() for text in (p.name, *p.variants, *p.examples))


def test_the_spelling_of_a_known_skill_is_shown(warehouse: Path) -> None:
    table = tuple(skill for skill in skill_table() if skill.name != "LangChain")
    nearest = next(s for s in skill_table() if s.name == "LangGraph")
    from nlp.discovery.proposals import _alike

    assert _alike(["LangGraph.js", "Qqq"], [nearest, *table]) == [
        ("LangGraph", *_alike(["LangGraph.js"], [nearest, *table])[0][1:]),
        (),
    ]


def test_two_processes_see_the_same(warehouse: Path) -> None:
    with connect(warehouse) as con:
        assert recent_from(con) == date(2025, 8, 1)
        one, two = (evidence(con, KNOWN, workers) for workers in (1, 2))
    assert (one.keys, one.n_openings.tolist()) == (two.keys, two.n_openings.tolist())


# ---- deciding

PROPOSAL = Proposal(
    "Zorblat.js", ("zorblat.js", "ZorblatJS", "Zorblat JS"), 40, 12, 2.5, ("… uses Zorblat.js daily",), ("React",), ("Zod",), "frontend", "",
)  # fmt: skip


def test_what_is_accepted_is_a_row_that_the_table_takes(tmp_path: Path) -> None:
    session = Session([PROPOSAL], tmp_path, {skill.skill for skill in skill_table()}, AT)
    assert session.press("a") and session.is_over
    (own,) = (skill for skill in skill_table(tmp_path / "skills.csv") if skill.name == "Zorblat.js")
    assert (own.skill, own.category, own.aliases) == ("zorblat-js", "frontend", ("ZorblatJS", "Zorblat JS"))


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [("C++ Zest", set(), "cpp-zest"), ("F#", set(), "f-sharp"), ("Größe", set(), "grosse"), ("Zest", {"zest", "zest-2"}, "zest-3"), ("学", set(), "skill")],
)  # fmt: skip
def test_a_key_is_new_and_well_formed(name: str, taken: set[str], key: str) -> None:
    proposal = Proposal(name, (), 1, 1, None, (), (), (), "language", "")
    assert own_row(proposal, taken)["skill"] == key


def test_each_key_is_kept_at_once(tmp_path: Path) -> None:
    others = [Proposal(name, (), 9, 9, None, (), (), (), "language", "") for name in ("Aaa", "Bbb", "Ccc", "Ddd")]
    session = Session(others, tmp_path, (), AT)
    assert not session.press("x") and session.number == 1
    for key, n_own, n_rejected in (("a", 1, 0), ("r", 1, 1), ("s", 1, 1), ("q", 1, 1)):
        assert session.press(key)
        assert len((tmp_path / "skills.csv").read_text().splitlines()) == 1 + n_own
        assert len(rejected_names(tmp_path / "rejected_skills.csv")) == n_rejected
    assert (session.n_accepted, session.n_rejected, session.n_skipped, session.is_over) == (1, 1, 1, True)
    assert not session.press("a")


def test_a_file_that_exists_keeps_its_rows_and_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text("category,skill,name\nlanguage,zest,Zest", encoding="utf-8")  # as an editor leaves it
    append_row(path, OWN_COLUMNS, {"skill": "zing", "name": 'Zing "1", 2', "category": "os", "aliases": "Z"})
    assert path.read_text() == 'category,skill,name\nlanguage,zest,Zest\nos,zing,"Zing ""1"", 2"\n'


def test_a_row_that_cannot_be_written_whole_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "skills.csv"
    append_row(path, OWN_COLUMNS, {"skill": "zest", "name": "Zest", "category": "os"})
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        append_row(path, OWN_COLUMNS, {"skill": "zing", "name": "Zing", "category": "os"})
    assert path.read_bytes() == before


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60), (20, 3)])
def test_the_keys_are_always_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    console = Console(width=size[0], height=size[1], file=StringIO(), force_terminal=False)
    console.print(draw(Session([PROPOSAL], tmp_path, ()), console), end="")
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert "a accept" in "\n".join(lines) and (len(lines) < size[1] or size[1] == 3)


# ---- the command


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(skills, ["discover", *map(str, arguments)])
    return result.exit_code, result.output


def test_proposals_are_printed_as_csv_and_as_a_table(warehouse: Path) -> None:
    status, output = run("--db", warehouse, "--csv", "--limit", 2, "--workers", 1)
    rows = [*csv.DictReader(output[output.index("name,variants") :].splitlines())]
    assert (status, len(rows)) == (0, 2)
    assert {row["name"] for row in rows} == {"Zorblat.js", "quibbling theory"} and all(row["category"] for row in rows)
    status, output = run("--db", warehouse, "--workers", 1)
    assert (status, "Zorblat.js" in output, "employers" in output) == (0, True, True)


def test_what_was_rejected_or_accepted_is_not_proposed_again(warehouse: Path, tmp_path: Path) -> None:
    db = tmp_path / "rolescope.duckdb"
    db.symlink_to(warehouse.resolve())
    (tmp_path / "rejected_skills.csv").write_text("name,rejected_at\nquibbling theories,2026-01-01\n", encoding="utf-8")
    append_row(tmp_path / "skills.csv", OWN_COLUMNS, own_row(PROPOSAL, ()))
    status, output = run("--db", db, "--csv", "--workers", 1)
    names = [row["name"] for row in csv.DictReader(output[output.index("name,variants") :].splitlines())]
    assert status == 0 and names and not {"quibbling theory", "Zorblat.js"} & set(names)


def test_what_hinders_is_told_in_one_line(empty_warehouse: Path, unlabelled_warehouse: Path, tmp_path: Path) -> None:
    status, output = run("--db", empty_warehouse)
    assert status == 1 and "holds no ad: collect some with `rolescope crawl`" in output
    status, output = run("--db", unlabelled_warehouse)
    assert status == 1 and "3 ads are too few" in output and "collect more" in output
    db = tmp_path / "rolescope.duckdb"
    db.symlink_to(unlabelled_warehouse.resolve())
    (tmp_path / "skills.csv").write_text("skill,name\nzest,Zest\n", encoding="utf-8")
    status, output = run("--db", db)
    assert status == 2 and "category" in output
    (tmp_path / "skills.csv").unlink()
    (tmp_path / "rejected_skills.csv").write_text("word\nZest\n", encoding="utf-8")
    status, output = run("--db", db)
    assert status == 2 and "no column name" in output


def test_a_user_judges_proposals_in_a_terminal(warehouse: Path, tmp_path: Path) -> None:
    db = tmp_path / "rolescope.duckdb"
    db.symlink_to(warehouse.resolve())
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    before = termios.tcgetattr(theirs)
    code = "from nlp.discovery.command_line import skills; skills()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "discover", "--db", str(db), "--workers", "1"], cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color"}, preexec_fn=partial(os.login_tty, os.dup(theirs)), close_fds=False,
    )  # fmt: skip

    shown = ""

    def screen(until: str) -> None:
        """Wait until that was shown. All is kept: what comes at once may be what several wait for."""
        nonlocal shown
        deadline = time.monotonic() + 90
        while until not in shown:
            assert time.monotonic() < deadline, f"{until!r} did not come: {shown[-2000:]!r}"
            if select.select([ours], [], [], 0.1)[0]:
                shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown + os.read(ours, 65536).decode("utf-8", "ignore"))

    screen("a accept")
    os.write(ours, b"a")
    screen("is accepted, as")
    assert len((tmp_path / "skills.csv").read_text().splitlines()) == 2
    os.write(ours, b"r")
    screen(" rejected")  # the word, or the counts where it was the last word
    os.write(ours, b"\x03")
    screen("1 accepted, 1 rejected, 0 skipped")
    assert (process.wait(30), termios.tcgetattr(theirs)) == (0, before)
    os.close(ours)
    os.close(theirs)
