"""The rows of job_posting_role and job_posting_role_part: the roles of ads, and of each job of an ad that lists several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from spacy.attrs import IDX
from spacy.tokens import Doc

from nlp.roles.classifier import ROLES, RoleClassifier, RolePredictions
from nlp.roles.features import Batch, Floats, batch, without_boilerplate
from nlp.roles.labels import TitleRules
from nlp.roles.parts import Part, own_part, role_parts
from nlp.roles.signals import named_roles
from nlp.sections import text_of

_NAMES = {"both": ("role", "p_"), "title": ("role_by_title", "p_title_"), "text": ("role_by_text", "p_text_")}
"""By field of RolePredictions: the column of the likeliest role, and what those of the probabilities begin with."""


class RoleTables:
    """The classifier of a folder (None: the shipped one), loaded once; calling it labels ads."""

    def __init__(self, model: Path | None = None) -> None:
        self._classifier, self._rules = RoleClassifier.load(model), TitleRules()

    def __call__(self, keys: Sequence[str], titles: Sequence[Doc], texts: Sequence[Doc]) -> tuple[pa.Table, pa.Table]:
        """A row per ad, and a row per part of each ad that lists several jobs, both with the ad's ``content_hash``.

        A part is judged by its title and its own words: with the words before the first part added, which are common
        to all, more labels were wrong. Where a part clearly is the posting's own (each role that a "Who is hiring?"
        comment names is a posting), the posting's ``role`` and ``role_by_text`` are read from that part."""
        tokens = batch(texts)
        named = named_roles([title.text for title in titles], self._rules)
        of_ads = self._classifier.predict_batch(batch(titles), without_boilerplate(texts, tokens), named)
        found = role_parts(texts, tokens)
        ads = [ad for ad, parts in enumerate(found) for _ in parts]
        parts = [part for of_ad in found for part in of_ad]
        of_parts = self._of_parts(ads, parts, texts, tokens)
        first = 0
        for ad, of_ad in enumerate(found):
            if of_ad and (own := own_part(titles[ad].text, of_ad)) is not None:
                _copy(of_parts, first + own, of_ads, ad)
            first += len(of_ad)
        places = {
            "part": [n for of_ad in found for n in range(1, len(of_ad) + 1)],
            "start_char": [part.start_char for part in parts],
            "end_char": [part.end_char for part in parts],
        }
        return (
            pa.table({"content_hash": pa.array(keys, pa.string()), **_columns(of_ads, _NAMES)}),
            pa.table(
                {
                    "content_hash": pa.array([keys[ad] for ad in ads], pa.string()),
                    "title": pa.array([part.title for part in parts], pa.string()),
                    **{name: pa.array(values, pa.int32()) for name, values in places.items()},
                    **_columns(of_parts, {"both": _NAMES["both"]}),
                }
            ),
        )

    def _of_parts(
        self, ads: Sequence[int], parts: Sequence[Part], texts: Sequence[Doc], tokens: Batch
    ) -> RolePredictions:
        """The labels of parts from the tokens that their ads have anyway."""
        if not parts:  # as of most batches: the classifier would take a while to say nothing
            none = np.zeros((0, len(ROLES)), dtype=np.float32)
            return RolePredictions(none, none, none, [], [])
        starts = [text_of(texts[ad]).index(part.title, part.start_char) for ad, part in zip(ads, parts, strict=True)]
        titles = [(start, start + len(part.title)) for start, part in zip(starts, parts, strict=True)]
        named = named_roles([part.title for part in parts], self._rules)
        return self._classifier.predict_batch(
            _cut(ads, titles, texts, tokens), _cut(ads, [part[1:] for part in parts], texts, tokens), named
        )


def _cut(ads: Sequence[int], spans: Sequence[tuple[int, int]], texts: Sequence[Doc], tokens: Batch) -> Batch:
    """The tokens of spans of characters of texts, as a row each."""
    rows = []
    for ad, span in zip(ads, spans, strict=True):
        first, stop = texts[ad].to_array(IDX).searchsorted(np.array(span, dtype=np.uint64))
        rows.append(tokens.rows(ad, ad + 1).ids[first:stop])
    bounds = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Batch(np.concatenate([tokens.ids[:0], *rows]), bounds)


def _copy(parts: RolePredictions, part: int, ads: RolePredictions, ad: int) -> None:
    """Let an ad have the labels of a part, but for those by title."""
    ads.text[ad], ads.both[ad] = parts.text[part], parts.both[part]
    ads.secondary[ad], ads.adjacent[ad] = parts.secondary[part], parts.adjacent[part]


def _columns(answers: RolePredictions, names: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The columns of both tables that hold what the classifier says."""
    columns: dict[str, Any] = {}
    for field, (name, prefix) in names.items():
        p: Floats = getattr(answers, field)
        known = ~np.isnan(p).any(axis=1)
        best = np.where(known, np.nan_to_num(p).argmax(axis=1), -1).tolist()
        columns[name] = pa.array([ROLES[i] if i >= 0 else None for i in best], pa.string())
        for i, role in enumerate(ROLES):
            columns[prefix + role] = pa.array(p[:, i].astype("float32"), mask=~known)
    columns["secondary_role"] = pa.array(answers.secondary, pa.string())
    columns["adjacent"] = pa.array(answers.adjacent, pa.string())
    return columns
