"""How an ad asks for a skill: required, preferred, or named as context."""

import pytest
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.skills.matcher import mentions


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


def needs(nlp: Language, text: str) -> dict[str, str]:
    """Need of the last mention of each skill."""
    return {mention.surface: mention.need for mention in mentions(nlp(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the section decides
        ("Requirements\n• Python", {"Python": "required"}),
        ("Requirements\n• Python\n\nAwesome skills\n• Rust", {"Python": "required", "Rust": "preferred"}),
        ("You have:\n• Python\n\nAn advantage if you know:\n• Kafka", {"Python": "required", "Kafka": "preferred"}),
        ("Our maps\n\nAs our map engineer you will:\n• draw with Python", {"Python": "context"}),
        ("Dit vragen wij\n• Python\n\nEen pré\n• Kafka", {"Python": "required", "Kafka": "preferred"}),
        # so long as the mention's own words say nothing else
        ("Requirements\n• Ideally Python", {"Python": "preferred"}),
        ("Requirements\n• IDEs (preferably Vim) and Python", {"Vim": "preferred", "Python": "required"}),
        ("Requirements\n• Python or Bash (nice to have)", {"Python": "preferred", "Bash": "preferred"}),
        ("Requirements\n• Python, Bash (nice to have)\n", {"Python": "preferred", "Bash": "preferred"}),
        (
            "Requirements\n• Python, Bash (preferred), Perl",
            {"Python": "required", "Bash": "preferred", "Perl": "required"},
        ),
        ("Responsibilities\n• (Bonus) Run Kubernetes", {"Kubernetes": "preferred"}),
        ("Requirements\n• We use Kafka, and what matters is depth", {"Kafka": "context"}),
        ("Requirements\n• You know Kafka, because we use it", {"Kafka": "required"}),
        ("Desired qualifications\n• Must know Kafka\n• Rust", {"Kafka": "required", "Rust": "preferred"}),
        ("Nice to have\n• Rust, not required", {"Rust": "preferred"}),
        # without a section the sentence decides
        ("Wij tekenen kaarten. Ervaring met Kafka is een grote plus.", {"Kafka": "preferred"}),
        ("Wij tekenen kaarten. Je bent bedreven in Python.", {"Python": "required"}),
        ("Vi ritar kartor. Erfarenhet av Kafka är meriterande.", {"Kafka": "preferred"}),
        ("Znajomość Python.", {"Python": "required"}),
        ("You turn business requirements into jobs for Kafka.", {"Kafka": "context"}),
    ],
)
def test_need(nlp: Language, text: str, expected: dict[str, str]) -> None:
    assert needs(nlp, text) == expected
