"""A user's own files: any of three formats, names guessed or mapped, and clear words where it cannot be done."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import publish

from warehouse import WarehouseError, connect
from warehouse.dates import read_time
from warehouse.importing import import_files
from warehouse.landing import read
from warehouse.store import landing_folder

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"id": "1", "title": "Data Scientist", "company": "Acme", "location": "Oslo", "description": "Ask jo@acme.example.", "posted_at": "2025-05-01"},
    {"id": "2", "title": "", "company": "Acme", "location": None, "description": "Words", "posted_at": None},
    {"id": "3", "title": "Engineer", "company": None, "location": "Rome", "description": "<p>HTML</p>", "posted_at": "soon"},
]  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = path.with_suffix(".rows")
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    if path.suffix == ".jsonl":
        return lines.rename(path)
    options = "format csv, header" if path.suffix == ".csv" else "format parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (from read_json('{lines}', format = 'newline_delimited')) to '{path}' ({options})")
    return path


@pytest.mark.parametrize("name", ["ads.csv", "ads.jsonl", "ads.parquet"])
def test_each_format_lands_alike(tmp_path: Path, name: str) -> None:
    counts = import_files([write(tmp_path / name, ROWS)], {}, tmp_path / "landing", AT)
    assert (counts.n_postings, counts.n_rejected, dict(counts.unread_dates)) == (2, 1, {"date_posted": 1})
    records = [record for record, _ in read(counts.landing)]
    postings = [record for record in records if record["type"] == "job_posting"]
    assert [posting["identifier"] for posting in postings] == ["1", "3"]
    assert postings[0]["description"] == "Ask [email]."
    assert postings[0]["hiring_organization"] == "Acme"
    assert postings[0]["seen_at"].startswith("2025-05-01")
    assert postings[1]["date_posted"] is None
    assert postings[1]["seen_at"].startswith("2026-03-01")
    (fetch,) = [record for record in records if record["type"] == "board_fetch"]
    assert (fetch["board"], fetch["n_found"], fetch["n_rejected"], fetch["listing"]) == (name, 2, 1, "window")
    (rejected,) = [record for record in records if record["type"] == "quarantine"]
    assert rejected["reason"] == "no title"


def test_columns_can_be_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "ads.csv", [{"Rolle": "Engineer", "Anzeige": "Words", "Firma": "Acme"}])
    mapping = {"title": "rolle", "description": "Anzeige", "hiring_organization": "Firma"}
    counts = import_files([path], mapping, tmp_path / "landing", AT)
    (posting,) = [record for record, _ in read(counts.landing) if record["type"] == "job_posting"]
    assert counts.n_postings == 1
    assert (posting["title"], posting["hiring_organization"]) == ("Engineer", "Acme")
    assert len(posting["identifier"]) == 16  # none in the file: made from the content


@pytest.mark.parametrize(
    ("name", "content", "mapping", "message"),
    [
        ("a.csv", "name,text\nx,y\n", {}, r"no column 'title'. It has: name, text.*--map title="),
        ("a.csv", "title,text\nx,y\n", {"description": "body"}, r"no column 'body'. It has: title, text"),
        ("a.csv", "title,text\nx,y\n", {"salary": "text"}, r"no such field. Fields: identifier"),
        ("a.xlsx", "", {}, r"a name that ends in \.csv"),
        ("a.parquet", "not parquet", {}, "cannot be read as parquet"),
        ("a.jsonl", '{"title": ', {}, "cannot be read as json"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    tmp_path: Path, name: str, content: str, mapping: dict[str, str], message: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(WarehouseError, match=message):
        import_files([path], mapping, tmp_path / "landing", AT)
    assert not (tmp_path / "landing").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"none\.csv: there is no such file"):
        import_files([tmp_path / "none.csv"], {}, tmp_path / "landing", AT)


def test_an_empty_table_is_an_empty_import(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,description\n")
    counts = import_files([path], {}, tmp_path / "landing", AT)
    assert (counts.n_postings, counts.n_rejected) == (0, 0)


def postings(path: Path, folder: Path) -> list[dict[str, Any]]:
    landing = import_files([path], {}, folder / "landing", AT).landing
    return [record for record, _ in read(landing) if record["type"] == "job_posting"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\ufeffJob Title;Job Description;Company Name\nEngineer;Words, more words;Acme\n"),
        ("a.tsv", "Job Title\tJob Description\tCompany Name\nEngineer\tWords, more words\tAcme\n"),
        ("a.csv", 'title,description,company\n"Engineer","Words, more words",Acme\n'),
        ("a.jsonl", '{"title": "Engineer", "description": "Words, more words", "company": {"name": "Acme"}}\n'
                    '{"title": "", "description": "x", "company": "Flat"}\n'),
    ],
)  # fmt: skip
def test_tables_as_people_write_them(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (posting,) = postings(path, tmp_path)
    assert (posting["title"], posting["description"], posting["hiring_organization"]) == (
        "Engineer",
        "Words, more words",
        "Acme",
    )


def test_a_row_with_a_cell_too_many_is_rejected_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,description\nEngineer,Words\nEngineer,Words,more\n")
    counts = import_files([path], {}, tmp_path / "landing", AT)
    (rejected,) = [record for record, _ in read(counts.landing) if record["type"] == "quarantine"]
    assert (counts.n_postings, rejected["reason"]) == (1, "line 3 has 3 cells, the header 2")


def test_another_encoding_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("title,description\nIngénieur,Mots\n".encode("latin-1"))
    with pytest.raises(WarehouseError, match=r"not UTF-8 \(byte 21\).*iconv"):
        import_files([path], {}, tmp_path / "landing", AT)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "jobs.csv" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("title,description\nEngineer,Words\n")
    with pytest.raises(WarehouseError, match=r"Two files are called jobs\.csv"):
        import_files(paths, {}, tmp_path / "landing", AT)


def test_repeated_identifiers_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title,description\n1,Engineer,Words\n1,Engineer,Others\n2,Engineer,Words\n")
    assert import_files([path], {}, tmp_path / "landing", AT).n_repeated == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-03", "2026-10-03"), ("2026-01-02T03:04:05Z", "2026-01-02"), ("2026-01-02 03:04:05 UTC", "2026-01-02"),
        ("3 Oct 2026", "2026-10-03"), ("October 3, 2026", "2026-10-03"), ("03.10.2026", "2026-10-03"),
        ("25/12/2025", "2025-12-25"), ("12/25/2025", "2025-12-25"), ("10/03/2026", None), ("03/03/2026", "2026-03-03"),
        ("1767225600", "2026-01-01"), ("1767225600000", "2026-01-01"), ("2026-13-45", None), ("1900-01-01", None),
        ("2026-10-03T23:30:00-05:00", "2026-10-04"), ("soon", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_dates_are_read_where_only_one_meaning_is_possible(written: str | None, expected: str | None) -> None:
    when = read_time(written)
    assert (when.date().isoformat() if when else None) == expected


def test_a_date_of_tomorrow_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,description,date_posted\nEngineer,Words,2099-01-01\n")
    (posting,) = postings(path, tmp_path)
    assert (posting["date_posted"], posting["seen_at"][:10]) == (None, "2026-03-01")


def test_a_row_without_a_date_has_none_and_a_row_with_one_is_not_open_today(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    import_files([write(tmp_path / "ads.jsonl", ROWS)], {}, landing_folder(db), AT)
    publish(db, AT)
    with connect(db) as con:
        rows = con.execute("select identifier, posted_on::varchar, is_open from posting order by identifier").fetchall()
    assert rows == [("1", "2025-05-01", False), ("3", None, True)]
