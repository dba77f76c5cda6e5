"""Queries, and the filters that all pages share: values are parameters, whatever a link or a widget holds."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboard.snapshot import connection

SENIORITIES = ("intern", "junior", "mid", "senior", "lead", "manager", "unstated")


@dataclass(frozen=True)
class Filters:
    """What every page counts; an empty tuple or None means all."""

    label: str = "role"
    """Which of the three answers is the role: role, role_by_title or role_by_text."""
    sources: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2."""
    languages: tuple[str, ...] = ()
    """ISO 639-1."""
    seniorities: tuple[str, ...] = ()
    """Of SENIORITIES."""
    posted_from: date | None = None
    posted_to: date | None = None
    only_open: bool = False
    need: str | None = None
    """How strongly an ad asks for the skills that count: required, preferred or context. For queries about skills only."""

    def parameters(self) -> dict[str, Any]:
        """Values of the SQL parameters of the same names; that of ``need`` is a list, ``needs``."""
        values = {name: (list(v) or None) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
        need = values.pop("need")
        return values | {"needs": [need] if need else None}


_TYPES = {
    "sources": "varchar[]", "countries": "varchar[]", "languages": "varchar[]", "seniorities": "varchar[]",
    "posted_from": "date", "posted_to": "date", "only_open": "boolean",
}  # fmt: skip
_FILTERS = ", ".join(f"{name} := ${name}::{kind}" for name, kind in _TYPES.items())


def execute(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """The query's result. In ``sql`` the word $filters stands for the arguments by which macros take the shared filters; of
    ``parameters`` those count that the query names."""
    sql = sql.replace("$filters", _FILTERS)
    named = con.extract_statements(sql)[0].named_parameters
    return con.execute(sql, {name: value for name, value in (parameters or {}).items() if name in named})


def frame(snapshot: Path, sql: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
    """The rows of a query: see ``execute``. The query as one would type it is their attribute ``attrs["query"]``."""
    with connection(snapshot).cursor() as con:
        rows = execute(con, sql, parameters).df()
    rows.attrs["query"] = literal(sql, parameters)
    return rows


def records(snapshot: Path, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query, each by the names of its columns: see ``execute``."""
    with connection(snapshot).cursor() as con:
        return records_of(con, sql, parameters)


def records_of(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """``records`` of what a connection holds."""
    result = execute(con, sql, parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def literal(sql: str, parameters: dict[str, Any] | None = None) -> str:
    """The query as one would type it, with values instead of parameters; arguments of macros that are null are left out."""
    values = parameters or {}
    typed = re.sub(r"\$(\w+)(::\w+(\[\])?)?", lambda found: _value(values[found[1]]), sql.replace("$filters", _FILTERS))
    without = re.sub(r"(,\s*)?\b\w+ := (null|false)(?=\s*[,)])", "", typed)
    return cleandoc(re.sub(r"\(,\s*", "(", without))


def _value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, date):
        return f"date '{value:%Y-%m-%d}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return "'" + str(value).replace("'", "''") + "'"
