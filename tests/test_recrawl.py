"""What a crawl does with what an earlier one found, and with lists that take several answers."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.http import TextResponse
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.boards import Board
from crawler.items import BoardFetch, JobPosting, Sighting
from warehouse.known import KnownBoard, KnownPosting

EXAMPLES = Path(__file__).parent / "examples"
LOADER = SpiderLoader.from_settings(get_project_settings())
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
LIMITS = {"JSONLD_MAX_PAGES": 100, "JSONLD_MAX_SITEMAPS": 10}
SITE = "careers.example.com"
FORTNIGHT = [AT + timedelta(days=n) for n in range(14)]


class Crawl:
    """A board crawled against ``answers``: from an address (after "POST " and its body where there is one) to a body, a
    status, or an exception; whatever else is asked for is answered with 404."""

    def __init__(self, name, answers, known=None, at=AT, board="acme", first=None):
        self.asked = []
        self.name, self.board, self.answers = name, board, answers
        boards = [Board(platform=name, board=board)]
        spider = get_crawler(LOADER.load(name), LIMITS)._create_spider(boards=boards, known=known, at=at)
        spider.crawler.engine = SimpleNamespace(download_async=self.download)
        self.stats = spider.crawler.stats.get_stats()
        request = spider.first_request(boards[0])
        self.headers = request.headers.to_unicode_dict()
        self.items = asyncio.run(self.parse(spider, request, first))

    async def parse(self, spider, request, first):
        response = first or await self.download(request)
        return [item async for item in spider.parse(response, spider.boards[0])]

    async def download(self, request):
        key = request.url if request.method == "GET" else f"{request.method} {request.url} {request.body.decode()}"
        self.asked.append(key)
        body = self.answers.get(key, 404)
        if isinstance(body, Exception):
            raise body
        if isinstance(body, int):
            return TextResponse(request.url, status=body, request=request)
        content = body if isinstance(body, str) else json.dumps(body)
        return TextResponse(request.url, body=content, encoding="utf-8", request=request)

    @property
    def postings(self):
        return [item.identifier for item in self.items if isinstance(item, JobPosting)]

    @property
    def sightings(self):
        return [item.identifier for item in self.items if isinstance(item, Sighting)]

    @property
    def fetch(self):
        [fetch] = [item for item in self.items if isinstance(item, BoardFetch)]
        return fetch

    @property
    def known(self):
        """What the warehouse would know of the board after this crawl alone."""
        postings = {
            item.identifier: KnownPosting(item.url, item.list_key)
            for item in self.items
            if isinstance(item, JobPosting) and item.list_key
        }
        validators = {name: getattr(self.fetch, name) for name in ("etag", "last_modified", "body_hash")}
        return {(self.name, self.board): KnownBoard(tried_at=AT, postings=postings, **validators)}


def example(name):
    answers = json.loads((EXAMPLES / f"{name}.pages.json").read_text(encoding="utf-8"))
    board = {"workday": "acme.wd5/Careers", "rippling": "Some Board", "smartrecruiters": "Some Board"}.get(name, "acme")
    return answers, board


def day_of_rest(name, answers, known, **kw):
    """A crawl on a day on which no known posting is due to be read again."""
    crawls = (Crawl(name, answers, known, at, **kw) for at in FORTNIGHT)
    return next(crawl for crawl in crawls if set(crawl.sightings) == set(known[name, crawl.board].postings))


@pytest.mark.parametrize("name", ["bamboohr", "breezy", "jazzhr", "rippling", "smartrecruiters", "workday"])
def test_a_known_ad_is_fetched_once_in_14_days_and_only_sighted_on_the_others(name):
    answers, board = example(name)
    known = Crawl(name, answers, board=board).known
    assert known[name, board].postings
    fetched, sighted = Counter(), Counter()
    for at in FORTNIGHT:
        crawl = Crawl(name, answers, known, at, board)
        found = set(crawl.postings) & known[name, board].postings.keys()
        fetched.update(found)
        sighted.update(crawl.sightings)
        assert len(set(crawl.asked)) == len(crawl.asked)
    assert fetched == dict.fromkeys(known[name, board].postings, 1)
    assert sighted == dict.fromkeys(known[name, board].postings, 13)


LIST = "https://acme.bamboohr.com/careers/list"
AD = {"jobOpeningName": "Analyst", "description": "<p>Count.</p>", "jobOpeningStatus": "Open"}


def openings(*rows):
    return {"meta": {"totalCount": len(rows)}, "result": list(rows)}


def ad_of(n):
    return f"https://acme.bamboohr.com/careers/{n}/detail"


TWO = {
    LIST: openings({"id": "1", "jobOpeningName": "Analyst"}, {"id": "2", "jobOpeningName": "Analyst"}),
    ad_of(1): {"result": {"jobOpening": AD}},
    ad_of(2): {"result": {"jobOpening": AD}},
}


def test_a_sighting_costs_no_request_and_the_board_is_complete():
    crawl = day_of_rest("bamboohr", TWO, Crawl("bamboohr", TWO).known)
    assert (crawl.asked, crawl.sightings, crawl.fetch.status) == ([LIST], ["1", "2"], "ok")


def test_an_ad_whose_list_entry_changed_is_fetched_again():
    changed = {**TWO, LIST: openings({"id": "1", "jobOpeningName": "Senior analyst"}, TWO[LIST]["result"][1])}
    known = Crawl("bamboohr", TWO).known
    crawls = [Crawl("bamboohr", changed, known, at) for at in FORTNIGHT]
    assert all(ad_of(1) in crawl.asked for crawl in crawls)
    assert sum(ad_of(2) in crawl.asked for crawl in crawls) == 1


@pytest.mark.parametrize("failure", [500, 403, "<html>Sign in</html>", {"result": None}, TimeoutError("slow")])
def test_a_known_ad_that_cannot_be_fetched_is_a_sighting_of_a_partial_board(failure):
    known = Crawl("bamboohr", TWO).known
    failing = {**TWO, ad_of(1): failure, LIST: openings(*({**row, "isRemote": True} for row in TWO[LIST]["result"]))}
    crawl = Crawl("bamboohr", failing, known)
    assert (crawl.sightings, crawl.postings, crawl.fetch.status) == (["1"], ["2"], "partial")
    assert crawl.fetch.error.startswith("1: ")
    stranger = Crawl("bamboohr", failing)
    assert (stranger.sightings, stranger.postings, stranger.fetch.status) == ([], ["2"], "partial")


def test_an_ad_that_cannot_be_asked_for_is_rejected():
    crawl = Crawl(
        "bamboohr", {**TWO, LIST: openings({"id": "\ud800", "jobOpeningName": "Half"}, TWO[LIST]["result"][1])}
    )
    assert [type(item).__name__ for item in crawl.items] == ["Rejected", "JobPosting", "BoardFetch"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_listed_ad_that_is_gone_is_neither_seen_nor_a_problem(status):
    crawl = Crawl("bamboohr", {**TWO, ad_of(1): status}, None)
    assert (crawl.sightings, crawl.postings, crawl.fetch.status) == ([], ["2"], "ok")


WHOLE = "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true"
JOBS = {"jobs": [{"id": "a", "title": "Engineer", "descriptionHtml": "<p>Build.</p>"}]}


def test_the_same_answer_again_is_an_unchanged_board():
    crawl = Crawl("ashby", {WHOLE: JOBS}, Crawl("ashby", {WHOLE: JOBS}).known)
    assert [item.status for item in crawl.items] == ["unchanged"]
    assert Crawl("ashby", {WHOLE: {**JOBS, "more": 1}}, Crawl("ashby", {WHOLE: JOBS}).known).postings == ["a"]


def test_validators_are_sent_back_and_a_304_is_an_unchanged_board():
    headers = {"ETag": '"1"', "Last-Modified": "Fri, 20 Nov 2026 06:00:00 GMT"}
    first = Crawl("ashby", {}, first=TextResponse(WHOLE, body=json.dumps(JOBS).encode(), headers=headers))
    again = Crawl("ashby", {WHOLE: 304}, first.known)
    assert (again.headers["If-None-Match"], again.headers["If-Modified-Since"]) == tuple(headers.values())
    assert [item.status for item in again.items] == ["unchanged"]


def test_a_list_without_the_texts_is_read_even_if_it_is_the_same():
    first = Crawl("bamboohr", TWO)
    assert (first.fetch.etag, first.fetch.body_hash) == (None, None)


JOBS_OF = "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers"


def workday_pages(*pages, total, posted="Posted Yesterday"):
    """Lists of numbers of postings, as pages and the ads behind them."""
    answers, offset = {}, 0
    for page in pages:
        asked = {"appliedFacets": {}, "limit": 20, "offset": offset, "searchText": ""}
        rows = [
            {"title": "X", "externalPath": f"/job/Oslo/X_{n}", "bulletFields": [str(n)], "postedOn": posted}
            for n in page
        ]
        answers[f"POST {JOBS_OF}/jobs {json.dumps(asked)}"] = {"total": 0 if offset else total, "jobPostings": rows}
        answers |= {
            f"{JOBS_OF}/job/Oslo/X_{n}": {"jobPostingInfo": {"title": "X", "jobDescription": "<p>x</p>"}} for n in page
        }
        offset += len(page)
    return answers


@pytest.mark.parametrize(
    ("pages", "total", "n_postings", "status", "error"),
    [
        ([range(20), range(20, 40), range(40, 45)], 45, 45, "ok", None),
        ([range(20), range(20, 40), []], 40, 40, "ok", None),
        ([range(20), range(20, 40), range(20)], 40, 40, "partial", "page 3 repeats what came before"),
        ([range(20), range(20, 40)], 45, 40, "partial", "page 3: HTTP 404"),
        ([range(20), range(19, 39), []], 39, 39, "ok", None),  # one was posted meanwhile, so that all moved by one
        ([range(20), range(19, 38)], 40, 38, "partial", "38 of 40 postings arrived"),
    ],
)
def test_pages_are_read_to_their_end_and_what_repeats_is_no_more_than_was_there(
    pages, total, n_postings, status, error
):
    answers = workday_pages(*pages, total=total)
    crawl = Crawl("workday", answers, board="acme.wd5/Careers")
    assert len(crawl.postings) == len(set(crawl.postings)) == n_postings
    assert (crawl.fetch.status, crawl.fetch.n_expected) == (status, total)
    assert crawl.fetch.error is None if error is None else error in crawl.fetch.error
    assert len(crawl.asked) == len(set(crawl.asked))


def test_the_age_that_workday_states_is_no_change():
    known = Crawl("workday", workday_pages(range(3), total=3), board="acme.wd5/Careers").known
    later = workday_pages(range(3), total=3, posted="Posted 2 Days Ago")
    assert len(day_of_rest("workday", later, known, board="acme.wd5/Careers").asked) == 1


def test_smartrecruiters_is_asked_for_page_after_page():
    url = "https://api.smartrecruiters.com/v1/companies/acme/postings"
    rows = [{"id": str(n), "name": "X"} for n in range(103)]
    answers = {
        f"{url}?limit=100&offset=0": {"totalFound": 103, "content": rows[:100]},
        f"{url}?limit=100&offset=100": {"totalFound": 103, "content": rows[100:]},
        **{f"{url}/{n}": {"jobAd": {"sections": {"jobDescription": {"text": "<p>x</p>"}}}} for n in range(103)},
    }
    crawl = Crawl("smartrecruiters", answers)
    assert (len(set(crawl.postings)), crawl.fetch.status) == (103, "ok")


@pytest.mark.parametrize(
    ("name", "location", "status"),
    [
        ("bamboohr", "https://www.bamboohr.com/?from=acme", "not_found"),
        ("bamboohr", "/login", "failed"),
        ("breezy", "https://breezy.hr/", "not_found"),
        ("breezy", "//breezy.hr", "not_found"),
        ("jazzhr", "https://waf.example/check", "failed"),
        ("jazzhr", "https://[", "failed"),
    ],
)
def test_a_redirect_to_the_makers_site_says_that_there_is_no_such_board(name, location, status):
    url = "https://acme.example/"
    crawl = Crawl(name, {}, first=TextResponse(url, status=302, headers={"Location": location}))
    assert crawl.fetch.status == status


def page(*titles, identifier=None):
    records = [{"@type": "JobPosting", "title": title, "description": "<p>x</p>"} for title in titles]
    records = [record | ({"identifier": identifier} if identifier else {}) for record in records]
    return f'<html><script type="application/ld+json">{json.dumps(records)}</script></html>'


def site(lastmods, **pages):
    """robots.txt, a sitemap and pages under /jobs/; ``lastmods`` are the pages listed."""
    rows = "".join(
        f"<url><loc>https://{SITE}/jobs/{path}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</url>"
        for path, lastmod in lastmods.items()
    )
    answers = {f"https://{SITE}/jobs/{path}": body for path, body in pages.items()}
    index = f"<sitemapindex><sitemap><loc>/jobs.xml</loc><lastmod>{AT}</lastmod></sitemap></sitemapindex>"
    return {
        f"https://{SITE}/robots.txt": "Sitemap: /index.xml",
        f"https://{SITE}/index.xml": index,
        f"https://{SITE}/jobs.xml": f"<urlset>{rows}</urlset>",
        **answers,
    }


def pages_asked(crawl):
    return [url.rpartition("/")[2] for url in crawl.asked if "/jobs/" in url]


def url_of(path):
    return f"https://{SITE}/jobs/{path}"


def test_a_page_that_did_not_change_since_is_not_fetched_again():
    days = {"a": "2026-11-01", "b": "2026-11-02T08:00:00+01:00", "c": None, "d": "2026-11-04"}
    bodies = {"a": page("A"), "b": page("B"), "c": page("C"), "d": page("D", "E")}
    known = Crawl("jsonld", site(days, **bodies), board=SITE).known
    again = day_of_rest("jsonld", site(days, **bodies), known, board=SITE)
    assert pages_asked(again) == ["c", "d"]  # no lastmod; two postings
    assert again.sightings == [url_of("a"), url_of("b")]
    assert again.fetch.status == "ok"
    changed = site({**days, "b": "2026-11-19"}, **bodies)
    assert all("b" in pages_asked(Crawl("jsonld", changed, known, at, SITE)) for at in FORTNIGHT)


def test_each_page_is_fetched_again_within_14_days():
    days = {name: "2026-11-01" for name in "abcdef"}
    answers = site(days, **{name: page(name) for name in days})
    known = Crawl("jsonld", answers, board=SITE).known
    asked = Counter(path for at in FORTNIGHT for path in pages_asked(Crawl("jsonld", answers, known, at, SITE)))
    assert asked == dict.fromkeys(days, 1)


@pytest.mark.parametrize("failure", [500, 403, TimeoutError("slow")])
def test_a_known_page_that_fails_is_a_sighting_of_a_partial_site(failure):
    days = {"a": "2026-11-01", "b": "2026-11-01"}
    known = Crawl("jsonld", site(days, a=page("A"), b=page("B")), board=SITE).known
    later = dict.fromkeys(days, "2026-11-19")
    crawl = Crawl("jsonld", site(later, a=failure, b=page("B")), known, board=SITE)
    assert (crawl.sightings, crawl.postings, crawl.fetch.status) == ([url_of("a")], [url_of("b")], "partial")
    gone = Crawl("jsonld", site(later, a=404, b=page("B")), known, board=SITE)
    assert (gone.sightings, gone.postings, gone.fetch.status) == ([], [url_of("b")], "ok")


def test_a_site_with_one_identifier_for_all_keeps_its_postings_apart_from_crawl_to_crawl():
    days = {"a": "2026-11-01", "b": "2026-11-01"}
    bodies = {name: page(name, identifier="the-one") for name in "abc"}
    first = Crawl("jsonld", site(days, **bodies), board=SITE)
    assert first.postings == ["the-one", url_of("b")]
    again = day_of_rest("jsonld", site({"c": "2026-11-19", **days}, **bodies), first.known, board=SITE)
    assert (sorted(again.sightings), again.postings) == ([url_of("b"), "the-one"], [url_of("c")])


def test_one_bad_address_does_not_spoil_a_sitemap():
    answers = site({"a": None, "b": None}, a=page("A"), b=page("B"))
    answers[f"https://{SITE}/robots.txt"] += "\nSitemap: https://[careers/x.xml"
    answers[f"https://{SITE}/jobs.xml"] = answers[f"https://{SITE}/jobs.xml"].replace(url_of("a"), "https://[jobs/a")
    crawl = Crawl("jsonld", answers, board=SITE)
    assert (crawl.postings, crawl.fetch.status) == ([url_of("b")], "ok")
