"""Claims as rows of a CSV file: those that ship, and the user's own beside the warehouse."""

import csv
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from warehouse import WarehouseError
from warehouse.growing_csv import append_row

OWN_FILE = "claims.csv"
STATUSES = ("testable", "proxy", "months", "never")


class Claim(NamedTuple):
    """A claim and its test; the fields are the columns of the table ``claim``, where None is NULL."""

    claim_id: str
    essay: str
    topic: str
    claim: str
    question: str | None
    status: str
    test: str | None
    reading: str | None


def shipped_claims() -> list[Claim]:
    """The claims of the three essays."""
    return _claims(files("warehouse").joinpath("claims", "claims.csv").read_text(encoding="utf-8"), "claims.csv")


def own_claims(db: Path) -> list[Claim]:
    """The user's claims, from claims.csv beside the warehouse; empty where there is no such file. Raises WarehouseError where
    it is no table of claims."""
    path = db.parent / OWN_FILE
    try:
        own = [claim._replace(essay="own") for claim in _claims(path.read_text(encoding="utf-8-sig"), str(path))]
    except FileNotFoundError:
        return []
    except (UnicodeDecodeError, csv.Error) as error:
        raise WarehouseError(f"{path} is no CSV file: {error}. Mend it, or move it away.") from error
    taken = {claim.claim_id for claim in shipped_claims()} & {claim.claim_id for claim in own}
    if taken:
        raise WarehouseError(
            f"{path}: {', '.join(sorted(taken))} is the id of a claim that ships. Give yours another one."
        )
    return own


def new_claim(own: list[Claim], test: str, words: str) -> Claim:
    """A claim of the user's with the next free id; one that has the same test keeps the id that it has."""
    taken = {claim.test: claim.claim_id for claim in own}
    numbers = [int(claim.claim_id[3:]) for claim in own if claim.claim_id.removeprefix("own").isdecimal()]
    claim_id = taken.get(test) or f"own{max(numbers, default=0) + 1}"
    return Claim(claim_id, "own", "own", words or test, None, "testable", test, None)


def keep(db: Path, claim: Claim) -> Path:
    """Add a claim to the user's own; the file. Raises OSError."""
    path = db.parent / OWN_FILE
    append_row(path, Claim._fields, {name: value or "" for name, value in claim._asdict().items()})
    return path


def _claims(text: str, name: str) -> list[Claim]:
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    missing = {*Claim._fields} - {*(rows.fieldnames or ())}
    if missing:
        raise WarehouseError(
            f"{name} is no table of claims: it lacks the columns {', '.join(sorted(missing))}. Add them, or move it away."
        )
    found: dict[str, Claim] = {}
    for row in rows:
        line = f"{name}, line {rows.line_num}"
        cells = {field: (row[field] or "").strip() or None for field in Claim._fields}
        claim = Claim(**{**cells, "topic": cells["topic"] or "own"})  # type: ignore[arg-type]
        if not claim.claim_id or not claim.claim or claim.claim_id in found:
            raise WarehouseError(f"{line}: a claim needs words and an id of its own. Mend it.")
        if claim.status not in STATUSES or (claim.test is None) != (claim.status in ("months", "never")):
            raise WarehouseError(
                f"{line}: status is one of {', '.join(STATUSES)}, the first two of them with a test. Mend it."
            )
        found[claim.claim_id] = claim
    return list(found.values())
