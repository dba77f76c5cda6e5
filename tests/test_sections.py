"""Sections of ads, found by their headings."""

import pytest
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.sections import Sections, sections_of


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Responsibilities", "duties"),
        ("**Key Responsibilities:**", "duties"),
        ("## What you’ll do", "duties"),
        ("ROLES & RESPONSIBILITIES", "duties"),
        ("Our tech stack", "duties"),
        ("Qualifications/Requirements", "required"),
        ("What we're looking for:", "required"),
        ("What you'll need to succeed", "required"),
        ("About You", "required"),
        ("Your must haves:", "required"),
        ("Nice-to-Haves", "preferred"),
        ("It's a bonus if", "preferred"),
        ("Preferred Qualifications (optional)", "preferred"),
        ("Skills that are nice to have:", "preferred"),
        ("About Corvid Analytics", "about"),
        ("Why Corvid?", "about"),
        ("Perks & Benefits", "benefits"),
        ("Compensation:", "benefits"),
        ("Equal Opportunity Employer", "legal"),
        ("How to apply", "other"),
        ("Deine Aufgaben", "duties"),
        ("Das bringst du mit:", "required"),
        ("Wir bieten", "benefits"),
        ("Vos missions", "duties"),
        ("Profil recherché", "required"),
        ("¿Qué ofrecemos?", "benefits"),
        ("Requisitos mínimos:", "required"),
        ("Se valorará:", "preferred"),
        ("Cosa farai", "duties"),
        ("Requisiti", "required"),
        ("Wat ga je doen?", "duties"),
        ("Wat bieden wij", "benefits"),
        ("Responsabilidades e atribuições", "duties"),
        ("Diferenciais", "preferred"),
    ],
)
def test_headings_on_their_own_line(nlp: Language, heading: str, kind: str) -> None:
    doc = nlp(f"We build maps.\n\n{heading}\n• One thing\n• Another thing")
    assert [(s.label_, s._.heading) for s in doc.spans["sections"]] == [("other", None), (kind, heading)]


@pytest.mark.parametrize(
    "line",
    [
        "• Experience",
        "You will work with requirements.",
        "Python",
        "Backend:",
        "SQL preferred",
        "Berlin, Germany",
        "We value benefits, requirements and much more than that,",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert Sections().find(f"We build maps.\n\n{line}\nMore words here.") == []


def test_one_section_ends_where_the_next_begins() -> None:
    text = "Intro\n\nRequirements:\n• Python\n\nBenefits\n• Lunch"
    sections = Sections().find(text)
    assert [(s.kind, text[s.start : s.end]) for s in sections] == [
        ("other", "Intro\n\n"),
        ("required", "Requirements:\n• Python\n\n"),
        ("benefits", "Benefits\n• Lunch"),
    ]


def test_unknown_heading_ends_benefits_but_not_requirements() -> None:
    text = "Benefits\n\nLunch, and a desk.\n\nThe pieces you would move\n\nAll of them.\n\nRequirements\n\nOther pieces\n\nPython"
    assert [s.kind for s in Sections().find(text)] == ["benefits", "other", "required"]


def test_heading_with_its_text_on_one_line() -> None:
    sections = Sections().find("Requirements: Python and patience\nSalary: 50,000 EUR\nMore Python")
    assert [s.kind for s in sections] == ["required", "benefits", "required"]


def test_headings_inside_a_paragraph() -> None:
    padding = "We plan routes for buses and trams in nine towns, and people there like us for it. " * 5
    text = (
        f"{padding}Responsibilities: Build the planner and keep it fast. "
        "You own it from sketch to street.Minimum Qualifications Python and five years of it. Nice to have: Rust. "
        "What We Offer A desk with a view."
    )
    assert [s.kind for s in Sections().find(text)] == ["other", "duties", "required", "preferred", "benefits"]


def test_words_of_a_paragraph_are_no_headings() -> None:
    text = "Our Experience Team has a say. You turn requirements into code, and benefits follow. " * 8
    assert Sections().find(text) == []


def test_sections_are_their_spans(nlp: Language) -> None:
    doc = nlp("We plan routes.\n\nRequirements:\nPython and so on. " + "We like maps. " * 40 + "Nice to have: Rust")
    assert [(s.kind, s.start, s.end, s.heading) for s in sections_of(doc)] == [
        (s.label_, s.start_char, s.end_char, s._.heading) for s in doc.spans["sections"]
    ]
    assert [s.kind for s in sections_of(doc)] == ["other", "required", "preferred"]


def test_text_without_headings_has_no_sections(nlp: Language) -> None:
    assert len(nlp("Just a sentence.").spans["sections"]) == 0
    assert len(nlp("").spans["sections"]) == 0
