"""What others take for the same texts: run by tests/bench/labelling_speed.py, with any Python that has the library.

    python labelling_peers.py NAME TEXTS TABLE

TEXTS has a text a line, TABLE a skill a line (its key and its forms), as JSON. Prints the CPU seconds for reading the texts,
their number, and how many hits there were. It imports nothing of this project, so that a peer can have versions of its own.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Table = list[tuple[str, list[str]]]


def tokens(table: Table) -> Callable[[str], int]:
    """spaCy's tokenizer alone."""
    import spacy

    nlp = spacy.blank("en")
    return lambda text: len(nlp.make_doc(text))


def phrases(table: Table) -> Callable[[str], int]:
    """spaCy's tokenizer, and its PhraseMatcher in lower case: every form is a hit wherever it stands."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for skill, forms in table:
        matcher.add(skill, [nlp.make_doc(form) for form in forms])
    return lambda text: len(matcher(nlp.make_doc(text)))


def flashtext(table: Table) -> Callable[[str], int]:
    """flashtext's trie of words."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    processor.add_keywords_from_dict(dict(table))
    return lambda text: len(processor.extract_keywords(text))


def ahocorasick(table: Table) -> Callable[[str], int]:
    """pyahocorasick, an automaton in C over characters: hits within words included, which somebody would have to remove."""
    from ahocorasick import Automaton

    automaton = Automaton()
    for skill, forms in table:
        for form in forms:
            automaton.add_word(form.lower(), skill)
    automaton.make_automaton()
    return lambda text: sum(1 for _ in automaton.iter(text.lower()))


def skillner(table: Table) -> Callable[[str], int]:
    """skillNer over a blank pipeline, with this table in its form: it would fetch its own list over the network."""
    folder = Path(tempfile.mkdtemp())
    skills = {
        skill: {
            "skill_name": forms[0], "skill_type": "Hard Skill", "skill_len": len(forms[0].split()), "match_on_tokens": False,
            "high_surfce_forms": {"full": forms[0].lower()}, "low_surface_forms": [form.lower() for form in forms[1:]],
        }
        for skill, forms in ((key.replace("_", "-"), forms) for key, forms in table)
    }  # fmt: skip
    (folder / "skill_db_relax_20.json").write_text(json.dumps(skills))
    (folder / "token_dist.json").write_text("{}")
    os.chdir(folder)
    import spacy
    from skillNer.skill_extractor_class import SkillExtractor
    from spacy.matcher import PhraseMatcher

    with contextlib.redirect_stdout(io.StringIO()):
        extractor = SkillExtractor(spacy.blank("en"), skills, PhraseMatcher)

    def read(text: str) -> int:
        try:
            return sum(map(len, extractor.annotate(text)["results"].values()))
        except (IndexError, ValueError, ZeroDivisionError):  # its own errors, on some texts
            return 0

    return read


PEERS = {
    "spacy": tokens,
    "phrasematcher": phrases,
    "flashtext": flashtext,
    "ahocorasick": ahocorasick,
    "skillner": skillner,
}


def main() -> None:
    """Read and print."""
    name, texts_file, table_file = sys.argv[1:]
    texts = [json.loads(line) for line in Path(texts_file).read_text(encoding="utf-8").splitlines()]
    table = [tuple(json.loads(line)) for line in Path(table_file).read_text(encoding="utf-8").splitlines()]
    read = PEERS[name](table)
    read(texts[0])
    start = time.process_time()
    n_hits = sum(map(read, texts))
    print(time.process_time() - start, len(texts), n_hits)


if __name__ == "__main__":
    main()
