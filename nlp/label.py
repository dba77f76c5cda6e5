"""Texts out of the warehouse, labels into it: role, skills, sections and facts of every content, and places."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from nlp import places
from nlp.cluster.taking import take_labels
from nlp.label_version import label_version, outdated_contents, same_but_skills
from nlp.reading import Ad, Reader
from nlp.skills.table import Skill, skill_table
from nlp.tags.table import read_tags
from warehouse import WarehouseError
from warehouse.parallel import map_batches
from warehouse.progress import Progress

_BATCH = 200
_FEW = 2_000  # contents that one process has read by the time that others have started
_BATCHES_AT_ONCE = 20  # are inserted together: a third of the time of single ones
OF_A_CONTENT = (
    "job_posting_role",
    "job_posting_role_part",
    "job_posting_role_masked",
    "job_posting_skill",
    "job_posting_mention",
    "job_posting_tag",
    "job_posting_section",
    "unknown_heading",
    "job_posting_fact",
)
"""The tables of labels: their rows hang on a content."""


@dataclass
class LabelCounts:
    """What a labelling did."""

    n_contents: int
    n_skills: int
    n_waiting: int
    """Contents that still have no current label."""
    n_taken: int = 0
    """Contents whose labels were made elsewhere."""


def label(
    con: duckdb.DuckDBPyConnection,
    at: datetime,
    workers: int | None = None,
    progress: Progress | None = None,
    limit: int | None = None,
    model: Path | None = None,
    own_skills: Path | None = None,
    made: Sequence[str] = (),
) -> LabelCounts:
    """Label the contents that have no label of the current version, at most ``limit`` of them.

    ``con`` is a warehouse being built. Where an older version is current, the new one becomes current only when no
    content is left without it (so ``limit`` does not apply then). ``workers`` processes read ads (None: one per core, or one for few), with
    the model in the folder ``model`` (None: the shipped one) and the rows of ``own_skills`` beside the shipped skills. Where only
    skills changed since the last labelling, only the ads are read whose text can hold them. Labels that were made elsewhere, by
    `rolescope label --to`, are taken first from the folders ``made``.

    Raises WarehouseError where rows of the table of skills contradict each other, or such a folder can't be read.
    """
    try:
        skills, version = skill_table(own_skills), label_version(model, own_skills)
    except ValueError as error:
        raise WarehouseError(
            f"{error}. Nothing was labelled: mend the rows, then run `rolescope label` again."
        ) from error
    current = con.execute("select model_version from label_version where is_current").fetchone()
    if current != (version,):
        limit = limit if current is None else None
        _begin_version(con, version, current[0] if current else None, skills)
    _label_places(con)
    when = at.astimezone(UTC).replace(tzinfo=None)
    n_taken = sum(take_labels(con, url, version, when, OF_A_CONTENT, progress) for url in made)
    (n_todo,) = con.execute(
        "select count(*) from job_posting_text anti join job_posting_role using (content_hash)"
    ).fetchall()[0]
    n_todo_now = min(n_todo, limit) if limit is not None else n_todo
    n_done = n_skills = 0
    read: list[dict[str, pa.Table]] = []
    if workers is None and n_todo_now <= _FEW:
        workers = 1
    for tables in map_batches(partial(read_batch, model, own_skills, version), _unlabelled(con, n_todo_now), workers):
        n_done += tables["job_posting_role"].num_rows
        n_skills += tables["job_posting_skill"].num_rows
        read.append(tables)
        if len(read) == _BATCHES_AT_ONCE:
            _insert_labels(con, read, version, when)
            read.clear()
        if progress:
            progress("labelling", n_done, n_todo_now)
    if read:
        _insert_labels(con, read, version, when)
    return LabelCounts(n_done, n_skills, n_todo - n_done, n_taken)


def _begin_version(con: duckdb.DuckDBPyConnection, version: str, current: str | None, skills: Sequence[Skill]) -> None:
    """Make ``version``, with that table of skills, the current one. Labels that may differ from those of ``current`` (None:
    there are none) go; the published snapshot keeps them until then."""
    outdated = outdated_contents(con, skills) if same_but_skills(version, current) else None
    for table in ("skill", "tag", "label_version"):
        con.execute(f"delete from {table}")  # noqa: S608
    if outdated is None:
        for table in (*OF_A_CONTENT, "place"):
            con.execute(f"delete from {table}")  # noqa: S608
    else:
        for table in OF_A_CONTENT:
            con.execute(f"delete from {table} where content_hash in (select unnest(?))", [outdated])  # noqa: S608
        con.execute("update job_posting_role set model_version = ?", [version])
    con.execute("insert into label_version values (?, true)", [version])
    rows = [skill._asdict() | {"aliases": [*skill.aliases], "ambiguity": skill.ambiguity or None} for skill in skills]
    _insert(con, "skill", pa.Table.from_pylist(rows, _SKILL))
    _insert(con, "tag", pa.Table.from_pylist([asdict(tag) for tag in read_tags()]))


def _insert_labels(
    con: duckdb.DuckDBPyConnection, read: Sequence[dict[str, pa.Table]], version: str, when: datetime
) -> None:
    for name in read[0]:
        table = pa.concat_tables([tables[name] for tables in read])
        if name == "job_posting_role":
            table = table.append_column("model_version", pa.array([version] * table.num_rows))
            table = table.append_column("labelled_at", pa.array([when] * table.num_rows, pa.timestamp("us")))
        _insert(con, name, table)


def _insert(con: duckdb.DuckDBPyConnection, table: str, batch: pa.Table) -> None:
    con.register("batch", batch)
    con.execute(f"insert into {table} by name from batch")
    con.unregister("batch")


_SKILL = pa.schema(
    [(name, pa.string()) for name in ("skill", "name", "category")]
    + [("aliases", pa.list_(pa.string())), ("ambiguity", pa.string()), ("parent", pa.string()), ("since", pa.int32())]
    + [(name, pa.string()) for name in ("github_topic", "stackoverflow_tag", "esco_uri", "onet_code")]
)


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
        _insert(con, "place", pa.Table.from_pylist([_place_row(*row) for row in rows], _PLACE))


_PLACE_NAMES = [(name, pa.string()) for name in ("country", "region", "city")]
_PLACE = pa.schema(
    [
        ("job_location", pa.string()),
        ("country_raw", pa.string()),
        *_PLACE_NAMES,
        ("is_remote", pa.bool_()),
        ("places", pa.list_(pa.struct([*_PLACE_NAMES, ("is_remote", pa.bool_())]))),
    ]
)


def _place_row(job_location: str | None, country_raw: str | None) -> dict[str, Any]:
    """The row of a place as written: its first place with a country, and all such."""
    found = places.places(job_location, country_raw)
    named = [place._asdict() for place in found if place.country]
    first = {name: named[0][name] if named else None for name, _ in _PLACE_NAMES}
    remote = any(place.is_remote for place in found)
    return {"job_location": job_location, "country_raw": country_raw, **first, "is_remote": remote, "places": named}


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


def country_of(job_location: str | None, country_raw: str | None) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a place as written, with which the ads that name it are read; None: not known."""
    country: str | None = _place_row(job_location, country_raw)["country"]
    return country


@lru_cache(maxsize=1)
def _reader(model: Path | None, own_skills: Path | None, version: str) -> Reader:
    """Loaded once in each process."""
    reader = Reader(model, own_skills)
    if (found := label_version(model, own_skills)) != version:
        changed = " or ".join(["rolescope", *(str(path) for path in (model, own_skills) if path)])
        raise WarehouseError(
            f"{changed} on {socket.gethostname()} is not what it was where the labelling began, or was replaced just now "
            f"(labels of version {found}, not {version}): have the same everywhere, then run `rolescope label` again."
        )
    return reader


def read_batch(model: Path | None, own_skills: Path | None, version: str, ads: list[Ad]) -> dict[str, pa.Table]:
    """What ``Reader.tables`` finds in the ads, by the reader of this process. Raises WarehouseError where that would label
    as another ``version``."""
    return _reader(model, own_skills, version).tables(ads)
