"""Openings that name each skill, for docs/skills.md: ``python tests/bench/skill_counts.py --db FILE``.

FILE is a warehouse; labels in it are not used: its texts are read anew with the table and the extractor of this checkout.
The same ad on two boards is one opening. A mention that is negated does not count. Writes nlp/skills/counts.json.
"""

import argparse
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions
from nlp.skills.table import skill_table

TEXTS = """
    select t.text, list(distinct coalesce(p.cluster_id, p.posting_id))
    from job_posting_text as t join job_posting as p using (content_hash)
    group by t.content_hash, t.text
"""


def count(db: Path) -> tuple[int, Counter[str]]:
    """Openings in the warehouse, and how many of them name each skill, by its key."""
    n_by_skill: Counter[str] = Counter()
    openings: set[str] = set()
    counted: set[tuple[str, str]] = set()
    nlp = pipeline()
    with duckdb.connect(str(db), read_only=True) as con:
        rows = con.execute(TEXTS)
        while batch := rows.fetchmany(2000):
            for doc, ids in nlp.pipe(batch, as_tuples=True, disable=["tags", "spans"]):
                openings.update(ids)
                named = {mention.key for mention in mentions(doc) if not mention.negated}
                new = {(opening, key) for opening in ids for key in named} - counted
                counted |= new
                n_by_skill.update(key for _, key in new)
    return len(openings), n_by_skill


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True, help="warehouse with the texts")
    parser.add_argument("--out", type=Path, default=Path("nlp/skills/counts.json"), help="file of the counts")
    arguments = parser.parse_args()
    n_openings, n_by_skill = count(arguments.db)
    counts = {skill.skill: n_by_skill[skill.skill] for skill in sorted(skill_table())}
    content = {"counted_on": datetime.now(UTC).date().isoformat(), "n_openings": n_openings, "by_skill": counts}
    arguments.out.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")
    print(f"{n_openings:,} openings; {sum(n > 0 for n in counts.values()):,} of {len(counts):,} skills seen.")
