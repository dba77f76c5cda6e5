"""Pages of a web crawl: every way in which a WARC file may hold a page, and whatever may be wrong with it."""

import gzip
import io
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import fsspec
import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.import_command import import_
from crawler.web_archive import MAX_PAGE, ArchiveReading, Page, pages
from crawler.web_archive_import import ArchiveCounts, import_archives
from warehouse import WarehouseError, connect
from warehouse.landing import read

AT = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://jobs.acme.example/maps/1"
HTML = "text/html; charset=utf-8"
POSTING: dict[str, Any] = {
    "@context": "https://schema.org", "@type": "JobPosting", "title": "Keeper of maps", "description": "<p>You draw maps in Malmö.</p>",
    "identifier": "1", "hiringOrganization": {"@type": "Organization", "name": "Acme"}, "datePosted": "2026-01-02",
}  # fmt: skip


def page(*postings: Any) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(p, ensure_ascii=False)}</script>' for p in postings
    )
    return f"<html><head>{scripts}</head><body><p>Malmö</p></body></html>"


def warc(*answers: dict[str, Any], gzipped: bool = True, date: str = "2026-02-03T04:05:06Z") -> bytes:
    """A WARC file: a warcinfo, then a request before each answer, as crawlers write it."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=gzipped)
    writer.write_record(writer.create_warcinfo_record("made.warc", {"software": "a test"}))
    for answer in answers:
        url = answer.get("url", URL)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "jobs.acme.example")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=asked))
        body = answer.get("body", page(POSTING))
        headers = [("Content-Type", answer.get("content_type", HTML)), *answer.get("headers", ())]
        head = StatusAndHeaders(answer.get("status", "200 OK"), headers, protocol=answer.get("protocol", "HTTP/1.1"))
        record = writer.create_warc_record(
            url, answer.get("type", "response"), payload=io.BytesIO(body.encode() if isinstance(body, str) else body),
            http_headers=head, warc_headers_dict={"WARC-Date": answer.get("date", date)},
        )  # fmt: skip
        writer.write_record(record)
    return file.getvalue()


def named(data: bytes) -> tuple[list[Page], ArchiveReading]:
    reading = ArchiveReading()
    return [found for found in pages(io.BytesIO(data), reading) if found], reading


def imported(folder: Path, *files: bytes, workers: int = 1) -> tuple[ArchiveCounts, list[dict[str, Any]]]:
    paths = []
    for number, data in enumerate(files):
        path = folder / f"{number}.warc.gz"
        path.write_bytes(data)
        paths.append(str(path))
    counts = import_archives(paths, folder / "landing", AT, workers=workers)
    return counts, [record for record, _ in read(counts.landing)]


def postings(folder: Path, *files: bytes) -> list[dict[str, Any]]:
    return [record for record in imported(folder, *files)[1] if record["type"] == "job_posting"]


@pytest.mark.parametrize(
    "pack",
    [
        lambda: warc({}),
        lambda: warc({}, gzipped=False),
        lambda: gzip.compress(warc({}, gzipped=False)),  # in one piece
    ],
    ids=["each record gzipped", "plain", "gzipped as a whole"],
)
def test_a_page_is_found_however_the_file_is_packed(tmp_path: Path, pack: Callable[[], bytes]) -> None:
    (posting,) = postings(tmp_path, pack())
    expected = {
        "source": "warc", "board": "jobs.acme.example", "identifier": URL, "url": URL, "title": "Keeper of maps",
        "hiring_organization": "Acme", "date_posted": "2026-01-02", "seen_at": "2026-02-03T04:05:06.000000",
        "description": "<p>You draw maps in Malmö.</p>",
    }  # fmt: skip
    assert {name: posting[name] for name in expected} == expected


def chunked(body: bytes, size: int) -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


BODY = page(POSTING).encode()
CHUNKED = ("Transfer-Encoding", "chunked")


@pytest.mark.parametrize(
    "answer",
    [
        {"body": chunked(BODY, 50), "headers": [CHUNKED]},
        {"body": BODY, "headers": [CHUNKED]},  # says so, and is not
        {"body": gzip.compress(BODY), "headers": [("Content-Encoding", "gzip")]},
        {"body": chunked(gzip.compress(BODY), 50), "headers": [("Content-Encoding", "gzip"), CHUNKED]},
        {"body": zlib.compress(BODY), "headers": [("Content-Encoding", "deflate")]},
        {"body": brotli.compress(BODY), "headers": [("Content-Encoding", "br")]},
        {"body": BODY, "headers": [("Content-Encoding", "br")]},  # unpacked by the crawler, which left the head as it was
        {"body": BODY, "protocol": "HTTP/2"},
        {"content_type": "application/xhtml+xml"},
        {"body": page(POSTING).encode("latin-1"), "content_type": "text/html; charset=iso-8859-1"},
        {"body": page(POSTING).encode("utf-16"), "content_type": "text/html"},
        {"body": page(POSTING).encode("utf-16-be"), "content_type": "text/html; charset=utf-16be"},
        {"body": b'<meta charset="windows-1252">' + page(POSTING).encode("windows-1252"), "content_type": "text/html"},
        {"body": page(POSTING | {"@type": "http://schema.org/jobposting"})},
        {"body": page({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, POSTING]})},
        {"url": "<https://jobs.acme.example/maps/1>"},  # as one wget wrote it
    ],
)  # fmt: skip
def test_a_page_is_read_however_it_was_sent(tmp_path: Path, answer: dict[str, Any]) -> None:
    (posting,) = postings(tmp_path, warc(answer))
    assert (posting["description"], posting["url"]) == ("<p>You draw maps in Malmö.</p>", URL)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ({"body": page({"@type": "WebSite"})}, {"pages": 1}),
        ({"status": "404 Not Found"}, {}),
        ({"content_type": "application/json"}, {}),
        ({"type": "revisit"}, {}),
        ({"type": "conversion"}, {}),
        ({"body": b"JobPosting" + bytes(MAX_PAGE)}, {"pages": 1, "large": 1}),
        ({"body": gzip.compress(b"JobPosting" + bytes(MAX_PAGE)), "headers": [("Content-Encoding", "gzip")]}, {"pages": 1, "large": 1}),
        ({"body": brotli.compress(b"JobPosting" + bytes(MAX_PAGE)), "headers": [("Content-Encoding", "br")]}, {"pages": 1, "large": 1}),
        ({"body": b"\x1f\x8bJobPosting", "headers": [("Content-Encoding", "gzip")]}, {"pages": 1, "unreadable": 1}),
        ({"protocol": "SMTP"}, {"unreadable": 1}),
        ({"date": "yesterday"}, {"pages": 1, "unreadable": 1}),
    ],
)  # fmt: skip
def test_what_is_no_page_with_a_posting_is_passed_over_and_counted(
    answer: dict[str, Any], counts: dict[str, int]
) -> None:
    found, reading = named(warc(answer, {"url": "https://b.example/"}))
    assert [one.url for one in found] == ["https://b.example/"]
    assert reading.counts == {"records": 5, "named": 1, **counts, "pages": counts.get("pages", 0) + 1}
    assert reading.fault is None


def test_a_record_of_50_mb_is_passed_over_without_being_kept() -> None:
    import tracemalloc

    data = warc({"body": b"JobPosting" + bytes(50_000_000)}, {})
    tracemalloc.start()
    found, reading = named(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found), reading.counts["large"]) == (1, 1)
    assert peak < MAX_PAGE


@pytest.mark.parametrize("gzipped", [True, False])
def test_of_a_truncated_file_is_kept_what_was_read_and_the_fault_is_named(tmp_path: Path, gzipped: bool) -> None:
    whole = warc({}, {"url": "https://b.example/"}, gzipped=gzipped)
    counts, records = imported(tmp_path, whole[: len(whole) - 200])
    assert [record["url"] for record in records if record["type"] == "job_posting"] == [URL]
    (fault,) = counts.faults
    assert "0.warc.gz: the file ends within a record" in fault
    (fetch,) = [record for record in records if record["type"] == "board_fetch"]
    assert (fetch["status"], fetch["n_found"], fetch["error"]) == ("partial", 1, "the file ends within a record")
    assert records[-1]["type"] == "crawl_end"


def damaged(data: bytes) -> bytes:
    return data[: len(data) // 2] + b"\0" * 20 + data[len(data) // 2 + 20 :]


HEAD = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: application/http\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"no WARC at all",
        b"\x1f\x8bno gzip",
        b"\xff" * 1000,
        damaged(warc({}, {}, {})),
        gzip.compress(b"a" * 5_000_000),  # a line without end
        gzip.compress(b"\n" * 5_000_000),
        HEAD + b"\r\n" + b"a" * 5_000_000,  # no length
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + b"a" * 1000,
        HEAD + b"Content-Length: -7\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        HEAD + b"a: b\r\n" * 100_000,
    ],
)
def test_a_file_that_is_no_warc_is_a_fault(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    assert named(data)[1].fault
    assert capfd.readouterr() == ("", "")


def test_an_empty_file_holds_nothing() -> None:
    assert named(b"") == ([], ArchiveReading())


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 400_000,
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 3_000_000,
        b"\r\n" * 400_000,
        b"",
    ],
)
def test_a_head_without_end_takes_no_time(head: bytes) -> None:
    record = HEAD + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(head), head)
    found, reading = named(record + warc({}, gzipped=False))
    assert (len(found), reading.fault) == (1, None)


@pytest.mark.parametrize(
    "body",
    [
        page("JobPosting"),
        '<script type="application/ld+json">' + '[{"@type": "JobPosting", "a": ' * 50_000,
        "<div>" * 200_000 + "JobPosting",
        page(
            {**POSTING, "url": "https://[", "title": None},
            {**POSTING, "url": "http://[::", "identifier": {"value": {}}},
        ),
        "\0\ud800JobPosting".encode("utf-8", "surrogatepass"),
        bytes(range(256)) * 100 + b"JobPosting",
    ],
)
def test_a_hostile_page_costs_nothing_but_itself(tmp_path: Path, body: str | bytes) -> None:
    counts, _ = imported(tmp_path, warc({"url": "https://evil.example/", "body": body}, {}))
    assert counts.faults == []
    assert URL in [record["url"] for record, _ in read(counts.landing) if record["type"] == "job_posting"]


def test_several_postings_of_a_page_are_told_apart(tmp_path: Path) -> None:
    second = POSTING | {"title": "Keeper of trees", "url": "/trees"}
    found = postings(tmp_path, warc({"body": page(POSTING, [second])}))
    assert [posting["identifier"] for posting in found] == [f"{URL}#keeper-of-maps", "https://jobs.acme.example/trees"]


def test_what_is_refused_goes_to_quarantine_without_contacts(tmp_path: Path) -> None:
    empty = POSTING | {
        "description": "",
        "applicationContact": {"name": "Jo", "email": "jo@acme.example"},
        "title": "Ask jo@acme.example",
    }
    counts, records = imported(
        tmp_path, warc({"body": page(empty)}, {"body": '<script type="application/ld+json">{"JobPosting" oh'})
    )
    rejected = [record for record in records if record["type"] == "quarantine"]
    assert [record["reason"] for record in rejected] == ["no description", "JSON-LD cannot be read"]
    assert "jo@" not in json.dumps(records)
    assert counts.counts["rejected"] == 2


def test_contacts_in_an_address_are_not_kept(tmp_path: Path) -> None:
    (posting,) = postings(tmp_path, warc({"url": "https://a.example/?apply=jo@acme.example"}))
    assert "jo@" not in json.dumps(posting)


def test_a_page_of_tomorrow_was_seen_today(tmp_path: Path) -> None:
    (posting,) = postings(tmp_path, warc({"date": "2099-01-01T00:00:00Z"}))
    assert posting["seen_at"] == "2026-03-01T00:00:00.000000"


def test_several_processes_read_the_same_as_one(tmp_path: Path) -> None:
    files = [warc(*({"url": f"https://{file}.example/{i}"} for i in range(30))) for file in range(3)]
    _, one = imported(tmp_path, *files)
    _, several = imported(tmp_path, *files, workers=2)
    kept = ("job_posting", "board_fetch")
    said = [sorted(json.dumps(record) for record in records if record["type"] in kept) for records in (one, several)]
    assert len(said[0]) == 93
    assert said[0] == said[1]


def test_a_place_that_is_no_folder_is_read_too(tmp_path: Path) -> None:
    with fsspec.open("memory://crawl/a.warc.gz", "wb") as file:
        file.write(warc({}))
    counts = import_archives(["memory://crawl/a.warc.gz"], tmp_path, AT)
    assert counts.counts["postings"] == 1


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["none.warc"], r"none\.warc: there is no such file"),
        (["memory://none.warc"], r"none\.warc: there is no such file"),
        (["a/x.warc", "b/x.warc"], r"Two files are called x\.warc"),
        (["unheard://x.warc"], "unheard://x.warc cannot be used"),
    ],
)
def test_a_file_that_is_not_there_is_said_before_anything_is_written(
    tmp_path: Path, paths: list[str], message: str
) -> None:
    with pytest.raises(WarehouseError, match=message):
        import_archives(paths, tmp_path / "landing", AT)
    assert not (tmp_path / "landing").exists()


def test_the_command_takes_in_archives_and_tables_and_again_changes_nothing(tmp_path: Path) -> None:
    db, archive, table = tmp_path / "w.duckdb", tmp_path / "a.warc.gz", tmp_path / "b.csv"
    whole = warc({}, {"url": "https://b.example/"})
    archive.write_bytes(whole[:-200])
    table.write_text("title,description\nEngineer,Words\n")
    arguments = ["--db", str(db), "--at", "2026-03-01", "--workers", "1"]
    damaged = CliRunner().invoke(import_, [str(archive), str(table), *arguments])
    assert damaged.exit_code == 1
    assert "1 postings read from 1 page that name a JobPosting, of 1 in 1 WARC file, 0 rejected." in damaged.output
    assert "a.warc.gz: the file ends within a record" in damaged.stderr
    archive.write_bytes(whole)
    mended = CliRunner().invoke(import_, [str(archive), *arguments])
    assert mended.exit_code == 0, mended.output
    before = db.readlink()
    assert CliRunner().invoke(import_, [str(archive), *arguments]).exit_code == 0
    assert db.readlink() == before
    with connect(db) as con:
        found = con.execute(
            "select source, board, url, first_seen_at::varchar, is_open from posting where source = 'warc' order by board"
        ).fetchall()
        fetches = con.execute("select distinct source, board from board_fetch order by all").fetchall()
    assert found == [
        ("warc", "b.example", "https://b.example/", "2026-02-03 04:05:06", True),
        ("warc", "jobs.acme.example", URL, "2026-02-03 04:05:06", True),
    ]
    assert fetches == [("import", "b.csv"), ("warc", "a.warc.gz")]


def test_a_later_fetch_of_a_page_prolongs_its_posting_whatever_comes_first(tmp_path: Path) -> None:
    db, new, old = tmp_path / "w.duckdb", tmp_path / "new.warc", tmp_path / "old.warc"
    new.write_bytes(
        warc({"body": page(POSTING | {"title": "Keeper of all maps"})}, date="2026-02-20T00:00:00Z", gzipped=False)
    )
    old.write_bytes(warc({}, date="2025-02-20T00:00:00Z", gzipped=False))
    for day, path in enumerate((new, old), 1):
        result = CliRunner().invoke(import_, [str(path), "--db", str(db), "--at", f"2026-03-0{day}"])
        assert result.exit_code == 0, result.output
    with connect(db) as con:
        rows = con.execute("select title, last_seen_at::date::varchar from posting").fetchall()
    assert rows == [("Keeper of all maps", "2026-02-20")]
