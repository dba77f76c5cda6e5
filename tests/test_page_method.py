"""The page Method: facts of the package and of the snapshot, and a citation that names it."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import method, method_queries, queries
from dashboard.citation import citations
from dashboard.filtered import Filters
from dashboard.roles import LABELS, ROLE_TITLES
from warehouse import CODE_VERSION, connect


@pytest.fixture
def show(show_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""
    return partial(show_page, "method")


def words(app: AppTest) -> str:
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def cited(app: AppTest) -> dict[str, str]:
    begins = {"Text": "The rolescope", "BibTeX": "@misc", "CITATION.cff": "cff-version"}
    return {form: next(c.value for c in app.code if c.value.startswith(begin)) for form, begin in begins.items()}


def newest(db: Path) -> tuple[str, str]:
    with connect(db) as con:
        return con.execute(
            "select snapshot_id, strftime(taken_at, '%d %B %Y') from snapshot order by taken_at desc limit 1"
        ).fetchone()


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
def test_it_runs_on_every_warehouse(show, request, warehouse):
    assert show(request.getfixturevalue(warehouse)).title[0].value == "Method"


def test_roles_are_defined_in_the_words_of_the_codebook(show, small_warehouse):
    said = words(show(small_warehouse))
    book = method_queries.codebook()
    roles = book[book["kind"] == "role"]
    assert list(roles["name"]) == list(ROLE_TITLES.values())
    assert all(f"**{row.name}**: {row.definition}" in said for row in roles.itertuples())


def test_the_codebook_holds_every_kind_of_thing_that_is_read():
    book = method_queries.codebook()
    assert {*book["kind"]} == {
        "role", "category of skills", "duty", "lifecycle stage", "use case", "soft skill", "background", "section",
    }  # fmt: skip
    assert {*book.loc[book["kind"] == "section", "name"]} == {
        "about", "duties", "required", "preferred", "benefits", "legal", "other",
    }  # fmt: skip
    assert (book["definition"].str.len() > 3).all()
    assert not book.duplicated(["kind", "name"]).any()


def test_every_word_and_view_has_a_meaning_in_the_snapshot(small_warehouse):
    words = method_queries.terms(small_warehouse.resolve())
    assert words["definition"].notna().all(), words
    made = method_queries.made(small_warehouse.resolve())
    assert list(made["name"]) == list(method_queries._MADE)
    assert made["meaning"].notna().all()


def test_scores_are_those_of_the_model_card(show, small_warehouse):
    scores = method_queries.role_scores()
    assert {*scores["judged_by"]} == {*LABELS.values()}
    assert ((scores["ci_low"] <= scores["f1"]) & (scores["f1"] <= scores["ci_high"])).all()
    overall = scores[scores["of"] == "all (macro-F1)"]
    assert len(overall) == 3
    share, low, high, n = method_queries.random_ads_right()
    assert low < share < high and n == method_queries.metrics()["read"]["random"]["n"]
    card = method_queries.model_card()
    assert all(f"{f1:.3f}" in card for f1 in overall["f1"])
    assert "Known limits" not in words(show(small_warehouse))
    assert "Known limits" in words(show(small_warehouse, card="true"))


def test_labels_of_another_version_are_said_to_be_so(show, small_warehouse, monkeypatch):
    assert "another version than the one that was measured" in words(show(small_warehouse))
    monkeypatch.setattr(method_queries, "shipped_label_version", lambda: "test")  # what the fixture says made it
    assert "another version than the one that was measured" not in words(show(small_warehouse))


def test_unlabelled_ads_are_said_to_be_so(show, unlabelled_warehouse):
    assert "rolescope label" in words(show(unlabelled_warehouse))


def test_versions_name_the_snapshot_and_count_its_openings(show, small_warehouse):
    table = show(small_warehouse).table[0].value.iloc[:, 0]
    plain = {name: value.replace("\\", "") for name, value in table.items()}
    with connect(small_warehouse) as con:
        n_ads, n_employers = con.execute("select n_ads, n_employers from posting_count()").fetchone()
    assert plain["Snapshot"] == newest(small_warehouse)[0]
    assert plain["Shown by rolescope"] == CODE_VERSION
    assert plain["Openings, each once"] == f"{n_ads:,} of {n_employers:,} employers"
    assert plain["Sample data"] == "no"


def test_each_citation_names_snapshot_date_and_n(show, small_warehouse):
    snapshot_id, day = newest(small_warehouse)
    for form, text in cited(show(small_warehouse)).items():
        assert snapshot_id in text
        assert (day if form == "Text" else "2026-03-03") in text
        assert "42 postings, 41 openings of 8 employers, 39 of them labelled" in text
        assert text.count("{") == text.count("}")


def test_bibtex_has_a_key_a_year_and_a_month(show, small_warehouse):
    text = cited(show(small_warehouse))["BibTeX"]
    assert re.match(r"@misc\{rolescope_\w+,\n", text)
    assert "year = {2026}" in text and "month = mar" in text


def test_a_citation_of_sample_data_says_that_the_ads_are_invented(small_warehouse):
    row = queries.snapshot_row(small_warehouse.resolve())
    counts = queries.posting_count(small_warehouse.resolve(), Filters())
    assert not any("invented" in text for text in citations(row, counts).values())
    assert all("invented" in text for text in citations(row | {"is_sample": True}, counts).values())


def test_sources_are_named_with_their_postings_and_terms(show, small_warehouse):
    rows = method_queries.sources(small_warehouse.resolve())
    assert rows["n_postings"].sum() == 42
    assert rows["terms"].notna().all()
    assert "of 2 sources" in words(show(small_warehouse))
    assert "MIT" in words(show(small_warehouse))


def test_where_nothing_is_there_is_nothing_to_cite_or_name(show, empty_warehouse):
    assert "no source to name" in words(show(empty_warehouse))


def test_the_filters_of_the_bar_are_said_not_to_apply(show, small_warehouse):
    assert "don't apply here" in words(show(small_warehouse))
    assert "don't apply here" in show(small_warehouse, Filters(only_open=True)).info[0].value


@pytest.mark.parametrize("value", ["*a* [b](c) <i> $x$ :red[d] `e` #f", "0.5.0", "a_b"])
def test_cells_of_the_table_of_versions_are_no_markdown(value):
    assert not re.search(r"(?<!\\)[*_\[\]<>$:`#]", method._plain(value))
