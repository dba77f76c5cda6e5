"""Values of a source's JSON as the types we expect: what is of another type, empty or nonsense is None."""

import html
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, get_args
from urllib.parse import urljoin, urlsplit

from crawler.items import SalaryUnit

_FIRST_YEAR = 1995  # an earlier date is a number of another kind
_UNITS: tuple[SalaryUnit, ...] = get_args(SalaryUnit)
_OTHER_WORDS: dict[str, SalaryUnit] = {
    "ann": "YEAR", "annum": "YEAR", "annual": "YEAR", "annually": "YEAR", "yr": "YEAR", "daily": "DAY", "hr": "HOUR",
}  # fmt: skip


class Pay(NamedTuple):
    """Base pay, under the names of JobPosting; None: not stated."""

    base_salary_min: float | None
    base_salary_max: float | None
    salary_currency: str | None
    salary_unit: SalaryUnit | None


def text(value: Any) -> str | None:
    """A non-empty string, stripped; numbers are written out."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


def mapping(value: Any) -> dict[str, Any]:
    """A dict; {} for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The dicts of a list; a lone dict counts as a list of one."""
    return [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]


def texts(value: Any) -> list[str]:
    """The non-empty strings of a list; a lone string counts as a list of one."""
    return [found for item in (value if isinstance(value, list) else [value]) if (found := text(item))]


def joined(values: Iterable[str | None], separator: str = "; ") -> str | None:
    """The distinct non-empty strings in order, as one; None where there are none."""
    return separator.join(dict.fromkeys(value for value in values if value)) or None


def amount(value: Any) -> float | None:
    """A positive sum of money, from a number or a string such as "120,000.00"; zero means not set."""
    if isinstance(value, str):
        plain = re.sub(r"[\s,'’$€£]", "", value)
        value = float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e12 and math.isfinite(value) else None


def currency(value: Any) -> str | None:
    """An ISO 4217 code by its shape."""
    code = (text(value) or "").upper()
    return code if re.fullmatch("[A-Z]{3}", code) else None


def unit(value: Any) -> SalaryUnit | None:
    """A schema.org unit of time as sources write it: "YEAR", "annually", "per-hour-wage", "1 MONTH"."""
    word = re.sub(r"[^a-z0-9]+", " ", (text(value) or "").lower()).strip()
    word = re.sub(r"^(?:per|1|a|an) | (?:salary|wage|rate|pay)$", "", re.sub(r"^per ", "", word))
    for name in _UNITS:
        if word in (name.lower(), f"{name.lower()}s", f"{name.lower()}ly"):
            return name
    return _OTHER_WORDS.get(word)


def iso_date(value: Any) -> str | None:
    """Date of an ISO 8601 time as the source writes it, in the source's own offset; UTC date of epoch milliseconds."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            date = datetime.fromtimestamp(value / 1000, UTC).date()
            return date.isoformat() if date.year >= _FIRST_YEAR else None
        return datetime.fromisoformat((text(value) or "").replace(" UTC", "+00:00")).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def epoch_date(value: Any) -> str | None:
    """UTC date of epoch seconds."""
    return iso_date(value * 1000) if isinstance(value, int | float) and not isinstance(value, bool) else None


def paragraphs(plain: str | None) -> str:
    """Plain text as HTML with its lines kept; "" for None."""
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in (plain or "").splitlines() if line.strip())


def section(heading: Any, content: Any) -> str:
    """A part of an ad, which is HTML, under its heading, which is plain text; "" where the part is empty."""
    words, part = text(heading), text(content)
    if part is None:
        return ""
    return f"<h3>{html.escape(words, quote=False)}</h3>\n{part}" if words else part


def site(board: str, domain: str) -> str:
    """Host of a board that is named by its subdomain of a platform, or by its own host, which has a dot."""
    return board if "." in board else f"{board}.{domain}"


def next_address(address: str, link: Any) -> str | None:
    """Address of the page that a link leads to from the page at ``address``; None: there is no link.

    Only the link's query counts, so that no answer can lead a crawl to another host. A link without one leads back to the
    page itself.
    """
    if not link:
        return None
    try:
        query = urlsplit(link).query if isinstance(link, str) else ""
        return urljoin(address, f"?{query.encode('utf-8', 'replace').decode()}")
    except ValueError:
        return address
