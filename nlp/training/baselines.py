"""What the role classifier has to beat: the title rules, and a plain bag of words trained on titles."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlp.roles.features import N_KEYS, Batch, Keys, counts, key_table, keys, weigh
from nlp.roles.labels import ROLES, TitleRules
from nlp.training.ads import Pool

_CHUNK = 1000
_FEWEST_ADS = 25


def by_rules(titles: Sequence[str], rules: TitleRules) -> NDArray[np.intp]:
    """The baseline: the role of the first rule of titles.csv, other where none matches."""
    return np.array(
        [ROLES.index(rule.role) if rule else ROLES.index("other") for rule in map(rules, titles)], dtype=np.intp
    )


def plain_tfidf(pool: Pool, gold_texts: Batch) -> NDArray[np.intp]:
    """The baseline: a regression on single words of the whole text, trained on plain titles taken at their word."""
    plain = np.array([rule is not None and rule.plain for rule in pool.rules])
    y = np.array([ROLES.index(rule.role) for rule in pool.rules if rule and rule.plain])
    texts = pool.texts.only(plain)
    found = [keys(texts.rows(start, start + _CHUNK)) for start in range(0, len(texts), _CHUNK)]
    n_ads = sum(
        np.bincount(np.unique(one.row * np.int64(N_KEYS) + one.key) % N_KEYS, minlength=N_KEYS) for one in found
    )
    stored = np.flatnonzero(n_ads >= _FEWEST_ADS)
    table, idf = key_table(stored), (np.log(len(y) / np.asarray(n_ads)[stored]) + 1).astype(np.float32)

    def matrix(one: Keys) -> "csr_matrix[Any]":
        return weigh(counts(one, table, len(stored)), idf)

    regression = LogisticRegression(max_iter=60, tol=1e-3, class_weight="balanced")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(csr_matrix(vstack([matrix(one) for one in found])), y)
    return np.asarray(regression.predict(matrix(keys(gold_texts))), dtype=np.intp)
