"""Which phrases are skills most probably: a classifier learns, from the places and names of the skills that the table
knows, what a skill looks like, and says it of all other phrases."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlp.discovery.evidence import Evidence
from nlp.discovery.phrases import BIT, SIGNS, fold, word_list

LEAST_KNOWN = 50
"""Skills of the table that ads must name before anything can be learned from them."""

_AT = {sign: i for i, sign in enumerate(SIGNS)}
_PLACES = [_AT[sign] for sign in SIGNS if BIT[sign] < BIT["recent"]]
_NUMBER = re.compile(r"[\d.x+]+")
_VERSION = re.compile(r"\d+$")
_ENOUGH = 100  # employers: more of them make a name no surer
_FOLDS = 5
_MOST_ABOUT = 0.7  # share of employers that name it among benefits, law or words about themselves
_LEAST_DATED = 50  # employers of a period
_LEAST_NAMING = 10


class Candidate(NamedTuple):
    """A phrase that may be a skill."""

    row: int
    """Of Evidence."""
    score: float
    """The higher, the earlier it is worth a look: log-odds of being a skill, and how widely it is asked for."""
    rise: float | None
    """Its share of the employers of late by that of before; None: too few ads have dates, or too few name it."""


def ranked(evidence: Evidence, known: frozenset[str]) -> list[Candidate] | None:
    """Phrases that are no known skill, best first; None where too few known skills are in the ads to learn from.

    ``known`` are the folded ways of writing known skills. Each phrase is judged by a classifier that has not seen it."""
    rows = _eligible(evidence)
    is_known = np.array([evidence.keys[i] in known for i in rows], bool)
    if is_known.sum() < LEAST_KNOWN:
        return None
    with threadpool_limits(1):  # beside other work on the machine, threads of trees wait for each other for minutes
        log_odds = _log_odds(_places(evidence, rows, known), _names(evidence, rows), is_known)
    found = []
    for i, odds in zip(rows[~is_known].tolist(), log_odds[~is_known].tolist(), strict=True):
        if is_variation(evidence.surfaces[i], known):
            continue
        rise, sureness = _rise(evidence, i)
        reach = 0.5 * np.log(min(int(evidence.n_employers[i]), _ENOUGH))
        found.append(Candidate(i, float(odds + reach + 0.25 * np.clip(sureness, -1, 4)), rise))
    found.sort(key=lambda candidate: -candidate.score)
    return _distinct(found, evidence)


def is_variation(surface: str, known: Collection[str]) -> bool:
    """Whether a phrase is a known skill with a version or with words that say nothing, or only such words."""
    core = _core(surface)
    return not core or core in known or _VERSION.sub("", core) in known or _slipped(core, known)


def _core(surface: str) -> str:
    """A phrase folded without makers, versions and weak words at its ends."""
    words = surface.casefold().split(" ")
    first, after = 0, len(words)
    lead, tail = word_list("lead") | word_list("maker"), word_list("tail")
    while first < after and words[first] in lead:
        first += 1
    while after > first and (words[after - 1] in tail or _NUMBER.fullmatch(words[after - 1])):
        after -= 1
    return fold(" ".join(words[first:after]))


def _slipped(core: str, known: Collection[str]) -> bool:
    """Whether a long name is a known one with a letter too few, too many (not at its end), or two that changed places."""
    if len(core) < 6 or not core.isalpha():
        return False
    for i in range(len(core) - 1):
        if core[:i] + core[i + 1 :] in known or core[:i] + core[i + 1] + core[i] + core[i + 2 :] in known:
            return True
    return any(core[:i] + c + core[i:] in known for i in range(1, len(core)) for c in "abcdefghijklmnopqrstuvwxyz")


def _distinct(found: list[Candidate], evidence: Evidence) -> list[Candidate]:
    """Without those that only add weak words to one that is better."""
    taken: set[str] = set()
    kept = []
    for candidate in found:
        core = _core(evidence.surfaces[candidate.row])
        if core not in taken:
            taken.add(core)
            kept.append(candidate)
    return kept


def _eligible(evidence: Evidence) -> NDArray[np.int64]:
    """Rows of phrases that stand where skills stand, at enough employers."""
    signs = evidence.signs
    placed = signs[:, [_AT["beside_known"], _AT["in_known_list"], _AT["cue"], _AT["such_as"]]].sum(axis=1)
    least = 5 if evidence.n_ads > 5000 else 3
    named = np.array([any(c.isascii() and c.isalnum() for c in key) for key in evidence.keys], bool)
    asked = signs[:, _AT["about"]] < _MOST_ABOUT * evidence.n_employers
    return np.flatnonzero(
        named & asked & (evidence.n_employers >= least) & (placed >= 2) & (signs[:, _AT["beside_known"]] > 0)
    )


def _places(evidence: Evidence, rows: NDArray[np.int64], known: frozenset[str]) -> NDArray[np.float64]:
    """What the places of each phrase say, and how its words relate to known names."""
    n = evidence.n_employers[rows].astype(float)
    inside: Counter[str] = Counter()
    for surface, times in zip(evidence.surfaces, evidence.n_employers.tolist(), strict=True):
        for part, _, _ in _parts(surface.split(" ")):
            inside[part] += times
    of_name = []
    lead, tail = word_list("lead"), word_list("tail")
    for i, times in zip(rows.tolist(), n.tolist(), strict=True):
        key, words = evidence.keys[i], evidence.surfaces[i].split(" ")
        held = [(first, after) for part, first, after in _parts(words) if part in known]
        of_name.append(
            (
                np.log((inside[key] + 1) / times),
                max((after - first for first, after in held), default=0) / len(words),
                any(first == 0 for first, _ in held),
                any(after == len(words) for _, after in held),
                words[0].casefold() in lead,
                words[-1].casefold() in tail,
                key[-1].isdigit(),
                len(words),
                len(key),
            )
        )
    shares = evidence.signs[rows][:, _PLACES] / n[:, None]
    return np.column_stack([shares, np.log(n), np.log(evidence.n_openings[rows] / n), np.array(of_name, float)])


def _parts(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Proper parts of a name, folded, with their first and after-last word."""
    n = len(words)
    return [
        (fold(" ".join(words[first:after])), first, after)
        for first in range(n)
        for after in range(first + 1, n + 1)
        if after - first < n
    ]


def _names(evidence: Evidence, rows: NDArray[np.int64]) -> csr_matrix:
    """Letters and words of each name."""
    names = [f" {evidence.surfaces[i].casefold()} " for i in rows]
    letters = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), min_df=2, sublinear_tf=True).fit_transform(names)
    words = TfidfVectorizer(analyzer=str.split).fit_transform(names)
    return csr_matrix(hstack([letters, 2.0 * words]))


def _log_odds(places: NDArray[np.float64], names: csr_matrix, is_known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Log-odds of being a skill: by names and places in a linear model, which a tree of places then reads."""
    folds = min(_FOLDS, int((~is_known).sum()))
    if folds < 2:
        return np.zeros(len(is_known))
    spread = places.std(axis=0)
    both = csr_matrix(hstack([(places - places.mean(axis=0)) / np.where(spread > 0, spread, 1), names]))
    linear = np.zeros(len(is_known))
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=0).split(both, is_known):
        model = LogisticRegression(solver="liblinear").fit(both[seen], is_known[seen])
        linear[unseen] = model.decision_function(both[unseen])
    stacked = np.column_stack([places, linear])
    odds = np.zeros(len(is_known))
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=1).split(stacked, is_known):
        trees = HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.06, max_leaf_nodes=16, min_samples_leaf=30, l2_regularization=1, random_state=0
        ).fit(stacked[seen], is_known[seen])  # fmt: skip
        odds[unseen] = trees.decision_function(stacked[unseen])
    return odds


def _rise(evidence: Evidence, row: int) -> tuple[float | None, float]:
    """How much larger its share of employers has become (None: not known), and in how many standard errors (0 then)."""
    recent, before = (int(evidence.signs[row, _AT[sign]]) for sign in ("recent", "before"))
    if min(evidence.n_recent, evidence.n_before) < _LEAST_DATED or recent + before < _LEAST_NAMING:
        return None, 0.0
    ratio = ((recent + 0.5) / (evidence.n_recent + 1)) / ((before + 0.5) / (evidence.n_before + 1))
    return ratio, float(np.log(ratio) / np.sqrt(1 / (recent + 0.5) + 1 / (before + 0.5)))
