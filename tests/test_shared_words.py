from itertools import pairwise

import pytest
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.skills.matcher import Mention, mentions


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


def _shared(nlp: Language, text: str) -> list[Mention]:
    return [mention for mention in mentions(nlp(text)) if mention.rule == "shared"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You write unit and integration tests.", {"unit": "unit-testing"}),
        ("You write unit, integration, and end-to-end tests.", {"unit": "unit-testing", "integration": "integration-testing"}),
        ("Unit/integration testing with care", {"Unit": "unit-testing"}),
        ("Relational and NoSQL databases", {"relational": "relational-databases"}),
        ("Linear & logistic regression", {"linear": "linear-regression"}),
        ("Skilled in front- and back-end development", {"front-": "front-end-development"}),
        ("Machine and/or deep learning", {"machine": "machine-learning"}),
        ("Unit- und Integration-Tests", {"Unit-": "unit-testing"}),
        ("Data cleaning and preparation.", {"preparation": "data-preparation"}),
        ("Data cleaning, preparation and visualization", {"preparation": "data-preparation"}),
        ("Must know model training, validation, and deployment", {"validation": "model-validation", "deployment": "model-deployment"}),
        ("Azure Data Factory/Functions", {"functions": "azure-functions"}),
        ("Google Analytics, Search Console, Ads", {"search console": "google-search-console", "ads": "google-ads"}),
        ("A tool for data cleaning and preparation skills", {"preparation": "data-preparation"}),
    ],
)  # fmt: skip
def test_members_of_a_list_share_words(nlp: Language, text: str, expected: dict[str, str]) -> None:
    found = {mention.surface.lower(): mention.key for mention in _shared(nlp, text)}
    assert found == {surface.lower(): key for surface, key in expected.items()}


@pytest.mark.parametrize(
    "text",
    [
        "Sales and test automation",
        "Unit of integration testing",
        "Unit, integration testing",
        "Unit\nand integration testing",
        "Happy and integration testing",
        "Use data and predictive modeling",
        "Kubernetes security and cloud architecture",
        "The Audit Regression and Hypothesis Testing",
        "Python for data analysis and automation",
        "Data quality and integrity checks",
        "Data analysis, quality, project plans and so on",
        "Data cleaning and, later, preparation",
        "Data analysis and quality assurance",
        "data quality and Governance",
        "data models and reporting",
    ],
)
def test_words_that_stand_for_themselves_share_none(nlp: Language, text: str) -> None:
    assert not _shared(nlp, text)


def test_a_member_that_is_a_skill_itself_stays_one(nlp: Language) -> None:
    found = [(m.surface, m.key) for m in mentions(nlp("unit, API, and UI testing"))]
    assert found == [("unit", "unit-testing"), ("API", "apis"), ("UI testing", "ui-testing")]


def test_a_member_has_its_lists_need_and_negation(nlp: Language) -> None:
    text = "Requirements\nUnit and integration testing\nNice to have\nNo linear or logistic regression required"
    found = {m.surface: (m.need, m.negated) for m in _shared(nlp, text)}
    assert found["Unit"] == ("required", False)
    assert found["linear"][1]


@pytest.mark.parametrize(
    "text",
    [
        "unit and integration testing and/or UI and API testing, data cleaning, preparation & validation/transformation, machine and deep learning " * 5,
        "unit, " * 3000 + "and integration testing",
        "data cleaning" + ", preparation" * 3000,
        "a-" * 5000 + " and integration testing, & / and or and & integration testing",
        "and integration testing and",
        "/integration testing/",
    ],
)  # fmt: skip
def test_mentions_are_their_words_and_never_overlap(nlp: Language, text: str) -> None:
    found = mentions(nlp(text))
    assert all(m.surface == text[m.start_char : m.end_char] for m in found)
    assert all(a.end_char <= b.start_char for a, b in pairwise(found))
