"""Every measurement of speed and of faults once more, in one table: ``make bench ADS='ads/*.parquet'``, or

    python tests/bench/suite.py ads/*.parquet [--to data/bench.md] [--copies 1] [--only NAME]…

The files are ads as `rolescope import` reads them. They are imported, labelled and judged in a temporary folder, which is timed too,
and multiplied to a larger warehouse with ``--copies`` (10: ten times as many postings). Machines differ and have other work, so beside
the seconds of each measurement stands how many times a reference took, run just before it: DuckDB reading the columns of text of the
same files, three times, the fastest. What each one printed stands below the table. Speeds are of an otherwise idle machine only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

_HERE = Path(__file__).parent
_ROLESCOPE = str(Path(sys.executable).with_name("rolescope"))
_MEASURES = {
    "reading": ["labelling_speed.py", "{ads}", "-n", "5000", "--parts", "1000", "--peer-n", "500"],
    "loading": ["load_speed.py", "--db", "{db}", "-n", "10000", "-n", "{n}"],
    "views": ["views_speed.py", "--db", "{large}"],
    "search": ["search_speed.py", "--db", "{large}"],
    "publishing": ["publishing.py", "--db", "{large}"],
    "pages": ["pages_speed.py", "--db", "{large}"],
    "readers": ["readers.py", "--db", "{large}", "--many", "200"],
    "crawl": ["crawl_speed.py"],
    "web crawl": ["warc_speed.py", "--pages", "4000"],
    "cluster": ["cluster_speed.py", "--ads", "{first}", "-n", "1000"],
    "intervals": ["coverage.py", "--draws", "200"],
    "kills": ["faults.py", "--kills", "16"],
    "faults": ["faults.py"],
    "fuzz": ["fuzz.py", "--executions", "200"],
}
"""The arguments of each; what stands in braces is filled in."""


def main() -> None:
    """Measure, and write the table after each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ads", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=Path("data/bench.md"))
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--only", action="append", choices=list(_MEASURES))
    args = parser.parse_args()
    args.to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done: list[tuple[str, str, int, float, float, str]] = []
        for name, command in _commands(args.ads, Path(folder), args.copies, args.only or list(_MEASURES)):
            print(f"{name} …", flush=True)
            reference = _reference(args.ads)
            begun = time.monotonic()
            ran = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(_HERE.parent), str(_HERE.parent.parent)])},
            )  # fmt: skip
            seconds = time.monotonic() - begun
            done.append((name, " ".join(command[1:])[:120], ran.returncode, seconds, seconds / reference, ran.stdout))
            args.to.write_text(_page(done, args.ads), encoding="utf-8")
            print(f"{name}: {seconds:,.1f} s, status {ran.returncode}", flush=True)
    print(f"{args.to}: {len(done)} measurements.")
    sys.exit(1 if any(status for _, _, status, *_ in done) else 0)


def _commands(ads: list[Path], folder: Path, copies: int, only: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What is run, one after the other: each makes what a later one needs."""
    db, large = folder / "w.duckdb", folder / "large.duckdb"
    files = list(map(str, ads))
    yield "import", [_ROLESCOPE, "import", "--db", str(db), *files]
    yield "label", [_ROLESCOPE, "label", "--db", str(db)]
    yield "claims", [_ROLESCOPE, "claims", "--db", str(db)]
    yield (
        "multiply",
        [sys.executable, str(_HERE / "million.py"), "--source", str(db), "--to", str(large), "--copies", str(copies)],
    )
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        (n,) = con.execute("select count(*) from job_posting").fetchall()[0]
    filled = {"db": str(db), "large": str(large), "n": str(n), "first": files[0]}
    for name in only:
        bench, *arguments = _MEASURES[name]
        given = [x for a in arguments for x in (files if a == "{ads}" else [a.format(**filled)])]
        yield name, [sys.executable, str(_HERE / bench), *given]


def _reference(ads: list[Path]) -> float:
    """Seconds in which DuckDB reads the ads' texts."""
    taken = []
    for _ in range(3):
        begun = time.monotonic()
        duckdb.sql(
            "select sum(length(title)), sum(length(description)) from read_parquet($1)", params=[list(map(str, ads))]
        ).fetchall()
        taken.append(time.monotonic() - begun)
    return min(taken)


def _page(done: list[tuple[str, str, int, float, float, str]], ads: list[Path]) -> str:
    """The table, and what was printed."""
    lines = [
        f"# rolescope {version('rolescope')}, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores",
        "",
        f"{len(ads)} files of ads. Times the reference: how long DuckDB took just before to read their texts.",
        "",
        "| measured | command | status | seconds | times the reference |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | `{command}` | {status} | {seconds:,.1f} | {ratio:,.1f} |"
            for name, command, status, seconds, ratio, _ in done
        ),
    ]
    for name, *_, printed in done:
        lines += ["", f"## {name}", "", "```text", *printed.strip().splitlines()[-60:], "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
