"""What an export says of itself: datapackage.json, as the Data Package standard 2.0 has it (datapackage.org/standard).

Beyond the standard: ``snapshot`` and ``with_text`` of the package, ``n_rows`` and ``files`` of a resource, and what a source
asks for.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

import duckdb

from warehouse import CODE_VERSION

NAME = "datapackage.json"
GENERATOR = "rolescope export"
"""By which an export of ours is told from other folders."""
_PROFILES = "https://datapackage.org/profiles/2.0"
_MEDIA_TYPES = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_TYPES = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime", "INTEGER": "integer",
    "BIGINT": "integer", "FLOAT": "number", "DOUBLE": "number",
}  # fmt: skip
_LICENCE = (
    "No licence comes with these data. Postings belong to the employers and sites that published them, and what may be done "
    "with them is said by the terms of each source, which stand under `sources`: where one asks to be named, name it with its "
    "link beside its postings; where `training_allowed` is false, train nothing on them."
)


def data_package(con: duckdb.DuckDBPyConnection, resources: list[dict[str, Any]], with_text: bool) -> dict[str, Any]:
    """The description of an export of the warehouse ``con``, made of those resources."""
    snapshot = _rows(con, "from snapshot order by taken_at desc, rowid desc limit 1")[0]
    invented = (
        "Invented sample data: no employer, posting or person in them exists.\n\n" if snapshot["is_sample"] else ""
    )
    text = "with" if with_text else "without"
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "rolescope-sample" if snapshot["is_sample"] else "rolescope",
        "title": f"{'Invented sample postings' if invented else 'Job postings'} with roles, skills and facts, {text} the text of the ads",
        "description": f"{invented}{_LICENCE}",
        "created": f"{snapshot['taken_at'].isoformat()}Z",
        "licenses": [{"name": "other-closed", "title": "None: the terms of each source apply"}],
        "generator": GENERATOR,
        "snapshot": snapshot | {"taken_at": f"{snapshot['taken_at'].isoformat()}Z", "exported_by": CODE_VERSION},
        "with_text": with_text,
        "sources": [_source(row) for row in _rows(con, _SOURCES)],
        "resources": resources,
    }


def resource(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[str],
    paths: list[Path],
    folder: Path,
    form: str,
    n_rows: int,
) -> dict[str, Any]:
    """The description of one table with those columns, written to ``paths`` in ``folder``."""
    files = [
        {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "hash": f"sha256:{_sha256(path)}"}
        for path in paths
    ]
    found = _rows(con, _COMMENT, table)
    comment = found[0]["comment"] if found else ""
    fields = {row["column_name"]: row for row in _rows(con, _FIELDS, table)}
    key = re.search(r"\bKey: ([\w, ]+)\.", comment)
    keys = key[1].split(", ") if key else []
    whole = keys and not any(fields[name]["may_be_null"] for name in keys)
    return {
        "name": table,
        "type": "table",
        # a table in several files has one name, and says of each file what it is
        **(files[0] if len(files) == 1 else {"path": [file["path"] for file in files], "files": files}),
        "description": comment,
        "format": form,
        "mediatype": _MEDIA_TYPES[form],
        **({"encoding": "utf-8"} if form == "csv" else {}),
        "n_rows": n_rows,
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [
                {"name": name, "type": _type(fields[name]["data_type"]), "description": fields[name]["comment"] or ""}
                for name in columns
            ],
            "missingValues": [""],
            **({"primaryKey": keys} if whole else {}),
        },
    }


def _type(sql_type: str) -> str:
    """The standard's type for one of DuckDB's."""
    if sql_type.endswith("]"):
        return "array"
    return "object" if sql_type.endswith(")") else _TYPES.get(sql_type, "any")


def _source(row: dict[str, Any]) -> dict[str, Any]:
    """Who the postings are from; what is not known is left out."""
    path = row["attribution_url"] or row["homepage"]
    facts = {"title": row["attribution"] or row["name"], "path": path, **row}
    return {name: value for name, value in facts.items() if value is not None}


def _rows(con: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[dict[str, Any]]:
    found = con.execute(query, parameters)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_SOURCES = """
    select s.source, s.name, s.homepage, s.attribution, s.attribution_url, s.training_allowed, s.terms, p.n_postings
    from source as s
    join (select source, count(*) as n_postings from job_posting group by source) as p on p.source = s.source
    order by s.source
"""
_COMMENT = """
    select comment from duckdb_tables() where table_name = $1 and database_name = current_database()
    union all
    select comment from duckdb_views() where view_name = $1 and database_name = current_database()
"""
_FIELDS = """
    select column_name, data_type, comment, is_nullable and table_name != 'posting' as may_be_null
    from duckdb_columns() where table_name = $1 and database_name = current_database()
"""
