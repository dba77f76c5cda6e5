"""What the dashboard's server tells browsers: load nothing from elsewhere, show nobody else's page around this one."""

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_serving import dashboard


@pytest.fixture(scope="module")
def port(small_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with dashboard(small_warehouse) as (_, port):
        yield port


def asked(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    "path", ["/", "/ads?search=%3Cscript%3E", "/_stcore/health", "/_stcore/host-config", "/nothing/here"]
)
def test_every_answer_says_what_a_page_may_load(port: int, path: str) -> None:
    answer = asked(port, "GET", path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux tells who listens where")
def test_only_this_machine_reaches_it(port: int) -> None:
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/_stcore/upload_file/a/b"),
        ("DELETE", "/_stcore/upload_file/a/b"),
        ("POST", "/_stcore/agent/interact"),
        ("POST", "/_stcore/agent/mcp"),
        ("GET", "/app/static/app.py"),
        ("GET", "/../app.py"),
        ("GET", "/media/..%2f..%2fapp.py"),
        ("GET", "//evil.example/a"),
    ],
)
def test_nothing_can_be_sent_to_it_or_read_beside_the_pages(port: int, method: str, path: str) -> None:
    answer = asked(port, method, path, {"Origin": "https://evil.example"})
    assert answer.status >= 400 or "html" in answer.headers["Content-Type"], answer.status
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"
