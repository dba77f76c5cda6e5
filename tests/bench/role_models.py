"""Other models in the place of the role classifier's stackers, on the same read ads and the same folds.

    python tests/bench/role_models.py --db data/rolescope.duckdb --gold GOLD

The warehouse holds the ads of nlp/labels.csv and is labelled (for the skills). Linear models are fitted as `rolescope train`
fits them; then each model is cross-validated by employer on what these say of the read ads. Prints macro-F1 on gold with its
standard error (bootstrap over ads) and log-loss, and the same of the other read ads in English.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nlp.pipeline import pipeline
from nlp.review.labels_file import read_labels
from nlp.roles.classifier import RoleClassifier
from nlp.roles.labels import ROLES
from nlp.roles.signals import named_roles, role_words
from nlp.skills.matcher import mentions
from nlp.training.ads import tokenize
from nlp.training.fitting import fit
from nlp.training.scores import f1_by_role
from nlp.training.train import read_all
from warehouse import connect

Array = NDArray[Any]
_N_SKILLS = 400


def linear() -> Any:
    """What ships."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def trees() -> Any:
    """Gradient-boosted trees, small and slow as few ads ask for."""
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=8, min_samples_leaf=20, l2_regularization=1, random_state=0
    )


def crossed(make: Callable[[], Any], x: Array, y: Array, employers: Array) -> Array:
    """Probabilities by models that saw no ad of the same employer."""
    said = np.zeros((len(y), len(ROLES)))
    for fitted, held in StratifiedGroupKFold(10, shuffle=True, random_state=0).split(x, y, employers):
        said[held] = make().fit(x[fitted], y[fitted]).predict_proba(x[held])
    return said


def main() -> None:
    """Fit, cross-validate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--gold", type=Path, required=True)
    options = parser.parse_args()
    with connect(options.db) as con:
        labels = read_labels(Path(__file__).parents[2] / "nlp" / "labels.csv")
        pool, read = read_all(con, labels, options.gold, 0, lambda stage, done, total: None)
    models, _ = fit(pool, read.only(~read.is_gold), role_words(), lambda stage, done, total: None)
    model = RoleClassifier(models, {}, role_words(), "")
    inputs = model.inputs(tokenize(read.titles, boilerplate=True), read.texts, named_roles(read.titles))
    skills = _skills(read.descriptions)
    employers = np.unique(np.array(read.employers), return_inverse=True)[1]
    gold, y = read.is_gold, read.y
    other = ~gold & np.array([language == "en" for language in read.languages])
    for answer in ("both", "text"):
        x = np.nan_to_num(inputs[answer])
        said = {
            "linear": crossed(linear, x, y, employers),
            "boosted trees": crossed(trees, x, y, employers),
            f"linear, with {_N_SKILLS} skills": crossed(linear, np.hstack([x, skills]), y, employers),
            f"boosted trees, with {_N_SKILLS} skills": crossed(trees, np.hstack([x, skills]), y, employers),
        }
        said["mean of linear and trees"] = (said["linear"] + said["boosted trees"]) / 2
        for name, p in said.items():
            print(f"{answer:5s} {name:32s} gold {_score(y[gold], p[gold])}   other read {_score(y[other], p[other])}")


def _score(y: Array, p: Array) -> str:
    rng, best = np.random.default_rng(0), p.argmax(axis=1)
    samples = rng.integers(0, len(y), (500, len(y)))
    error = np.std([f1_by_role(y[s], best[s]).mean() for s in samples])
    loss = -np.log(np.maximum(p[np.arange(len(y)), y], 1e-9)).mean()
    return f"macro-F1 {f1_by_role(y, best).mean():.3f} ± {error:.3f}, log-loss {loss:.3f}"


def _skills(texts: list[str]) -> Array:
    """Whether each ad names each of the most frequent skills. (The names of roles aren't hidden from them: in favour of
    the skills.)"""
    found = [
        {m.key for m in mentions(doc) if not m.negated} for doc in pipeline().pipe(texts, disable=["tags", "spans"])
    ]
    names = sorted({key for of_ad in found for key in of_ad}, key=lambda key: -sum(key in of_ad for of_ad in found))
    return np.array([[key in of_ad for key in names[:_N_SKILLS]] for of_ad in found], dtype=np.float32)


if __name__ == "__main__":
    main()
