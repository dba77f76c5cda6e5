"""How fast ads are read, beside spaCy's own tokenizer on the same texts in the same run.

    python tests/bench/reading_speed.py --db data/rolescope.duckdb [-n 4000]

Texts are drawn from a warehouse. Prints ads a second of CPU time, in this one process, for spaCy's tokenizer alone and
for the whole reading (role, skills, sections, facts), in alternating batches so that a noisy machine hits both alike.
"""

import argparse
import time
from pathlib import Path

import spacy

from nlp.reading import Ad, Reader
from warehouse import connect

BATCH = 200


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("-n", type=int, default=4000)
    args = parser.parse_args()
    with connect(args.db) as con:
        rows = con.execute(
            "select content_hash, title, text from job_posting_text order by content_hash limit ?", [args.n]
        ).fetchall()
    ads = [Ad(*row) for row in rows]
    start = time.perf_counter()
    reader = Reader()
    loading = time.perf_counter() - start
    nlp = spacy.blank("en")
    bare = whole = 0.0
    for i in range(0, len(ads), BATCH):
        batch = ads[i : i + BATCH]
        start = time.process_time()
        for ad in batch:
            nlp.make_doc(ad.text)
        middle = time.process_time()
        reader.tables(batch)
        whole += time.process_time() - middle
        bare += middle - start
    words = sum(len(ad.text.split()) for ad in ads) / len(ads)
    print(f"{len(ads)} ads of {words:.0f} words; models loaded in {loading:.1f} s")
    print(
        f"spaCy's tokenizer alone: {len(ads) / bare:.0f} ads/s; whole reading: {len(ads) / whole:.0f} ads/s; ratio {bare / whole:.2f}"
    )


if __name__ == "__main__":
    main()
