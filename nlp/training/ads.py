"""The ads that training reads out of a warehouse: a pool for weak labels, and the ads that people read and labelled."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.review.labels_file import ReviewedLabel
from nlp.roles.features import Batch, batch, without_boilerplate
from nlp.roles.labels import ROLES, TitleRule, TitleRules
from warehouse.sources import sources
from warehouse.text import clean, fold, language

Progress = Callable[[str, int, int], None]

_PER_EMPLOYER = 3
"""Most ads of one employer and one kind of title: an employer with 400 ads is one voice."""
_PER_KIND = {**dict.fromkeys(ROLES, 6000), "software": 6000}
_PER_OTHER_KIND = 3500
_CHUNK = 500

_ADS = """
    select
        t.content_hash, t.title, t.text, t.language, p.cluster_id, p.hiring_organization, p.board, p.identifier,
        year(p.date_posted) as year
    from job_posting_text as t
    join (
        select content_hash, arg_min(
            {
                cluster_id: cluster_id, hiring_organization: hiring_organization, board: board, identifier: identifier,
                date_posted: date_posted
            }, (first_seen_at, posting_id)
        ) as first
        from job_posting
        where source not in (select unnest($forbidden::varchar[]))
        group by content_hash
    ) as of_content on of_content.content_hash = t.content_hash
    cross join lateral (select unnest(first)) as p
    where $wanted::varchar[] is null or t.content_hash in (select unnest($wanted::varchar[]))
    order by t.content_hash
"""


@dataclass(frozen=True)
class Pool:
    """Ads to train on, for each the title rule that matches; ``counts`` says how many were there and how many left out
    why."""

    titles: list[str]
    texts: Batch
    rules: list[TitleRule | None]
    boards: list[str]
    counts: dict[str, int]

    def without(self, board: str) -> "Pool":
        """The ads of all boards but one."""
        kept = np.array([one != board for one in self.boards], dtype=np.bool_)
        places = np.flatnonzero(kept).tolist()
        titles, rules = [self.titles[i] for i in places], [self.rules[i] for i in places]
        return Pool(titles, self.texts.only(kept), rules, [self.boards[i] for i in places], self.counts)


@dataclass(frozen=True)
class ReadAds:
    """Ads that people read and labelled. ``y`` holds places in ROLES, ``chosen`` why an ad was read (a stratum, random,
    unsure), ``is_gold`` whether two readers agreed on it; years are 0 where they aren't known."""

    titles: list[str]
    descriptions: list[str]
    texts: Batch
    companies: list[str]
    employers: list[str]
    boards: list[str]
    languages: list[str | None]
    years: list[int]
    chosen: list[str]
    y: NDArray[np.intp]
    neighbours: list[str | None]
    secondary: list[str | None]
    is_gold: NDArray[np.bool_]

    def with_labels(self, y: NDArray[np.intp]) -> "ReadAds":
        """The same ads with other roles."""
        return replace(self, y=y)

    def only(self, wanted: NDArray[np.bool_]) -> "ReadAds":
        """The ads for which ``wanted`` is true."""
        places = np.flatnonzero(wanted).tolist()
        kept: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Batch):
                kept[field.name] = value.only(wanted)
            else:
                kept[field.name] = value[wanted] if isinstance(value, np.ndarray) else [value[i] for i in places]
        return ReadAds(**kept)


def read_pool(
    con: duckdb.DuckDBPyConnection, without: frozenset[str], rules: TitleRules, seed: int, tell: Progress
) -> Pool:
    """Few ads per employer and per kind of title, one of each opening, in the order of their content hashes. Left out are
    ads whose content hash, opening, employer or text is in ``without``, and those of sources that forbid training."""
    found: dict[str, tuple[bytes, str, TitleRule | None]] = {}
    boards: dict[str, str] = {}
    openings: set[str] = set()
    texts: dict[str, str] = {}
    counts = dict.fromkeys(("n_ads", "n_left_out_read", "n_left_out_repeated"), 0)
    for key, title, text, _, opening, employer, board, identifier, _ in _ads(con):
        counts["n_ads"] += 1
        employer = employer_key(employer, key)
        if not without.isdisjoint((key, opening, employer, identifier, fingerprint(text))):
            counts["n_left_out_read"] += 1
        elif opening in openings:
            counts["n_left_out_repeated"] += 1
        else:
            openings.add(opening)
            rule = rules(title)
            found[key] = hashlib.sha256(f"{seed} {key}".encode()).digest(), employer, rule
            boards[key], texts[key] = board, title
    kept = sorted(_thinned(found))
    counts["n_sampled"] = len(kept)
    return Pool(
        titles=[texts[key] for key in kept],
        texts=_tokens_of(con, kept, tell),
        rules=[found[key][2] for key in kept],
        boards=[boards[key] for key in kept],
        counts=counts,
    )


def read_labelled(con: duckdb.DuckDBPyConnection, labels: Sequence[ReviewedLabel]) -> tuple[ReadAds, frozenset[str]]:
    """The ads of the warehouse that have a label (where reviewers differ: none), and the hashes, openings and texts that
    the pool must do without."""
    role: dict[str, ReviewedLabel] = {}
    disputed: set[str] = set()
    for label in labels:
        if role.setdefault(label.content_hash, label).role != label.role:
            disputed.add(label.content_hash)
    rows = [row for row in _ads(con, sorted(role)) if row[0] not in disputed]
    given = [role[row[0]] for row in rows]
    read = ReadAds(
        titles=[row[1] for row in rows],
        descriptions=[row[2] for row in rows],
        texts=tokenize([row[2] for row in rows]),
        companies=[row[5] or "" for row in rows],
        employers=[employer_key(row[5], row[0]) for row in rows],
        boards=[row[6] for row in rows],
        languages=[row[3] for row in rows],
        years=[row[8] or 0 for row in rows],
        chosen=[label.chosen for label in given],
        y=np.array([ROLES.index(label.role) for label in given], dtype=np.intp),
        neighbours=[label.adjacent for label in given],
        secondary=[label.secondary_role for label in given],
        is_gold=np.zeros(len(rows), dtype=np.bool_),
    )
    return read, frozenset(one for row in rows for one in (row[0], row[4], fingerprint(row[2])))


def read_gold(folder: Path) -> tuple[ReadAds, frozenset[str]]:
    """The ads of gold.jsonl and gold.parquet whose role two readers agree on, and what the pool must do without: every ad
    of the folder, its text, and all of its employer's. Raises OSError, KeyError or ValueError where the files aren't as
    they should be. Ads of sources that forbid training are only kept out of the pool."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [label for label in map(json.loads, filter(None, lines)) if label["role"] is not None]
    rows: dict[str, dict[str, Any]] = {row["ad"]: row for row in pq.read_table(folder / "gold.parquet").to_pylist()}
    labels = [label for label in labels if rows[label["ad"]].get("source") not in _forbidden()]
    ads = [rows[label["ad"]] for label in labels]
    texts = [clean(ad["description"] or "") for ad in ads]
    read = ReadAds(
        titles=[fold(ad["title"] or "") for ad in ads],
        descriptions=texts,
        texts=tokenize(texts),
        companies=[ad["company"] or "" for ad in ads],
        employers=[employer_key(ad["company"], ad["ad"]) for ad in ads],
        boards=[ad.get("dataset") or "" for ad in ads],
        languages=[language(text) for text in texts],
        years=[_year(ad.get("posted_at")) for ad in ads],
        chosen=[label["stratum"] for label in labels],
        y=np.array([ROLES.index(label["role"]) for label in labels], dtype=np.intp),
        neighbours=[label["adjacent"] for label in labels],
        secondary=[label["secondary"] for label in labels],
        is_gold=np.ones(len(ads), dtype=np.bool_),
    )
    without = {one for row in rows.values() for one in (row["ad"], employer_key(row["company"], row["ad"]))}
    return read, frozenset(without | {fingerprint(clean(row["description"] or "")) for row in rows.values()})


def together(*parts: ReadAds) -> ReadAds:
    """All ads of the parts, one part after the other."""

    def joined(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        if name == "texts":
            lengths = np.concatenate([np.diff(value.bounds) for value in values])
            bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
            return Batch(np.concatenate([value.ids for value in values]), bounds)
        return np.concatenate(values) if isinstance(values[0], np.ndarray) else [one for v in values for one in v]

    return ReadAds(**{name: joined(name) for name in (field.name for field in fields(ReadAds))})


def tokenize(texts: Sequence[str], *, boilerplate: bool = False) -> Batch:
    """The token hashes of texts as labelling reads them: without the sections that say nothing of the work, unless
    ``boilerplate`` is true, as for titles."""
    docs = list(_nlp().pipe(texts, disable=["skills", "tags", "spans", *(["sections"] if boilerplate else [])]))
    tokens = batch(docs)
    return tokens if boilerplate else without_boilerplate(docs, tokens)


@cache
def _nlp() -> Language:
    return pipeline()


def employer_key(name: str | None, ad: str) -> str:
    """The employer's name folded; an ad without one is its own employer."""
    return re.sub(r"[\W_]+", "", (name or "").lower()) or f"ad {ad}"


def fingerprint(text: str) -> str:
    """A hash of the text's letters and digits."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", text.lower()).encode("utf-8", "replace")).hexdigest()


def _ads(con: duckdb.DuckDBPyConnection, wanted: list[str] | None = None) -> Any:
    with con.cursor() as reader:
        result = reader.execute(_ADS, {"forbidden": sorted(_forbidden()), "wanted": wanted})
        while rows := result.fetchmany(_CHUNK):
            yield from rows


def _tokens_of(con: duckdb.DuckDBPyConnection, keys: list[str], tell: Progress) -> Batch:
    parts = [np.zeros(0, dtype=np.uint64)]
    lengths = [np.zeros(1, dtype=np.int64)]
    for start in range(0, len(keys), _CHUNK):
        tell("tokenize", start, len(keys))
        some = tokenize([row[2] for row in _ads(con, keys[start : start + _CHUNK])])
        parts.append(some.ids)
        lengths.append(np.diff(some.bounds))
        tell("tokenize", len(keys), len(keys))
    return Batch(np.concatenate(parts), np.cumsum(np.concatenate(lengths)))


def _thinned(found: Mapping[str, tuple[bytes, str, TitleRule | None]]) -> list[str]:
    of_employer: dict[tuple[str, str], int] = {}
    of_kind: dict[str, int] = {}
    kept = []
    for _, key, employer, rule in sorted(
        (order, key, employer, rule) for key, (order, employer, rule) in found.items()
    ):
        kind = (rule.neighbour or rule.role) if rule else ""
        of_employer[employer, kind] = of_employer.get((employer, kind), 0) + 1
        if of_employer[employer, kind] > _PER_EMPLOYER or of_kind.get(kind, 0) >= _PER_KIND.get(kind, _PER_OTHER_KIND):
            continue
        of_kind[kind] = of_kind.get(kind, 0) + 1
        kept.append(key)
    return kept


def _forbidden() -> set[str]:
    """The sources that forbid training on their ads."""
    return {source.source for source in sources().values() if source.training_allowed is False}


def _year(written: str | None) -> int:
    return int(written[:4]) if written and written[:4].isdigit() else 0
