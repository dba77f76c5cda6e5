"""Backups of a warehouse, in any place that fsspec knows: what can't be made again, with checksums, read back after copying."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout
from fsspec.implementations.local import LocalFileSystem

from warehouse import WarehouseError, snapshot_path
from warehouse.backup_files import put, summed
from warehouse.backup_manifest import KINDS, NAME, Entry, Manifest, new_manifest, read_manifest, write_manifest
from warehouse.damage import damage
from warehouse.landing import landing_files, size_of
from warehouse.progress import Progress
from warehouse.remote import in_words, place
from warehouse.store import landing_folder

OWN = (
    "boards.csv", "retired.csv", "skills.csv", "rejected_skills.csv", "labels.csv", "claims.csv", "exchange_rates.csv", "model",
)  # fmt: skip
"""What users keep beside a warehouse, and what a program keeps there for them: files, and a folder."""


class BackupCounts(NamedTuple):
    """What a backup did."""

    n_files: int
    n_bytes: int
    """Of all files that the backup holds."""
    n_copied: int
    """Files that were copied; the others were there."""
    kept: list[str]
    """Landing files that the backup holds as they were, since here they are gone, shorter or other than they were."""


class _Source(NamedTuple):
    kind: str
    name: str
    path: Path


def backup(db: Path, url: str, progress: Progress | None = None) -> BackupCounts:
    """Bring the backup at ``url`` up to date with ``db``; what is there with the same checksum is not copied again.

    It may be run while a crawl writes: of a landing file it takes the whole lines that are there. No landing file that the
    backup holds is replaced by less. Raises WarehouseError where there is nothing to back up, the published file is damaged,
    or the place holds something else or can't be written; the earlier backup is then as it was.
    """
    sources = _sources(db)
    if not sources:
        raise WarehouseError(
            f"{db}: there is nothing to back up. Make a warehouse with `rolescope up` or `rolescope crawl`."
        )
    if (published := snapshot_path(db)) and (words := damage(published)):
        raise WarehouseError(
            f"{published} is damaged ({words}). Nothing was copied: run `rolescope mend --db {db}` first."
        )
    there, base = place(url)
    try:
        there.makedirs(base, exist_ok=True)
        with _one_at_a_time(there, base, url):
            old = read_manifest(there, base, url)
            _refuse_other(there, base, url, db, old)
            return _bring_up_to_date(there, base, db, sources, old, progress or (lambda *_: None))
    except WarehouseError:
        raise
    except Exception as error:  # whatever a file system of somebody else raises
        raise WarehouseError(
            f"{url} can't be written ({in_words(error)}). An earlier backup there is as it was: mend the cause and run it again."
        ) from error


def _bring_up_to_date(
    there: Any, base: str, db: Path, sources: list[_Source], old: Manifest | None, progress: Progress
) -> BackupCounts:
    held = {(entry.kind, entry.name): entry for entry in (old.files if old else [])}
    total, done = sum(source.path.stat().st_size for source in sources), 0
    entries: dict[tuple[str, str], Entry] = {}
    kept, n_copied = [], 0
    for source in sources:
        with source.path.open("rb") as file:
            earlier = held.get((source.kind, source.name)) if source.kind == "landing" else None
            entry, goes_on = summed(source.kind, source.name, file, earlier)
            if earlier and not goes_on:
                entry = earlier
                kept.append(entry.name)
            elif entry.n_bytes and not _is_there(there, f"{base}/{entry.place}", entry, held):
                put(there, f"{base}/{entry.place}", file, entry)
                n_copied += 1
        if entry.n_bytes or source.kind == "own":
            entries[entry.kind, entry.name] = entry
        done += source.path.stat().st_size
        progress("backing up bytes", done, total)
    for key, entry in held.items():
        if entry.kind == "landing" and key not in entries and not _is_packed_now(entry, db):
            entries[key] = entry
            kept.append(entry.name)
    manifest = new_manifest(db.stem, list(entries.values()))
    write_manifest(there, base, manifest)
    _prune(there, base, held, manifest)
    return BackupCounts(len(entries), sum(entry.n_bytes for entry in entries.values()), n_copied, kept)


def _sources(db: Path) -> list[_Source]:
    """What is to be backed up. The snapshot comes first: landing files then hold at least what was loaded into it."""
    published, folder = snapshot_path(db), db.parent
    found = [_Source("snapshot", published.name, published)] if published else []
    for name in OWN:
        paths = sorted((folder / name).rglob("*")) if (folder / name).is_dir() else [folder / name]
        found += [_Source("own", path.relative_to(folder).as_posix(), path) for path in paths if path.is_file()]
    landed = [_Source("landing", path.name, path) for path in landing_files(landing_folder(db))]
    return [*found, *landed] if published or landed else []


def _is_there(there: Any, path: str, entry: Entry, held: dict[tuple[str, str], Entry]) -> bool:
    """Whether the backup's description names the same content under this name, and a file of its size is there."""
    return held.get((entry.kind, entry.name)) == entry and there.exists(path) and there.size(path) >= entry.n_bytes


def _is_packed_now(entry: Entry, db: Path) -> bool:
    """Whether a landing file was gzipped since, and nothing of it is lacking."""
    packed = landing_folder(db) / f"{entry.name}.gz"
    return packed.exists() and size_of(packed) >= entry.n_bytes


def _refuse_other(there: Any, base: str, url: str, db: Path, old: Manifest | None) -> None:
    """Raise WarehouseError where the place holds the backup of another warehouse, or anything else."""
    if old is not None and old.warehouse != db.stem:
        raise WarehouseError(
            f"{url} holds a backup of {old.warehouse}, not of {db.stem}. Name another place with --to."
        )
    names = {entry["name"].rpartition("/")[2] for entry in there.ls(base, detail=True)}
    if old is None and (foreign := sorted(names - {*KINDS, f"{NAME}.part", _LOCK})):
        raise WarehouseError(f"{url} holds other files ({', '.join(foreign[:3])}). Name an empty folder with --to.")


_LOCK = ".lock"


@contextmanager
def _one_at_a_time(there: Any, base: str, url: str) -> Iterator[None]:
    """One backup into a folder at a time; elsewhere nothing can be locked."""
    if not isinstance(there, LocalFileSystem):
        yield
        return
    try:
        with FileLock(Path(base) / _LOCK, timeout=0.2):
            yield
    except Timeout as error:
        raise WarehouseError(f"another backup to {url} is going on. Wait until it is done.") from error


def _prune(there: Any, base: str, held: dict[tuple[str, str], Entry], manifest: Manifest) -> None:
    """Remove what the backup held and its new description does not name, and what killed backups left."""
    places = {entry.place for entry in manifest.files}
    for entry in held.values():
        if entry.kind == "landing" and entry.place not in places and there.exists(f"{base}/{entry.place}"):
            there.rm_file(f"{base}/{entry.place}")
    for kind in ("snapshot", "own"):
        wanted = {place_.split("/")[1] for place_ in places if place_.startswith(f"{kind}/")}
        if there.exists(f"{base}/{kind}"):
            for folder in there.ls(f"{base}/{kind}", detail=False):
                if folder.rstrip("/").rpartition("/")[2] not in wanted:
                    there.rm(folder, recursive=True)
