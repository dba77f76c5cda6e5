"""How well ambiguous names (Go, Spring, Excel, …) are told from plain words, on labelled places in real ads.

    python tests/bench/ambiguous_names.py --labels FILE --ads 'DIR/*.parquet' [--half odd] [--show]

FILE holds a place a line: ``ad``, ``skill`` (key in skills.csv), ``before``, ``surface`` and ``after`` (the words as they
stand in the ad's clean text) and ``label`` (1: the skill is meant there and asked for or used; 0: it is not). The parquet
files have the columns ``ad`` and ``description``. The whole ad is read, then the mentions at the place are looked at:
found means one of that skill that is not negated. Intervals are Wilson's, 95 %.
"""

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
from statsmodels.stats.proportion import proportion_confint

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions
from warehouse.text import clean

Counts = Counter[tuple[bool, bool]]
"""Places by whether the skill is meant and whether it is found."""


def texts_of(ads: str, wanted: list[str]) -> dict[str, str]:
    """Clean text by ad."""
    rows = duckdb.execute(
        "select ad, description from read_parquet(?) where ad in (select unnest(?))", [ads, wanted]
    ).fetchall()
    return {ad: clean(description) for ad, description in rows}


def share(right: int, n: int) -> str:
    """A share with its interval; "–" of nothing."""
    if not n:
        return "–"
    low, high = proportion_confint(right, n, method="wilson")
    return f"{right / n:.3f} ({low:.3f} – {high:.3f})"


def row(name: str, counts: Counts) -> str:
    """A line of the report."""
    right = counts[True, True]
    meant, found = right + counts[True, False], right + counts[False, True]
    return f"{name:32s} {sum(counts.values()):4d} {meant:4d}  {share(right, found):24s} {share(right, meant)}"


def main() -> None:
    """Read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--ads", required=True, help="parquet file, or a pattern of several")
    parser.add_argument("--half", choices=("even", "odd"), help="only every other line, counted from 0")
    parser.add_argument("--show", action="store_true", help="print the wrong ones")
    args = parser.parse_args()
    places: list[dict[str, Any]] = [json.loads(line) for line in args.labels.read_text(encoding="utf-8").splitlines()]
    if args.half:
        places = places[args.half == "odd" :: 2]
    texts = texts_of(args.ads, [place["ad"] for place in places])
    nlp = pipeline()
    by_skill: defaultdict[str, Counts] = defaultdict(Counter)
    for place in places:
        text = texts[place["ad"]]
        at = text.find(place["before"] + place["surface"] + place["after"])
        if at < 0:
            raise SystemExit(f"ad {place['ad']} does not hold the words around {place['surface']!r}")
        start = at + len(place["before"])
        end = start + len(place["surface"])
        found = any(
            m.key == place["skill"] and not m.negated and m.start_char < end and start < m.end_char
            for m in mentions(nlp(text))
        )
        meant = bool(place["label"])
        by_skill[place["skill"]][meant, found] += 1
        if args.show and meant != found:
            words = f"{place['before'][-80:]}[{place['surface']}]{place['after'][:60]}".replace("\n", " / ")
            print(f"{'missed' if meant else 'wrong '} {place['skill']}: {words}")
    print(f"{'skill':32s}    n meant precision                recall")
    for skill, counts in sorted(by_skill.items()):
        print(row(skill, counts))
    print(row("all", sum(by_skill.values(), Counter())))


if __name__ == "__main__":
    main()
