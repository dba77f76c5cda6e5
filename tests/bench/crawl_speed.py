"""Postings per second of a crawl, beside a bare Scrapy spider that yields the same rows as dicts, in one run.

    python tests/bench/crawl_speed.py [--boards 400] [--postings 25] [--rounds 3]
    python tests/bench/crawl_speed.py --boards 10000 --postings 10 --rounds 1 --only ours     # memory at 100,000 postings

A server on loopback answers at once, in the shape of Greenhouse, with invented ads of about 5,000 characters; the delay
is 0. Each crawl is a process of its own; the rounds take turns. Prints each one's postings per second and per second of
its own processor time (the interpreter's start and imports left out), peak memory, and the ratios of the medians.
"""

import argparse
import asyncio
import html
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = (
    "build ship review models services data pipelines with python sql and care for people who use them every day in a team "
    "that writes tests measures latency trains evaluates deploys monitors and explains what it learns to customers"
).split()


def body(board: str, n_postings: int) -> bytes:
    """A board's answer."""
    chance = random.Random(board)
    jobs = []
    for n in range(n_postings):
        paragraphs = (" ".join(chance.choices(WORDS, k=60)).capitalize() + "." for _ in range(13))
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        jobs.append(
            {
                "id": n + 1, "internal_job_id": n + 1, "title": f"Engineer {n} at {board}", "content": html.escape(text),
                "absolute_url": f"https://job-boards.greenhouse.io/{board}/jobs/{n + 1}", "location": {"name": "Oslo"},
                "company_name": board, "first_published": "2026-11-01T08:00:00-05:00", "metadata": [], "departments": [],
                "offices": [], "language": "en", "updated_at": "2026-11-02T08:00:00-05:00",
            }
        )  # fmt: skip
    return json.dumps({"jobs": jobs, "meta": {"total": n_postings}}).encode()


def serve(n_postings: int, ports: "multiprocessing.Queue[int]") -> None:
    """Answer every request at once: 404 for robots.txt, else the board that its path names."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                request = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:  # the client has hung up
                writer.close()
                return
            path = request.split(b" ", 2)[1].decode()
            if path == "/robots.txt":
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                found = body(path.split("/")[3], n_postings)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(found)}\r\n\r\n"
                writer.write(head.encode() + found)
            await writer.drain()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


BARE = """
import json, sys, time, resource
from html import unescape
import scrapy
from scrapy.crawler import CrawlerProcess

n_boards, port = int(sys.argv[1]), sys.argv[2]

class Bare(scrapy.Spider):
    name = "bare"
    n = 0

    async def start(self):
        for i in range(n_boards):
            yield scrapy.Request(f"http://127.0.0.1:{port}/v1/boards/b{i}/jobs")

    def parse(self, response):
        for job in json.loads(response.body)["jobs"]:
            Bare.n += 1
            yield {
                "source": "greenhouse", "board": response.url.split("/")[5], "identifier": str(job["id"]),
                "title": job["title"], "description": unescape(job["content"]), "url": job["absolute_url"],
                "hiring_organization": job["company_name"], "job_location": job["location"]["name"],
                "date_posted": job["first_published"][:10],
            }

process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1})
process.crawl(Bare)
start, cpu = time.perf_counter(), time.process_time()
process.start()
print(Bare.n, time.perf_counter() - start, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

OURS = """
import sys, time, resource
from pathlib import Path
from crawler.boards import Board
from crawler.run import crawl
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings
SpiderLoader.from_settings(get_project_settings())

n_boards, port, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
boards = [Board(platform="greenhouse", board=f"b{i}") for i in range(n_boards)]
start, cpu = time.perf_counter(), time.process_time()
counts = crawl(boards, folder, delay=0, sample_server=port)
seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
assert counts.statuses == {"ok": n_boards}, counts.statuses
print(counts.n_postings, seconds, cpu_seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(code: str, *arguments: object) -> tuple[float, float, float]:
    """Postings per second, and per second of processor time; peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True
    )
    n, seconds, cpu_seconds, kilobytes = map(float, done.stdout.split())
    return n / seconds, n / cpu_seconds, kilobytes / 1024


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boards", type=int, default=400)
    parser.add_argument("--postings", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "bare"])
    args = parser.parse_args()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(args.postings, ports), daemon=True)
    server.start()
    port = ports.get()
    speeds: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
    for _ in range(args.rounds):
        for name in speeds if args.only is None else [args.only]:
            with tempfile.TemporaryDirectory() as folder:
                code = BARE if name == "bare" else OURS
                rate, cpu_rate, peak = measure(code, args.boards, port, Path(folder))
                speeds[name].append((rate, cpu_rate))
                print(
                    f"{name}: {rate:,.0f} postings/s, {cpu_rate:,.0f} per processor second, peak {peak:.0f} MiB",
                    flush=True,
                )
    server.terminate()
    if args.only is None:
        ours, bare = (
            [statistics.median(rates) for rates in zip(*speeds[name], strict=True)] for name in ("ours", "bare")
        )
        print(f"ours / bare: {ours[0] / bare[0]:.2f} by the clock, {ours[1] / bare[1]:.2f} by processor time")


if __name__ == "__main__":
    main()
