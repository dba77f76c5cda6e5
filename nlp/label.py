"""Texts out of the warehouse, labels into it: role, skills, sections and facts of every content, and places."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb
import pyarrow as pa

from nlp import places
from nlp.reading import Ad, Reader
from nlp.skill_table import skill_table
from warehouse import WarehouseError
from warehouse.landing import iso
from warehouse.parallel import map_batches

_BATCH = 200
_LABEL_TABLES = (
    "job_posting_role_part",
    "job_posting_skill",
    "job_posting_mention",
    "job_posting_section",
    "job_posting_fact",
)
_TRAINING = frozenset(  # no label depends on these
    """
    command_line.py comparison.py label.py labels.csv metrics.json model_card.py own_model.py refitting.py retrain.py
    retrained.json review.py review_screen.py review_session.py reviewed.py role_baselines.py role_checks.py
    role_explanation.py role_fitting.py role_reasons.py role_scores.py stacking.py terminal.py train.py
    train_command.py training_ads.py
    """.split()
)


@dataclass
class LabelCounts:
    """What a labelling did."""

    n_contents: int
    n_skills: int
    n_waiting: int
    """Contents that still have no current label."""


def label_version(model: Path | None = None) -> str:
    """Twelve hex digits that change whenever a label could: a hash of the model in that folder (None: the shipped one), and
    of tables and code of this package."""
    digest, shipped = hashlib.sha256(), files("nlp") / "model"
    for path, content in [*_package_files(files("nlp"), ""), *_package_files(model or shipped, "model/")]:
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _package_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name not in ("__pycache__", "model"):
            yield from _package_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".csv", ".json", ".npz")) and entry.name not in _TRAINING:
            yield prefix + entry.name, entry.read_bytes()


def label(
    con: duckdb.DuckDBPyConnection,
    at: datetime,
    workers: int | None = None,
    progress: Callable[[str, int, int | None], None] | None = None,
    limit: int | None = None,
    model: Path | None = None,
) -> LabelCounts:
    """Label the contents that have no label of the current version, at most ``limit`` of them.

    ``con`` is a warehouse being built. Where an older version is current, the new one becomes current only when no
    content is left without it (so ``limit`` does not apply then). ``workers`` processes read ads (None: one per core), with
    the model in the folder ``model`` (None: the shipped one).
    """
    version = label_version(model)
    current = con.execute("select model_version from label_version where is_current").fetchone()
    if current != (version,):
        limit = limit if current is None else None
        _begin_version(con, version)
    _label_places(con)
    (n_todo,) = con.execute(
        "select count(*) from job_posting_text anti join job_posting_role using (content_hash)"
    ).fetchall()[0]
    n_todo_now = min(n_todo, limit) if limit is not None else n_todo
    n_done = n_skills = 0
    workers = workers if n_todo_now > 2 * _BATCH else 1
    for tables in map_batches(partial(_read, model, version), _unlabelled(con, n_todo_now), workers):
        for name, table in tables.items():
            if name == "job_posting_role":
                n_done += table.num_rows
                table = table.append_column("model_version", pa.array([version] * table.num_rows))
                table = table.append_column("labelled_at", pa.array([iso(at)] * table.num_rows))
            n_skills += table.num_rows if name == "job_posting_skill" else 0
            con.register("batch", table)
            casts = "* replace (labelled_at::timestamp as labelled_at)" if name == "job_posting_role" else "*"
            con.execute(f"insert into {name} by name select {casts} from batch")  # noqa: S608
            con.unregister("batch")
        if progress:
            progress("labelling", n_done, n_todo_now)
    return LabelCounts(n_done, n_skills, n_todo - n_done)


def _begin_version(con: duckdb.DuckDBPyConnection, version: str) -> None:
    """Make ``version`` the current one; labels of another version go (the published snapshot keeps them until then)."""
    for table in (*_LABEL_TABLES, "job_posting_role", "place", "skill", "label_version"):
        con.execute(f"delete from {table}")  # noqa: S608
    con.execute("insert into label_version values (?, true)", [version])
    rows = [[skill.skill, skill.name, skill.category, list(skill.aliases)] for skill in skill_table()]
    con.executemany("insert into skill values (?, ?, ?, ?)", rows)


def _label_places(con: duckdb.DuckDBPyConnection) -> None:
    """Countries of the places that postings name and that are not known yet."""
    rows = con.execute(
        """
        select distinct job_location, country_raw from job_posting as p
        where (job_location is not null or country_raw is not null) and not exists (
            select 1 from place
            where place.job_location is not distinct from p.job_location and place.country_raw is not distinct from p.country_raw
        )
        """
    ).fetchall()
    if rows:
        columns = {"job_location": [r[0] for r in rows], "country_raw": [r[1] for r in rows]}
        table = pa.table({**columns, "country": [places.country(*row) for row in rows]}, _PLACE)
        con.register("batch", table)
        con.execute("insert into place by name from batch")
        con.unregister("batch")


_PLACE = pa.schema([(name, pa.string()) for name in ("job_location", "country_raw", "country")])


def _unlabelled(con: duckdb.DuckDBPyConnection, limit: int) -> Iterator[list[Ad]]:
    """Batches of contents without a label, with a place of theirs ("$" and "remote" are read by it)."""
    with con.cursor() as reader:  # reads what was there at the start, while ``con`` writes labels
        reader.execute("use warehouse")
        result = reader.execute(
            """
            with some_place as (
                select p.content_hash, any_value(p.job_location) as job_location, any_value(place.country) as country
                from job_posting as p
                left join place
                    on place.job_location is not distinct from p.job_location and place.country_raw is not distinct from p.country_raw
                group by p.content_hash
            )

            select t.content_hash, t.title, t.text, s.country, s.job_location
            from job_posting_text as t
            anti join job_posting_role as r on r.content_hash = t.content_hash
            left join some_place as s on s.content_hash = t.content_hash
            limit ?
            """,
            [limit],
        )
        while rows := result.fetchmany(_BATCH):
            yield [Ad(*row) for row in rows]


@lru_cache(maxsize=1)
def _reader(model: Path | None, version: str) -> Reader:
    """Loaded once in each process."""
    reader = Reader(model)
    if label_version(model) != version:
        raise WarehouseError(f"{model} was replaced just now: run `rolescope label` again.")
    return reader


def _read(model: Path | None, version: str, ads: list[Ad]) -> dict[str, pa.Table]:
    return _reader(model, version).tables(ads)
