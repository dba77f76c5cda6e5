"""The server of the pages: a process of its own, with the settings that its address and a proxy in front of it ask for."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import SplitResult

import click
from filelock import FileLock

from warehouse.command_line import fail

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Addresses that stand for all of a machine's own, and the one of them by which the machine reaches itself."""
_GRACE = 1.5  # seconds for the server to end by itself; it only reads, so that to kill it loses nothing


@dataclass(frozen=True)
class Server:
    """A running server: ``address`` is where this machine reaches it."""

    address: str
    process: "subprocess.Popen[bytes]"

    def until_stopped(self) -> None:
        """Return at Ctrl-C or SIGTERM; end the command with status 1 where the server ends by itself."""
        try:
            status = self.process.wait()
        except KeyboardInterrupt:
            click.echo("")
            return
        fail(f"the dashboard ended by itself (exit status {status}); its message, if it left one, stands above", 1)


@contextmanager
def serving(
    db: Path, port: int | None, host: str = "localhost", public_url: SplitResult | None = None
) -> Iterator[Server]:
    """The dashboard of ``db``, which ends with the block.

    It listens on ``host`` at ``port`` (None: the first free one from 8501). ``public_url`` is where people reach it through a
    proxy; its path is served here, too. Ends the command with status 1 where it does not start.
    """
    reached = _ANY_ADDRESS.get(host, host)
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C, so that nothing is left running
        signal.signal(number, signal.default_int_handler)
    with nullcontext() if port else _starting():  # two that start at once must not take one port for their own
        port = port or _free_port(reached)
        if _answers(reached, port):
            fail(f"port {port} is in use by another program: name another one with --port", 1)
        arguments = [sys.executable, "-m", "streamlit", "run", str(files("dashboard").joinpath("server.py"))]
        process = subprocess.Popen(  # noqa: S603
            arguments + settings(host, port, public_url),
            env={**os.environ, **_NO_NETWORK, "ROLESCOPE_DB": str(db.absolute())},
            stdout=subprocess.DEVNULL,
            process_group=0,
        )
        try:
            _wait_for_port(process, reached, port)
        except BaseException:
            _end(process)
            raise
    try:
        path = public_url.path.rstrip("/") if public_url else ""
        yield Server(f"http://{f'[{reached}]' if ':' in reached else reached}:{port}{path}", process)
    finally:
        _end(process)


def settings(host: str, port: int, public_url: SplitResult | None) -> list[str]:
    """Streamlit's options. All that matter are named, so that a file in the user's home folder changes none of them.

    A websocket is opened for a page of the same host only (its Origin is its Host, or the public one). That alone would let in
    a page whose name was made to point at this machine; hence the list of names, wherever they are known.
    """
    public = public_url.hostname if public_url else None
    options = {
        "server.address": host, "server.port": port, "server.headless": "true", "server.fileWatcherType": "none",
        "server.baseUrlPath": public_url.path.strip("/") if public_url else "",
        "server.enableCORS": "true", "server.enableXsrfProtection": "true", "server.enableAgentApi": "false",
        "server.enableStaticServing": "false", "server.maxUploadSize": 1,  # no page takes a file
        "browser.gatherUsageStats": "false", "logger.level": "warning", "logger.hideWelcomeMessage": "true",
    }  # fmt: skip
    if public_url and public:
        options["browser.serverAddress"] = public
        options["browser.serverPort"] = public_url.port or (443 if public_url.scheme == "https" else 80)
    names = [*_THIS_MACHINE, host, public or host] if public or host not in _ANY_ADDRESS else []
    flags = [f"--{name}={value}" for name, value in options.items()]
    return flags + [f"--server.allowedHosts={name}" for name in dict.fromkeys(names)]


_NO_NETWORK = {name: "http://localhost:9" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
"""At every websocket of a foreign page Streamlit asks the internet for the machine's own address, and answers nobody until
that is known or has failed, for two seconds. The pages need no network: with this it fails at once."""


def _starting() -> FileLock:
    return FileLock(Path(tempfile.gettempdir()) / f"rolescope-dashboard-{os.getuid()}.lock")


def _free_port(host: str) -> int:
    for port in range(8501, 8601):
        if not _answers(host, port):
            return port
    fail("no free port between 8501 and 8600: name one with --port", 1)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def _wait_for_port(process: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            fail(f"the dashboard ended at once (exit status {process.returncode}); its message stands above", 1)
        if _answers(host, port):
            return
        time.sleep(0.1)
    fail(f"the dashboard did not answer on port {port} within 60 s", 1)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
