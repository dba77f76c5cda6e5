"""The page of worked questions: the queries of ``warehouse/questions`` and what they answer on the sample boards."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import NamedTuple

import duckdb

from warehouse.result import as_text

SAMPLE_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When the sample boards are crawled whose answers the page shows."""


class Question(NamedTuple):
    """A file of the folder: a question, what to know about the answer, and the query."""

    name: str
    question: str
    note: str
    sql: str


def questions() -> list[Question]:
    """The questions in the order of the page. The first line of a file asks; the comment below it is the note."""
    entries = sorted(files("warehouse").joinpath("questions").iterdir(), key=lambda entry: entry.name)
    return [_question(e.name, e.read_text(encoding="utf-8")) for e in entries if e.name.endswith(".sql")]


def _question(name: str, text: str) -> Question:
    lines = text.splitlines()
    n = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    first, *note = [line.removeprefix("--").strip() for line in lines[:n]]
    return Question(name.removesuffix(".sql"), first, " ".join(note), "\n".join(lines[n:]))


def questions_page(con: duckdb.DuckDBPyConnection) -> str:
    """The page as Markdown; ``con`` reads the warehouse of the sample boards as of SAMPLE_AT."""
    asked = questions()
    parts = [_HEAD, "\n".join(f"{i}. [{q.question}](#{i}-{_anchor(q.question)})" for i, q in enumerate(asked, 1))]
    for number, one in enumerate(asked, 1):
        rows = con.execute(one.sql).fetchall()
        answer = _table([column[0] for column in con.description or []], rows)
        parts += [f"## {number}. {one.question}", one.note, f"```sql\n{one.sql}\n```", answer]
    return "\n\n".join([*parts, _TOOLS]) + "\n"


def _anchor(heading: str) -> str:
    """What GitHub makes of a heading for links to it."""
    return "".join(c for c in heading.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def _table(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "No rows."
    cells = [[as_text(value).replace("|", "\\|").replace("\n", " ") for value in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *cells))


_HEAD = f"""# Twenty questions

Made by `rolescope docs` from the queries in `warehouse/questions`. The answers are those of the sample boards that ship with
rolescope (invented ads): `rolescope up --sample --at {SAMPLE_AT:%Y-%m-%dT%H:%M}` gives exactly these, and without `--at` the
same but for what hangs on the date. On your own crawl ask with `rolescope sql "…"`, or in any DuckDB from 1.2 on.

The view `posting` answers nine questions out of ten without a join: one row a posting, with role, skills, pay, degree, place
and whether it is open. [The data dictionary](data_dictionary.md) has its columns, [the picture](tables.md) shows what hangs
together."""

_TOOLS = """## From other tools

| from | one line |
|---|---|
| DuckDB's shell | `duckdb -readonly data/rolescope.duckdb "from posting limit 5"` |
| pandas | `duckdb.connect("data/rolescope.duckdb", read_only=True).sql("from posting").df()` |
| polars | `duckdb.connect("data/rolescope.duckdb", read_only=True).sql("from posting").pl()` |
| R | `DBI::dbGetQuery(DBI::dbConnect(duckdb::duckdb("data/rolescope.duckdb", read_only = TRUE)), "from posting")` |
| anything that reads Parquet | `rolescope sql --parquet posting.parquet "from posting"` |

Open it read-only: the file is a published snapshot, which never changes, and a crawl puts the next one in its place. For all
tables as files, with a description, there is `rolescope export`."""
