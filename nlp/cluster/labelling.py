"""Labels of the parts of Parquet files: a Parquet file for each part, which is there when the part is done.

Its name says what was read and by which version, so that labels of other ads, or by another version, are never taken for
it, and a run that stopped goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from nlp.cluster.parts import Done, Part, Row, read_rows
from nlp.label import country_of, read_batch
from nlp.reading import Ad
from warehouse import WarehouseError, text
from warehouse.beside import remove, unfinished
from warehouse.parallel import batches
from warehouse.remote import in_words, place

_BATCH = 200


def file_name(version: str, digest: str = "*") -> str:
    """Of the labels by a version of ads with that digest."""
    return f"labels-{version}-{digest}.parquet"


def label_part(to: str, version: str, model: Path | None, own_skills: Path | None, part: Part) -> Done:
    """Label a part's ads as `rolescope label` does and write the labels into the folder ``to``, unless they are there.

    Each content is read once, with the place of its first row. Raises WarehouseError, naming the part, whatever is wrong:
    errors of file systems may not survive the way to another process."""
    try:
        read = [_ad(row) for row in read_rows(part)]
        ads: dict[str, Ad] = {}
        for ad in filter(None, read):
            ads.setdefault(ad.content_hash, ad)
        there, base = place(to)
        path = f"{base}/{file_name(version, _digest(ads.values()))}"
        if there.exists(path):
            return Done(True, n_without_words=read.count(None))
        tables = [
            nested(batch, read_batch(model, own_skills, version, batch)) for batch in batches(ads.values(), _BATCH)
        ]
        _write(pa.concat_tables(tables) if tables else pa.table({}), there, path)
        return Done(False, len(ads), read.count(None))
    except Exception as error:
        reason = str(error) if isinstance(error, WarehouseError) else in_words(error)
        raise WarehouseError(f"{part}: {reason}") from None


def _digest(ads: Iterable[Ad]) -> str:
    """Of all that is read: of the text as it was cleaned, too, which another version may clean otherwise."""
    digest = hashlib.sha256()
    for ad in ads:
        digest.update(repr(ad).encode())
    return digest.hexdigest()[:16]


def _ad(row: Row) -> Ad | None:
    """What is read of a row, cleaned as import and load do; a text that was cleaned by them stays as it is. None where the
    title or the text has no words."""
    title, body, job_location, country_raw, content_hash = row
    if not title or not body:
        return None
    if content_hash is None or content_hash != text.content_hash(title, body):
        title, body = text.cleaned(text.scrub(title), text.scrub(body))
        if not title or not body:
            return None
        content_hash = text.content_hash(title, body)
    return Ad(content_hash, title, body, _country(job_location, country_raw), job_location)


_country: Callable[[str | None, str | None], str | None] = lru_cache(10_000)(country_of)


def nested(ads: Sequence[Ad], tables: Mapping[str, pa.Table]) -> pa.Table:
    """A row for each ad: what says exactly which text was read, of which place, and a list of its rows of each table."""
    keys = pa.array([ad.content_hash for ad in ads], pa.string())
    columns = {
        "content_hash": keys,
        "text_digest": pa.array([text_digest(ad.title, ad.text) for ad in ads], pa.string()),
        "country": pa.array([ad.country for ad in ads], pa.string()),
        "job_location": pa.array([ad.job_location for ad in ads], pa.string()),
    }
    return pa.table(columns | {name: _by_ad(keys, table) for name, table in tables.items()})


def text_digest(title: str, body: str) -> str:
    """What ``sha256(title || chr(10) || text)`` is in the warehouse. (A content's hash is that of texts with other white space too, in
    which mentions stand elsewhere.)"""
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()


def _by_ad(keys: pa.Array, table: pa.Table) -> pa.ListArray:
    """The rows of a table with a content_hash as lists, one for each of ``keys``."""
    position = pc.index_in(table["content_hash"], value_set=keys).to_numpy()
    order = np.argsort(position, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(position, minlength=len(keys)))])
    rows = table.drop_columns("content_hash").take(order).to_struct_array()
    rows = rows.combine_chunks() if isinstance(rows, pa.ChunkedArray) else rows
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), rows)


def _write(table: pa.Table, there: Any, path: str) -> None:
    """Write a Parquet file that is whole or not there: under another name first, or as one object."""
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    if isinstance(there, LocalFileSystem):
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        work = unfinished(file)
        try:
            work.write_bytes(buffer.getvalue())
            work.replace(file)
        finally:
            remove(work)
    else:
        there.pipe_file(path, buffer.getvalue())
