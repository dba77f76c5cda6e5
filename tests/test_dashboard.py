"""Every page, run by Streamlit itself on warehouses that are missing, foreign, empty, unlabelled, small."""

import json
from pathlib import Path

import duckdb
import pytest
from conftest import AT, build_small_warehouse
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import pages, snapshot
from warehouse.store import building

PAGES = list(pages.PAGES)


def words(app: AppTest) -> str:
    """All text that the page shows outside of tables, charts and the ad itself."""
    kinds = (
        app.title,
        app.subheader,
        app.markdown,
        app.caption,
        app.info,
        app.warning,
        app.error,
        app.success,
        app.text,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def shown_ad(app: AppTest) -> dict:
    """What was handed to the two components that show an ad: its head and its text."""
    head, text = shown_components(app)
    return head | text


def shown_components(app: AppTest) -> list[dict]:
    """What was handed to components; the one that mends the browser's history gets nothing."""
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
def test_every_page_runs_on_every_warehouse(open_page, request, warehouse, page):
    app = open_page(request.getfixturevalue(warehouse), page)
    assert app.title


@pytest.mark.parametrize("page", PAGES)
def test_missing_warehouse_names_the_remedy(open_page, tmp_path, page):
    app = open_page(tmp_path / "none.duckdb", page)
    assert "rolescope up" in words(app)


def test_foreign_database_is_named_as_such(open_page, tmp_path):
    with duckdb.connect(str(tmp_path / "other.duckdb")) as con:
        con.execute("create table recipe (name varchar)")
    assert "recipe" in words(open_page(tmp_path / "other.duckdb", "overview"))


def test_file_that_is_no_database_is_named_as_such(open_page, tmp_path):
    (tmp_path / "x.duckdb").write_text("not a database, but long enough to be looked at " * 200)
    assert "cannot open" in words(open_page(tmp_path / "x.duckdb", "ads"))


def test_empty_warehouse_says_what_to_run(open_page, empty_warehouse):
    assert "rolescope crawl" in words(open_page(empty_warehouse, "overview"))


@pytest.mark.parametrize("page", ["overview", "compare"])
def test_nothing_labelled_is_said_and_not_counted(open_page, unlabelled_warehouse, page):
    app = open_page(unlabelled_warehouse, page)
    assert "rolescope label" in words(app)
    assert not app.get("vega_lite_chart")


def test_overview_counts_ads_once_and_leaves_the_unlabelled_out(open_page, small_warehouse):
    app = open_page(small_warehouse, "overview")
    assert {m.label: m.value for m in app.metric} == {
        "Ads": "41", "Employers": "8", "Open now": "40", "Labelled": "95%", "Last seen": "03 Mar 2026",
    }  # fmt: skip
    assert "2 of 41 ads are not labelled yet" in words(app)
    assert "Share of n = 39 labelled ads" in words(app)


def test_overview_hides_roles_with_too_few_ads(open_page, small_warehouse):
    app = open_page(small_warehouse, "overview")
    assert words(app).count("Not enough ads") == 2  # 7 data scientists, 5 full-stack engineers
    assert len(app.get("vega_lite_chart")) == 4  # roles, months, and the two roles that are large enough


def test_sample_data_is_marked_on_every_page(open_page, tmp_path):
    build_small_warehouse(tmp_path / "sample.duckdb", sample=True)
    for page in PAGES:
        assert any("Sample data" in warning.value for warning in open_page(tmp_path / "sample.duckdb", page).warning)


def test_real_data_is_not_marked_as_sample(open_page, small_warehouse):
    assert "Sample data" not in words(open_page(small_warehouse, "overview"))


def test_link_restores_filters(open_page, small_warehouse):
    link = {
        "label": "title alone",
        "source": ["lever"],
        "country": ["DE", "US"],
        "posted_from": "2025-11-10",
        "open": "true",
    }
    app = open_page(small_warehouse, "ads", **link, role="AI engineer", skill="Python", need="required")
    assert app.selectbox(key="label").value == "role_by_title"
    assert app.multiselect(key="source").value == ["lever"]
    assert app.multiselect(key="country").value == ["DE", "US"]
    assert app.toggle(key="open").value is True
    assert app.date_input(key="posted_from").value.isoformat() == "2025-11-10"
    assert (app.selectbox(key="role").value, app.selectbox(key="skill").value) == ("ai_engineer", "python")
    assert not app.warning


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("overview", {"source": "<b>nowhere</b>"}),
        ("overview", {"posted_to": "yesterday"}),
        ("overview", {"label": "astrology"}),
        ("compare", {"a": "Wizard"}),
        ("ads", {"skill": "[x](javascript:alert(1))"}),
        ("ads", {"ad": "no-such-posting"}),
    ],
)
def test_unknown_value_in_a_link_is_ignored_with_a_note(open_page, small_warehouse, page, link):
    app = open_page(small_warehouse, page, **link)
    assert len(app.warning) == 1
    assert next(iter(link.values())) not in words(app)


def test_filters_change_the_numbers(open_page, small_warehouse):
    app = open_page(small_warehouse, "overview")
    app.multiselect(key="source").set_value(["lever"]).run()
    assert next(m.value for m in app.metric if m.label == "Ads") == "20"
    app.multiselect(key="country").set_value(["DE"]).run()
    assert "No ad passes" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_sources_that_ask_for_it_are_named_and_linked(open_page, mixed_warehouse, page):
    assert "Sources: [Jobs by Adzuna](https://www.adzuna.com/), [Remote OK](https://remoteok.com/)." in words(
        open_page(mixed_warehouse, page)
    )


def test_where_no_source_asks_for_it_none_is_named(open_page, small_warehouse):
    assert "Sources:" not in words(open_page(small_warehouse, "overview"))


def test_names_of_sources_are_text_and_addresses_are_looked_at(open_page, tmp_path):
    db = tmp_path / "hostile.duckdb"
    build_small_warehouse(db)
    with building(db, AT.replace(hour=15)) as con:
        con.execute(
            """
            update source set attribution = '[a](http://b) <i>_c_\n', attribution_url = 'javascript:alert(1)' where source = 'lever';
            update source set attribution = 'G', attribution_url = 'https://g.example/a) ![i](http://b' where source = 'greenhouse';
            update source set attribution = 'H', attribution_url = 'https://h.example/(x)<b>' where source = 'remoteok';
            update job_posting set source = 'remoteok' where title = 'AI Engineer 4';
            """
        )
    line = next(line for line in words(open_page(db, "health")).splitlines() if line.startswith("Sources"))
    assert line == r"Sources: G, \[a\]\(http\:\/\/b\) \<i\>\_c\_, [H](https://h.example/%28x%29%3Cb%3E)."


def test_snippets_are_in_no_statistic_but_can_be_read(open_page, mixed_warehouse):
    app = open_page(mixed_warehouse, "overview")
    metrics = {m.label: m.value for m in app.metric}
    assert (metrics["Ads"], metrics["Labelled"]) == ("41", "95%")  # 38 of 40
    assert "1 ad is known by its first words only" in words(app)
    assert "Share of n = 38 labelled ads" in words(app)
    with reading(mixed_warehouse) as con:
        assert con.execute("select n_ads from role_count() where role = 'ai_engineer'").fetchone() == (12,)
        assert con.execute("select count(*) from opening(sources := ['adzuna'])").fetchone() == (0,)
        assert con.execute("select sum(n_ads) from salary_by_role where role = 'ai_engineer'").fetchone() == (11,)
        (snippet,) = con.execute(
            "select posting_id from posting where not full_text and board != 'amberwick-twin'"
        ).fetchone()
    assert "**12** ads match" in words(open_page(mixed_warehouse, "ads", q='"AI Engineer"'))
    assert "**11** ads match" in words(open_page(mixed_warehouse, "ads", q='"AI Engineer"', role="AI engineer"))
    app = open_page(mixed_warehouse, "ads", ad=snippet)
    assert "first words of this ad only" in words(app)
    assert shown_ad(app)["title"] == "AI Engineer 2"


def test_where_all_is_snippets_there_is_nothing_to_count(open_page, mixed_warehouse):
    for page in ("overview", "compare"):
        app = open_page(mixed_warehouse, page, source="adzuna")
        assert "2 ads are known by their first words only" in words(app)
        assert not app.get("vega_lite_chart")


def test_data_health_shows_failed_boards_and_rejected_records(open_page, small_warehouse):
    app = open_page(small_warehouse, "health")
    assert {m.label: m.value for m in app.metric} == {
        "Boards tried": "10", "Complete": "9", "In trouble": "1", "Below minimum": "1", "Never complete": "1",
    }  # fmt: skip
    assert any("found fewer postings" in w.value for w in app.warning)
    boards = next(f.value for f in app.dataframe if "last_error" in f.value)
    assert boards.iloc[0]["last_error"] == "503 Service Unavailable"
    assert any("record" in f.value and "<b>Words</b>" in f.value["record"].iloc[0] for f in app.dataframe)
    assert "42 different" not in words(app)
    assert "2 of 41 texts are not labelled yet" in words(app)


def test_new_snapshot_is_shown_by_the_next_run_with_selections_kept(open_page, tmp_path):
    db = tmp_path / "live.duckdb"
    build_small_warehouse(db)
    app = open_page(db, "overview", source="lever")
    before = words(app)
    with building(db, AT.replace(hour=15)) as con:
        con.execute("delete from job_posting where title = 'AI Engineer 2'")
    app.run()
    assert words(app) != before
    assert next(m.value for m in app.metric if m.label == "Ads") == "19"
    assert app.multiselect(key="source").value == ["lever"]


def test_filters_hold_for_the_next_page(open_page, small_warehouse):
    app = open_page(small_warehouse, "overview", country="DE")
    app._page_hash = calc_hash("ads")
    app.run()
    assert app.multiselect(key="country").value == ["DE"]


def reading(db: Path) -> duckdb.DuckDBPyConnection:
    """A cursor of the connection that the pages read with."""
    return snapshot.connection(db.resolve()).cursor()
