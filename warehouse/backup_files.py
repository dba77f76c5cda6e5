"""One file on its way into a backup: summed, copied, and read back."""

import hashlib
import io
import os
from typing import IO, Any

from warehouse import WarehouseError
from warehouse.backup_manifest import Entry

_CHUNK = 1 << 20


def summed(kind: str, name: str, file: IO[bytes], earlier: Entry | None) -> tuple[Entry, bool]:
    """The file as it is to be backed up, and whether it begins with what was backed up earlier."""
    n_bytes = _whole_lines(file) if kind == "landing" and name.endswith(".jsonl") else os.fstat(file.fileno()).st_size
    file.seek(0)
    digest, done = hashlib.sha256(), 0
    begins = None
    for stop in sorted({earlier.n_bytes, n_bytes}) if earlier and earlier.n_bytes <= n_bytes else [n_bytes]:
        while chunk := file.read(min(_CHUNK, stop - done)):
            digest.update(chunk)
            done += len(chunk)
        if earlier and stop == earlier.n_bytes:
            begins = digest.hexdigest()
    return Entry(kind, name, done, digest.hexdigest()), earlier is None or begins == earlier.sha256


def put(there: Any, path: str, file: IO[bytes], entry: Entry) -> None:
    """Copy the first bytes of a file, read them back, and put them in their place at once."""
    part = f"{path}.part"
    there.makedirs(path.rpartition("/")[0], exist_ok=True)
    file.seek(0)
    try:
        with there.open(part, "wb") as copy:
            first_bytes(file, entry.n_bytes, copy)
            copy.flush()
            _to_disk(copy)
        with there.open(part, "rb") as copy:
            digest = hashlib.file_digest(copy, "sha256").hexdigest()
        if digest != entry.sha256:
            raise WarehouseError(
                f"{entry.name} was changed while it was copied, or its copy can't be read back. Run the backup again."
            )
        there.mv(part, path)
    finally:
        if there.exists(part):
            there.rm_file(part)


def first_bytes(file: IO[bytes], n_bytes: int, to: IO[bytes] | None = None) -> str:
    """SHA-256 of so many bytes of a file from where it stands, fewer where it ends; they are written to ``to`` meanwhile."""
    digest = hashlib.sha256()
    while n_bytes and (chunk := file.read(min(_CHUNK, n_bytes))):
        digest.update(chunk)
        n_bytes -= len(chunk)
        if to is not None:
            to.write(chunk)
    return digest.hexdigest()


def _whole_lines(file: IO[bytes]) -> int:
    """Bytes up to the end of the last line that is whole."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _CHUNK)
        file.seek(start)
        if (found := file.read(end - start).rfind(b"\n")) >= 0:
            return start + found + 1
        end = start
    return 0


def _to_disk(copy: Any) -> None:
    try:
        os.fsync(copy.fileno())
    except (AttributeError, io.UnsupportedOperation):  # it is elsewhere, and safe when it is closed
        return
