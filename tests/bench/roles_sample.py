"""How well the shipped role classifier does on the invented sample ads, which no training reads.

    python tests/bench/roles_sample.py           prints the scores
    python tests/bench/roles_sample.py --write   adds them to nlp/roles/metrics.json and docs/model_card.md as well

Each posting of crawler/sample/boards names the role that its writer meant. ``nlp`` can't read them (it doesn't import
``crawler``), so they are handed to the model from here, and ``rolescope train`` leaves their section of the card out: run
this after it.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.sample.postings import sample_ads
from nlp.pipeline import pipeline
from nlp.roles.classifier import RoleClassifier
from nlp.roles.labels import ROLES
from nlp.training.model_card import model_card
from nlp.training.scores import f1_by_role

_ROOT = Path(__file__).parents[2]


def score_sample(model: RoleClassifier) -> dict[str, Any]:
    """Accuracy and macro-F1 of the three answers with a 95 % bootstrap interval; of ``role`` by intended role too."""
    ads = sample_ads()
    nlp = pipeline()
    texts = list(nlp.pipe([text for _, text, _ in ads], disable=["skills", "tags", "spans"]))
    said = model.predict([nlp.make_doc(title) for title, _, _ in ads], texts)
    truth = np.array([ROLES.index(role) for _, _, role in ads], dtype=np.intp)
    answers = {"role": said.both, "role_by_text": said.text, "role_by_title": said.title}
    best = said.both.argmax(axis=1)
    return {
        "version": model.version,
        "n": len(ads),
        **{name: _score(truth, np.asarray(p.argmax(axis=1), dtype=np.intp)) for name, p in answers.items()},
        "by_role": {
            role: [round(float((best == i)[truth == i].mean()), 4), int((truth == i).sum())]
            for i, role in enumerate(ROLES)
        },
        "confusion": np.bincount(truth * 5 + best, minlength=25).reshape(5, 5).tolist(),
    }


def _score(truth: NDArray[np.intp], said: NDArray[np.intp]) -> dict[str, Any]:
    resampled = np.random.default_rng(0).integers(0, len(truth), (2000, len(truth)))
    interval = np.percentile((truth == said)[resampled].mean(axis=1), [2.5, 97.5])
    return {
        "accuracy": round(float((truth == said).mean()), 4),
        "accuracy_interval": [round(float(end), 4) for end in interval],
        "macro_f1": round(float(f1_by_role(truth, said).mean()), 4),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="add the scores to the metrics and the model card")
    options = parser.parse_args()
    scored = score_sample(RoleClassifier.load())
    print(json.dumps(scored, indent=1))
    if options.write:
        metrics_file = _ROOT / "nlp" / "roles" / "metrics.json"
        metrics = {**json.loads(metrics_file.read_text(encoding="utf-8")), "sample": scored}
        metrics_file.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
        (_ROOT / "docs" / "model_card.md").write_text(model_card(metrics), encoding="utf-8")
