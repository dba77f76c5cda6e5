"""Judging proposals one by one: what each key does, and what came of it."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from nlp.discovery.own_rows import OWN_COLUMNS, OWN_FILE, REJECTED_COLUMNS, REJECTED_FILE
from nlp.discovery.proposals import Proposal
from warehouse.growing_csv import append_row
from warehouse.landing import iso

_SIGNS = (("c++", "cpp"), ("#", " sharp "), ("+", " plus "), ("&", " and "))


class Session:
    """Proposals one after the other; what is decided of one is on the disk before the next comes on."""

    def __init__(
        self, proposals: Sequence[Proposal], folder: Path, taken: Collection[str], at: datetime | None = None
    ) -> None:
        """``folder`` holds the user's files; ``taken`` are keys of skills that exist."""
        self.n_accepted = self.n_rejected = self.n_skipped = 0
        self.is_over = not proposals
        self.outcome = ""
        """What was done with the proposal before; empty: there is none."""
        self._proposals, self._folder, self._at, self._taken = proposals, folder, at, set(taken)

    @property
    def n_proposals(self) -> int:
        """How many there are."""
        return len(self._proposals)

    @property
    def number(self) -> int:
        """The place of the one that is on, from 1."""
        return self.n_accepted + self.n_rejected + self.n_skipped + 1

    @property
    def proposal(self) -> Proposal:
        """The one that is on."""
        return self._proposals[self.number - 1]

    def press(self, key: str) -> bool:
        """Do what a key says: a accept, r reject, s skip, q quit; False where it says nothing. Raises OSError where a file
        cannot be written; the proposal is then still on."""
        if self.is_over:
            return False
        if key == "q":
            self.is_over = True
            return True
        name = self.proposal.name
        if key == "a":
            row = own_row(self.proposal, self._taken)
            append_row(self._folder / OWN_FILE, OWN_COLUMNS, row)
            self._taken.add(row["skill"])
            self.n_accepted += 1
            self.outcome = f"{name} is accepted, as {row['skill']} in {row['category']}."
        elif key == "r":
            row = {"name": name, "rejected_at": iso(self._at or datetime.now(UTC))}
            append_row(self._folder / REJECTED_FILE, REJECTED_COLUMNS, row)
            self.n_rejected += 1
            self.outcome = f"{name} is rejected."
        elif key == "s":
            self.n_skipped += 1
            self.outcome = f"{name} is skipped."
        else:
            return False
        self.is_over = self.number > self.n_proposals
        return True


def own_row(proposal: Proposal, taken: Collection[str]) -> dict[str, str]:
    """The row of the user's skills.csv that a proposal makes; its key is none of ``taken``."""
    name = proposal.name.casefold()
    for sign, word in _SIGNS:
        name = name.replace(sign, word)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = key = "-".join(re.findall("[a-z0-9]+", plain)) or "skill"
    number = 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    aliases: dict[str, str] = {}
    for variant in proposal.variants:
        aliases.setdefault(variant.casefold(), variant)
    aliases.pop(proposal.name.casefold(), None)
    return {
        "skill": key,
        "name": proposal.name,
        "category": proposal.category,
        "aliases": "|".join(aliases.values()),
        "ambiguity": proposal.ambiguity,
    }
