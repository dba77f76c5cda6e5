"""Holds a warehouse against the truth of a replayed world of boards, after one of its days.

    python tests/bench/world_truth.py --truth W/truth.parquet --day 2 --db data/w.duckdb

``truth.parquet`` has a row per posting that a board lists on a day: day, platform, board, identifier, title,
hiring_organization, location, date_posted, html, and state (how the board answers that day: ok, error, empty, gone).
Prints what is missing, wrong or closed too early, and exits with 1 if anything is.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from warehouse.text import clean, fold, scrub

PLATFORMS = ("greenhouse", "lever", "ashby", "jsonld")
WORD = re.compile(r"\w+")


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--day", type=int, required=True)
    parser.add_argument("--db", type=Path, required=True)
    args = parser.parse_args()
    with duckdb.connect() as con:
        con.execute(f"attach '{args.db.resolve()}' as w (read_only)")
        truth = rows(
            con,
            "select * from read_parquet(?) where day <= ? and platform in ?",
            [str(args.truth), args.day, PLATFORMS],
        )
        found = {
            (row["source"], row["board"], row["identifier"]): row
            for row in rows(
                con, "select p.*, t.text from w.job_posting as p join w.job_posting_text as t using (content_hash)", []
            )
        }
    problems: Counter[str] = Counter()
    latest = {key(row): row for row in sorted(truth, key=lambda row: row["day"]) if row["state"] == "ok"}
    for at, row in latest.items():
        for problem in wrong(row, found.get(at)):
            problems[problem] += 1
            if problems[problem] <= 3:
                print(f"{problem}: {at} {row['title'][:50]!r}")
    seen = {(key(row), row["day"]) for row in truth if row["state"] == "ok"}
    state = {(row["platform"], row["board"], row["day"]): row["state"] for row in truth}  # none: an empty list that day
    for at, posting in found.items():
        last_seen = max((day for where, day in seen if where == at), default=0)
        later = {day: state.get((*at[:2], day), "empty") for day in range(last_seen + 1, args.day + 1)}
        absences = [day for day, answer in later.items() if answer in ("ok", "empty")]
        must_close = sum(answer == "ok" for answer in later.values()) >= 2
        if at not in latest:
            problems["not in the truth"] += 1
        elif posting["closed_at"] is not None and len(absences) < 2:
            problems["closed without evidence"] += 1
        elif posting["closed_at"] is None and must_close:
            problems["not closed in spite of evidence"] += 1
        elif (posting["missing_since"] is not None) != bool(absences):
            problems["missing_since is wrong"] += 1
    closed = sum(posting["closed_at"] is not None for posting in found.values())
    missing = sum(posting["missing_since"] is not None for posting in found.values())
    print(
        f"day {args.day}: {len(latest)} postings in the truth, {len(found)} in the warehouse ({missing} missing, {closed} closed);",
        end=" ",
    )
    print(f"{sum(problems.values())} problems {dict(problems)}")
    return 1 if problems else 0


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    """The query's rows as dicts."""
    result = con.execute(sql, parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def key(row: dict[str, Any]) -> tuple[str, str, str]:
    """Platform, board and identifier of a row of the truth."""
    return row["platform"], row["board"], row["identifier"]


def wrong(truth: dict[str, Any], found: dict[str, Any] | None) -> list[str]:
    """What is wrong with a posting."""
    if found is None:
        return ["not in the warehouse"]
    problems = []
    if found["title"] != fold(clean(scrub(truth["title"]))):
        problems.append("title")
    if found["hiring_organization"] != truth["hiring_organization"]:
        problems.append("employer")
    if fold(truth["location"]) not in fold(found["job_location"] or ""):
        problems.append("place")
    if str(found["date_posted"]) != truth["date_posted"]:
        problems.append("date")
    missing = Counter(WORD.findall(clean(scrub(truth["html"])))) - Counter(WORD.findall(found["text"]))
    if missing:
        problems.append("words")
        if sum(missing.values()) < 10:
            print("  words:", dict(missing))
    return problems


if __name__ == "__main__":
    sys.exit(main())
