import pytest

from nlp.places import country


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
        ("Cambridge", "GB"),
        ("Cambridge, MA", "US"),
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
