"""What a spider yields: a JobPosting (or Sighting, or Removal) for each ad, and one BoardFetch for each board."""

from dataclasses import dataclass
from typing import Any, Literal

WorkMode = Literal["remote", "hybrid", "onsite"]
SalaryUnit = Literal["YEAR", "MONTH", "WEEK", "DAY", "HOUR"]
Status = Literal["ok", "partial", "empty", "unchanged", "not_found", "forbidden", "failed"]


@dataclass(kw_only=True)
class JobPosting:
    """An advertised opening, in schema.org/JobPosting's names. None: the source does not state it."""

    source: str
    """Platform: the spider's name."""
    board: str
    """The employer's page on the platform."""
    identifier: str
    """The source's own, stable id."""
    title: str
    """Title as written."""
    description: str
    """The whole ad as HTML, decoded once where the source escapes it."""
    url: str | None = None
    """Public page of the ad."""
    hiring_organization: str | None = None
    """Employer's name."""
    hiring_organization_url: str | None = None
    """Employer's own page (schema.org sameAs or url of the hiringOrganization)."""
    application_url: str | None = None
    """Where to apply, where the source names it apart from url."""
    job_location: str | None = None
    """Place as written; several joined by "; "."""
    job_location_type: str | None = None
    """TELECOMMUTE where the source says fully remote."""
    applicant_location_requirements: str | None = None
    """Where applicants must live, as written; several joined by "; "."""
    country_raw: str | None = None
    """Country as the source states it, name or code."""
    work_mode: WorkMode | None = None
    """From a field of the source, never guessed from text."""
    employment_type: str | None = None
    """schema.org tokens (FULL_TIME, …), several joined by ", "."""
    industry: str | None = None
    """Industry as written; several joined by "; "."""
    date_posted: str | None = None
    """ISO 8601 date."""
    valid_through: str | None = None
    """ISO 8601 date."""
    base_salary_min: float | None = None
    """Lower bound of base pay per salary_unit."""
    base_salary_max: float | None = None
    """Upper bound of base pay per salary_unit."""
    salary_currency: str | None = None
    """ISO 4217 code."""
    salary_unit: SalaryUnit | None = None
    """Period that the pay is for."""
    list_key: str | None = None
    """What the source's list said of the ad when it was fetched by itself (a hash, or a time of change): while the list
    says the same, the ad need not be fetched again. None: the list holds the whole ad."""


@dataclass(kw_only=True)
class Sighting:
    """A known posting that the source still lists as it was, so that its ad was not fetched again."""

    source: str
    """Platform: the spider's name."""
    board: str
    """The employer's page on the platform."""
    identifier: str
    """The source's own, stable id, as its JobPosting had it."""


@dataclass(kw_only=True)
class Removal:
    """A posting that the source itself says is gone."""

    source: str
    """Platform: the spider's name."""
    board: str
    """The employer's page on the platform."""
    identifier: str
    """The source's own, stable id, as its JobPosting had it."""


@dataclass(kw_only=True)
class BoardFetch:
    """What came of trying one board; every board of a crawl yields exactly one."""

    source: str
    """Platform: the spider's name."""
    board: str
    """The employer's page on the platform."""
    status: Status
    """ok and empty are complete; see board_fetch.status in the data dictionary."""
    hiring_organization: str | None = None
    """Employer as boards.csv names it."""
    n_expected: int | None = None
    """Postings that the source says it has."""
    min_postings: int = 0
    """Fewest postings the board should show."""
    error: str | None = None
    """Why it is not ok."""
    etag: str | None = None
    """The answer's ETag, to be sent along next time; None: it had none, or the board took several requests."""
    last_modified: str | None = None
    """The answer's Last-Modified, likewise."""
    body_hash: str | None = None
    """Hash of the answer: the same one next time is an unchanged board."""


@dataclass(kw_only=True)
class Rejected:
    """A record of a source that no JobPosting can be made of."""

    source: str
    """Platform: the spider's name."""
    board: str
    """The employer's page on the platform."""
    reason: str
    """What is wrong with it."""
    record: Any
    """The record as it came."""
    identifier: str | None = None
    """The source's own id of the posting, which is still listed, though its record cannot be used; None: it has none."""


Item = JobPosting | Sighting | Removal | Rejected | BoardFetch


@dataclass
class Batch:
    """Items of one board, handed on together: Scrapy takes longer to hand one on than we take to write it."""

    items: list[Item]
    """In the order in which they came."""
