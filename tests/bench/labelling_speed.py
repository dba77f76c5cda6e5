"""How fast ads are labelled, beside spaCy's own tokenizer and other extractors on the same ads in the same run.

    python tests/bench/labelling_speed.py ads/*.parquet [-n 20000] [--parts 2000] [--peer NAME[=PYTHON]]… [--peer-n 2000]

The files have columns title, description and location, as `rolescope import` reads them; ads are drawn evenly. Prints

1. of one process, CPU time: spaCy's tokenizer, the whole reading of an ad (``nlp.reading``) and its parts, batch by batch in
   turn, so that a noisy machine hits all alike;
2. `rolescope label` itself on a warehouse of these ads, by one process and by two: wall time from the first batch to the
   published snapshot, and the memory of the largest process;
3. peers (labelling_peers.py), each in a process of its own, with PYTHON where it has its own libraries.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import spacy

from nlp.facts import facts
from nlp.pipeline import pipeline
from nlp.reading import Ad, Reader
from nlp.roles.classifier import RoleClassifier
from nlp.skills.table import skill_table, surfaces
from warehouse import connect
from warehouse.importing import import_files
from warehouse.load import load
from warehouse.store import building, landing_folder

BATCH = 200
FEWEST = 10_000  # ads that say how long many take: of fewer, the start of the processes is too large a part
PARTS = ("tokens", "sections", "skills", "tags", "roles", "facts", "the rest")
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Readers:
    """Everything that reads, loaded; ``seconds`` sums up the CPU time of each by its name."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.reader, self.nlp, self.bare, self.roles = Reader(), pipeline(), spacy.blank("en"), RoleClassifier.load()

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.seconds[name] += time.process_time() - start

    def read(self, ads: list[Ad]) -> None:
        """Read a batch by spaCy's tokenizer, and whole."""
        with self._timed("spaCy"):
            for ad in ads:
                self.bare.make_doc(ad.text)
        with self._timed("whole"):
            self.reader.tables(ads)

    def read_parts(self, ads: list[Ad]) -> None:
        """Read a batch part by part."""
        with self._timed("tokens"):
            titles = [self.nlp.make_doc(ad.title) for ad in ads]
            docs = [self.nlp.make_doc(ad.text) for ad in ads]
        for name in ("sections", "skills", "tags"):
            component = self.nlp.get_pipe(name)
            with self._timed(name):
                docs = [component(doc) for doc in docs]
        with self._timed("roles"):
            self.roles.predict(titles, docs)
        with self._timed("facts"):
            for ad in ads:
                facts(ad.title, ad.text, ad.country, ad.job_location)


def sample(files: list[Path], n: int, folder: Path) -> Path:
    """One Parquet file of ``n`` ads of the files, each file with its share, evenly drawn."""
    tables = [pq.read_table(file, columns=["title", "description", "location"]) for file in files]
    n_all = sum(map(len, tables))
    path = folder / "ads.parquet"
    with pq.ParquetWriter(path, tables[0].schema) as writer:
        for table in tables:
            n_here = min(len(table), round(n * len(table) / n_all))
            writer.write_table(table.take([i * len(table) // n_here for i in range(n_here)]))
    return path


def warehouse_of(ads: Path, folder: Path) -> Path:
    """A warehouse of the ads, not labelled."""
    db = folder / "ads.duckdb"
    import_files([ads], {}, landing_folder(db), AT)
    with building(db, AT) as con:
        load(con, landing_folder(db))
    return db


def print_reading(ads: list[Ad], n_parts: int) -> None:
    """Time and print the reading of one process; of its parts on the first ``n_parts`` ads."""
    readers = Readers()
    readers.reader.tables(ads[:BATCH])
    for i in range(0, len(ads), BATCH):
        readers.read(ads[i : i + BATCH])
    seconds = dict(readers.seconds)
    words = sum(len(ad.text.split()) for ad in ads) / len(ads)
    print(f"{len(ads):,} ads of {words:.0f} words; one process, CPU time; shares of that of spaCy's tokenizer alone")
    for name in ("spaCy", "whole"):
        print(f"{name:24s} {seconds[name] / seconds['spaCy']:5.2f} {len(ads) / seconds[name]:7,.0f} ads/s")
    readers.seconds.clear()
    for i in range(0, n_parts, BATCH):
        readers.read(ads[i : i + BATCH])
        readers.read_parts(ads[i : i + BATCH])
    seconds = readers.seconds
    seconds["the rest"] = seconds["whole"] - sum(seconds[part] for part in PARTS[:-1])
    for name in PARTS:
        print(f"  {name:22s} {seconds[name] / seconds['spaCy']:5.2f}")
    together = sum(seconds[part] for part in ("tokens", "sections", "skills", "roles"))
    print(f"  role and skills together {together / seconds['spaCy']:.2f}")


def print_labelling(db: Path, n_ads: int, workers: int) -> float:
    """Time and print `rolescope label` with so many processes; ads a second."""
    arguments = ["label", "--db", str(db), "--workers", str(workers)]
    measure = (  # getrusage of a process knows of its parent's memory, too, so VmHWM
        "import atexit, re, resource; from pathlib import Path; from rolescope import main; peak = lambda: max("
        "int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]), "
        "resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024; atexit.register(lambda: print('peak', peak())); main()"
    )
    start, before = time.perf_counter(), sum(os.times()[2:4])
    done = subprocess.run([sys.executable, "-c", measure, *arguments], capture_output=True, text=True, check=True)
    seconds, cpu = time.perf_counter() - start, sum(os.times()[2:4]) - before
    peak = int(done.stdout.rpartition("peak ")[2])
    said = done.stdout.splitlines()[0]
    print(
        f"rolescope label --workers {workers}: {seconds:.0f} s in all, {n_ads / seconds:,.0f} ads/s, {cpu:.0f} s of CPU, {peak:,} MiB; {said}"
    )
    return n_ads / seconds


def print_peers(ads: list[Ad], peers: list[str], folder: Path) -> None:
    """Time and print others."""
    texts, table = folder / "texts", folder / "table"
    texts.write_text("".join(json.dumps(ad.text) + "\n" for ad in ads))
    forms = [(skill.skill, [form for form, _ in surfaces(skill)]) for skill in skill_table()]
    table.write_text("".join(json.dumps(row) + "\n" for row in forms))
    print(f"others on {len(ads):,} of the ads, each in its own process, CPU time")
    for peer in peers:
        name, _, python = peer.partition("=")
        command = [
            python or sys.executable,
            str(Path(__file__).with_name("labelling_peers.py")),
            name,
            str(texts),
            str(table),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:24s} does not run: {(done.stderr.strip().splitlines() or ['?'])[-1][:120]}")
            continue
        seconds, n, n_hits = map(float, done.stdout.split())
        print(f"{name:24s} {n / seconds:9,.1f} ads/s {n_hits / n:6.1f} hits or tokens an ad")


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-n", type=int, default=20_000)
    parser.add_argument("--parts", type=int, default=2_000)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--peer-n", type=int, default=2_000)
    parser.add_argument("--only", choices=["reading", "label", "peers"])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = warehouse_of(sample(args.files, args.n, folder), folder)
        with connect(db) as con:
            rows = con.execute(
                """
                select content_hash, any_value(t.title), any_value(t.text), null, any_value(p.job_location)
                from job_posting_text as t join job_posting as p using (content_hash) group by content_hash order by content_hash
                """
            ).fetchall()
        ads = [Ad(*row) for row in rows]
        if args.only in (None, "reading"):
            print_reading(ads, args.parts)
        if args.only in (None, "peers"):
            print_peers(ads[: args.peer_n], args.peer or ["spacy", "phrasematcher"], folder)
        if args.only in (None, "label"):
            rates = []
            for workers in (1, 2):
                again = warehouse_of(folder / "ads.parquet", folder / str(workers))
                rates.append(print_labelling(again, len(ads), workers))
            if len(ads) >= FEWEST:
                print(
                    f"two processes: {rates[1] / rates[0]:.2f} × one; a million ads in {1e6 / rates[1] / 60:.0f} minutes"
                )
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MiB")


if __name__ == "__main__":
    main()
