"""How fast Parquet files of ads are labelled by one worker and by two, of this machine and of a Ray cluster on it.

    python tests/bench/cluster_speed.py --ads ads.parquet [-n 4000]

The same ads, in the same parts, each way in turn, in one run. The rate is that between the first part and the last, so that it holds
for long runs; what it takes until the first part is there stands beside it. Bytes are those of the Parquet files.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from nlp.cluster.engines import Outcomes, on_ray, on_this_machine
from nlp.cluster.labelling import label_part
from nlp.cluster.parts import Done, Part, find_parts
from nlp.label_version import label_version

N_PER_PART = 50
DRAW = """
    copy (
        select title, description, location from read_parquet($ads)
        where length(trim(title)) > 0 and length(trim(description)) > 0 order by hash(description) limit $n
    ) to $to (format parquet, compression zstd)
"""


@contextmanager
def cluster(n_nodes: int) -> Iterator[None]:
    """A Ray cluster of nodes with room for one part each."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80_000_000}
    nodes = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    for _ in range(n_nodes - 1):
        nodes.add_node(**node)
    os.environ["RAY_ADDRESS"] = nodes.address
    try:
        yield
    finally:
        del os.environ["RAY_ADDRESS"]
        nodes.shutdown()


def timed(outcomes: Outcomes) -> tuple[float, float]:
    """Seconds until the first part, and rows a second from then on."""
    started = time.monotonic()
    first, n_rows = 0.0, 0
    for part, outcome in outcomes:
        assert isinstance(outcome, Done) and not outcome.was_there, outcome
        if first:
            n_rows += part.n_rows
        else:
            first = time.monotonic()
        last = time.monotonic()
    return first - started, n_rows / (last - first)


def processor_seconds() -> float:
    """Of the processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Draw ads, label them each way, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", required=True, help="Parquet with title, description and location (a glob will do)")
    parser.add_argument("-n", type=int, default=4000)
    args = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        ads = Path(folder) / "ads.parquet"
        duckdb.execute(DRAW, {"ads": args.ads, "n": args.n, "to": str(ads)})
        parts: list[Part] = find_parts(str(ads), N_PER_PART)
        print(f"{args.n} ads in {len(parts)} parts, {ads.stat().st_size / args.n:,.0f} bytes an ad")
        print(f"{'':24s}{'first part':>12s}{'ads/s':>8s}{'ratio':>8s}")
        alone = None
        for n in (1, 2):
            for engine in ("local", "ray"):
                to = Path(folder) / f"{engine}-{n}"
                work = partial(label_part, str(to), label_version(), None, None)
                if engine == "local":
                    before = processor_seconds()
                    start, rate = timed(on_this_machine(work, parts, n))
                    spent = processor_seconds() - before
                else:
                    with cluster(n):
                        start, rate = timed(on_ray(work, parts))
                alone = alone or rate
                print(
                    f"{engine:6s} {n} worker{'s' * (n > 1):16s}{start:10.1f} s{rate:8.0f}{rate / alone:8.2f}",
                    flush=True,
                )
                if (engine, n) == ("local", 1):
                    made = sum(path.stat().st_size for path in to.iterdir())
                    print(
                        f"       {spent / args.n * 1e3:.2f} ms of processor an ad, start included; {made / args.n:,.0f} bytes of labels an ad"
                    )
        same = {
            tuple(sorted((p.name, p.read_bytes()) for p in to.iterdir()))
            for to in Path(folder).iterdir()
            if to.is_dir()
        }
        print("the labels of all ways are the same, byte for byte" if len(same) == 1 else "THE LABELS DIFFER")


if __name__ == "__main__":
    main()
