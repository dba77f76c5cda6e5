"""The page of ads: what is found and in what order, and one ad with what was read in it; whatever an ad holds stays text."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd
import pytest
from conftest import AT, HOSTILE_TITLE, build_small_warehouse
from streamlit.testing.v1 import AppTest
from test_dashboard import reading, shown_ad, shown_components, words

from dashboard import ads, highlight
from dashboard.ad_marks import FACTS, fact_marks, search_marks
from dashboard.ads_queries import SORTS, ad_match, ad_reading
from dashboard.filtered import Filters
from dashboard.roles import LABELS, ROLE_COLORS
from dashboard.wordings import difference
from nlp.facts import Facts, facts
from nlp.label import label
from nlp.label_version import label_version
from warehouse.store import building


def listed(app: AppTest) -> pd.DataFrame:
    """The list of ads."""
    return next(frame.value for frame in app.dataframe if "n_postings" in frame.value)


def shown_charts(app: AppTest) -> list[str]:
    """What the charts say in words."""
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


def content_hash(db: Path, title: str) -> str:
    """The content of the postings with a title."""
    with reading(db) as con:
        return con.execute("select content_hash from posting where title = ?", [title]).fetchall()[0][0]


def test_search_looks_in_titles_and_employers(open_page, small_warehouse):
    assert "**5** ads match" in words(open_page(small_warehouse, "ads", q="FULL STACK"))
    assert "**5** ads match" in words(open_page(small_warehouse, "ads", q="cobalt"))
    assert "No ad matches" in words(open_page(small_warehouse, "ads", q="100%_'; drop table skill; --"))


@pytest.mark.parametrize(
    ("linked", "first"), [("1", 1), ("2", 8), ("99", 1), ("0", 1), ("-3", 1), ("two", 1), ("9" * 40, 1)]
)
def test_a_link_opens_its_page_of_the_list(open_page, small_warehouse, monkeypatch, linked, first):
    monkeypatch.setattr(ads, "_ROWS", 7)
    app = open_page(small_warehouse, "ads", results_page=linked)
    assert f"shown are {first} to {first + 6}" in words(app)


def test_chosen_ad_is_shown_with_its_skills_where_they_stand(open_page, small_warehouse):
    ad = shown_ad(open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, "AI Engineer 1"), skill="Python"))
    with reading(small_warehouse) as con:
        text, mentions = con.execute(
            """
            select description, (
                select list((surface, case when negated then 'negated' else need end) order by start_char)
                from job_posting_mention as m where m.content_hash = p.content_hash
            )
            from posting as p where title = 'AI Engineer 1'
            """
        ).fetchone()
    assert "".join(piece["text"] for piece in ad["pieces"]) == text
    marked = [
        (p["text"], p["kinds"][0]) for p in ad["pieces"] if p["kinds"] and p["kinds"][0] not in ("fact", "heading")
    ]
    assert marked == [tuple(mention) for mention in mentions]
    assert ("Docker", "negated") in marked
    assert [p["text"] for p in ad["pieces"] if p["wanted"]] == ["Python"]
    assert {"2+ years", "$100,000"} == {p["text"] for p in ad["pieces"] if p["kinds"] == ["fact"]}


def test_chosen_ad_shows_three_answers_and_its_postings(open_page, small_warehouse):
    app = open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, "AI Engineer 0"))
    assert "By title and text **AI engineer**, by title alone **AI engineer**, by text alone" in words(app)
    answers = ad_reading(small_warehouse.resolve(), content_hash(small_warehouse, "AI Engineer 0")).roles
    assert answers.groupby("label")["probability"].sum().round(6).to_dict() == {label: 1 for label in LABELS}
    assert "History, and 2 postings of this ad" in [e.label for e in app.expander]


def test_chosen_ad_says_what_spoke_for_its_role_and_against_it(open_page, small_warehouse):
    app = open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, "Data Scientist 25"))
    assert "Why Data scientist?" in words(app)
    answers, why = shown_charts(app)
    assert "title and text, Data scientist: 80%" in answers
    assert why.startswith("What spoke for Data scientist")
    assert re.search(r"title[^;]*Scientist \+\d", why, re.I)
    by_text = open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, "Data Scientist 25"), label="text alone")
    assert "title" not in shown_charts(by_text)[1]


def test_an_explanation_by_another_version_than_the_label_is_marked_as_such(open_page, tmp_path):
    db = tmp_path / "rolescope.duckdb"
    build_small_warehouse(db)
    app = open_page(db, "ads", ad=posting_id(db, "AI Engineer 1"))
    assert "made by version test" in words(app)
    assert "`rolescope label` brings both together" in words(app)
    with building(db, AT) as con:
        con.execute("update label_version set model_version = ?", [label_version()])
        con.execute("update job_posting_role set model_version = ?", [label_version()])
    assert "brings both together" not in words(open_page(db, "ads", ad=posting_id(db, "AI Engineer 1")))


def test_a_broken_model_of_ones_own_is_named_and_the_ad_still_shown(open_page, tmp_path):
    db = tmp_path / "rolescope.duckdb"
    build_small_warehouse(db)
    (tmp_path / "model").mkdir()
    app = open_page(db, "ads", ad=posting_id(db, "AI Engineer 1"))
    assert not app.exception
    assert "rolescope train" in words(app)
    assert "title and text, AI engineer: 80%" in shown_charts(app)[0]
    assert shown_ad(app)["pieces"]


def test_reasons_are_marked_in_the_text_instead_of_skills(open_page, small_warehouse):
    ad = posting_id(small_warehouse, "Machine Learning Engineer 13")
    shown = shown_ad(open_page(small_warehouse, "ads", ad=ad, mark="reasons for the role"))
    kinds = {kind for piece in shown["pieces"] for kind in piece["kinds"]}
    assert "for" in kinds
    assert kinds <= {"for", "against"}
    assert "PyTorch" in {piece["text"] for piece in shown["pieces"] if "for" in piece["kinds"]}
    assert shown["colors"]["for"] == ROLE_COLORS["ml_engineer"]
    assert "speaks for ML engineer" in [name for _, name, _ in shown["legend"]]
    skills = shown_ad(open_page(small_warehouse, "ads", ad=ad))
    assert "".join(p["text"] for p in skills["pieces"]) == "".join(p["text"] for p in shown["pieces"])
    assert not skills["colors"]
    assert "choice of marks” that is not known" in words(open_page(small_warehouse, "ads", ad=ad, mark="nonsense"))


def test_ad_for_several_jobs_shows_each_with_its_role(open_page, tmp_path):
    db = tmp_path / "rolescope.duckdb"
    build_small_warehouse(db)
    title = "Machine Learning Engineer 13"
    with building(db, AT) as con:
        con.execute(
            """
            insert into job_posting_role_part
            select content_hash, unnest([1, 2]), unnest([title, '<b>Cook</b>']), unnest([0, 20]), unnest([20, 60]),
                unnest(['ml_engineer', null]), unnest([0.1, null]), unnest([0.9, null]), unnest([0.0, null]),
                unnest([0.0, null]), unnest([0.0, null]), null, null
            from job_posting_text where title = ?
            """,
            [title],
        )
    app = open_page(db, "ads", ad=posting_id(db, title))
    assert not app.exception
    assert "The ad lists 2 jobs" in words(app)
    (parts,) = (frame.value for frame in app.dataframe if "probability" in frame.value)
    assert parts["title"].tolist() == [title, "<b>Cook</b>"]
    assert parts["role"].tolist()[0] == "ML engineer"
    assert parts["probability"].isna().tolist() == [False, True]
    text = shown_ad(open_page(db, "ads", ad=posting_id(db, title), mark="reasons for the role"))
    assert not any("for" in p["kinds"] for p in text["pieces"] if p["text"] == "PyTorch")  # the part ends before it


def test_unlabelled_ad_is_shown_without_labels(open_page, small_warehouse):
    app = open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, "Not read yet 40"))
    assert "This ad is not labelled yet" in words(app)
    assert shown_ad(app)["title"] == "Not read yet 40"


def test_hostile_ad_is_never_markdown_and_has_no_link(open_page, small_warehouse):
    app = open_page(small_warehouse, "ads", ad=posting_id(small_warehouse, HOSTILE_TITLE))
    assert not app.exception
    assert "onerror" not in words(app)
    assert "example.invalid" not in words(app)
    ad = shown_ad(app)
    assert ad["title"] == HOSTILE_TITLE
    assert ad["url"] is None
    assert "![i](http://example.invalid/i.png)" in "".join(p["text"] for p in ad["pieces"])
    assert [p["text"] for p in ad["pieces"] if p["kinds"] == ["required"]] == ["Python", "PyTorch"]


def test_an_opened_ad_names_its_source_with_a_link_that_may_be_followed(open_page, mixed_warehouse):
    ad = shown_ad(open_page(mixed_warehouse, "ads", ad=posting_id(mixed_warehouse, "AI Engineer 4")))
    assert (ad["source"], ad["source_url"]) == ("Remote OK", "https://remoteok.com/")
    ad = shown_ad(open_page(mixed_warehouse, "ads", ad=posting_id(mixed_warehouse, "AI Engineer 6")))
    assert (ad["source"], ad["source_url"]) == ("Lever postings", None)
    assert not re.search(r"rel = [^;]*nofollow", highlight._JS)


def test_the_list_names_the_source_of_each_ad(open_page, mixed_warehouse):
    app = open_page(mixed_warehouse, "ads", q="AI Engineer 4")
    rows = listed(app)
    assert rows[rows["title"] == "AI Engineer 4"]["source"].tolist() == ["Remote OK"]


def test_a_mention_says_what_would_do_instead(tmp_path: Path) -> None:
    db = tmp_path / "rolescope.duckdb"
    with building(db, AT) as con:
        con.execute(
            "insert into job_posting_text (content_hash, title, text) values ('k', 'Weaver', 'Python, Go or Rust, and SQL')"
        )
        label(con, AT, workers=1)
    found = {m["name"]: m["instead"] for m in ad_reading(db.resolve(), "k").mentions if m["kind"] == "skill"}
    assert found == {"Python": "Go or Rust", "Go": "Python or Rust", "Rust": "Go or Python", "SQL": None}


def test_ads_that_name_a_skill_are_those_that_its_share_counts(open_page, small_warehouse):
    with reading(small_warehouse) as con:
        n = con.execute(
            "select n_with_a, n_with_b from skill_difference('ai_engineer', 'ml_engineer') where skill = 'docker'"
        ).fetchone()
    for role, n_with in zip(("AI engineer", "ML engineer"), n, strict=True):
        assert f"**{n_with}** ads match" in words(open_page(small_warehouse, "ads", role=role, skill="Docker"))


def test_filters_of_the_side_bar_and_of_the_page_change_the_list_and_its_query(open_page, small_warehouse):
    everything = listed(open_page(small_warehouse, "ads"))
    for link in ({"source": "lever"}, {"country": "DE"}, {"posted_from": "2025-12-24"}, {"role": "AI engineer"},
                 {"skill": "Docker", "need": "preferred"}, {"skill": "Docker"}, {"q": "amberwick"}):  # fmt: skip
        app = open_page(small_warehouse, "ads", **link)
        assert 0 < len(listed(app)) < len(everything), link
        (query,) = (code.value for code in app.code if "ad_match" in code.value)
        assert link["source" if "source" in link else next(iter(link))].lower().split()[0] in query.lower()


@pytest.mark.parametrize(
    ("sort", "column", "descends"),
    [("newest", "posted_on", True), ("oldest", "posted_on", False), ("employer", "hiring_organization", False),
     ("title", "title", False), ("pay", "pay_usd", True)],
)  # fmt: skip
def test_the_list_has_the_order_that_is_chosen(open_page, small_warehouse, sort, column, descends):
    rows = listed(open_page(small_warehouse, "ads", sort=sort))[column]
    known = rows.dropna().map(lambda value: value.lower() if isinstance(value, str) else value).tolist()
    assert known == sorted(known, reverse=descends)
    assert rows.iloc[: len(known)].notna().all()


def test_each_order_is_a_list_of_all_ads(small_warehouse):
    found = [
        {*ad_match(small_warehouse.resolve(), Filters(), None, None, None, sort, 500, 0)["posting_id"]}
        for sort in SORTS
    ]
    assert all(ids == found[0] for ids in found)
    assert len(found[0]) == 41


def test_every_fact_that_has_a_place_in_the_text_can_be_marked():
    places = {field.name.removesuffix("_start_char") for field in fields(Facts) if field.name.endswith("_start_char")}
    assert places == {*FACTS}


TOLD = """We are hiring a full-time engineer in Berlin, Germany.

Requirements
Bachelor's degree in computer science. Self-taught people are welcome.
5+ years of experience. Fluent German. Active security clearance is required.
We cannot sponsor visas. The work is fully remote.
Base pay: $100,000 - $120,000 a year. On-target earnings: $150,000 a year."""


def test_facts_are_marked_where_the_reader_of_facts_found_them():
    found = asdict(facts("Engineer", TOLD))
    marks = fact_marks(found)
    assert {mark.note for mark in marks} >= {"pay", "visa", "clearance", "language", "degree required", "work mode"}
    for mark in marks:
        fact = next(fact for fact, name in FACTS.items() if name == mark.note)
        assert (mark.start, mark.end) == (found[f"{fact}_start_char"], found[f"{fact}_end_char"])
        assert mark.label == mark.note


@pytest.mark.parametrize(
    ("search", "text", "marked"),
    [
        ("python", "Python and pythons", ["Python"]),
        ("pyth*", "Python and pythons", ["Python", "pythons"]),
        ('"machine learning"', "learning machine-learning", ["machine-learning"]),
        ("sql -python", "SQL, Python", ["SQL"]),
        ("resume", "your résumé", ["résumé"]),
        ("c++ (a|b)+$", "C++", ["C++"]),
        ("", "x", []), ("*", "x", []), ('"', "x", []), ("-", "x", []),
    ],
)  # fmt: skip
def test_words_of_a_search_are_marked_as_the_search_finds_them(search, text, marked):
    assert [text[mark.start : mark.end] for mark in search_marks(text, search)] == marked


def test_kinds_of_marks_are_chosen_by_link(open_page, small_warehouse):
    ad = posting_id(small_warehouse, "AI Engineer 1")
    app = open_page(small_warehouse, "ads", ad=ad, mark=["facts", "searched words"], q="team")
    assert app.button_group(key="mark").value == ["facts", "searched words"]
    shown = shown_ad(app)
    assert {kind for piece in shown["pieces"] for kind in piece["kinds"]} == {"fact", "found"}
    assert [[kind, n] for kind, _, n in shown["legend"]] == [["fact", 2], ["found", 1]]
    assert [p["label"] for p in shown["pieces"] if p["kinds"] == ["fact"]] == ["years of experience", "pay"]


@pytest.fixture(scope="module")
def reworded_warehouse(tmp_path_factory):
    """small_warehouse in which AI Engineer 1 had another wording before, and AI Engineer 6 is a repetition of it."""
    db = tmp_path_factory.mktemp("reworded") / "rolescope.duckdb"
    build_small_warehouse(db)
    with building(db, AT) as con:
        con.execute(
            """
            insert into job_posting_text
            select 'before', '<b>Old</b> title', replace(text, 'Pay', '<img src=x>' || chr(10) || 'Wage'), language
            from job_posting_text where title = 'AI Engineer 1';
            insert into job_posting_version
            select posting_id, 'before', first_seen_at, first_seen_at from job_posting where title = 'AI Engineer 1';
            update job_posting set cluster_id = (select cluster_id from job_posting where title = 'AI Engineer 1')
            where title = 'AI Engineer 6';
            """
        )
    return db


def test_two_wordings_are_compared_line_by_line(open_page, reworded_warehouse):
    ad = posting_id(reworded_warehouse, "AI Engineer 1")
    app = open_page(reworded_warehouse, "ads", ad=ad, wording="before")
    assert not app.exception
    assert "Its title: <b>Old</b> title" in words(app)
    *_, difference = shown_components(app)
    lines = {
        kind: "".join(p["text"] for p in difference["pieces"] if p["kinds"] == [kind]) for kind in ("added", "removed")
    }
    assert "<img src=x>\nWage: $100,000" in lines["removed"]
    assert "Pay: $100,000" in lines["added"]
    other = app.selectbox(key=f"wording-{ad}").set_value(content_hash(reworded_warehouse, "AI Engineer 6")).run()
    assert other.query_params["wording"] == content_hash(reworded_warehouse, "AI Engineer 6")
    assert "History, and 2 postings of this ad" in [e.label for e in other.expander]


def test_a_wording_that_the_ad_never_had_is_not_compared(open_page, reworded_warehouse):
    ad = posting_id(reworded_warehouse, "AI Engineer 1")
    app = open_page(reworded_warehouse, "ads", ad=ad, wording=content_hash(reworded_warehouse, "Data Scientist 25"))
    assert not app.exception
    assert "a wording that this ad did not have" in words(app)
    assert len(shown_components(app)) == 2


@pytest.mark.parametrize(
    ("before", "now", "removed", "added"),
    [
        ("a\nb\nc", "a\nX\nc", ["b"], ["X"]),
        ("a\nb", "a\nb\nc", [], ["c"]),
        ("", "a", [""], ["a"]),
        ("same", "same", [], []),
        ("a\na\na", "a", ["a\na"], []),
    ],
)
def test_difference_marks_the_lines_that_one_wording_lacks(before, now, removed, added):
    text, marks = difference(before, now)
    found = {kind: [text[m.start : m.end] for m in marks if m.kind == kind] for kind in ("removed", "added")}
    assert found == {"removed": removed, "added": added}


def test_long_runs_of_equal_lines_are_counted_instead():
    common = "\n".join(f"line {i}" for i in range(50))
    text, marks = difference(f"{common}\nold", f"{common}\nnew")
    assert [text[m.start : m.end] for m in marks] == ["… 46 lines are the same …", "old", "new"]


def test_wordings_of_thousands_of_different_lines_are_not_compared():
    assert difference("\n".join(map(str, range(5000))), "\n".join(map(str, range(9000, 12000)))) is None


def posting_id(db: Path, title: str) -> str:
    """The first posting with a title."""
    with reading(db) as con:
        return con.execute("select min(posting_id) from posting where title = ?", [title]).fetchall()[0][0]
