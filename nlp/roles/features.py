"""Word features of ads: hashed words and word pairs of ready spaCy Docs, counted in numpy.

A feature's key is 22 bits of a mix of spaCy's own 64-bit word hashes, which are the same in every process; no word is
ever stored with the model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from spacy.attrs import IDX, LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc

from nlp.sections import sections_of

KEY_BITS = 22
N_KEYS = 1 << KEY_BITS
_SHIFT = np.uint64(64 - KEY_BITS)
_WORD, _FIRST, _SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))

Ids = NDArray[np.uint64]
Floats = NDArray[np.float32]


class Words:
    """A set of word hashes. A table of 65,536 bits rules out most words at once; the others are looked up exactly."""

    def __init__(self, ids: Ids):
        self.ids: Ids = np.unique(ids)
        self._bits = np.zeros(1 << 16, dtype=np.bool_)
        self._bits[_bit(self.ids)] = True

    def hold(self, ids: Ids) -> NDArray[np.bool_]:
        """For each id, whether it is in the set."""
        found = self._bits[_bit(ids)]
        maybe = np.flatnonzero(found)
        if len(maybe):
            there = ids[maybe]
            place = np.minimum(np.searchsorted(self.ids, there), len(self.ids) - 1)
            found[maybe] = self.ids[place] == there
        return found


def _bit(ids: Ids) -> NDArray[np.uint64]:
    return (ids * _WORD) >> np.uint64(48)


def word_ids(words: Iterable[str]) -> Ids:
    """spaCy's hashes of lower-case words."""
    return np.array([get_string_id(word) for word in words], dtype=np.uint64)


_SYMBOLS = [*range(0x80), *range(0xA0, 0xC0), *range(0x2000, 0x2C00), *range(0x3000, 0x3040), *range(0xF000, 0xF100)]
_PICTURES = [*range(0xFE00, 0xFE10), 0xFFFD, *range(0x1F000, 0x1FB00)]
_ADDRESSES = (
    "http https www com io greenhouse lever ashby ashbyhq workable teamtailor bamboohr smartrecruiters personio recruitee "
    "workday myworkdayjobs linkedin indeed glassdoor hn ycombinator"
).split()
"""Parts of the addresses of job boards: they tell where an ad was found, and nothing of the work."""
_SIGNS = [c for c in map(chr, _SYMBOLS + _PICTURES) if not c.isalnum() and c not in "+#"]
_NO_WORDS = Words(word_ids([*_SIGNS, *_ADDRESSES]))
_LINE_ENDS = Words(word_ids("\n" * n for n in range(1, 9)))


@dataclass(frozen=True)
class Batch:
    """Token hashes of n Docs, one after the other: Doc i is ``ids[bounds[i]:bounds[i + 1]]``."""

    ids: Ids
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def rows(self, start: int, stop: int) -> "Batch":
        """Docs start to stop."""
        bounds = self.bounds[start : min(stop, len(self)) + 1]
        return Batch(self.ids[bounds[0] : bounds[-1]], bounds - bounds[0])

    def only(self, wanted: NDArray[np.bool_]) -> "Batch":
        """The Docs for which ``wanted`` is true."""
        lengths = np.diff(self.bounds)
        bounds = np.concatenate([[0], np.cumsum(lengths[wanted])]).astype(np.int64)
        return Batch(self.ids[np.repeat(wanted, lengths)], bounds)

    def tokens(self, kept: NDArray[np.bool_]) -> "Batch":
        """The Docs with the tokens for which ``kept`` is true."""
        bounds = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)[self.bounds]
        return Batch(self.ids[kept], bounds)


@dataclass(frozen=True)
class Keys:
    """Features of n texts, one entry for each occurrence, and the number of words in each text."""

    key: NDArray[np.int64]
    row: NDArray[np.int32]
    shown: NDArray[np.bool_]
    """False where a word of it is hidden by the mask."""
    n_words: Floats
    n_shown: Floats


def batch(docs: Sequence[Doc], longest: int = 20_000) -> Batch:
    """The lower-case token hashes of Docs; of a very long one its first ``longest`` tokens."""
    arrays = [doc.to_array(LOWER)[:longest] if len(doc) else np.zeros(0, dtype=np.uint64) for doc in docs]
    bounds = np.zeros(len(arrays) + 1, dtype=np.int64)
    np.cumsum([len(array) for array in arrays], out=bounds[1:])
    return Batch(np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.uint64), bounds)


_SILENT = frozenset({"benefits", "legal"})
_FEWEST = 20  # tokens that must be left


def without_boilerplate(docs: Sequence[Doc], texts: Batch) -> Batch:
    """The Docs without the tokens of sections that say nothing of the work: benefits and legal; whole where next to
    nothing would be left. ``texts`` is what ``batch`` makes of the Docs."""
    return texts.tokens(of_the_work(docs, texts))


def of_the_work(docs: Sequence[Doc], texts: Batch) -> NDArray[np.bool_]:
    """For each token of the Docs, whether ``without_boilerplate`` keeps it."""
    kept = np.ones(len(texts.ids), dtype=np.bool_)
    for i, doc in enumerate(docs):
        if spans := [(s.start, s.end) for s in sections_of(doc) if s.kind in _SILENT]:
            first, stop = int(texts.bounds[i]), int(texts.bounds[i + 1])
            of_doc = kept[first:stop]
            edges = doc.to_array(IDX)[: stop - first].searchsorted(np.array(spans, dtype=np.uint64)).tolist()
            for start, end in edges:
                of_doc[start:end] = False
            if np.count_nonzero(of_doc) < _FEWEST:
                of_doc[:] = True
    return kept


def title_mask(texts: Batch, titles: Batch, always: Words, never: Words) -> NDArray[np.bool_]:
    """For each token of the texts: whether it is a word of its ad's own title, or one of ``always``. Words of
    ``never`` (and, of, in, …) are hidden only by ``always``."""
    own = titles.ids[~(never.hold(titles.ids) | _NO_WORDS.hold(titles.ids))]
    titled = np.flatnonzero(Words(own).hold(texts.ids)) if len(own) else np.zeros(0, dtype=np.intp)
    place = np.searchsorted(texts.bounds, titled, side="right") - 1
    hidden = always.hold(texts.ids)
    hidden[titled] |= Words(_of_ad(titles.ids, _ads(titles))).hold(_of_ad(texts.ids[titled], place))
    return hidden


def _ads(texts: Batch) -> NDArray[np.intp]:
    """For each token, which Doc it is in."""
    return np.repeat(np.arange(len(texts), dtype=np.intp), np.diff(texts.bounds))


def _of_ad(ids: Ids, ad: NDArray[np.intp]) -> Ids:
    """Hashes of words that differ from ad to ad."""
    return ids ^ ((ad.astype(np.uint64) + np.uint64(1)) * _FIRST)


def words_and_lines(texts: Batch) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """For each token whether it is a word, and for each word which line it stands in."""
    line_end = _LINE_ENDS.hold(texts.ids)
    word = ~(line_end | _NO_WORDS.hold(texts.ids))
    line: NDArray[np.intp] = np.cumsum(line_end)
    return word, line[word]


def telling(texts: Batch) -> NDArray[np.bool_]:
    """For each token, whether it is a word or ends a line: the others leave no trace in ``keys``."""
    return _LINE_ENDS.hold(texts.ids) | ~_NO_WORDS.hold(texts.ids)


def keys(texts: Batch, hidden: NDArray[np.bool_] | None = None) -> Keys:
    """Keys of every word and every pair of neighbouring words. Pairs cross commas and hyphens, but no line ends."""
    n_texts = len(texts)
    word, line = words_and_lines(texts)
    ids, doc = texts.ids[word], _ads(texts).astype(np.int32)[word]
    pair = (line[1:] == line[:-1]) & (doc[1:] == doc[:-1])
    single = (ids * _WORD) >> _SHIFT
    double = (ids[:-1] * _FIRST + ids[1:] * _SECOND)[pair]
    double = ((double ^ (double >> np.uint64(29))) * _WORD) >> _SHIFT
    shown = np.ones(len(ids), dtype=np.bool_) if hidden is None else ~hidden[word]
    return Keys(
        key=np.concatenate([single, double]).astype(np.int64),
        row=np.concatenate([doc, doc[1:][pair]]),
        shown=np.concatenate([shown, (shown[1:] & shown[:-1])[pair]]),
        n_words=np.bincount(doc, minlength=n_texts).astype(np.float32),
        n_shown=np.bincount(doc, shown, minlength=n_texts).astype(np.float32),
    )


def key_of(phrase: str) -> int:
    """The key of a word or of two words ("vector store"), split as ``keys`` splits a text at spaces."""
    ids = np.array([get_string_id(word) for word in phrase.split()], dtype=np.uint64)
    if len(ids) not in (1, 2):
        raise ValueError(f"{phrase!r} is neither one word nor two")
    return int(keys(Batch(ids, np.array([0, len(ids)], dtype=np.int64))).key[-1])


def key_table(stored: NDArray[Any]) -> NDArray[np.int32]:
    """For each of all possible keys: its place in ``stored`` plus one, or 0."""
    table = np.zeros(N_KEYS, dtype=np.int32)
    table[stored] = np.arange(1, len(stored) + 1)
    return table


def counts(found: Keys, table: NDArray[np.int32], n_columns: int, *, shown_only: bool = False) -> "csr_matrix[Any]":
    """How often each text has each column; ``table`` maps a key to its column plus one, or to 0. ``shown_only`` leaves
    out what the mask hides."""
    column = table[found.key]
    used = column > 0
    if shown_only:
        used &= found.shown
    shape = (len(found.n_words), n_columns)
    small: Any = np.int32 if shape[0] * shape[1] < 2**31 else np.int64  # sorts twice as fast
    cell = np.sort(found.row[used].astype(small) * small(n_columns) + (column[used] - 1).astype(small))
    first = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]])) if len(cell) else np.zeros(0, dtype=np.intp)
    n = np.diff(np.append(first, len(cell))).astype(np.float32)
    indptr = np.searchsorted(cell[first], np.arange(shape[0] + 1, dtype=np.int64) * n_columns).astype(np.int32)
    return csr_matrix((n, (cell[first] % n_columns).astype(np.int32), indptr), shape=shape)


def weigh(matrix: "csr_matrix[Any]", idf: Floats) -> "csr_matrix[Any]":
    """The counts as sublinear tf-idf, each row of length one (an empty row stays empty)."""
    data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    norm = np.sqrt(np.bincount(row, data.astype(np.float64) ** 2, minlength=matrix.shape[0]))
    data = (data / norm[row]).astype(np.float32)
    return csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)
