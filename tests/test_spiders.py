"""Every spider against answers of its platform: tests/examples/<spider>*.json|html beside <same name>.golden.json.

A missing golden file is written (never in CI) and the test fails once, so that someone reads it before it is committed.
"""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, TextResponse
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.boards import Board, sources
from crawler.pipelines import ValidatePipeline

EXAMPLES = Path(__file__).parent / "examples"
LOADER = SpiderLoader.from_settings(get_project_settings())
ANSWERS = sorted(path for path in EXAMPLES.iterdir() if not path.name.endswith(".golden.json"))


def spider_of(answer):
    name = answer.stem.partition("_")[0]
    crawler = get_crawler(LOADER.load(name))
    board = Board(platform=name, board="careers.example.com" if name == "jsonld" else "Some Board")
    return crawler._create_spider(boards=[board]), board


async def items_of(answer):
    spider, board = spider_of(answer)
    url = f"https://careers.example.com/jobs/{answer.stem}" if answer.suffix == ".html" else spider.address(board)
    if answer.suffix == ".html":
        items = list(spider.page_items(HtmlResponse(url, body=answer.read_bytes(), encoding="utf-8"), board, {}))
    else:
        items = [item async for item in spider.parse(TextResponse(url, body=answer.read_bytes()), board)]
    stats = {key: n for key, n in spider.crawler.stats.get_stats().items() if key.startswith(f"{spider.name}/")}
    items = [ValidatePipeline().process_item(item) for item in items]
    return {
        "items": [{"type": type(item).__name__, **asdict(item)} for item in items],
        "stats": dict(sorted(stats.items())),
    }


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.name)
def test_spider_reads_its_platforms_answer(answer):
    found = asyncio.run(items_of(answer))
    golden = answer.with_suffix(".golden.json")
    if not golden.exists() and not os.environ.get("CI"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was written: read it, and commit it if it is right")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOADER.list())
def test_file_spider_and_class_agree_and_there_is_an_example(name):
    spider = LOADER.load(name)
    assert spider.__module__ == f"crawler.spiders.{name}"
    assert spider.__name__ == f"{name.capitalize()}Spider"
    assert any(answer.stem.partition("_")[0] == name for answer in ANSWERS)


def test_every_crawled_source_has_a_spider():
    assert {source.source for source in sources().values() if source.status == "crawled"} == set(LOADER.list())
