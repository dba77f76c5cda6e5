"""What feeds know from one crawl to the next: where to go on, where to stop, and what is gone."""

import asyncio
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from scrapy.http import TextResponse
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.boards import Board
from crawler.items import JobPosting, Removal
from crawler.spiders.hackernews import is_ad
from warehouse.known import KnownBoard, KnownPosting

LOADER = SpiderLoader.from_settings(get_project_settings())
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
NOVEMBER = 1793631600  # the 2nd


def feed(name, *, at=NOW, complete_at=None, tried_at=None, postings=()):
    """A feed's spider that knows these postings from a crawl at ``complete_at``, which is in UTC without saying so."""
    known = KnownBoard(
        tried_at=tried_at or complete_at or datetime(2026, 11, 19, 6),
        complete_at=complete_at,
        postings={identifier: KnownPosting(None, None) for identifier in postings},
    )
    board = Board(platform=name, board=name)
    spider = get_crawler(LOADER.load(name))._create_spider(boards=[board], at=at, known={(name, name): known})
    return spider, board


def crawl(spider, board, pages):
    """What a crawl yields, and the addresses that were asked for; what is not in ``pages`` is answered with 404."""
    asked = []

    def answer(request):
        asked.append(request)
        body = pages.get(request.url.partition("?updated-after=")[0], b"")
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return TextResponse(request.url, status=200 if body else 404, body=body, encoding="utf-8", request=request)

    async def download(request):
        return answer(request)

    async def run():
        return [item async for item in spider.parse(answer(spider.first_request(board)), board)]

    spider.crawler.engine = SimpleNamespace(download_async=download)
    return asyncio.run(run()), asked


def identifiers(items, kind):
    return [item.identifier for item in items if isinstance(item, kind)]


@pytest.mark.parametrize(
    ("complete_at", "asked"),
    [
        (None, "2026-08-22T07%3A55%3A00"),
        (datetime(2026, 11, 19, 6), "2026-11-19T06%3A55%3A00"),
        (datetime(2026, 7, 1, 6), "2026-07-01T07%3A55%3A00"),
        (datetime(2026, 10, 25, 0, 35), "2026-10-25T01%3A30%3A00"),  # Swedish clocks show half past two twice
        (datetime(2026, 10, 25, 1, 35), "2026-10-25T02%3A30%3A00"),
    ],
)
def test_jobtech_asks_in_swedish_time_for_what_changed_since_the_last_whole_fetch(complete_at, asked):
    spider, board = feed("jobtech", complete_at=complete_at)
    assert spider.first_request(board).url == (
        f"https://jobstream.api.jobtechdev.se/v2/stream?updated-after={asked}&occupation-concept-id=apaJ_2ja_LuF"
    )


def test_jobtech_takes_the_last_event_of_an_ad_whatever_the_order():
    spider, board = feed("jobtech")
    ad = {"headline": "Utvecklare", "description": {"text": "Kod."}}
    events = [
        {"id": "1", "removed": True, "timestamp": 20},
        {"id": "1", **ad, "timestamp": 10},
        {"id": "2", "removed": True, "timestamp": 10},
        {"id": "2", **ad, "timestamp": 20},
    ]
    items, _ = crawl(spider, board, {"https://jobstream.api.jobtechdev.se/v2/stream": events})
    assert identifiers(items, Removal) == ["1"]
    assert identifiers(items, JobPosting) == ["2"]
    assert items[-1].status == "ok"


HIMALAYAS = "https://himalayas.app/jobs/api?limit=20"


def himalayas_page(*guids, cursor):
    jobs = [{"guid": guid, "title": "Engineer", "description": "<p>Build.</p>"} for guid in guids]
    return {"jobs": jobs, "nextCursor": cursor}


@pytest.mark.parametrize(
    ("known", "tried_at", "n_pages"),
    [
        ((), None, 3),
        (("b",), None, 3),
        (("a", "b"), None, 2),  # the first page still holds something new
        (("new", "a", "b"), None, 1),
        (("new", "a", "b"), datetime(2026, 11, 19, 18), 3),  # the last try did not get through
    ],
)
def test_himalayas_is_read_until_a_page_holds_nothing_new(known, tried_at, n_pages):
    spider, board = feed("himalayas", complete_at=datetime(2026, 11, 19, 6), tried_at=tried_at, postings=known)
    pages = {
        HIMALAYAS: himalayas_page("new", "a", cursor="1"),
        f"{HIMALAYAS}&cursor=1": himalayas_page("a", "b", cursor="2"),
        f"{HIMALAYAS}&cursor=2": himalayas_page("c", cursor=None),
    }
    items, asked = crawl(spider, board, pages)
    assert len(asked) == n_pages
    assert items[-1].status == "ok"


def test_himalayas_is_read_so_many_pages_and_no_more():
    spider, board = feed("himalayas")
    spider.MAX_PAGES = 2
    pages = {HIMALAYAS: himalayas_page("a", cursor="1"), f"{HIMALAYAS}&cursor=1": himalayas_page("b", cursor="2")}
    items, asked = crawl(spider, board, pages)
    assert len(asked) == 2
    assert items[-1].status == "ok"


def threads(*comments, created=NOVEMBER):
    listing = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring&hitsPerPage=12"
    hit = {"objectID": "500", "title": "Ask HN: Who is hiring? (November 2026)", "created_at_i": created}
    rows = [{"id": identifier, "text": written, "author": "someone"} for identifier, written in comments]
    return {listing: {"hits": [hit]}, "https://hn.algolia.com/api/v1/items/500": {"id": 500, "children": rows}}


@pytest.mark.parametrize(
    ("written", "removed", "kept"),
    [
        (None, ["7", "7-data-engineer"], []),
        ("Reedmill | Data Engineer, ML Engineer | Oslo | Remote<p>Come.", ["7"], ["7-data-engineer", "7-ml-engineer"]),
        ("Reedmill | Data Engineer | Oslo | Remote<p>Come and count reeds.", ["7-data-engineer"], ["7"]),
        ("Position filled, thanks all!<p>Reedmill | Data Engineer | Oslo", ["7", "7-data-engineer"], []),
    ],
)
def test_hackernews_removes_what_a_comment_is_no_more(written, removed, kept):
    spider, board = feed("hackernews", postings=("7", "7-data-engineer", "70", "8"))
    items, _ = crawl(spider, board, threads((7, written), (9, "Otter | Data Engineer | Oslo | Hybrid<p>Swim with us.")))
    assert identifiers(items, Removal) == removed
    assert identifiers(items, JobPosting) == [*kept, "9"]


def test_hackernews_without_a_thread_of_the_last_45_days_is_a_failure_not_an_empty_feed():
    spider, board = feed("hackernews")
    (fetch,), asked = crawl(spider, board, threads(created=NOVEMBER - 40 * 86_400))
    assert fetch.status == "failed" and len(asked) == 1


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Reedmill | Data Engineer | Oslo | Remote<p>We count reeds, all day long.", True),
        ("Reedmill - Data Engineer - Remote - 90k<p>We count reeds, all day long.", True),
        ("We are hiring a reed counter. " + "You would join a team that loves reeds, and write Python. " * 4, True),
        ("Reedmill (YC W30) | Oslo", False),  # too little to be an ad
        ("SEEKING WORK | Data Engineer | Remote<p>I count reeds.", False),
        ("Location: Oslo<p>Remote: yes<p>Willing to relocate: no<p>Technologies: Python" + " and reeds" * 20, False),
        ("Please don't apply here. " + "They never answer engineers who apply for the roles. " * 5, False),
        ("I applied to this role in May. " + "The team never answered, although I am an engineer. " * 5, False),
        ("Applications closed!<p>Reedmill | Data Engineer | Oslo | Remote", False),
        ("Thanks!", False),
        ("", False),
    ],
)
def test_a_comment_is_an_ad_or_not(comment, expected):
    assert is_ad(comment) is expected


NAV = "https://pam-stilling-feed.nav.no"


def nav_pages(*entries):
    items = [{"_feed_entry": {"uuid": uuid, "status": status, "title": "Utvikler"}} for uuid, status in entries]
    ad = {"status": "ACTIVE", "ad_content": {"title": "Utvikler", "description": "<p>Kode.</p>"}}
    details = {f"{NAV}/api/v1/feedentry/{uuid}": ad for uuid, _ in entries}
    return {f"{NAV}/api/v1/feed": {"items": items, "next_url": None}, **details}


def test_nav_goes_on_where_it_was_with_the_users_own_token(monkeypatch):
    monkeypatch.setenv("NAV_TOKEN", "secret")
    spider, board = feed("nav", complete_at=datetime(2026, 11, 19, 6), postings=("old", "gone"))
    items, asked = crawl(spider, board, nav_pages(("new", "ACTIVE"), ("gone", "INACTIVE")))
    assert asked[0].headers["If-Modified-Since"] == b"Thu, 19 Nov 2026 05:00:00 GMT"
    assert {request.headers["Authorization"] for request in asked} == {b"Bearer secret"}
    assert identifiers(items, JobPosting) == ["new"] and identifiers(items, Removal) == ["gone"]
    assert items[-1].status == "ok"


def test_nav_without_changes_is_unchanged_and_never_seen_without_a_feed_is_not(monkeypatch):
    monkeypatch.setenv("NAV_TOKEN", "secret")
    for complete_at, status in ((datetime(2026, 11, 19, 6), "unchanged"), (None, "not_found")):
        (fetch,), _ = crawl(*feed("nav", complete_at=complete_at), {})
        assert fetch.status == status


@pytest.mark.parametrize("token", [b"", b"Public token is not currently available"])
def test_nav_without_a_token_fails_and_asks_for_nothing_more(token, monkeypatch):
    monkeypatch.delenv("NAV_TOKEN", raising=False)
    (fetch,), asked = crawl(*feed("nav"), {f"{NAV}/api/publicToken": token})
    assert fetch.status == "failed" and len(asked) == 1
