"""Where boards are fetched from, and where their next pages may lead."""

import pytest
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from crawler import reach
from crawler.boards import Board, read_boards, split_crawled
from crawler.fields import next_address
from crawler.spiders.personio import PersonioSpider
from crawler.spiders.pinpoint import PinpointSpider
from crawler.spiders.recruitee import RecruiteeSpider
from crawler.spiders.teamtailor import TeamtailorSpider


def spider_of(spider, name):
    board = Board(platform=spider.name, board=name)
    return get_crawler(spider)._create_spider(boards=[board]), board


@pytest.mark.parametrize(
    ("spider", "board", "address"),
    [
        (RecruiteeSpider, "acme", "https://acme.recruitee.com/api/offers/"),
        (RecruiteeSpider, "jobs.acme.example", "https://jobs.acme.example/api/offers/"),
        (TeamtailorSpider, "acme", "https://acme.teamtailor.com/jobs.json"),
        (TeamtailorSpider, "acme.na.teamtailor.com", "https://acme.na.teamtailor.com/jobs.json"),
        (PersonioSpider, "acme", "https://acme.jobs.personio.de/xml?language=en"),
        (PersonioSpider, "acme.jobs.personio.com", "https://acme.jobs.personio.com/xml?language=en"),
    ],
)
def test_a_board_is_named_by_its_subdomain_or_by_its_own_host(spider, board, address):
    spider, board = spider_of(spider, board)
    assert spider.first_request(board).url == address


@pytest.mark.parametrize(
    ("spider", "status", "location", "outcome"),
    [
        (RecruiteeSpider, 301, "https://recruitee.com/careers_not_hosted", "not_found"),
        (RecruiteeSpider, 302, "https://recruitee.com/careers_not_hosted", "not_found"),
        (RecruiteeSpider, 302, "/maintenance", "failed"),
        (PersonioSpider, 307, "https://www.personio.com/", "not_found"),
        (PersonioSpider, 307, "/xml?later", "failed"),
        (PinpointSpider, 302, "https://somewhere.example/", "not_found"),
        (PinpointSpider, 503, "", "failed"),
    ],
)
def test_a_board_that_does_not_exist_is_sent_elsewhere(spider, status, location, outcome):
    spider, board = spider_of(spider, "acme")
    headers = {"Location": location} if location else {}
    response = TextResponse(spider.address(board), status=status, headers=headers)
    assert spider.refused(response, board).status == outcome


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (None, None),
        ("", None),
        ("https://a.example/jobs.json?page=3&per_page=100", "https://a.example/jobs.json?page=3&per_page=100"),
        ("https://elsewhere.example/other?page=3", "https://a.example/jobs.json?page=3"),
        ("//elsewhere.example?page=3", "https://a.example/jobs.json?page=3"),
        ("https://a.example/no-query", "https://a.example/jobs.json?page=2"),
        ("http://[", "https://a.example/jobs.json?page=2"),
        ("?page=\ud800", "https://a.example/jobs.json?page=?"),
        ({"href": "?page=3"}, "https://a.example/jobs.json?page=2"),
    ],
)
def test_a_next_page_is_on_the_same_host_whatever_the_answer_says(link, address):
    assert next_address("https://a.example/jobs.json?page=2", link) == address


def test_every_kind_of_default_board_has_a_host_to_ask_for_the_network(monkeypatch):
    boards = {board.platform: board for board in split_crawled(read_boards())[0]}
    assert len(boards) > 20
    asked = []
    monkeypatch.setattr(reach, "_answers", lambda host: asked.append(host))
    for board in boards.values():
        assert not reach.any_reachable([board])
    assert len(asked) == len(boards)
    assert all("." in host and "{" not in host and " " not in host for host in asked)
