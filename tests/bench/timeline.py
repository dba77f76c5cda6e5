"""Holds the life of a board's postings in the warehouse against what recordings of the board, one a day, show themselves.

    python tests/bench/timeline.py --recordings DIR [--repeat N]

DIR holds ``YYYY-MM-DD.json`` files, answers of one Greenhouse board (an object with ``jobs``); jobs without a text get an
invented one. Each day is crawled through the spider and loaded, N times (1). The rule: two complete fetches without an
ad, on different dates, close it; it is open again when it comes back. Prints counts, and exits with 1 where they disagree.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

CRAWL = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
import duckdb
from crawler.boards import Board
from crawler.run import crawl
from warehouse.known import known_boards
from warehouse.load import load
from warehouse.store import building, landing_folder

db, day, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
at = datetime.fromisoformat(day).replace(hour=8, tzinfo=UTC)
known = {}
if db.exists():
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        known = known_boards(con, at)
board = Board(platform="greenhouse", board="recorded")
crawl([board], landing_folder(db), at, known=known, delay=0, sample_server=port)
with building(db, at, sample=True) as con:
    load(con, landing_folder(db), sample=True)
"""  # in a process of its own, because Twisted's reactor runs once


class Life(NamedTuple):
    """What becomes of a posting, in dates."""

    first_seen: date
    last_seen: date
    missing_since: date | None
    closed: date | None
    n_reopened: int


def main() -> int:
    """Crawl each day, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=1)
    args = parser.parse_args()
    files = {date.fromisoformat(path.stem): path for path in sorted(args.recordings.glob("*.json"))}
    days = {day: answer(json.loads(path.read_text(encoding="utf-8"))) for day, path in files.items()}
    with tempfile.TemporaryDirectory() as folder, served() as server:
        db = Path(folder) / "w.duckdb"
        for day, jobs in days.items():
            server.body = json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}}).encode()
            for _ in range(args.repeat):
                command = [sys.executable, "-c", CRAWL, str(db), day.isoformat(), str(server.server_address[1])]
                subprocess.run(command, check=True)
        with duckdb.connect(str(db.resolve()), read_only=True) as con:
            found = {
                identifier: Life(*rest)
                for identifier, *rest in con.execute(
                    """
                    select identifier, first_seen_at::date, last_seen_at::date, missing_since::date, closed_at::date, n_reopened
                    from job_posting
                    """
                ).fetchall()
            }
            statuses = con.execute("select status, count(*) from board_fetch group by all order by all").fetchall()
    listed = {day: {str(job["id"]) for job in jobs} for day, jobs in days.items()}
    expected = {identifier: life(listed, identifier) for identifier in set().union(*listed.values())}
    wrong = [(i, expected.get(i), found.get(i)) for i in sorted(expected | found) if expected.get(i) != found.get(i)]
    for row in wrong[:10]:
        print(*row, sep="\n  ")
    gaps = [gap for identifier in expected for gap in absences(listed, identifier)]
    print(
        f"{len(days)} days ({dict(statuses)}), {len(expected)} ids; {len(gaps)} absences that ended ({gaps.count(1)} of one "
        f"day); closed {sum(row.closed is not None for row in expected.values())}, missing "
        f"{sum(row.missing_since is not None for row in expected.values())}, reopened "
        f"{sum(row.n_reopened for row in expected.values())}; {len(wrong)} disagreements"
    )
    return 1 if wrong else 0


def answer(recorded: dict[str, Any]) -> list[dict[str, Any]]:
    """The jobs of a recording, each with a text."""
    return [{"content": f"&lt;p&gt;Invented text of ad {job['id']}.&lt;/p&gt;", **job} for job in recorded["jobs"]]


def life(listed: dict[date, set[str]], identifier: str) -> Life:
    """What the ids show of one: walks the days and obeys the rule, sharing no code with the warehouse."""
    seen = [day for day, identifiers in listed.items() if identifier in identifiers]
    n_reopened = 0
    missing: list[date] = []
    for day, identifiers in listed.items():
        if identifier in identifiers:
            n_reopened += len(missing) >= 2
            missing = []
        elif day > seen[0]:
            missing.append(day)
    missing_since, closed, *_ = [*missing, None, None]
    return Life(seen[0], seen[-1], missing_since, closed, n_reopened)


def absences(listed: dict[date, set[str]], identifier: str) -> Iterator[int]:
    """How many days each absence lasted that ended."""
    n_missing: int | None = None
    for identifiers in listed.values():
        if identifier not in identifiers:
            n_missing = None if n_missing is None else n_missing + 1
        else:
            if n_missing:
                yield n_missing
            n_missing = 0


class Server(ThreadingHTTPServer):
    """Answers every request for a board with ``body``."""

    body = b""


class Handler(BaseHTTPRequestHandler):
    """404 for robots.txt, the body for everything else."""

    server: Server

    def do_GET(self) -> None:
        found = self.path != "/robots.txt"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(self.server.body if found else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served() -> Iterator[Server]:
    """A server on loopback."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
