"""Scores of the skill extractor on SkillSpan-TECH: ``python tests/bench/skillspan_tech.py --dir DIR [--show 40]``.

DIR holds ``ads_dev.jsonl`` (an ad a line: ``id``, ``text``), ``tech_dev.jsonl`` (a sentence a line: ``ad``, ``text`` and
``spans``: start, end, class, canonical names of the class NAMED) and ``types_dev.tsv`` (a labelled surface a line, with its
class). Compared are the distinct named skills of an ad; a found skill and a labelled one are the same when they share a
name or a way of writing. The set labels concepts ("agile", "machine learning") as a class of their own: a found skill is
left out where its category in skills.csv holds methods and practices, where its name ends in a common noun, or where a way
of writing it is a labelled surface of another class, unless the ad labels it as named; a second line leaves nothing out.
The best possible F1 is about 0.92: repeats and titles are often unlabelled.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions
from nlp.skills.table import skill_table, surfaces

CONCEPTS = frozenset(["architecture", "data_analysis", "genai_method", "ml_method", "practice", "statistics"])
# The last word of a concept's name where its category also holds products.
COMMON_NOUN = re.compile(
    r"(?:Development|Testing|Tests?|Plan(?:s|ning)|Management|Architecture|Security|Engineering|Processing|Computing|Storage"
    r"|Quality|Governance|Lineage|Catalog|Integration|Pipelines?|Operations|Migration|Modeling|Monitoring|Logging|Networking"
    r"|Systems|Databases|Warehous(?:es|ing)|Lakes|Queues|Queries|Querying|Streaming|Services|Platforms|Components|Frameworks"
    r"|Applications|Drivers|Dashboards|Visualization|Virtualization|Encryption|Authentication|Metadata|Native|Programming"
    r"|Switching|Automation|Scripting|Design|Analysis|Analytics|Learning|APIs|Sites?|Controls?|Electronics|Graphics)$"
)


def folded(words: str) -> str:
    """Letters, digits and the signs that tell names apart, in lower case: the form in which names are compared."""
    return re.sub(r"[^\w+#]", "", words.lower())


def lines(path: Path) -> list[Any]:
    """The records of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def labelled(folder: Path) -> tuple[dict[str, dict[str, set[str]]], set[str]]:
    """Of each ad the labelled names with their ways of writing; and the folded surfaces of the other classes."""
    named: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for sentence in lines(folder / "tech_dev.jsonl"):
        for start, end, kind, *names in sentence["spans"]:
            for name in names[0] if kind == "NAMED" else ():
                words = named[sentence["ad"]].setdefault(name, {folded(name)})
                if len(names[0]) == 1:
                    words.add(folded(sentence["text"][start:end]))
    types = [line.split("\t") for line in (folder / "types_dev.tsv").read_text(encoding="utf-8").splitlines()]
    return named, {folded(surface) for surface, kind, *_ in types if kind != "NAMED"}


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--show", type=int, default=0, help="print the N commonest errors of each kind")
    args = parser.parse_args()
    gold, others = labelled(args.dir)
    table = {skill.skill: skill for skill in skill_table()}
    ways = {key: {folded(key), *(folded(form) for form, _ in surfaces(skill))} for key, skill in table.items()}
    concepts = {
        key
        for key, skill in table.items()
        if skill.category in CONCEPTS or COMMON_NOUN.search(skill.name) or ways[key] & others
    }
    elsewhere = {key for key in concepts if ways[key] & others}
    missed: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    n_found = n_right = n_gold = n_concepts = 0
    nlp = pipeline()
    for ad in lines(args.dir / "ads_dev.jsonl"):
        found = {m.key for m in mentions(nlp(ad["text"])) if not m.negated}
        names = gold[ad["id"]]
        right = {key for key in found if any(ways[key] & words for words in names.values())}
        wrong = found - right - concepts
        n_concepts += len((found - right) & concepts)
        left_out.update(table[key].name for key in (found - right) & (concepts - elsewhere))
        lost = [name for name, words in names.items() if not any(ways[key] & words for key in found)]
        n_gold += len(names)
        n_right += len(names) - len(lost)
        n_found += len(names) - len(lost) + len(wrong)
        missed.update(lost)
        extra.update(table[key].name for key in wrong)
    recall = n_right / n_gold
    for what, n in (("named skills", n_found), ("concepts too", n_found + n_concepts)):
        precision = n_right / n
        f1 = 2 * precision * recall / (precision + recall)
        print(
            f"{len(gold)} ads, {what}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}; {n_gold} labelled"
        )
    n_elsewhere = n_concepts - left_out.total()
    print(
        f"left out: {n_concepts} found, {n_elsewhere} of them by a way of writing that the set labels as another class"
    )
    if args.show:
        print("left out by category or noun alone:", left_out.most_common(args.show))
        print("missed:", missed.most_common(args.show))
        print("extra:", extra.most_common(args.show))


if __name__ == "__main__":
    main()
