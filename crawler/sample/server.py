"""The sample boards: a server on loopback that answers for the real hosts, in the real platforms' shapes.

The spiders reach it as they reach the real ones; only the last step, the download handler, aims at this port instead
(setting ``SAMPLE_SERVER``). The boards are ``crawler/sample/boards/*.toml``, all of them invented.
"""

import json
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.boards import Board
from crawler.sample import shapes

Answer = tuple[str, bytes]
"""Content type and body."""


@cache
def _boards() -> tuple[dict[str, Any], ...]:
    """The boards as written, in the order of their files."""
    found = sorted((files("crawler") / "sample" / "boards").iterdir(), key=lambda file: file.name)
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in found if file.name.endswith(".toml"))


def sample_boards() -> list[Board]:
    """The sample boards, platforms taking turns so that each shows up early."""
    groups: dict[str, list[Board]] = {}
    for row in _boards():
        board = Board(platform=row["platform"], board=row["board"], hiring_organization=row["hiring_organization"])
        groups.setdefault(board.platform, []).append(board)
    longest = max(map(len, groups.values()), default=0)
    return [group[i] for i in range(longest) for group in groups.values() if i < len(group)]


@contextmanager
def serve(at: datetime | None = None) -> Iterator[int]:
    """The port on loopback at which the sample boards answer until the block ends; ages count back from ``at``."""
    answers = dict(_answers(at or datetime.now(UTC)))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer by Host header and path; 404 for anything else, as the real ones do."""
            host = self.headers.get("Host", "")
            found = answers.get((host, unquote(urlsplit(self.path).path)))
            kind, body = found or ("application/json", b'{"error": "not found"}')
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _answers(at: datetime) -> Iterator[tuple[tuple[str, str], Answer]]:
    """What each host answers at each path."""
    for board in _boards():
        if board["platform"] == "jsonld":
            for path, (kind, body) in shapes.careers_site(board, at):
                yield (board["board"], path), (kind, body.encode())
        else:
            host, path, answer = getattr(shapes, board["platform"])(board, at)
            yield (host, path), ("application/json; charset=utf-8", json.dumps(answer, ensure_ascii=False).encode())
