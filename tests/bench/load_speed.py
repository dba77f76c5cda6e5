"""How long ``rolescope load`` takes for the postings of a warehouse, beside DuckDB's own reader on the same landing file.

    python tests/bench/load_speed.py --db FILE [-n 10000 -n 100000] [--label]

For each n: a landing file of about n postings, drawn by the hash of their ids, is written to a temporary folder and loaded
into an empty warehouse by the command itself; ``--label`` labels it too. Printed are seconds, postings per second and the
greatest memory of any one process of the command. DuckDB's own figure is ``create table as from read_json`` of that file.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import orjson

from warehouse import connect

_POSTINGS = """
    select
        'job_posting' as type, p.source, p.board, p.identifier, p.title, p.hiring_organization, p.job_location, p.country_raw,
        p.date_posted::varchar as date_posted, strftime(p.first_seen_at, '%Y-%m-%dT%H:%M:%S.%f') as seen_at, t.text as description
    from job_posting as p
    join job_posting_text as t on t.content_hash = p.content_hash
    where hash(p.posting_id) % (select count(*) from job_posting) < ?
"""
_CRAWL = {"type": "crawl", "crawl_id": "20260101T000000.000000Z", "settings": "{}", "code_version": "bench"} | {
    "started_at": "2026-01-01T00:00:00.000000"
}
_MEMORY = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command from a small process of its own: a child of this one would begin with the memory of this one."""


def main() -> None:
    """Write, load, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("-n", type=int, action="append")
    parser.add_argument("--label", action="store_true")
    parser.add_argument("--tmp", type=Path, help="where the temporary folders are made")
    args = parser.parse_args()
    for n in args.n or [10_000, 100_000]:
        with tempfile.TemporaryDirectory(dir=args.tmp) as name:
            _measure(args.db, n, Path(name), args.label)


def _measure(source: Path, n: int, folder: Path, label: bool) -> None:
    landing = folder / "landing" / "w" / f"{_CRAWL['crawl_id']}.jsonl"
    landing.parent.mkdir(parents=True)
    n = _write(source, n, landing)
    begun = time.monotonic()
    with duckdb.connect(str(folder / "bare.duckdb"), config={"memory_limit": "1GB"}) as con:
        con.execute(
            "create table bare as from read_json(?, format = 'newline_delimited', union_by_name = true)", [str(landing)]
        )
    bare = time.monotonic() - begun
    print(f"{n:,} postings, {landing.stat().st_size / 1e6:,.0f} MB: DuckDB's read_json {bare:.1f} s")
    db = folder / "w.duckdb"
    for command in ["load", *(["label"] if label else [])]:
        begun = time.monotonic()
        rolescope = [str(Path(sys.executable).with_name("rolescope")), command, "--db", str(db)]
        ran = subprocess.run([sys.executable, "-c", _MEMORY, *rolescope], check=True, stdout=subprocess.PIPE, text=True)
        taken, memory = time.monotonic() - begun, int(ran.stdout.split()[-1]) / 1024
        print(
            f"  {command:6s} {taken:7.1f} s {n / taken:8,.0f} /s {taken / bare:6.1f} x read_json, {memory:,.0f} MiB",
            flush=True,
        )
    print(f"  {db.resolve().stat().st_size / 1e6:,.0f} MB")


def _write(source: Path, n: int, landing: Path) -> int:
    written = 0
    with connect(source) as con, landing.open("wb") as file:
        file.write(orjson.dumps(_CRAWL) + b"\n")
        found = con.execute(_POSTINGS, [n])
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(10_000):
            file.writelines(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows)
            written += len(rows)
    return written


if __name__ == "__main__":
    main()
