"""Installs the wheel and the sdist in an empty environment of each Python, as pipx does, and runs what the README tells:

    python tests/bench/installing.py [--python python3.11 --python /path/to/python3.13 …]
    python tests/bench/installing.py --here                    # only --help, of what is installed beside this Python

For each: `rolescope --version`; `rolescope --help` (median of seven, aim 0.3 s); `rolescope up --sample --exit` in an empty folder,
which crawls the sample boards, labels, publishes and serves; one query; and `rolescope doctor`. Needs a package index, and about
1.5 GB in the temporary folder for one environment at a time.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STEPS = (
    ["--version"],
    ["up", "--sample", "--exit"],
    ["sql", "--db", "data/sample.duckdb", "--csv", "select count(*) from posting where labelled_at is not null"],
    ["doctor", "--db", "data/sample.duckdb"],
)


def main() -> None:
    """Build, install, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", help="an interpreter; repeatable (default: this one)")
    parser.add_argument("--kind", choices=("wheel", "sdist"), action="append", help="default: both")
    parser.add_argument("--here", action="store_true", help="install nothing")
    args = parser.parse_args()
    if args.here:
        print(f"--help {help_seconds(str(Path(sys.executable).with_name('rolescope')), ROOT):.2f} s (aim 0.3)")
        return
    n_broken = 0
    with tempfile.TemporaryDirectory() as folder:
        run([sys.executable, "-m", "hatchling", "build", "-d", folder], ROOT)
        for python in args.python or [sys.executable]:
            for kind in args.kind or ("wheel", "sdist"):
                (built,) = Path(folder).glob("*.whl" if kind == "wheel" else "*.tar.gz")
                started = time.monotonic()
                try:
                    said = smoke(python, built)
                except subprocess.CalledProcessError as error:
                    n_broken += 1
                    said = f"BROKEN: {error.cmd} ended with {error.returncode}: {error.stderr[-800:]}"
                print(f"{python} {kind}: {said} ({time.monotonic() - started:.0f} s in all)", flush=True)
    sys.exit(1 if n_broken else 0)


def smoke(python: str, built: Path) -> str:
    """What the steps say in an environment that holds nothing else. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        there, away = Path(folder) / "venv", Path(folder) / "away"
        away.mkdir()
        if uv := shutil.which("uv"):
            run([uv, "venv", "-q", "--python", python, str(there)], away)
            run([uv, "pip", "install", "-q", "--python", str(there / "bin/python"), str(built)], away)
        else:
            run([python, "-m", "venv", str(there)], away)
            run([str(there / "bin/pip"), "install", "-q", str(built)], away)
        command = str(there / "bin/rolescope")
        version = run([str(there / "bin/python"), "-VV"], away).split(" (")[0].strip()
        said = [run([command, *step], away).strip().splitlines()[-1] for step in STEPS]
        return f"{version}; --help {help_seconds(command, away):.2f} s; " + "; ".join(said)


def help_seconds(command: str, folder: Path) -> float:
    """Seconds of `rolescope --help`, the median of seven after one that compiles."""
    return statistics.median([timed([command, "--help"], folder) for _ in range(8)][1:])


def timed(command: list[str], folder: Path) -> float:
    """Seconds that a command takes."""
    started = time.monotonic()
    run(command, folder)
    return time.monotonic() - started


def run(command: list[str], folder: Path) -> str:
    """What a command prints that knows nothing of this environment. Raises CalledProcessError."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "ROLESCOPE"))
    }
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
