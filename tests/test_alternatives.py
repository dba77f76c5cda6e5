"""Which skills of a list would do for each other."""

import re

import pytest

from nlp.skills.alternatives import alternatives

NAMES = re.compile(r"Python|Scala|Rust|SQL|Vue|React")


def groups(text: str) -> list[set[str]]:
    """The alternatives of a text that holds one list in each line."""
    found = list(NAMES.finditer(text))
    numbers = alternatives(text, [(m.start(), m.end(), text.count("|", 0, m.start())) for m in found])
    return [{m[0] for m, n in zip(found, numbers, strict=True) if n == k} for k in sorted({n for n in numbers if n})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python or Scala", [{"Python", "Scala"}]),
        ("Python, Scala, or Rust", [{"Python", "Scala", "Rust"}]),
        ("Python and SQL", []),
        ("Python, Scala, Rust", []),
        ("Vue/React", []),
        ("Python and/or Scala", [{"Python", "Scala"}]),
        ("SQL and Python or Scala", [{"Python", "Scala"}]),
        ("Python or Scala and SQL", [{"Python", "Scala"}]),
        ("Python (or Scala)", [{"Python", "Scala"}]),
        ("Python oder Scala, SQL und React", [{"Python", "Scala"}]),
        ("at least one of Python, Scala and Rust", [{"Python", "Scala", "Rust"}]),
        ("One or more of the following languages: Python, Scala, Rust.", [{"Python", "Scala", "Rust"}]),
        ("Python, Scala or Rust or SQL, React", [{"Python", "Scala", "Rust", "SQL"}]),
        ("either Python, Scala", [{"Python", "Scala"}]),
        ("one of our teams. Python, Scala and Rust", []),
        ("one of Python, Scala; SQL, React", [{"Python", "Scala"}]),
        ("Python or Scala\nVue, React", [{"Python", "Scala"}]),
        ("Python or Scala | Vue or React", [{"Python", "Scala"}, {"Vue", "React"}]),
        ("Python", []),
        ("or Python or", []),
        ("", []),
    ],
)
def test_one_of_is_told_from_all_of(text: str, expected: list[set[str]]) -> None:
    assert groups(text) == expected


def test_a_text_of_nothing_but_lists_is_quick_to_read() -> None:
    text = "one of " * 200 + "Python or Scala, " * 2000
    assert len(groups(text)) == 1
