"""What the tags find in real ads, to be read by a person: is it what the tag's definition says?

    python tests/bench/tags_sample.py --db data/rolescope.duckdb [-n 5000] [--show 15] [TAG …]

Prints for each tag in how many of the first ``n`` ads by content hash (a random draw) it stands, and ``show`` mentions of
it in their context, each from another ad. Right ones of 15 are what docs/ gives as precision.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path

from nlp.pipeline import pipeline
from nlp.tags.finder import TagFinder, TagMention, tags_of
from nlp.tags.table import read_tags
from warehouse import connect


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("-n", type=int, default=5000)
    parser.add_argument("--show", type=int, default=15)
    parser.add_argument("tags", nargs="*", metavar="TAG")
    args = parser.parse_args()
    with connect(args.db) as con:
        rows = con.execute("select text from job_posting_text order by content_hash limit ?", [args.n]).fetchall()
    nlp = pipeline()
    finder = TagFinder(nlp)
    found: defaultdict[str, dict[int, list[TagMention]]] = defaultdict(dict)
    for ad, (text,) in enumerate(rows):
        for mention in tags_of(finder(nlp.get_pipe("sections")(nlp.make_doc(text)))):
            found[mention.key].setdefault(ad, []).append(mention)
    for tag in read_tags():
        if args.tags and tag.tag not in args.tags:
            continue
        of_tag = found[tag.tag]
        print(f"\n{tag.kind} {tag.tag}: {len(of_tag)} of {len(rows)} ads. {tag.definition}")
        chance = random.Random(tag.tag)
        for ad in chance.sample(sorted(of_tag), min(args.show, len(of_tag))):
            m, (text,) = chance.choice(of_tag[ad]), rows[ad]
            around = (
                f"{text[max(0, m.start_char - 40) : m.start_char]}[{m.surface}]{text[m.end_char : m.end_char + 30]}"
            )
            print(f"  {m.section or '-':9s} {' '.join(around.split())}")


if __name__ == "__main__":
    main()
