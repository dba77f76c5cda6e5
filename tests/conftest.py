"""Warehouses to test on: real DuckDB files, made the way every warehouse is made."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

if sys.dont_write_bytecode:  # else each of the hundred processes that the tests start would compile all libraries again
    sys.dont_write_bytecode, sys.pycache_prefix = (
        False,
        str(Path(__file__).parent.parent / ".pytest_cache" / "compiled"),
    )
    os.environ |= {"PYTHONPYCACHEPREFIX": sys.pycache_prefix, "PYTHONDONTWRITEBYTECODE": ""}  # empty: unset
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process of tests on each core

import duckdb
import pytest
from browser import WAIT, launched
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import rolescope
from dashboard.filtered import Filters
from warehouse.landing import LandingFile, iso
from warehouse.load import load
from warehouse.store import building, landing_folder

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
ROLES = ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer", "other")

HOSTILE_TITLE = '<img src=x onerror="document.title=1"> **AI** [click](javascript:alert(1)) :red[engineer] $x^2$'
HOSTILE_TEXT = (
    "<p>&lt;script&gt;document.title = 'owned'&lt;/script&gt; :material/delete: ![i](http://example.invalid/i.png)</p>"
    "<h3>Requirements</h3><ul><li>Python 🐍 and <b>PyTorch</b></li></ul>"
)

_SKILLS = {
    "python": ("Python", "language"), "pytorch": ("PyTorch", "ml library"), "sql": ("SQL", "language"),
    "react": ("React", "web framework"), "langchain": ("LangChain", "llm framework"), "docker": ("Docker", "infrastructure"),
    "statistics": ("Statistics", "method"), "kubernetes": ("Kubernetes", "infrastructure"),
}  # fmt: skip
_TITLES = ("AI Engineer", "Machine Learning Engineer", "Data Scientist", "Full Stack Engineer", "Office Manager")
_OF_ROLE = (
    ("python", "langchain", "docker", "sql"), ("python", "pytorch", "kubernetes", "docker"), ("python", "sql", "statistics"),
    ("react", "docker", "sql"), (),
)  # fmt: skip
_EMPLOYERS = (
    "Amberwick",
    "Birchline",
    "Cobalt Ferry",
    "Dunmarrow",
    "Eastgale",
    "Fennimore Labs",
    "Grubenhaus",
    "Hollowmere",
)
_COUNTRIES = ("US", "DE", "GB", "NL")


_PAGE = """
import datetime

from dashboard import {module}
from dashboard.filtered import Filters
from dashboard.snapshot import current_snapshot

{module}.show(current_snapshot(), {filters!r})
"""
_APP = Path(__file__).parent.parent / "dashboard" / "app.py"
_MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def _pages_let_go() -> Iterator[None]:
    """DuckDB opens a file in one way at a time within a process, and the dashboard keeps it open for the next page. A page under
    test takes the place of the main module, which each process that is started afterwards would run again."""
    yield
    sys.modules["__main__"] = _MAIN
    if shown := sys.modules.get("dashboard.snapshot"):
        shown.connection.clear()


@pytest.fixture
def run_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run an app on a database, with the parameters of a link."""

    def run(app: AppTest, db: Path, **link: str | list[str]) -> AppTest:
        monkeypatch.setenv("ROLESCOPE_DB", str(db))
        for key, value in link.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return run


@pytest.fixture
def open_page(run_app: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run a page of the dashboard, with all that stands around it, on a database and with the parameters of a link."""

    def run(db: Path, page: str, **link: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(_APP), default_timeout=90)
        app._page_hash = calc_hash(page)  # AppTest.switch_page knows pages that are files only
        return run_app(app, db, **link)

    return run


@pytest.fixture
def run_script(run_app: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run a Streamlit script on a database, with the parameters of a link."""

    def run(script: str, db: Path, **link: str | list[str]) -> AppTest:
        return run_app(AppTest.from_string(script, default_timeout=90), db, **link)

    return run


@pytest.fixture
def show_page(run_script: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page of a module of the dashboard on a database, with filters and the parameters of a link."""

    def run(module: str, db: Path, filters: Filters | None = None, **link: str | list[str]) -> AppTest:
        return run_script(_PAGE.format(module=module, filters=filters or Filters()), db, **link)

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a module: in a session's, the next module's would find an event loop that runs."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """One page for the tests of a module."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(WAIT)
    return page


def publish(db: Path, at: datetime) -> None:
    """The next snapshot, of all that was collected."""
    with building(db, at) as con:
        load(con, landing_folder(db))


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published warehouse without a single row of data."""
    db = tmp_path_factory.mktemp("empty") / "rolescope.duckdb"
    with building(db, AT) as con:
        con.execute("insert into crawl values ('20260303T120000.000000Z', '2026-03-03', null, '{}', 'test')")
    return db


@pytest.fixture(scope="session")
def unlabelled_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three postings, nothing labelled."""
    db = tmp_path_factory.mktemp("unlabelled") / "rolescope.duckdb"
    _collect(db, list(_postings())[:3], [AT])
    publish(db, AT)
    return db


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample boards, crawled and labelled as docs/questions.md tells of them."""
    return rolescope._sample_warehouse(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """42 invented postings of 8 employers on 2 sources, labelled but for two: to be read, not written.

    Among them are one ad on two boards, one that was closed, one that is hostile, a board that failed, one below its
    minimum, and a rejected record. 13 ads are of AI engineers and 12 of ML engineers, each of 8 employers.
    """
    db = tmp_path_factory.mktemp("small") / "rolescope.duckdb"
    build_small_warehouse(db)
    return db


@pytest.fixture(scope="session")
def mixed_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """small_warehouse with postings of sources that ask to be named; those of Adzuna are snippets.

    AI Engineer 0 is a snippet on one of its two boards, AI Engineer 2 is nothing but a snippet."""
    db = tmp_path_factory.mktemp("mixed") / "rolescope.duckdb"
    build_small_warehouse(db)
    with building(db, AT.replace(hour=15)) as con:
        con.execute("update job_posting set source = 'remoteok' where title = 'AI Engineer 4'")
        con.execute(
            "update job_posting set source = 'adzuna' where title = 'AI Engineer 2' or board = 'amberwick-twin'"
        )
    return db


def build_small_warehouse(db: Path, *, sample: bool = False) -> None:
    """Make what the fixture small_warehouse describes; ``sample`` marks it as sample data."""
    _collect(db, list(_postings()), [AT - timedelta(days=n) for n in (2, 1, 0)])
    with building(db, AT, sample=sample) as con:
        load(con, landing_folder(db))
        con.execute("insert into label_version values ('test', true)")
        con.executemany(
            "insert into skill (skill, name, category, aliases) values (?, ?, ?, [])",
            [[key, *facts] for key, facts in _SKILLS.items()],
        )
        con.execute(
            "insert into place select distinct job_location, country_raw, country_raw, null, null, false, [] from job_posting where country_raw is not null"
        )
        for content_hash, title, text in con.execute(
            "select content_hash, title, text from job_posting_text where title not like 'Not read yet%'"
        ).fetchall():
            _label(con, content_hash, title, text)


def _postings() -> Iterator[dict[str, Any]]:
    roles = [0] * 12 + [1] * 12 + [2] * 7 + [3] * 5 + [4] * 2
    texts = []
    for n, role in enumerate(roles):
        skills = [s for i, s in enumerate(_OF_ROLE[role]) if (n + i) % 4]
        required, preferred = skills[:2], skills[2:]
        lines = "".join(f"<li>Sound knowledge of {_SKILLS[s][0]}</li>" for s in required)
        extras = "".join(f"<li>{_SKILLS[s][0]}</li>" for s in preferred)
        texts.append(
            f"<p>Team {n} looks for company. No {'React' if role == 2 else 'Docker'} needed.</p><h3>Requirements</h3><ul>{lines}</ul>"
            f"<h3>Nice to have</h3><ul>{extras}</ul><p>You bring {n % 6 + 1}+ years. Pay: $100,000 a year.</p>"
        )
        yield _posting(n, f"{_TITLES[role]} {n}", texts[n])
    yield _posting(38, "AI Engineer 0", texts[0], board="amberwick-twin")
    yield _posting(39, HOSTILE_TITLE, HOSTILE_TEXT, url="javascript:alert(1)")
    for n in (40, 41):
        yield _posting(n, f"Not read yet {n}", f"<p>Something about Python, number {n}.</p>")


def _posting(n: int, title: str, description: str, board: str | None = None, url: str | None = None) -> dict[str, Any]:
    employer = _EMPLOYERS[n % 8]
    return {
        "source": "greenhouse" if n % 2 else "lever",
        "board": board or employer.split()[0].lower(),
        "identifier": str(n),
        "title": title,
        "description": description,
        "url": url or f"https://jobs.example.com/{n}",
        "hiring_organization": employer,
        "job_location": f"Town {n % 4}",
        "country_raw": _COUNTRIES[n % 4],
        "date_posted": (date(2025, 11, 3) + timedelta(days=3 * n)).isoformat(),
    }


def _collect(db: Path, postings: list[dict[str, Any]], days: list[datetime]) -> None:
    """A landing file a day; the fourth posting is seen on the first day only."""
    for number, at in enumerate(days):
        seen = [p for i, p in enumerate(postings) if i != 3 or number == 0]
        with LandingFile(landing_folder(db), at, {}) as landing:
            for posting in seen:
                landing.write("job_posting", **posting, seen_at=iso(at))
            for source, board in sorted({(p["source"], p["board"]) for p in postings}):
                n_found = sum((p["source"], p["board"]) == (source, board) for p in seen)
                landing.write(
                    "board_fetch", crawl_id=landing.crawl_id, source=source, board=board, hiring_organization=board.title(),
                    fetched_at=iso(at), status="ok", n_found=n_found, n_expected=n_found, min_postings=3,
                )  # fmt: skip
            if len(postings) > 3:
                landing.write(
                    "board_fetch", crawl_id=landing.crawl_id, source="lever", board="quarrystone", fetched_at=iso(at),
                    status="failed", error="503 Service Unavailable",
                )  # fmt: skip
                landing.write(
                    "quarantine", source="greenhouse", board="birchline", fetched_at=iso(at), reason="no title",
                    record='{"id": 99, "title": "", "content": "<b>Words</b>"}',
                )  # fmt: skip
            landing.end(at)


def _label(con: duckdb.DuckDBPyConnection, content_hash: str, title: str, text: str) -> None:
    """Labels by the plainest rules that will do: the role the title names, every skill whose name stands in the text."""
    role = next((i for i, name in enumerate(_TITLES) if title.startswith(name)), 0 if title == HOSTILE_TITLE else 4)
    by_text = 1 if role == 0 and "2" in title else role
    cut = {heading: text.find(heading) for heading in ("Requirements", "Nice to have")}
    found: dict[str, str] = {}
    for skill, (name, _) in _SKILLS.items():
        start = text.find(name)
        while start >= 0:
            negated = text[max(start - 3, 0) : start] == "No "
            wanted = (
                "preferred"
                if 0 <= cut["Nice to have"] < start
                else "required"
                if 0 <= cut["Requirements"] < start
                else "context"
            )
            con.execute(
                "insert into job_posting_mention values (?, 'skill', ?, ?, ?, ?, ?, ?, ?, 'name', 0, 0, null)",
                [
                    content_hash,
                    skill,
                    start,
                    start + len(name),
                    name,
                    wanted if wanted != "context" else "about",
                    wanted,
                    negated,
                ],
            )
            if not negated:
                found.setdefault(skill, wanted)
            start = text.find(name, start + 1)
    for skill, need in found.items():
        con.execute(
            "insert into job_posting_skill values (?, ?, ?, ?, [])", [content_hash, skill, need, _SKILLS[skill][0]]
        )
    bounds = [("about", 0, None)] + [
        (kind, cut[heading], heading)
        for kind, heading in (("required", "Requirements"), ("preferred", "Nice to have"))
        if cut[heading] > 0
    ]
    for i, (kind, start, heading) in enumerate(bounds):
        end = bounds[i + 1][1] if i + 1 < len(bounds) else len(text)
        if end > start:
            con.execute(
                "insert into job_posting_section values (?, ?, ?, ?, ?)", [content_hash, kind, start, end, heading]
            )
    years, pay = text.find("+ years"), text.find("$100,000")
    con.execute(
        """
        insert into job_posting_fact by name
        select $key as content_hash, $pay as base_salary_min, $pay as base_salary_max, $currency as salary_currency, $unit as salary_unit,
            $pay_start as salary_start_char, $pay_end as salary_end_char, 'none_stated' as degree_required, $years as years_min,
            $years_start as years_start_char, $years_end as years_end_char, 'unstated' as seniority, 'unstated' as work_mode
        """,
        {
            "key": content_hash, "pay": 100_000.0 if pay >= 0 else None, "currency": "USD" if pay >= 0 else None,
            "unit": "YEAR" if pay >= 0 else None, "pay_start": pay if pay >= 0 else None, "pay_end": pay + 8 if pay >= 0 else None,
            "years": float(text[years - 1]) if years > 0 else None, "years_start": years - 1 if years > 0 else None,
            "years_end": years + 7 if years > 0 else None,
        },
    )  # fmt: skip
    answers = [role, role, by_text]
    probabilities = [0.8 if i == answer else 0.05 for answer in answers for i in range(5)]
    names = [_SKILLS[skill][0] for skill in found]
    con.execute(
        f"insert into job_posting_role values (?, 'test', ?, ?, ?, {', '.join('?' * 15)}, null, null, ?, ?)",
        [content_hash, *(ROLES[answer] for answer in answers), *probabilities, names, iso(AT)],
    )
