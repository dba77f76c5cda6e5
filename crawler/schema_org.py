"""A schema.org JobPosting as one of ours. schema.org allows text, object or list nearly everywhere, and sites use all three."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from crawler.boards import Board
from crawler.fields import Pay, amount, currency, iso_date, joined, mapping, mappings, text, texts, unit
from crawler.items import JobPosting

if TYPE_CHECKING:
    from crawler.spiders.board import BoardSpider

IGNORED = frozenset(
    [
        "@context",
        "@id",
        "@type",
        "benefits",
        "datecreated",
        "datemodified",
        "directapply",
        "educationrequirements",
        "employerprovidedbenefits",
        "estimatedsalary",
        "experienceineplaceofeducation",
        "experiencerequirements",
        "image",
        "incentivecompensation",
        "inlanguage",
        "jobbenefits",
        "jobduration",
        "jobimmediatestart",
        "jobstartdate",
        "logo",
        "mainentityofpage",
        "name",
        "occupationalcategory",
        "physicalrequirement",
        "qualifications",
        "relevantoccupation",
        "responsibilities",
        "sameas",
        "securityclearancerequirement",
        "skills",
        "specialcommitments",
        "totaljobopenings",
        "uniquejobcode",
        "url",
        "workhours",
    ]
)
"""Keys of a record that are left out on purpose."""
PEOPLE = frozenset(["applicationcontact", "contactpoint"])
"""Keys of a record that name people."""

_EMPLOYMENT_TYPES = frozenset(
    ["FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"]
)
_OTHER_WORDS = {
    "FULLTIME": "FULL_TIME", "PARTTIME": "PART_TIME", "CONTRACT": "CONTRACTOR", "INTERNSHIP": "INTERN",
    "TEMPORAL": "TEMPORARY",
}  # fmt: skip
_TAG = re.compile(r"<(?:p|br|ul|li|div|h\d|strong|b|span)\b", re.I)


def job_posting(record: dict[str, Any], board: Board, spider: BoardSpider) -> JobPosting:
    """The JobPosting of a record with its page's address under "page", both found by ``spider``.

    Keys of the record are in lower case, and popped as they are used. Raises KeyError where there is no description.
    """
    page = record.pop("page")
    places = [_place(row) for row in mappings(record.pop("joblocation", []))]
    remote = any(word.upper() == "TELECOMMUTE" for word in texts(record.pop("joblocationtype", None)))
    pay = _pay(record.pop("basesalary", None), record.pop("salarycurrency", None))
    employer = record.pop("hiringorganization", None)
    title = text(record.pop("title", None)) or text(record.get("name")) or ""
    return JobPosting(
        source=spider.name,
        board=board.board,
        identifier=_identifier(record.pop("identifier", None)) or page,
        title=html.unescape(title),
        description=description(record),
        url=page,
        hiring_organization=_name(employer) or board.hiring_organization,
        hiring_organization_url=_own_page(employer),
        job_location=joined(place for place, _ in places),
        job_location_type="TELECOMMUTE" if remote else None,
        applicant_location_requirements=joined(_names(record.pop("applicantlocationrequirements", None))),
        country_raw=joined(country for _, country in places),
        work_mode="remote" if remote else None,
        employment_type=joined(_employment_types(record.pop("employmenttype", None), spider.report), ", "),
        industry=joined(_names(record.pop("industry", None))),
        date_posted=iso_date(record.pop("dateposted", None)),
        valid_through=iso_date(record.pop("validthrough", None)),
        **spider.pay([pay])._asdict(),
    )


def description(record: dict[str, Any]) -> str:
    """The ad of a record as HTML, popped; "" where it is empty. Raises KeyError where there is none."""
    ad = text(record.pop("description")) or ""
    escaped_once_too_often = "&lt;" in ad and not _TAG.search(ad)
    return html.unescape(ad) if escaped_once_too_often else ad


def _employment_types(value: Any, report: Callable[[str], None]) -> Iterator[str]:
    for words in texts(value):
        for word in words.split(","):
            token = re.sub(r"[^A-Z]+", "_", word.upper()).strip("_")
            token = _OTHER_WORDS.get(token, token)
            if token in _EMPLOYMENT_TYPES:
                yield token
            elif token:
                report(f"unknown value/employmentType/{token[:60]}")


def _pay(pay: Any, code: Any) -> Pay:
    """A baseSalary, which comes as a number, a text, or an object around a number or a range."""
    salary = mapping(pay[0] if isinstance(pay, list) and pay else pay)
    value = salary.get("value", salary or pay)
    value = value[0] if isinstance(value, list) and value else value
    bounds = mapping(value) or {"value": value}
    low, high = amount(bounds.get("minValue")), amount(bounds.get("maxValue"))
    low, high = (low, high) if low or high else (amount(bounds.get("value")),) * 2
    period = unit(bounds.get("unitText") or salary.get("unitText"))
    return Pay(
        low, high, currency(salary.get("currency")) or currency(bounds.get("currency")) or currency(code), period
    )


def _identifier(value: Any) -> str | None:
    """An identifier's value, which comes bare, as a PropertyValue, or as a list of either."""
    value = value[0] if isinstance(value, list) and value else value
    return text(mapping(value).get("value")) if isinstance(value, dict) else text(value)


def _name(value: Any) -> str | None:
    """The name of a thing that comes as text, object or list."""
    return next(iter(_names(value)), None)


def _own_page(value: Any) -> str | None:
    """The address of an organization's own page, of one or the first of several."""
    for row in mappings(value):
        for key in ("sameAs", "url"):
            if found := next(iter(texts(row.get(key))), None):
                return found
    return None


def _names(value: Any) -> list[str]:
    """The names of things that come as text, objects or a list of both."""
    rows = value if isinstance(value, list) else [value]
    found = (text(row.get("name")) if isinstance(row, dict) else text(row) for row in rows)
    return [html.unescape(name) for name in found if name]


def _place(location: dict[str, Any]) -> tuple[str | None, str | None]:
    """A jobLocation in words, and its country. Its name is often the employer's, so the address comes first."""
    address = location.get("address", location)
    if isinstance(address, str):
        return text(html.unescape(address)), None
    address = mapping(address[0] if isinstance(address, list) and address else address)
    country = _name(address.get("addressCountry"))
    locality, region = (_name(address.get(key)) for key in ("addressLocality", "addressRegion"))
    if locality and region and region.lower() in locality.lower():
        region = None
    place = joined([locality, region], ", ") or country or _name(location.get("name"))
    return place and html.unescape(place), country
