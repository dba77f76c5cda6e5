"""Landing files: what a crawl or an import collected, one JSON object a line, append-only.

Every line has a ``type``: ``crawl`` (first line), ``job_posting``, ``sighting``, ``removal``, ``board_fetch``,
``quarantine``, ``crawl_end``. A record is flushed to the operating system before it is counted, so a killed process loses at most the line it was
writing; ``read`` skips such a torn last line.
"""

import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from warehouse import CODE_VERSION, WarehouseError

_BLOCK = 1 << 20  # bytes


class LandingFile:
    """The append-only file of one crawl, opened under a name that no other crawl has.

    ``folder`` is made when missing. ``part`` tells files apart that several machines write for one crawl. ``at`` is the UTC start time, which names the crawl: the same ``at`` gives the
    same ``crawl_id``, so that a replay of a day is recognised as that day. Raises OSError where the folder cannot be
    written.
    """

    def __init__(self, folder: Path, at: datetime, settings: dict[str, Any], part: str = ""):
        self.crawl_id = at.strftime("%Y%m%dT%H%M%S.%fZ")
        folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 10_000):
            name = ".".join(filter(None, [self.crawl_id, part, str(attempt) if attempt > 1 else "", "jsonl"]))
            try:
                self._file = (folder / name).open("xb")
            except FileExistsError:
                continue
            break
        else:
            raise FileExistsError(f"{folder} holds 9,999 files of crawl {self.crawl_id}")
        self.path = folder / name
        self.write(
            "crawl",
            crawl_id=self.crawl_id,
            started_at=iso(at),
            settings=json.dumps(settings, sort_keys=True),
            code_version=CODE_VERSION,
        )

    def write(self, type_: str, **fields: Any) -> None:
        """Append one record and hand it to the operating system. Raises OSError (disk full, …)."""
        self._file.write(orjson.dumps({"type": type_, **fields}, default=str, option=orjson.OPT_APPEND_NEWLINE))
        self._file.flush()

    def end(self, at: datetime) -> None:
        """Say that the crawl came to its end, and close the file for good, on disk."""
        self.write("crawl_end", finished_at=iso(at))
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> "LandingFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._file.closed:
            self._file.close()


def read(path: Path, offset: int = 0) -> Iterator[tuple[dict[str, Any], int]]:
    """The records of a landing file from a byte offset on, each with the offset after it.

    A torn last line (killed while writing, or still being written) is left for the next time. Raises WarehouseError naming
    the byte where any other line is not a JSON object."""
    for start, block in blocks(path, offset):
        yield from records(path, start, block)


def blocks(path: Path, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a landing file from a byte offset on, about a megabyte at a time, each time with the offset at
    which they begin."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        file.seek(offset)
        while block := file.read(_BLOCK) + file.readline():
            end = block.rfind(b"\n") + 1
            if end:
                yield offset, block[:end]
            if end < len(block):
                return
            offset += end


def records(path: Path, start: int, block: bytes) -> Iterator[tuple[dict[str, Any], int]]:
    """The records of some whole lines that begin at byte ``start``, each with the offset after it. Raises WarehouseError as
    ``read`` does."""
    offset = start
    for line in block.split(b"\n")[:-1]:
        start, offset = offset, offset + len(line) + 1
        try:
            record = orjson.loads(line)
        except ValueError as error:
            raise WarehouseError(
                f"{path}, byte {start}: not JSON ({error}). Move the file away to load the others."
            ) from error
        if not isinstance(record, dict):
            raise WarehouseError(f"{path}, byte {start}: not a JSON object. Move the file away to load the others.")
        yield record, offset


def landing_files(folder: Path) -> list[Path]:
    """The landing files of a folder, gzipped ones too, in the order in which their crawls began; of one crawl, in the
    order of the attempts at it."""
    paths = {path.name.removesuffix(".gz"): path for path in [*folder.glob("*.jsonl.gz"), *folder.glob("*.jsonl")]}
    return [path for _, path in sorted(paths.items(), key=lambda item: (*attempt_of(item[0]), item[0]))]


def size_of(path: Path) -> int:
    """Bytes of a landing file, unpacked: gzip keeps their number in its last four bytes (RFC 1952)."""
    if path.suffix != ".gz":
        return path.stat().st_size
    with path.open("rb") as packed:
        packed.seek(-4, os.SEEK_END)
        return int.from_bytes(packed.read(4), "little")


def attempt_of(name: str) -> tuple[str, int, str]:
    """The crawl of a landing file, which attempt at it the file is (a crawl that was killed is run again), and which
    machine's part; by its name."""
    crawl_id, _, rest = name.removesuffix(".gz").removesuffix(".jsonl").partition("Z")
    part, _, attempt = rest.rpartition(".")
    return (
        f"{crawl_id}Z",
        int(attempt) if attempt.isdecimal() else 1,
        (part if attempt.isdecimal() else rest).strip("."),
    )


def holds_sample(path: Path) -> bool:
    """Whether a landing file is of sample data, by its first line."""
    first, _ = next(read(path), ({}, 0))
    return bool(json.loads(first.get("settings", "{}")).get("sample"))


def refuse_mixture(path: Path, sample: bool, name: str, remedy: str) -> None:
    """Raise WarehouseError, which calls the file ``name``, where a landing file is of sample data and the warehouse is not,
    or the other way round."""
    if holds_sample(path) != sample:
        has, holds = ("real", "sample") if sample else ("sample", "real")
        raise WarehouseError(f"{name} holds {has} data, the warehouse holds {holds} data{remedy}")


def iso(when: datetime) -> str:
    """UTC time as ISO 8601 without offset, as every TIMESTAMP of the warehouse is read."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
