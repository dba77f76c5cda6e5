"""One reading of an ad: role, skills, sections and facts, from one tokenisation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args, get_type_hints

import numpy as np
import pyarrow as pa
from spacy.tokens import Doc

from nlp.facts import Facts, facts
from nlp.pipeline import pipeline
from nlp.roles import ROLES, RoleClassifier
from nlp.skill_table import skill_table
from nlp.skills import Mention, mentions

_NEEDS = ("required", "preferred", "context")  # strongest first
_ANSWERS = {"": "both", "title_": "title", "text_": "text"}  # column infix -> field of RolePredictions

_SKILL = pa.schema([(name, pa.string()) for name in ("content_hash", "skill", "need", "surface")])
_MENTION = pa.schema(
    [(name, pa.string()) for name in ("content_hash", "kind", "key")]
    + [(name, pa.int32()) for name in ("start_char", "end_char")]
    + [(name, pa.string()) for name in ("surface", "section", "need")]
    + [("negated", pa.bool_()), ("rule", pa.string())]
)
_SECTION = pa.schema(
    [
        ("content_hash", pa.string()),
        ("kind", pa.string()),
        ("start_char", pa.int32()),
        ("end_char", pa.int32()),
        ("heading", pa.string()),
    ]
)
_ARROW = {str: pa.string(), float: pa.float64(), int: pa.int32(), bool: pa.bool_()}
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
    """The models, loaded once; ``tables`` reads ads with them."""

    def __init__(self) -> None:
        self._nlp = pipeline()
        self._roles = RoleClassifier.load()
        self._names = {skill.skill: skill.name for skill in skill_table()}

    def tables(self, ads: Sequence[Ad]) -> dict[str, pa.Table]:
        """The rows that the ads add to the label tables, by table name; job_posting_role lacks the version and the time."""
        titles = [self._nlp.make_doc(ad.title) for ad in ads]
        docs = list(self._nlp.pipe(ad.text for ad in ads))
        found = [mentions(doc) for doc in docs]
        skills = [_skills(of_ad) for of_ad in found]
        keys = [ad.content_hash for ad in ads]
        return {
            "job_posting_role": self._role_table(keys, titles, docs, skills),
            "job_posting_skill": pa.Table.from_pylist(
                [
                    {"content_hash": key, "skill": s.key, "need": s.need, "surface": s.surface}
                    for key, of_ad in zip(keys, skills, strict=True)
                    for s in of_ad
                ],
                _SKILL,
            ),
            "job_posting_mention": pa.Table.from_pylist(
                [
                    {"content_hash": key, "kind": "skill", **m._asdict()}
                    for key, of_ad in zip(keys, found, strict=True)
                    for m in of_ad
                ],
                _MENTION,
            ),
            "job_posting_section": pa.Table.from_pylist(
                [row for key, doc in zip(keys, docs, strict=True) for row in _section_rows(key, doc)], _SECTION
            ),
            "job_posting_fact": pa.Table.from_pylist(
                [
                    {"content_hash": ad.content_hash, **asdict(facts(ad.title, ad.text, ad.country, ad.job_location))}
                    for ad in ads
                ],
                _FACT,
            ),
        }

    def _role_table(self, keys: list[str], titles: list[Doc], docs: list[Doc], skills: list[list[Mention]]) -> pa.Table:
        answers = self._roles.predict(titles, docs)
        columns: dict[str, Any] = {"content_hash": keys}
        for infix, field in _ANSWERS.items():
            p = getattr(answers, field)
            known = ~np.isnan(p).any(axis=1)
            best = np.where(known, np.nan_to_num(p).argmax(axis=1), -1)
            name = "role" if field == "both" else f"role_by_{field}"
            columns[name] = [ROLES[i] if i >= 0 else None for i in best]
            for i, role in enumerate(ROLES):
                columns[f"p_{infix}{role}"] = pa.array(p[:, i].astype("float32"), mask=~known)
        columns["secondary_role"] = pa.array(answers.secondary, pa.string())
        columns["adjacent"] = pa.array(answers.adjacent, pa.string())
        names = [
            [
                self._names[s.key]
                for s in sorted(of_ad, key=lambda s: (_NEEDS.index(s.need), self._names[s.key].lower()))
            ]
            for of_ad in skills
        ]
        columns["skills"] = pa.array(names, pa.list_(pa.string()))
        return pa.table(columns)


def _skills(found: list[Mention]) -> list[Mention]:
    """One mention per skill that is not negated: the first, with the strongest need of all."""
    first: dict[str, Mention] = {}
    for mention in found:
        if mention.negated:
            continue
        known = first.setdefault(mention.key, mention)
        if _NEEDS.index(mention.need) < _NEEDS.index(known.need):
            first[mention.key] = known._replace(need=mention.need)
    return list(first.values())


def _section_rows(key: str, doc: Doc) -> list[dict[str, Any]]:
    return [
        {
            "content_hash": key,
            "kind": s.label_,
            "start_char": s.start_char,
            "end_char": s.end_char,
            "heading": s._.heading,
        }
        for s in doc.spans["sections"]
    ]
