"""The ads that training reads: a sample for weak labels, and the ads that were read and labelled by hand (gold)."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import spacy
from numpy.typing import NDArray
from spacy.attrs import LOWER

from nlp.role_features import Batch
from nlp.role_labels import ROLES, TitleRule, TitleRules
from nlp.tokenizer import RegexTokenizer
from warehouse.sources import sources
from warehouse.text import clean, fold

_PER_EMPLOYER = 3
"""Most ads of one employer and one kind of title: an employer with 400 ads is one voice."""
_PER_KIND = {**dict.fromkeys(ROLES, 6000), "software": 6000}
_PER_OTHER_KIND = 3500
_COLUMNS = ["ad", "title", "company", "description"]


@dataclass(frozen=True)
class Sample:
    """Ads to train on; ``counts`` says how many were read and how many left out why."""

    titles: list[str]
    descriptions: list[str]
    rules: list[TitleRule]
    counts: dict[str, int]


@dataclass(frozen=True)
class Gold:
    """The ads whose role two readers agree on. ``y`` holds places in ROLES; ``without`` names, of all gold ads, every
    ad, employer and text that training must not see."""

    titles: list[str]
    descriptions: list[str]
    companies: list[str]
    employers: list[str]
    datasets: list[str]
    strata: list[str]
    y: NDArray[np.intp]
    neighbours: list[str | None]
    secondary: list[str | None]
    without: frozenset[str]

    def with_labels(self, y: NDArray[np.intp]) -> "Gold":
        """The same ads with other roles."""
        return replace(self, y=y)


def read_gold(folder: Path) -> Gold:
    """Reads gold.jsonl and gold.parquet, which the stackers are fitted to, so ads of sources that forbid training are only
    kept out of the training. Raises OSError, KeyError or ValueError where they aren't as they should be."""
    lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [label for label in map(json.loads, filter(None, lines)) if label["role"] is not None]
    rows: dict[str, dict[str, Any]] = {row["ad"]: row for row in pq.read_table(folder / "gold.parquet").to_pylist()}
    labels = [label for label in labels if rows[label["ad"]].get("source") not in _forbidden()]
    ads = [rows[label["ad"]] for label in labels]
    return Gold(
        titles=[fold(ad["title"] or "") for ad in ads],
        descriptions=[ad["description"] or "" for ad in ads],
        companies=[ad["company"] or "" for ad in ads],
        employers=[_employer(ad) for ad in ads],
        datasets=[ad.get("dataset") or "" for ad in ads],
        strata=[label["stratum"] for label in labels],
        y=np.array([ROLES.index(label["role"]) for label in labels], dtype=np.intp),
        neighbours=[label["adjacent"] for label in labels],
        secondary=[label["secondary"] for label in labels],
        without=frozenset(one for row in rows.values() for one in (row["ad"], _employer(row), _fingerprint(row))),
    )


def read_sample(paths: Sequence[Path], gold: Gold, rules: TitleRules, seed: int) -> Sample:
    """Few ads per employer and per kind of title, no text twice, nothing of gold; in the order of the ads' ids.

    Ads whose ``source`` (a column that a file may have) is one that forbids training on its ads are left out."""
    found: list[tuple[bytes, str, int, str, str, TitleRule]] = []
    counts = dict.fromkeys(
        ("n_ads", *(f"n_left_out_{why}" for why in ("forbidden", "gold", "same_text", "no_rule"))), 0
    )
    forbidden = _forbidden()
    texts: set[str] = set()
    for ad in _rows(paths):
        place, employer, fingerprint, title = counts["n_ads"], _employer(ad), _fingerprint(ad), fold(ad["title"] or "")
        counts["n_ads"] += 1
        rule = rules(title)
        if ad.get("source") in forbidden:
            counts["n_left_out_forbidden"] += 1
        elif not gold.without.isdisjoint((ad["ad"], employer, fingerprint)):
            counts["n_left_out_gold"] += 1
        elif fingerprint in texts:
            counts["n_left_out_same_text"] += 1
        elif rule is None:
            counts["n_left_out_no_rule"] += 1
        else:
            texts.add(fingerprint)
            order = hashlib.sha256(f"{seed} {ad['ad']}".encode()).digest()
            found.append((order, ad["ad"], place, employer, title, rule))
    chosen = sorted(_thinned(sorted(found, key=lambda one: one[:2])), key=lambda one: one[1])
    wanted = {one[2] for one in chosen}
    description = {place: ad["description"] or "" for place, ad in enumerate(_rows(paths)) if place in wanted}
    return Sample(
        titles=[one[4] for one in chosen],
        descriptions=[description[one[2]] for one in chosen],
        rules=[one[5] for one in chosen],
        counts=counts,
    )


def tokenize(texts: Sequence[str], longest: int = 20_000) -> Batch:
    """The token hashes of texts, as the labelling pipeline's Docs hold them."""
    tokenizer = RegexTokenizer(spacy.blank("en").vocab)
    arrays = [
        tokenizer(text).to_array(LOWER).reshape(-1)[:longest] if text else np.zeros(0, np.uint64) for text in texts
    ]
    bounds = np.zeros(len(arrays) + 1, dtype=np.int64)
    np.cumsum([len(array) for array in arrays], out=bounds[1:])
    return Batch(np.concatenate(arrays).astype(np.uint64), bounds)


def cleaned(descriptions: Sequence[str]) -> list[str]:
    """The descriptions as plain text."""
    return [clean(description) for description in descriptions]


def _forbidden() -> set[str]:
    """The sources that forbid training on their ads."""
    return {source.source for source in sources().values() if source.training_allowed is False}


def _rows(paths: Sequence[Path]) -> Any:
    for path in paths:
        file = pq.ParquetFile(path)
        columns = [name for name in file.schema_arrow.names if name == "source"] + _COLUMNS
        for chunk in file.iter_batches(2000, columns=columns):
            yield from chunk.to_pylist()


def _thinned(found: Any) -> Any:
    of_employer: dict[tuple[str, str], int] = {}
    of_kind: dict[str, int] = {}
    for one in found:
        kind, employer = one[5].neighbour or one[5].role, one[3]
        of_employer[employer, kind] = of_employer.get((employer, kind), 0) + 1
        if of_employer[employer, kind] > _PER_EMPLOYER or of_kind.get(kind, 0) >= _PER_KIND.get(kind, _PER_OTHER_KIND):
            continue
        of_kind[kind] = of_kind.get(kind, 0) + 1
        yield one


def _employer(ad: dict[str, Any]) -> str:
    """The employer's name folded; an ad without one is its own employer."""
    return re.sub(r"[\W_]+", "", (ad["company"] or "").lower()) or f"ad {ad['ad']}"


def _fingerprint(ad: dict[str, Any]) -> str:
    """A hash of the description's letters and digits."""
    return hashlib.sha256(re.sub(r"\W+", "", (ad["description"] or "").lower()).encode("utf-8", "replace")).hexdigest()
