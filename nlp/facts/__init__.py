"""Facts read from the text of an ad: pay, degree, years, seniority and others. Each rule is in the file of its fact."""

from dataclasses import dataclass

from nlp.facts.context import Ad
from nlp.facts.degree import degree_mentions, read_degree
from nlp.facts.degree_fields import read_degree_fields
from nlp.facts.employment import read_employment
from nlp.facts.languages import read_languages
from nlp.facts.salary import read_pay
from nlp.facts.seniority import read_seniority
from nlp.facts.work_mode import read_work_mode
from nlp.facts.years import read_years
from nlp.facts.yes_or_no import read_answer
from nlp.places.stated import stated_places


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of job_posting_fact, in its order, without the key. Offsets are characters of the text."""

    base_salary_min: float | None
    base_salary_max: float | None
    salary_currency: str | None
    salary_unit: str | None
    salary_start_char: int | None
    salary_end_char: int | None
    salary_dropped_reason: str | None
    ote_min: float | None
    ote_max: float | None
    ote_currency: str | None
    ote_unit: str | None
    ote_start_char: int | None
    ote_end_char: int | None
    degree_required: str
    degree_preferred: str | None
    degree_equivalent_ok: bool | None
    degree_start_char: int | None
    degree_end_char: int | None
    degree_fields: tuple[str, ...] | None
    degree_fields_start_char: int | None
    degree_fields_end_char: int | None
    non_degree_ok: bool | None
    non_degree_start_char: int | None
    non_degree_end_char: int | None
    years_min: float | None
    years_start_char: int | None
    years_end_char: int | None
    seniority: str
    seniority_source: str | None
    work_mode: str
    work_mode_start_char: int | None
    work_mode_end_char: int | None
    employment_type: str | None
    employment_type_start_char: int | None
    employment_type_end_char: int | None
    languages: tuple[str, ...] | None
    languages_start_char: int | None
    languages_end_char: int | None
    visa_sponsorship: bool | None
    visa_start_char: int | None
    visa_end_char: int | None
    clearance_required: bool | None
    clearance_start_char: int | None
    clearance_end_char: int | None
    place_country: str | None
    place_region: str | None
    place_city: str | None
    place_start_char: int | None
    place_end_char: int | None


def facts(title: str, text: str, country: str | None = None, location: str | None = None) -> Facts:
    """What an ad states, by the codebook's rules.

    ``country`` (ISO 3166-1 alpha-2) says whose dollar "$" is (None: that of the place that the text names, else the US one);
    ``location`` is the place as written, where "Remote" may stand. The text's own place is read where there is no country."""
    ad = Ad(text)
    places, place_start, place_end = (stated_places(text) if country is None else None) or ([], None, None)
    place = next((place for place in places if place.country), None)
    country = country or (place.country if place else None)
    stated = read_pay(ad, country)
    pay, ote = stated.base, stated.on_target
    degrees = degree_mentions(ad)
    level = read_degree(ad, degrees)
    fields = read_degree_fields(ad, degrees)
    non_degree = read_answer("non_degree", ad)
    least = read_years(ad)
    rank, rank_source = read_seniority(title, ad)
    mode, mode_start, mode_end = read_work_mode(title, location, ad)
    employment = read_employment(title, ad)
    languages = read_languages(ad)
    visa = read_answer("visa", ad)
    clearance = read_answer("clearance", ad)
    return Facts(
        base_salary_min=pay.low if pay else None,
        base_salary_max=pay.high if pay else None,
        salary_currency=pay.currency if pay else None,
        salary_unit=pay.unit if pay else None,
        salary_start_char=pay.start if pay else None,
        salary_end_char=pay.end if pay else None,
        salary_dropped_reason=stated.dropped_reason,
        ote_min=ote.low if ote else None,
        ote_max=ote.high if ote else None,
        ote_currency=ote.currency if ote else None,
        ote_unit=ote.unit if ote else None,
        ote_start_char=ote.start if ote else None,
        ote_end_char=ote.end if ote else None,
        degree_required=level.required,
        degree_preferred=level.preferred,
        degree_equivalent_ok=level.equivalent_ok,
        degree_start_char=level.start,
        degree_end_char=level.end,
        degree_fields=fields.fields if fields else None,
        degree_fields_start_char=fields.start if fields else None,
        degree_fields_end_char=fields.end if fields else None,
        non_degree_ok=non_degree.answer if non_degree else None,
        non_degree_start_char=non_degree.start if non_degree else None,
        non_degree_end_char=non_degree.end if non_degree else None,
        years_min=least.least if least else None,
        years_start_char=least.start if least else None,
        years_end_char=least.end if least else None,
        seniority=rank,
        seniority_source=rank_source,
        work_mode=mode,
        work_mode_start_char=mode_start,
        work_mode_end_char=mode_end,
        employment_type=employment.kinds if employment else None,
        employment_type_start_char=employment.start if employment else None,
        employment_type_end_char=employment.end if employment else None,
        languages=languages.codes if languages else None,
        languages_start_char=languages.start if languages else None,
        languages_end_char=languages.end if languages else None,
        visa_sponsorship=visa.answer if visa else None,
        visa_start_char=visa.start if visa else None,
        visa_end_char=visa.end if visa else None,
        clearance_required=clearance.answer if clearance else None,
        clearance_start_char=clearance.start if clearance else None,
        clearance_end_char=clearance.end if clearance else None,
        place_country=place.country if place else None,
        place_region=place.region if place else None,
        place_city=place.city if place else None,
        place_start_char=place_start,
        place_end_char=place_end,
    )
