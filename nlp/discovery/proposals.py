"""Proposals for the table of skills: candidates with what a person needs to judge them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import duckdb
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.discovery.evidence import Evidence
from nlp.discovery.phrases import fold, phrases
from nlp.discovery.ranking import Candidate
from nlp.review.queue import plain
from nlp.sections import Sections
from nlp.skills.table import Skill, surfaces
from warehouse.parallel import batches, map_batches
from warehouse.progress import Progress

_N_SHOWN = 3  # examples, and skills near by
_AROUND = 60  # characters of an example to either side
_BATCH = 200
_LEAST_ALIKE = 0.45  # cosine of the letters of two names
_WORD = re.compile(r"[^\W\d_]+")
_RARE, _COMMON = 0.001, 0.005  # share of other ads in which the name in lower case is a word


@dataclass(frozen=True)
class Proposal:
    """A name that may be a skill. All texts are free of control characters."""

    name: str
    variants: tuple[str, ...]
    """Other ways in which ads write it, most often first."""
    n_openings: int
    n_employers: int
    rise: float | None
    """Its share of the employers of late by that of before; None: too few ads have dates, or too few name it."""
    examples: tuple[str, ...]
    """Where it stands, with the words around."""
    neighbours: tuple[str, ...]
    """Names of the known skills that stand most tellingly in lists with it."""
    alike: tuple[str, ...]
    """Names of the known skills that are spelled most like it."""
    category: str
    """Guessed from its neighbours; a category of the table."""
    ambiguity: str
    """Guessed: as in the table."""


class _Glimpse(NamedTuple):
    """What one ad shows of one candidate."""

    key: str
    surfaces: list[str]
    example: str
    neighbours: frozenset[str]


def known_names(table: Iterable[Skill]) -> frozenset[str]:
    """Every way of writing the skills of the table, folded."""
    return frozenset(_by_name(table))


def _by_name(table: Iterable[Skill]) -> dict[str, Skill]:
    found: dict[str, Skill] = {}
    for skill in table:
        for surface in (skill.name, *skill.aliases, *(surface for surface, _ in surfaces(skill))):
            found.setdefault(fold(surface), skill)
    return found


def proposals(
    con: duckdb.DuckDBPyConnection, evidence: Evidence, candidates: Sequence[Candidate], table: Sequence[Skill],
    workers: int | None = None, progress: Progress | None = None,
) -> list[Proposal]:  # fmt: skip
    """The candidates as proposals, in their order; some ads of each are read again."""
    by_name = _by_name(table)
    known = frozenset(by_name)
    wanted: dict[str, list[str]] = {}
    for candidate in candidates:
        for ad in set(evidence.examples[candidate.row].tolist()) - {-1}:
            wanted.setdefault(evidence.contents[ad], []).append(evidence.keys[candidate.row])
    glimpses: dict[str, list[_Glimpse]] = {}
    words: Counter[str] = Counter()
    n_read = 0
    work = _texts(con, wanted)
    for n, of_batch, lower in map_batches(partial(_look, known), work, workers if len(wanted) > 2 * _BATCH else 1):
        for glimpse in of_batch:
            glimpses.setdefault(glimpse.key, []).append(glimpse)
        words.update(lower)
        n_read += n
        if progress:
            progress("looking closer", n_read, len(wanted))
    n_known = Counter(
        {by_name[key].skill: int(n) for key, n in zip(evidence.keys, evidence.n_openings, strict=True) if key in known}
    )
    alike = _alike([evidence.surfaces[c.row] for c in candidates], table)
    return [
        _proposal(evidence, candidate, glimpses[evidence.keys[candidate.row]], similar, by_name, n_known, words, n_read)
        for candidate, similar in zip(candidates, alike, strict=True)
        if evidence.keys[candidate.row] in glimpses
    ]


def _texts(
    con: duckdb.DuckDBPyConnection, wanted: dict[str, list[str]]
) -> Iterator[list[tuple[str, str | None, list[str]]]]:
    """Batches of text, language and candidates."""
    for some in batches(sorted(wanted), 20 * _BATCH):
        rows = con.execute(
            "select content_hash, text, language from job_posting_text where content_hash in (select unnest($some::varchar[]))",
            {"some": some},
        )
        while batch := rows.fetchmany(_BATCH):
            yield [(text, language, wanted[content]) for content, text, language in batch]


def _look(
    known: frozenset[str], ads: list[tuple[str, str | None, list[str]]]
) -> tuple[int, list[_Glimpse], Counter[str]]:
    """How many ads, what they show of candidates, and in how many each word stands in lower case."""
    find = Sections().find
    glimpses: list[_Glimpse] = []
    words: Counter[str] = Counter()
    for text, language, keys in ads:
        words.update({word for word in _WORD.findall(text) if word.islower()})
        found = [(fold(text[p.start : p.end]), p) for p in phrases(text, find(text)[0], known, language, "", "")]
        lists: dict[int, set[str]] = {}
        for key, phrase in found:
            if key in known:
                lists.setdefault(phrase.line_up, set()).add(key)
        for wanted in keys:
            mine = [phrase for key, phrase in found if key == wanted]
            if mine:
                best = max(mine, key=lambda p: (len(lists.get(p.line_up, ())), -p.start))
                near = frozenset(key for p in mine for key in lists.get(p.line_up, ()))
                glimpses.append(
                    _Glimpse(wanted, [text[p.start : p.end] for p in mine], _example(text, best.start, best.end), near)
                )
    return len(ads), glimpses, words


def _example(text: str, start: int, end: int) -> str:
    """The words around a place, on one line, without what could steer a terminal."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    first = text.find(" ", first, start) + 1 or first if first else 0
    last = max(text.rfind(" ", end, last), end) if last < len(text) else last
    around = " ".join(plain(text[first:last]).split())
    return f"{'… ' if first else ''}{around}{' …' if last < len(text) else ''}"


def _proposal(
    evidence: Evidence, candidate: Candidate, glimpses: list[_Glimpse], similar: tuple[str, ...], by_name: dict[str, Skill],
    n_known: Counter[str], words: Counter[str], n_read: int,
) -> Proposal:  # fmt: skip
    row = candidate.row
    written = Counter(surface for glimpse in glimpses for surface in dict.fromkeys(map(plain, glimpse.surfaces)))
    name, *variants = [surface for surface, _ in written.most_common()]
    telling: defaultdict[str, float] = defaultdict(float)
    categories: defaultdict[str, float] = defaultdict(float)
    skills = {skill.skill: skill for skill in by_name.values()}
    for glimpse in glimpses:
        for key in {by_name[near].skill for near in glimpse.neighbours}:
            telling[key] += 1 / np.sqrt(1 + n_known[key])
            categories[skills[key].category] += 1 / (1 + len(glimpse.neighbours))
    return Proposal(
        name=name,
        variants=tuple(variants),
        n_openings=int(evidence.n_openings[row]),
        n_employers=int(evidence.n_employers[row]),
        rise=candidate.rise,
        examples=tuple(dict.fromkeys(glimpse.example for glimpse in glimpses))[:_N_SHOWN],
        neighbours=tuple(skills[key].name for key in sorted(telling, key=lambda key: (-telling[key], key))[:_N_SHOWN]),
        alike=similar,
        category=min(categories, key=lambda category: (-categories[category], category), default="practice"),
        ambiguity=_ambiguity(name, int(evidence.n_openings[row]), len(glimpses), evidence.n_ads, words, n_read),
    )


def _ambiguity(name: str, n_openings: int, n_own: int, n_ads: int, words: Counter[str], n_read: int) -> str:
    """Whether a one-word name is an acronym, or in lower case a word of ads that are not about it."""
    if not _WORD.fullmatch(name):
        return ""
    if name.isupper() and len(name) < 6:
        return "acronym"
    others = max(words[name.lower()] - n_own, 0) / max(n_read - n_own, 1)
    if others > max(_COMMON, 3 * n_openings / n_ads):
        return "context"
    return "case" if others > max(_RARE, n_openings / n_ads) and not name.islower() else ""


def _alike(names: Sequence[str], table: Sequence[Skill]) -> list[tuple[str, ...]]:
    """For each name the known skills that share most of its letters in their order."""
    if not names or not table:
        return [()] * len(names)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3))
    known = letters.fit_transform([skill.name for skill in table])
    likeness = (letters.transform(names) @ known.T).toarray()
    best = np.argsort(-likeness, axis=1, kind="stable")[:, :_N_SHOWN]
    return [
        tuple(table[i].name for i in nearest if likeness[row, i] >= _LEAST_ALIKE) for row, nearest in enumerate(best)
    ]
