"""The page Read an ad: any text is read as the ads of the warehouse are, is kept nowhere, and stays text."""

from pathlib import Path

import pytest
from conftest import AT, HOSTILE_TEXT, HOSTILE_TITLE
from streamlit.testing.v1 import AppTest
from test_dashboard import shown_components, words

from dashboard import pasted
from dashboard.ads_queries import ad_reading
from nlp.label import label
from warehouse.store import building
from warehouse.text import MAX_CHARACTERS, clean

SCRIPT = """
from dashboard import paste
from dashboard.filtered import Filters
from dashboard.snapshot import current_snapshot

paste.show(current_snapshot(), Filters({label!r}))
"""

TITLE = "Machine Learning Engineer"
TEXT = """Orchard Loom builds looms that listen.

What you will do
• Train and deploy models in PyTorch, and keep the data pipelines clean
• Work with product people

Requirements
• 4+ years of experience with Python and SQL
• Kubernetes or Docker
• Bachelor's degree in computer science or equivalent experience

Nice to have
• LangChain

We cannot sponsor visas. Pay: $140,000 - $160,000 a year. Fully remote."""


@pytest.fixture
def paste(small_warehouse: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a title and a text into the form and send it."""
    monkeypatch.setenv("ROLESCOPE_DB", str(small_warehouse))

    def run(title: str, text: str, label: str = "role") -> AppTest:
        app = AppTest.from_string(SCRIPT.format(label=label), default_timeout=120).run()
        app.text_input(key="pasted_title").set_value(title)
        app.text_area(key="pasted_text").set_value(text)
        app.button[0].click().run()
        assert not app.exception
        return app

    return run


def shown(app: AppTest) -> dict:
    """What was handed to the head and to the text."""
    head, text = shown_components(app)
    return head | text


def test_a_pasted_ad_is_read_as_the_same_ad_of_a_warehouse(tmp_path: Path) -> None:
    db = tmp_path / "rolescope.duckdb"
    with building(db, AT) as con:
        con.execute("insert into job_posting_text (content_hash, title, text) values ('k', ?, ?)", [TITLE, TEXT])
        label(con, AT, workers=1)
    stored, read = ad_reading(db.resolve(), "k"), pasted.read(db, TITLE, TEXT)
    assert read.roles.equals(stored.roles)
    assert read.facts | {"content_hash": "k"} == stored.facts
    assert (read.answers, read.mentions, read.sections, read.parts) == (
        stored.answers, stored.mentions, stored.sections, stored.parts,
    )  # fmt: skip
    assert {m["key"]: m["instead"] for m in read.mentions}["docker"] == "Kubernetes"


def test_a_pasted_ad_is_shown_with_role_reasons_and_marks(paste):
    app = paste(TITLE, TEXT)
    assert "Why ML engineer?" in words(app)
    ad = shown(app)
    assert ad["title"] == TITLE
    assert "".join(piece["text"] for piece in ad["pieces"]) == TEXT
    assert "PyTorch" in [
        piece["text"] for piece in ad["pieces"] if "required" in piece["kinds"] or "context" in piece["kinds"]
    ]
    assert {"pay", "visa", "degree required", "years of experience"} <= {piece["label"] for piece in ad["pieces"]}
    assert ["Visa", "not sponsored", ""] in ad["facts"]
    assert not app.warning


def test_the_text_is_not_in_the_link_and_gone_when_the_form_is_emptied(paste):
    app = paste(TITLE, TEXT)
    assert "Orchard" not in str(app.query_params)
    app.text_input(key="pasted_title").set_value("")
    app.text_area(key="pasted_text").set_value("")
    app.button[0].click().run()
    assert not shown_components(app)


def test_without_a_title_the_text_alone_is_judged(paste):
    app = paste("", TEXT)
    assert "judged by the text alone" in words(app)
    assert shown(app)["title"] == "No title"


@pytest.mark.parametrize(
    ("title", "text", "said"),
    [
        ("", "", None),
        ("", " \n\t ", "Nothing in this can be read"),
        ("", "\x00\x01\x02\u200b\u202e", "Nothing in this can be read"),
        ("", "🧶🧵" * 500, "little text"),
        ("", "".join(map(chr, range(256))) * 40, "another language"),
        ("Weber", "Wir suchen einen Weber, der mit uns an leisen Webstühlen arbeitet und dabei die Maschinen versteht. " * 5, "“de”"),
        ("", "1234 5678 " * 40, "hardly looks like text"),
        ("x" * 5000, "Weaving " * 40, None),
    ],
)  # fmt: skip
def test_whatever_is_pasted_gets_an_honest_word(paste, title, text, said):
    app = paste(title, text)
    if said:
        assert said in words(app)
    if clean(text.encode(errors="ignore").decode()):
        assert "".join(piece["text"] for piece in shown(app)["pieces"])


@pytest.mark.parametrize("text", ["Python," * 40_000, "x" * 300_000, "• Python\n" * 30_000, "<p>" * 70_000 + "Python"])
def test_what_is_too_long_is_cut_and_said_to_be(paste, text):
    app = paste("Weaver", text)
    assert len("".join(piece["text"] for piece in shown(app)["pieces"])) <= MAX_CHARACTERS
    if len(text) >= MAX_CHARACTERS:
        assert f"first {MAX_CHARACTERS:,} characters" in words(app)


def test_a_hostile_paste_stays_text(paste):
    app = paste(HOSTILE_TITLE, HOSTILE_TEXT + " \u202etxet :red[no] $x^2$ [a](http://b.invalid)" + " words" * 40)
    said = words(app)
    assert "onerror" not in said
    assert "invalid" not in said
    ad = shown(app)
    assert ad["title"] == HOSTILE_TITLE
    text = "".join(piece["text"] for piece in ad["pieces"])
    assert ":red[no] $x^2$ [a](http://b.invalid)" in text
    assert "\u202e" not in text


def test_a_broken_model_of_ones_own_is_named(paste, tmp_path, monkeypatch, small_warehouse):
    db = tmp_path / small_warehouse.name
    db.symlink_to(small_warehouse.resolve())
    (tmp_path / "model").mkdir()
    monkeypatch.setenv("ROLESCOPE_DB", str(db))
    app = AppTest.from_string(SCRIPT.format(label="role"), default_timeout=120).run()
    app.text_area(key="pasted_text").set_value(TEXT)
    app.button[0].click().run()
    assert not app.exception
    assert "rolescope train" in words(app)
