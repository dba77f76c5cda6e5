"""Single keys from a terminal."""

import os
import select
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_NAMES: Final = {
    b"\r": "enter", b"\n": "enter", b" ": "page down", b"\x1b": "esc", b"\x1b[A": "up", b"\x1bOA": "up", b"\x1b[B": "down",
    b"\x1bOB": "down", b"\x1b[5~": "page up", b"\x1b[6~": "page down",
}  # fmt: skip


@contextmanager
def keys() -> Iterator[Callable[[float], str | None]]:
    """A function that waits at most so many seconds for a key: its character in lower case, or "enter", "esc", "up",
    "down", "page up", "page down" (the space bar too); "" for any other key, None: none was pressed.

    Keys are not echoed; Ctrl-C raises KeyboardInterrupt. A terminal that is gone says "q". The terminal is as before when
    the block ends, and what was typed and not read is forgotten.
    """
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    single = termios.tcgetattr(terminal)
    single[3] &= ~(termios.ICANON | termios.ECHO)
    single[6][termios.VMIN], single[6][termios.VTIME] = 1, 0
    # no Ctrl-Z: it would leave the shell with this terminal
    single[6][termios.VSUSP] = bytes([os.fpathconf(terminal, "PC_VDISABLE")])
    termios.tcsetattr(terminal, termios.TCSAFLUSH, single)

    def waits(seconds: float) -> bool:
        return bool(select.select([terminal], [], [], seconds)[0])

    def read(seconds: float) -> str | None:
        if not waits(seconds):
            return None
        pressed = os.read(terminal, 1)
        if not pressed:
            return "q"
        if pressed == b"\x1b":  # a key of its own, or the first byte of an arrow's three
            while waits(0.05) and len(pressed) < 8:
                pressed += os.read(terminal, 1)
                if len(pressed) > 2 and pressed[-1:] in b"ABCDFHPQRS~":
                    break
        return _NAMES.get(
            pressed, pressed.decode("ascii", "ignore").lower() if pressed.isalnum() or pressed == b"?" else ""
        )

    try:
        yield read
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
