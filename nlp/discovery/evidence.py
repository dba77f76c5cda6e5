"""What a warehouse's ads say of every phrase in them, employer by employer: one row a phrase, one voice an employer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import groupby, islice
from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from nlp.discovery.phrases import BIT, SIGNS, fold, phrases
from nlp.sections import Sections
from warehouse.parallel import map_batches
from warehouse.progress import Progress

_BATCH = 500  # ads, or all of one employer up to its limit
_MOST_OF_ONE = 300  # ads of one employer that are read: more would say nothing new
_SLICE = 50_000  # ads that are sorted by employer at a time
_MOST_PHRASES = 1_000_000  # rows in memory; above it, phrases of one employer only are forgotten
_N_EXAMPLES = 15
_OF_A_BATCH = 5  # of them

_OPENINGS = """
    with opening as (
        select
            arg_min(content_hash, (first_seen_at, posting_id)) as content_hash,
            arg_min(lower(coalesce(hiring_organization, source || '/' || board)), (first_seen_at, posting_id)) as employer,
            arg_min(coalesce(hiring_organization, ''), (first_seen_at, posting_id)) as organisation,
            arg_min(coalesce(job_location, ''), (first_seen_at, posting_id)) as place,
            min(posted_on) as posted_on
        from posting
        where full_text
        group by cluster_id
    )

    select content_hash, t.title, t.text, t.language, o.employer, o.organisation, o.place, o.posted_on
    from opening as o join job_posting_text as t using (content_hash)
    where hash(o.employer) % $n_slices = $number and hash(o.employer, 1) % 10000 < $share
    order by hash(o.employer), o.employer, content_hash
"""


class Ad(NamedTuple):
    """What is read of an opening."""

    content_hash: str
    title: str
    text: str
    language: str | None
    employer: str
    organisation: str
    """Name of the employer; empty: not stated."""
    place: str
    """Place of the job; empty: not stated."""
    posted_on: date | None


@dataclass
class Evidence:
    """Phrases of many ads. ``signs``, ``n_openings`` and ``examples`` have a row for each of ``keys``."""

    keys: list[str]
    """Folded phrases."""
    surfaces: list[str]
    """A way of writing each."""
    signs: NDArray[np.int32]
    """Number of employers with each of SIGNS."""
    n_employers: NDArray[np.int32]
    n_openings: NDArray[np.int32]
    examples: NDArray[np.int32]
    """Numbers of some ads (places in ``contents``), of different employers mostly; −1: none."""
    contents: list[str]
    """content_hash of each ad that is an example of a phrase."""
    n_ads: int
    n_recent: int
    """Employers with an ad from ``recent_from`` on."""
    n_before: int
    """Employers with an earlier one."""


def recent_from(con: duckdb.DuckDBPyConnection) -> date | None:
    """The first day of the month from which on a quarter of the dated ads were posted; None: they're all of one month."""
    months = con.execute(
        """
        select date_trunc('month', posted_on)::date as month, count(distinct cluster_id) as n
        from posting where posted_on is not null and full_text group by 1 order by 1 desc
        """
    ).fetchall()
    left = sum(n for _, n in months) / 4
    for month, n in months[:-1]:
        left -= n
        if left <= 0:
            return month  # type: ignore[no-any-return]
    return None


def evidence(
    con: duckdb.DuckDBPyConnection,
    known: frozenset[str],
    workers: int | None = None,
    progress: Progress | None = None,
    limit: int | None = None,
) -> Evidence:
    """Read the openings of a warehouse, at most about ``limit`` of them; ``known`` are folded names of skills."""
    from_day = recent_from(con)
    (n_openings,) = con.execute("select count(distinct cluster_id) from posting where full_text").fetchall()[0]
    share = 1.0 if limit is None else min(limit / max(n_openings, 1), 1.0)
    total = round(n_openings * share)
    found = _Table()
    workers = workers if total > 2 * _BATCH else 1
    batches = _numbered(_by_employer(con, n_openings, share), found.contents)
    for part in map_batches(partial(_read, known, from_day), batches, workers):
        found.add(part)
        if progress:
            progress("reading ads", min(found.n_ads, total), total)
    return found.evidence()


def _by_employer(con: duckdb.DuckDBPyConnection, n_openings: int, share: float) -> Iterator[list[Ad]]:
    """Batches of ads in which all those of an employer stand together, employers in an order that says nothing."""
    n_slices = n_openings // _SLICE + 1
    for number in range(n_slices):
        rows = con.execute(
            _OPENINGS,
            {"n_slices": n_slices, "number": number, "share": round(share * 10_000)},
        )
        batch: list[Ad] = []
        ads = (Ad(*row) for some in iter(partial(rows.fetchmany, 1000), []) for row in some)
        for _, of_employer in groupby(ads, key=lambda ad: ad.employer):
            batch += islice(of_employer, _MOST_OF_ONE)
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _numbered(batches: Iterable[list[Ad]], contents: list[str]) -> Iterator[tuple[int, list[Ad]]]:
    """The batches with the number of their first ad; what each ad is goes into ``contents``."""
    for batch in batches:
        first = len(contents)
        contents.extend(ad.content_hash for ad in batch)
        yield first, batch


class _Part(NamedTuple):
    """The phrases of a batch, in the form of Evidence; some examples each."""

    keys: list[str]
    surfaces: list[str]
    signs: NDArray[np.int32]
    n_employers: NDArray[np.int32]
    n_openings: NDArray[np.int32]
    examples: NDArray[np.int32]
    n_ads: int
    n_recent: int
    n_before: int


@lru_cache(maxsize=1)
def _sections() -> Sections:
    return Sections()


def _read(known: frozenset[str], from_day: date | None, batch: tuple[int, list[Ad]]) -> _Part:
    number, ads = batch
    rows: dict[str, int] = {}
    surfaces: list[str] = []
    examples: list[list[int]] = []
    openings: Counter[str] = Counter()
    at: list[int] = []
    masks: list[int] = []
    n_recent = n_before = 0
    for _, of_employer in groupby(ads, key=lambda ad: ad.employer):
        voice: dict[str, int] = {}
        times = 0
        for ad in of_employer:
            day = ad.posted_on if from_day else None
            when = 0 if day is None or from_day is None else BIT["recent"] if day >= from_day else BIT["before"]
            times |= when
            seen: dict[str, int] = {}
            for part, in_title in ((ad.title, BIT["in_title"]), (ad.text, 0)):
                sections = [] if in_title else _sections().find(part)[0]
                for start, end, signs, _ in phrases(part, sections, known, ad.language, ad.organisation, ad.place):
                    surface = part[start:end]
                    key = fold(surface)
                    if in_title:
                        signs = in_title
                    if key in seen:
                        seen[key] |= signs
                    else:
                        seen[key] = signs
                        if key not in rows:
                            rows[key] = len(surfaces)
                            surfaces.append(surface)
                            examples.append([])
            for key, signs in seen.items():
                if key not in voice and len(examples[rows[key]]) < _OF_A_BATCH:
                    examples[rows[key]].append(number)
                voice[key] = voice.get(key, 0) | signs | when
            openings.update(seen.keys())
            number += 1
        n_recent += times & BIT["recent"] > 0
        n_before += times & BIT["before"] > 0
        at += map(rows.__getitem__, voice)
        masks += voice.values()
    signs_of = np.zeros((len(rows), len(SIGNS)), np.int32)
    rows_at, mask = np.array(at, np.int64), np.array(masks, np.int64)
    for i in range(len(SIGNS)):
        signs_of[:, i] = np.bincount(rows_at[(mask >> i) & 1 == 1], minlength=len(rows))
    return _Part(
        [*rows], surfaces, signs_of, np.bincount(rows_at, minlength=len(rows)).astype(np.int32),
        np.array([openings[key] for key in rows], np.int32), np.array([some + [-1] * (_OF_A_BATCH - len(some)) for some in examples], np.int32), len(ads), n_recent, n_before,
    )  # fmt: skip


class _Table:
    """Rows of Evidence that grow by parts."""

    def __init__(self) -> None:
        self.contents: list[str] = []
        self.n_ads = self._n_recent = self._n_before = 0
        self._rows: dict[str, int] = {}
        self._surfaces: list[str] = []
        self._numbers = np.zeros((0, len(SIGNS) + 2), np.int32)
        self._examples = np.zeros((0, _N_EXAMPLES), np.int32)
        self._n_parts = 0

    def add(self, part: _Part) -> None:
        rows = self._rows
        for key, surface in zip(part.keys, part.surfaces, strict=True):
            if rows.setdefault(key, len(rows)) == len(self._surfaces):
                self._surfaces.append(surface)
        if len(rows) > len(self._numbers):
            more = max(len(rows), 2 * len(self._numbers)) - len(self._numbers)
            self._numbers = np.pad(self._numbers, ((0, more), (0, 0)))
            self._examples = np.pad(self._examples, ((0, more), (0, 0)), constant_values=-1)
        at = np.array([rows[key] for key in part.keys], np.int64)
        self._numbers[at] += np.column_stack([part.signs, part.n_employers, part.n_openings])
        first = self._n_parts * _OF_A_BATCH % _N_EXAMPLES
        slots = self._examples[at, first : first + _OF_A_BATCH]
        self._examples[at, first : first + _OF_A_BATCH] = np.where(part.examples < 0, slots, part.examples)
        self._n_parts += 1
        self.n_ads += part.n_ads
        self._n_recent += part.n_recent
        self._n_before += part.n_before
        if len(rows) > _MOST_PHRASES:
            self._forget(2)

    def _forget(self, least: int) -> None:
        """Drop phrases that fewer employers than ``least`` have."""
        n = len(self._surfaces)
        kept = np.flatnonzero(self._numbers[:n, len(SIGNS)] >= least)
        keys = [*self._rows]
        self._rows = {keys[i]: row for row, i in enumerate(kept)}
        self._surfaces = [self._surfaces[i] for i in kept]
        self._numbers, self._examples = self._numbers[kept], self._examples[kept]

    def evidence(self) -> Evidence:
        """Phrases that at least three employers have."""
        self._forget(3)
        n = len(SIGNS)
        return Evidence(
            [*self._rows], self._surfaces, self._numbers[:, :n], self._numbers[:, n], self._numbers[:, n + 1],
            self._examples, self.contents, self.n_ads, self._n_recent, self._n_before,
        )  # fmt: skip
