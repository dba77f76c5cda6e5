"""Pairs of ads for judging by eye how well duplicates are found: python tests/bench/duplicates.py --db PATH [--draw KIND].

Prints how many postings become how many openings, by reason. ``--draw merged`` prints random pairs that near matching
made one opening; ``--draw missed`` random pairs of the same employer and title that it did not, though they have two
fifths of their five-word sequences in common; each with the parts in which the two texts differ, longest first.
"""

import argparse
import difflib
import random
from itertools import combinations, groupby
from pathlib import Path

import duckdb
import numpy as np

from warehouse import connect
from warehouse.near import _Content

LEAST_ALIKE = 0.4
Pair = tuple[str, str, str]  # two contents, and what is to be said of them


def main() -> None:
    """Count, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--draw", choices=["merged", "missed"])
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int, default=5, help="differing parts that are shown of a pair")
    args = parser.parse_args()
    with connect(args.db) as con:
        counted = con.execute(
            """
            select count(*), count(distinct content_hash), count(distinct cluster_id),
                count(*) filter (cluster_reason = 'same_content'), count(*) filter (cluster_reason = 'near_content')
            from job_posting
            """
        ).fetchall()[0]
        print("{} postings, {} contents, {} openings; same_content {}, near_content {} postings".format(*counted))
        if args.draw:
            pairs = sorted(merged(con) if args.draw == "merged" else missed(con))
            print(f"{len(pairs)} pairs to draw from")
            for number, pair in enumerate(random.Random(args.seed).sample(pairs, min(args.n, len(pairs))), 1):
                print(f"\n=== {number} " + described(con, pair, args.parts))


def merged(con: duckdb.DuckDBPyConnection) -> list[Pair]:
    """Every content with the earlier one that it was found to repeat."""
    rows = con.execute("select near_hash, content_hash, similarity from job_posting_near").fetchall()
    return [(first, second, f"alike {share:.2f}") for first, second, share in rows]


def missed(con: duckdb.DuckDBPyConnection) -> list[Pair]:
    """Pairs of first-seen contents of one employer and title that are alike but were not made one opening."""
    rows = con.execute(
        """
        select distinct p.employer_key, p.title_key, p.content_hash, p.cluster_id, t.text
        from job_posting as p
        join job_posting_text as t on t.content_hash = p.content_hash
        where
            p.employer_key is not null
            and (p.employer_key, p.title_key, p.content_hash) not in
                (select (employer_key, title_key, content_hash) from job_posting_near)
        order by all
        """
    ).fetchall()
    pairs = []
    for _, group in groupby(rows, key=lambda row: row[:2]):
        contents = [(content_hash, cluster, _Content(text)) for *_, content_hash, cluster, text in group]
        for (a, cluster_a, one), (b, cluster_b, other) in combinations(contents, 2):
            common = np.intersect1d(one.sequences, other.sequences).size
            share = common / max(one.sequences.size + other.sequences.size - common, 1)
            if cluster_a != cluster_b and share >= LEAST_ALIKE:
                fewer = max(min(one.words.size, other.words.size), 1)
                new = 1 - np.intersect1d(one.words, other.words).size / fewer
                pairs.append((a, b, f"alike {share:.2f} new {new:.3f}"))
    return pairs


def described(con: duckdb.DuckDBPyConnection, pair: Pair, n_parts: int) -> str:
    """What the two contents are, and where they differ."""
    a, b, said = pair
    sides = []
    for content_hash in (a, b):
        sides.append(
            con.execute(
                """
                select any_value(p.hiring_organization), any_value(p.title), string_agg(distinct p.job_location, ' | '),
                    any_value(p.date_posted), any_value(t.text)
                from job_posting as p join job_posting_text as t on t.content_hash = p.content_hash
                where p.content_hash = ?
                """,
                [content_hash],
            ).fetchall()[0]
        )
    one, other = (side[-1].split() for side in sides)
    parts = [
        (" ".join(one[i:j]), " ".join(other[k:m]))
        for kind, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    parts.sort(key=lambda part: -len(part[0]) - len(part[1]))
    lines = [said, *(f"  {side[:-1]} {len(side[-1])} characters" for side in sides)]
    lines += [f"  - {before[:260]}\n  + {after[:260]}" for before, after in parts[:n_parts]]
    return "\n".join([*lines, f"  {len(parts)} parts differ"])


if __name__ == "__main__":
    main()
