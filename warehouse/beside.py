"""Names of unfinished work: it lies beside what it will be, under a name that ends in the number of its process."""

import os
import shutil
from pathlib import Path


def unfinished(path: Path) -> Path:
    """Where this process makes what will be at ``path``, out of the way of every other process."""
    return path.with_name(f".{path.name}.building-{os.getpid()}")


def leftovers(path: Path) -> list[Path]:
    """What processes that were killed left of what was to be at ``path``."""
    found = path.parent.glob(f".{path.name}.building-*")
    return sorted(left for left in found if not is_running(left.name.rpartition("-")[2]))


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_running(pid: str) -> bool:
    """Whether a process of that number runs on this machine; True for what is no number."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OverflowError, PermissionError):  # the last one is another user's
        return True
    return True
