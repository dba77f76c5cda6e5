"""How long the dashboard's server takes for several readers at once: ``python tests/bench/readers.py --db FILE``.

A reader speaks with the server as a browser does (Streamlit's protobuf messages over a websocket) and draws nothing, so that ten of them
do not need ten browsers on the machine that is measured: seconds from a change to the last message of its answer. Each opens the
overview or the comparison, for a country and a language of its own, and turns the switch of open ads. Then one reader turns it
``--many`` times, while the server's memory is looked at. How long drawing takes: tests/bench/pages_speed.py.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import ClientConnection, connect

from dashboard.serving import serving

_PAGES = ("start", "compare")
_COUNTRIES = ("US", "GB", "DE", "IN", "CA")


class Reader:
    """A session on one page, with the filters of its link."""

    def __init__(self, socket: ClientConnection, page: str, **link: str) -> None:
        self.socket, self.page, self.link = socket, calc_hash(page), urlencode(link)
        self.widget, self.is_on = "", False

    def run(self) -> float:
        """Run the page; the seconds until all of it was sent."""
        begun = time.perf_counter()
        message = BackMsg()
        message.rerun_script.query_string = self.link
        message.rerun_script.page_script_hash = self.page
        if self.widget:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.bool_value = self.widget, self.is_on
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(timeout=120))
            kind = answer.WhichOneof("type")
            element = answer.delta.new_element if kind == "delta" else None
            if element is not None and element.WhichOneof("type") == "exception":
                raise RuntimeError(element.exception.message)
            if element is not None and element.checkbox.label == "Open ads only":
                self.widget = element.checkbox.id
            if kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - begun

    def turn(self) -> float:
        """Turn the switch of open ads."""
        self.is_on = not self.is_on
        return self.run()


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--changes", type=int, default=6, help="changes of each reader")
    parser.add_argument("--many", type=int, default=1000, help="changes of one reader, one after another")
    args = parser.parse_args()
    with serving(args.db, None) as server:

        def memory() -> str:
            return f"{psutil.Process(server.process.pid).memory_info().rss / 2**20:,.0f} MiB"

        with _reader(server.address, 0) as alone:
            print(f"one reader    opening {alone.run():.2f} s, a change {alone.turn():.2f} s; {memory()}", flush=True)
        with ThreadPoolExecutor(args.readers) as pool:
            found = list(
                pool.map(_several, [server.address] * args.readers, range(args.readers), [args.changes] * args.readers)
            )
        _print(f"{args.readers} at once, opening", [times[0] for times in found])
        _print(f"{args.readers} at once, a change", [t for times in found for t in times[1:]])
        print(f"memory after them {memory()}", flush=True)
        with _reader(server.address, 1) as reader:
            reader.run()
            for n in range(args.many):
                reader.turn()
                if (n + 1) % max(args.many // 5, 1) == 0:
                    print(f"memory after {n + 1:,} changes {memory()}", flush=True)


@contextmanager
def _reader(address: str, number: int) -> Iterator[Reader]:
    link = {"country": _COUNTRIES[number % len(_COUNTRIES)], "language": "en"} if number else {}
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(url, origin=address, subprotocols=["streamlit"], max_size=None, compression=None) as socket:
        yield Reader(socket, _PAGES[number % 2], **link)


def _several(address: str, number: int, changes: int) -> list[float]:
    with _reader(address, number) as reader:
        return [reader.run(), *(reader.turn() for _ in range(changes))]


def _print(what: str, times: list[float]) -> None:
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
    print(f"{what}: median {statistics.median(times):.2f} s, 95 % {p95:.2f} s, longest {times[-1]:.2f} s", flush=True)


if __name__ == "__main__":
    main()
