"""How long labelling takes after one skill was added to the table: ``python tests/bench/relabelling.py --db labelled.duckdb``.

Only the ads that can hold the skill are read again. It works in a copy of the warehouse; the skill is ``--name``, a word that few ads have.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from nlp.discovery.own_rows import OWN_COLUMNS, OWN_FILE
from nlp.skills.table import skill_table
from warehouse.store import point_to


def main() -> None:
    """Copy, add, label, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--name", default="Espresso")
    args = parser.parse_args()
    category = skill_table()[0].category
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "w.duckdb"
        (db.parent / "snapshots").mkdir()
        file = db.parent / "snapshots" / args.db.resolve().name
        file.write_bytes(args.db.resolve().read_bytes())
        point_to(db, file)
        with (db.parent / OWN_FILE).open("w", newline="", encoding="utf-8") as lines:
            row = {"skill": args.name.lower().replace(" ", "-"), "name": args.name, "category": category}
            writer = csv.DictWriter(lines, OWN_COLUMNS)
            writer.writeheader()
            writer.writerow(row)
        begun = time.monotonic()
        command = [str(Path(sys.executable).with_name("rolescope")), "label", "--db", str(db)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[0]
        seconds = time.monotonic() - begun
        with duckdb.connect(str(db.resolve()), read_only=True) as con:
            ((n_contents,),) = con.execute("select count(distinct content_hash) from job_posting").fetchall()
    print(f"{seconds:.1f} s from start to published; {n_contents:,} contents in all: {said}")


if __name__ == "__main__":
    main()
