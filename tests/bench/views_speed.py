"""How long each shipped view takes, warm, beside a bare aggregation of the same file: ``python tests/bench/views_speed.py --db FILE``.

A view is read whole and aggregated to one row, so that what is measured is its work and not the transfer of its rows; views
of a row for each posting are asked for what a reader asks: five rows, and a count by role. The best of three runs counts,
after one that warms up.
"""

import argparse
import time
from pathlib import Path

import duckdb

from warehouse import connect

_FIRST_ROWS = ("posting",)
_LIST_VIEWS = "select view_name from duckdb_views() where not internal order by 1"
_REFERENCE = "select skill_no, count(*) from skill_index group by all"
_CALLS = {
    "from posting limit 5": "from posting limit 5",
    "posting by role": "select role, count(*) from posting group by role",
    "skill_share(needs)": "select max(share) from skill_share(needs := ['required'])",
    "skill_share(one source)": "select max(share) from skill_share(sources := ['greenhouse', 'lever'])",
    "skill_share(by title)": "select max(share) from skill_share(label := 'role_by_title')",
    "skill_share(from 2025)": "select max(share) from skill_share(posted_from := date '2025-01-01')",
    "skill_difference": "select max(difference) from skill_difference('ai_engineer', 'ml_engineer')",
    "skill_difference(open)": "select max(difference) from skill_difference('ai_engineer', 'ml_engineer', only_open := true)",
    "skill_pair(one skill)": "select max(lift) from skill_pair('ai_engineer', 'python')",
    "skill_pair(one role)": "select max(lift) from skill_pair('ai_engineer')",
    "change()": "select count(*) from change()",
    "posting_as_of": "select count(*) from posting_as_of('2026-01-01')",
}


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--only", help="part of a name")
    args = parser.parse_args()
    with connect(args.db) as con:
        reference = _seconds(con, _REFERENCE)
        print(f"{'skills counted (reference)':34s} {reference * 1000:8.0f} ms")
        views = [name for (name,) in con.execute(_LIST_VIEWS).fetchall() if name not in _FIRST_ROWS]
        queries = {name: f"select count(*), max(hash(v)) from {name} as v" for name in views} | _CALLS
        for name, query in queries.items():
            if args.only is None or args.only in name:
                taken = _seconds(con, query)
                print(f"{name:34s} {taken * 1000:8.0f} ms {taken / reference:8.1f}", flush=True)


def _seconds(con: duckdb.DuckDBPyConnection, query: str) -> float:
    """Of the best of three runs after a first one; of two, where they take long."""
    times = []
    for _ in range(4):
        begun = time.perf_counter()
        con.execute(query).fetchall()
        times.append(time.perf_counter() - begun)
        if sum(times) > 15:
            break
    return min(times[1:] or times)


if __name__ == "__main__":
    main()
