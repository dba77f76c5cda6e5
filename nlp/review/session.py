"""A round of reviewing: which ad is on, what each key does to it, and what came of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase
from typing import Final, Literal

from nlp.review.labels_file import ReviewedLabel, append_label, take_back
from nlp.review.queue import ReviewAd
from nlp.roles.labels import NEIGHBOURS, ROLES

ROLE_KEYS: Final = dict(zip("amdfo", ROLES, strict=True))
NEIGHBOUR_KEYS: Final = dict(zip(ascii_lowercase, NEIGHBOURS, strict=False))

Mode = Literal["role", "neighbour", "second", "definitions", "chosen"]
"""What the next key says: a role; the neighbour of an ``other``; a second role; nothing, while the definitions are
shown; whether to go on (``chosen``: after a blind choice, whose ad now shows its label, and after the last ad)."""


class Session:
    """The ads of ``queue`` one after the other, labelled by keys; each label is in the file before the next ad comes on."""

    def __init__(
        self, queue: Sequence[str], read: Callable[[str], ReviewAd], labels: Path, reviewer: str, *, chosen: str = "unsure",
        blind: bool = False, at: datetime | None = None,
    ):  # fmt: skip
        self.n_ads = len(queue)
        self.reviewer = reviewer
        self.blind = blind
        self.mode: Mode = "role"
        self.message = ""
        """What is to be said of the last key; empty: nothing but what was done with the ad before."""
        self.second: str | None = None
        """The second role chosen for the ad that is on."""
        self.done: list[tuple[ReviewAd, ReviewedLabel | None]] = []
        """What was done with the ads so far; None: skipped."""
        self.is_over = not queue
        self._queue, self._read, self._labels, self._at, self._chosen = queue, read, labels, at, chosen
        self._ad = None if self.is_over else read(queue[0])

    @property
    def ad(self) -> ReviewAd:
        """The ad that is on."""
        assert self._ad is not None, "the session is over"
        return self._ad

    @property
    def number(self) -> int:
        """Its place among the ads, from 1."""
        return len(self.done) + (self.mode != "chosen")

    @property
    def is_last(self) -> bool:
        """Whether no other ad follows."""
        return self.number == self.n_ads

    @property
    def label_is_hidden(self) -> bool:
        """Whether the present label must not be shown yet."""
        return self.blind and self.mode != "chosen"

    def press(self, key: str) -> bool:
        """Do what a key says; False where it says nothing here. Raises OSError where a label cannot be written."""
        if key == "q":
            self.is_over = True
            return True
        modes = {
            "role": self._in_role, "neighbour": self._in_neighbour, "second": self._in_second,
            "definitions": self._in_definitions, "chosen": self._in_chosen,
        }  # fmt: skip
        return modes[self.mode](key)

    def _in_role(self, key: str) -> bool:
        if key == "o":
            self.mode, self.message = "neighbour", ""
        elif key in ROLE_KEYS:
            self._store(ROLE_KEYS[key], None, self.second)
        elif key == "y" and self.blind:
            self.message = "The present label is hidden: say what the ad is."
        elif key == "y":
            self._store(self.ad.role, self.ad.adjacent, self.second or self.ad.secondary_role)
        elif key == "2":
            self.mode, self.message = "second", ""
        elif key == "?":
            self.mode = "definitions"
        elif key == "s":
            self.done.append((self.ad, None))
            self._next()
        elif key == "u":
            self._undo()
        else:
            return False
        return True

    def _in_neighbour(self, key: str) -> bool:
        if key not in NEIGHBOUR_KEYS and key not in ("enter", "esc"):
            return False
        self.mode = "role"
        if key != "esc":
            self._store("other", NEIGHBOUR_KEYS.get(key), self.second)
        return True

    def _in_second(self, key: str) -> bool:
        if ROLE_KEYS.get(key, "other") == "other" and key not in ("enter", "esc"):
            return False
        self.mode, self.second = "role", ROLE_KEYS.get(key)
        return True

    def _in_definitions(self, key: str) -> bool:
        if key not in ("?", "enter", "esc"):
            return False
        self.mode = "role"
        return True

    def _in_chosen(self, key: str) -> bool:
        if key == "u":
            self._undo()
        elif key == "enter":
            self._next()
        else:
            return False
        return True

    def _store(self, role: str, adjacent: str | None, second: str | None) -> None:
        if second == role:
            self.message = "That is the second role already: press 2 to choose another, or 2 and Enter for none."
            return
        label = ReviewedLabel(
            content_hash=self.ad.content_hash, role=role, adjacent=adjacent, secondary_role=second, chosen=self._chosen,
            reviewer=self.reviewer, reviewed_at=self._now(),
        )  # fmt: skip
        append_label(self._labels, label)
        stop = self.blind or self.is_last
        self.done.append((self.ad, label))
        if stop:
            self.mode, self.message = "chosen", ""
        else:
            self._next()

    def _next(self) -> None:
        self.mode, self.second, self.message = "role", None, ""
        if len(self.done) == self.n_ads:
            self.is_over = True
        else:
            self._ad = self._read(self._queue[len(self.done)])

    def _undo(self) -> None:
        if not self.done:
            self.message = "There is nothing to undo."
            return
        self._ad, label = self.done.pop()
        if label is not None:
            take_back(self._labels, replace(label, reviewed_at=self._now()))
        self.mode, self.second = "role", None
        self.message = "Taken back." if label else "Back to the ad that was skipped."

    def _now(self) -> datetime:
        return self._at or datetime.now(UTC)
