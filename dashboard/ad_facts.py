"""The facts of an ad in words: name, value and origin of each; what is not stated is left out."""

from typing import Any

_DEGREES = {"none_stated": "none stated", "bachelor": "bachelor", "master": "master", "phd": "PhD"}
Row = list[str]


def posting_facts(ad: dict[str, Any]) -> list[Row]:
    """What the source says of a posting (a row of the view posting), or comes first from it."""
    state = "open" if ad["is_open"] else f"closed: {ad['closed_reason']}" if ad["closed_at"] else "not seen for 45 days"
    rows = [["Status", state, f"last seen {ad['last_seen_at']:%d %b %Y}"]]
    if ad["posted_on"]:
        rows.append(["Posted", f"{ad['posted_on']:%d %b %Y}", "" if ad["date_posted"] else "first sighting"])
    if ad["salary_unit"]:
        origin = "stated by the source" if ad["base_salary_source"] == "structured" else "read from the text"
        pay = _pay(ad["base_salary_min"], ad["base_salary_max"], ad["salary_currency"], ad["salary_unit"])
        rows.append(["Base pay", pay, origin])
    for name, value in (
        ("Work mode", ad["work_mode"]), ("Employment", ad["employment_type"]), ("Country", ad["country"]), ("Language", ad["language"]),
    ):  # fmt: skip
        if value:
            rows.append([name, value, ""])
    return rows


def text_facts(facts: dict[str, Any]) -> list[Row]:
    """What the text alone states (a row of job_posting_fact) and no field of a source does."""
    years = "none stated" if facts["years_min"] is None else f"{facts['years_min']:g} or more"
    preferred, equivalent = facts["degree_preferred"], facts["degree_equivalent_ok"]
    note = f"preferred: {_DEGREES.get(preferred, preferred)}" if preferred else ""
    note = "; ".join(part for part in (note, "or equivalent experience" if equivalent else "") if part)
    rows = [
        ["Years of experience", years, ""],
        ["Degree required", _DEGREES.get(facts["degree_required"], facts["degree_required"]) or "none stated", note],
        ["Seniority", facts["seniority"], f"from the {facts['seniority_source']}" if facts["seniority_source"] else ""],
    ]
    if facts["degree_fields"]:
        rows.append(["Fields of study", ", ".join(facts["degree_fields"]).replace("_", " "), ""])
    if facts["non_degree_ok"]:
        rows.append(["Without a degree", "welcome", ""])
    if facts["ote_unit"]:
        rows.append(
            [
                "On-target earnings",
                _pay(facts["ote_min"], facts["ote_max"], facts["ote_currency"], facts["ote_unit"]),
                "",
            ]
        )
    if facts["salary_dropped_reason"]:
        rows.append(["A sum not believed", facts["salary_dropped_reason"].replace("_", " "), "called pay in the text"])
    if facts["languages"]:
        rows.append(["Languages asked for", ", ".join(facts["languages"]), ""])
    for name, value, yes, no in (
        ("Visa", facts["visa_sponsorship"], "sponsored", "not sponsored"),
        ("Security clearance", facts["clearance_required"], "required", "not required"),
    ):
        if value is not None:
            rows.append([name, yes if value else no, ""])
    return rows


def pasted_facts(facts: dict[str, Any], language: str | None) -> list[Row]:
    """All that is known of a text that no source gave."""
    rows = []
    if facts["salary_unit"]:
        pay = _pay(facts["base_salary_min"], facts["base_salary_max"], facts["salary_currency"], facts["salary_unit"])
        rows.append(["Base pay", pay, ""])
    place = ", ".join(facts[name] for name in ("place_city", "place_region", "place_country") if facts[name])
    for name, value in (
        ("Work mode", facts["work_mode"]), ("Employment", facts["employment_type"]), ("Place", place), ("Language", language),
    ):  # fmt: skip
        if value:
            rows.append([name, value, ""])
    return [*rows, *text_facts(facts)]


def _pay(low: float | None, high: float | None, currency: str | None, unit: str) -> str:
    bounds = [f"{value:,.0f}" for value in dict.fromkeys((low, high)) if value is not None]
    return f"{currency or ''} {' – '.join(bounds)} per {unit.lower()}".strip()
