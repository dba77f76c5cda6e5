"""What a newcomer does: `rolescope up`, then look. A real crawl of the sample boards, a real dashboard, a real Chromium."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from warehouse import connect


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The dashboard of a running ``rolescope up --sample``, when the crawl is in."""
    arguments = [sys.executable, "-m", "rolescope", "up", "--sample"]
    environment = {key: value for key, value in os.environ.items() if key not in ("ROLESCOPE_DB", "DISPLAY")}
    process = subprocess.Popen(
        arguments, cwd=folder, env={**environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C ends it" in line:
                break
        output = "".join(lines)
        assert re.search(r"snapshot \w{16} of sample data: 1\d\d postings, 1\d\d open, 1\d\d labelled", output), output
        yield re.findall(r"http://localhost:\d+", output)[-1]
    finally:
        process.terminate()
        process.wait(30)
        with socket.socket() as probe:  # nothing is left running
            assert probe.connect_ex(("127.0.0.1", int(re.findall(r"localhost:(\d+)", output)[-1])))


@pytest.fixture(scope="module")
def page(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def test_the_overview_says_sample_data_and_shows_charts(page: Page) -> None:
    expect(page.get_by_text("Sample data.")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"n = \d+ AI engineer ads of \d+ employers"))).to_be_visible()


def test_two_roles_are_compared_with_their_n(page: Page) -> None:
    page.get_by_role("link", name="Compare roles").click()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"n = \d+ AI engineer ads of \d+ employers"))).to_be_visible()
    expect(page.get_by_text("Sample data.")).to_be_visible()


def test_an_ad_opens_from_the_list_with_its_skills_marked(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Ads", exact=True).click()
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    page.locator("[data-test-script-state=notRunning]").wait_for()  # a list that is drawn anew forgets what is chosen
    table.click(position={"x": 16, "y": 54})  # the box before the first row
    page.wait_for_url(re.compile(r"[?&]ad=[0-9a-f]{16}"))
    marks = page.locator(".text mark:is(.required, .preferred, .context)")
    expect(marks.first).to_be_visible()
    (posting_id,) = re.findall(r"[?&]ad=([0-9a-f]{16})", page.url)
    with connect(folder / "data" / "sample.duckdb") as con:
        surfaces = con.execute(
            "select surface from job_posting_mention join job_posting using (content_hash) where posting_id = ? and kind = 'skill' order by start_char",
            [posting_id],
        ).fetchall()
    shown = " ".join(marks.all_inner_texts())
    assert surfaces
    assert all(word in shown for (surface,) in surfaces for word in surface.split())


def test_a_copied_link_opens_the_same_ad(page: Page, address: str, folder: Path) -> None:
    with connect(folder / "data" / "sample.duckdb") as con:
        ((posting_id, title, url),) = con.execute(
            "select posting_id, title, url from posting where source = 'lever' and not contains(title, '*') order by title limit 1"
        ).fetchall()
    page.goto(f"{address}/ads?ad={posting_id}")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    link = page.get_by_role("link", name=re.compile("Open the ad at"))
    expect(link).to_have_attribute("href", url)
    assert "noopener" in (link.get_attribute("rel") or "")


def test_data_health_lists_every_board(page: Page) -> None:
    page.get_by_role("link", name="Data health").click()
    expect(page.get_by_text(re.compile(r"27")).first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
