"""Which months can be compared: those that boards were collected through, and the boards that have ads in all of them."""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from dashboard.states import MIN_ADS

MIN_PARTS = 3
"""Fewest parts of time that a trend is made of: through two points goes a line whatever happened."""
EVERY = {"week": "W-SUN", "month": "M", "quarter": "Q"}
"""The parts of time, as DuckDB's date_trunc calls them, and as pandas does."""
PER_YEAR = {"week": 365.25 / 7, "month": 12.0, "quarter": 4.0}
MUCH = 0.5
"""Share of the ads that a fixed set should hold."""
_MOST_PARTS = 120  # that are looked at
_SHIFT = 0.1  # share of the ads that boards bring or take away when the set of boards is said to have changed
_MOST_EVENTS = 8


class Period(NamedTuple):
    """A period and its fixed set: the boards with ads in every part of it."""

    first: date
    """First day of the first part."""
    last: date
    """First day of the last part."""
    n_parts: int
    n_boards: int
    n_postings: int
    """Of those boards."""
    n_all: int
    """Of all boards."""


def calendar(boards: pd.DataFrame, every: str) -> list[date]:
    """First days of all parts from the first that has postings to the last, the newest 120 of them.

    ``boards``: rows of the macro board_by_part."""
    if boards.empty:
        return []
    days = pd.period_range(boards["part"].min(), boards["part"].max(), freq=EVERY[every]).start_time
    return [day.date() for day in days[-_MOST_PARTS:]]


def period(boards: pd.DataFrame, parts: list[date], first: date, last: date) -> Period:
    """The fixed set from ``first`` to ``last``, which are of ``parts``."""
    postings, whole = _matrix(boards, parts)
    return _period(postings, whole, parts, parts.index(first), parts.index(last))


def longest(boards: pd.DataFrame, parts: list[date]) -> Period | None:
    """The longest period whose fixed set has enough postings in every part, the newest of several; None: there is none.

    Those come first whose fixed set holds half of all postings of the period."""
    postings, whole = _matrix(boards, parts)
    in_a_row = np.zeros_like(postings)  # whole parts up to this one
    for i in range(len(parts)):
        in_a_row[:, i] = whole[:, i] * (1 + (in_a_row[:, i - 1] if i else 0))
    fallback = None
    for n_parts in range(int(in_a_row.max(initial=0)), MIN_PARTS - 1, -1):
        for start in range(len(parts) - n_parts, -1, -1):
            fixed = np.flatnonzero(in_a_row[:, start + n_parts - 1] >= n_parts)
            if not len(fixed) or postings[fixed, start : start + n_parts].sum(axis=0).min() < MIN_ADS:
                continue
            found = _period(postings, whole, parts, start, start + n_parts - 1)
            if found.n_postings >= MUCH * found.n_all:
                return found
            fallback = fallback or found
    return fallback


def _period(postings: np.ndarray, whole: np.ndarray, parts: list[date], start: int, end: int) -> Period:
    window = slice(start, end + 1)
    fixed = whole[:, window].all(axis=1)
    n_fixed, n_all = int(postings[fixed, window].sum()), int(postings[:, window].sum())
    return Period(parts[start], parts[end], end - start + 1, int(fixed.sum()), n_fixed, n_all)


def _matrix(boards: pd.DataFrame, parts: list[date]) -> tuple[np.ndarray, np.ndarray]:
    """Boards × parts: the postings, and whether there are any and the board was collected through the part."""
    days = pd.to_datetime(pd.Series(parts, dtype=object))
    at = pd.Series(range(len(parts)), index=days).reindex(pd.to_datetime(boards["part"])).to_numpy()
    known = ~np.isnan(at)
    row = boards.groupby(["source", "board"], sort=False).ngroup().to_numpy()
    shape = int(row.max(initial=-1)) + 1, len(parts)
    postings, whole = np.zeros(shape, np.int64), np.zeros(shape, bool)
    cell = row[known], at[known].astype(np.intp)
    postings[cell], whole[cell] = boards["n_postings"][known], boards["is_whole"][known]
    return postings, whole


def board_events(boards: pd.DataFrame, parts: list[date]) -> pd.DataFrame:
    """When the boards that have postings changed much: part, words, n_joined, share_joined, n_left, share_left.

    A board joins in its first part that has postings, and is gone in the part after its last. Much: they have a tenth of the
    postings of that part, or of the part before. The eight greatest changes, in the order of time."""
    postings, _ = _matrix(boards, parts)
    there = postings > 0
    seen = np.maximum.accumulate(there, axis=1)
    to_come = np.maximum.accumulate(there[:, ::-1], axis=1)[:, ::-1]
    size = np.maximum(postings.sum(axis=0), 1)
    rows = []
    for i in range(1, len(parts)):
        joined, left = seen[:, i] & ~seen[:, i - 1], to_come[:, i - 1] & ~to_come[:, i]
        share_joined, share_left = postings[joined, i].sum() / size[i], postings[left, i - 1].sum() / size[i - 1]
        if max(share_joined, share_left) >= _SHIFT:
            changes = [("+", joined.sum(), share_joined), ("−", left.sum(), share_left)]
            words = [f"{sign}{n:,} board{'' if n == 1 else 's'} ({share:.0%})" for sign, n, share in changes if n]
            rows.append((parts[i], ", ".join(words), joined.sum(), share_joined, left.sum(), share_left))
    names = ["part", "words", "n_joined", "share_joined", "n_left", "share_left"]
    events = pd.DataFrame(rows, columns=names)
    most = events[["share_joined", "share_left"]].max(axis=1).sort_values(ascending=False).index[:_MOST_EVENTS]
    return events.loc[sorted(most)].reset_index(drop=True)


def ready_on(read_from: date, every: str) -> date:
    """The day on which a board that is read from that day on has enough whole parts, if it is read until then."""
    first: pd.Period = pd.Period(read_from, EVERY[every])
    if (pd.Timestamp(read_from) - first.start_time).days >= 31:  # collected from too late on in the quarter
        first += 1
    day: date = (first + MIN_PARTS).start_time.date()
    return day


def in_words(day: date, every: str) -> str:
    """A part by its first day: "Mar 2026", "Q1 2026", "week of 2 Mar 2026"."""
    if every == "quarter":
        return f"Q{(day.month + 2) // 3} {day.year}"
    return f"{day:%b %Y}" if every == "month" else f"week of {day.day} {day:%b %Y}"
