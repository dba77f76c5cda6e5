"""The role of an ad, by its title, by its text with the title's words hidden, and by both.

Linear models tell the four roles and the twelve neighbours apart, in the title and in the text; a small multinomial
regression on their outputs, the cues and the title rules (a stacker), fitted to read ads, gives the five probabilities
of each answer.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any, Self

import numpy as np
from spacy.tokens import Doc

from nlp.roles.features import Batch, Floats, Words, batch, key_table, keys, without_boilerplate
from nlp.roles.labels import CLASSES, NEIGHBOURS, ROLES, Cues, TitleRules
from nlp.roles.signals import Linear, Signals, Stacker, named_roles, stacker_inputs, text_keys

__all__ = ["CLASSES", "NEIGHBOURS", "ROLES", "RoleClassifier", "RolePredictions"]

_AT_ONCE = 256


@dataclass(frozen=True)
class RolePredictions:
    """Labels of n ads. ``title``, ``text``, ``both``: (n, 5) probabilities in the order of ROLES, rows summing to 1; a
    row of NaN where nothing can be said."""

    title: Floats
    text: Floats
    both: Floats
    secondary: list[str | None]
    """Another of the four roles than the likeliest, that the ad more likely than not holds as well."""
    adjacent: list[str | None]
    """The neighbour where ``both`` says other; None: it can't be told."""


class RoleClassifier:
    """A model; ``version`` is a hash of its files and of the tables of cues and titles that it reads, ``n_learned`` the
    number of ads that its linear models learned from (None: not known)."""

    def __init__(
        self,
        linear: Mapping[str, Linear],
        stackers: Mapping[str, Stacker],
        hidden: Words,
        version: str,
        n_learned: int | None = None,
    ):
        self.version, self.n_learned = version, n_learned
        self.linear, self.stackers, self.hidden = linear, stackers, hidden
        self._tables = {name: key_table(model.keys) for name, model in linear.items() if name != "whole"}
        self._tables["whole"] = self._tables["masked"]  # one set of features, counted with and without hidden words
        self._cues, self._rules = Cues(), TitleRules()

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """The model of a folder, by default the shipped one. Raises FileNotFoundError where it has none."""
        folder = folder or files("nlp.roles") / "model"
        arrays_file, stackers_file = (folder / "roles.npz").read_bytes(), (folder / "roles.json").read_bytes()
        with np.load(BytesIO(arrays_file), allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in arrays.files}
        settings: dict[str, Any] = json.loads(stackers_file)
        if tuple(settings["classes"]) != CLASSES or tuple(settings["roles"]) != ROLES:
            raise ValueError(f"{folder} holds a model of other classes than this version of rolescope knows")
        if tuple(settings["cues"]) != Cues().names:
            raise ValueError(f"{folder} holds a model of other cues than nlp/roles/cues.csv names: train it anew")
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
        tables = [(files("nlp.roles") / name).read_bytes() for name in ("cues.csv", "titles.csv")]
        version = hashlib.sha256(b"".join([arrays_file, stackers_file, *tables])).hexdigest()[:12]
        return cls(linear, stackers, Words(parts["hidden"]), version, settings.get("n_learned"))

    def predict(self, titles: Sequence[Doc], texts: Sequence[Doc]) -> RolePredictions:
        """The labels of ads, given the Docs of their titles and texts, these with sections (see ``pipeline``)."""
        if len(titles) != len(texts):
            raise ValueError(f"{len(titles)} titles, but {len(texts)} texts")
        named = named_roles([title.text for title in titles], self._rules)
        slices = [slice(start, start + _AT_ONCE) for start in range(0, len(texts), _AT_ONCE)]
        parts = [
            self.predict_batch(batch(titles[of]), without_boilerplate(texts[of], batch(texts[of])), named[of])
            for of in slices
        ]
        none = np.zeros((0, 5), dtype=np.float32)
        return RolePredictions(
            title=np.concatenate([none, *(part.title for part in parts)]),
            text=np.concatenate([none, *(part.text for part in parts)]),
            both=np.concatenate([none, *(part.both for part in parts)]),
            secondary=[role for part in parts for role in part.secondary],
            adjacent=[neighbour for part in parts for neighbour in part.adjacent],
        )

    def signals(self, titles: Batch, texts: Batch, named: Floats) -> Signals:
        """What the stackers go by; ``named`` as ``named_roles`` makes it of the titles."""
        of_title, of_text = keys(titles), text_keys(texts, titles, self.hidden)
        linear, tables = self.linear, self._tables
        return Signals(
            title=linear["title"].log_probabilities(of_title, tables["title"]),
            masked=linear["masked"].log_probabilities(of_text, tables["masked"], shown_only=True),
            whole=linear["whole"].log_probabilities(of_text, tables["whole"]),
            n_words=of_text.n_words,
            n_shown=of_text.n_shown,
            cues=self._cues.density(of_text),
            shown_cues=self._cues.shown_density(of_text),
            named=named,
        )

    def predict_batch(self, titles: Batch, texts: Batch, named: Floats) -> RolePredictions:
        """The labels of ads given as token hashes, all at once."""
        return combine(self.inputs(titles, texts, named), self.stackers)

    def inputs(self, titles: Batch, texts: Batch, named: Floats) -> dict[str, Floats]:
        """What the stackers read of ads given as token hashes."""
        return stacker_inputs(self.signals(titles, texts, named), self._cues.names)


def combine(inputs: Mapping[str, Floats], stackers: Mapping[str, Stacker]) -> RolePredictions:
    """The three answers. Without a text, ``both`` is the title's answer, and the other way round."""
    answers = {name: stackers[name](inputs[name]) for name in ("title", "text", "whole", "both")}
    both = answers["both"]
    for instead in ("whole", "title"):
        both = np.where(np.isnan(both), answers[instead], both)
    known = np.nan_to_num(inputs["both"])
    return RolePredictions(
        title=answers["title"],
        text=answers["text"],
        both=both,
        secondary=second_roles(both, stackers["holds"].each(known)),
        adjacent=neighbours(both, stackers["adjacent"](known)),
    )


def second_roles(both: Floats, holds: Floats) -> list[str | None]:
    """The likeliest of the four roles that an ad holds, beside the one that it is, from ``holds`` (n, 4), the
    probability of each; None where none is more likely than not, or nothing is known."""
    holds = np.nan_to_num(holds)
    first = np.nan_to_num(both).argmax(axis=1)
    holds[first < 4, first[first < 4]] = 0
    best = holds.argmax(axis=1)
    return [ROLES[i] if p >= 0.5 else None for i, p in zip(best.tolist(), holds.max(axis=1).tolist(), strict=True)]


def neighbours(both: Floats, probability: Floats) -> list[str | None]:
    """The likeliest neighbour, from the ``probability`` of each (n, 12), where ``both`` says other and it is as likely as
    a third."""
    best = probability.argmax(axis=1)
    told = (np.nan_to_num(both).argmax(axis=1) == ROLES.index("other")) & (probability.max(axis=1) >= 1 / 3)
    return [NEIGHBOURS[tag] if yes else None for tag, yes in zip(best.tolist(), told.tolist(), strict=True)]
