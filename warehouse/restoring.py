"""A warehouse out of its backup: every checksum is verified before anything is put in place."""

import hashlib
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from warehouse import WarehouseError
from warehouse.backup_files import first_bytes
from warehouse.backup_manifest import NAME, Entry, Manifest, read_manifest
from warehouse.beside import leftovers, remove, unfinished
from warehouse.progress import Progress
from warehouse.remote import in_words, place
from warehouse.store import landing_folder, one_writer, point_to


def restore(url: str, db: Path, progress: Progress | None = None) -> Manifest:
    """Make ``db``, which must not be there, out of the backup at ``url``; what came back.

    Everything is copied beside its place first and moved there when all of it is whole. Files that are in place already with
    the same content stay, so that a restoration that was killed can be run again. Raises WarehouseError where ``db`` or a
    file with other content is there, a file of the backup is damaged or gone, or there is no backup.
    """
    db = db.parent.resolve() / db.name
    there, base, manifest = _opened(url)
    if db.exists() or db.is_symlink():
        raise WarehouseError(
            f"{db} is there already, and was left as it is. Move it away, with its landing files and snapshots, or name another "
            "file with --db; landing files alone come from a backup by `rolescope load BACKUP/landing`."
        )
    work = unfinished(db.with_name("restored"))
    places = {entry: _target(entry, manifest, db) for entry in manifest.files}
    db.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(db):
        for left in leftovers(db.with_name("restored")):
            remove(left)
        for entry, target in places.items():
            if target.exists() and not _same(entry, target):
                raise WarehouseError(
                    f"{target} is there already, with other content than {url} has. Move it away, or name another file with --db."
                )
        try:
            arriving = {entry: work / str(number) for number, entry in enumerate(places)}
            _read_all(there, base, url, arriving, progress or (lambda *_: None))
            for entry, target in places.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                if entry.kind == "snapshot":
                    arriving[entry].chmod(0o444)
                arriving[entry].replace(target)
            for entry, target in places.items():
                if entry.kind == "snapshot":
                    point_to(db, target)
        finally:
            remove(work)
    return manifest


def verify(url: str, progress: Progress | None = None) -> Manifest:
    """What the backup at ``url`` holds, after reading all of it. Raises WarehouseError where a file is damaged or gone."""
    there, base, manifest = _opened(url)
    _read_all(there, base, url, dict.fromkeys(manifest.files), progress or (lambda *_: None))
    return manifest


def _opened(url: str) -> tuple[Any, str, Manifest]:
    there, base = place(url)
    if (manifest := read_manifest(there, base, url)) is None:
        raise WarehouseError(
            f"{url} holds no backup: there is no {NAME}. Name the folder that `rolescope backup --to` made."
        )
    return there, base, manifest


def _read_all(there: Any, base: str, url: str, arriving: Mapping[Entry, Path | None], progress: Progress) -> None:
    """Read every file, and write it where it is to arrive, if anywhere. Raises WarehouseError naming those that are not what
    they were."""
    total, done, damaged = sum(entry.n_bytes for entry in arriving), 0, []
    for entry, to in arriving.items():
        try:
            if not _copied(there, f"{base}/{entry.place}", entry, to):
                damaged.append(entry.place)
        except FileNotFoundError:
            damaged.append(f"{entry.place} (gone)")
        except Exception as error:  # whatever a file system of somebody else raises
            raise WarehouseError(
                f"{entry.place} of {url} can't be copied ({in_words(error)}). Nothing was put in place: mend the cause and run it again."
            ) from error
        done += entry.n_bytes
        progress("verifying bytes", done, total)
    if damaged:
        shown = ", ".join(damaged[:3]) + (f" and {len(damaged) - 3:,} more" if damaged[3:] else "")
        raise WarehouseError(
            f"{url} is damaged: {shown}. Nothing was put in place. Use another backup, or back up again where the warehouse still is; "
            f"landing files that are whole come from it by `rolescope load {url.rstrip('/')}/landing`."
        )


def _copied(there: Any, path: str, entry: Entry, to: Path | None) -> bool:
    """Whether a file of a backup is what it was; it is written to ``to`` meanwhile (None: nowhere)."""
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
    with there.open(path, "rb") as file, to.open("wb") if to is not None else nullcontext() as copy:
        return first_bytes(file, entry.n_bytes, copy) == entry.sha256


def _target(entry: Entry, manifest: Manifest, db: Path) -> Path:
    """Where a file of a backup belongs; a warehouse may come back under another name."""
    if entry.kind == "landing":
        return landing_folder(db) / entry.name
    if entry.kind == "snapshot":
        name = (
            entry.name.removeprefix(f"{manifest.warehouse}-")
            if entry.name.startswith(f"{manifest.warehouse}-")
            else f"{entry.sha256[:16]}.duckdb"
        )
        return db.parent / "snapshots" / f"{db.stem}-{name}"
    return db.parent / entry.name


def _same(entry: Entry, target: Path) -> bool:
    if not target.is_file() or target.stat().st_size != entry.n_bytes:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256
