"""`rolescope dashboard` for others: which options the server gets, whom it lets in, and a whole page under a path."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import WAIT, launched
from click.testing import CliRunner
from playwright.sync_api import expect

from dashboard.serving import settings
from rolescope import main

PUBLIC = "http://jobs.example.org/rolescope"


@pytest.mark.parametrize(
    ("host", "public_url", "there", "missing"),
    [
        ("localhost", None, ["server.address=localhost", "server.allowedHosts=127.0.0.1"], "browser.serverAddress"),
        ("10.0.0.7", None, ["server.address=10.0.0.7", "server.allowedHosts=10.0.0.7"], "browser.serverAddress"),
        ("0.0.0.0", None, ["server.address=0.0.0.0", "server.baseUrlPath="], "server.allowedHosts"),
        (
            "0.0.0.0", "https://jobs.example.org/rolescope/",
            ["server.baseUrlPath=rolescope", "browser.serverAddress=jobs.example.org", "browser.serverPort=443",
             "server.allowedHosts=jobs.example.org", "server.allowedHosts=localhost"],
            "server.allowedHosts=evil",
        ),
        ("localhost", "http://jobs:8080", ["server.baseUrlPath=", "browser.serverPort=8080"], "server.allowedHosts=evil"),
    ],
)  # fmt: skip
def test_address_and_proxy_become_options(host: str, public_url: str | None, there: list[str], missing: str) -> None:
    flags = settings(host, 8501, urlsplit(public_url) if public_url else None)
    protected = ["server.enableCORS=true", "server.enableXsrfProtection=true", "browser.gatherUsageStats=false"]
    assert {f"--{flag}" for flag in [*there, *protected]} <= set(flags)
    assert not any(flag.startswith(f"--{missing}") for flag in flags)


@pytest.mark.parametrize(
    "url", ["jobs.example.org", "ftp://jobs.example.org", "https:///rolescope", "https://a:b/", "https://a/?b", "https://me@a"]
)  # fmt: skip
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    result = CliRunner().invoke(main, ["dashboard", "--public-url", url])
    assert (result.exit_code, "is not an address such as" in result.output) == (2, True)


def test_a_port_in_use_is_said(small_warehouse: Path) -> None:
    with socket.create_server(("localhost", 0)) as other:
        port = str(other.getsockname()[1])
        result = CliRunner().invoke(main, ["dashboard", "--db", str(small_warehouse), "--port", port])
    assert (result.exit_code, f"port {port} is in use" in result.output) == (1, True)


@contextmanager
def dashboard(db: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A running dashboard's process and port; nothing of it is left."""
    arguments = [sys.executable, "-m", "rolescope", "dashboard", "--db", str(db), *options]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        yield process, int(re.findall(r"^Dashboard: http://[^/]+:(\d+)", line)[0])
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def port(small_warehouse: Path) -> Iterator[int]:
    """Of a dashboard that stands behind a proxy; at the end it stops in time, though pages may be open."""
    with dashboard(small_warehouse, "--host", "0.0.0.0", "--public-url", PUBLIC) as (process, port):
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("jobs.example.org", "http://jobs.example.org", 101),
        ("jobs.example.org", "https://jobs.example.org", 101),  # the proxy speaks TLS
        ("127.0.0.1:8501", "https://jobs.example.org", 101),  # a proxy that does not pass the name on
        ("localhost:8501", "http://localhost:8501", 101),
        ("jobs.example.org", "https://evil.example", 403),
        ("jobs.example.org", "https://jobs.example.org.evil.example", 403),
        ("jobs.example.org", "null", 403),
        ("evil.example:8501", "http://evil.example:8501", 403),  # a name that was made to point at this machine
    ],
)
def test_only_its_own_pages_get_a_websocket(port: int, host: str, origin: str, status: int) -> None:
    headers = {
        "Host": host, "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": b64encode(bytes(16)).decode(),
    }  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/rolescope/_stcore/stream", headers=headers)
    assert connection.getresponse().status == status
    connection.close()


def test_pages_links_filters_and_downloads_stay_under_the_path(port: int, small_warehouse: Path) -> None:
    before = _files(small_warehouse.parent)
    with launched(f"--host-resolver-rules=MAP jobs.example.org 127.0.0.1:{port}") as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(WAIT)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda websocket: asked.append(websocket.url))

        page.goto(PUBLIC)
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        page.get_by_test_id("stPopover").first.get_by_role("button").first.click()
        with page.expect_download() as download:
            page.get_by_test_id("stPopoverBody").get_by_role("button", name="CSV").click()
        assert "snapshot_id" in download.value.path().read_text()
        page.keyboard.press("Escape")

        page.get_by_role("link", name="Ads", exact=True).click()
        count = page.get_by_text(re.compile(r"^\d+ ads match")).first
        everywhere = count.inner_text()
        page.get_by_role("combobox", name="Country").click()
        page.get_by_role("option").filter(has_text=re.compile("^DE")).click()
        page.wait_for_url(re.compile(re.escape(f"{PUBLIC}/ads?") + ".*country=DE"))
        expect(count).not_to_have_text(everywhere)

        links = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        assert {f"{PUBLIC}/compare", f"{PUBLIC}/ads"} <= set(links)
        sent = {url.replace("ws://", "http://") for url in asked if not url.startswith(("data:", "blob:"))}
        assert {url for url in sent if not url.startswith(f"{PUBLIC}/")} <= {PUBLIC}
        assert "ws://jobs.example.org/rolescope/_stcore/stream" in asked
    assert _files(small_warehouse.parent) == before  # to look writes nothing: the folder may be read-only


def _files(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in [folder, *folder.rglob("*")]}


def test_a_server_that_dies_ends_the_command(small_warehouse: Path) -> None:
    with dashboard(small_warehouse) as (process, _):
        server = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout
        subprocess.run(["kill", "-KILL", *server.split()], check=True)
        start = time.monotonic()
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, time.monotonic() - start < 2) == (1, True)
        assert "the dashboard ended by itself (exit status -9)" in errors
