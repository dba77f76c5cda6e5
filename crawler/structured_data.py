"""schema.org JobPostings in a web page: what extruct finds, and what it misses on real sites."""

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from extruct.jsonld import JsonLdExtractor
from lxml import etree

_GUARD = re.compile(r"(?:(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|<!--)\s*")
_END_OF_GUARD = re.compile(r"(?:(?://|/\*)?\s*\]\]>\s*(?:\*/)?|(?://)?\s*-->)\s*;?$")
_LONGEST_GUARD = 100
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})')
_MISSING_COMMA = re.compile(r'(?<=["\]}\de])([^\S\n]*+\n\s*+)(?="[\w@]+"\s*:)')
MAX_DEPTH = 30

# Tried in this order, each on the result of those before it, until the JSON can be read.
_REPAIRS: tuple[Callable[[str], str], ...] = (
    lambda script: script,
    lambda script: _unguarded(_unguarded(script)),
    lambda script: html.unescape(script) if "&quot;" in script or "&#34;" in script else script,
    lambda script: _BAD_ESCAPE.sub("", script),
    lambda script: _MISSING_COMMA.sub(r",\1", script),
)


def _unguarded(script: str) -> str:
    """The script without the comment or CDATA signs around it that keep old browsers from showing it."""
    script = script.strip()
    if guard := _GUARD.match(script):
        script = script[guard.end() :]
    return script[:-_LONGEST_GUARD] + _END_OF_GUARD.sub("", script[-_LONGEST_GUARD:])


class _Extractor(JsonLdExtractor):  # type: ignore[misc]
    """extruct's, with a looser look at the type attribute, and broken JSON reported beside the good."""

    _xp_jsonld = etree.XPath(
        "descendant-or-self::script[contains(translate(@type, 'ACDIJLNOPST', 'acdijlnopst'), 'application/ld+json')]"
    )

    def __init__(self) -> None:
        self.broken: list[str] = []

    def _extract_items(self, node: Any) -> Iterator[Any]:
        script = "".join(node.itertext())
        if not script.strip():
            return
        repaired = script
        for repair in _REPAIRS:
            repaired = repair(repaired)
            try:
                data = json.loads(repaired, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from data if isinstance(data, list) else [data]
            return
        try:  # extruct's own repairs: comments, trailing commas
            element = etree.Element("script")
            element.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", repaired)
            yield from super()._extract_items(element)
        except (ValueError, RecursionError, IndexError):
            self.broken.append(script)


def job_postings(page: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The JobPostings of a page, keys in lower case, and the scripts that seem to hold one but cannot be read."""
    extractor = _Extractor()
    try:
        items = extractor.extract(page.encode("utf-8", "replace"))
    except (etree.ParserError, ValueError):  # an empty page
        return [], []
    found = [{key.lower(): value for key, value in posting.items()} for posting in _find(items, MAX_DEPTH)]
    return found, [script for script in extractor.broken if "jobposting" in script.lower()]


def _find(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The JobPosting objects at any depth."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _find(item, depth - 1)
    elif isinstance(value, dict):
        if _is_job_posting(value):
            yield value
            return
        for item in value.values():
            yield from _find(item, depth - 1)


def _is_job_posting(item: dict[str, Any]) -> bool:
    """Whether @type, one or several, is JobPosting, bare, prefixed or as an address."""
    kind = item.get("@type", item.get("@Type", item.get("type")))
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and re.search(r"(?:^|[/:#])jobposting$", name.strip(), re.I) for name in kinds)
