"""Labels that were made elsewhere into the warehouse, where they are of its very texts and of the present version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import WarehouseError
from warehouse.parallel import batches
from warehouse.progress import Progress
from warehouse.remote import in_words, place

_FILES_AT_ONCE = 10  # labels of 20,000 contents, by the size of a part
_READY = """
    create or replace temp table ready_labels as
    with found as (
        select t.content_hash, sha256(t.title || chr(10) || t.text) as text_digest
        from job_posting_text as t
        semi join batch using (content_hash)
        anti join job_posting_role using (content_hash)
    ),

    -- what a text says of pay and work depends on where: the place must be that of a posting with it
    of_place as (
        select distinct f.content_hash, f.text_digest, place.country, p.job_location
        from found as f
        left join job_posting as p on p.content_hash = f.content_hash
        left join place
            on place.job_location is not distinct from p.job_location and place.country_raw is not distinct from p.country_raw
    )

    select b.*
    from batch as b
    join of_place as o
        on o.content_hash = b.content_hash and o.text_digest = b.text_digest
        and o.country is not distinct from b.country and o.job_location is not distinct from b.job_location
    qualify row_number() over (partition by b.content_hash order by b.country, b.job_location) = 1
"""


def take_labels(
    con: duckdb.DuckDBPyConnection,
    url: str,
    version: str,
    at: datetime,
    tables: Sequence[str],
    progress: Progress | None = None,
) -> int:
    """How many contents of the warehouse ``con`` without a label got the one of that version that the files of a folder hold,
    as of ``at`` (UTC, without offset). ``tables`` are those of labels.

    Files of other versions are left alone. Raises WarehouseError where the folder can't be read or holds no file of this version.
    """
    there, base = place(url)
    n_taken = n_read = 0
    try:
        paths = sorted(there.glob(f"{base}/labels-{version}-*.parquet"))
        others = len(there.glob(f"{base}/labels-*.parquet")) - len(paths)
        if not paths:
            raise WarehouseError(
                f"{url} holds no labels of version {version}, which is that of this rolescope with its model and skills"
                + (f", but {others:,} files of others: make them again with `rolescope label --to`." if others else ".")
            )
        for some in batches(paths, _FILES_AT_ONCE):
            found = [table for table in (_table(there, path) for path in some) if len(table)]
            if found:
                n_taken += _take(con, pa.concat_tables(found), version, at, tables)
            n_read += len(some)
            if progress:
                progress("taking files of labels", n_read, len(paths))
    except WarehouseError:
        raise
    except Exception as error:  # of a file system, or of a file that is not what its name says
        raise WarehouseError(
            f"{url}: its labels cannot be read ({in_words(error)}). Mend the cause and run it again."
        ) from error
    return n_taken


def _table(there: Any, path: str) -> pa.Table:
    with there.open(path, "rb") as file:
        return pq.read_table(file)


def _take(con: duckdb.DuckDBPyConnection, batch: pa.Table, version: str, at: datetime, tables: Sequence[str]) -> int:
    con.register("batch", batch)
    con.execute(_READY)
    con.unregister("batch")
    for table in tables:
        marks = ", ? as model_version, ? as labelled_at" if table == "job_posting_role" else ""
        con.execute(
            f"insert into {table} by name select content_hash, unnest({table}, max_depth := 2){marks} from ready_labels",  # noqa: S608
            [version, at] if marks else [],
        )
    (n,) = con.execute("select count(*) from ready_labels").fetchall()[0]
    con.execute("drop table ready_labels")
    return int(n)
