"""How long ``rolescope load`` takes for the postings of a warehouse, beside DuckDB's own reader on the same landing file.

    python tests/bench/load_speed.py --db FILE [-n 10000 -n 100000 -n 1000000] [--label] [--landing FILE]

For each n: a landing file of n postings, drawn by the hash of their ids, is written to a temporary folder and loaded
into an empty warehouse by the command itself; ``--label`` labels it too. Where n is more than there are, the rest are copies
of them at other boards and employers, each with the first two thirds of its own text and the last third of another's.
Printed are seconds by the clock, those of the processor in all processes, postings per second, and the greatest memory of
any one process of the command. DuckDB's own figures are ``create table as from read_json`` of that file, and a ``copy`` of
that table to Parquet and back. ``--landing`` only writes the file.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import orjson

_POSTINGS = """
    with numbered as materialized (
        select *, row_number() over (order by hash(posting_id)) as place, count(*) over () as n from job_posting
    )

    select
        'job_posting' as type, p.source, p.board || $suffix as board, p.identifier, p.title,
        p.hiring_organization || $suffix as hiring_organization, p.job_location, p.country_raw,
        p.date_posted::varchar as date_posted, strftime(p.first_seen_at, '%Y-%m-%dT%H:%M:%S.%f') as seen_at,
        case
            when $copy = 0 then t.text
            else left(t.text, length(t.text) * 2 // 3) || chr(10) || right(o.text, length(o.text) // 3)
        end as description
    from numbered as p
    join numbered as other on other.place = 1 + (p.place + $copy * 7919) % p.n
    join job_posting_text as t on t.content_hash = p.content_hash
    join job_posting_text as o on o.content_hash = other.content_hash
    where p.place <= $wanted
"""
_CRAWL = {"type": "crawl", "crawl_id": "20260101T000000.000000Z", "settings": "{}", "code_version": "bench"} | {
    "started_at": "2026-01-01T00:00:00.000000"
}
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
"""Runs a command from a small process of its own: a child of this one would begin with the memory of this one."""
_BARE = {
    "read_json": "create table bare as from read_json('{landing}', format = 'newline_delimited', union_by_name = true)",
    "copy to Parquet": "copy bare to '{landing}.parquet' (compression zstd)",
    "read_parquet": "create table again as from read_parquet('{landing}.parquet')",
}


def main() -> None:
    """Write, load, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("-n", type=int, action="append")
    parser.add_argument("--label", action="store_true")
    parser.add_argument("--tmp", type=Path, help="where the temporary folders are made")
    parser.add_argument("--landing", type=Path, help="landing file to write instead, of the first -n")
    args = parser.parse_args()
    if args.landing:
        print(f"{_write(args.db, args.n[0], args.landing):,} postings")
        return
    for n in args.n or [10_000, 100_000]:
        with tempfile.TemporaryDirectory(dir=args.tmp) as name:
            _measure(args.db, n, Path(name), args.label)


def _measure(source: Path, n: int, folder: Path, label: bool) -> None:
    landing = folder / "landing" / "w" / f"{_CRAWL['crawl_id']}.jsonl"
    n = _write(source, n, landing)
    print(f"{n:,} postings, {landing.stat().st_size / 1e6:,.0f} MB")
    with duckdb.connect(
        str(folder / "bare.duckdb"), config={"memory_limit": "2GB", "preserve_insertion_order": False}
    ) as con:
        for name, sql in _BARE.items():
            begun, begun_cpu = time.monotonic(), time.process_time()
            con.execute(sql.format(landing=landing))
            print(
                f"  {name:15s} {time.monotonic() - begun:7.1f} s, {time.process_time() - begun_cpu:7.1f} s of processor"
            )
    db = folder / "w.duckdb"
    for command in ["load", *(["label"] if label else [])]:
        begun = time.monotonic()
        rolescope = [str(Path(sys.executable).with_name("rolescope")), command, "--db", str(db)]
        ran = subprocess.run(
            [sys.executable, "-c", _MEASURED, *rolescope], check=True, stdout=subprocess.PIPE, text=True
        )
        taken = time.monotonic() - begun
        memory, cpu = map(float, ran.stdout.split()[-2:])
        print(
            f"  {command:15s} {taken:7.1f} s, {cpu:7.1f} s of processor, {n / taken:,.0f} /s, {memory / 1024:,.0f} MiB",
            flush=True,
        )
    print(f"  {db.resolve().stat().st_size / 1e6:,.0f} MB")


def _write(source: Path, n: int, landing: Path) -> int:
    """Write a landing file of n postings; how many there are in the end: fewer where the warehouse is empty."""
    landing.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with duckdb.connect(str(source.resolve()), read_only=True) as con, landing.open("wb") as file:
        file.write(orjson.dumps(_CRAWL) + b"\n")
        (there,) = con.execute("select count(*) from job_posting").fetchall()[0]
        for copy in range(-(-n // there) if there else 0):
            suffix = f" {copy}" if copy else ""
            found = con.execute(_POSTINGS, {"copy": copy, "suffix": suffix, "wanted": n - written})
            names = [column[0] for column in found.description]
            while rows := found.fetchmany(5_000):
                file.writelines(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows)
                written += len(rows)
    return written


if __name__ == "__main__":
    main()
