"""Accuracy of nlp.facts and nlp.places on labelled ads: python tests/bench/facts_gold.py --gold DIR [--misses FACT].

DIR holds ``gold.jsonl`` (a JSON object an ad: ``ad`` and ``facts``, without the disputed ones) and ``gold.parquet``
(columns ``ad``, ``title``, ``location``, ``description``).
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from nlp.facts import Facts, facts
from nlp.places import country
from warehouse.text import clean

PAY = {
    "salary_min": "base_salary_min",
    "salary_max": "base_salary_max",
    "salary_currency": "salary_currency",
    "salary_period": "salary_unit",
}
SINGLE = {
    "degree_required": "degree_required",
    "degree_preferred": "degree_preferred",
    "equivalent_ok": "degree_equivalent_ok",
    "years_min": "years_min",
    "seniority": "seniority",
    "work_mode": "work_mode",
}


def labelled_ads(gold: Path) -> Iterator[tuple[str, str, str | None, str, dict[str, Any]]]:
    """Each ad with labels: key, title, location, clean text, facts."""
    lines = (gold / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {record["ad"]: record["facts"] for record in map(json.loads, lines)}
    with duckdb.connect() as con:
        rows = con.execute(
            "select ad, title, location, description from read_parquet(?) order by ad", [str(gold / "gold.parquet")]
        ).fetchall()
    for ad, title, location, description in rows:
        if ad in labels:
            yield ad, title, location, clean(description), labels[ad]


def main() -> None:
    """Print each fact's accuracy with n, and the time an ad takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="folder of gold.jsonl and gold.parquet")
    parser.add_argument("--misses", action="append", default=[], help="a fact whose wrong ads are listed")
    options = parser.parse_args()

    right, n = Counter[str](), Counter[str]()
    characters, seconds = 0, 0.0

    def score(fact: str, ad: str, want: object, got: object) -> None:
        n[fact] += 1
        right[fact] += want == got
        if want != got and fact in options.misses:
            print(f"{fact}: {ad} is {want!r}, read as {got!r}")

    for ad, title, location, text, labels in labelled_ads(options.gold):
        place = country(location, None)
        start = time.process_time()
        read: Facts = facts(title, text, place, location)
        seconds += time.process_time() - start
        characters += len(text)
        for label, field in SINGLE.items():
            if label in labels:
                got = getattr(read, field)
                score(label, ad, labels[label], bool(got) if label == "equivalent_ok" else got)
        agreed = [label for label in PAY if label in labels]
        want, got = [labels[label] for label in agreed], [getattr(read, PAY[label]) for label in agreed]
        stated = any(value is not None for value in want)
        score("pay, where stated (all values)" if stated else "no pay, where none is stated", ad, want, got)
        if "country" in labels and location:
            score("country, where a place is given", ad, labels["country"], place)

    for fact in sorted(n):
        print(f"{fact:34} {right[fact] / n[fact]:6.3f}  ({right[fact]} of {n[fact]})")
    ads = n["no pay, where none is stated"] + n["pay, where stated (all values)"]
    print(f"{seconds / ads * 1000:.2f} ms for an ad of {characters // ads} characters")


if __name__ == "__main__":
    main()
