"""A model moved towards ads of one's own: linear models by averaging, stackers by a fit that starts from the present ones."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_softmax

from nlp.roles.features import Floats
from nlp.roles.labels import NEIGHBOURS, ROLES
from nlp.roles.signals import Linear, Stacker
from nlp.roles.stacking import INPUTS, Ints
from nlp.training.ads import ReadAds

Doubles = NDArray[np.float64]

_STRENGTH = 0.01
"""How far labels may move a stacker, as inverse regularisation: of 0.003 to 0.3 the best for 20 to 800 labels of employers
that the stackers had not seen."""
_MOST_FEATURES = {"text": 60_000, "title": 12_000}
"""So many make a model file of 4.8 MB."""


def average(first: Mapping[str, Linear], second: Mapping[str, Linear], share: float) -> dict[str, Linear]:
    """The parameters of both models, those of the second with a weight of ``share``; of the features, as many of the most
    telling ones as a model file may hold. The features of the second one are those of the first one, with the same idf,
    and further ones, which the first one gives no weight. A class that the second one never saw stays as the first has it."""
    averaged = {name: _average(first[name], second[name], share) for name in first}
    return {**_telling(averaged, ("title",), "title"), **_telling(averaged, ("masked", "whole"), "text")}


def _average(first: Linear, second: Linear, share: float) -> Linear:
    coef = np.zeros_like(second.coef)
    coef[:, np.searchsorted(second.keys, first.keys)] = first.coef
    seen = second.coef.any(axis=1)
    weight = np.where(seen, share, 0)
    coef += weight[:, None] * (second.coef - coef)
    intercept = first.intercept + weight * (second.intercept - first.intercept)
    return Linear(second.keys, second.idf, coef.astype(np.float32), intercept.astype(np.float32))


def _telling(models: Mapping[str, Linear], names: tuple[str, ...], of: str) -> dict[str, Linear]:
    """These models, which share their features, with those of the largest coefficients."""
    largest = np.max([np.abs(models[name].coef).max(axis=0) for name in names], axis=0)
    kept = np.sort(np.argsort(-largest, kind="stable")[: _MOST_FEATURES[of]])
    return {
        name: Linear(one.keys[kept], one.idf[kept], one.coef[:, kept], one.intercept)
        for name, one in models.items()
        if name in names
    }


def refit_stackers(
    stackers: Mapping[str, Stacker], inputs: Mapping[str, Floats], read: ReadAds, ads: Ints
) -> dict[str, Stacker]:
    """All stackers, moved towards the labels of the read ads at those places; ``inputs`` are of all read ads."""
    refitted = {}
    for name, stacker in stackers.items():
        target = _target(name, read)[ads]
        told = ~np.isnan(target).any(axis=1)
        of = inputs[INPUTS[name]][ads][told]
        refitted[name] = refit(stacker, of, target[told], _STRENGTH, each=name == "holds")
    return refitted


def _target(name: str, read: ReadAds) -> Doubles:
    """What a stacker is to say of each read ad: a row of zeros and ones; NaN where its label does not tell."""
    of_role = np.eye(len(ROLES))[read.y]
    if name == "holds":
        second = [ROLES.index(role) if role in ROLES[:4] else -1 for role in read.secondary]
        return np.asarray(np.maximum(of_role, np.eye(len(ROLES) + 1)[second][:, :-1])[:, :4])
    if name == "adjacent":
        tags = [NEIGHBOURS.index(tag) if tag in NEIGHBOURS else -1 for tag in read.neighbours]
        one_hot = np.concatenate([np.eye(len(NEIGHBOURS)), np.full((1, len(NEIGHBOURS)), np.nan)])
        return np.asarray(one_hot[np.where(read.y == ROLES.index("other"), tags, -1)])
    return np.asarray(of_role)


def refit(stacker: Stacker, inputs: Floats, target: Doubles, strength: float, *, each: bool = False) -> Stacker:
    """The stacker that labels make most probable a posteriori, where the present one is the mean of a Gaussian prior.

    It minimises -sum(t log p) + |W - W0|² / (2 strength) over its weights W, intercepts among them, on standardised inputs;
    t is the target (n, k), p = softmax(W x), or, with ``each``, every row's own sigmoid, with its complement's share in the
    sum. Rows of inputs with NaN are left out; without any other, the stacker stays as it is."""
    usable = ~np.isnan(inputs).any(axis=1)
    if not usable.any():
        return stacker
    x, t = inputs[usable].astype(np.float64), target[usable]
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    x = np.concatenate([(x - mean) / spread, np.ones((len(x), 1))], axis=1)
    prior = np.concatenate([stacker.coef * spread, (stacker.intercept + stacker.coef @ mean)[:, None]], axis=1)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        moved = flat.reshape(prior.shape) - prior
        scores = x @ flat.reshape(prior.shape).T
        fit = t * log_expit(scores) + (1 - t) * log_expit(-scores) if each else t * log_softmax(scores, axis=1)
        p = expit(scores) if each else np.exp(log_softmax(scores, axis=1))
        gradient = (p - t).T @ x + moved / strength
        return float((moved**2).sum() / (2 * strength) - fit.sum()), gradient.ravel()

    found = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x.reshape(prior.shape)
    coef = found[:, :-1] / spread
    return Stacker(coef.astype(np.float32), (found[:, -1] - coef @ mean).astype(np.float32))
