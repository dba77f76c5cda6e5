"""The role of an ad, by its title, by its text with the title's words hidden, and by both.

Linear models tell the four roles and the twelve neighbours apart, in the title and in the text; a small multinomial
regression on their outputs (a stacker), fitted to read ads, gives the five probabilities of each answer.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, logsumexp, softmax
from spacy.tokens import Doc

from nlp.role_features import Batch, Floats, Keys, Words, batch, counts, key_table, keys, title_mask, weigh, word_ids
from nlp.role_labels import CLASSES, NEIGHBOURS, ROLES

__all__ = ["CLASSES", "NEIGHBOURS", "ROLES", "RoleClassifier", "RolePredictions"]

_AT_ONCE = 256
_FEW_WORDS = 20
"""A text of so few words counts half."""
_FUNCTION_WORDS = Words(
    word_ids(
        "a an and or of in on at to for the with by as is we our you us it m f d w x h i ii iii iv de la le du des en "
        "und y e o der die das per di da do".split()
    )
)


@dataclass(frozen=True)
class RolePredictions:
    """Labels of n ads. ``title``, ``text``, ``both``: (n, 5) probabilities in the order of ROLES, rows summing to 1; a
    row of NaN where nothing can be said."""

    title: Floats
    text: Floats
    both: Floats
    secondary: list[str | None]
    """A second one of the four roles that ``both`` gives a third or more."""
    adjacent: list[str | None]
    """The neighbour where ``both`` says other; None: it can't be told."""


@dataclass(frozen=True)
class Signals:
    """What the linear models say of n ads, before any stacker: log-probabilities of CLASSES (n, 16), a NaN row where
    there is no word to go by."""

    title: Floats
    masked: Floats
    whole: Floats


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
    """A multinomial regression from the log-odds of one or two signals to the five probabilities."""

    coef: Floats
    intercept: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """(n, 5) probabilities; NaN in, NaN out."""
        return np.asarray(softmax(inputs @ self.coef.T + self.intercept, axis=1), dtype=np.float32)


def five(log_probabilities: Floats, n_words: Floats | None = None) -> Floats:
    """Log-odds of ROLES, centred, from log-probabilities of CLASSES; nearer to zero for texts of few words."""
    other = logsumexp(log_probabilities[:, 4:], axis=1, keepdims=True)
    odds = np.concatenate([log_probabilities[:, :4], other], axis=1)
    odds -= odds.mean(axis=1, keepdims=True)
    if n_words is not None:
        odds *= (n_words / (n_words + _FEW_WORDS))[:, None]
    return np.asarray(np.clip(odds, -12, 12), dtype=np.float32)


def role_words() -> Words:
    """Hashes of the words of the roles' own titles: the text answer never sees them, in any ad."""
    rows = csv.DictReader((files("nlp") / "roles.csv").read_text(encoding="utf-8").splitlines())
    return Words(word_ids(word for row in rows for word in row["title_words"].split()))


def text_keys(texts: Batch, titles: Batch, hidden: Words) -> Keys:
    """Features of texts, with the words of each ad's own title and the words ``hidden`` marked as not shown."""
    return keys(texts, title_mask(texts, titles, hidden, _FUNCTION_WORDS))


class RoleClassifier:
    """The shipped model; ``version`` is a hash of its files."""

    def __init__(self, linear: Mapping[str, Linear], stackers: Mapping[str, Stacker], hidden: Words, version: str):
        self.version = version
        self._linear, self._stackers, self._hidden = linear, stackers, hidden
        self._tables = {name: key_table(model.keys) for name, model in linear.items() if name != "whole"}
        self._tables["whole"] = self._tables["masked"]  # one set of features, counted with and without hidden words

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """The model of a folder, by default the shipped one. Raises FileNotFoundError where it has none."""
        folder = folder or files("nlp") / "model"
        arrays_file, stackers_file = (folder / "roles.npz").read_bytes(), (folder / "roles.json").read_bytes()
        with np.load(BytesIO(arrays_file), allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in arrays.files}
        settings: dict[str, Any] = json.loads(stackers_file)
        if tuple(settings["classes"]) != CLASSES or tuple(settings["roles"]) != ROLES:
            raise ValueError(f"{folder} holds a model of other classes than this version of rolescope knows")
        linear = {
            name: Linear(
                keys=parts["title_keys" if name == "title" else "text_keys"],
                idf=parts["title_idf" if name == "title" else "text_idf"],
                coef=parts[f"{name}_coef"].astype(np.float32),
                intercept=parts[f"{name}_intercept"],
            )
            for name in ("title", "masked", "whole")
        }
        stackers = {
            name: Stacker(np.array(one["coef"], dtype=np.float32), np.array(one["intercept"], dtype=np.float32))
            for name, one in settings["stackers"].items()
        }
        version = hashlib.sha256(arrays_file + stackers_file).hexdigest()[:12]
        return cls(linear, stackers, Words(parts["hidden"]), version)

    def predict(self, titles: Sequence[Doc], texts: Sequence[Doc]) -> RolePredictions:
        """The labels of ads, given the Docs of their titles and of their texts as RegexTokenizer makes them."""
        if len(titles) != len(texts):
            raise ValueError(f"{len(titles)} titles, but {len(texts)} texts")
        parts = [
            self.predict_batch(batch(titles[start : start + _AT_ONCE]), batch(texts[start : start + _AT_ONCE]))
            for start in range(0, len(texts), _AT_ONCE)
        ]
        none = np.zeros((0, 5), dtype=np.float32)
        return RolePredictions(
            title=np.concatenate([none, *(part.title for part in parts)]),
            text=np.concatenate([none, *(part.text for part in parts)]),
            both=np.concatenate([none, *(part.both for part in parts)]),
            secondary=[role for part in parts for role in part.secondary],
            adjacent=[neighbour for part in parts for neighbour in part.adjacent],
        )

    def signals(self, titles: Batch, texts: Batch) -> tuple[Signals, Keys]:
        """What the linear models say of ads, and the features of their texts."""
        of_title, of_text = keys(titles), text_keys(texts, titles, self._hidden)
        linear, tables = self._linear, self._tables
        return Signals(
            title=linear["title"].log_probabilities(of_title, tables["title"]),
            masked=linear["masked"].log_probabilities(of_text, tables["masked"], shown_only=True),
            whole=linear["whole"].log_probabilities(of_text, tables["whole"]),
        ), of_text

    def predict_batch(self, titles: Batch, texts: Batch) -> RolePredictions:
        """The labels of ads given as token hashes, all at once."""
        signals, of_text = self.signals(titles, texts)
        return combine(signals, of_text.n_words, of_text.n_shown, self._stackers)


def stacker_inputs(signals: Signals, n_words: Floats, n_shown: Floats) -> dict[str, Floats]:
    """What each stacker reads, by its name: title, text, whole (for ads without a title), both."""
    title, whole = five(signals.title), five(signals.whole, n_words)
    return {
        "title": title,
        "text": five(signals.masked, n_shown),
        "whole": whole,
        "both": np.concatenate([whole, title], axis=1),
    }


def combine(signals: Signals, n_words: Floats, n_shown: Floats, stackers: Mapping[str, Stacker]) -> RolePredictions:
    """The three answers from the signals. Without a text, ``both`` is the title's answer, and the other way round."""
    answers = {name: stackers[name](inputs) for name, inputs in stacker_inputs(signals, n_words, n_shown).items()}
    both = answers["both"]
    for instead in ("whole", "title"):
        both = np.where(np.isnan(both), answers[instead], both)
    return RolePredictions(
        title=answers["title"],
        text=answers["text"],
        both=both,
        secondary=_secondary(both),
        adjacent=_adjacent(both, signals),
    )


def _secondary(both: Floats) -> list[str | None]:
    order = np.argsort(np.nan_to_num(both), axis=1)
    second = order[:, -2]
    enough = both[np.arange(len(both)), second] >= 1 / 3
    return [
        ROLES[role] if yes and role < 4 else None for role, yes in zip(second.tolist(), enough.tolist(), strict=True)
    ]


def _adjacent(both: Floats, signals: Signals) -> list[str | None]:
    """The likeliest neighbour where it holds a third of all neighbours' probability, by title and text."""
    scores = np.nan_to_num(signals.title[:, 4:]) + np.nan_to_num(signals.whole[:, 4:])
    share = softmax(scores, axis=1)
    best = share.argmax(axis=1)
    other = np.nan_to_num(both).argmax(axis=1) == 4
    told = other & (share.max(axis=1) >= 1 / 3)
    return [NEIGHBOURS[tag] if yes else None for tag, yes in zip(best.tolist(), told.tolist(), strict=True)]
