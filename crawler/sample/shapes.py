"""One function a platform: a sample board as that platform's API would answer it."""

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

_GREENHOUSE_PAY = {"YEAR": "Annual Salary", "MONTH": "Monthly", "WEEK": "Weekly", "DAY": "Daily", "HOUR": "Hourly"}
_LEVER_PAY = {"YEAR": "per-year-salary", "MONTH": "per-month-salary", "DAY": "per-day-wage", "HOUR": "per-hour-wage"}
_WORDS = {
    "FULL_TIME": "Full-time", "PART_TIME": "Part-time", "CONTRACTOR": "Contract", "TEMPORARY": "Temporary",
    "INTERN": "Intern",
}  # fmt: skip
_WORK_MODES = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "On-site"}


def _when(posting: dict[str, Any], at: datetime) -> datetime:
    return at - timedelta(days=posting["days_ago"])


def greenhouse(board: dict[str, Any], at: datetime) -> tuple[str, str, Any]:
    """Host, path and answer: texts escaped once, pay in cents."""
    jobs = []
    for posting in board["posting"]:
        metadata = [_single(1, "Employment Type", _WORDS.get(posting["employment_type"]))]
        metadata.append(_single(2, "Workplace Type", _WORK_MODES.get(posting.get("work_mode", ""))))
        number = int(posting["identifier"])
        job = {
            "id": number,
            "internal_job_id": number + 1,
            "title": posting["title"],
            "absolute_url": f"https://job-boards.greenhouse.io/{board['board']}/jobs/{number}",
            "first_published": _when(posting, at).isoformat(timespec="seconds"),
            "updated_at": at.isoformat(timespec="seconds"),
            "location": {"name": posting["location"]},
            "company_name": board["hiring_organization"],
            "language": "en",
            "metadata": metadata,
            "content": html.escape(posting["description"]),
            "departments": [],
            "offices": [],
        }
        if "salary_min" in posting:
            job["pay_input_ranges"] = [
                {
                    "min_cents": round(posting["salary_min"] * 100),
                    "max_cents": round(posting["salary_max"] * 100),
                    "currency_type": posting["salary_currency"],
                    "title": _GREENHOUSE_PAY[posting["salary_unit"]],
                    "blurb": "",
                }
            ]
        jobs.append(job)
    answer = {"jobs": jobs, "meta": {"total": len(jobs)}}
    return "boards-api.greenhouse.io", f"/v1/boards/{board['board']}/jobs", answer


def _single(number: int, name: str, value: str | None) -> dict[str, Any]:
    return {"id": number, "name": name, "value": value, "value_type": "single_select"}


def lever(board: dict[str, Any], at: datetime) -> tuple[str, str, Any]:
    """Host, path and answer: what stands in lists under a heading is moved out of the description, as Lever has it."""
    rows = []
    for posting in board["posting"]:
        page = f"https://jobs.lever.co/{board['board']}/{posting['identifier']}"
        description, lists, additional = _lever_parts(posting["description"])
        row = {
            "id": posting["identifier"],
            "text": posting["title"],
            "categories": {
                "commitment": _WORDS.get(posting["employment_type"]),
                "location": posting["location"],
                "allLocations": [posting["location"]],
                "team": "Engineering",
            },
            "country": None,
            "workplaceType": {"onsite": "on-site"}.get(
                posting.get("work_mode", ""), posting.get("work_mode", "unspecified")
            ),
            "createdAt": round(_when(posting, at).timestamp() * 1000),
            "hostedUrl": page,
            "applyUrl": f"{page}/apply",
            "opening": "",
            "description": description,
            "descriptionBody": description,
            "lists": lists,
            "additional": additional,
        }
        if posting.get("salary_unit") in _LEVER_PAY:
            row["salaryRange"] = {
                "currency": posting["salary_currency"],
                "interval": _LEVER_PAY[posting["salary_unit"]],
                "min": posting["salary_min"],
                "max": posting["salary_max"],
            }
        rows.append(row)
    return "api.lever.co", f"/v0/postings/{board['board']}", rows


def _lever_parts(description: str) -> tuple[str, list[dict[str, str]], str]:
    """A description cut at its first headed list: what comes before it, the headed lists, what comes after the last."""
    pattern = re.compile(r"<h\d>([^<]*)</h\d>\s*<ul>(.*?)</ul>", re.S)
    found = list(pattern.finditer(description))
    if not found or any(
        description[a.end() : b.start()].strip() for a, b in pairwise(found)
    ):  # prose between the lists would lose its place
        return description, [], ""
    lists = [{"text": html.unescape(match[1]), "content": match[2].strip()} for match in found]
    return description[: found[0].start()], lists, description[found[-1].end() :]


def ashby(board: dict[str, Any], at: datetime) -> tuple[str, str, Any]:
    """Host, path and answer: with an unlisted draft, which no reader may see."""
    jobs = []
    for posting in board["posting"]:
        page = f"https://jobs.ashbyhq.com/{board['board']}/{posting['identifier']}"
        mode = posting.get("work_mode")
        stated = [
            {
                "compensationType": "Salary",
                "interval": f"1 {posting['salary_unit']}",
                "currencyCode": posting["salary_currency"],
                "minValue": posting["salary_min"],
                "maxValue": posting["salary_max"],
            }
            for _ in range("salary_min" in posting)
        ]
        jobs.append(
            {
                "id": posting["identifier"],
                "title": posting["title"],
                "employmentType": {"CONTRACTOR": "Contract"}.get(
                    posting["employment_type"], posting["employment_type"].title().replace("_", "")
                ),
                "location": posting["location"],
                "secondaryLocations": [],
                "address": {"postalAddress": {"addressCountry": posting.get("country", "")}},
                "isListed": True,
                "isRemote": mode in ("remote", "hybrid") or None,
                "workplaceType": {"onsite": "OnSite"}.get(mode or "", mode.title() if mode else None),
                "publishedAt": _when(posting, at).isoformat(timespec="milliseconds"),
                "jobUrl": page,
                "applyUrl": f"{page}/application",
                "descriptionHtml": posting["description"],
                "shouldDisplayCompensationOnJobPostings": bool(stated),
                "compensation": {"compensationTiers": [], "summaryComponents": stated},
            }
        )
    draft = {**jobs[0], "id": "00000000-0000-0000-0000-000000000000", "title": "Draft", "isListed": False}
    answer = {"apiVersion": "1", "jobs": [*jobs, draft]}
    return "api.ashbyhq.com", f"/posting-api/job-board/{board['board']}", answer


def careers_site(board: dict[str, Any], at: datetime) -> Iterator[tuple[str, tuple[str, str]]]:
    """Paths and their (content type, body): robots.txt, a sitemap, and a page with JSON-LD for each posting."""
    host = board["board"]
    yield "/robots.txt", ("text/plain", f"User-agent: *\nDisallow: /apply/\nSitemap: https://{host}/sitemap.xml\n")
    urls = [f"https://{host}/about"]
    for posting in board["posting"]:
        path = f"/jobs/{posting['identifier']}"
        urls.append(f"https://{host}{path}")
        script = json.dumps({"@context": "https://schema.org", "@graph": [_job_posting(board, posting, at)]})
        title = html.escape(posting["title"])
        page = (
            f"<!doctype html><html><head><title>{title}</title>"
            f'<script type="application/ld&#x2B;json">{script.replace("</", "<" + chr(92) + "/")}</script>'
            f"</head><body><h1>{title}</h1>{posting['description']}</body></html>"
        )
        yield path, ("text/html; charset=utf-8", page)
    entries = "".join(f"<url><loc>{html.escape(url)}</loc></url>" for url in urls)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    yield "/sitemap.xml", ("application/xml", f'<?xml version="1.0"?><urlset xmlns="{namespace}">{entries}</urlset>')


def _job_posting(board: dict[str, Any], posting: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A posting in schema.org's words."""
    address = {
        "@type": "PostalAddress",
        "addressLocality": posting["location"],
        "addressCountry": posting.get("country"),
    }
    found = {
        "@type": "JobPosting",
        "title": posting["title"],
        "description": posting["description"],
        "datePosted": _when(posting, at).date().isoformat(),
        "employmentType": [posting["employment_type"]],
        "identifier": {"@type": "PropertyValue", "name": board["hiring_organization"], "value": posting["identifier"]},
        "hiringOrganization": {"@type": "Organization", "name": board["hiring_organization"]},
        "jobLocation": {"@type": "Place", "address": address},
    }
    if posting.get("work_mode") == "remote":
        found["jobLocationType"] = "TELECOMMUTE"
    if "salary_min" in posting:
        value = {
            "@type": "QuantitativeValue",
            "minValue": posting["salary_min"],
            "maxValue": posting["salary_max"],
            "unitText": posting["salary_unit"],
        }
        found["baseSalary"] = {"@type": "MonetaryAmount", "currency": posting["salary_currency"], "value": value}
    return found
