"""A whole crawl against a loopback server that does to it what real hosts do."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.fields import amount, iso_date, unit
from crawler.items import JobPosting
from crawler.pipelines import checked
from crawler.records import drop_people
from crawler.sample.server import sample_boards, serve
from crawler.sitemap import is_job_page

ROOT = Path(__file__).parent.parent
GREENHOUSE = "boards-api.greenhouse.io"
JOB = {
    "id": 1,
    "internal_job_id": 2,
    "title": "Engineer",
    "content": "&lt;p&gt;Build. Mail ann@x.example&lt;/p&gt;",
    "location": {"name": "Oslo"},
}
PAGE = (
    '<html><script type="application/ld&#x2B;json">{"@type": "JobPosting", "title": "Engineer",'
    ' "description": "<p>Build.</p>"}</script></html>'
)
XML = {"Content-Type": "application/xml"}
MEGABYTE = 2**20
BOMB = gzip.compress(gzip.compress(bytes(MEGABYTE)) * 960)  # some kilobytes that hold a gigabyte
MAX_MEBIBYTES = 400  # of a crawl that all of this is done to


def board(jobs, total=None):
    return 200, {}, json.dumps({"jobs": jobs, "meta": {"total": len(jobs) if total is None else total}})


def sitemap(*urls, kind="urlset", entry="url", scheme="http"):
    rows = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return f'<?xml version="1.0"?><{kind} xmlns="{scheme}://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'


def greenhouse(name):
    return GREENHOUSE, f"/v1/boards/{name}/jobs"


def drip():
    """An answer of which a byte comes now and then, and never the last."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    for _ in range(300):
        yield b" "
        time.sleep(0.1)


def stall():
    """An answer that stops in its middle, the connection left open."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 500
    time.sleep(30)


def flood(head, unit, megabytes=200):
    """An answer that goes on and on: ``unit`` again and again after ``head``."""
    block = unit * (MEGABYTE // len(unit))
    return lambda: (head, *(block for _ in range(megabytes)))


def raw(text):
    return lambda: [text.encode()]


# (host, path): answers in turn, the last one again and again. "drop" closes the connection halfway through the body. A
# function in the body's place gives all that is sent, status line and headers too, piece by piece.
ANSWERS = {
    greenhouse("fine"): [board([JOB])],
    greenhouse("barren"): [board([])],
    greenhouse("page"): [(200, {"Content-Type": "text/html"}, "<!DOCTYPE html><html>Oops</html>")],
    greenhouse("torn"): [(200, {}, '{"jobs": [{"id": 1, "title": "En')],
    greenhouse("null"): [(200, {}, "null")],
    greenhouse("nothing"): [(200, {}, "")],
    greenhouse("shape"): [(200, {}, '{"jobs": {"id": 1}, "meta": []}')],
    greenhouse("types"): [board([{**JOB, "title": {"a": 1}, "location": [1], "id": None}, 7, None, [], JOB])],
    greenhouse("short"): [board([JOB], total=3)],
    greenhouse("untitled"): [board([JOB, {**JOB, "id": 2, "title": None}])],
    greenhouse("surrogate"): [(200, {}, json.dumps({"jobs": [{**JOB, "title": "A\ud800\u0000 role"}]}))],
    greenhouse("twice"): [board([JOB, JOB])],
    greenhouse("drops"): [(200, {"drop": True}, json.dumps({"jobs": [JOB]}))],
    greenhouse("flaky"): [(200, {"drop": True}, json.dumps({"jobs": [JOB]})), (502, {}, ""), board([JOB])],
    greenhouse("busy"): [(429, {"Retry-After": "1"}, "")] * 2 + [board([JOB])],
    greenhouse("down"): [(500, {}, "")],
    greenhouse("denied"): [(403, {}, "")],
    greenhouse("moved"): [(301, {"Location": "https://elsewhere.example/v1/boards/moved/jobs"}, "")],
    greenhouse("huge"): [(200, {}, "[" + " " * 2 * MEGABYTE + "]")],
    greenhouse("endless"): [(200, {"chunked": True}, " " * 2 * MEGABYTE)],
    ("api.eu.lever.co", "/v0/postings/european"): [
        (200, {}, json.dumps([{"id": "a", "text": "Engineer", "description": "<p>Build.</p>"}]))
    ],
    ("api.ashbyhq.com", "/robots.txt"): [(401, {}, "User-agent: *\nDisallow: /")],
    ("api.ashbyhq.com", "/posting-api/job-board/Some%20Lab"): [
        (200, {}, json.dumps({"jobs": [{"id": "a", "title": "Engineer", "descriptionHtml": "<p>Build.</p>"}]}))
    ],
    ("whole.example", "/robots.txt"): [(200, {}, "User-agent: *\nDisallow: /jobs/secret\nSitemap: /index.xml.gz\n")],
    ("whole.example", "/index.xml.gz"): [
        (200, {}, gzip.compress(sitemap("/jobs.xml", kind="sitemapindex", entry="sitemap", scheme="https").encode()))
    ],
    ("whole.example", "/jobs.xml"): [
        (
            200,
            XML,
            sitemap("/jobs/1", "/jobs/2", "/jobs/gone", "/jobs/secret", "https://other.example/jobs/3", "/about"),
        )
    ],
    ("whole.example", "/jobs/1"): [(200, {"Content-Type": "text/html"}, PAGE)],
    ("whole.example", "/jobs/2"): [(302, {"Location": "https://www.whole.example/jobs/2"}, "")],
    ("www.whole.example", "/jobs/2"): [(200, {"Content-Type": "text/html"}, PAGE)],
    ("partly.example", "/sitemap.xml"): [(200, XML, sitemap("/jobs/1", "/jobs/2"))],
    ("partly.example", "/jobs/1"): [(200, {"Content-Type": "text/html"}, PAGE)],
    ("partly.example", "/jobs/2"): [(500, {}, "")],
    ("wordless.example", "/sitemap.xml"): [(200, XML, sitemap("/jobs/1"))],
    ("wordless.example", "/jobs/1"): [(200, {"Content-Type": "text/html"}, "<html><body>Jobs!</body></html>")],
    ("broken.example", "/sitemap.xml"): [(200, XML, sitemap("/jobs/1", "/jobs/2")[:-40])],
    ("forbidding.example", "/robots.txt"): [(200, {}, "User-agent: *\nDisallow: /\n")],
    ("robotless.example", "/robots.txt"): [(503, {}, "")],
    ("throttling.example", "/sitemap.xml"): [(429, {"Retry-After": "83276"}, "")],
    ("sluggish.example", "/robots.txt"): [(200, {}, "User-agent: *\nCrawl-delay: 86400\n")],
    ("charset.example", "/sitemap.xml"): [(200, {"Content-Type": "text/xml; charset=\u00ff-8"}, sitemap("/jobs/1"))],
    ("charset.example", "/jobs/1"): [(200, {"Content-Type": "text/html; charset=klingon"}, PAGE)],
    ("charset.example", "/robots.txt"): [(200, {"Content-Type": "text/plain; charset=utf-32"}, "User-agent: *")],
    ("mislabelled.example", "/sitemap.xml"): [(200, {"Content-Type": "text/xml; charset=utf-16"}, sitemap("/jobs/1"))],
    ("mislabelled.example", "/jobs/1"): [(200, {"Content-Type": "text/html; charset=utf-16"}, PAGE)],
    ("headers.example", "/sitemap.xml"): [(200, {**XML, **{f"X-{n}": "a" * 99 for n in range(10_000)}}, sitemap())],
    ("two-robots.example", "/robots.txt"): [(301, {"Location": "https://127.0.0.1/robots.txt"}, "")],
}
SITEMAPS = {  # hosts by how their sitemap is answered; the outcome's error
    "bomb.example": ((200, {"Content-Encoding": "gzip, gzip"}, BOMB), "exceeded DOWNLOAD_MAXSIZE"),
    "packed.example": ((200, {"Content-Type": "application/gzip"}, gzip.decompress(BOMB)), "cannot be unpacked"),
    "flood.example": ((200, {}, flood(b"HTTP/1.1 200 OK\r\n\r\n", b" ")), "larger than 1048576 bytes"),
    "stalls.example": ((200, {}, stall), "took longer than"),
    "drips.example": ((200, {}, drip), "took longer than"),
    "greedy.example": ((200, {}, raw(f"HTTP/1.1 200 OK\r\nContent-Length: {10**15}\r\n\r\n<")), "larger than download max"),
    "less.example": ((200, {}, raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + sitemap()[:50])), "ResponseDataLoss"),
    "more.example": ((200, {}, raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + sitemap())), "not XML"),
    "minus.example": ((200, {}, raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + sitemap())), "-5"),
    "either.example": (
        (200, {}, raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n" + sitemap())), "ontent-",
    ),
    "hexless.example": ((200, {}, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")), ""),
    "ancient.example": ((200, {}, raw("<html>Jobs!</html>\r\n")), ""),
    "wordy.example": ((200, {}, flood(b"HTTP/1.1 200 ", b"OK")), ""),
    "heads.example": ((200, {}, flood(b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"a" * 86 + b"\r\n")), "headers of more than"),
    "continues.example": ((200, {}, flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n")), "headers of more than"),
    "file.example": ((302, {"Location": "file:///etc/passwd"}, ""), "HTTP 302"),
    "inwards.example": ((302, {"Location": "http://169.254.169.254/sitemap.xml"}, ""), "HTTP 302"),
    "outwards.example": ((302, {"Location": "https://elsewhere.example/sitemap.xml"}, ""), "HTTP 302"),
    "port.example": ((302, {"Location": "https://port.example:22/sitemap.xml"}, ""), "port 22 of port.example"),
    "loop.example": ((302, {"Location": "https://loop.example/sitemap.xml?"}, ""), "max redirections"),
}  # fmt: skip
ANSWERS |= {(host, "/sitemap.xml"): [answer] for host, (answer, _) in SITEMAPS.items()}
OUTCOMES = {
    "fine": ("ok", None),
    "barren": ("empty", None),
    "unheard-of": ("not_found", "HTTP 404"),
    "page": ("failed", "a web page instead of JSON"),
    "torn": ("failed", "not JSON"),
    "null": ("failed", "no list of jobs"),
    "nothing": ("failed", "an empty answer"),
    "shape": ("failed", "no list of jobs"),
    "types": ("partial", "without an identifier"),
    "short": ("partial", "1 of 3 postings arrived"),
    "untitled": ("partial", "1 of 2 records could not be used"),
    "surrogate": ("ok", None),
    "twice": ("ok", None),
    "drops": ("failed", "ResponseDataLoss"),
    "flaky": ("ok", None),
    "busy": ("ok", None),
    "down": ("failed", "HTTP 500"),
    "denied": ("failed", "HTTP 403"),
    "moved": ("not_found", "moved to https://elsewhere.example"),
    "huge": ("failed", "larger than download max size"),
    "endless": ("failed", "larger than 1048576 bytes"),
    "european": ("ok", None),
    "Some Lab": ("ok", None),
    "whole.example": ("ok", None),
    "partly.example": ("partial", "/jobs/2: HTTP 500"),
    "wordless.example": ("partial", "none with a JobPosting"),
    "broken.example": ("failed", "not XML"),
    "forbidding.example": ("forbidden", "robots.txt forbids it"),
    "robotless.example": ("failed", "robots.txt could not be read (HTTP 503)"),
    "throttling.example": ("failed", "asked to wait 83276 s"),
    "sluggish.example": ("failed", "asks for 86400 s between requests"),
    "missing.example": ("not_found", "no sitemap"),
    "127.0.0.1": ("failed", "not a public address"),
    "careers.intranet.local": ("failed", "not a public address"),
    "127.1": ("failed", "not a public address"),
    "careers.example:8080": ("failed", "port 8080 of careers.example"),
    "two-robots.example": ("failed", "127.0.0.1 is not a public address"),
    "charset.example": ("ok", None),
    "mislabelled.example": ("partial", "none with a JobPosting"),
    "headers.example": ("failed", "headers of more than"),
    **{host: ("failed", error) for host, (_, error) in SITEMAPS.items()},
}
PLATFORMS = {"european": "lever", "Some Lab": "ashby"}


class Faults(ThreadingHTTPServer):
    """Answers by ANSWERS; keeps what was asked for, when, and how many requests a host had at once."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.agents, self.under_way, self.most = [], set(), Counter(), Counter()
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faults

    def do_GET(self):
        host, path = self.headers["Host"], self.path.partition("?")[0]
        with self.server.lock:
            turn = sum((host, path) == (h, p) for h, p, _ in self.server.asked)
            self.server.asked.append((host, path, time.monotonic()))
            self.server.agents.add(self.headers["User-Agent"])
            self.server.under_way[host] += 1
            self.server.most[host] = max(self.server.most[host], self.server.under_way[host])
        time.sleep(0.01)
        answers = ANSWERS.get((host, path), [(404, {}, '{"error": "not found"}')])
        status, headers, body = answers[min(turn, len(answers) - 1)]
        with self.server.lock:
            self.server.under_way[host] -= 1
        if callable(body):
            self.close_connection = True
            with suppress(ConnectionError):
                for piece in body():
                    self.wfile.write(piece)
            return
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        for name, value in headers.items():
            if isinstance(value, str):
                self.send_header(name, value)
        if headers.get("chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body[: len(body) // 2] if headers.get("drop") else body)
        except ConnectionError:  # the crawler has had enough
            self.close_connection = True
        if headers.get("drop"):
            self.close_connection = True

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def faults():
    server = Faults()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


CRAWL = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.boards import Board
from crawler.run import crawl
boards, landing, port, delay = json.loads(sys.argv[1])
overrides = {"RETRY_BACKOFF": 0.01, "DOWNLOAD_MAXSIZE": 2**20, "DOWNLOAD_TIMEOUT": 2}
counts = crawl([Board(**b) for b in boards], Path(landing), datetime(2026, 11, 20, tzinfo=UTC), delay=delay,
    sample_server=port, overrides=overrides, on_progress=lambda fetch, counts: print(fetch.board, flush=True))
# Linux counts into ru_maxrss what the process that started this one held, so the peak is read elsewhere
status = Path("/proc/self/status")
peak = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
mebibytes = (peak[0] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) / 1024
print(json.dumps({"tried": counts.n_tried, "postings": counts.n_postings, "landing": str(counts.landing),
    "mebibytes": mebibytes}))
"""  # in a process of its own, because Twisted's reactor runs once


def command(boards, landing, port, delay):
    return [sys.executable, "-c", CRAWL, json.dumps([boards, str(landing), port, delay])]


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def environment(**extra):
    return {**{k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}, **extra}


@pytest.fixture(scope="module")
def crawl(faults, tmp_path_factory):
    boards = [
        {"platform": PLATFORMS.get(name, "jsonld" if "." in name else "greenhouse"), "board": name} for name in OUTCOMES
    ]
    env = environment(ROLESCOPE_CONTACT="crawl@example.org")
    args = command(boards, tmp_path_factory.mktemp("landing"), faults.server_address[1], 0)
    done = subprocess.run(args, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def crawled(crawl):
    return read(Path(crawl["landing"]))


@pytest.mark.parametrize("name", OUTCOMES)
def test_board_fetch_says_what_came_of_the_board(crawled, name):
    [fetch] = [row for row in crawled if row["type"] == "board_fetch" and row["board"] == name]
    status, error = OUTCOMES[name]
    assert fetch["status"] == status, fetch
    assert fetch["error"] is None if error is None else error in fetch["error"], fetch["error"]


def test_whatever_is_sent_memory_stays_bounded(crawl):
    assert crawl["mebibytes"] < MAX_MEBIBYTES


def test_a_board_is_recorded_after_its_postings_and_counts_them(crawled):
    assert [crawled[0]["type"], crawled[-1]["type"]] == ["crawl", "crawl_end"]
    found, rejected = Counter(), Counter()
    for row in crawled[1:-1]:
        found[row["board"]] += row["type"] == "job_posting"
        rejected[row["board"]] += row["type"] == "quarantine"
        if row["type"] == "board_fetch":
            assert (row["n_found"], row["n_rejected"]) == (found.pop(row["board"]), rejected.pop(row["board"]))
    assert not found


def test_contact_details_never_reach_the_landing_file(crawled):
    assert not any("ann@x.example" in json.dumps(row) for row in crawled)
    assert any("[email]" in row.get("description", "") for row in crawled)


def test_whole_site_is_read_through_index_gzip_and_redirects_within_the_site(crawled):
    urls = {row["url"] for row in crawled if row["type"] == "job_posting" and row["board"] == "whole.example"}
    assert urls == {"https://whole.example/jobs/1", "https://www.whole.example/jobs/2"}


def test_requests_are_polite(crawled, faults):
    assert max(faults.most.values()) == 1, faults.most
    asked = Counter((host, path) for host, path, _ in faults.asked)
    assert asked["whole.example", "/robots.txt"] == asked[GREENHOUSE, "/robots.txt"] == asked[greenhouse("fine")] == 1
    assert ("other.example", "/jobs/3") not in asked
    assert ("whole.example", "/jobs/secret") not in asked
    assert not any(host == "elsewhere.example" for host, _ in asked)
    assert asked["throttling.example", "/sitemap.xml"] == 1
    assert asked[greenhouse("down")] == 4
    busy = [when for host, path, when in faults.asked if (host, path) == greenhouse("busy")]
    assert len(busy) == 3
    assert min(b - a for a, b in pairwise(busy)) > 0.98
    [agent] = faults.agents
    assert agent.startswith("rolescope/")
    assert agent.endswith("(+crawl@example.org)")


def test_interrupt_keeps_what_was_fetched_and_closes_the_file(faults, tmp_path):
    boards = [{"platform": "greenhouse", "board": f"fine-{n}"} for n in range(40)]
    for row in boards:
        ANSWERS[greenhouse(row["board"])] = [board([JOB])]
    args = command(boards, tmp_path, faults.server_address[1], 0.2)
    with subprocess.Popen(args, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    last = json.loads(out.splitlines()[-1])
    rows = read(Path(last["landing"]))
    fetches = [row for row in rows if row["type"] == "board_fetch"]
    assert 1 <= len(fetches) == last["tried"] == last["postings"] < 10
    assert all(row["status"] == "ok" for row in fetches)
    assert rows[-1]["type"] == "crawl_end"


def test_scrapys_own_command_writes_a_landing_file(faults, tmp_path):
    args = [sys.executable, "-m", "scrapy", "crawl", "greenhouse", "-a", "board=fine"]
    args += ["-s", f"SAMPLE_SERVER={faults.server_address[1]}", "-s", "DOWNLOAD_DELAY=0"]
    env = environment(ROLESCOPE_LANDING=str(tmp_path))
    done = subprocess.run(args, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    [path] = tmp_path.glob("*.jsonl")
    assert [row["type"] for row in read(path)] == ["crawl", "job_posting", "board_fetch", "crawl_end"]


def test_sample_boards_come_through_the_ordinary_spiders(tmp_path):
    boards = sample_boards()
    with serve() as port:
        args = command([asdict(board) for board in boards], tmp_path, port, 0)
        done = subprocess.run(args, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = read(Path(json.loads(done.stdout.splitlines()[-1])["landing"]))
    assert {row["status"] for row in rows if row["type"] == "board_fetch"} == {"ok"}
    postings = [row for row in rows if row["type"] == "job_posting"]
    assert len(postings) >= 150
    assert {row["source"] for row in postings} == {"greenhouse", "lever", "ashby", "jsonld"}
    assert not any(row["title"] == "Draft" for row in postings)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("YEAR", "YEAR"), ("per-hour-wage", "HOUR"), ("1 MONTH", "MONTH"), ("2 WEEK", None), ("annually", "YEAR"),
        ("1-YEAR", "YEAR"), ("Hourly", "HOUR"), ("per annum", "YEAR"), ("NONE", None), (None, None), ("daily", "DAY"),
    ],
)  # fmt: skip
def test_units_of_pay(value, expected):
    assert unit(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, None), ("0", None), ("120,000.50", 120000.5), (True, None), (float("nan"), None), (-5, None), ("lots", None)],
)
def test_amounts(value, expected):
    assert amount(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-09-30T21:15:00-05:00", "2026-09-30"), (1790812800000, "2026-10-01"), ("2026-08-05 10:10:39 UTC", "2026-08-05"),
        ("2026-11-01", "2026-11-01"), ("soon", None), (None, None), (1e300, None), ("2026-11-01T00:00:00.000Z", "2026-11-01"),
    ],
)  # fmt: skip
def test_dates(value, expected):
    assert iso_date(value) == expected


def test_job_pages_are_told_by_their_path():
    assert is_job_page("https://x.example/en/vacancies/12")
    assert not is_job_page("https://jobs.x.example/about")


def nested_in_lists(depth, value):
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_stored_names_nobody():
    item = JobPosting(
        source="hackernews", board="hackernews", identifier="1", title="Engineer (jane@acme.example)", description="Build.",
        hiring_organization="Jane Doe <jane@acme.example>", job_location="Berlin, mail jo [at] acme.example",
        applicant_location_requirements="US only, jobs@acme.example", url="https://acme.example/1?to=jane@acme.example",
        hiring_organization_url="mailto:jane@acme.example", application_url="https://acme.example/apply/@jobs",
    )  # fmt: skip
    stored = checked(item)
    assert not {"jane", "jo", "jobs@acme.example"} & set(json.dumps(asdict(stored)).replace('"', " ").lower().split())
    assert "@acme" not in json.dumps(asdict(stored))
    assert (stored.url, stored.hiring_organization_url) == (None, None)
    assert stored.application_url == "https://acme.example/apply/@jobs"


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "contact": {"name": "Ann Lee"}, "title": "x"},
        {"id": 1, "organization": {"Contact": [{"name": "Ann Lee"}]}},
        {"id": 1, "metadata": [{"name": "Manager", "value": {"name": "Ann Lee"}, "value_type": "user"}]},
        {"id": 1, "a": nested_in_lists(300, {"contact": "Ann Lee"})},
    ],
)
def test_a_record_is_kept_without_its_people(record):
    kept = drop_people(record, {"contact"})
    assert kept["id"] == 1
    assert "Ann" not in json.dumps(kept)
