"""What a program can do by itself on a bad day: what killed processes left goes, and what can't be read gives way to the
newest snapshot that can. Landing files are not touched: loading and labelling bring back the rest."""

from collections.abc import Iterator
from pathlib import Path

from warehouse import SCHEMA_VERSION, WarehouseError, connect, schema_version
from warehouse.beside import is_running, remove
from warehouse.damage import damage, newest_whole
from warehouse.landing import landing_files
from warehouse.snapshots import snapshot_files
from warehouse.store import check, landing_folder, one_writer, point_to, writer


def killed_work(db: Path) -> list[Path]:
    """What killed processes left in the folder of ``db`` that nothing reads."""
    folder = db.parent.resolve()
    left = [path for path in folder.glob(".*.building-*") if not is_running(path.name.rpartition("-")[2])]
    left += [path for path in folder.glob(".model-*-*") if not is_running(path.name.rpartition("-")[2])]
    if not writer(db):
        building = folder / "snapshots" / f"{db.stem}-building"
        left += [building.with_name(building.name + end) for end in (".duckdb", ".duckdb.wal", ".tmp")]
        left.append(folder / f".{db.name}.link")
    return [path for path in left if path.exists() or path.is_symlink()]


def unreadable(db: Path) -> str | None:
    """Why nothing, or not all, can be read of what is published as ``db``; None: all can, or it was never there, or it is
    another program's file, a folder or of a newer version, which no program mends."""
    if db.is_symlink() and not db.exists():
        return f"{db} points to {db.readlink()}, which is gone"
    if not db.exists():
        return f"{db}: there is no warehouse, though landing files or snapshots of one are" if _is_ours(db) else None
    published = db.resolve()
    if published.is_file() and (words := damage(published)) and (_is_ours(db) or "not a valid DuckDB" not in words):
        return f"{published} is damaged ({words})"
    return None


def _is_ours(db: Path) -> bool:
    """Whether there is anything of a warehouse about ``db``: what is of another program stays untouched."""
    return db.is_symlink() or bool(landing_files(landing_folder(db)) or newest_whole(db))


def mend(db: Path) -> Iterator[str]:
    """Do what is to be done before loading and labelling, and say what was done. What is damaged is kept under another name.
    Raises WarehouseError where another process writes, or neither a snapshot nor a landing file is left to begin with."""
    db = db.parent.resolve() / db.name
    with one_writer(db):
        for left in killed_work(db):
            remove(left)
            yield f"{left}, which a killed process left, was removed."
        if why := unreadable(db):
            yield from _begin_with_what_is_whole(db, why)
        for file in sorted(snapshot_files(db).keys() - {db.resolve()}):
            if damage(file):
                yield _set_aside(file)


def _begin_with_what_is_whole(db: Path, why: str) -> Iterator[str]:
    whole = newest_whole(db)
    if whole is None and not landing_files(landing_folder(db)):
        raise WarehouseError(
            f"{why}, and neither a snapshot that is whole nor a landing file is left. With a backup: `rm {db}`, then "
            f"`rolescope restore BACKUP --db {db}`."
        )
    if db.exists():
        yield _set_aside(db.resolve())
    if whole is not None:
        point_to(db, whole)
        yield f"{why}: went back to {whole.name}."
    else:
        db.unlink(missing_ok=True)
        yield f"{why}: it is made anew from the landing files."


def _set_aside(file: Path) -> str:
    damaged = file.rename(file.with_name(f"{file.name}.damaged"))
    return f"{file} is damaged, and kept as {damaged}: remove it when nothing is missed."


def breaks_rules(db: Path) -> bool:
    """Whether the published rows break a rule, so that only loading all of the landing files again helps."""
    if not db.exists():
        return False
    with connect(db, older=True) as con:
        return schema_version(con, db) == SCHEMA_VERSION and bool(check(con))
