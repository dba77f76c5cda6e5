"""The text of an ad comes out as it went in, whatever is marked in it, and only safe addresses become links."""

import re

import pytest

from dashboard import highlight
from dashboard.highlight import Mark, safe_url, segments


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("plain", [], [("plain", [])]),
        ("", [], []),
        ("I know Python.", [Mark(7, 13, "required", "Python")], [("I know ", []), ("Python", ["required"]), (".", [])]),
        ("🐍🐍 Go", [Mark(3, 5, "context", "Go")], [("🐍🐍 ", []), ("Go", ["context"])]),
        (
            "React Native",
            [Mark(0, 12, "required", "React Native"), Mark(0, 5, "preferred", "React")],
            [("React", ["preferred", "required"]), (" Native", ["required"])],
        ),
        (
            "abcdef",
            [Mark(0, 4, "fact", "pay"), Mark(2, 6, "negated", "x")],
            [("ab", ["fact"]), ("cd", ["fact", "negated"]), ("ef", ["negated"])],
        ),
        (
            "abc",
            [Mark(2, 9, "fact", "beyond"), Mark(2, 1, "fact", "backwards"), Mark(-1, 2, "fact", "before")],
            [("abc", [])],
        ),
    ],
)
def test_text_is_cut_where_marks_begin_and_end(text, marks, expected):
    pieces = segments(text, marks)
    assert [(p["text"], p["kinds"]) for p in pieces] == expected
    assert "".join(p["text"] for p in pieces) == text


def test_wanted_skill_stands_out():
    pieces = segments("Python, SQL", [Mark(0, 6, "required", "Python", is_wanted=True), Mark(8, 11, "required", "SQL")])
    assert [p["text"] for p in pieces if p["wanted"]] == ["Python"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<b>", "vbscript:x", "//host/path", "/path", "file:///etc/passwd",
        "https://", "java\nscript:alert(1)", " https://example.com", "https://exa mple.com", "http://[bad", "", None,
    ],
)  # fmt: skip
def test_unsafe_address_is_no_link(url):
    assert safe_url(url) is None


@pytest.mark.parametrize("url", ["https://jobs.example.com/1?a=b#c", "http://example.com"])
def test_web_address_is_a_link(url):
    assert safe_url(url) == url


def test_the_browser_builds_text_nodes_only():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", highlight._JS)
