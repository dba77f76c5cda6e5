"""How many skills come back that the table is made to forget: ``python tests/bench/discovery.py --db FILE [--ads 30000]``.

FILE is a warehouse with texts; labels in it are not used. For each seed, 100 skills of the table are drawn among those that
at least 20 openings name, and forgotten with all their ways of writing; counted are those of which one stands among the
first 300 proposals. With ``--show N``, nothing is forgotten, and the first N proposals are printed to be judged by hand.
"""

import argparse
import random
import time
from pathlib import Path

import duckdb

from nlp.discovery.evidence import Evidence, evidence
from nlp.discovery.phrases import fold
from nlp.discovery.proposals import known_names
from nlp.discovery.ranking import ranked
from nlp.skills.table import Skill, skill_table

FIRST = 300
N_HIDDEN = 100
LEAST_OPENINGS = 20


def read(con: duckdb.DuckDBPyConnection, known: frozenset[str], n_ads: int | None, workers: int) -> Evidence:
    """The evidence of the warehouse, with a line on what it cost."""
    started = time.monotonic()
    found = evidence(con, known, workers, limit=n_ads)
    seconds = time.monotonic() - started
    print(
        f"{found.n_ads:,} ads read in {seconds:.0f} s, {len(found.keys):,} phrases at three employers or more",
        flush=True,
    )
    return found


def hide(table: tuple[Skill, ...], found: Evidence, seed: int) -> list[Skill]:
    """Skills drawn among those that ads name often enough by their own name or an alias."""
    n_openings = dict(zip(found.keys, found.n_openings.tolist(), strict=True))
    named = [
        skill
        for skill in table
        if max(n_openings.get(fold(name), 0) for name in (skill.name, *skill.aliases)) >= LEAST_OPENINGS
    ]
    return random.Random(seed).sample(named, N_HIDDEN)


def measure(
    con: duckdb.DuckDBPyConnection, table: tuple[Skill, ...], hidden: list[Skill], n_ads: int | None, workers: int
) -> None:
    """Print how many hidden skills come back, and where."""
    keys = {skill.skill for skill in hidden}
    forms = {form: skill.name for skill in hidden for form in known_names([skill])}
    known = known_names([skill for skill in table if skill.skill not in keys]) - forms.keys()
    found = read(con, known, n_ads, workers)
    started = time.monotonic()
    proposals = ranked(found, known) or []
    seconds = time.monotonic() - started
    places: dict[str, int] = {}
    for place, candidate in enumerate(proposals, 1):
        if name := forms.get(found.keys[candidate.row]):
            places.setdefault(name, place)
    back = {n: sum(place <= n for place in places.values()) for n in (100, FIRST, 1000)}
    print(f"  ranked in {seconds:.0f} s; back among the first 100, {FIRST}, 1000: {[*back.values()]} of {len(hidden)}")
    late = {skill.name: places.get(skill.name) for skill in hidden if places.get(skill.name, FIRST + 1) > FIRST}
    print(f"  not there: {late}", flush=True)


def main() -> None:
    """Read, hide, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--ads", type=int, help="about so many ads; all where it is left out")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    arguments = parser.parse_args()
    table = skill_table()
    known = known_names(table)
    with duckdb.connect(str(arguments.db), read_only=True) as con:
        whole = read(con, known, arguments.ads, arguments.workers)
        for candidate in (ranked(whole, known) or [])[: arguments.show]:
            row = candidate.row
            print(f"{whole.surfaces[row]}\t{whole.n_employers[row]}\t{candidate.rise or 0:.1f}")
        for seed in arguments.seeds:
            print(f"seed {seed}:")
            measure(con, table, hide(table, whole, seed), arguments.ads, arguments.workers)


if __name__ == "__main__":
    main()
