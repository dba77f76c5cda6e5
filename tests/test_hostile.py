"""Mutated answers through every spider, the pipelines, a landing file's line and the loader's first step.

Whatever a host sends: no exception, no hang, and one BoardFetch that says what came of the board. A few hundred mutations
run here; ``MUTATIONS=10000 pytest tests/test_hostile.py`` runs more.
"""

import asyncio
import copy
import json
import os
import random
import resource
import signal
from contextlib import contextmanager
from dataclasses import asdict
from types import SimpleNamespace

import pytest
from scrapy.http import HtmlResponse, TextResponse
from test_spiders import ANSWERS, answered, case_of, spider_of

from crawler.items import BoardFetch, JobPosting, Rejected
from crawler.pipelines import checked
from warehouse.staging import _cleaned
from warehouse.text import json_record, language

N = int(os.environ.get("MUTATIONS", 600))
MAX_SECONDS = 5  # for one answer
MAX_MEBIBYTES = 500  # by which the memory of the test process may grow at its peak


def nested(depth, wrap):
    node = "end"
    for _ in range(depth):
        node = wrap(node)
    return node


VALUES = [
    None, True, False, 0, -1, 1e308, -1e308, 10**400, "", " ", "null", "\ud800", "\x00", "‮", "0" * 400, list, dict,
    lambda: [[]], lambda: [None], lambda: {"": ""}, "<" * 50_000, "&lt;" * 20_000, "<p>" * 20_000, "(" * 5_000, "a@" * 20_000, "+1 " * 20_000, "9" * 50_000,
    "A | " * 10_000, "€1-" * 5_000, "https://" * 10_000, "x" * 1_000_000, "&#x1F600;" * 5_000, "<![CDATA[", "{{7*7}}",
    "'; drop table job_posting; --", "../../etc/passwd", "javascript:alert(1)", "2026-99-99T99:99:99", "9999999999999999",
    lambda: nested(900, lambda node: [node]), lambda: nested(900, lambda node: {"a": node}), lambda: ["x"] * 5_000,
    lambda: [{"id": 1} for _ in range(500)],
]  # fmt: skip
BODIES = [
    b"", b" ", b"null", b"[]", b"{}", b"true", b"0", b'""', b"NaN", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe\x00", b"\x00" * 9,
    b"<!doctype html><html><body>Oops</body></html>", b"<?xml version='1.0'?><a/>", b"<" * 100_000, b'{"jobs": [', b"1e999",
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>',
    b"<html>" + b"<div>" * 50_000,
]  # fmt: skip


def value(chance):
    """One of VALUES; lists and objects are made anew, because the next mutation may change them."""
    found = chance.choice(VALUES)
    return found() if callable(found) else found


def spots(node, path=()):
    """Paths of all nodes of a JSON value."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from spots(child, (*path, key))


def mutated_json(chance, content):
    data = copy.deepcopy(content)
    for _ in range(chance.choice((1, 1, 1, 3))):
        path = chance.choice(list(spots(data)))
        if not path:
            continue
        parent = data
        for key in path[:-1]:
            parent = parent[key]
        action = chance.random()
        if action < 0.2:
            del parent[path[-1]]
        elif action < 0.3 and isinstance(parent, list):
            parent += [copy.deepcopy(parent[path[-1]]) for _ in range(3)]
        elif action < 0.35:
            parent[path[-1]] = [parent[path[-1]]]
        else:
            parent[path[-1]] = value(chance)
    return data


def mutated_body(chance, body):
    """Another body: one of a kind nobody expects, cut off, in another charset, with torn bytes, or with a changed node."""
    action = chance.random()
    if action < 0.1:
        return chance.choice(BODIES)
    if action < 0.2:
        return body[: chance.randrange(len(body) or 1)]
    if action < 0.25:
        return body.decode("utf-8", "replace").encode(
            chance.choice(("utf-16", "utf-8-sig", "utf-7", "latin-1")), "replace"
        )
    if action < 0.3:
        at = chance.randrange(len(body) or 1)
        return body[:at] + bytes(chance.randrange(256) for _ in range(9)) + body[at + 9 :]
    try:
        return json.dumps(mutated_json(chance, json.loads(body))).encode()
    except RecursionError:  # nested in nested: deeper than Python writes; BODIES hold what it cannot read
        return chance.choice(BODIES)
    except ValueError:  # no JSON: text with something in its middle
        at = chance.randrange(len(body) or 1)
        word = str(value(chance)).encode("utf-8", "replace")
        return body[:at] + word + body[at + chance.randrange(40) :]


@pytest.fixture(scope="module", autouse=True)
def language_model():
    language("Build.")  # loading it takes seconds on a busy machine, which are no answer's fault


@contextmanager
def time_limit():
    def hung(*_):
        raise TimeoutError(f"took longer than {MAX_SECONDS} s")

    signal.signal(signal.SIGALRM, hung)
    signal.alarm(MAX_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


async def outcome(chance, answer):
    """What becomes of a mutated example: its items, taken as far as the warehouse's first step."""
    spider, board = spider_of(answer)
    status = lambda: chance.choice((200,) * 12 + (204, 301, 403, 404, 500))  # noqa: E731

    def response(request):
        right = answered(answer, request)
        if right.status != 200:
            return right
        return TextResponse(
            request.url, body=mutated_body(chance, right.body), status=status(), encoding="utf-8", request=request
        )

    async def download(request):
        if chance.random() < 0.03:
            raise OSError("connection lost")
        return response(request)

    spider.crawler.engine = SimpleNamespace(download_async=download)
    if spider.name == "jsonld":
        body = mutated_body(chance, answer.read_bytes())
        items = [*spider.page_items(HtmlResponse("https://careers.example.com/jobs/1", body=body), board, {})]
    else:
        items = [item async for item in spider.parse(response(spider.first_request(board)), board)]
        assert [type(item) for item in items].count(BoardFetch) == 1
        assert isinstance(items[-1], BoardFetch)
    for item in items:
        item = checked(item)
        if isinstance(item, JobPosting):
            line = json.dumps({**asdict(item), "seen_at": "2026-11-20"}, ensure_ascii=False).encode()
            _cleaned(json.loads(line))
        elif isinstance(item, Rejected):
            json_record(item.record).encode()
    return items


def peak():
    """Most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.name)
def test_whatever_a_host_sends_ends_in_a_word_about_the_board(answer):
    before = peak()
    for number in range(max(1, N // len(ANSWERS))):
        chance = random.Random(f"{answer.name} {number}")
        try:
            with time_limit():
                asyncio.run(outcome(chance, answer))
        except Exception as error:
            raise AssertionError(f"{case_of(answer)}, mutation {number}: {error!r}") from error
    assert peak() - before < MAX_MEBIBYTES
