"""What the linear models, the cues and the title rules say of an ad: the inputs of the small regressions."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax, softmax

from nlp.roles.features import Batch, Floats, Keys, Words, counts, keys, title_mask, weigh, word_ids
from nlp.roles.labels import ROLES, TitleRules

_FEW_WORDS = 20
"""A text of so few words counts half."""
_FUNCTION_WORDS = Words(
    word_ids(
        "a an and or of in on at to for the with by as is we our you us it m f d w x h i ii iii iv de la le du des en "
        "und y e o der die das per di da do".split()
    )
)


@dataclass(frozen=True)
class Signals:
    """What is known of n ads before any stacker: log-probabilities of CLASSES (n, 16), a NaN row where there is no word
    to go by; the sizes of the texts; how densely they use the words of each cue, and how densely without the hidden
    words; and the title rule's role. ``masked`` sees the text without hidden words."""

    title: Floats
    masked: Floats
    whole: Floats
    n_words: Floats
    n_shown: Floats
    cues: Floats
    shown_cues: Floats
    named: Floats


@dataclass(frozen=True)
class Linear:
    """A multinomial linear model on weighted counts of the features ``keys``."""

    keys: NDArray[np.uint32]
    idf: Floats
    coef: Floats
    intercept: Floats

    def log_probabilities(self, found: Keys, table: NDArray[np.int32], *, shown_only: bool = False) -> Floats:
        """(n, 16) log-probabilities; a row without a known feature is NaN."""
        matrix = weigh(counts(found, table, len(self.keys), shown_only=shown_only), self.idf)
        scores = matrix @ self.coef.T + self.intercept
        scores[np.diff(matrix.indptr) == 0] = np.nan
        return np.asarray(log_softmax(scores, axis=1), dtype=np.float32)


@dataclass(frozen=True)
class Stacker:
    """A small regression on the inputs of ``stacker_inputs``."""

    coef: Floats
    intercept: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """Probabilities of ROLES (n, 5), rows summing to 1; NaN in, NaN out."""
        return np.asarray(softmax(inputs @ self.coef.T + self.intercept, axis=1), dtype=np.float32)

    def each(self, inputs: Floats) -> Floats:
        """A probability of each row of ``coef`` for itself, whatever the others are; NaN in, NaN out."""
        return np.asarray(expit(inputs @ self.coef.T + self.intercept), dtype=np.float32)


def role_words() -> Words:
    """Hashes of the words of the roles' own titles: the text answer never sees them, in any ad."""
    rows = csv.DictReader((files("nlp") / "roles.csv").read_text(encoding="utf-8").splitlines())
    return Words(word_ids(word for row in rows for word in row["title_words"].split()))


def text_keys(texts: Batch, titles: Batch, hidden: Words) -> Keys:
    """Features of texts, with the words of each ad's own title and the words ``hidden`` marked as not shown."""
    return keys(texts, text_mask(texts, titles, hidden))


def text_mask(texts: Batch, titles: Batch, hidden: Words) -> NDArray[np.bool_]:
    """For each token of texts, whether the text answer doesn't see it: ``text_keys`` says which."""
    return title_mask(texts, titles, hidden, _FUNCTION_WORDS)


def named_roles(titles: Sequence[str], rules: TitleRules | None = None) -> Floats:
    """(n, 5): 1 at the role of the title rule that matches, half of it where the title isn't plain, else zeros."""
    named = np.zeros((len(titles), len(ROLES)), dtype=np.float32)
    for row, rule in zip(named, map(rules or TitleRules(), titles), strict=True):
        if rule:
            row[ROLES.index(rule.role)] = 1 if rule.plain else 0.5
    return named


def log_odds(log_probabilities: Floats, n_words: Floats | None = None) -> Floats:
    """Of ROLES, centred, from log-probabilities of CLASSES; nearer to zero for texts of few words.

    ``other`` is as likely as the likeliest neighbour, not as all twelve together: where the model is unsure, as it is of
    short texts and of texts unlike those it learned from, the sum of twelve small probabilities wins over any role."""
    other = log_probabilities[:, 4:].max(axis=1, keepdims=True)
    odds = np.concatenate([log_probabilities[:, :4], other], axis=1)
    odds -= odds.mean(axis=1, keepdims=True)
    if n_words is not None:
        odds *= (n_words / (n_words + _FEW_WORDS))[:, None]
    return np.asarray(np.clip(odds, -12, 12), dtype=np.float32)


def stacker_inputs(signals: Signals, cues: Sequence[str]) -> dict[str, Floats]:
    """What each stacker reads, by its name: title, text, whole (for ads without a title), both. ``cues`` are the names
    of the columns of ``signals.cues``."""
    title, named = _scores(signals.title), signals.named
    whole = _scores(signals.whole, signals.n_words)
    text = text_inputs(signals.masked, signals.n_shown, signals.shown_cues, cues)
    said, shown_scores = _with_both_sides(signals.cues, cues), text[:, : whole.shape[1]]
    unmasked = np.where(np.isnan(shown_scores) & ~np.isnan(whole), 0, shown_scores)  # all known words are hidden
    return {
        "title": np.concatenate([title, named], axis=1),
        "text": text,
        "whole": np.concatenate([whole, said], axis=1),
        "both": np.concatenate([whole, unmasked, title, named, said], axis=1),
    }


def text_inputs(log_probabilities: Floats, n_shown: Floats, shown_cues: Floats, cues: Sequence[str]) -> Floats:
    """What the stacker "text" reads of n texts with hidden words: (n, 38). ``cues`` are the names of the columns of
    ``shown_cues``; the others as in Signals."""
    return np.concatenate([_scores(log_probabilities, n_shown), _with_both_sides(shown_cues, cues)], axis=1)


def _with_both_sides(density: Floats, cues: Sequence[str]) -> Floats:
    """A full stack is the lesser of its two sides: no sum of them tells that."""
    both_sides = [cues.index("front_end"), cues.index("back_end")]
    return np.concatenate([density, density[:, both_sides].min(axis=1, keepdims=True)], axis=1)


def _scores(log_probabilities: Floats, n_words: Floats | None = None) -> Floats:
    """The log-odds of CLASSES, centred, and those of ROLES: (n, 21). Both are nearer to zero for texts of few words."""
    centred = log_probabilities - log_probabilities.mean(axis=1, keepdims=True)
    if n_words is not None:
        centred *= (n_words / (n_words + _FEW_WORDS))[:, None]
    return np.concatenate([np.clip(centred, -12, 12), log_odds(log_probabilities, n_words)], axis=1)
