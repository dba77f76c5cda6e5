"""Sections of ads, found by their headings."""

import time

import pytest
from spacy.language import Language

from nlp.headings import Headings
from nlp.pipeline import pipeline
from nlp.sections import Sections, sections_of, unknown_headings

SECTIONS = Sections()


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
        ("Was Sie mitbringen sollten", "required"),
        ("Von Vorteil sind:", "preferred"),
        ("Unser Angebot an Sie", "benefits"),
        ("Vos principales missions :", "duties"),
        ("Ce que nous recherchons", "required"),
        ("Ce serait un plus", "preferred"),
        ("Tus principales funciones serán:", "duties"),
        ("Se valorará positivamente:", "preferred"),
        ("O que vais fazer", "duties"),
        ("Requisitos desejáveis", "preferred"),
        ("La risorsa si occuperà di:", "duties"),
        ("Costituiscono titolo preferenziale:", "preferred"),
        ("Wat wij van jou verwachten", "required"),
        ("Dit bieden wij jou", "benefits"),
        ("Twój zakres obowiązków", "duties"),
        ("Mile widziane:", "preferred"),
        ("Vi söker dig som har", "required"),
        ("Meriterande", "preferred"),
        ("Dine opgaver", "duties"),
        ("Vi tilbyder", "benefits"),
        ("Què oferim", "benefits"),
        ("岗位职责：", "duties"),
    ],
)
def test_headings_on_their_own_line(nlp: Language, heading: str, kind: str) -> None:
    doc = nlp(f"We build maps.\n\n{heading}\n• One thing\n• Another thing")
    assert [(s.label_, s._.heading) for s in doc.spans["sections"]] == [("other", None), (kind, heading)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("As our first map engineer, you will:", "duties"),
        ("We think that this is the right place for somebody curious. To draw with us you should have:", "required"),
        ("It would be a plus if you also know:", "preferred"),
        ("In addition, we would be happy if you…", "preferred"),
        ("Your key technical skills for this role", "required"),
        ("Main tasks, duties and responsibilities", "duties"),
        ("Skills (nice to have)", "preferred"),
        ("What You Bring...", "required"),
        ("What You´ll Do", "duties"),
        ("The icing on the cake (nice-to-haves):", "preferred"),
        ("Compensation and perks include:", "benefits"),
    ],
)
def test_headings_that_are_more_than_a_phrase_of_the_table(line: str, kind: str) -> None:
    sections, unknown = SECTIONS.find(f"We build maps.\n\n{line}\n\n• One thing\n• Another thing")
    assert [(s.kind, s.heading) for s in sections[1:]] == [(kind, line)]
    assert unknown == []


def test_headings_of_different_kinds_on_one_line_are_of_none() -> None:
    assert Headings().kind("Skills and location", marked=True) is None


@pytest.mark.parametrize(
    "line",
    [
        "• Experience",
        "Some years with maps preferred",
        "Writing down what users have as requirements",
        "Maps, globes, atlases and a bonus, …",
        "Cartography: 2 years (preferred)",
        "You will work with requirements.",
        "Python",
        "Backend:",
        "SQL preferred",
        "Berlin, Germany",
        "We value benefits, requirements and much more than that,",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert SECTIONS.find(f"We build maps.\n\n{line}\nMore words here.")[0] == []


def test_one_section_ends_where_the_next_begins() -> None:
    text = "Intro\n\nRequirements:\n• Python\n\nBenefits\n• Lunch"
    sections, _ = SECTIONS.find(text)
    assert [(s.kind, text[s.start : s.end]) for s in sections] == [
        ("other", "Intro\n\n"),
        ("required", "Requirements:\n• Python\n\n"),
        ("benefits", "Benefits\n• Lunch"),
    ]


def test_unknown_heading_ends_benefits_but_not_requirements() -> None:
    text = "Benefits\n\nLunch, and a desk.\n\nThe pieces you would move\n\nAll of them.\n\nRequirements\n\nOther pieces\n\nPython"
    assert [s.kind for s in SECTIONS.find(text)[0]] == ["benefits", "other", "required"]


def test_field_of_a_form_does_not_change_what_follows() -> None:
    sections, _ = SECTIONS.find("Benefits\n\nLunch.\n\nRole: Map engineer\nA desk.")
    assert [s.kind for s in sections] == ["benefits", "duties", "benefits"]


def test_heading_with_its_text_on_one_line() -> None:
    sections, _ = SECTIONS.find("Requirements: Python and patience\nSalary: 50,000 EUR\nMore Python")
    assert [s.kind for s in sections] == ["required", "benefits", "required"]


def test_headings_inside_a_paragraph() -> None:
    padding = "We plan routes for buses and trams in nine towns, and people there like us for it. " * 5
    text = (
        f"{padding}Responsibilities: Build the planner and keep it fast. "
        "You own it from sketch to street.Minimum Qualifications Python and five years of it. Nice to have: Rust. "
        "What We Offer A desk with a view. What You Bring to the Atlas: Python."
    )
    kinds = [s.kind for s in SECTIONS.find(text)[0]]
    assert kinds == ["other", "duties", "required", "preferred", "benefits", "required"]


def test_words_of_a_paragraph_are_no_headings() -> None:
    text = "Our Experience Team has a say. You turn requirements into code, and benefits follow. " * 8
    assert SECTIONS.find(text) == ([], [])


def test_sections_are_their_spans(nlp: Language) -> None:
    doc = nlp("We plan routes.\n\nRequirements:\nPython and so on. " + "We like maps. " * 40 + "Nice to have: Rust")
    assert [(s.kind, s.start, s.end, s.heading) for s in sections_of(doc)] == [
        (s.label_, s.start_char, s.end_char, s._.heading) for s in doc.spans["sections"]
    ]
    assert [s.kind for s in sections_of(doc)] == ["other", "required", "preferred"]


def test_text_without_headings_has_no_sections(nlp: Language) -> None:
    assert len(nlp("Just a sentence.").spans["sections"]) == 0
    assert len(nlp("").spans["sections"]) == 0


def test_unknown_headings_are_told_with_their_place(nlp: Language) -> None:
    text = "We build maps.\n\nOddities of the Craft:\nInk.\n\nThe **atlas** shelf\n\n• Python\n\nRequirements\n\n• Go"
    doc = nlp(text)
    unknown = unknown_headings(doc)
    assert [(u.heading, u.folded) for u in unknown] == [
        ("Oddities of the Craft:", "oddities of the craft"),
        ("The **atlas** shelf", "the atlas shelf"),
    ]
    assert [text[u.start :].startswith(u.heading) for u in unknown] == [True, True]
    assert [s.kind for s in sections_of(doc)] == ["other", "required"]


@pytest.mark.parametrize(
    "line",
    [
        "Responsibilities:",  # known
        "A plain sentence that goes on for longer than headings do:",
        "Ink, paper and pens",
        "We draw maps.",
        "• Tools:",
        "lower case:",
        "—:",
        "",
    ],
)
def test_lines_that_are_no_unknown_headings(line: str) -> None:
    assert SECTIONS.find(f"We build maps.\n\n{line}\n• One thing")[1] == []


def test_at_most_twelve_unknown_headings_of_a_text() -> None:
    text = "".join(f"Oddity number {n}:\nInk.\n\n" for n in range(500))
    assert len(SECTIONS.find(text)[1]) == 12


def test_unknown_heading_that_ends_benefits_is_told_too() -> None:
    sections, unknown = SECTIONS.find("Benefits\n\nLunch.\n\nPieces you would move\n\nAll of them.")
    assert [s.kind for s in sections] == ["benefits", "other"]
    assert [u.heading for u in unknown] == ["Pieces you would move"]


@pytest.mark.parametrize(
    "text", ["(" * 60_000, ("Oddity (" * 9 + ":\n") * 900, "\n" * 200_000, "and " * 40_000, "🗺️" * 9000]
)
def test_hostile_texts_have_no_headings_and_take_no_time(text: str) -> None:
    started = time.perf_counter()
    assert SECTIONS.find(text)[0] == []
    assert time.perf_counter() - started < 2
