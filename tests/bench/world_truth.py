"""Holds a warehouse against the truth of a replayed world of boards, after its last day so far.

    python tests/bench/world_truth.py --world W --db data/w.duckdb [--faults]

The n-th date of the warehouse's crawls is the world's day n. ``W/truth.parquet`` has a row per posting that a board lists on
a day: day, platform, board, identifier, title, hiring_organization, location, date_posted, html, and state (how the board
answers that day: ok, error, empty, gone). ``W/dayN/routes.json`` (host, path and file of each answer) says which copies
the feeds held, and which comments Hacker News. ``--faults`` says that the world was served with faults: a board may then
have failed, or be partial, if the warehouse says why.
Prints what is missing, extra, wrong, closed too early or too late, and exits with 1 if anything is.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import duckdb

from warehouse.text import clean, fold, scrub

Key = tuple[str, str, str]  # platform, board, identifier
WORD = re.compile(r"\w+")
# the feeds' answers: path, key of the list, key of a record's identifier
FEEDS = {"arbeitnow": ("/api/job-board-api", "data", "slug"), "himalayas": ("/jobs/api", "jobs", "guid")}
COMPLETE = ("ok", "empty", "unchanged")
# what the world's shapes leave out: Workable states the city alone, Himalayas no place; Arbeitnow's "Remote" is none
PLACE: dict[str, Callable[[str], str]] = {
    "workable": lambda place: place.split(",")[0],
    "himalayas": lambda place: "",
    "arbeitnow": lambda place: place.removeprefix("Remote"),
}


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--faults", action="store_true")
    args = parser.parse_args()
    with duckdb.connect() as con:
        con.execute(f"attach '{args.db.resolve()}' as w (read_only)")
        dates = [on for (on,) in con.execute("select distinct started_at::date from w.crawl order by 1").fetchall()]
        truth = rows(con, "from read_parquet(?) where day <= ?", [str(args.world / "truth.parquet"), len(dates)])
        postings = rows(
            con, "select p.*, t.text from w.job_posting as p join w.job_posting_text as t using (content_hash)"
        )
        fetches = rows(con, "from w.board_fetch order by fetched_at, crawl_id")
    listed = {(key(row), row["day"]): row for row in truth}
    listed.update(copies(args.world, len(dates), truth))
    fetched = {(row["source"], row["board"], dates.index(row["fetched_at"].date()) + 1): row for row in fetches}
    found: dict[Key, dict[str, Any]] = {(row["source"], row["board"], row["identifier"]): row for row in postings}

    problems: Counter[str] = Counter()

    def report(problem: str, at: object, said: object = "") -> None:
        problems[problem] += 1
        if problems[problem] <= 3:
            print(f"{problem}: {at} {said}")

    states = {(row["platform"], row["board"], row["day"]): row["state"] for row in listed.values()}
    n_excused = 0
    for at, fetch in fetched.items():
        if states.get(at, "ok") == "ok" and fetch["status"] in ("failed", "partial"):
            if args.faults and fetch["error"]:
                n_excused += 1
            else:
                report(f"a board that answers is {fetch['status']}", at, fetch["error"])

    days: dict[Key, list[int]] = {}
    for where, day in listed:
        days.setdefault(where, []).append(day)
    for where, when in days.items():
        if where[:2] not in {at[:2] for at in fetched}:
            continue  # not crawled
        answers = {day: fetched[*where[:2], day]["status"] for day in range(1, len(dates) + 1)}
        certain = [day for day in when if answers[day] in COMPLETE and states[*where[:2], day] == "ok"]
        possible = [day for day in when if answers[day] == "partial"]
        posting = found.get(where)
        if posting is None:
            if certain:
                report("not in the warehouse", where, listed[where, certain[-1]]["title"][:50])
            continue
        first, last = (dates.index(posting[name].date()) + 1 for name in ("first_seen_at", "last_seen_at"))
        if first not in (certain + possible) or (certain and first > min(certain)):
            report("first_seen_at is wrong", where, first)
        if last not in (certain + possible) or (certain and last < max(certain)):
            report("last_seen_at is wrong", where, last)
            continue
        for problem in wrong(listed[where, last], posting):
            report(problem, where, listed[where, last]["title"][:50])
        for problem in wrong_end(posting, {day: answers[day] for day in answers if day > last}, dates):
            report(problem, where, (posting["missing_since"], posting["closed_at"]))
    comments = hackernews(args.world, len(dates))
    for where, posting in found.items():
        if where[0] == "hackernews":
            comment = comments.get(where[2].split("-")[0], "")
            words = Counter(WORD.findall(posting["text"])) - Counter(WORD.findall(comment))
            if words or posting["missing_since"] or posting["closed_at"]:
                report("Hacker News: not what the comment says", where, dict(words))
        elif where not in days:
            report("not in the truth", where, posting["title"][:50])
    closed = sum(posting["closed_at"] is not None for posting in postings)
    missing = sum(posting["missing_since"] is not None for posting in postings)
    by_source = Counter(posting["source"] for posting in postings)
    print(", ".join(f"{n} {source}" for source, n in by_source.most_common()))
    print(
        f"day {len(dates)}: {len(days)} postings in the truth, {len(found) - by_source['hackernews']} in the warehouse "
        f"({missing} missing, {closed} closed), {by_source['hackernews']} of Hacker News; {n_excused} board-days failed or "
        f"partial; {sum(problems.values())} problems {dict(problems)}"
    )
    return 1 if problems else 0


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """The query's rows as dicts."""
    result = con.execute(sql, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def key(row: dict[str, Any]) -> Key:
    """Platform, board and identifier of a row of the truth."""
    return row["platform"], row["board"], row["identifier"]


def answers_of(world: Path, day: int, path: str) -> Iterator[Any]:
    """The JSON of a day's answers at a path."""
    folder = world / f"day{day}"
    for route in json.loads((folder / "routes.json").read_text(encoding="utf-8")):
        if route["path"].startswith(path):
            yield json.loads((folder / route["file"]).read_text(encoding="utf-8"))


def copies(world: Path, n_days: int, truth: list[dict[str, Any]]) -> dict[tuple[Key, int], dict[str, Any]]:
    """What the feeds list on each day: rows of the truth under the feed's name and identifier."""
    originals = {(r["day"], r["hiring_organization"], fold(r["title"]), r["date_posted"]): r for r in truth}
    listed = {}
    for day in range(1, n_days + 1):
        for feed, (path, name, identifier) in FEEDS.items():
            for answer in answers_of(world, day, path):
                for record in answer[name]:
                    company = record.get("company_name") or record.get("companyName")
                    posted = datetime.fromtimestamp(record.get("created_at") or record.get("pubDate"), UTC).date()
                    original = originals[day, company, fold(record["title"]), posted.isoformat()]
                    where = (feed, feed, record[identifier])
                    copy = {"platform": feed, "board": feed, "identifier": record[identifier], "state": "ok"}
                    listed[where, day] = {**original, **copy}
    return listed


def hackernews(world: Path, n_days: int) -> dict[str, str]:
    """The text of each comment, by its id: as it is read, and as it stands, since addresses are cut short when shown."""
    threads = [thread for day in range(1, n_days + 1) for thread in answers_of(world, day, "/api/v1/items/")]
    comments = {str(row["id"]): row["text"] for thread in threads for row in thread["children"] if row["text"]}
    return {at: clean(scrub(text)) + " " + unescape(text) for at, text in comments.items()}


def wrong(truth: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What is wrong with a posting's fields."""
    problems = []
    if found["title"] != fold(clean(scrub(truth["title"]))):
        problems.append("title")
    if found["hiring_organization"] != truth["hiring_organization"]:
        problems.append("employer")
    place = PLACE.get(truth["platform"], str)(truth["location"])
    if fold(place) not in fold(found["job_location"] or ""):
        problems.append("place")
    if str(found["date_posted"]) != truth["date_posted"]:
        problems.append("date")
    missing = Counter(WORD.findall(clean(scrub(truth["html"])))) - Counter(WORD.findall(found["text"]))
    if missing:
        problems.append("words")
        if sum(missing.values()) < 10:
            print("  words:", dict(missing))
    return problems


def wrong_end(posting: dict[str, Any], answers: dict[int, str], dates: list[date]) -> list[str]:
    """What is wrong with missing_since and closed_at, by how its board answered on the days after it was last seen.

    Two complete fetches without it close it, on different dates; in three days no board is empty three times.
    """
    complete = () if posting["source"] in FEEDS else COMPLETE
    absences = [day for day, answer in answers.items() if answer in complete]
    with_others = [day for day in absences if answers[day] == "ok"]
    missing, closed = (
        posting[name] and dates.index(posting[name].date()) + 1 for name in ("missing_since", "closed_at")
    )
    problems = []
    if missing != (absences[0] if absences else None):
        problems.append("missing_since is wrong")
    if closed != (with_others[1] if len(with_others) > 1 else None):
        problems.append("closed without evidence" if closed else "not closed in spite of evidence")
    if posting["n_reopened"]:
        problems.append("n_reopened is wrong")
    return problems


if __name__ == "__main__":
    sys.exit(main())
