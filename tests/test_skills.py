"""The table of skills and its extractor, sentence by sentence."""

import pytest
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.skills.cues import read_cues
from nlp.skills.matcher import mentions
from nlp.skills.need import Sentences
from nlp.skills.table import Skill, skill_table, surfaces


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


def found(nlp: Language, text: str) -> list[str]:
    return [mention.key for mention in mentions(nlp(text)) if not mention.negated]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our services run on Spring Boot and React Native.", "spring-boot react-native"),
        ("You write C, C++ and C# every day.", "c c-plus-plus c-sharp"),
        ("Drivers in C/C++ on Linux.", "c c-plus-plus linux"),
        ("Tooling: HTML5/CSS3, Node.js.", "html css node-js"),
        ("Python3, Java 17+ and Angular12.", "python java angular"),
        ("JavaScript, not a word about the island.", "javascript"),
        ("We train with TensorFlow/PyTorch.", "tensorflow pytorch"),
        ("Join a curious team.Kubernetes matters here.", "kubernetes"),
        ("machine-learning services and REST API design", "machine-learning rest-apis"),
        ("Skills: python;sql;docker", "python sql docker"),
        ("PowerBI next to Git Hub", "power-bi github"),
        ("Agile/Scrum, k-NN", "agile scrum k-nearest-neighbors"),
        ("Continuous integration and delivery with Flyway", "ci-cd flyway"),
        ("A/B experiments in SQL databases", "a-b-testing sql"),
    ],
)
def test_names_lists_and_versions_are_split(nlp: Language, text: str, expected: str) -> None:
    assert found(nlp, text) == expected.split()


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("A go-to-market plan for spring.", "go"),
        ("Go beyond what our clients ask.", "Go"),
        ("We closed our Series C in May.", "C"),
        ("You report to the C-level.", "C"),
        ("German at level C1.", "C"),
        ("Home of cutting-edge AI.", "edge AI"),
        ("Work with R&D in Lyon.", "R"),
        ("Ask for R. Lindqvist at the desk.", "R"),
        ("Objective-C only", "C"),
        ("You react to alarms and spark ideas.", "react"),
        ("You excel in front of customers.", "excel"),
        ("American Express is our neighbour.", "Express"),
        ("Read more on www.python-weekly.example/java.", "python"),
        ("Write to python@jobs.example today.", "python"),
        ("Apply through Workday.", "Workday"),
        ("The team talks on Slack.", "Slack"),
        ("Customers such as Snowflake and Databricks love us.", "Snowflake"),
        ("We are an equal opportunity employer that values machine learning.", "machine learning"),
        ("Base pay of 95,000 CAD a year.", "CAD"),
        ("A bachelor's degree in Statistics or a related field.", "Statistics"),
        ("Every X-Ray is read twice.", "Ray"),
        ("Ask for Ray Lindqvist, Python fan.", "Ray"),
        ("Backups with Oracle, Northern Vault, Terraform", "Vault"),
        ("Python and Data Science Spring 2027", "Spring"),
        ("Come and join the nest.", "nest"),
        ("You react, express doubts and go home, Python or not.", "express"),
        ("We stay connected through tools like Slack.", "Slack"),
        ("Orario dalle 9 alle 18.", "dalle"),
        ("Our QA and sales teams sit together.", "QA"),
        ("A TPM plans each release.", "TPM"),
        ("Databricks and Notion are just a few of our customers.", "Notion"),
    ],
)
def test_words_that_only_look_like_skills_do_not_count(nlp: Language, text: str, surface: str) -> None:
    assert surface not in [mention.surface for mention in mentions(nlp(text))]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Two years as a Go developer.", "Go"),
        ("Backends written in Go.", "Go"),
        ("Rust, Go or Zig", "Go"),
        ("Statistics with R and Python", "R"),
        ("Experience with R", "R"),
        ("iOS apps in Swift", "Swift"),
        ("Charts: Excel, Word, PowerPoint", "Excel"),
        ("Angular,\nBootstrap,\njQuery,", "Bootstrap"),
        ("Web servers: Apache, NGINX", "Apache"),
        ("Proficient in Excel", "Excel"),
        ("Skilled in using Excel to check figures", "Excel"),
        ("Word, Outlook, Teams", "Teams"),
        ("Scripts in python, perl and swift", "swift"),
        ("ansible, puppet and chef", "chef"),
        ("Familiarity with Segment or similar tools", "Segment"),
        ("Most code is Python and Go hosted in two regions.", "Go"),
        ("Nice to have: Go", "Go"),
        ("Kotlin Spring, two years", "Spring"),
        ("You are a Unity game developer.", "Unity"),
        ("Node, TypeScript and React", "Node"),
        ("You deploy applications on Kubernetes and will be fluent in SQL.", "Kubernetes"),
        ("Master Kafka on a major cloud such as AWS.", "AWS"),
    ],
)
def test_ambiguous_names_count_with_evidence(nlp: Language, text: str, surface: str) -> None:
    assert surface in [mention.surface for mention in mentions(nlp(text))]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("No PHP required, but Python is.", "PHP"),
        ("Java is not needed.", "Java"),
        ("Java or PHP experience is not necessary.", "Java PHP"),
        ("You can do this without Kubernetes.", "Kubernetes"),
        ("We are migrating away from Oracle and Jenkins.", "Oracle Jenkins"),
        ("Kotlin; Scala is not required", "Scala"),
        ("Not only SQL but also Python.", ""),
        ("Terraform is preferred but not required.", ""),
        ("No matter whether Python or Java, you learn fast.", ""),
    ],
)
def test_skills_that_are_not_needed_are_negated(nlp: Language, text: str, negated: str) -> None:
    assert [mention.surface for mention in mentions(nlp(text)) if mention.negated] == negated.split()


@pytest.mark.parametrize(
    ("text", "surface", "need"),
    [
        ("Requirements:\n• Python\n• SQL", "SQL", "required"),
        ("Requirements:\n• Python\n• Docker is a plus", "Docker", "preferred"),
        ("Requirements:\n• Python (Rust preferred)", "Rust", "preferred"),
        ("Requirements:\n• Python (Rust preferred)", "Python", "required"),
        ("Requirements:\n• Cloud platforms, ideally AWS", "AWS", "preferred"),
        ("Requirements:\n• Docker and, ideally, AWS", "Docker", "required"),
        ("Nice to have:\n• Kafka", "Kafka", "preferred"),
        ("What you'll do:\n• Move our jobs to Kafka", "Kafka", "context"),
        ("What you'll do:\n• Proficiency in Kafka", "Kafka", "required"),
        ("You need 3+ years of Python.", "Python", "required"),
        ("Nice to have: GraphQL", "GraphQL", "preferred"),
        ("Our stack is Django and Postgres.", "Django", "context"),
        ("Django required, Celery would be a bonus", "Django", "required"),
        ("Django required, Celery would be a bonus", "Celery", "preferred"),
        ("Dein Profil\n• Erfahrung mit Kubernetes", "Kubernetes", "required"),
        ("Requisitos\n• Docker será un plus", "Docker", "preferred"),
    ],
)
def test_need_follows_own_words_then_section(nlp: Language, text: str, surface: str, need: str) -> None:
    assert {m.need for m in mentions(nlp(text)) if m.surface == surface} == {need}


def test_skills_in_benefits_do_not_count(nlp: Language) -> None:
    assert found(nlp, "Requirements:\n• Python\n\nBenefits:\n• A Docker course") == ["python"]


def test_spans_carry_the_same_evidence_as_mentions(nlp: Language) -> None:
    doc = nlp("Requirements:\n• Python, no PHP\n• Go or Rust is a plus")
    spans = [
        (s.label_, s.start_char, s.end_char, s.text, s._.section, s._.need, s._.negated, s._.rule)
        for s in doc.spans["skills"]
    ]
    assert spans == [
        (m.key, m.start_char, m.end_char, m.surface, m.section, m.need, m.negated, m.rule) for m in mentions(doc)
    ]
    assert all(doc.text[m.start_char : m.end_char] == m.surface for m in mentions(doc))


def test_many_ads_at_once_are_read_as_one_by_one(nlp: Language) -> None:
    texts = ["Python or Go.", "", "Requirements:\n• Rust, no PHP", "No skills here.", "Docker is a plus."]
    together = list(nlp.pipe(texts, disable=["spans"], batch_size=2))
    assert [mentions(doc) for doc in together] == [mentions(nlp(text)) for text in texts]
    assert [len(mentions(doc)) for doc in together] == [2, 0, 2, 0, 1]
    assert not any(doc.spans for doc in together)


def test_a_sentence_is_the_same_whoever_asks_first() -> None:
    text = "We ship, e.g. maps. You write Go;\n- plan routes - Test them! " * 30 + "no stop at all " * 100
    places = range(0, len(text), 7)
    in_order, backwards = Sentences(text, read_cues(), []), Sentences(text, read_cues(), [])
    forth = [(around.start, around.end) for around in map(in_order.around, places)]
    back = [(around.start, around.end) for around in map(backwards.around, reversed(places))]
    assert forth == back[::-1]
    sentences = {text[start:end].strip() for start, end in forth[:60]}
    assert sentences == {"We ship, e.g. maps.", "You write Go;", "", "- plan routes -", "Test them!"}


@pytest.mark.parametrize(
    "text", ["", "\n\n", "🚀🎉", "•", "C", "a" * 50_000, "Python, " * 25_000, "(" * 30_000, "x@" * 20_000]
)
def test_odd_texts_are_read(nlp: Language, text: str) -> None:
    assert nlp(text).text == text


def test_every_skill_is_found_by_its_longer_names(nlp: Language) -> None:
    """A name of two words or more is found where it stands alone, unless a longer rule of evidence forbids it."""
    alone = [skill for skill in skill_table() if " " in skill.name and not skill.ambiguity]
    broad = read_cues().broad
    lost = [s.name for s in alone if s.skill not in broad and s.skill not in found(nlp, f"Experience with {s.name}.")]
    assert lost == []


def test_skills_that_the_cues_name_are_in_the_table() -> None:
    assert read_cues().broad | read_cues().channel <= {skill.skill for skill in skill_table()}


@pytest.mark.parametrize(
    ("name", "aliases", "ambiguity", "expected"),
    [
        ("Fine-Tuning", "", "", {("fine tuning".title(), "plain"), ("FineTuning", "plain")}),
        ("Apache Spark", "Spark", "case", {("Spark", "case"), ("Apache Spark", "plain")}),
        ("Go", "Golang", "context", {("Go", "context"), ("Golang", "plain")}),
        ("Microsoft Excel", "MS Excel", "qualified", {("Excel", "sibling"), ("MS Excel", "plain")}),
        ("Large Language Models", "LLM", "acronym", {("LLM", "acronym"), ("LLMs", "acronym")}),
        ("Vector Database", "", "", {("Vector Databases", "plain"), ("Vector-Database", "plain")}),
    ],
)
def test_written_forms_and_their_rules(name: str, aliases: str, ambiguity: str, expected: set[tuple[str, str]]) -> None:
    skill = Skill("key", name, "category", tuple(aliases.split("|")) if aliases else (), ambiguity, 2)  # type: ignore[arg-type]
    assert expected <= set(surfaces(skill))
