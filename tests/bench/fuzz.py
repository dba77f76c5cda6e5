"""Throws mutated text at every place that takes somebody else's, and says what broke:

    PYTHONPATH=tests python tests/bench/fuzz.py [--target html …] [--executions 10000] [--seed 0] [--engine atheris]

Of each target (those of fuzz_targets.py), in a process of its own: executions; failures (an exception that is none of those which
say what is wrong with the input, or a run of more than --limit seconds of processor time), each kept in --out as the bytes that
brought it about; the slowest execution in seconds of processor time; and by how many MiB memory grew from the first tenth of the
executions to the last. A target with its number in SLOW runs so many times less often.

Hypothesis makes the bytes; Atheris, where it is installed, makes those that reach new lines of our code.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from conftest import build_small_warehouse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

PORTION = 1_000  # examples that Hypothesis makes at a time: it remembers them all
MOST_BYTES = 300


class HangError(BaseException):
    """An execution takes too long; no ``except Exception`` on the way swallows it."""


class Course:
    """What became of the executions of one target so far."""

    def __init__(self, name: str, run: Any, n_executions: int, limit: float, out: Path) -> None:
        self.name, self.limit, self.n_wanted = name, limit, n_executions
        self.n_done, self.seconds = 0, 0.0
        self.failures: dict[str, str] = {}
        self.slowest = 0.0
        self._run, self._out, self._begun_with = run, out, 0.0

    def __call__(self, data: bytes) -> None:
        """Execute once."""
        started = time.process_time()
        try:
            with at_most(self.limit):
                self._run(data)
        except (Exception, HangError) as error:
            self._fail(data, error)
        taken = time.process_time() - started
        self.slowest, self.seconds = max(self.slowest, taken), self.seconds + taken
        self.n_done += 1
        if self.n_done == max(self.n_wanted // 10, 1):
            self._begun_with = held()

    def _fail(self, data: bytes, error: BaseException) -> None:
        frames = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)][-3:]
        what = f"{type(error).__name__}: {str(error)[:150]} ({' < '.join(reversed(frames))})"
        kind = f"{type(error).__name__} {frames[-1:]}"
        if kind not in self.failures:
            self.failures[kind] = what
            self._out.mkdir(parents=True, exist_ok=True)
            (self._out / f"{self.name}-{hashlib.sha256(data).hexdigest()[:8]}").write_bytes(data)

    def report(self) -> dict[str, Any]:
        """What there is to say."""
        return {
            "target": self.name, "executions": self.n_done, "failures": list(self.failures.values()),
            "mean_ms": round(1000 * self.seconds / self.n_done, 2), "slowest_s": round(self.slowest, 3), "grew_mib": round(held() - self._begun_with, 1),
        }  # fmt: skip


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise HangError in a block that takes more of the processor."""

    def hung(number: int, frame: FrameType | None) -> None:
        raise HangError(f"more than {seconds} s")

    signal.signal(signal.SIGPROF, hung)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def held() -> float:
    """Memory of this process, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def by_hypothesis(course: Course, number: int) -> None:
    """Bytes without a look at the code."""

    def once(data: bytes) -> None:
        if course.n_done < course.n_wanted:
            course(data)

    while course.n_done < course.n_wanted:
        begun = course.n_done
        options = settings(
            max_examples=PORTION, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )  # fmt: skip
        seed(number + begun)(options(given(st.binary(min_size=1, max_size=MOST_BYTES))(once)))()


def by_atheris(course: Course, number: int, queue: Any) -> None:
    """Bytes that reach new code; ends the process."""
    import atheris

    def once(data: bytes) -> None:
        course(data)
        if course.n_done == course.n_wanted:
            queue.put(course.report())
            queue.close()
            queue.join_thread()
            os._exit(0)

    atheris.Setup(
        [sys.argv[0], f"-seed={number + 1}", f"-max_len={MOST_BYTES}", "-rss_limit_mb=0", "-verbosity=0"], once
    )
    atheris.Fuzz()


def run(name: str, args: argparse.Namespace, db: Path, queue: Any) -> None:
    """Fuzz one target in this process, and send its report."""
    if args.engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=["crawler", "nlp", "warehouse", "dashboard"]):
            import fuzz_targets
    else:
        import fuzz_targets
    with tempfile.TemporaryDirectory() as folder:
        n = max(args.executions // fuzz_targets.SLOW.get(name, 1), 1)
        course = Course(name, fuzz_targets.TARGETS[name](db, Path(folder)), n, args.limit, args.out)
        if args.engine == "atheris":
            by_atheris(course, args.seed, queue)
        else:
            by_hypothesis(course, args.seed)
        queue.put(course.report())


def main() -> None:
    """Fuzz and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", help="one of them; repeatable (default: all)")
    parser.add_argument("--executions", type=int, default=10_000, help="of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    parser.add_argument("--limit", type=float, default=1.0, help="seconds of processor time that an execution may take")
    parser.add_argument("--out", type=Path, default=Path("data/fuzz"), help="folder of the bytes that broke something")
    args = parser.parse_args()
    names = args.target or __import__("fuzz_targets").TARGETS
    spawn = multiprocessing.get_context("spawn")
    n_failures = 0
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "rolescope.duckdb"
        build_small_warehouse(db)
        for name in names:
            queue = spawn.Queue()
            process = spawn.Process(target=run, args=(name, args, db, queue))
            process.start()
            process.join()
            if process.exitcode:
                n_failures += 1
                print(json.dumps({"target": name, "ended": process.exitcode}), flush=True)
                continue
            report = queue.get()
            n_failures += len(report["failures"])
            print(json.dumps(report, ensure_ascii=False), flush=True)
    sys.exit(1 if n_failures else 0)


if __name__ == "__main__":
    main()
