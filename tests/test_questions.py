"""The worked questions have the answers that a newcomer gets, and the picture of the tables is true of their rows."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse import connect
from warehouse.diagram import references, tables_page
from warehouse.questions import questions, questions_page
from warehouse.store import DERIVED

DOCS = Path(__file__).parent.parent / "docs"
OLD = Path(__file__).parent.parent / ".venv" / "duckdb==1.3.2"
ASK = """
import sys, json, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
print(duckdb.__version__, json.dumps([con.execute(sql).fetchall() for sql in json.load(sys.stdin)], default=str))
"""


@pytest.fixture
def con(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(sample_warehouse) as con:
        yield con


def test_every_answer_on_the_page_is_what_the_query_says(con: duckdb.DuckDBPyConnection) -> None:
    assert (DOCS / "questions.md").read_text(encoding="utf-8") == questions_page(con), "run: rolescope docs"


def test_nine_questions_out_of_ten_need_no_join() -> None:
    joining = [one.name for one in questions() if re.search(r"\bjoin\b", one.sql)]
    assert len(questions()) >= 20
    assert len(joining) <= len(questions()) / 10, joining


def test_a_question_is_one_statement_that_ends_and_is_explained() -> None:
    for one in questions():
        assert one.question.endswith("?"), one.name
        assert one.note and one.sql.count(";") == 1 and one.sql.endswith(";"), one.name


def test_every_answer_is_short_and_only_the_question_of_failures_has_no_row(con: duckdb.DuckDBPyConnection) -> None:
    n_rows = {one.name: len(con.execute(one.sql).fetchall()) for one in questions()}
    assert [name for name, n in n_rows.items() if n == 0] == ["08_boards"]
    assert max(n_rows.values()) <= 15, n_rows


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="DuckDB 1.3 has no wheel for this Python")
def test_an_older_duckdb_gives_the_same_answers(sample_warehouse: Path, con: duckdb.DuckDBPyConnection) -> None:
    assert OLD.exists(), "run `make test`, which installs it"
    asked = [one.sql for one in questions()]
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(sample_warehouse.resolve())],
        env={"PYTHONPATH": str(OLD)},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    version, _, answers = done.stdout.partition(" ")
    assert version == "1.3.2", done.stderr
    here = json.loads(json.dumps([con.execute(sql).fetchall() for sql in asked], default=str))
    for one, then, now in zip(questions(), json.loads(answers), here, strict=True):
        assert then == now, one.name


def test_the_list_of_questions_leads_to_each() -> None:
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    linked = re.findall(r"^\d+\. \[(.+)\]\(#(.+)\)$", page, re.MULTILINE)
    headings = re.findall(r"^## (\d+\. .+)$", page, re.MULTILINE)
    assert [f"{n}. {question}" for n, (question, _) in enumerate(linked, 1)] == headings
    assert [anchor for _, anchor in linked] == [re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in headings]


def test_the_line_for_pandas_reads_every_posting(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    [line] = re.findall(r"\| pandas \| `(.+)` \|", page)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rolescope.duckdb").symlink_to(sample_warehouse.resolve())
    monkeypatch.chdir(tmp_path)
    with connect(sample_warehouse) as con:
        [n_postings] = con.execute("select count(*) from posting").fetchall()
    assert (len(eval(line, {"duckdb": duckdb})),) == n_postings


def test_the_picture_of_the_tables_is_current() -> None:
    assert (DOCS / "tables.md").read_text(encoding="utf-8") == tables_page(), "run: rolescope docs"


def test_every_table_stands_in_the_picture_and_hangs_together_with_others(con: duckdb.DuckDBPyConnection) -> None:
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables() where not internal").fetchall()}
    tables -= set(DERIVED)  # made from the others, for views to read
    assert set(re.findall(r"^    (\w+) \{$", tables_page(), re.MULTILINE)) == tables
    joined = {end for one in references(con) for end in (one.table, one.to)}
    alone = {"landing_file", "exchange_rate", "student_t", "reference_skill_share", "reference_claim_verdict"}
    assert tables - joined <= alone


def test_what_the_picture_says_of_the_rows_holds(con: duckdb.DuckDBPyConnection) -> None:
    found = references(con)
    assert len(found) > 20
    for one in found:
        on = " and ".join(f"a.{here} = b.{there}" for here, there in zip(one.columns, one.to_columns, strict=True))
        n_rows, n_alone = con.execute(
            f"select count(*), count(*) filter (not exists (from {one.to} as b where {on})) from {one.table} as a"
        ).fetchall()[0]
        assert n_alone == 0 or not one.always, one
        assert n_alone < n_rows or not n_rows or one.to == "job_posting_near", one
        if one.once:
            keys = ", ".join(one.columns)
            assert con.execute(f"select {keys} from {one.table} group by all having count(*) > 1").fetchall() == []
