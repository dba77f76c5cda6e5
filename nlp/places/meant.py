"""Which of the places that bear a name is meant."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlp.places.names import Meaning, has_regions
from nlp.places.parts import could_be_city

_SURE = 2  # times as many people as in the next place of that name: then it is meant where nothing else says


class Place(NamedTuple):
    """What a place as written means. All of it None with ``is_remote``: remote, from nobody says where."""

    country: str | None
    """ISO 3166-1 alpha-2 code; None: it cannot be told."""
    region: str | None
    """ISO 3166-2 code; the name as written in a country whose regions regions.csv lacks; None: not stated, or not told."""
    city: str | None
    """As GeoNames names it, else as written; None: not stated. Of a metropolitan area, the city that names it."""
    is_remote: bool = False
    """Whether the words beside it say that the work there is remote."""


class Written(NamedTuple):
    """A place before it is decided what it means: one name, or several that agree."""

    name: str = ""
    meanings: tuple[Meaning, ...] = ()
    before: tuple[str, ...] = ()
    """Unknown names in front of the known ones: districts, or a town that GeoNames lacks."""
    after: tuple[str, ...] = ()
    """Unknown names behind the first known one."""
    by_code: bool = False
    """Whether the last name was a code."""
    is_whole: bool = False
    """Whether a region or country followed."""
    is_remote: bool = False


def certain(written: Iterable[Written]) -> frozenset[str]:
    """Countries and regions that some place names without doubt."""
    found: set[str | None] = set()
    for place in written:
        strong = [meaning for meaning in place.meanings if not meaning.weak]
        for where in ({meaning.country for meaning in strong}, {meaning.region for meaning in strong}):
            if len(where) == 1:
                found |= where
    return frozenset(where for where in found if where)


def decided(place: Written, known: frozenset[str], is_stated: bool, others_by_code: bool) -> Place:
    """The place that is meant; ``is_stated`` says that ``known`` are the only countries in question."""
    likely = [meaning for meaning in place.meanings if not meaning.weak]
    if len(likely) == 1 and likely[0].level == 1 and likely[0].region and not is_stated:
        return Place(*likely[0][:3], place.is_remote)
    if is_stated:
        likely = [meaning for meaning in likely if meaning.country in known] or likely
    if place.by_code and len({meaning.level for meaning in likely}) > 1:
        likely = _of_code(likely, bool(place.before), others_by_code)
    likely = _largest(likely, 0, known)
    names = [name for name in place.before if could_be_city(name)]
    if not likely:
        country = next(iter(known)) if is_stated and len(known) == 1 else None
        return Place(country, None, names[0] if country and names else None, place.is_remote)
    country = likely[0].country
    if max(likely, key=lambda meaning: meaning.people).level == 3:
        region = names[-1] if len(names) > 1 and not has_regions(country) else None
        city = (names[-1] if has_regions(country) else names[max(0, len(names) - 2)]) if names else None
        return Place(country, region, city, place.is_remote)
    likely = [meaning for meaning in likely if meaning.level < 3]
    in_region = _largest(likely, 1, known)
    region = in_region[0].region if in_region else None
    cities = [meaning.city for meaning in in_region or likely if meaning.city]
    city = cities[0] if cities and (in_region or (len(set(cities)) == 1 and len(cities) == len(likely))) else None
    if names and any(meaning.level == 2 for meaning in in_region):
        city = names[0]
    if region is None and not has_regions(country):
        region = next((name for name in place.after if could_be_city(name) and not name.isupper()), None)
    return Place(country, region, city, place.is_remote)


def _of_code(likely: Sequence[Meaning], after_name: bool, is_country: bool) -> list[Meaning]:
    """What a code means that a country and a region share: alone the country's if others are written by code, else
    nobody can tell; after an unknown town the US state, but for DE, as Germany has more towns than Delaware."""
    if is_country:
        return [meaning for meaning in likely if meaning.level == 3]
    return [meaning for meaning in likely if after_name and meaning.country == "US" and meaning.region != "US-DE"]


def _largest(likely: list[Meaning], field: int, known: frozenset[str]) -> list[Meaning]:
    """Those in one country (``field`` 0) or region (1): the much largest one, else the one that is known to be named."""
    people: dict[object, int] = {}
    for meaning in likely:
        people[meaning[field]] = max(people.get(meaning[field], 0), meaning.people)
    if len(people) > 1:
        best, second = sorted(people.values(), reverse=True)[:2]
        if best >= _SURE * second > 0:
            return [meaning for meaning in likely if people[meaning[field]] == best]
        likely = [meaning for meaning in likely if meaning[field] in known]
        if len({meaning[field] for meaning in likely}) != 1:
            return []
    return likely


def without_doubles(places: Sequence[Place]) -> list[Place]:
    """Each place once, and none that only says less than another ("Germany" beside "Berlin")."""
    once = list(dict.fromkeys(place for place in places if place.country or place.is_remote))
    return once if len(once) < 2 else [place for place in once if not any(_says_more(other, place) for other in once)]


def _says_more(place: Place, than: Place) -> bool:
    return (
        place != than
        and place.is_remote == than.is_remote
        and all(less is None or less == more for less, more in zip(than[:3], place[:3], strict=True))
    )
