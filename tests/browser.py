"""The Chromium that the browser tests use: one of the system's, else the one that Playwright installed.

Run as a script it exits with 0 if there is one.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def chromium() -> str | None:
    """Path of a Chromium; None where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    sys.exit(chromium() is None)
