"""The reviewed patterns in the tables beside this file: one alternative a row, by kind.

A pattern is a regular expression for lower-cased text. Kinds ``anchor``, ``anchor_other`` (for texts that are not
English) and ``anchor_word`` (whole words) are special: plain strings, one of which stands in or beside everything the fact's patterns can match, so that
the patterns need to look nowhere else.
"""

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(table: str) -> dict[str, tuple[str, ...]]:
    """Patterns of ``<table>.csv`` by kind, in the table's order."""
    lines = files("nlp.facts").joinpath(f"{table}.csv").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(lines):
        found.setdefault(row["kind"], []).append(row["pattern"])
    return {kind: tuple(patterns) for kind, patterns in found.items()}


def any_of(table: str, *kinds: str) -> str:
    """One group that matches any pattern of the kinds."""
    return f"(?:{'|'.join(pattern for kind in kinds for pattern in rows(table)[kind])})"


def named(table: str, *kinds: str) -> str:
    """Alternatives named by their kind, the first kind tried first: read the kind from ``match.lastgroup``."""
    return "|".join(f"(?P<{kind}>{any_of(table, kind)})" for kind in kinds)
