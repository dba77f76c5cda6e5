"""What a backup holds: each file with its size and SHA-256, in backup.json, which is written last.

    landing/NAME                landing files under their own names, so that `rolescope load DIR/landing` reads them, too
    snapshot/SHA256/NAME        the published snapshot
    own/SHA256/NAME             what the user keeps beside the warehouse: lists, labels, claims, a model

(Of the SHA-256 the first sixteen digits.) A landing file only ever grows, so that its first bytes stay what they were.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from warehouse import CODE_VERSION, WarehouseError
from warehouse.remote import in_words

NAME = "backup.json"
KINDS = ("landing", "snapshot", "own")
_GENERATOR = "rolescope backup"


@dataclass(frozen=True)
class Entry:
    """A file of a backup."""

    kind: str
    """One of KINDS."""
    name: str
    """Of a landing file or snapshot its file name; of an own file its path from the folder of the warehouse."""
    n_bytes: int
    sha256: str
    """Of its first ``n_bytes``."""

    @property
    def place(self) -> str:
        """Where it lies in the backup."""
        return f"landing/{self.name}" if self.kind == "landing" else f"{self.kind}/{self.sha256[:16]}/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """The content of a backup."""

    warehouse: str
    """Name of the file that was backed up, without its suffix."""
    made_at: str
    """UTC."""
    code_version: str
    files: list[Entry]


def new_manifest(warehouse: str, files: list[Entry]) -> Manifest:
    """The manifest of a backup that is made now."""
    return Manifest(warehouse, datetime.now(UTC).isoformat(timespec="seconds"), CODE_VERSION, files)


def read_manifest(there: Any, base: str, url: str) -> Manifest | None:
    """The manifest of the backup in a place; None: there is none. Raises WarehouseError where it can't be read, or names a
    file that no backup would."""
    try:
        if not there.exists(f"{base}/{NAME}"):
            return None
        found = json.loads(there.cat_file(f"{base}/{NAME}"))
        if found.pop("generator") != _GENERATOR:
            raise ValueError("it is of another program")
        found["files"] = [_entry(**file) for file in found["files"]]
        return Manifest(**found)
    except Exception as error:  # whatever a file system of somebody else raises
        raise WarehouseError(
            f"{url}/{NAME} is no description of a backup that can be read ({in_words(error)}). Use another backup."
        ) from error


def write_manifest(there: Any, base: str, manifest: Manifest) -> None:
    """Replace the manifest of a place, at once."""
    written = json.dumps({"generator": _GENERATOR, **asdict(manifest)}, indent=1, ensure_ascii=False)
    there.pipe_file(f"{base}/{NAME}.part", written.encode())
    there.mv(f"{base}/{NAME}.part", f"{base}/{NAME}")


def _entry(kind: str, name: str, n_bytes: int, sha256: str) -> Entry:
    """An entry as it was read. Raises ValueError where it would lie elsewhere than in a backup."""
    path = PurePosixPath(name)
    is_path = str(path) == name and not path.is_absolute() and ".." not in path.parts and "\\" not in name
    if kind not in KINDS or not is_path or (kind != "own" and len(path.parts) != 1):
        raise ValueError(f"{kind} {name!r} is not the name of a file of a backup")
    if not isinstance(n_bytes, int) or len(sha256) != 64:
        raise ValueError(f"size or checksum of {name!r}")
    return Entry(kind, name, n_bytes, sha256)
