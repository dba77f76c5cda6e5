"""Models held against one another on ads of known role: accuracy, log-loss, and which of two may replace the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold

from nlp.roles.classifier import RoleClassifier, combine
from nlp.roles.features import Batch, Floats
from nlp.roles.labels import ROLES
from nlp.roles.signals import named_roles
from nlp.roles.stacking import Ints
from nlp.training.ads import ReadAds, tokenize
from nlp.training.refitting import refit_stackers

_N_FOLDS = 10
_MARGIN = 0.005
"""A smaller difference of log-loss counts as none."""


@dataclass(frozen=True)
class Score:
    """How well the answer ``role`` is: the share of n ads that is right, and the mean negative log-probability (nats) of
    the right role."""

    n: int
    accuracy: float
    log_loss: float


@dataclass(frozen=True)
class Held:
    """Ads to hold a model against: ``y`` are the places of their roles in ROLES."""

    titles: Sequence[str]
    texts: Batch
    y: Ints


def inputs_of(model: RoleClassifier, ads: Held | ReadAds) -> dict[str, Floats]:
    """What the model's stackers read of ads."""
    return model.inputs(tokenize(ads.titles, boilerplate=True), ads.texts, named_roles(ads.titles))


def score(model: RoleClassifier, ads: Held | ReadAds) -> Score:
    """The score of a model that learned nothing from these labels."""
    return _score(combine(inputs_of(model, ads), model.stackers).both, ads.y)


def crossed_score(model: RoleClassifier, read: ReadAds, seed: int) -> Score:
    """The score of a model whose stackers are moved by the labels: of each ad, by those of other employers."""
    inputs, n_employers = inputs_of(model, read), len(set(read.employers))
    p = np.zeros((len(read.y), len(ROLES)), dtype=np.float32)
    folds = GroupKFold(min(_N_FOLDS, n_employers), shuffle=True, random_state=seed)
    for ads, held in folds.split(p, read.y, read.employers):
        stackers = refit_stackers(model.stackers, inputs, read, ads)
        p[held] = combine({name: of[held] for name, of in inputs.items()}, stackers).both
    return _score(p, read.y)


def _score(p: Floats, y: Ints) -> Score:
    p = np.where(np.isnan(p), 1 / len(ROLES), p)  # where nothing can be said
    loss = -np.log(np.maximum(p[np.arange(len(y)), y], 1e-9))
    return Score(len(y), round(float((p.argmax(axis=1) == y).mean()), 4), round(float(loss.mean()), 4))


def is_better(new: Mapping[str, Score], old: Mapping[str, Score]) -> bool:
    """Whether the new model is worse on none of the sets of ads, and better on one: in accuracy, or clearly in log-loss."""
    pairs = [(new[name], old[name]) for name in old]
    worse = any(a.accuracy < b.accuracy or a.log_loss > b.log_loss + _MARGIN for a, b in pairs)
    return not worse and any(a.accuracy > b.accuracy or a.log_loss < b.log_loss - _MARGIN for a, b in pairs)
