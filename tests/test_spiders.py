"""Every spider against answers of its platform: tests/examples/<spider>*.json|html|xml beside <same name>.golden.json.

A file <spider>*.pages.json holds the answers to several requests: an object from "url", or "POST url body", to the body (a
string, or JSON); whatever else is asked for is answered with 404. A missing golden file is written (never in CI) and the
test fails once, so that someone reads it before it is committed.
"""

import asyncio
import json
import os
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.http import HtmlResponse, Request, TextResponse
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.boards import Board, read_boards
from crawler.pipelines import checked
from warehouse.sources import sources

EXAMPLES = Path(__file__).parent / "examples"
LOADER = SpiderLoader.from_settings(get_project_settings())
ANSWERS = sorted(path for path in EXAMPLES.iterdir() if not path.name.endswith(".golden.json"))
NAMES = ("Some Board", "acme", "acme.wd5/Careers", "careers.example.com")


def case_of(answer):
    return answer.name.partition(".")[0]


def spider_of(answer):
    name = case_of(answer).partition("_")[0]
    source = sources()[name]
    fits = re.compile(source.board_pattern or "[^/]+")
    board = Board(platform=name, board=name if source.kind == "feed" else next(filter(fits.fullmatch, NAMES)))
    spider = get_crawler(LOADER.load(name))._create_spider(boards=[board], at=datetime(2026, 11, 20, 6, tzinfo=UTC))
    spider.keys = {key: f"my-{key}" for key in source.key.split()}
    return spider, board


def answered(answer, request):
    """The response to a request, from the example."""
    content = answer.read_bytes()
    if answer.name.endswith(".pages.json"):
        asked = request.url if request.method == "GET" else f"{request.method} {request.url} {request.body.decode()}"
        body = json.loads(content).get(asked)
        if body is None:
            return TextResponse(request.url, status=404, request=request)
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return TextResponse(request.url, body=content, encoding="utf-8", request=request)


async def items_of(answer):
    spider, board = spider_of(answer)

    async def download(request):
        return answered(answer, request)

    spider.crawler.engine = SimpleNamespace(download_async=download)
    made, items_of_record = [], spider.items_of

    def watched(record, board):
        for item in items_of_record(record, board):
            made.append((spider.identifier(record), getattr(item, "identifier", None)))
            yield item

    spider.items_of = watched
    if spider.name == "jsonld":
        page = HtmlResponse(f"https://careers.example.com/jobs/{answer.stem}", body=answer.read_bytes())
        items = list(spider.page_items(page, board, {}))
    else:
        items = [item async for item in spider.parse(answered(answer, spider.first_request(board)), board)]
        # a record's identifier is how repeated pages and known ads are recognised
        assert all(name and posting.startswith(name) for name, posting in made if posting), "id_key is wrong"
    stats = {key: n for key, n in spider.crawler.stats.get_stats().items() if key.startswith(f"{spider.name}/")}
    items = [checked(item) for item in items]
    return {
        "items": [{"type": type(item).__name__, **stated(item)} for item in items],
        "stats": dict(sorted(stats.items())),
    }


def stated(item):
    return {name: value for name, value in asdict(item).items() if value is not None and name != "body_hash"}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.name)
def test_spider_reads_its_platforms_answer(answer):
    found = asyncio.run(items_of(answer))
    golden = EXAMPLES / f"{case_of(answer)}.golden.json"
    if not golden.exists() and not os.environ.get("CI"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was written: read it, and commit it if it is right")
    assert found == json.loads(golden.read_text(encoding="utf-8")), f"to have {golden.name} written again, delete it"


@pytest.mark.parametrize("name", LOADER.list())
def test_file_spider_and_class_agree_and_there_is_an_example(name):
    spider = LOADER.load(name)
    assert spider.__module__ == f"crawler.spiders.{name}"
    assert spider.__name__ == f"{name.capitalize()}Spider"
    assert any(case_of(answer).partition("_")[0] == name for answer in ANSWERS)


def test_every_crawled_source_has_a_spider_and_no_other_has():
    assert {source.source for source in sources().values() if source.status == "crawled"} == set(LOADER.list())


def test_every_row_of_the_sources_says_what_it_may():
    for source in sources().values():
        assert re.fullmatch("[a-z0-9]+", source.source)
        assert source.kind in ("board", "feed", "file"), source
        assert source.status in ("crawled", "refused", "import"), source
        assert source.listing in ("complete", "window", "events"), source
        assert source.terms and source.name, source
        if source.kind == "feed" and source.status == "crawled":
            assert source.board_pattern == source.source, source
            assert Board(platform=source.source, board=source.source, min_postings=1) in read_boards(), source


def test_an_address_that_is_not_in_an_example_is_answered_with_404(tmp_path):
    pages = tmp_path / "x.pages.json"
    pages.write_text('{"https://a.example/1": "one", "POST https://a.example/2 {}": {"n": 2}}')
    assert answered(pages, Request("https://a.example/1")).body == b"one"
    assert answered(pages, Request("https://a.example/2", method="POST", body="{}")).json() == {"n": 2}
    assert answered(pages, Request("https://a.example/2")).status == 404
