"""How fast ads are read, beside spaCy's own tokenizer on the same texts in the same run.

    python tests/bench/reading_speed.py --db data/rolescope.duckdb [-n 4000]

Texts are drawn from a warehouse. Prints the CPU time of this one process for spaCy's tokenizer alone, for the whole
reading and for its parts, batch by batch in turn so that a noisy machine hits all alike. "Tables" is what the whole
reading takes beside its parts.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import spacy

from nlp.facts import facts
from nlp.pipeline import pipeline
from nlp.reading import Ad, Reader
from nlp.roles.classifier import RoleClassifier
from warehouse import connect

BATCH = 200
PARTS = ("tokens", "sections", "skills", "roles", "facts", "tables")


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
        """Read a batch in every way."""
        with self._timed("spaCy"):
            for ad in ads:
                self.bare.make_doc(ad.text)
        with self._timed("whole"):
            self.reader.tables(ads)
        with self._timed("tokens"):
            titles = [self.nlp.make_doc(ad.title) for ad in ads]
            docs = [self.nlp.make_doc(ad.text) for ad in ads]
        for name in ("sections", "skills"):
            component = self.nlp.get_pipe(name)
            with self._timed(name):
                docs = [component(doc) for doc in docs]
        with self._timed("roles"):
            self.roles.predict(titles, docs)
        with self._timed("facts"):
            for ad in ads:
                facts(ad.title, ad.text, ad.country, ad.job_location)


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
    readers = Readers()
    for i in range(0, len(ads), BATCH):
        readers.read(ads[i : i + BATCH])
    seconds = readers.seconds
    seconds["tables"] = seconds["whole"] - sum(seconds[part] for part in PARTS[:-1])
    words = sum(len(ad.text.split()) for ad in ads) / len(ads)
    print(f"{len(ads)} ads of {words:.0f} words; times as shares of spaCy's tokenizer alone")
    for name in ("spaCy", *PARTS, "whole"):
        print(f"{name:9s} {seconds[name] / seconds['spaCy']:5.2f} {len(ads) / seconds[name]:7.0f} ads/s")
    together = sum(seconds[part] for part in ("tokens", "sections", "skills", "roles"))
    print(f"role and skills together: {together / seconds['spaCy']:.2f} of the time of spaCy's tokenizer alone")
    print(f"the classifier's share of the labelling time: {seconds['roles'] / seconds['whole']:.0%}")


if __name__ == "__main__":
    main()
