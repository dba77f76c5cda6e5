"""Labels of Parquet files of ads into Parquet files of labels, by one engine or another."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from nlp.cluster.engines import on_ray, on_this_machine
from nlp.cluster.labelling import label_part
from nlp.cluster.parts import Done, find_parts
from nlp.label_version import label_version
from warehouse.progress import Progress
from warehouse.remote import place


@dataclass
class FileCounts:
    """What a labelling of files did."""

    n_parts: int
    n_rows: int
    """Of all parts."""
    n_before: int = 0
    """Parts whose labels were there already."""
    n_contents: int = 0
    """Labelled now."""
    n_without_words: int = 0
    """Rows without a title or a text."""
    failed: list[str] = field(default_factory=list)
    """Parts that could not be labelled, each with the reason."""


def label_files(
    source: str,
    to: str,
    engine: str = "local",
    workers: int | None = None,
    model: Path | None = None,
    own_skills: Path | None = None,
    progress: Progress | None = None,
) -> FileCounts:
    """Label the ads of the Parquet files of ``source`` into ``to``, folders wherever fsspec reaches, but for parts that are done.

    ``engine`` is local, with ``workers`` processes (None: one per core), or ray. The model in the folder ``model`` (None: the
    shipped one) and the rows of ``own_skills`` must lie under the same names on every machine.

    Raises WarehouseError where ``source`` can't be read, or the engine can't be had; what is wrong with a part is counted.
    """
    parts = find_parts(source)
    there, base = place(to)
    version = label_version(model, own_skills)
    work = partial(label_part, there.unstrip_protocol(base), version, model, own_skills)
    counts = FileCounts(len(parts), sum(part.n_rows for part in parts))
    n_done = 0
    for part, outcome in on_ray(work, parts) if engine == "ray" else on_this_machine(work, parts, workers):
        if isinstance(outcome, Done):
            counts.n_before += outcome.was_there
            counts.n_contents += outcome.n_contents
            counts.n_without_words += outcome.n_without_words
        else:
            counts.failed.append(outcome)
        n_done += part.n_rows
        if progress:
            progress("labelling", n_done, counts.n_rows)
    return counts
