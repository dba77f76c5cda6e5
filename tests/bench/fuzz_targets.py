"""What fuzz.py throws bytes at: each target takes some, makes text of them, and raises only where rolescope is at fault.

A target is made by a function of TARGETS from a warehouse of invented ads and a folder of its own.
"""

import asyncio
import gzip
import io
import json
import os
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
from scrapy.http import HtmlResponse, TextResponse
from streamlit.testing.v1 import AppTest
from test_hostile import VALUES, mutated_body, outcome
from test_spiders import ANSWERS, spider_of
from test_warc import page, warc

from crawler.boards import BoardsError, own_boards, read_retired
from crawler.hackernews_header import read_header, role_in_text
from crawler.pipelines import checked
from crawler.sitemap import SitemapError, read_sitemap, sitemaps_of
from crawler.structured_data import job_postings
from crawler.web_archive import ArchiveReading, pages
from crawler.web_archive_import import read_archive
from dashboard import ads_queries
from dashboard.ad_marks import search_marks
from dashboard.filtered import Filters, literal
from dashboard.highlight import safe_url, segments
from dashboard.pages import PAGES
from nlp.reading import Ad, Reader
from nlp.review.labels_file import read_labels
from nlp.skills.table import skill_table
from warehouse import WarehouseError, connect, landing, near, text
from warehouse.apart import _answer
from warehouse.claims.language import ClaimError, parse
from warehouse.claims.own_claims import own_claims
from warehouse.claims.vocabulary import Vocabulary
from warehouse.importing import import_files
from warehouse.limited import limited, stoppable
from warehouse.staging import stage

Target = Callable[[bytes], None]
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
LONGEST = 30_000  # characters of a text

HTML = (
    "<p>", "</p>", "<div>", "</div>", "<li>", "<br/>", "<h2>", "<a href='", "'>", "</a>", "<script>", "</script>", "<!--", "-->", "<![CDATA[",
    "&lt;p&gt;", "&amp;lt;", "&#", "&#x", ";", "&nbsp;", "&", "<", ">", "<td>", "<svg>", "\0", "\ufeff", "\u202e", "•", "\n• ", "\n", "\r\n", " ",
    "a@b.example", "jane at acme dot com", "[at]", "%40", "+49 30 123456", "(030) ", "Contact: Jane Doe", "mailto:", "tel:", "é", "e\u0301", "🐍",
)  # fmt: skip
AD = (
    "Requirements:", "Responsibilities", "Nice to have", "About us", "\n\n", "\n", "\n• ", ". ", ", ", " and ", " or ", " / ", "and/or", " not ",
    "Python", "R", "Go", "C++", "C#", ".NET", "SQL", "Spark", "React", "REST", "machine and deep learning", "PyTorch or TensorFlow", "LLM", "k8s",
    "$", "€", "£", "1", "0", "120,000", "120k", "-", "–", " to ", " per year", "/hr", "USD", "up to ", "OTE", "years of experience", "5+ years",
    "Bachelor's", "PhD", "degree in ", "or equivalent", "remote", "hybrid", "3 days a week", "on-site", "Berlin, Germany", "New York, NY", "visa",
    "sponsorship", "security clearance", "fluent in German", "Senior", "Lead", "Data Scientist", "AI Engineer", "Full Stack", "(m/w/d)", "|", "(",
    ")", "you will", "deploy models", "we offer", "401(k)", "’", '"', "A", "a", " ", "\t", "ß", "ı", "中文", "\u0130", "https://a.example/x",
)  # fmt: skip
SQL = (
    "select ", "from ", "posting", "job_posting_skill", "skill_share_by_role()", "ad_match(search := '", "where ", "group by all", " order by 1", "limit ",
    "1", "0", "-1", "1e308", "range(", "10)", "repeat('x', ", "list(", "unnest(", "*", ", ", "(", ")", "'", '"', "$$", ";", "--", "/*", "*/", "::",
    "varchar", "int", "union all ", "with recursive t as (", " as ", "t", "a", "null", "true", "[", "]", "{'a': ", "}", "pivot ", "on ", "using ",
    "describe ", "explain ", "explain analyze ", "summarize ", "attach ", "copy ", " to ", "'/etc/passwd'", "'http://localhost:9/a'", "read_csv(",
    "read_text(", "set ", "pragma ", "memory_limit", "=", "call ", "install ", "load ", "httpfs", "create ", "temp ", "table ", "macro ", "drop ",
    "insert into ", "begin", "prepare p as ", "execute p", "$1", "regexp_matches(", "'(a+)+b'", "case when ", " then ", " end", "over ()", "x -> x",
    "\ud800", "\0", "é", "🐍", "\n", "current_setting('", "getenv('HOME')", "sample ", "positional join ", "asof ", "qualify ", "map {", "date '2026-",
)  # fmt: skip
CLAIM = (
    "AI", "ML", "DS", "FS", "all", "others", "+", "[", "]", " > ", " < ", " = ", " >= ", ": ", ";", "|", "&", "!", "(", ")", ",", "python", "pytorch",
    '"ui/ux (web)"', '"', "'", "category ", "language", "tag ", "fact ", "work_mode", "=remote", "first of ", "skills", " differ", "number of ",
    "mean years_min", "log pay", "skill diversity", "any(", "all(", "at_least(", "2", "50%", "100.00%", "required ", "preferred ", "tags ", "duty", " ",
    "\t", "\n", "\0", "é", "İ", "\ud800", "-", "0", "9" * 40,
)  # fmt: skip
LINK = (
    "ai_engineer", "python", "role", "role_by_text", "hackernews", "US", "de", "senior", "required", "2026-01-01", "0000-00-00", "99999-01-01", "true",
    "1", "-1", "1e9", "NaN", "null", "'", '"', "'; drop table posting; --", "$filters", "$search", "{}", "%", "_", "*", "-", " ", '"a b"', "pyth*",
    "<script>", "javascript:", "http://", "\0", "\ud800", "\u202e", "é", "中", "🐍", "(", ")", "[", "\\", "\n", "a" * 400, ":red[", "![](http://", "$x$",
)  # fmt: skip


def spelled(data: bytes, pieces: Sequence[str]) -> str:
    """The text that the bytes spell: most of them name a piece, others a character, some say the last pieces again and again."""
    said: list[str] = []
    size = 0
    stream = iter(data)
    for byte in stream:
        if byte < 224:
            new = [pieces[byte % len(pieces)]]
        elif byte < 240:
            new = [chr(32 + next(stream, 0) % 95)]
        elif byte < 244:
            new = [chr(int.from_bytes(bytes(islice(stream, 3))) % 0x110000)]
        else:
            new = said[-(byte - 243) :] * 2 ** (next(stream, 0) % 11)
        said += new
        size += sum(map(len, new))
        if size > LONGEST:
            break
    return "".join(said)[:LONGEST]


def html(db: Path, folder: Path) -> Target:
    """HTML and plain text: cleaning, scrubbing, naming."""

    def run(data: bytes) -> None:
        written = spelled(data, HTML)
        scrubbed = text.scrub(text.scrub(written))  # twice, for what stands glued to what was scrubbed first
        assert text.scrub(scrubbed) == scrubbed, "scrubbing again"
        plain = text.clean(scrubbed)
        assert len(plain) <= text.MAX_CHARACTERS and plain.encode().decode() == plain and "\0" not in plain
        assert len(text.content_hash(plain[:80], plain)) == 16
        text.language(plain)
        near.title_key(plain[:200], plain[200:300])
        near.employer_key(plain[:100])
        list(near.near([plain, scrubbed]))
        read_header(scrubbed)
        role_in_text(plain)

    return run


def json_ld(db: Path, folder: Path) -> Target:
    """Pages with JSON-LD: found, read as postings, checked, and taken as far as the warehouse's first step."""
    jsonld = [answer for answer in ANSWERS if answer.name.startswith("jsonld")]
    spider, board = spider_of(jsonld[0])

    def run(data: bytes) -> None:
        chance = random.Random(data)
        answer = chance.choice(jsonld)
        if data[:1] < b"\x80":
            page = mutated_body(chance, answer.read_bytes()).decode("utf-8", "replace")
        else:
            value = chance.choice(VALUES)
            found = {
                key: chance.choice((spelled(data, HTML), value() if callable(value) else value))
                for key in ("title", "description", "datePosted", "baseSalary", "jobLocation", "hiringOrganization", "identifier", "employmentType")
            }  # fmt: skip
            page = f'<script type="application/ld+json">{json.dumps({"@type": "JobPosting", **found})}</script>'
        job_postings(page)
        for item in spider.page_items(HtmlResponse("https://a.example/1", body=page, encoding="utf-8"), board, {}):
            checked(item)

    return run


def spiders(db: Path, folder: Path) -> Target:
    """Every spider's answers, mutated, as in test_hostile."""

    def run(data: bytes) -> None:
        chance = random.Random(data)
        asyncio.run(outcome(chance, chance.choice(ANSWERS)))

    return run


def sitemaps(db: Path, folder: Path) -> Target:
    """Sitemaps and robots.txt, plain and gzipped."""
    pieces = (
        "<urlset>", "</urlset>", "<sitemapindex>", "</sitemapindex>", "<url>", "</url>", "<loc>", "</loc>", "<lastmod>", "</lastmod>", "https://[", "]",
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "<?xml version='1.0'?>", "https://a.example/jobs/1", "2026-01-01", "\n", " ", "&",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "<!--", "-->", "Sitemap: ", "User-agent: *", "Disallow: /", "%", "#", "\0", "é", "//", ":99999",
    )  # fmt: skip

    def run(data: bytes) -> None:
        written = spelled(data, pieces).encode("utf-8", "replace")
        body = {0: gzip.compress(written), 1: b"\x1f\x8b\x08" + data}.get(len(data) % 5, written)
        response = TextResponse("https://a.example/sitemap.xml", body=body)
        sitemaps_of(response)
        with suppress(SitemapError):
            read_sitemap(response)

    return run


def web_archives(db: Path, folder: Path) -> Target:
    """WARC files, plain and gzipped: torn ones, and records whose heads say what their bodies are not."""
    pieces = (
        "WARC/1.0", "WARC/1.1", "\r\n", "\n", "\r\n\r\n", ": ", "WARC-Type", "response", "request", "warcinfo", "revisit", "Content-Length", "0", "1", "-1",
        "90", "9" * 25, "Content-Type", "application/http; msgtype=response", "text/html", "WARC-Target-URI", "https://jobs.acme.example/1", "WARC-Date",
        "2026-01-01T00:00:00Z", "0000-00-00", "HTTP/1.1 200 OK", "HTTP/1.1 999", "Transfer-Encoding", "chunked", "Content-Encoding", "gzip", "br", "deflate",
        "gzip, gzip", "5\r\n", "ffffffff\r\n", "<script type='application/ld+json'>", '{"@type": "JobPosting", "title": "', '"}', "</script>", "\x1f\x8b\x08",
        "x\x9c", "\0", " ", "\t", "\ud800", "é", page({"@type": "JobPosting", "title": "AI", "description": "Python"}),
    )  # fmt: skip
    good = [
        warc({}, {"headers": [("Content-Encoding", "gzip")], "body": gzip.compress(page().encode())}, gzipped=False),
        warc({}),
    ]
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\nWARC-Date: {}\r\nContent-Length: {}\r\n\r\n{}\r\n\r\n"
    file = folder / "a.warc"

    def run(data: bytes) -> None:
        chance = random.Random(data)
        if data[:1] < b"\x40":
            written = mutated_body(chance, chance.choice(good))
        else:
            said = spelled(data[1:], pieces)
            if data[:1] < b"\xa0":
                said = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + said
            if data[:1] < b"\xe0":
                said = head.format(
                    chance.choice(("2026-01-01T00:00:00Z", "x")), len(said.encode("utf-8", "replace")), said
                )
            written = said.encode("utf-8", "replace")
            written = gzip.compress(written) if len(data) % 5 == 0 else written
        reading = ArchiveReading()
        named = [found for found in pages(io.BytesIO(written), reading) if found]
        assert reading.n_bytes <= len(written) and len(named) == reading.counts["named"]
        file.write_bytes(written)
        *_, last = read_archive(AT, str(file))
        assert last.fault == reading.fault, "reading the pages broke what reading the file did not"

    return run


def landing_lines(db: Path, folder: Path) -> Target:
    """Lines of a landing file that somebody else sent."""
    pieces = (
        '{"type": "job_posting", ', '{"type": "sighting", ', '{"type": "board_fetch", ', '{"type": "crawl", ', '"source": "import"', '"board": "b"',
        '"identifier": "1"', '"title": "AI"', '"description": "', "<p>Python</p>", '"', ", ", "}", "\n", ":", "null", "1", "[", "]", "{", '"crawl_id": "',
        '"seen_at": "2026-01-01"', '"fetched_at": "x"', '"status": "ok"', "\\u0000", "\\ud800", "1e999", '{"type": "crawl_end"}', "\0", "é",
        '{"type":"job_posting","source":"s","board":"b","identifier":"1","title":"AI","description":"Python","seen_at":"2026-01-01"}\n',
    )  # fmt: skip
    file = folder / "20260303T120000.000000Z.jsonl"

    def run(data: bytes) -> None:
        file.write_bytes(spelled(data, pieces).encode("utf-8", "replace") + b"\n")
        with suppress(WarehouseError):
            for block in landing.blocks(file):
                stage(file, block)

    return run


def _imported(files: Sequence[Path], folder: Path) -> None:
    try:
        counts = import_files(files, {}, folder / "landing", AT)
    except WarehouseError:
        return
    for block in landing.blocks(counts.landing):
        stage(counts.landing, block)
    counts.landing.unlink()


def csv_files(db: Path, folder: Path) -> Target:
    """CSV and JSON Lines files to import."""
    pieces = (
        "title,description\n", "title;description;company\n", "title\tdescription\tdate\n", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", "\r", "AI Engineer",
        "Python", "<p>", "2026-01-01", "01/02/2026", "1700000000", "99999999999999", "id", "\0", "\ufeff", "é", "a" * 3_000, "' ", "\\", "=1+1", "@", "x",
        '{"title": "', '", "description": "', '"}\n', '{"title": [', "]", "null", "1e999", "{", "}",
    )  # fmt: skip

    def run(data: bytes) -> None:
        suffix = (".csv", ".csv", ".tsv", ".jsonl", ".json")[len(data) % 5]
        file = folder / f"ads{suffix}"
        torn = bytes([data[0]]) if data[:1] >= b"\xf0" else b""
        file.write_bytes(spelled(data, pieces).encode("utf-8", "replace") + torn)
        _imported([file], folder)

    return run


def parquet_files(db: Path, folder: Path) -> Target:
    """Parquet files to import, with torn bytes or odd types."""
    whole = folder / "whole.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 'AI' as title, repeat('Python ', 9) as description, [1, 2] as id) to '{whole}'")
    good = whole.read_bytes()

    def run(data: bytes) -> None:
        chance = random.Random(data)
        torn = bytearray(good)
        for _ in range(chance.randrange(1, 9)):
            torn[chance.randrange(len(torn))] = chance.randrange(256)
        file = folder / "ads.parquet"
        file.write_bytes(bytes(torn) if chance.random() < 0.9 else good[: chance.randrange(len(good))])
        _imported([file], folder)

    return run


def own_files(db: Path, folder: Path) -> Target:
    """The user's own lists: boards, retired boards, skills, claims, labels."""
    columns = (
        "platform,board,hiring_organization,min_postings\n", "platform,board,retired_on,reason\n", "claim_id,essay,topic,claim,question,status,test,reading\n",
        "skill,name,category,parent,ambiguity,aliases,evidence,since,links\n", "posting_id,content_hash,role,annotator,labelled_at\n", ",", '"', "\n", "\r",
        "greenhouse", "acme", "testable", "own1", "AI: python > sql", "0", "-1", "x", "Python", "language", "a|b", "|", "\0", "é", "2026-01-01", ";", "(", "[",
    )  # fmt: skip

    def run(data: bytes) -> None:
        written = spelled(data, columns).encode("utf-8", "replace") + (b"\xff" if len(data) % 7 == 0 else b"")
        for name in ("boards.csv", "retired.csv", "claims.csv", "skills.csv", "labels.csv"):
            (folder / name).write_bytes(written)
        with suppress(BoardsError):
            own_boards(folder)
        with suppress(BoardsError):
            read_retired(folder)
        with suppress(WarehouseError):
            own_claims(folder / "rolescope.duckdb")
        with suppress(ValueError, WarehouseError):
            skill_table(folder / "skills.csv")
        with suppress(ValueError, WarehouseError):
            read_labels(folder / "labels.csv")

    return run


def sql(db: Path, folder: Path) -> Target:
    """What readers type on the page SQL, up to the rows."""

    def run(data: bytes) -> None:
        query = spelled(data, SQL).encode(errors="replace").decode()[:4_000]
        before = {*db.parent.rglob("*"), *Path.cwd().iterdir()}
        refusals = suppress(duckdb.Error, pa.ArrowException, ValueError, TypeError, MemoryError, TimeoutError)
        with limited(db, "512MB", "0GB") as con, refusals:
            stoppable(con, lambda: _answer(con, query), 0.5)
        assert {*db.parent.rglob("*"), *Path.cwd().iterdir()} == before

    return run


def claims(db: Path, folder: Path) -> Target:
    """The language of claims; what it reads, it reads again the same."""
    with connect(db) as con:
        vocabulary = Vocabulary.of(con)

    def run(data: bytes) -> None:
        with suppress(ClaimError):
            test = parse(spelled(data, CLAIM), vocabulary)
            assert parse(str(test), vocabulary) == test, f"{test} reads as another test"

    return run


def reading(db: Path, folder: Path) -> Target:
    """Role, skills, sections, facts, tags and places of an ad."""
    reader = Reader()

    def run(data: bytes) -> None:
        written = text.clean(spelled(data, AD))
        title, at = text.fold(written)[:60], ("DE", None)[len(data) % 2]
        found = reader.tables([Ad("0" * 16, title, written, at, written[:40] or None)])
        for row in found["job_posting_mention"].to_pylist():
            assert written[row["start_char"] : row["end_char"]] == row["surface"], row
        for row in found["job_posting_section"].to_pylist():
            assert 0 <= row["start_char"] <= row["end_char"] <= len(written), row

    return run


def search(db: Path, folder: Path) -> Target:
    """Searches and filters as a link brings them: the list of ads, its query in words, and the marks in a text."""
    snapshot = db.resolve()

    def run(data: bytes) -> None:
        words = [spelled(part, LINK) for part in (data[0::3], data[1::3], data[2::3])]
        term, other, third = (word.encode(errors="replace").decode() for word in words)
        filters = Filters(sources=(other,) if other else (), countries=(third,) if third else (), need=other or None)
        ads_queries.ad_match.__wrapped__(snapshot, filters, term or None, other or None, third or None, "newest", 5, 0)
        literal("select $a, $b, $needs, $filters", {"a": term, "b": other, **filters.parameters()})
        marks = search_marks(third + other + term, term)
        assert "".join(piece["text"] for piece in segments(third + other + term, marks)) == third + other + term
        url = safe_url(term)
        assert url is None or url.startswith(("http://", "https://")), url

    return run


def links(db: Path, folder: Path) -> Target:
    """Whole pages, opened by a link whose parameters are hostile."""
    os.environ["ROLESCOPE_DB"] = str(db)
    pages = list(PAGES)
    keys = (
        "label", "source", "country", "language", "seniority", "posted_from", "posted_to", "open", "need", "role", "skill", "search", "page", "sort", "ad",
        "query", "find", "relation", "plot", "plot_x", "category", "role_a", "role_b", "month", "claim", "essay", "text", "currency", "has", "shown", "tab",
    )  # fmt: skip

    def run(data: bytes) -> None:
        page = pages[len(data) % len(pages)]
        module = PAGES[page][2].__module__
        app = AppTest.from_string(
            f"from dashboard import {module.split('.')[1]} as page\nfrom dashboard.filters import filter_bar\n"
            "from dashboard.snapshot import current_snapshot\nsnapshot = current_snapshot()\npage.show(snapshot, filter_bar(snapshot))",
            default_timeout=30,
        )
        for n, key in enumerate(keys):
            if value := spelled(data[n::5], LINK):
                app.query_params[key] = value.encode(errors="replace").decode()
        app.run()
        assert not app.exception, [error.value for error in app.exception]

    return run


TARGETS: dict[str, Callable[[Path, Path], Target]] = {
    made.__name__: made
    for made in (
        html, json_ld, spiders, sitemaps, web_archives, landing_lines, csv_files, parquet_files, own_files, sql, claims, reading, search, links,
    )
}  # fmt: skip
SLOW = {
    "html": 4, "json_ld": 10, "spiders": 20, "web_archives": 4, "landing_lines": 4, "csv_files": 20, "parquet_files": 50, "own_files": 20, "sql": 100,
    "reading": 10, "search": 20, "links": 500,
}  # fmt: skip
"""Targets of which fewer executions are asked for, since one takes longer, and by what they are divided."""
