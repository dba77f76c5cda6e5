"""The role by text of ads in which a group of skills is hidden as well: whether a label rests on the very words that ads are
compared by.

Hiding a few words changes a few counts, so an ad is counted once, and of each group only what its words take away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from spacy.attrs import IDX
from spacy.tokens import Doc

from nlp.roles.classifier import RoleClassifier
from nlp.roles.features import Batch, Floats, Keys, counts, keys, telling
from nlp.roles.labels import ROLES
from nlp.roles.signals import text_inputs, text_mask

Ints = NDArray[np.int64]
Group = tuple[str, int, int]
"""Words of a group: its name, and where they start and end in the text."""

_OTHER = ROLES.index("other")
_SURELY = 0.95
"""Ads that are so surely ``other`` are left out: of 12,000 real ads a third, which would have made 4 of the 3,408 answers
that differ."""
_FAR = 1 << 32  # characters; longer than any text


@dataclass(frozen=True)
class Judged:
    """What the role by text of n ads was judged by: ``titles`` whose words are hidden, the ``places`` of the tokens that were
    read among all ``tokens``, and the ``answers`` (n, 5)."""

    titles: Batch
    tokens: Batch
    places: Batch
    answers: Floats


@dataclass(frozen=True)
class Masked:
    """The answers with a group hidden: (m, 5) probabilities of ROLES for ad ``ad[i]`` without ``group[i]``, NaN where no
    word that the model knows is left."""

    ad: Ints
    group: list[str]
    answers: Floats


class MaskedRoles:
    """The role by text of a classifier, with groups of words hidden."""

    def __init__(self, classifier: RoleClassifier):
        self._hidden, self._stacker = classifier.hidden, classifier.stackers["text"]
        self._linear, self._table = classifier.linear["masked"], classifier._tables["masked"]
        self._coef = np.ascontiguousarray(self._linear.coef.T)
        self._cues = classifier._cues

    def __call__(self, docs: Sequence[Doc], groups: Sequence[Sequence[Group]], judged: Judged) -> Masked:
        """The answers for each ad that is not surely ``other`` and each group of its words that takes something away from
        what is read of it."""
        wanted = judged.answers[:, _OTHER] < _SURELY  # False where nothing is known
        ads = np.flatnonzero(wanted)
        places = judged.places.only(wanted)
        texts = Batch(judged.tokens.ids[places.ids], places.bounds)
        hidden = text_mask(texts, judged.titles.only(wanted), self._hidden)
        told = telling(texts)
        texts, places, hidden = texts.tokens(told), places.tokens(told), hidden[told]

        names, text, group, token = _tokens_under(ads, docs, groups, judged.tokens.bounds)
        where = np.full(len(judged.tokens.ids), -1, dtype=np.int64)
        where[places.ids] = np.arange(len(places.ids))
        place = where[token]
        shown = (place >= 0) & ~np.append(hidden, True)[place]  # the others are not read anyway
        both, row = np.unique((text * len(names) + group)[shown], return_inverse=True)
        of, group = np.divmod(both, max(len(names), 1))
        removed = _removed(texts, hidden, of, row, place[shown])
        answers = self._answers(keys(texts, hidden), removed, of)
        return Masked(ads[of], [names[i] for i in group.tolist()], answers)

    def _answers(self, found: Keys, removed: Keys, of: Ints) -> Floats:
        """The answers for the texts ``of`` those ``found``, without what is ``removed`` of each."""
        linear, n_shown = self._linear, found.n_shown[of] - removed.n_shown
        base, gone, was, left = _difference(found, removed, of, self._table, len(linear.keys))
        idf = linear.idf[gone.indices]
        before, after = _weights(was, idf), _weights(left, idf)
        base.data = _weights(base.data, linear.idf[base.indices])
        gone.data = after - before
        scores = (base @ self._coef)[of] + gone @ self._coef
        square = _sums(base, base.data.astype(np.float64) ** 2)[of]
        square += _sums(gone, after.astype(np.float64) ** 2 - before.astype(np.float64) ** 2)
        n_left = np.diff(base.indptr)[of] - _sums(gone, left == 0)
        norm = np.sqrt(np.where(n_left > 0, square, np.nan))
        scores = scores / norm[:, None] + linear.intercept
        log_probabilities = np.asarray(log_softmax(scores, axis=1), dtype=np.float32)

        of_cue = self._cues._sum
        base, gone, _, left = _difference(found, removed, of, self._cues._table, len(of_cue))
        base.data, gone.data = np.minimum(base.data, 1), (left == 0).astype(np.float32)
        used = (base @ of_cue)[of] - gone @ of_cue
        density = np.log1p(used * (200 / (n_shown[:, None] + 100)))
        return self._stacker(text_inputs(log_probabilities, n_shown, density, self._cues.names))


def _tokens_under(
    ads: NDArray[np.intp], docs: Sequence[Doc], groups: Sequence[Sequence[Group]], bounds: Ints
) -> tuple[list[str], Ints, Ints, Ints]:
    """The names of the groups, and for each token that words of one touch: the number of its ad in ``ads``, that of the
    group, and its place among all tokens, which begin at ``bounds``."""
    names: dict[str, int] = {}
    spans = [
        (i, names.setdefault(name, len(names)), start, end)
        for i, ad in enumerate(ads.tolist())
        for name, start, end in groups[ad]
    ]
    text, group, start, end = np.array(spans, dtype=np.int64).reshape(-1, 4).T
    starts = [docs[ad].to_array(IDX).astype(np.int64) for ad in ads.tolist()]
    first_of = np.cumsum([0, *map(len, starts)])
    offsets = np.concatenate([np.zeros(0, np.int64), *(of + i * _FAR for i, of in enumerate(starts))])
    first = offsets.searchsorted(start + text * _FAR, side="right") - 1 - first_of[text]
    stop = offsets.searchsorted(end + text * _FAR) - first_of[text]
    stop = np.minimum(stop, np.diff(bounds)[ads][text])  # of a very long text only the beginning is read
    length = np.maximum(stop - first, 0)
    token = np.repeat(first + bounds[ads][text] - np.cumsum(length) + length, length) + np.arange(length.sum())
    return list(names), np.repeat(text, length), np.repeat(group, length), token


def _removed(texts: Batch, hidden: NDArray[np.bool_], of: Ints, row: Ints, place: Ints) -> Keys:
    """The shown features of texts that go when more is hidden: in row i of text ``of[i]`` the tokens ``place[row == i]``."""
    n = max(len(texts.ids), 1)
    taken = np.unique(row * n + place)
    row, place = np.divmod(taken, n)
    first, stop = texts.bounds[of[row]], texts.bounds[of[row] + 1]
    # Features reach from a word to the next: the neighbours of the tokens are enough.
    before, after = taken[place > first] - 1, taken[place + 1 < stop] + 1
    window = np.unique(np.concatenate([before, taken, after]))
    row, place = np.divmod(window, n)
    around = Batch(texts.ids[place], np.searchsorted(row, np.arange(len(of) + 1)))
    mask = hidden[place]
    shown = keys(around, mask)
    mask[np.searchsorted(window, taken)] = True
    left = keys(around, mask)
    gone = shown.shown & ~left.shown
    n_gone = shown.n_shown - left.n_shown
    return Keys(shown.key[gone], shown.row[gone], shown.shown[gone], n_gone, n_gone)


def _difference(
    found: Keys, removed: Keys, of: Ints, table: NDArray[np.int32], n_columns: int
) -> tuple["csr_matrix[Any]", "csr_matrix[Any]", Floats, Floats]:
    """The shown counts of texts; those that are removed from each text ``of``; and for each of these how many the text
    had, and how many are left."""
    base = counts(found, table, n_columns, shown_only=True)
    gone = counts(removed, table, n_columns)
    has = _rows(base) * n_columns + base.indices
    wants = of[_rows(gone)] * n_columns + gone.indices
    was = base.data[np.searchsorted(has, wants)]
    return base, gone, was, was - gone.data


def _rows(matrix: "csr_matrix[Any]") -> Ints:
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _sums(matrix: "csr_matrix[Any]", values: NDArray[Any]) -> NDArray[np.float64]:
    """The sum of each row of ``values`` in place of those of a matrix."""
    return np.bincount(_rows(matrix), values, minlength=matrix.shape[0]).astype(np.float64)


def _weights(n: Floats, idf: Floats) -> Floats:
    """Counts as sublinear tf-idf, as ``weigh`` makes them before it scales them; 0 for none."""
    return np.where(n > 0, (1 + np.log(np.maximum(n, 1))) * idf, 0).astype(np.float32)
