"""A megabyte of anything is read within a second: no text function needs more time than the length of its text asks for.

Regular expressions are found by themselves, in every module, with strings that make a backtracking engine go back: what stands before
a repetition, and then what is repeated, in several forms, until something that fits nowhere. None may take exponential time on them.
Many are quadratic by themselves, and see only short pieces: that they do is what the megabytes show.
"""

import ast
import importlib
import inspect
import json
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import FunctionType, ModuleType
from typing import Any

import pytest
from scrapy.http import TextResponse

from crawler.discovery import boards_in
from crawler.fields import amount, currency, iso_date, unit
from crawler.hackernews_header import read_header, role_in_text
from crawler.sitemap import SitemapError, read_sitemap, sitemaps_of
from crawler.spiders.hackernews import whole_links
from crawler.structured_data import job_postings
from dashboard.ad_marks import search_marks
from dashboard.highlight import safe_url
from nlp.reading import Ad, Reader
from warehouse import near, text
from warehouse.claims.language import ClaimError, parse
from warehouse.claims.vocabulary import Vocabulary
from warehouse.dates import read_time

MEGABYTE = 1_000_000
PACKAGES = ("crawler", "nlp", "warehouse", "dashboard")
PIECES = [
    " ", "\n", "a", "A", "1", "(", "<", "&", "a@", "a.", "a-", "$1,", "1 ", "A ", "a, ", "€1 - ", "1,000 ", "é", "中", "🚀", "\n• ", "\n\n", "<p>",
    "<a href='", "&lt;", "&#1", "[email]", "a dot ", " at a", "or ", "Aa: ", "up to 2 years ", "Berlin, ", "Python, ", "x" * 70 + " ", "http://a", "\0",
]  # fmt: skip


@cache
def reader() -> Reader:
    return Reader()


def read(written: str) -> None:
    """All that labelling reads, from an ad as it was collected."""
    plain = text.clean(text.scrub(written))
    reader().tables([Ad("0" * 16, text.fold(plain)[:1_000], plain, None, plain[:1_000])])


def robots(written: str) -> None:
    sitemaps_of(TextResponse("https://a.example/robots.txt", body=written.encode()))


def sitemap(written: str) -> None:
    for body in (written, f"http://a {written}", f"<urlset><url><loc>{written}</loc></url></urlset>"):
        try:
            read_sitemap(TextResponse("https://a.example/sitemap.xml", body=body.encode()))
        except SitemapError:
            continue


def page(script: str) -> None:
    job_postings(f"<p><script type='application/ld+json'>{script[:MEGABYTE]}</script>")


def posting(written: str) -> str:
    return json.dumps({"@type": "JobPosting", "title": written}, ensure_ascii=False)


def fields(written: str) -> None:
    for function in (amount, currency, unit, iso_date, read_time, safe_url, near.employer_key, near.title_key):
        function(written)


def claim(written: str) -> None:
    for words in (
        written,
        f"AI > ML: {written}",
        f'AI > ML: "{written}"',
        written[:2_000],
        f"AI > ML: {written}"[:2_000],
    ):
        with pytest.raises(ClaimError):
            parse(words, Vocabulary([("python", "Python", "language", ["py"])], []))


def search(written: str) -> None:
    for term in (written[:300], f'"{written[:300]}"', f"{written[:50]}* -{written[:50]}"):
        search_marks(written[: text.MAX_CHARACTERS], term)


FUNCTIONS: dict[str, tuple[Callable[[str], Any], ...]] = {
    "warehouse.text": (text.clean, text.scrub, text.fold, text.language, text.json_record),
    "warehouse": (fields,), "crawler": (fields,), "dashboard": (search,), "nlp": (read,),
    "warehouse.near": (lambda written: list(near.near([written[: text.MAX_CHARACTERS]])),),
    "warehouse.claims": (claim,),
    "crawler.sitemap": (sitemap, robots), "crawler.structured_data": (
        page, lambda written: page(posting(written[: MEGABYTE // 7])), lambda written: page(posting(written)), lambda written: page(f"<!--{written[:-9]}-->"),
    ),
    "crawler.hackernews_header": (read_header, role_in_text), "crawler.spiders.hackernews": (whole_links,), "crawler.discovery": (lambda written: list(boards_in(written)),),
}  # fmt: skip
"""What reads texts, by the modules whose expressions it uses."""
CASES = {f"{name}-{n}": function for name, found in FUNCTIONS.items() for n, function in enumerate(found)}
LIMIT = 1 if "LINEAR_TIME" in os.environ else 2
"""Seconds a megabyte: one on a machine that does nothing else (``LINEAR_TIME=1 pytest tests/test_linear_time.py``)."""


def seconds(work: Callable[[str], Any], written: str) -> float:
    """Of the processor."""
    started = time.process_time()
    work(written)
    return time.process_time() - started


def repeated(piece: str, length: int) -> str:
    return piece * (length // len(piece))


@pytest.mark.parametrize("name", CASES)
def test_a_megabyte_of_anything_takes_a_second(name: str) -> None:
    CASES[name]("Data Scientist. You know Python.")  # what is loaded once
    slowest = sorted(PIECES, key=lambda piece: seconds(CASES[name], repeated(piece, MEGABYTE // 20)))[-3:]
    taken = {piece: seconds(CASES[name], repeated(piece, MEGABYTE)) for piece in slowest}
    assert max(taken.values()) < LIMIT, taken


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "a href='x'"])
def test_html_nested_a_hundred_thousand_deep_is_read(tag: str) -> None:
    markup = f"<{tag}>" * 100_000
    assert seconds(text.clean, markup) < LIMIT
    assert seconds(job_postings, f"{markup}<script type='application/ld+json'>{{}}</script>") < LIMIT


@pytest.mark.parametrize(
    "nested", ["[" * 500_000, '{"a":' * 200_000, "[" * 500_000 + "]" * 500_000, '{"@graph":[' * 90_000]
)
def test_json_nested_deep_is_read(nested: str) -> None:
    assert seconds(job_postings, f"<script type='application/ld+json'>{nested}</script>") < LIMIT


# every regular expression

Pattern = tuple[str, int]
_TAKE_ONE = [f"re.{name}" for name in "compile search match fullmatch split findall finditer sub subn".split()]
PROBES = " \n\t\0a1A.,-<>(&/$€é•|:'\"#@+_~"


def modules() -> list[ModuleType]:
    names = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        if module.name not in ("dashboard.app", "dashboard.server")
    ]
    return [importlib.import_module(name) for name in names]


def patterns_of(module: ModuleType) -> Iterator[Pattern]:
    """The module's expressions: compiled ones, wherever they are kept, and those in calls such as re.sub("…")."""
    seen: set[int] = set()
    left: list[Any] = [value for name, value in vars(module).items() if not name.startswith("__")]
    while left:
        value = left.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, re.Pattern):
            yield value.pattern, value.flags
        elif isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list | tuple | set | frozenset):
            left += value
        elif isinstance(value, type | FunctionType):
            left += vars(value).values() if value.__module__ == module.__name__ else ()
        elif type(value).__module__.split(".")[0] in PACKAGES:
            left += getattr(value, "__dict__", {}).values()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in _TAKE_ONE
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            others = map(ast.unparse, [*node.args[1:], *(keyword.value for keyword in node.keywords)])
            flags = [words for words in others if re.fullmatch(r"re\.[A-Z]+(?: \| re\.[A-Z]+)*", words)]
            yield node.args[0].value, eval(flags[0], {"re": re}) if flags else 0


def example(tree: Any, nth: int) -> str:
    """A string that a part of an expression matches, give or take what looks around it; the nth of several."""
    said = []
    for operator, value in tree:
        if operator is sre.LITERAL:
            said.append(chr(value))
        elif operator is sre.IN:
            fits = [probe for probe in PROBES if _is_in(probe, value)] or [
                chr(v[0] if isinstance(v, tuple) else v) for _, v in value[:1]
            ]
            said.append(fits[nth % len(fits)])
        elif operator in (sre.ANY, sre.NOT_LITERAL):
            said.append(next(p for p in PROBES[4 + nth % 8 :] if ord(p) != value))
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            said.append(example(value[2], nth) * max(value[0], 1))
        elif operator is sre.SUBPATTERN:
            said.append(example(value[-1], nth))
        elif operator is sre.ATOMIC_GROUP:
            said.append(example(value, nth))
        elif operator is sre.BRANCH:
            said.append(example(value[1][nth % len(value[1])], nth))
    return "".join(said)


def _is_in(character: str, kinds: Any) -> bool:
    named = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w",
             sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_NOT_WORD: r"\W"}  # fmt: skip
    found = any(
        (kind is sre.LITERAL and ord(character) == value)
        or (kind is sre.RANGE and value[0] <= ord(character) <= value[1])
        or (kind is sre.CATEGORY and re.match(named[value], character) is not None)
        for kind, value in kinds
    )
    return found != (kinds[0][0] is sre.NEGATE)


def repetitions(tree: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """What stands before each repetition of an expression, and what is repeated."""
    for n, (operator, value) in enumerate(tree):
        here = before + example(tree[:n], 0)
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            if value[1] > 8:
                yield here, value[2]
            yield from repetitions(value[2], here)
        elif operator in (sre.SUBPATTERN, sre.ASSERT, sre.ASSERT_NOT):
            yield from repetitions(value[-1], here)
        elif operator is sre.ATOMIC_GROUP:
            yield from repetitions(value, here)
        elif operator is sre.BRANCH:
            for branch in value[1]:
                yield from repetitions(branch, here)


def attacks(pattern: str, flags: int) -> list[tuple[str, str]]:
    """Beginnings, and what to repeat behind them."""
    found: dict[tuple[str, str], None] = {}
    for before, body in repetitions(_parser.parse(pattern, flags)):
        for nth in range(4):
            if once := example(body, nth):
                found |= {(before, once): None, ("", before + once): None, ("", once): None}
    return list(found)


SHORT = {"nlp.facts.degree_fields": 45, "nlp.facts.languages": 70}
"""Modules whose expressions see so many characters at the most: theirs have two ways to read "computer science" or "very good"."""


def never_ends(pattern: Pattern, most: int | None = None) -> tuple[str, str] | None:
    """An attack that takes longer than any polynomial lets it, where there is one: two dozen repetitions take a tenth of a second."""
    compiled = re.compile(*pattern)
    for head, piece in attacks(*pattern):
        written = f"{f'{head}{piece * 24}'[:most]}\x01"
        subject: Any = written.encode() if isinstance(pattern[0], bytes) else written
        started = time.process_time()
        compiled.search(subject)
        compiled.fullmatch(subject)
        if time.process_time() - started > 0.1:
            return head, piece
    return None


MODULES = [module for module in modules() if next(patterns_of(module), None)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_regular_expression_takes_exponential_time(module: ModuleType) -> None:
    most = SHORT.get(module.__name__)
    found = {pattern: never_ends(pattern, most) for pattern in dict.fromkeys(patterns_of(module))}
    assert [(pattern, attack) for pattern, attack in found.items() if attack] == []


def test_the_expressions_are_found() -> None:
    assert sum(len({*patterns_of(module)}) for module in MODULES) > 300


@pytest.mark.parametrize("pattern", [r"(\w+\s*)+$", r"(?:a|a)*b", r"^(?:[a-z]+,?)+;"])
def test_an_expression_that_never_ends_is_found(pattern: str) -> None:
    assert never_ends((pattern, 0))


def test_others_are_let_go() -> None:
    assert never_ends((r"\s++$|<a [^<>]*x>|\w{1,64}@", 0)) is None
