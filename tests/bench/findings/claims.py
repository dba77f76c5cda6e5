"""What the court says of the essays, from the verdicts that the warehouse holds; nothing where it holds none."""

import re
from typing import Any

import duckdb

from findings.ads import SOURCES, sql, table
from warehouse.claims.command_line import QUESTIONS
from warehouse.claims.wording import interval_text, value_text

ESSAYS = {
    "A": "A: “(Hat) AI Engineer” (a blog post)",
    "B": "B: “Who is an AI engineer?” (Richard Warepam, 2024-03-24)",
    "C": "C: “What is AI Engineering?” (JK1912, 2025-11-05)",
}
_KINDS = ("supported", "not_robust", "contradicted", "no_meaningful_difference", "undecided", "not_in_ads")
_SCORES = """\
select essay, count(*) as claims, count(test) as testable, {}
from claim_result where essay in ('A', 'B', 'C') group by essay order by essay"""
_RESULTS = "select * from claim_result where essay in ('A', 'B', 'C') order by claim_id"

Result = dict[str, Any]


def judged(con: duckdb.DuckDBPyConnection) -> str:
    """The section on the essays; empty where nothing was judged."""
    views = con.execute("select 1 from duckdb_views() where view_name = 'claim_result'").fetchall()
    if not views or not con.execute(_RESULTS).fetchone():
        return ""
    frame = con.execute(_RESULTS)
    names = [column[0] for column in frame.description or ()]
    results = [dict(zip(names, row, strict=True)) for row in frame.fetchall()]
    return "\n\n".join(
        ["## 8. The essays", _INTRODUCTION, _scoreboard(con), _labels(results), "### The six questions on which they contradict each other", *_questions(results),
         "### Not robust", _FRAGILE, _fragile(results), "### Contradicted", _contradicted(results)]
    )  # fmt: skip


def in_short(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence on the essays; none where nothing was judged."""
    if not judged(con):
        return []
    counts = con.execute(_SCORES.format("count(*) filter (verdict = 'supported') as supported")).fetchall()
    upheld = ", ".join(f"{supported} of {testable} of essay {essay}" for essay, _, testable, supported in counts)
    return [f"Of the essays' testable claims the ads uphold {upheld} (section 8)."]


_INTRODUCTION = """\
Claims are restated in our own words. Each was made a test before it was judged, with a reading where a word is vague
(`rolescope claims --claim ID` shows test, reading, counts and SQL). The rule: tested on the title label; supported only if
the 95 % interval lies wholly on the claimed side, and still does without any one employer and any one source. A share of
claims has no interval: the claims are all that the essays make, not a sample."""


_FRAGILE = """\
On all ads these would be supported or contradicted, as the third column says; without one employer or one source that is lost, so that
they are neither. The effect is that of the part of the test that decides."""


def _scoreboard(con: duckdb.DuckDBPyConnection) -> str:
    query = _SCORES.format(", ".join(f"count(*) filter (verdict = '{kind}') as {kind}" for kind in _KINDS))
    rows = [
        [ESSAYS[essay], *(f"{n:,}" for n in counts), f"{100 * counts[2] / counts[1]:.0f} %" if counts[1] else "–"]
        for essay, *counts in con.execute(query).fetchall()
    ]
    head = ["essay", "claims", "testable", *(kind.replace("_", " ") for kind in _KINDS), "upheld"]
    return table(head, rows) + "\n\n" + sql(query)


def _labels(results: list[Result]) -> str:
    """How many supported differences stand by the other labels."""
    mine = [
        one
        for one in results
        if one["verdict"] == "supported"
        and one["n_b"] is not None
        and " = " not in one["part_test"]
        and one["ci_low"] is not None
        and (one["ci_low"] > 0 or one["ci_high"] < 0)
    ]
    said = []
    for label, name in (
        ("role", "the label from title and text"),
        ("masked", "the label from text with title and tested skills hidden"),
    ):
        known = [one for one in mine if one[f"ci_low_{label}"] is not None]
        stand = [
            one for one in known if (one[f"ci_low_{label}"] if one["effect"] > 0 else -one[f"ci_high_{label}"]) > 0
        ]
        others = ", ".join(one["claim_id"] for one in known if one not in stand)
        said.append(f"{len(stand)} of {len(known)} by {name}" + (f" (not {others})" if others else ""))
    return f"Of the {len(mine)} supported claims that rest on a difference between roles, as many stand on another label: {'; '.join(said)}."


def _questions(results: list[Result]) -> list[str]:
    parts = []
    for key, words in QUESTIONS.items():
        mine = [one for one in results if one["question"] == key]
        if mine:
            parts += [f"**{words}**", _effects(mine, verdict=True)]
    return parts


def _contradicted(results: list[Result]) -> str:
    return _effects([one for one in results if one["verdict"] == "contradicted"], verdict=False)


def _effects(mine: list[Result], *, verdict: bool) -> str:
    if not mine:
        return "None."
    head = [
        "",
        "claim and test",
        *(["verdict"] if verdict else []),
        "effect (95 %)",
        "by title and text",
        "masked",
        "n",
    ]
    rows = []
    for one in mine:
        figures = [_figure(one, suffix) for suffix in ("", "_role", "_masked")]
        n = " / ".join(f"{one[side]:,}" for side in ("n_a", "n_b") if one[side] is not None) or "–"
        rows.append(
            [one["claim_id"], _claim(one), *([one["verdict"].replace("_", " ")] if verdict else []), *figures, n]
        )
    return table(head, rows, left=3 if verdict else 2)


def _claim(one: Result) -> str:
    return f"{one['claim']} `{one['part_test']}`" if one["part_test"] else str(one["claim"])


def _figure(one: Result, suffix: str) -> str:
    value, low, high = one["effect" + suffix], one["ci_low" + suffix], one["ci_high" + suffix]
    if value is None:
        return "–"
    signed = one["n_b"] is not None
    return f"{value_text(value, one['unit'], signed)} ({interval_text(low, high, one['unit'], signed)})"


def _fragile(results: list[Result]) -> str:
    mine = [one for one in results if one["verdict"] == "not_robust"]
    if not mine:
        return "None."
    rows = []
    for one in mine:
        against = any(words in one["reason"] for words in ("on the other side", "outside of the margin"))
        would = "contradicted" if against else "supported"
        rows.append([one["claim_id"], _claim(one), would, _figure(one, ""), _unnamed(one["broken_by"] or "")])
    return table(["", "claim and test", "on all ads", "effect (95 %)", "lost"], rows, left=3)


def _unnamed(broken_by: str) -> str:
    """What broke it, without an employer's name and with sources by kind."""
    parts = []
    for what, rest in re.findall(r"without (employer|source) (.*?\))(?=; without |$)", broken_by):
        interval = rest[rest.rfind("(") :]
        name = "one employer" if what == "employer" else _kind(rest[: rest.rfind("(")].strip())
        parts.append(f"without {name} {interval}")
    return "; ".join(parts) or "without one employer or source"


def _kind(board: str) -> str:
    return SOURCES.get(board, board)
