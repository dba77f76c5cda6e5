"""Why an ad has its role: the words and signals that spoke for it and against it, each with its part of the log-odds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc

from nlp.roles.classifier import RoleClassifier, combine
from nlp.roles.features import Batch, Keys, batch, keys, without_boilerplate, words_and_lines
from nlp.roles.labels import ROLES, Cues, TitleRules
from nlp.roles.signals import _FEW_WORDS, Linear, named_roles, stacker_inputs, text_keys
from nlp.sections import text_of

Answer = Literal["both", "text", "title"]

_MODELS: Final = {"title": ["title"], "text": ["masked"], "whole": ["whole"], "both": ["whole", "masked", "title"]}
"""The linear models whose scores a stacker reads: 21 of each, before the title rule and the cues."""
_N_SCORES, _BOUND = 21, 12
_title_rules = cache(TitleRules)
_cues = cache(lambda: Cues().names)
_BOTH_SIDES = "front_end and back_end"  # the cue that stacker_inputs adds to those of cues.csv


class Signal(NamedTuple):
    """What spoke for the likeliest role, or against it."""

    kind: Literal["word", "title word", "title rule", "cue"]
    what: str
    """A word or a pair of words as first written ("…": only with unread text between them); the role that the title rule
    names; the name of a cue that words of the text make up."""
    weight: float
    """Its part of the log-odds of the winner against the rival; positive: for the winner."""
    spans: tuple[tuple[int, int], ...] = ()
    """Every place of a ``word`` that speaks, as character offsets of the text."""


@dataclass(frozen=True)
class Explanation:
    """An answer taken apart: ``log_odds`` is ``intercept`` plus the weights of all ``signals``, the weightiest first."""

    winner: str
    rival: str
    """The second likeliest role."""
    adjacent: str | None
    """The neighbour where title and text say other; None: they don't, or it can't be told."""
    log_odds: float
    intercept: float
    """What no word says: how frequent the roles are, and scores at their bound, which no single word moves."""
    signals: tuple[Signal, ...]


def explain(model: RoleClassifier, title: Doc, text: Doc, answer: Answer = "both") -> Explanation | None:
    """Why ``answer`` is what it is, of a title and a text with sections; None: there is nothing to judge by.

    It is a linearisation: the bounds of scores, the likeliest neighbour, the length of the text and the norm of its
    counts are held at their present values, as if only the weighted count of a word could change."""
    titles, every = batch([title]), batch([text])
    read = without_boilerplate([text], every)
    places = without_boilerplate([text], Batch(np.arange(len(every.ids), dtype=np.uint64), every.bounds)).ids
    signals = model.signals(titles, read, named_roles([title.text], _title_rules()))
    inputs = stacker_inputs(signals, _cues())
    known = [n for n in ("both", "whole", "title", "text") if not np.isnan(inputs[n]).any()]
    name = next((n for n in known if n == answer or (answer == "both" and n != "text")), None)
    if name is None:
        return None
    answers, stacker = combine(inputs, model.stackers), model.stackers[name]
    rival, winner = getattr(answers, answer)[0].argsort()[-2:].tolist()
    x, w = inputs[name][0].astype(np.float64), stacker.coef[winner].astype(np.float64) - stacker.coef[rival]
    at = intercept = float(stacker.intercept[winner]) - float(stacker.intercept[rival])

    found = {"title": keys(titles), "text": text_keys(read, titles, model.hidden)}
    weights: dict[str, dict[int, float]] = {"title": defaultdict(float), "text": defaultdict(float)}
    for i, of in enumerate(_MODELS[name]):
        scores, block = getattr(signals, of)[0], slice(i * _N_SCORES, (i + 1) * _N_SCORES)
        if np.isnan(scores).any():  # every known word is hidden: its inputs are zero
            continue
        of_class, bound = _of_classes(w[block], x[block], 4 + int(scores[4:].argmax()))
        if of != "title":
            n_words = float(signals.n_shown[0] if of == "masked" else signals.n_words[0])
            of_class *= n_words / (n_words + _FEW_WORDS)
        intercept += bound + float(of_class @ model.linear[of].intercept)
        source = "title" if of == "title" else "text"
        for key, weight in _of_keys(model.linear[of], found[source], of_class, shown_only=of == "masked"):
            weights[source][key] += weight

    rest = (w * x)[_N_SCORES * len(_MODELS[name]) :].tolist()
    named, cues = (rest[:5], rest[5:]) if "title" in _MODELS[name] else ([], rest)
    in_title = _words(title, titles, np.arange(len(titles.ids)), found["title"], weights["title"], shown_only=False)
    made = [
        *_words(text, read, places, found["text"], weights["text"], shown_only=name == "text"),
        *(word._replace(kind="title word", spans=()) for word in in_title),
        *(Signal("title rule", role, weight) for role, weight in zip(ROLES, named, strict=False) if weight),
        *(Signal("cue", *cue) for cue in zip([*_cues(), _BOTH_SIDES], cues, strict=False) if cue[1]),
    ]
    return Explanation(
        winner=ROLES[winner],
        rival=ROLES[rival],
        adjacent=answers.adjacent[0] if answer == "both" else None,
        log_odds=at + float(w @ x),
        intercept=intercept,
        signals=tuple(sorted(made, key=lambda signal: -abs(signal.weight))),
    )


def _of_classes(w: NDArray[np.float64], x: NDArray[np.float64], neighbour: int) -> tuple[NDArray[np.float64], float]:
    """What the weights ``w`` of 21 scores ``x`` come to for each of CLASSES, and what scores at their bound add."""
    free = np.where(np.abs(x) < _BOUND, w, 0)
    of_class, of_role = free[:16] - free[:16].mean(), free[16:] - free[16:].mean()
    of_class[[0, 1, 2, 3, neighbour]] += of_role
    return of_class, float((w - free) @ x)


def _of_keys(
    linear: Linear, found: Keys, of_class: NDArray[np.float64], *, shown_only: bool
) -> Iterator[tuple[int, float]]:
    """Each known key of a text with the weight of its tf-idf."""
    column = np.minimum(np.searchsorted(linear.keys, found.key), len(linear.keys) - 1)
    known = (linear.keys[column] == found.key) & (found.shown | (not shown_only))
    columns, n = np.unique(column[known], return_counts=True)
    counts = (1 + np.log(n)) * linear.idf[columns]
    weights = counts / np.sqrt(counts @ counts) * (of_class @ linear.coef[:, columns])
    yield from zip(linear.keys[columns].tolist(), weights.tolist(), strict=True)


def _words(
    doc: Doc, read: Batch, places: NDArray[Any], found: Keys, weights: Mapping[int, float], *, shown_only: bool
) -> Iterator[Signal]:
    """A signal for each key with a weight. ``read`` are the tokens of the doc at ``places``, ``found`` their keys."""
    word, line = words_and_lines(read)
    nth, same_line = np.flatnonzero(word), line[1:] == line[:-1]
    first, last = np.concatenate([nth, nth[:-1][same_line]]), np.concatenate([nth, nth[1:][same_line]])
    told = (places[last] - places[first] == last - first) & (found.shown | (not shown_only))
    offsets, lengths = doc.to_array(IDX), doc.to_array(LENGTH)
    starts, ends = offsets[places[first[told]]], (offsets + lengths)[places[last[told]]]
    spans = defaultdict[int, list[tuple[int, int]]](list)
    for key, start, end in zip(found.key[told].tolist(), starts.tolist(), ends.tolist(), strict=True):
        spans[key].append((start, end))
    text = text_of(doc)
    for key, weight in weights.items():
        of_key = spans[key]
        yield Signal("word", " ".join(text[slice(*of_key[0])].split()) if of_key else "…", weight, tuple(of_key))
