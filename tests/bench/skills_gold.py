"""Scores of the skill extractor on labelled ads: ``python tests/bench/skills_gold.py --gold DIR --traps FILE``.

DIR holds ``gold.jsonl`` (a labelled ad a line: ``ad`` and ``skills``, each with name, surfaces, need, certain) and
``gold.parquet`` (columns ``ad`` and ``description``). FILE holds a sentence a line: ``text``, ``pos`` and ``neg``, lists
of [start, end, name]. A found skill and a labelled one are the same when they share a name or a surface. Certain skills
count for recall; found skills that are no labelled skill, certain or not, count against precision.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions
from nlp.skills.table import skill_table, surfaces
from warehouse.text import clean

STRENGTH = {"context": 0, "preferred": 1, "required": 2}


def folded(words: str) -> str:
    """Letters, digits and the signs that tell names apart, in lower case: the form in which names are compared."""
    return re.sub(r"[^\w+#]", "", words.lower())


def score_gold(folder: Path, show: int) -> None:
    """Print precision, recall, F1 and need accuracy over the distinct skills of each ad."""
    labels = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    labels = [label for label in labels if "skills" in label]
    found = duckdb.execute("select ad, description from read_parquet(?)", [str(folder / "gold.parquet")]).fetchall()
    texts = {ad: clean(description) for ad, description in found}
    ways = {s.skill: {folded(form) for form, _ in surfaces(s)} | {folded(s.skill)} for s in skill_table()}
    names = {s.skill: s.name for s in skill_table()}
    n_found = n_right = n_certain = n_recalled = n_need = n_need_right = 0
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    nlp = pipeline()
    pairs = ((texts[label["ad"]], label) for label in labels)
    for doc, label in nlp.pipe(pairs, as_tuples=True):
        named: dict[str, list[Any]] = {}
        for mention in mentions(doc):
            if not mention.negated:
                named.setdefault(mention.key, []).append(mention)
        written = {key: ways[key] | {folded(m.surface) for m in found} for key, found in named.items()}
        gold = [(s, {folded(w) for w in (s["name"], *s["surfaces"])}) for s in label["skills"]]
        for key in named:
            hit = [s for s, words in gold if words & written[key]]
            n_found += 1
            n_right += bool(hit)
            if not hit:
                wrong[f"{names[key]} [{named[key][0].section}]"] += 1
        for skill, words in gold:
            if not skill["certain"]:
                continue
            n_certain += 1
            keys = [key for key in named if words & written[key]]
            n_recalled += bool(keys)
            if not keys:
                missed[skill["name"]] += 1
            elif skill["need"]:
                need = max((m.need for key in keys for m in named[key]), key=STRENGTH.__getitem__)
                n_need += 1
                n_need_right += need == skill["need"]
                confused[skill["need"], need] += 1
    precision, recall = n_right / n_found, n_recalled / n_certain
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"{len(labels)} ads: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; {n_found} found, {n_certain} certain"
    )
    print(f"need right: {n_need_right / n_need:.3f} of {n_need}; (label, found): {dict(confused)}")
    if show:
        print("found, not labelled:", wrong.most_common(show))
        print("labelled, not found:", missed.most_common(show))


def score_traps(path: Path) -> None:
    """Print how many names are found where they are meant, and how many are found where they are not."""
    traps = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    counts: Counter[str] = Counter()
    nlp = pipeline()
    for doc, trap in nlp.pipe(((trap["text"], trap) for trap in traps), as_tuples=True):
        spans = [(m.start_char, m.end_char) for m in mentions(doc) if not m.negated]
        for kind in ("pos", "neg"):
            for start, end, name in trap[kind]:
                hit = any(a < end and start < b for a, b in spans)
                counts[kind] += 1
                counts[kind + " found"] += hit
                if hit == (kind == "neg"):
                    print(f"  {kind} {name!r} in {trap['text']!r}")
    print(
        f"traps: found {counts['pos found']} of {counts['pos']} meant, {counts['neg found']} of {counts['neg']} not meant"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, help="folder with gold.jsonl and gold.parquet")
    parser.add_argument("--traps", type=Path, help="file of trap sentences")
    parser.add_argument("--show", type=int, default=0, help="print the N commonest errors of each kind")
    options = parser.parse_args()
    if not (options.gold or options.traps):
        parser.error("nothing to score: give --gold or --traps")
    if options.gold:
        score_gold(options.gold, options.show)
    if options.traps:
        score_traps(options.traps)
