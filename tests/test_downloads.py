"""What leaves a page says which snapshot it is of and how to ask for it again."""

import csv
import io
from datetime import date, datetime

import duckdb
import pandas as pd
import pytest
from PIL import Image

from dashboard import charts, downloads, filtered
from dashboard.filtered import Filters, literal
from warehouse import connect

ROWS = pd.DataFrame(
    {
        "name": ["=cmd()", "Zebra"], "share": [0.5, 0.25], "ci_low": [0.25, 0.125], "ci_high": [0.75, 0.5],
        "n_with": [4, 2], "n_ads": [8, 8], "n_employers": [5, 5],
    }
)  # fmt: skip


def test_a_csv_holds_the_rows_the_snapshot_and_the_query_and_no_formula():
    content = downloads.csv(ROWS, "abc", "select *\n  from x").decode()
    read = list(csv.DictReader(io.StringIO(content)))
    assert [row["name"] for row in read] == ["'=cmd()", "Zebra"]
    assert [float(row["share"]) for row in read] == [0.5, 0.25]
    assert {(row["shown_snapshot_id"], row["query"]) for row in read} == {("abc", "select * from x")}


def test_a_csv_keeps_columns_that_are_called_like_its_own_and_lets_no_name_be_a_formula():
    rows = pd.DataFrame({"shown_snapshot_id": ["mine"], "query": ["mine"], "=cmd()": [1]})
    heads, values = downloads.csv(rows, "abc", "select 1").decode().splitlines()
    assert heads == "shown_snapshot_id_,query_,'=cmd(),shown_snapshot_id,query"
    assert values == "mine,mine,1,abc,select 1"


def test_pictures_hold_the_snapshot_and_the_query():
    chart = charts.skill_share(ROWS, "ai_engineer").to_dict()
    note = downloads.footer("abc", datetime(2026, 11, 2))
    drawn = downloads.svg(chart, note, "select '<script>'").decode()
    assert "snapshot abc of 02 Nov 2026" in drawn
    assert "<metadata>select '&lt;script&gt;'</metadata>" in drawn
    with Image.open(io.BytesIO(downloads.png(chart, note, "select '☃'"))) as image:
        assert image.text["query"] == "select '☃'"
        assert "abc" in image.text["Source"]
        assert image.width > 600


@pytest.mark.parametrize(
    ("filters", "typed"),
    [
        (Filters(), "from role_count(label := 'role')"),
        (Filters(only_open=True), "from role_count(label := 'role', only_open := true)"),
        (
            Filters(label="role_by_title", sources=("a'b", "c"), posted_from=date(2026, 1, 2)),
            "from role_count(label := 'role_by_title', sources := ['a''b', 'c'], posted_from := date '2026-01-02')",
        ),
    ],
)
def test_a_query_is_typed_as_a_person_would(filters, typed):
    assert literal("from role_count(label := $label, $filters)", filters.parameters()) == typed


def test_the_typed_query_of_a_page_gives_its_rows(small_warehouse):
    filters = Filters(seniorities=("unstated", "senior"), languages=("en",), posted_from=date(2020, 1, 1))
    sql = "from skill_share(needs := $needs::varchar[], label := $label, $filters) order by all"
    rows = filtered.frame(small_warehouse.resolve(), sql, filters.parameters())
    with connect(small_warehouse) as con:
        pd.testing.assert_frame_equal(rows, con.execute(rows.attrs["query"]).df())
    assert len(rows)


def test_a_value_that_a_query_names_must_be_there(small_warehouse):
    with connect(small_warehouse) as con, pytest.raises(duckdb.InvalidInputException):
        filtered.execute(con, "select $missing", {"other": 1})
