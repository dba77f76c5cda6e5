"""How fast the dashboard's pages are in a real Chromium: ``python tests/bench/pages_speed.py --db FILE``.

Of each page, in a browser without a cache, the time from the address to the first paint, to the page's heading and to a page that
stands still: the first time, when nothing of the snapshot was asked yet, and again. Then changes of filters on the overview and the
comparison until the page stands still again, and the server's memory. Seconds of clock: run it on a machine with nothing else to do.
Several readers at once, and memory over a thousand changes: tests/bench/readers.py.
"""

import argparse
import statistics
import time
from pathlib import Path

import psutil
from browser import chromium
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.pages import PAGES
from dashboard.serving import serving

_STILL = """
    () => {
        const app = document.querySelector('[data-testid="stApp"]');
        const busy = document.querySelector('[data-testid="stSkeleton"], [data-testid="stSpinner"]');
        return app && app.dataset.testScriptState === 'notRunning' && !busy && document.querySelector('h1');
    }
"""
_FILTERED = ("overview", "compare")


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--changes", type=int, default=20, help="changes of filters on each page")
    args = parser.parse_args()
    with serving(args.db, None) as server:
        print(f"memory at the start {_memory(server.process.pid):,.0f} MiB")
        with _browser() as browser:
            for name in PAGES:
                first, again = (_opening(browser, _address(server.address, name)) for _ in range(2))
                said = ("{:.2f} {:.2f} {:.2f} s".format(*times) for times in (first, again))
                print(f"{name:10s} paint, heading, still: first {next(said)}, again {next(said)}", flush=True)
            for name in _FILTERED:
                page = _opened(browser, _address(server.address, name))
                first = sorted(_turn(page) for _ in range(2))
                times = sorted(_turn(page) for _ in range(args.changes))
                print(
                    f"{name:10s} a filter: never asked {first[-1]:.2f} s, median {statistics.median(times):.2f}, 95 % {_p95(times):.2f}"
                )
                page.context.close()
        print(f"memory after the pages {_memory(server.process.pid):,.0f} MiB")


class _browser:
    """A Chromium that ends with the block."""

    def __enter__(self) -> Browser:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        return self._browser

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(300_000)
    page.goto(address)
    page.wait_for_function(_STILL, polling=20)
    return page


def _address(server: str, name: str) -> str:
    """Of a page; that of the first one is the server's own."""
    return f"{server}/{'' if name == 'overview' else name}"


def _opening(browser: Browser, address: str) -> tuple[float, float, float]:
    """Seconds to the first paint of anything, to the heading of the page, and until it stands still."""
    begun = time.perf_counter()
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(300_000)
    page.goto(address, wait_until="commit")
    page.wait_for_selector("h1")
    heading = time.perf_counter() - begun
    page.wait_for_function(_STILL, polling=20)
    still = time.perf_counter() - begun
    paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000")
    page.context.close()
    return paint, heading, still


def _turn(page: Page) -> float:
    """Turn the switch of open ads, and wait for the page."""
    begun = time.perf_counter()
    page.get_by_text("Open ads only").click()
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=notRunning]')", polling=5)
    page.wait_for_function(_STILL, polling=20)
    return time.perf_counter() - begun


def _p95(times: list[float]) -> float:
    return times[min(len(times) - 1, int(0.95 * len(times)))]


def _memory(pid: int) -> float:
    """Resident mebibytes of the server."""
    return psutil.Process(pid).memory_info().rss / 2**20


if __name__ == "__main__":
    main()
