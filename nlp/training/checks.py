"""Attempts to break the role classifier on the read ads: what it leans on, and where it fails."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.roles.classifier import RoleClassifier, neighbours, second_roles
from nlp.roles.features import Batch, Floats, Words, word_ids
from nlp.training.ads import ReadAds, tokenize
from nlp.training.scores import f1_by_role

_BLANK = word_ids(["."])


def checks(
    model: RoleClassifier, read: ReadAds, titles: Batch, named: Floats, crossed: dict[str, Floats], seed: int
) -> dict[str, Any]:
    """Answers of the shipped model for gold with the employer's name blanked out and with another ad's title, compared with
    its answers as they are; and cross-validated accuracy of all read ads by group, of the neighbour and of the second role.
    ``named`` are the roles by title rules."""
    gold, said = read.only(read.is_gold), crossed["both"].argmax(1)
    titles, named = titles.only(read.is_gold), named[read.is_gold]
    as_is = model.predict_batch(titles, gold.texts, named)
    nameless = _without_employer(gold.texts, gold.companies)
    blanked = model.predict_batch(titles, nameless, named)
    order = np.random.default_rng(seed).permutation(len(gold.y))
    other_title = model.predict_batch(Batch(*_reordered(titles, order)), gold.texts, named[order])
    tagged = np.array([tag is not None for tag in read.neighbours]) & (read.y == 4) & (said == 4)
    tags = neighbours(crossed["both"], crossed["adjacent"])
    sure = crossed["both"].max(1) > 0.9
    return {
        "macro_f1_as_fitted": {
            name: round(float(f1_by_role(gold.y, answer.argmax(1)).mean()), 4)
            for name, answer in (("role", as_is.both), ("role_by_text", as_is.text), ("role_by_title", as_is.title))
        },
        "employer_blanked": {
            "n_words": int((nameless.ids != gold.texts.ids).sum()),
            "share_same_role": _share(as_is.both.argmax(1) == blanked.both.argmax(1)),
            "share_same_role_by_text": _share(as_is.text.argmax(1) == blanked.text.argmax(1)),
        },
        "title_of_another_ad": {
            "share_same_role_by_text": _share(as_is.text.argmax(1) == other_title.text.argmax(1)),
            "macro_f1_of_role": round(float(f1_by_role(gold.y, other_title.both.argmax(1)).mean()), 4),
        },
        "accuracy_by_stratum": _by_group(gold.chosen, (read.y == said)[read.is_gold]),
        "accuracy_by_language": _by_group([language or "?" for language in read.languages], read.y == said),
        "accuracy_by_year": _by_group([str(year) if year else "?" for year in read.years], read.y == said),
        "accuracy_by_board": _by_group(read.boards, read.y == said),
        "neighbour": {
            "n": int(tagged.sum()),
            "accuracy": _share([tags[i] == read.neighbours[i] for i in np.flatnonzero(tagged)]),
        },
        "secondary": _secondary(second_roles(crossed["both"], crossed["holds"]), read.secondary),
        "confident_and_wrong": int((sure & (said != read.y))[read.is_gold].sum()),
        "confident": int(sure[read.is_gold].sum()),
    }


def _without_employer(texts: Batch, companies: Sequence[str]) -> Batch:
    names, ids = tokenize(companies, boilerplate=True), texts.ids.copy()
    for i in range(len(texts)):
        name = Words(names.ids[names.bounds[i] : names.bounds[i + 1]])
        part = ids[texts.bounds[i] : texts.bounds[i + 1]]
        part[name.hold(part)] = _BLANK[0]
    return Batch(ids, texts.bounds)


def _reordered(titles: Batch, order: NDArray[np.intp]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    parts = [titles.ids[titles.bounds[i] : titles.bounds[i + 1]] for i in order]
    return np.concatenate(parts), np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)


def _secondary(said: Sequence[str | None], truths: Sequence[str | None]) -> dict[str, Any]:
    hits = sum(one is not None and one == truth for one, truth in zip(said, truths, strict=True))
    n_said, n_true = sum(one is not None for one in said), sum(one is not None for one in truths)
    return {"n": n_true, "precision": round(hits / max(n_said, 1), 4), "recall": round(hits / max(n_true, 1), 4)}


def _by_group(groups: Sequence[str], right: NDArray[np.bool_]) -> dict[str, list[float]]:
    """[accuracy, ads] of each group."""
    of = np.array(groups)
    return {group: [_share(right[of == group]), int((of == group).sum())] for group in sorted(set(groups))}


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0
