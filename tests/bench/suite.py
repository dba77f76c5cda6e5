"""Every measurement of speed and of faults once more, in one table: ``make bench ADS='ads/*.parquet'``, or

    python tests/bench/suite.py ads/*.parquet [--to data/bench.md] [--against OLD.md] [--copies 1] [--only NAME]…

The files are ads as `rolescope import` reads them. They are imported, labelled and judged in a temporary folder, which is timed too,
and multiplied to a larger warehouse with ``--copies`` (10: ten times as many postings). Machines differ and have other work, so beside
the seconds of each measurement stands how many times the reference its processor time is: spaCy's tokenizer on the first 500 ads,
run just before it. ``--against`` sets the ratios of an earlier page, of the same ads, beside those of this one. What each measurement
printed stands below the table, and its main lines in it. Seconds are of an otherwise idle machine only.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple

import duckdb

_HERE = Path(__file__).parent
_ROLESCOPE = str(Path(sys.executable).with_name("rolescope"))
_LONGEST = 3600  # seconds, after which a measurement is killed
_N_REFERENCE = 500

_PEERS = [
    word for peer in ("spacy", "phrasematcher", "flashtext", "ahocorasick", "skillner") for word in ("--peer", peer)
]
_FAULTS = ("full disk: load", "permission: folder", "corrupt: rows", "corrupt: every", "landing", "lock", "two: load")
_MEASURES = {
    "import": (["rolescope", "import", "--db", "{db}", "{ads}"], "postings"),
    "label": (["rolescope", "label", "--db", "{db}"], "labelled"),
    "label, one more skill": (["relabelling.py", "--db", "{db}"], "in all"),
    "claims": (["rolescope", "claims", "--db", "{db}"], r"\d %$"),
    "multiply": (["million.py", "--source", "{db}", "--to", "{large}", "--copies", "{copies}"], "in all"),
    "reading": (["labelling_speed.py", "{ads}", "-n", "20000", "--parts", "1000", "--peer-n", "300", *_PEERS], "ads/s|× one|together"),
    "loading": (["load_speed.py", "--db", "{db}", "-n", "10000", "-n", "{n}"], "postings|load "),
    "views": (["views_speed.py", "--db", "{large}"], "needs|one role|limit"),
    "search": (["search_speed.py", "--db", "{large}"], "all, "),
    "publishing": (["publishing.py", "--db", "{large}"], "in all|peak"),
    "pages": (["pages_speed.py", "--db", "{large}"], "overview|compare|after the pages"),
    "readers": (["readers.py", "--db", "{large}", "--many", "200"], "at once|them|after 200"),
    "crawl": (["crawl_speed.py"], "ours / bare"),
    "web crawl": (["warc_speed.py", "--pages", "4000"], "pages/s"),
    "cluster": (["cluster_speed.py", "--ads", "{first}", "-n", "1000"], "worker|labels"),
    "intervals": (["coverage.py", "--draws", "200"], "false discoveries|leaving out"),
    "kills": (["faults.py", "--kills", "40"], "not healed"),
    "faults": (["faults.py", *(word for name in _FAULTS for word in ("--only", name))], "not healed"),
    "fuzz": (["fuzz.py", "--executions", "200"], r'"ended"|"failures": \[[^\]]'),
    "help": (["installing.py", "--here"], "help"),
    "installing": (["installing.py"], "help"),
}  # fmt: skip
"""Arguments, in which what stands in braces is filled in, and what the lines have that stand in the table. Each makes what a
later one needs."""
_FIRST = ("import", "label", "claims", "multiply")
_NOT_ALWAYS = {"installing"}  # needs a package index, and makes environments of 1.5 GB


class Measured(NamedTuple):
    """What came of a measurement."""

    name: str
    command: str
    status: int
    """Negative: the signal that ended it."""
    seconds: float
    """By the clock."""
    processor: float
    """Seconds, of all of its processes that it waited for."""
    mebibytes: float
    """Of the largest of them."""
    ratio: float
    """Of its processor time to that of the reference."""
    says: str
    printed: str


def main() -> None:
    """Measure, and write the page after each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ads", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=Path("data/bench.md"))
    parser.add_argument("--against", type=Path, help="an earlier page")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--only", action="append", choices=list(_MEASURES))
    args = parser.parse_args()
    then = _ratios(args.against.read_text(encoding="utf-8")) if args.against else None
    args.to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.jsonl"
        head = _head(args.ads, _write_texts(args.ads, texts))
        done: list[Measured] = []
        for name, command in _commands(args.ads, Path(folder), args.copies, args.only):
            print(f"{name} …", flush=True)
            done.append(_measure(name, command, _reference(texts)))
            args.to.write_text(_page(head, done, then), encoding="utf-8")
            print(f"{name}: {done[-1].seconds:,.1f} s, status {done[-1].status}", flush=True)
    print(f"{args.to}: {len(done)} measurements.")
    sys.exit(1 if any(one.status for one in done) else 0)


def _commands(ads: list[Path], folder: Path, copies: int, only: list[str] | None) -> Iterator[tuple[str, list[str]]]:
    """What is run, one after the other."""
    wanted = [name for name in _MEASURES if (name in only if only else name not in _NOT_ALWAYS)]
    if any(word in ("{db}", "{large}", "{n}") for name in wanted for word in _MEASURES[name][0]):
        wanted = [name for name in _MEASURES if name in {*wanted, *_FIRST}]
    db = folder / "w.duckdb"
    filled = {"db": str(db), "large": str(folder / "large.duckdb"), "copies": str(copies - 1), "first": str(ads[0])}
    for name in wanted:
        program, *arguments = _MEASURES[name][0]
        if "{n}" in arguments:
            with duckdb.connect(str(db.resolve()), read_only=True) as con:
                filled["n"] = str(con.execute("select count(*) from job_posting").fetchall()[0][0])
        given = [word for a in arguments for word in (map(str, ads) if a == "{ads}" else [a.format(**filled)])]
        yield name, [*([_ROLESCOPE] if program == "rolescope" else [sys.executable, str(_HERE / program)]), *given]


def _measure(name: str, command: list[str], reference: float) -> Measured:
    """Run a command to its end, or until it took too long."""
    paths = os.pathsep.join([str(_HERE.parent), str(_HERE.parent.parent)])

    def read(file: IO[str]) -> str:
        file.seek(0)
        return file.read().strip()

    with (  # a pipe would stay open as long as any child lives
        tempfile.TemporaryFile("w+", errors="replace") as output,
        tempfile.TemporaryFile("w+", errors="replace") as errors,
    ):
        begun = time.monotonic()
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env=os.environ | {"PYTHONPATH": paths}, start_new_session=True
        )
        late = threading.Timer(_LONGEST, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGTERM)
            raise
        finally:
            late.cancel()
        seconds, processor = time.monotonic() - begun, used.ru_utime + used.ru_stime
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = read(output) + (f"\n{read(errors)}" if process.returncode else "")  # else only progress and warnings
    pattern = re.compile(_MEASURES[name][1])
    says = "; ".join(" ".join(line.split()) for line in printed.splitlines() if pattern.search(line))
    said_as = " ".join([Path(command[0]).name, *command[1:]]).replace(f"{_HERE.parent.parent}/", "")
    return Measured(
        name, said_as, process.returncode, seconds, processor,
        used.ru_maxrss / 1024, processor / reference, says[:600].replace("|", "\\|"), printed,
    )  # fmt: skip


def _write_texts(ads: list[Path], to: Path) -> int:
    """Write the texts of the reference, a line each; how many ads there are in all."""
    files = [list(map(str, ads))]
    texts = duckdb.sql(
        f"select description from read_parquet($1) where length(description) > 0 limit {_N_REFERENCE}", params=files
    ).fetchall()
    to.write_text("".join(json.dumps(text) + "\n" for (text,) in texts), encoding="utf-8")
    (to.parent / "nothing").touch()
    return int(duckdb.sql("select count(*) from read_parquet($1)", params=files).fetchall()[0][0])


def _reference(texts: Path) -> float:
    """Seconds of processor in which spaCy's tokenizer reads the texts; the fastest of three."""
    command = [sys.executable, str(_HERE / "labelling_peers.py"), "spacy", str(texts), str(texts.with_name("nothing"))]
    said = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(3)]
    return min(float(line.split()[0]) for line in said)


def _head(ads: list[Path], n: int) -> str:
    return (
        f"# rolescope {version('rolescope')}, {datetime.now(UTC):%Y-%m-%d}\n\n{n:,} ads in {len(ads)} files; Python "
        f"{sys.version.split()[0]}, {os.cpu_count()} cores, of which other work took {os.getloadavg()[0]:.1f} at the start."
    )


def _page(head: str, done: list[Measured], then: dict[str, float] | None) -> str:
    """The table, and what was printed."""
    columns = ["measured", "status", "seconds", "of processors", "MiB", "times the reference"]
    columns += ["then", "now / then"] if then is not None else []
    lines = [head, "", *_row([*columns, "says"]), "|".join(["", *["---"] * (len(columns) + 1), ""])]
    for one in done:
        cells = [
            one.name,
            str(one.status),
            *(f"{x:,.1f}" for x in (one.seconds, one.processor)),
            f"{one.mebibytes:,.0f}",
        ]
        cells.append(f"{one.ratio:,.1f}")
        if then is not None:
            before = then.get(one.name)
            cells += [f"{before:,.1f}", f"{one.ratio / before:.2f}"] if before else ["–", "–"]
        lines += _row([*cells, one.says])
    for one in done:
        printed = one.printed.splitlines()[-60:]
        lines += ["", f"## {one.name}", "", f"`{one.command}`", "", "```text", *printed, "```"]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> list[str]:
    return [f"| {' | '.join(cells)} |"]


def _ratios(page: str) -> dict[str, float]:
    """How many times the reference each measurement of a page took, by its name; those that failed are left out."""
    table = page.partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table if line.startswith("| ")]
    at = {name: rows[0].index(name) for name in ("measured", "status", "times the reference")}
    return {
        row[at["measured"]]: float(row[at["times the reference"]].replace(",", ""))
        for row in rows[1:]
        if row[at["status"]] == "0"
    }


if __name__ == "__main__":
    main()
