"""Files and pages that were made to break what reads them: what can be read is kept, the rest is named."""

from pathlib import Path

import duckdb
import pytest

from crawler.structured_data import job_postings
from warehouse import WarehouseError, tables


def test_a_parquet_file_that_is_torn_in_its_midst_is_named_after_what_stands_before(tmp_path: Path) -> None:
    file = tmp_path / "ads.parquet"
    rows = "select 'Engineer ' || i as title, md5(i::varchar) || ' Python' as description from range(200000) as t (i)"
    with duckdb.connect() as con:
        con.execute(f"copy ({rows}) to '{file}' (row_group_size 20000)")
    torn = bytearray(file.read_bytes())
    torn[len(torn) * 3 // 4 : len(torn) * 3 // 4 + 4_000] = bytes(4_000)
    file.write_bytes(torn)
    n_rows = 0
    with pytest.raises(WarehouseError, match=r"ads\.parquet cannot be read to its end: .*Rows before that are kept"):
        for batch in tables.opened(file).batches(500):
            n_rows += len(batch)
    assert 20_000 < n_rows < 200_000


@pytest.mark.parametrize("depth", [100, 1_000, 100_000])
def test_json_nested_deep_is_read_or_refused(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "ads.jsonl"
    file.write_text('{"title": "Engineer", "description": ' + "[" * depth + '"Python"' + "]" * depth + "}\n")
    try:
        (row,) = next(tables.opened(file).batches(10))
    except WarehouseError as error:
        assert depth > 100 and "cannot be read as json" in str(error)
    else:
        assert row == {"title": "Engineer", "description": "Python"}


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("<!--", "-->"),
        (" <!-- \n", "\n--> "),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("<![CDATA[", "]]> ;\n"),
        ("<!--//<![CDATA[", "//]]>-->"),
        (" " * 100_000, "\n" * 100_000),
    ],
)
def test_signs_around_a_script_are_not_part_of_it(before: str, behind: str) -> None:
    script = f'{before}{{"@type": "JobPosting", "title": "AI"\n"url": "https://a.example/"}}{behind}'
    found, broken = job_postings(f'<script type="application/ld+json">{script}</script>')
    assert (found, broken) == ([{"@type": "JobPosting", "title": "AI", "url": "https://a.example/"}], [])
