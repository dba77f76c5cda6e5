"""Accuracy, coverage and speed of nlp.places: python tests/bench/places_gold.py [--labels CSV] [--ads PARQUET] [--misses].

CSV has the columns ``location`` (as written) and ``country``, ``region``, ``city`` of its first place (empty: none is named;
"?": not scored; "a|b": either will do). PARQUET has the columns ``location`` and ``description``; where an ad has both, the
place that the text states is compared with the countries of the location.
"""

import argparse
import csv
import time
from collections import Counter
from pathlib import Path

import duckdb

from nlp.places import Place, country, places
from nlp.places.stated import stated_places
from warehouse.text import clean

FIELDS = ("country", "region", "city")


def first(found: list[Place]) -> tuple[str | None, ...]:
    """Country, region and city of the first place that has a country; None for each where none has."""
    return next((place[:3] for place in found if place.country), (None, None, None))


def accuracy(labels: Path, show_misses: bool) -> None:
    """Print how many values are right, and how many are wrong rather than missing."""
    right, wrong, n = Counter[str](), Counter[str](), Counter[str]()
    with labels.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for field, got in zip(FIELDS, first(places(row["location"], None)), strict=True):
                if row[field] == "?":
                    continue
                is_right = (got or "") in row[field].split("|")
                n[field] += 1
                right[field] += is_right
                wrong[field] += not is_right and got is not None
                if show_misses and not is_right:
                    print(f"{field}: {row['location']!r} is {row[field]!r}, read as {got!r}")
    for field in FIELDS:
        print(
            f"{field:8} {right[field] / n[field]:6.3f}  ({right[field]} of {n[field]}; {wrong[field]} wrong, not missing)"
        )


def coverage(ads: str) -> None:
    """Print the share of ads with a place whose country, region and city are told, and the time that a spelling takes."""
    with duckdb.connect() as con:
        spellings = con.execute(
            "select location, count(*) from read_parquet(?) where trim(location) != '' group by all", [ads]
        ).fetchall()
        texts = con.execute(
            "select location, description from read_parquet(?) where hash(description) % 20 = 0", [ads]
        ).fetchall()
    places("Berlin", None)
    start = time.process_time()
    found = [first(places(location, None)) for location, _ in spellings]
    seconds = time.process_time() - start
    n_ads = sum(n for _, n in spellings)
    for index, field in enumerate(FIELDS):
        told = sum(n for (_, n), place in zip(spellings, found, strict=True) if place[index])
        print(f"{field:8} of {told / n_ads:.4f} of {n_ads} ads with a place")
    print(f"{seconds / len(spellings) * 1e6:.0f} µs for each of {len(spellings)} spellings")

    n, n_stated, n_same = 0, 0, 0
    for location, description in texts:
        if country(location, None):
            n += 1
            if stated := stated_places(clean(description or "")):
                n_stated += 1
                n_same += first(stated[0])[0] in {place.country for place in places(location, None)}
    print(
        f"text states a place in {n_stated} of {n} ads, {n_same / max(1, n_stated):.3f} of them in a country of the location"
    )


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, help="labelled places")
    parser.add_argument("--ads", help="Parquet files of ads, a glob")
    parser.add_argument("--misses", action="store_true", help="list what was read wrongly")
    options = parser.parse_args()
    if options.labels:
        accuracy(options.labels, options.misses)
    if options.ads:
        coverage(options.ads)


if __name__ == "__main__":
    main()
