"""The page of ads in a real Chromium: hostile ads stay text, links keep the side bar, Back returns to what one left."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import served
from conftest import AT, HOSTILE_TITLE, build_small_warehouse
from playwright.sync_api import Page, expect

from nlp.label import label
from warehouse import connect
from warehouse.store import building

SCRIPT = """
import streamlit as st
from dashboard import ads, back, pages, paste

def door(snapshot, filters):
    st.title("Door", anchor=False)
    st.text_input("Name", key="name", bind="query-params")
    st.page_link(ads.page(), label="Read them", query_params={"role": "AI engineer", "skill": "Docker"})

pages.PAGES |= {"door": ("Door", None, door), "read": ("Read an ad", None, paste.show)}
pages.show()
back.back_in_one_step()
"""
HOSTILE = """<script>document.title = 'owned'</script><img src=x onerror="document.title='owned'">
:red[red] :material/delete: $x^2$ **bold** ![i](http://example.invalid/i.png) [link](javascript:alert(1)) <a href="http://example.invalid">a</a>
Requirements
• Python, \u202eevil\u202c, zero\u200bwidth, 🐍"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """small_warehouse with hostile texts, put there past the cleaning, one of them a line of 200,000 characters; labelled."""
    db = tmp_path_factory.mktemp("browser") / "rolescope.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute("update job_posting_text set text = ? where title = ?", [HOSTILE, HOSTILE_TITLE])
        con.execute("update job_posting_text set text = ? where title = 'AI Engineer 1'", ["<b>" + "Python " * 28_000])
        label(con, AT, workers=1)
    return db


@pytest.fixture(scope="module")
def address(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = tmp_path_factory.mktemp("app") / "app.py"
    app.write_text(SCRIPT)
    with served(app, db) as address:
        yield address


def posting_id(db: Path, title: str) -> str:
    with connect(db) as con:
        return con.execute("select posting_id from posting where title = ?", [title]).fetchall()[0][0]


def test_a_hostile_ad_stays_text(page: Page, address: str, db: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/ads?ad={posting_id(db, HOSTILE_TITLE)}")
    expect(page.locator("article h2")).to_have_text(HOSTILE_TITLE)
    shown = page.locator("article .text")
    expect(shown).to_contain_text("document.title = 'owned'")
    assert shown.evaluate("node => node.textContent") == HOSTILE
    assert {*shown.evaluate("node => [...node.querySelectorAll('*')].map(e => e.localName)")} <= {"mark"}
    assert page.title() != "owned"
    assert not [url for url in asked if "invalid" in url]
    assert not page.locator("a[href*=invalid], a[href^=javascript]").count()


def test_a_line_of_two_hundred_thousand_characters_is_shown_within_the_page(page: Page, address: str, db: Path) -> None:
    page.goto(f"{address}/ads?ad={posting_id(db, 'AI Engineer 1')}")
    shown = page.locator("article .text")
    expect(shown).to_contain_text("<b>Python Python")
    assert len(shown.evaluate("node => node.textContent")) == 196_003
    assert shown.evaluate("node => node.getBoundingClientRect().right <= window.innerWidth")


def test_a_hostile_paste_stays_text(page: Page, address: str) -> None:
    page.goto(f"{address}/read")
    page.get_by_label("Title of the ad").fill(HOSTILE_TITLE)
    page.get_by_label("Its text").fill(HOSTILE + "\nWe need Kubernetes." * 20)
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("article h2")).to_have_text(HOSTILE_TITLE)
    expect(page.locator("article .text")).to_contain_text("$x^2$ **bold** ![i](http://example.invalid/i.png)")
    assert page.title() != "owned"
    assert not page.locator("a[href*=invalid], a[href^=javascript]").count()
    assert "Kubernetes" not in page.url


def test_a_link_keeps_the_side_bar_and_back_returns_to_what_one_left(page: Page, address: str) -> None:
    page.goto(f"{address}/door?source=lever&need=required&name=Ada")
    expect(page.get_by_label("Name")).to_have_value("Ada")
    page.get_by_role("link", name="Read them").click()
    expect(page.get_by_text("ads match")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text("lever")).to_be_visible()
    page.wait_for_url(re.compile("/ads"))
    parameters = sorted(page.url.split("?")[1].split("&"))
    assert parameters == ["need=required", "role=AI+engineer", "skill=Docker", "source=lever"]
    page.go_back()
    expect(page.get_by_label("Name")).to_have_value("Ada")
    expect(page.get_by_test_id("stSidebar").get_by_text("lever")).to_be_visible()
    assert "/door" in page.url
    assert "name=Ada" in page.url
    page.go_forward()
    expect(page.get_by_text("ads match")).to_be_visible()
    assert sorted(page.url.split("?")[1].split("&")) == parameters
