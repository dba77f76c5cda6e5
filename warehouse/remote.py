"""Landing files elsewhere: copied to and from any place that fsspec knows (a folder, s3://…, gs://…)."""

from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from warehouse import WarehouseError
from warehouse.landing import landing_files, refuse_mixture

_CHUNK = 1 << 20


def upload(folder: Path, url: str) -> int:
    """How many landing files of ``folder`` were copied to ``url``: those that are not there, or only in part.

    Raises WarehouseError where the place cannot be reached."""
    there, base = place(url)
    try:
        there.makedirs(base, exist_ok=True)
        sizes = _sizes(there, base)
        copied = 0
        for path in landing_files(folder):
            if _other_form(path.name) not in sizes and sizes.get(path.name, -1) < path.stat().st_size:
                there.put_file(str(path), f"{base}/{path.name}")
                copied += 1
        return copied
    except Exception as error:  # whatever a file system of somebody else raises
        raise WarehouseError(
            f"{url} cannot be written ({in_words(error)}). The landing files are safe in {folder}; mend the cause and copy "
            "them with the next crawl."
        ) from error


def download(url: str, folder: Path, sample: bool | None = None) -> int:
    """How many landing files of ``url`` (a folder, or one file) were copied into ``folder``: those that are not there,
    or only in part.

    ``sample`` says whether they must be sample data or real data; None: they may be either. Raises WarehouseError where
    the place cannot be read, holds no landing file, data of the other kind, or another file under a name that is taken.
    """
    there, base = place(url)
    try:
        sizes = {Path(base).name: there.size(base)} if there.isfile(base) else _sizes(there, base)
        base = base.rpartition("/")[0] if there.isfile(base) else base
        if not sizes:
            raise WarehouseError(f"{url} holds no landing file (*.jsonl, *.jsonl.gz).")
        folder.mkdir(parents=True, exist_ok=True)
        copied = 0
        for name, size in sorted(sizes.items()):
            local = folder / name
            if (folder / _other_form(name)).exists():  # gzipped here or there since: the same file
                continue
            if (local.stat().st_size if local.exists() else -1) >= size:
                continue
            arriving = folder / f".part.{name}"
            there.get_file(f"{base}/{name}", str(arriving))
            if local.exists() and not _begins_with(arriving, local):
                arriving.unlink()
                raise WarehouseError(f"{url}: {name} is not the file that {folder} has under that name: rename one.")
            try:
                if sample is not None:
                    refuse_mixture(arriving, sample, f"{url}: {name}", ". Name another file with --db.")
                arriving.replace(local)
            finally:
                arriving.unlink(missing_ok=True)
            copied += 1
        return copied
    except WarehouseError:
        raise
    except Exception as error:  # whatever a file system of somebody else raises
        raise WarehouseError(f"{url} cannot be read ({in_words(error)}). Mend the cause and run it again.") from error


def place(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Raises WarehouseError where there is none for it."""
    try:
        there, base = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise WarehouseError(
            f"{url} cannot be used ({error}). A folder can, and s3:// (`pip install s3fs`), gs:// (`pip install gcsfs`), "
            "https:// and whatever else fsspec knows."
        ) from error
    return there, base.rstrip("/")


def _sizes(there: Any, base: str) -> dict[str, int]:
    """The landing files of a place, with their sizes in bytes."""
    if not there.exists(base):
        return {}
    entries = {entry["name"].rpartition("/")[2]: entry for entry in there.ls(base, detail=True)}
    return {name: int(entry["size"]) for name, entry in entries.items() if name.endswith((".jsonl", ".jsonl.gz"))}


def _other_form(name: str) -> str:
    """The name of the same landing file gzipped, or unpacked."""
    return name.removesuffix(".gz") if name.endswith(".gz") else f"{name}.gz"


def _begins_with(longer: Path, shorter: Path) -> bool:
    """Whether one file begins with the whole of the other."""
    with longer.open("rb") as one, shorter.open("rb") as other:
        while chunk := other.read(_CHUNK):
            if one.read(len(chunk)) != chunk:
                return False
    return True


def in_words(error: Exception) -> str:
    """What a file system of somebody else says."""
    return f"{type(error).__name__}: {error}".strip(": ")
