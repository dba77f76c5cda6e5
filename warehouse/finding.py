"""What the doctor finds, and how it names files."""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_NAMED = 3  # files that one finding names


class Finding(NamedTuple):
    """Something that is wrong."""

    what: str
    why: str
    """Why it matters."""
    remedy: str
    """What mends it, in most cases a command."""


def names(paths: list[Path]) -> str:
    """The first of the paths, and how many more there are."""
    shown = ", ".join(map(str, paths[:_NAMED]))
    return f"{shown} and {len(paths) - _NAMED:,} more" if paths[_NAMED:] else shown


def quoted(paths: Iterable[Path]) -> str:
    """Paths as a shell takes them."""
    return " ".join(shlex.quote(str(path)) for path in paths)
