"""Duties, stages, use cases, soft skills and backgrounds, sentence by sentence."""

import time

import pytest
from spacy.language import Language

from nlp.pipeline import pipeline
from nlp.tags.finder import tags_of
from nlp.tags.table import forms, read_phrases, read_tags


@pytest.fixture(scope="module")
def reader() -> Language:
    reader = pipeline()
    if "tags" not in reader.pipe_names:
        reader.add_pipe("tags", after="sections")
    return reader


def found(reader: Language, text: str, kind: str) -> list[str]:
    return sorted({mention.key for mention in tags_of(reader(text)) if mention.kind == kind})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You train and evaluate neural networks.", "evaluate-models train-models"),
        ("You design, build and deploy small models.", "build-models deploy-models"),
        ("The model training, evaluation and deployment are yours.", "deploy-models evaluate-models train-models"),
        ("Fine-tuning LLMs on our notes.", "fine-tune-models"),
        ("You integrate LLMs into our editor.", "integrate-models"),
        ("Building AI-powered features.", "build-applications build-llm-applications"),
        ("Bring models to production.", "deploy-models work-in-production"),
        ("You build robust data pipelines.", "build-data-pipelines"),
        ("You collect, clean and label data.", "collect-data label-data prepare-data"),
        ("Data collection and labelling.", "collect-data label-data"),
        ("Retrain the models when data drift shows.", "retrain-models watch-for-drift"),
        ("You write clean, testable and efficient code.", "write-clean-code write-code"),
        ("Unit tests and code reviews are a matter of course.", "review-code write-tests"),
        ("Designing user interfaces.", "build-user-interfaces"),
        ("Design REST APIs.", "build-apis"),
        (
            "Work with designers, product managers and developers.",
            "collaborate-designers collaborate-engineers collaborate-product",
        ),
        ("Explain findings to people.", "communicate-insights"),
        ("Mentor junior developers.", "mentor-others"),
        ("Run A/B tests.", "run-experiments"),
        ("Gather requirements.", "gather-requirements"),
        ("Read research papers.", "work-with-papers"),
        ("Modelle entwickeln und trainieren.", "build-models train-models"),
        ("Desarrollo de modelos.", "build-models"),
    ],
)
def test_a_duty_is_a_verb_with_its_object(reader: Language, text: str, expected: str) -> None:
    assert found(reader, text, "duty") == expected.split()


@pytest.mark.parametrize(
    "text",
    [
        "Build tools with models.",  # the tools are built
        "Train the team. Models are fun.",
        "Train\n\nModels",
        "Build business models.",
        "Models help us to build a better world.",
        "Designing our data models.",
        "Deploy the shelves near the role models.",
    ],
)
def test_a_verb_without_its_object_is_no_duty(reader: Language, text: str) -> None:
    assert not {"build-models", "train-models", "deploy-models"} & set(found(reader, text, "duty"))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("lifecycle_stage", "Data collection, model training, and deployment.", "data-collection deployment training"),
        ("lifecycle_stage", "You monitor and maintain models.", "maintenance monitoring"),
        ("lifecycle_stage", "Mentor others.", ""),
        ("use_case", "Chatbots, fraud detection and recommender systems.", "chatbots fraud-detection recommendation"),
        ("use_case", "Computer vision for predictive maintenance.", "computer-vision predictive-maintenance"),
        ("use_case", "Robotic process automation", "process-automation"),
        ("soft_skill", "You are a team player and a problem-solver.", "problem-solving teamwork"),
        ("soft_skill", "Strong written and verbal communication skills", "communication"),
        ("soft_skill", "Curious, with attention to detail and business acumen", "attention-to-detail business-acumen curiosity"),
        ("soft_skill", "You uphold data integrity.", ""),
        ("soft_skill", "Teamfähigkeit und Neugier", "curiosity teamwork"),
        ("background", "Experience as a senior full-stack developer", "full-stack-developer"),
        ("background", "Five years of experience in data engineering", "data-engineer"),
        ("background", "As a software engineer you build things.", ""),
        ("background", "Self-taught, or a coding bootcamp", "bootcamp self-taught"),
        ("background", "Market research experience", ""),
    ],
)  # fmt: skip
def test_other_tags_are_phrases(reader: Language, kind: str, text: str, expected: str) -> None:
    assert found(reader, text, kind) == expected.split()


AD = """About us
We train models and love curiosity.

Your tasks
You train models.

Requirements
Curiosity

Nice to have
Experience with chatbots

Benefits
Mentoring and curiosity

Equal opportunity
Curiosity"""


def test_the_employer_does_not_speak_of_the_work_where_it_speaks_of_itself(reader: Language) -> None:
    said = [(m.key, m.section, m.need) for m in tags_of(reader(AD))]
    assert said == [
        ("train-models", "duties", "context"),
        ("training", "duties", "context"),
        ("curiosity", "required", "required"),
        ("chatbots", "preferred", "preferred"),
    ]


def test_need_is_not_known_without_headings(reader: Language) -> None:
    assert {(m.section, m.need) for m in tags_of(reader("You train models."))} == {(None, None)}


@pytest.mark.parametrize("text", ["", " ", "\n" * 50, "🙂🙂", "\x00\x01", "models", "train models " * 9, AD])
def test_a_mention_is_where_its_words_stand_and_none_comes_twice(reader: Language, text: str) -> None:
    mentions = tags_of(reader(text))
    assert all(m.surface and text[m.start_char : m.end_char] == m.surface for m in mentions)
    assert [m.start_char for m in mentions] == sorted(m.start_char for m in mentions)
    assert len({(m.kind, m.key, m.start_char) for m in mentions}) == len(mentions)


@pytest.mark.parametrize(
    "words", ["models ", "build ", "build, and ", "data data ", "experience in a ", "train models, "]
)
def test_a_text_made_to_keep_it_busy_takes_time_by_its_length_only(reader: Language, words: str) -> None:
    doc = reader.make_doc(words * (200_000 // len(words)))
    reader.get_pipe("sections")(doc)
    start = time.process_time()
    reader.get_pipe("tags")(doc)
    assert time.process_time() - start < 5


def test_every_tag_can_be_found_and_every_stage_belongs_to_a_duty() -> None:
    tags = read_tags()
    reached = {phrase.tag for phrase in read_phrases()} | {tag.stage for tag in tags}
    assert [tag.tag for tag in tags if tag.tag not in reached] == []
    assert {tag.stage for tag in tags if tag.stage} == {tag.tag for tag in tags if tag.kind == "lifecycle_stage"}


def test_every_form_of_a_phrase_that_stands_alone_is_found(reader: Language) -> None:
    """One form of each row, as an ad of its own."""
    lost = [
        (phrase.tag, phrase.forms[0])
        for phrase in read_phrases()
        if phrase.tag and not phrase.before and not phrase.after
        if phrase.tag not in {m.key for m in tags_of(reader(phrase.forms[0]))}
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("big data", {"big data"}),
        ("big|small data", {"big", "small data"}),
        ("(big|small) data", {"big data", "small data"}),
        ("(big|) data|dates", {"big data", "data", "dates"}),
        ("{size} data", {"big data", "very large data"}),
        ("end-to-end", {"end-to-end", "end to end", "end-to end", "end to-end"}),
    ],
)
def test_a_pattern_stands_for_its_forms(pattern: str, expected: set[str]) -> None:
    assert set(forms(pattern, {"size": ("big", "very large")})) == expected
