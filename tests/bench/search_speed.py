"""How long a search of ads takes, first and warm, as the page asks for it: ``python tests/bench/search_speed.py --db FILE``.

Every query asks for the newest hundred and for the number of all. First is the first run of each on a new connection; of
three runs after it the middle one counts as warm. Beside the wall clock stands the processor's time, for a busy machine.
"""

import argparse
import time
from pathlib import Path
from statistics import median, quantiles

import duckdb

from warehouse import connect

QUERIES = {
    "frequent words": ["data", "python", "experience", "team", "learning", "business", "sql data", "cloud aws", "senior engineer"],
    "rare words": ["haskell", "duckdb", "weaviate", "cobol", "erlang", "prolog", "ocaml", "apprenticeship", "hydrology", "fortran simd"],
    "words and not": ["engineer -manager", "vector database -intern", "react -angular -vue", "remote -travel", "java spring -senior"],
    "beginnings": ["kube*", "postgre*", "eng*", "optimi* models", "crypt* -bitcoin"],
    "phrases": [
        '"machine learning"', '"vector database"', '"data scientist"', '"state of the art"', '"years of experience"', '"computer vision"',
        '"equal opportunity employer"', '"on call"', '"full stack" react', '"large language models" -research', "ci/cd", "node.js", "end-to-end",
        '"we are looking for"',
    ],
    "none found": ["zzyzxqq", '"python team blue"', '"learning machine deep data"', "qwfpgj data", '"business cobol cloud"', "data -a* -e* -s* xqzzt"],
    "titles and employers": ["ngineer", "scientis", "%", "&", "🚀"],
}  # fmt: skip
_PAGE = "select *, count(*) over () as n_total from ad_match(search := ?) order by posted_on desc, cluster_id limit 100"


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    args = parser.parse_args()
    everything: list[tuple[float, float, float]] = []
    with connect(args.db) as con:
        print(f"{'':38s} {'first':>8s} {'warm':>8s} {'cpu':>8s} {'found':>9s}")
        for kind, queries in QUERIES.items():
            rows = [_row(con, query) for query in queries]
            everything += rows
            _print_summary(kind, rows)
    _print_summary("all", everything)


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[float, float, float]:
    """First, warm and processor seconds of a query, printed."""
    first, _, n_found = _seconds(con, query)
    warm, cpu, _ = sorted(_seconds(con, query) for _ in range(3))[1]
    print(f"{query:38s} {first:8.3f} {warm:8.3f} {cpu:8.3f} {n_found:9,}", flush=True)
    return first, warm, cpu


def _seconds(con: duckdb.DuckDBPyConnection, query: str) -> tuple[float, float, int]:
    begun, begun_cpu = time.perf_counter(), time.process_time()
    rows = con.execute(_PAGE, [query]).fetchall()
    return time.perf_counter() - begun, time.process_time() - begun_cpu, rows[0][-1] if rows else 0


def _print_summary(kind: str, rows: list[tuple[float, float, float]]) -> None:
    for name, times in zip(("first", "warm", "cpu"), zip(*rows, strict=True), strict=True):
        print(
            f"  {kind}, {name}: median {median(times):.3f} s, 95 % within {quantiles(times, n=20)[-1]:.3f} s (n = {len(times)})"
        )


if __name__ == "__main__":
    main()
