"""How long publishing takes after a crawl that changed some postings, by step: ``python tests/bench/publishing.py --db FILE``.

FILE is a labelled warehouse (tests/bench/million.py makes one of a million postings); a snapshot is added to it. Postings
drawn at random get new words, which are labelled as the old ones were but for one skill. Seconds by the clock, and of the
processors, which other work on the machine does not touch; DuckDB's own copy of the largest table stands beside them.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse import store

STEPS = ("_open_copy", "create_views", "_refuse_violations", "_snapshot_id", "_derive", "_publish")
LABELS = ("role", "role_part", "role_masked", "fact", "section", "mention", "tag")
CHANGE = """
    create temp table changed as
    select posting_id, content_hash as was, left(md5(content_hash || posting_id || $seed), 16) as content_hash
    from (from job_posting order by hash(posting_id || $seed) limit $n);
    insert into job_posting_text
    select c.content_hash, t.title, t.text || chr(10) || c.content_hash, t.language
    from job_posting_text as t join changed as c on c.was = t.content_hash;
    insert into job_posting_skill
    select s.* replace (c.content_hash as content_hash)
    from job_posting_skill as s join changed as c on c.was = s.content_hash where s.skill != 'python';
    insert into job_posting_version select posting_id, content_hash, $at, $at from changed;
    update job_posting as p set content_hash = c.content_hash from changed as c where c.posting_id = p.posting_id;
"""
LABEL = """
    insert into job_posting_{0}
    select l.* replace (c.content_hash as content_hash) from job_posting_{0} as l join changed as c on c.was = l.content_hash
"""


def main() -> None:
    """Change, publish, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("-n", type=int, default=5_000, help="postings that change")
    parser.add_argument("--seed", default="1")
    args = parser.parse_args()
    for step in STEPS:
        setattr(store, step, timed(step, getattr(store, step)))
    at = datetime.now(UTC)
    begun, used = time.monotonic(), time.process_time()
    with store.building(args.db, at) as con:
        changing, changing_used = time.monotonic(), time.process_time()
        given = {"n": args.n, "seed": args.seed, "at": at.replace(tzinfo=None)}
        for statement in [*CHANGE.split(";")[:-1], *(LABEL.format(label) for label in LABELS)]:
            con.execute(statement, {name: value for name, value in given.items() if f"${name}" in statement} or None)
        begun += time.monotonic() - changing
        used += time.process_time() - changing_used
    row("publish, in all", time.monotonic() - begun, time.process_time() - used)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB at the peak")


def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, which prints its time."""

    def run(*args: Any) -> Any:
        begun, used = time.monotonic(), time.process_time()
        try:
            return step(*args)
        finally:
            row(name, time.monotonic() - begun, time.process_time() - used)

    return run


def row(name: str, seconds: float, used: float) -> None:
    """Print a line of the table."""
    print(f"{name:22s} {seconds:7.1f} s {used:7.1f} s of processor", flush=True)


if __name__ == "__main__":
    main()
