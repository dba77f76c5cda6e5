"""Dates as people's files write them."""

import re
from datetime import UTC, datetime

_EARLIEST = 2000  # year: before that there were no such ads, so it is a default value or a slip
_LATEST = 2100
_FORMS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d")


def read_time(value: str | None) -> datetime | None:
    """UTC time of a date or time: ISO 8601, seconds or milliseconds since 1970, "3 Oct 2026", "October 3, 2026",
    "03.10.2026", "2026/10/03", or slashes where only one order is possible. None where it is none of these or not of
    this century: "10/03/2026" may be March or October."""
    if not value:
        return None
    written = " ".join(value.replace(",", " ").split())
    when = _iso(written) or _epoch(written) or _slashes(written)
    for form in _FORMS:
        when = when or _strptime(written, form)
    if when is None:
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when if _EARLIEST <= when.year < _LATEST else None


def _iso(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written.removesuffix(" UTC"))
    except ValueError:
        return None


def _epoch(written: str) -> datetime | None:
    if not re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", written):
        return None
    seconds = float(written)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def _slashes(written: str) -> datetime | None:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", written)
    if not found:
        return None
    first, second, year = map(int, found.groups())
    if first > 12 >= second:
        first, second = second, first
    elif not (second > 12 >= first or first == second):
        return None
    return _strptime(f"{first}/{second}/{year}", "%m/%d/%Y")


def _strptime(written: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(written, form)
    except ValueError:
        return None
