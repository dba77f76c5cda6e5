"""Facts read from the text of an ad: pay, degree, years, seniority, work mode. Each rule is in the file of its fact."""

from dataclasses import dataclass

from nlp.facts.context import Ad
from nlp.facts.degree import read_degree
from nlp.facts.salary import read_salary
from nlp.facts.seniority import read_seniority
from nlp.facts.work_mode import read_work_mode
from nlp.facts.years import read_years


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of job_posting_fact, in its order, without the key. Offsets are characters of the text."""

    base_salary_min: float | None
    base_salary_max: float | None
    salary_currency: str | None
    salary_unit: str | None
    salary_start_char: int | None
    salary_end_char: int | None
    degree_required: str
    degree_preferred: str | None
    degree_equivalent_ok: bool | None
    degree_start_char: int | None
    degree_end_char: int | None
    years_min: float | None
    years_start_char: int | None
    years_end_char: int | None
    seniority: str
    seniority_source: str | None
    work_mode: str
    work_mode_start_char: int | None
    work_mode_end_char: int | None


def facts(title: str, text: str, country: str | None = None, location: str | None = None) -> Facts:
    """What an ad states, by the codebook's rules.

    ``country`` (ISO 3166-1 alpha-2) says whose dollar "$" is (None: the US one); ``location`` is the place as written,
    where "Remote" may stand."""
    ad = Ad(text)
    pay = read_salary(ad, country)
    level = read_degree(ad)
    least = read_years(ad)
    rank, rank_source = read_seniority(title, ad)
    mode, mode_start, mode_end = read_work_mode(title, location, ad)
    return Facts(
        base_salary_min=pay.low if pay else None,
        base_salary_max=pay.high if pay else None,
        salary_currency=pay.currency if pay else None,
        salary_unit=pay.unit if pay else None,
        salary_start_char=pay.start if pay else None,
        salary_end_char=pay.end if pay else None,
        degree_required=level.required,
        degree_preferred=level.preferred,
        degree_equivalent_ok=level.equivalent_ok,
        degree_start_char=level.start,
        degree_end_char=level.end,
        years_min=least.least if least else None,
        years_start_char=least.start if least else None,
        years_end_char=least.end if least else None,
        seniority=rank,
        seniority_source=rank_source,
        work_mode=mode,
        work_mode_start_char=mode_start,
        work_mode_end_char=mode_end,
    )
