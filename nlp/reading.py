"""One reading of an ad: role, skills, sections and facts, from one tokenisation."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pyarrow as pa

from nlp.facts import Facts, facts
from nlp.pipeline import pipeline
from nlp.roles.tables import RoleTables
from nlp.sections import sections_of, unknown_headings
from nlp.skills.matcher import Mention, mentions
from nlp.skills.table import skill_table
from nlp.tags.finder import tags_of

_NEEDS = ("required", "preferred", "context")  # strongest first

_SKILL = pa.schema(
    [(name, pa.string()) for name in ("content_hash", "skill", "need", "surface")]
    + [("alternatives", pa.list_(pa.string()))]
)
_MENTION = pa.schema(
    [(name, pa.string()) for name in ("content_hash", "kind", "key")]
    + [(name, pa.int32()) for name in ("start_char", "end_char")]
    + [(name, pa.string()) for name in ("surface", "section", "need")]
    + [("negated", pa.bool_()), ("rule", pa.string())]
    + [(name, pa.int32()) for name in ("sentence_start", "sentence_end", "alternative_group")]
)
_TAG = pa.schema([(name, pa.string()) for name in ("content_hash", "kind", "tag")])
_SECTION = pa.schema(
    [
        ("content_hash", pa.string()),
        ("kind", pa.string()),
        ("start_char", pa.int32()),
        ("end_char", pa.int32()),
        ("heading", pa.string()),
    ]
)
_UNKNOWN_HEADING = pa.schema(
    [("content_hash", pa.string()), ("start_char", pa.int32()), ("heading", pa.string()), ("heading_key", pa.string())]
)
_MOST_WORDS = 200_000
_VALUES = attrgetter(*(field.name for field in fields(Facts)))
_ARROW = {
    str: pa.string(), float: pa.float64(), int: pa.int32(), bool: pa.bool_(), tuple[str, ...]: pa.list_(pa.string()),
}  # fmt: skip
_FACT = pa.schema(
    [("content_hash", pa.string())]
    + [
        (name, next(_ARROW[t] for t in (get_args(hint) or (hint,)) if t in _ARROW))
        for name, hint in get_type_hints(Facts).items()
    ]
)


@dataclass(frozen=True)
class Ad:
    """What is read: a content, with the place of a posting that has it."""

    content_hash: str
    title: str
    text: str
    country: str | None = None
    """ISO 3166-1 alpha-2; None: not known."""
    job_location: str | None = None
    """As written; None: not stated."""


class Reader:
    """The models, loaded once; ``tables`` reads ads with them. ``model`` is the classifier's folder (None: the shipped
    one), ``own_skills`` a file of rows beside those of the shipped table."""

    def __init__(self, model: Path | None = None, own_skills: Path | None = None) -> None:
        self._nlp = pipeline(own_skills)
        self._roles = RoleTables(model)
        table = skill_table(own_skills)
        self._skill_names = {skill.skill: skill.name for skill in table}
        self._categories = {skill.skill: skill.category for skill in table}

    def tables(self, ads: Sequence[Ad]) -> dict[str, pa.Table]:
        """The rows that the ads, at most some hundred, add to the label tables, by table name; job_posting_role lacks the
        version and the time."""
        # From here on new words are forgotten with each batch: a million ads would fill the memory with them.
        full = len(self._nlp.vocab) > _MOST_WORDS
        with _uncollected(), self._nlp.memory_zone() if full else nullcontext():
            return self._tables(ads)

    def _tables(self, ads: Sequence[Ad]) -> dict[str, pa.Table]:
        titles = [self._nlp.make_doc(ad.title) for ad in ads]
        docs = list(self._nlp.pipe((ad.text for ad in ads), disable=["spans"]))
        found, tags = [mentions(doc) for doc in docs], [tags_of(doc) for doc in docs]
        skills = [_skills(of_ad) for of_ad in found]
        keys = [ad.content_hash for ad in ads]
        groups = [
            [
                *((self._categories[m.key], m.start_char, m.end_char) for m in of_ad),
                *((t.kind, *t[2:4]) for t in of_tags),
            ]
            for of_ad, of_tags in zip(found, tags, strict=True)
        ]
        roles = self._roles(keys, titles, docs, groups)
        names = pa.array([self._names(of_ad) for of_ad in skills], pa.list_(pa.string()))
        return {
            **roles,
            "job_posting_role": roles["job_posting_role"].append_column("skills", names),
            "job_posting_skill": _table(
                (
                    (key, s.key, s.need, s.surface, others)
                    for key, of_ad in zip(keys, skills, strict=True)
                    for s, others in of_ad
                ),
                _SKILL,
            ),
            "job_posting_mention": _table(
                chain(
                    ((key, "skill", *m) for key, of_ad in zip(keys, found, strict=True) for m in of_ad),
                    ((key, *t, None, None, None) for key, of_ad in zip(keys, tags, strict=True) for t in of_ad),
                ),
                _MENTION,
            ),
            "job_posting_tag": _table(
                (
                    (key, *tag)
                    for key, of_ad in zip(keys, tags, strict=True)
                    for tag in dict.fromkeys((t.kind, t.key) for t in of_ad)
                ),
                _TAG,
            ),
            "job_posting_section": _table(
                (
                    (key, s.kind, s.start, s.end, s.heading)
                    for key, doc in zip(keys, docs, strict=True)
                    for s in sections_of(doc)
                ),
                _SECTION,
            ),
            "unknown_heading": _table(
                ((key, *heading) for key, doc in zip(keys, docs, strict=True) for heading in unknown_headings(doc)),
                _UNKNOWN_HEADING,
            ),
            "job_posting_fact": _table(
                ((ad.content_hash, *_VALUES(facts(ad.title, ad.text, ad.country, ad.job_location))) for ad in ads),
                _FACT,
            ),
        }

    def _names(self, skills: Sequence[tuple[Mention, list[str]]]) -> list[str]:
        """The names of an ad's skills, most telling need first."""
        named = sorted((_NEEDS.index(s.need), self._skill_names[s.key].lower(), s.key) for s, _ in skills)
        return [self._skill_names[key] for _, _, key in named]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's search for cycles waits: within a batch it takes a tenth of the time, and there are none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _skills(found: list[Mention]) -> list[tuple[Mention, list[str]]]:
    """One mention per skill that is not negated, the first, with the strongest need of all; and the keys of the skills that
    would do instead, where every mention of that need says so."""
    by_skill: dict[str, list[Mention]] = {}
    groups: dict[int, set[str]] = {}
    for mention in found:
        if not mention.negated:
            by_skill.setdefault(mention.key, []).append(mention)
            if mention.alternative_group:
                groups.setdefault(mention.alternative_group, set()).add(mention.key)
    skills = []
    for key, of_skill in by_skill.items():
        need = min((mention.need for mention in of_skill), key=_NEEDS.index)
        among = [mention.alternative_group for mention in of_skill if mention.need == need]
        others = set().union(*(groups[group] for group in among if group)) if all(among) else set()
        skills.append((of_skill[0]._replace(need=need), sorted(others - {key})))
    return skills


def _table(rows: Iterable[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """A table of rows: by columns, which takes a fifth of the time that a dict for each row takes."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
