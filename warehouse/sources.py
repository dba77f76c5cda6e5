"""What is known of every source of postings: sources.csv, which the crawl, the warehouse and the pages read alike."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Source:
    """A platform or feed: one row of sources.csv."""

    source: str
    """Key: the spider's name."""
    name: str
    """As people write it."""
    kind: Literal["board", "feed", "file"]
    """board: a platform of employers' boards; feed: one list of many employers' ads; file: imported."""
    status: Literal["crawled", "refused", "import"]
    """crawled; refused: its terms forbid it, so no code for it exists; import: from files."""
    listing: Literal["complete", "window", "events"]
    """complete: a fetch lists every open posting; window: only recent ones; events: what changed since the last one."""
    delay_seconds: float
    """Fewest seconds between two requests to one host."""
    shared_host: str
    """Domain whose subdomains are one host to the pace, since one operator serves them all; "": none."""
    board_pattern: str
    """Regular expression of a whole board name, upper and lower case alike; "": a name without a slash."""
    board_form: str
    """What to write as a board's name; "": the last part of the board's address."""
    key: str
    """Environment variables with the user's own key, separated by spaces; "": none is needed."""
    homepage: str
    """Whose it is; "": nobody's."""
    description_encoding: str
    """How the source encodes an ad's text."""
    full_text: bool
    """Whether it gives whole ads; snippets are kept out of the statistics."""
    attribution: str
    """Who is to be named beside its postings; "": nobody."""
    attribution_url: str
    """Where the name must link to, without nofollow; "": nowhere."""
    training_allowed: bool | None
    """False where the source forbids training models on its ads, True where it allows it; None: it does not say."""
    terms: str
    """What its terms and robots.txt say."""
    checked: str
    """When its spider was last checked, and against what; "": not yet."""


@cache
def sources() -> dict[str, Source]:
    """Every known source by its key, in the order of sources.csv."""
    lines = (files("warehouse") / "sources.csv").read_text(encoding="utf-8").splitlines()
    return {row["source"]: Source(**_typed(row)) for row in csv.DictReader(lines)}


def _typed(row: dict[str, str]) -> dict[str, Any]:
    flags: dict[str, bool | None] = {"yes": True, "no": False, "": None}
    return {
        **row,
        "delay_seconds": float(row["delay_seconds"]),
        "full_text": flags[row["full_text"]],
        "training_allowed": flags[row["training_allowed"]],
    }
