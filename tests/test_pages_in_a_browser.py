"""Every page in a real Chromium: by eye in both themes and on a phone, by keyboard and by screen reader, with hostile ads in it.

In none of these tests may a page report an error, open a dialog, or ask another host for anything: see ``tab``.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from browser import WAIT, served
from conftest import HOSTILE_TITLE, ROLES
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect
from test_views import AT, SKILLS, fill

from dashboard.pages import PAGES
from warehouse import connect
from warehouse.store import building

WIDTHS = (1440, 390)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
OF_STREAMLIT: dict[str, str] = {}
"""Selectors of nodes whose faults are Streamlit's own, by rule."""
TITLE = f"{HOSTILE_TITLE} \u202etac\u202c ::: `x` <b>bold</b>"
EMPLOYER = "\"><script>document.title = 'owned'</script> **Acme** :material/delete: ![i](http://example.invalid/e.png)"
TEXT = f"""{TITLE}
<script>document.title = 'owned'</script><img src=x onerror="alert(1)"><a href="javascript:alert(1)">a</a> :red[red] $x^2$
Requirements: PYTHON, ![i](http://example.invalid/i.png) [link](http://example.invalid)"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,500 invented ads that differ in all that one can filter by, one of them hostile in all that is shown of it."""
    rng = np.random.default_rng(7)
    ads: list[dict[str, Any]] = []
    for n in range(1500):
        role, pay, seen = ROLES[n % 5], int(rng.integers(60, 200)) * 1000, date(2026, 1, 1) + timedelta(days=n % 90)
        ads.append(
            {
                "role": role, "source": "greenhouse" if rng.random() < 0.7 else "lever", "country": "DE" if rng.random() < 0.7 else "US",
                "hiring_organization": f"Employer {rng.integers(20)}", "seniority": "senior" if rng.random() < 0.7 else "junior",
                "date_posted": seen, "first_seen_at": datetime(seen.year, seen.month, seen.day),
                "last_seen_at": datetime(2026, 5, 31) if rng.random() < 0.7 else datetime(2026, 4, 2),
                "base_salary_min": pay, "base_salary_max": pay + 20_000, "salary_currency": "USD", "salary_unit": "YEAR",
                "skills": {
                    skill: "required" if rng.random() < 0.6 else "preferred"
                    for i, skill in enumerate(SKILLS) if rng.random() < 0.25 + 0.5 * ((n + i) % 5 == 0)
                },
            }
        )  # fmt: skip
    ads[0] |= {"skills": {"python": "required"}, "date_posted": date(2026, 5, 31)}
    db = tmp_path_factory.mktemp("pages") / "w.duckdb"
    with building(db, AT) as con:
        fill(con, ads)
        con.execute("update job_posting_text set language = 'de' where hash(content_hash) % 3 = 0")
        con.execute(
            "update job_posting_role set role_by_title = role, role_by_text = if(hash(content_hash) % 4 = 0, 'other', role)"
        )
        con.execute(
            "update job_posting set title = ?, hiring_organization = ?, job_location = ? where posting_id = ?",
            [TITLE, EMPLOYER, TITLE, f"{0:016x}"],
        )
        con.execute(
            "update job_posting_text set title = ?, text = ? where content_hash = ?", [TITLE, TEXT, f"{0:016x}"]
        )
        con.execute(
            "insert into job_posting_mention values (?, 'skill', 'python', ?, ?, 'PYTHON', 'required', 'required', false, 'name', 0, 0, null)",
            [f"{0:016x}", TEXT.index("PYTHON"), TEXT.index("PYTHON") + 6],
        )
        con.execute("insert into crawl values ('c', ?, null, '{}', 'test')", [AT.replace(tzinfo=None)])
        con.execute(
            "insert into board_fetch by name select 'c' as crawl_id, 'lever' as source, 'b' as board, $name as hiring_organization, "
            "$at as fetched_at, 'failed' as status, $name as error, 0 as n_found, 0 as n_rejected, 1 as min_postings, 'complete' as listing",
            {"at": AT.replace(tzinfo=None), "name": EMPLOYER},
        )
        con.execute(
            "insert into quarantine by name select 'c' as crawl_id, 'lever' as source, 'b' as board, $at as fetched_at, $text as reason, $text as record",
            {"at": AT.replace(tzinfo=None), "text": TEXT},
        )
    return db


@pytest.fixture(scope="module")
def address(db: Path) -> Iterator[str]:
    with served(Path(str(files("dashboard").joinpath("app.py"))), db) as address:
        yield address


# below an address like /ads, Streamlit looks for its server there first
_LOOKING_AROUND = r"404 .*/\w+/_stcore/(health|host-config)$"


@contextmanager
def tab(browser: Browser, address: str) -> Iterator[Page]:
    """A page with a memory of its own, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address, color_scheme="light")
    context.set_default_timeout(WAIT)
    page, wrong = context.new_page(), list[str]()
    page.on(
        "console", lambda said: wrong.append(f"{said.text} {said.location['url']}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: wrong.append(request.url) if _is_foreign(request.url, address) else None)
    page.on("websocket", lambda opened: wrong.append(opened.url) if _is_foreign(opened.url, address) else None)
    yield page
    context.close()
    assert not [fault for fault in wrong if not re.search(_LOOKING_AROUND, fault)]


def _is_foreign(url: str, address: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(address).netloc


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with tab(browser, address) as page:
        yield page


@pytest.fixture(scope="module", params=PAGES)
def opened(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Each page once, for the tests that only look."""
    with tab(browser, address) as page:
        go(page, request.param)
        page.evaluate(AXE)
        yield page


def go(page: Page, link: str) -> None:
    """Open a page of the dashboard, and wait for all of it."""
    page.goto("/" + re.sub("^overview", "", link))
    settle(page)


def settle(page: Page) -> None:
    page.wait_for_function("""() => document.querySelector("[data-test-script-state=notRunning]") && document.querySelector("h1")
        && !document.querySelector("[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]")""")


def test_a_page_shows_no_exception_and_describes_its_charts(opened: Page) -> None:
    expect(opened.locator("h1")).to_have_count(1)
    expect(opened.get_by_test_id("stException")).to_have_count(0)
    for chart in opened.get_by_test_id("stVegaLiteChart").all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\w+ \w+"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(opened: Page, theme: Any, width: int) -> None:
    opened.emulate_media(color_scheme=theme)
    opened.set_viewport_size({"width": width, "height": 900})
    expect(opened.locator(".stApp")).to_have_css("color-scheme", theme)
    settle(opened)
    found = opened.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    faults = [
        (fault["id"], node["target"], node["html"], [check["message"] for check in node["any"]])
        for fault in found if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
        if not (fault["id"] in OF_STREAMLIT and opened.locator(node["target"][0]).and_(opened.locator(OF_STREAMLIT[fault["id"]])).count())
    ]  # fmt: skip
    assert not faults


def test_a_phone_never_scrolls_sideways(opened: Page) -> None:
    opened.set_viewport_size({"width": 390, "height": 900})
    settle(opened)
    main = opened.get_by_test_id("stMain")
    assert main.evaluate(
        "node => node.scrollWidth <= node.clientWidth && document.documentElement.scrollWidth <= innerWidth"
    )


def numbers(page: Page) -> str:
    """What the charts of the page say in words."""
    settle(page)
    charts = page.get_by_test_id("stVegaLiteChart")
    return "\n".join(charts.evaluate_all("nodes => nodes.map(node => node.ariaLabel)"))


def offered(page: Page, name: str) -> Locator:
    """The opened download of that name."""
    found, query = page.get_by_test_id("stPopoverBody"), page.get_by_test_id("stPopoverBody").locator("code").last
    while not query.is_visible():  # a redraw that comes in between closes it
        page.locator(f".st-key-offer-{name} button").first.click()
        with suppress(TimeoutError):
            query.wait_for(timeout=20_000)
    expect(query).to_contain_text("from")
    return found


def query(page: Page, name: str) -> str:
    """The query that the download of that name shows."""
    text = offered(page, name).locator("code").last.inner_text()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    return text


def choose(page: Page, label: str, option: str) -> None:
    box, found = (
        page.get_by_role(role, name=name, exact=True) for role, name in (("combobox", label), ("option", option))
    )
    in_link = "=" + option.replace(" ", "+")
    while in_link not in page.url:  # a redraw that comes in between closes the list
        box.fill("")
        box.fill(option)
        with suppress(TimeoutError):
            found.click(timeout=5_000)
            page.wait_for_url(lambda url: in_link in url, timeout=20_000)
    page.locator("[data-testid=stSidebar] h3").click()


def enter(page: Page, label: str, day: str) -> None:
    page.get_by_role("spinbutton", name=f"year, {label}").click()
    page.keyboard.type(day)
    page.keyboard.press("Enter")
    page.locator("[data-testid=stSidebar] h3").click()


@pytest.mark.parametrize(("name", "download"), [("overview", "top-skills-ai_engineer"), ("compare", "difference")])
def test_each_filter_changes_numbers_and_sql_and_the_link_restores_them(
    page: Page, browser: Browser, address: str, name: str, download: str
) -> None:
    go(page, name)
    seen = {numbers(page)}, {query(page, download)}
    for key, change in {
        "label": lambda: choose(page, "Role is judged by", "text alone"),
        "source": lambda: choose(page, "Source", "greenhouse"),
        "country": lambda: choose(page, "Country", "DE"),
        "language": lambda: choose(page, "Language", "en"),
        "seniority": lambda: choose(page, "Seniority", "senior"),
        "posted_from": lambda: enter(page, "Posted from", "20260110"),
        "posted_to": lambda: enter(page, "Posted to", "20260320"),
        "open": lambda: page.get_by_text("Open ads only").click(),
        "need": lambda: choose(page, "A skill counts where it is", "required"),
    }.items():
        change()
        page.wait_for_url(re.compile(rf"[?&]{key}="))
        settle(page)
        for _ in range(WAIT // 100):  # the address changes first, then the page
            if numbers(page) not in seen[0]:
                break
            page.wait_for_timeout(100)
        settle(page)
        for before, now in zip(seen, (numbers(page), query(page, download)), strict=True):
            assert now not in before, key
            before.add(now)
    with tab(browser, address) as other:
        go(other, page.url.removeprefix(f"{address}/"))
        assert numbers(other) == numbers(page)
        assert query(other, download) == query(page, download)
        sides = [
            shown.get_by_test_id("stSidebar").locator(".element-container").all_inner_texts() for shown in (page, other)
        ]
        assert sides[0] == sides[1]


def test_downloads_hold_what_is_on_screen_with_snapshot_and_query(page: Page, db: Path) -> None:
    go(page, "overview?country=DE")
    page.locator("summary", has_text="Table").first.click()
    cells = page.get_by_test_id("stDataFrame").first.locator("tbody [role=gridcell]")
    expect(cells).to_have_count(30)
    rows = np.array(cells.all_inner_texts()).reshape(5, 6)
    body = offered(page, "roles")
    content = {}
    for kind in ("CSV", "SVG", "PNG"):
        with page.expect_download() as download:
            body.get_by_role("button", name=kind).click()
        content[kind] = download.value.path().read_bytes()
    table = pd.read_csv(io.BytesIO(content["CSV"]))
    assert [f"{n:,}" for n in table["n_ads"]] == rows[:, 1].tolist()
    assert [f"{n:,}" for n in table["n_employers"]] == rows[:, 2].tolist()
    assert table["first_posted_on"].tolist() == rows[:, 4].tolist()
    with connect(db) as con:
        ((snapshot_id,),) = con.execute("select snapshot_id from snapshot").fetchall()
        counted = con.execute(table["query"][0]).df()
    assert set(table["shown_snapshot_id"]) == {snapshot_id}
    assert counted["n_ads"].tolist() == table["n_ads"].tolist()
    drawn = ElementTree.fromstring(content["SVG"])
    assert snapshot_id in "".join(drawn.itertext())
    assert "countries" in (drawn.findtext("{*}metadata") or "")
    with Image.open(io.BytesIO(content["PNG"])) as picture:
        assert picture.size[0] > 700
        assert "countries := ['DE']" in picture.text["query"]


FOCUS = """async () => {
    const look = nodes => nodes.map(node => {
        const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(node);
        return outline + boxShadow + borderColor + backgroundColor;
    }).join();
    const nodes = [];
    for (let node = document.activeElement; node && nodes.length < 5; node = node.parentElement) nodes.push(node);
    await new Promise(requestAnimationFrame);
    await Promise.all(nodes.flatMap(node => node.getAnimations()).map(animation => animation.finished));
    const left = window.focused, was = left && left.look !== look(left.nodes);
    window.focused = { nodes, look: look(nodes) };
    return [(nodes[0].ariaLabel || nodes[0].innerText || "").trim().split("\\n").at(-1), was];
}"""
"""What has the focus, and whether that which had it the last time looked different then."""


def test_the_keyboard_reaches_pages_filters_and_controls_with_a_visible_focus(page: Page) -> None:
    go(page, "compare")
    reached: list[str] = []
    visible: list[bool] = []
    while "Category" not in reached and len(reached) < 60:
        page.keyboard.press("Tab")
        name, was_visible = page.evaluate(FOCUS)
        reached.append(name)
        visible.append(was_visible)
    seen = dict(zip(reached, visible[1:], strict=False))
    wanted = [
        *(title for title, _, _ in PAGES.values()),
        "Role is judged by",
        "Source",
        "Country",
        "Language",
        "Seniority",
    ]
    wanted += ["Open ads only", "A skill counts where it is", "Role", "compared with"]
    assert {name: seen.get(name) for name in wanted} == dict.fromkeys(wanted, True)


@pytest.mark.parametrize(
    "link",
    ["ads", "ads?ad={ad}", "compare?why=true&picked=PYTHON", "learn?have=PYTHON", "health"],
)  # fmt: skip
def test_a_hostile_ad_stays_text(page: Page, link: str) -> None:
    go(page, link.format(ad=f"{0:016x}"))
    for part in page.locator("details").all():
        if part.get_attribute("open") is None:
            part.locator("summary").click()
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text(HOSTILE_TITLE).first).to_be_attached()
    assert page.title() != "owned"
    assert not page.locator("[onerror], a[href^=javascript], a[href*=invalid], img[src*=invalid], .katex").count()
