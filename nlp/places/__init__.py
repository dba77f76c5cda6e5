"""From a place as a posting writes it to country, region and city."""

from functools import lru_cache

from nlp.places.meant import Place
from nlp.places.names import code_meanings
from nlp.places.written import read_places

__all__ = ["Place", "country", "places"]


def country(job_location: str | None, country_raw: str | None) -> str | None:
    """ISO 3166-1 alpha-2 code of the first of ``places``; None where none can be told ("Remote", "EMEA")."""
    return next((place.country for place in places(job_location, country_raw) if place.country), None)


def places(job_location: str | None, country_raw: str | None) -> list[Place]:
    """The places of a posting in the order in which they are written, at most 20, none twice.

    ``country_raw`` is the source's own field for the country, a name or a code, several joined by ";": where it is
    understood, an ambiguous place lies there, and where no place does, it comes first."""
    stated = _countries(country_raw) if country_raw else ()
    found = read_places(job_location, frozenset(stated)) if job_location else []
    if stated and stated[0] not in (place.country for place in found):
        found = [Place(stated[0], None, None), *found]
    return found


@lru_cache(maxsize=1_000)
def _countries(country_raw: str) -> tuple[str, ...]:
    """The countries that a field for the country names, first to last."""
    found = []
    for name in country_raw[:1_000].split(";"):
        by_code = [meaning.country for meaning in code_meanings(name.strip().upper()) if meaning.level == 3]
        found += by_code or [place.country for place in read_places(name) if place.country]
    return tuple(dict.fromkeys(found))
