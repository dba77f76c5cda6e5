"""An explanation adds up to the model's own answer, points at the words that speak, and says which way they pull."""

import math
import re
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from spacy.tokens import Doc

from nlp.pipeline import pipeline
from nlp.review.queue import Passage, ReviewAd
from nlp.review.screen import ReviewScreen
from nlp.review.session import Session
from nlp.roles.classifier import RoleClassifier
from nlp.roles.explanation import Explanation, Signal, explain
from nlp.roles.labels import ROLES
from nlp.roles.reasons import Explainer, in_words, reasons

MODEL, NLP = RoleClassifier.load(), pipeline()
EXPLAIN = Explainer(MODEL)
AGENTS = (
    "We are a small team. You build agents on top of large language models, design prompts and retrieval over a vector "
    "store, and ship them behind an API. Python and some React.\n\nBenefits\nA gym card, fruit, and Kubernetes stickers."
)
MODELS = "You train deep learning models in PyTorch, run them on GPUs, and watch the models for drift in production."
NUMBERS = "You run experiments, fit regression models in R, and explain the findings to stakeholders. SQL every day."
BOTH_SIDES = "You write user interfaces in React and TypeScript, and REST APIs in Node.js with PostgreSQL behind them."
VAN = "Drive a van, load parcels, and greet our customers. A driving licence is required. Shifts start at five."
ADS = [
    ("AI Engineer", AGENTS), ("Engineer (m/f/d), Agents", AGENTS), ("Data Scientist", MODELS), ("Analyst", NUMBERS),
    ("Full Stack Developer", BOTH_SIDES), ("Van Driver", VAN), ("", AGENTS), ("Data Scientist", ""), ("🐍🐍 Python", "🐍 " + NUMBERS),
    ("Ingenieur", "Du trainierst Modelle mit PyTorch und betreibst sie in der Cloud."),
]  # fmt: skip


def probabilities(title: str, text: str, answer: str) -> np.ndarray:
    return getattr(MODEL.predict([NLP.make_doc(title)], [NLP(text)]), answer)[0].astype(float)


@pytest.mark.parametrize("answer", ["both", "text", "title"])
@pytest.mark.parametrize(("title", "text"), ADS)
def test_the_signals_add_up_to_the_log_odds_of_the_model(title: str, text: str, answer: str) -> None:
    found, p = EXPLAIN(title, text, answer), probabilities(title, text, answer)
    if found is None:
        assert np.isnan(p).all()
        return
    rival, winner = np.argsort(p)[-2:]
    assert (found.winner, found.rival) == (ROLES[winner], ROLES[rival])
    assert found.log_odds == pytest.approx(math.log(p[winner] / p[rival]), abs=1e-3)
    assert found.intercept + sum(signal.weight for signal in found.signals) == pytest.approx(found.log_odds, abs=1e-4)
    weights = [abs(signal.weight) for signal in found.signals]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("answer", ["both", "text"])
@pytest.mark.parametrize(("title", "text"), ADS[:6])
def test_without_its_strongest_word_an_ad_moves_the_way_that_was_said(title: str, text: str, answer: str) -> None:
    found = EXPLAIN(title, text, answer)
    strongest = next(s for s in found.signals if s.kind == "word" and " " not in s.what)
    odds = []
    for read in (text, re.sub(rf"\b{re.escape(strongest.what)}\b", "something", text, flags=re.I)):
        p = probabilities(title, read, answer)
        odds.append(math.log(p[ROLES.index(found.winner)] / p[ROLES.index(found.rival)]))
    assert (odds[0] - odds[1]) * strongest.weight > 0


def test_spans_are_all_places_of_a_word_and_none_in_sections_that_do_not_speak() -> None:
    text = "Agents!  We like AGENTS 🐍, and vector\tstores. We build agents in teams of people who care.\n\nBenefits\nagents"
    found = EXPLAIN("Engineer", text)
    of = {s.what.lower(): s for s in found.signals if s.kind == "word"}
    agents = of["agents"]
    assert agents.what == "Agents"
    assert [text[a:b] for a, b in agents.spans] == ["Agents", "AGENTS", "agents"]
    assert [text[a:b] for a, b in of["vector"].spans] == ["vector"]
    silent = text.index("Benefits")
    assert all(end <= silent for s in found.signals for _, end in s.spans)


def test_two_words_with_a_silent_section_between_them_are_no_pair_in_the_text() -> None:
    text = f"{MODELS} " * 4 + "Build data. Benefits: Free gym card and fruit. Requirements: Engineer with patience."
    silent = text.index("Benefits"), text.index("Requirements")
    found = EXPLAIN("", text)
    assert all(end <= silent[0] or start >= silent[1] for s in found.signals for start, end in s.spans)
    assert [s.spans for s in found.signals if s.what == "…"] == [()]  # "data requirements", which counts all the same


@pytest.mark.parametrize("title", ["Retrieval Engineer", "Prompts and Retrieval"])
def test_words_of_the_title_do_not_speak_in_the_answer_by_text(title: str) -> None:
    by_text, both = EXPLAIN(title, AGENTS, "text"), EXPLAIN(title, AGENTS)
    assert {s.kind for s in by_text.signals} == {"word", "cue"}
    assert not any("retrieval" in s.what.lower() for s in by_text.signals if s.kind == "word")
    assert any(s.what == "retrieval" and s.spans for s in both.signals)


def test_signals_of_the_title_have_no_place_in_the_text() -> None:
    found = EXPLAIN("AI Engineer", "")
    assert {s.kind for s in found.signals} == {"title word", "title rule"}
    assert ("title rule", "ai_engineer") in {(s.kind, s.what) for s in found.signals}
    assert not any(s.spans for s in found.signals)


@pytest.mark.parametrize("text", ["", "🎉🎉🎉", "\x00\x01\x02", "<br><br>", "!!!", "\n" * 50])
def test_where_nothing_can_be_said_there_is_no_explanation(text: str) -> None:
    assert EXPLAIN("", text, "text") is None


@pytest.mark.parametrize(
    "text", [AGENTS * 700, "agents " * 30_000, "a" * 200_000, "\n\n".join("Benefits" for _ in range(9_000))]
)
def test_a_huge_text_is_explained_or_not_but_never_fails(text: str) -> None:
    found = EXPLAIN("AI Engineer", text)
    assert all(0 <= a < b <= len(text) for s in found.signals for a, b in s.spans)


def test_other_names_its_neighbour() -> None:
    found = EXPLAIN("Van Driver", VAN)
    assert (found.winner, found.adjacent) == ("other", "non_tech")
    assert EXPLAIN("AI Engineer", AGENTS).adjacent is None


def test_a_part_is_explained_by_its_own_words_at_their_places_in_the_whole_text() -> None:
    text = f"Open roles:\n1. Van Driver\n{VAN}\n2. AI Engineer\n{AGENTS}"
    start = text.index("2. AI")
    found = EXPLAIN.of_part("AI Engineer", text, start, len(text))
    words = [s for s in found.signals if s.kind == "word"]
    assert found.winner == "ai_engineer"
    assert all(start <= a and " ".join(text[a:b].split()).lower() == s.what.lower() for s in words for a, b in s.spans)
    assert "parcels" not in {s.what for s in words}
    assert "Kubernetes" in {s.what for s in words}  # labels of parts are made from every word of them


# ---- the short form


def told(*signals: Signal) -> tuple[list[Signal], list[Signal]]:
    return reasons(Explanation("ai_engineer", "other", None, 1.0, 0.0, signals), 3)


PAIR = Signal("word", "vector store", 0.5, ((0, 12), (40, 52)))


@pytest.mark.parametrize(
    ("more", "pro", "contra"),
    [
        ((), [("vector store", 0.5)], []),
        ((Signal("word", "vector", 0.25, ((0, 6), (40, 46))),), [("vector store", 0.75)], []),
        ((Signal("word", "vector", 0.25, ((0, 6), (90, 96))),), [("vector store", 0.5), ("vector", 0.25)], []),
        ((Signal("word", "vector", -0.25, ((0, 6),)),), [("vector store", 0.5)], [("vector", -0.25)]),
        ((Signal("word", "vector", 2.0, ((0, 6),)),), [("vector", 2.0), ("vector store", 0.5)], []),
        ((Signal("word", "and the", -0.1, ((13, 20),)),), [("vector store", 0.5)], []),
        ((Signal("word", "we", -0.4, ((13, 15),)),), [("vector store", 0.5)], [("we", -0.4)]),
        ((Signal("title word", "vector", 0.25),), [("vector store", 0.5), ("vector", 0.25)], []),
        ((Signal("cue", "llm", -0.1), Signal("cue", "selling", -0.7)), [("vector store", 0.5)], [("selling", -0.7), ("llm", -0.1)]),
    ],
)  # fmt: skip
def test_the_short_form_merges_words_into_pairs_and_drops_idle_ones(more, pro, contra) -> None:
    signals = sorted([PAIR, *more], key=lambda s: -abs(s.weight))
    assert [[(s.what, s.weight) for s in side] for side in told(*signals)] == [pro, contra]


def test_the_short_form_keeps_to_its_length() -> None:
    for_it, against = reasons(EXPLAIN("AI Engineer", AGENTS), 2)
    assert len(for_it) == len(against) == 2
    assert all(s.weight > 0 for s in for_it)
    assert all(s.weight < 0 for s in against)


def test_every_kind_of_signal_has_words() -> None:
    titles = {"ai_engineer": "AI engineer"}
    signals = [
        PAIR, Signal("title word", "AI", 1.0), Signal("title rule", "ai_engineer", 1.0), Signal("cue", "llm", 1.0), Signal("cue", "front_end", 1.0),
    ]  # fmt: skip
    expected = ["vector store", "title: AI", "title says AI engineer", "words on LLMs", "words on front end"]
    assert [in_words(signal, titles) for signal in signals] == expected


def test_the_explainer_reads_as_the_labelling_does() -> None:
    title, text = ADS[0]
    doc: Doc = NLP(text)
    assert EXPLAIN(title, text) == explain(MODEL, NLP.make_doc(title), doc)


# ---- on the screen of `rolescope review`


def review_lines(
    width: int, *, blind: bool = False, title: str = "AI Engineer", text: str = AGENTS, role: str = "ai_engineer"
) -> list[str]:
    ad = ReviewAd(
        content_hash="0" * 16, title=title, hiring_organization=None, job_location=None, language=None, posted_on=None,
        role=role, adjacent=None, secondary_role=None, both=(0.9, 0.1, 0, 0, 0), by_title=None, by_text=None,
        passages=(Passage(text, None, None),),
    )  # fmt: skip
    console = Console(file=StringIO(), width=width, height=30, highlight=False)
    session = Session([ad.content_hash], lambda _: ad, Path("labels.csv"), "ada", blind=blind)
    console.print(ReviewScreen(console, 0, "", EXPLAIN).draw(session), end="")
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_reviewers_see_three_reasons_for_the_label_and_three_against_it(width: int) -> None:
    shown = [line[55:] for line in review_lines(width)[:12]]
    assert [sum(sign in line for line in shown) for sign in ("+ ", "− ")] == [3, 3]


@pytest.mark.parametrize("width", [80, 120])
def test_where_the_text_says_little_the_title_is_a_reason(width: int) -> None:
    ad = {"title": "Full Stack Engineer", "text": "You join us in Ghent.", "role": "full_stack_engineer"}
    assert any("+ title: Full" in line for line in review_lines(width, **ad)[:12])


def test_reasons_are_left_out_where_there_is_no_room_or_the_label_is_hidden() -> None:
    assert not any("+ title" in line for line in [*review_lines(60), *review_lines(80, blind=True)])
