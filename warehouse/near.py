"""Which contents of one employer say the same in other words: what 8_cluster.sql joins into openings.

Contents are compared only where employer and title are the same, whatever the way they are written (``employer_key``,
``title_key``). There MinHash finds the likely ones, and the texts themselves decide. docs/duplicates.md says how well.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rensa import RMinHash

from warehouse.parallel import batches, map_batches

MIN_SIMILARITY = 0.6
"""Least share of five-word sequences that two texts have in common, of those in either."""
MAX_NEW = 0.03
"""Greatest share of its different words (numbers apart) by which the one that adds less differs from the other."""

_BATCH = 100  # titles
_PARALLEL_FROM = 4_000  # contents: below that starting processes costs more than it saves
_MIN_WORDS = 40  # fewer say too little to tell two openings apart
_SHINGLE = 5
_SLOTS = 128
_SEED = 1
_LIKELY = 52  # slots in common: with MIN_SIMILARITY there are fewer three times in a million pairs
# However many ads an employer makes from one template, time stays in bounds:
_MOST_EARLIER = 5_000  # first-seen texts whose sketches are compared with a text's own, the latest ones
_MOST_LIKELY = 8  # of these are compared with it word by word

_WORD = re.compile(r"[^\W_]+")
_TITLE_WORD = re.compile(r"[^\W_]+[+#]*")
_EMPLOYER_WORD = re.compile(r"[\w&+]+")
_LEGAL_FORMS = frozenset(
    "ab ag and aps as asa bhd bv co company corp corporation gmbh inc incorporated kft kg kgaa lda limited llc llp lp ltd "
    "ltda mbh nv oo oy oyj plc private pte pty pvt sa sarl sas sasu sdn se sl slu sp spa srl srls ug z &".split()
)
_GENDER = re.compile(
    r"\b[mfwhdxn](?:\s?[/|,*:]\s?[mfwhdxnia]){1,4}\b|\ball genders?\b|(?<=\w)[*:_/]-?(?:innen|in|a|e|r|ne|se)\b"
)
_PLACE_OF_WORK = re.compile(
    r"\b(?:(?:100\s?%|fully|full|partially)\s?)?(?:remote(?:ly)?|remoto|hybrid|híbrido|hybride|on-?site|in-office|wfh"
    r"|home[ -]?office|home[ -]based|work(?:ing)? from home|télétravail|teletrabalho|teletrabajo)\b"
)
_NUMBER = re.compile(
    r"#\s?[\w-]*\d[\w-]*|\b(?:req(?:uisition)?|job|ref(?:erence)?)\b\.?(?:\s?(?:id|no|number|nr)\b\.?)?\s?[:#]?\s?[a-z]{0,4}[-_]?\d{3,}\b"
    r"|\b[a-z]{0,4}[-_]?\d{5,}(?:[-_]\d+)*\b"
)
_SPELLINGS = {"sr": "senior", "snr": "senior", "jr": "junior", "jnr": "junior"}

_NEAR = pa.schema(
    [(name, pa.string()) for name in ("employer_key", "title_key", "content_hash", "near_hash")]
    + [("similarity", pa.float64())]
)

Numbers = NDArray[np.uint64]


def employer_key(name: str | None) -> str | None:
    """An employer's name without case, punctuation and legal form, the same for "Acme, Inc." and "ACME"; None: no name."""
    folded = re.sub(r"[./'’]", "", unicodedata.normalize("NFKC", (name or "")[:500]).casefold())
    words = _EMPLOYER_WORD.findall(folded)
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words) or None


def title_key(title: str, place: str | None = None) -> str:
    """A title's words in the order of the alphabet, without the words of ``place``, gender marks, remote or hybrid, and
    requisition numbers; the bare title's where nothing else is in it. Seniority and level stay."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    bare = _NUMBER.sub(" ", _PLACE_OF_WORK.sub(" ", _GENDER.sub(" ", folded)))
    places = set(_WORD.findall(unicodedata.normalize("NFKC", place or "").casefold()))
    words = {_SPELLINGS.get(word, word) for word in _TITLE_WORD.findall(bare)}
    return " ".join(sorted(words - places or words)) or folded


def match(con: duckdb.DuckDBPyConnection) -> None:
    """Compare the contents of each employer and title in ``touched_title`` anew: their rows of ``job_posting_near``.

    A content is near the first-seen content that it resembles most, of those that resemble no earlier one. So each is
    compared with what its opening is named after, and a chain of small changes never ends far from where it began.
    """
    con.execute("delete from job_posting_near where (employer_key, title_key) in (from touched_title)")
    (n_contents,) = con.execute("select count(*) from touched_content where n_contents > 1").fetchall()[0]
    con.execute(
        """
        with compared as materialized (
            select m.*, t.rowid as place
            from touched_content as m
            join job_posting_text as t on t.content_hash = m.content_hash
            where m.n_contents > 1
        )

        select c.employer_key, c.title_key, c.content_hash, t.text
        from compared as c
        join job_posting_text as t on t.rowid = c.place -- by place, so that few texts are unpacked, not all
        order by c.employer_key, c.title_key, c.first_posting
        """
    )
    titles = (list(rows) for _, rows in groupby(_rows(con), key=lambda row: row[:2]))
    found = list(map_batches(_match, batches(titles, _BATCH), None if n_contents > _PARALLEL_FROM else 1))
    con.register("batch", pa.concat_tables([_NEAR.empty_table(), *found]))
    con.execute("insert into job_posting_near from batch")
    con.unregister("batch")


def _match(titles: list[list[tuple[str, str, str, str]]]) -> pa.Table:
    """Rows of job_posting_near of some employers and titles, each given as its contents in the order of sighting."""
    return pa.Table.from_pylist(
        [
            {**dict(zip(_NEAR.names, rows[i][:3], strict=False)), "near_hash": rows[j][2], "similarity": share}
            for rows in titles
            for i, j, share in near([text for *_, text in rows])
        ],
        _NEAR,
    )


def near(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Texts that say the same as an earlier one: (its index, the earlier one's index, their similarity).

    The earlier one repeats none itself. Texts of under 40 words are near nothing.
    """
    contents = [_Content(text) for text in texts]
    sketches = _sketches([content.sequences for content in contents])
    first = np.empty(len(texts), dtype=np.intp)
    n_first = 0
    for i, content in enumerate(contents):
        if content.n_words < _MIN_WORDS:
            continue
        earlier = first[max(0, n_first - _MOST_EARLIER) : n_first]
        likely = np.count_nonzero(sketches[earlier] == sketches[i], axis=1)
        order = np.argsort(-likely, kind="stable")[:_MOST_LIKELY]
        compared = [(similarity(content, contents[j]), -int(j)) for j in earlier[order[likely[order] >= _LIKELY]]]
        best, minus_j = max(compared, default=(0.0, 0))
        if best:
            yield i, -minus_j, best
        else:
            first[n_first] = i
            n_first += 1


class _Content:
    """What a text is compared by."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text.casefold())
        different = [word for word in set(words) if not word[0].isdigit()]
        hashed, self.words = (np.array(row, dtype=np.uint64) for row in RMinHash.hash_token_sets([words, different]))
        self.n_words = len(words)
        n = max(len(words) - _SHINGLE + 1, 0)
        sequences = np.zeros(n, dtype=np.uint64)
        for k in range(_SHINGLE):
            sequences = sequences * np.uint64(0x9E3779B97F4A7C15) + hashed[k : k + n]
        self.sequences: Numbers = np.unique(sequences)


def similarity(a: _Content, b: _Content) -> float:
    """Share of five-word sequences in common; 0.0 where the two are not the same opening."""
    common_words = np.intersect1d(a.words, b.words, assume_unique=True).size
    if common_words < (1 - MAX_NEW) * min(a.words.size, b.words.size):
        return 0.0
    common = np.intersect1d(a.sequences, b.sequences, assume_unique=True).size
    share = common / (a.sequences.size + b.sequences.size - common)
    return share if share >= MIN_SIMILARITY else 0.0


def _sketches(sets: Sequence[Numbers]) -> NDArray[np.uint8]:
    """MinHash of each set: a row of _SLOTS bytes; two sets agree in as great a share of them as of their members."""
    ends = np.cumsum([0, *(len(members) for members in sets)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(sets), ends, _SLOTS, _SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32).astype(np.uint8)


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := con.fetchmany(1_000):
        yield from rows
