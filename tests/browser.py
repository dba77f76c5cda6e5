"""The Chromium that the browser tests use: one of the system's, else the one that Playwright installed.

Run as a script it exits with 0 if there is one.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

WAIT = 60_000  # milliseconds


def chromium() -> str | None:
    """Path of a Chromium; None where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """A running Chromium, of whose pages is expected what comes true within ``WAIT``; ``flags`` are further ones of its own."""
    path = chromium()
    assert path, "no Chromium: run `make test`, which finds or installs one"
    plain = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        expect.set_options(timeout=WAIT)
        browser = playwright.chromium.launch(executable_path=path, args=[*plain, *flags])
        yield browser
        browser.close()


@contextmanager
def served(app: Path, db: Path) -> Iterator[str]:
    """The address of a server that runs a Streamlit script on a database; nothing of it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = {
        "server.port": port, "server.address": "localhost", "server.headless": "true", "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
    }  # fmt: skip
    arguments = [sys.executable, "-m", "streamlit", "run", app, *(f"--{key}={value}" for key, value in flags.items())]
    environment = {**os.environ, "ROLESCOPE_DB": str(db)}
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        next(line for line in process.stdout if "URL" in line)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    sys.exit(chromium() is None)
