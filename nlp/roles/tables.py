"""The rows of job_posting_role, job_posting_role_part and job_posting_role_masked: the roles of ads, of each job of an ad that
lists several, and of ads in which a group of skills is hidden."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from spacy.attrs import IDX
from spacy.tokens import Doc

from nlp.roles.classifier import ROLES, RoleClassifier, RolePredictions
from nlp.roles.features import Batch, Floats, batch, of_the_work
from nlp.roles.labels import TitleRules
from nlp.roles.masked import Group, Judged, Masked, MaskedRoles
from nlp.roles.parts import Part, own_part, role_parts
from nlp.roles.signals import named_roles
from nlp.sections import text_of

_NAMES = {"both": ("role", "p_"), "title": ("role_by_title", "p_title_"), "text": ("role_by_text", "p_text_")}
"""By field of RolePredictions: the column of the likeliest role, and what those of the probabilities begin with."""


class RoleTables:
    """The classifier of a folder (None: the shipped one), loaded once; calling it labels ads."""

    def __init__(self, model: Path | None = None) -> None:
        self._classifier, self._rules = RoleClassifier.load(model), TitleRules()
        self._masked = MaskedRoles(self._classifier)

    def __call__(
        self, keys: Sequence[str], titles: Sequence[Doc], texts: Sequence[Doc], groups: Sequence[Sequence[Group]]
    ) -> dict[str, pa.Table]:
        """The three tables by name, all with the ad's ``content_hash``: a row per ad; a row per part of each ad that lists
        several jobs; and a row per ad and group of words, of those that ``groups`` names in its text, without which its
        ``role_by_text`` would be another.

        A part is judged by its title and its own words: with the words before the first part added, which are common
        to all, more labels were wrong. Where a part clearly is the posting's own (each role that a "Who is hiring?"
        comment names is a posting), the posting's ``role`` and ``role_by_text`` are read from that part."""
        tokens, of_titles = batch(texts), batch(titles)
        numbered = Batch(np.arange(len(tokens.ids), dtype=np.uint64), tokens.bounds)
        places = numbered.tokens(of_the_work(texts, tokens))
        named = named_roles([title.text for title in titles], self._rules)
        of_ads = self._classifier.predict_batch(of_titles, _at(places, tokens), named)
        found = role_parts(texts, tokens)
        ads = [ad for ad, parts in enumerate(found) for _ in parts]
        parts = [part for of_ad in found for part in of_ad]
        part_titles = _cut(ads, _titles(ads, parts, texts), texts, tokens)
        part_places = _cut(ads, [part[1:] for part in parts], texts, numbered)
        of_parts = self._of_parts(parts, part_titles, _at(part_places, tokens))
        own: dict[int, int] = {}
        first = 0
        for ad, of_ad in enumerate(found):
            if of_ad and (nth := own_part(titles[ad].text, of_ad)) is not None:
                own[ad] = first + nth
                _copy(of_parts, first + nth, of_ads, ad)
            first += len(of_ad)
        judged = Judged(_instead(of_titles, part_titles, own), tokens, _instead(places, part_places, own), of_ads.text)
        offsets = {
            "part": [n for of_ad in found for n in range(1, len(of_ad) + 1)],
            "start_char": [part.start_char for part in parts],
            "end_char": [part.end_char for part in parts],
        }
        return {
            "job_posting_role": pa.table({"content_hash": pa.array(keys, pa.string()), **_columns(of_ads, _NAMES)}),
            "job_posting_role_part": pa.table(
                {
                    "content_hash": pa.array([keys[ad] for ad in ads], pa.string()),
                    "title": pa.array([part.title for part in parts], pa.string()),
                    **{name: pa.array(values, pa.int32()) for name, values in offsets.items()},
                    **_columns(of_parts, {"both": _NAMES["both"]}),
                }
            ),
            "job_posting_role_masked": _masked_table(keys, of_ads.text, self._masked(texts, groups, judged)),
        }

    def _of_parts(self, parts: Sequence[Part], titles: Batch, texts: Batch) -> RolePredictions:
        """The labels of parts from the tokens that their ads have anyway."""
        if not parts:  # as of most batches: the classifier would take a while to say nothing
            none = np.zeros((0, len(ROLES)), dtype=np.float32)
            return RolePredictions(none, none, none, [], [])
        return self._classifier.predict_batch(titles, texts, named_roles([part.title for part in parts], self._rules))


def _titles(ads: Sequence[int], parts: Sequence[Part], texts: Sequence[Doc]) -> list[tuple[int, int]]:
    """Where the titles of parts stand in their ads."""
    starts = [text_of(texts[ad]).index(part.title, part.start_char) for ad, part in zip(ads, parts, strict=True)]
    return [(start, start + len(part.title)) for start, part in zip(starts, parts, strict=True)]


def _at(places: Batch, tokens: Batch) -> Batch:
    """The tokens at places."""
    return Batch(tokens.ids[places.ids], places.bounds)


def _instead(rows: Batch, others: Batch, which: Mapping[int, int]) -> Batch:
    """The rows, with others in the place of those that ``which`` names."""
    if not which:
        return rows
    ids = [(others.rows(which[i], which[i] + 1) if i in which else rows.rows(i, i + 1)).ids for i in range(len(rows))]
    return Batch(np.concatenate(ids), np.cumsum([0, *map(len, ids)]))


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


def _masked_table(keys: Sequence[str], answers: Floats, masked: Masked) -> pa.Table:
    """A row for each answer with a group hidden that is not the ad's answer with all shown."""
    known = np.asarray(~np.isnan(masked.answers).any(axis=1))
    best = np.where(known, np.nan_to_num(masked.answers).argmax(axis=1), -1)
    rows = np.flatnonzero(best != np.nan_to_num(answers[masked.ad]).argmax(axis=1)).tolist()
    return pa.table(
        {
            "content_hash": pa.array([keys[masked.ad[i]] for i in rows], pa.string()),
            "skill_group": pa.array([masked.group[i] for i in rows], pa.string()),
            "role": pa.array([ROLES[best[i]] if known[i] else None for i in rows], pa.string()),
            "p_role": pa.array(masked.answers[rows, best[rows]], pa.float32(), mask=~known[rows]),
        }
    )


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
