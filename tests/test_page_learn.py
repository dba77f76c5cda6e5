"""The page Learn next: the numbers of the learning path, the ads behind them, and a CV that leaves no trace."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import HOSTILE_TITLE
from streamlit.testing.v1 import AppTest
from test_learning_path import ADS, CLUSTERED, FEW, ad
from test_views import published

from dashboard import learn, learn_queries, roles
from dashboard.filtered import Filters
from warehouse import connect
from warehouse.learning_path.openings import required
from warehouse.learning_path.steps import learning_path

CV = "Zorbqux Vellamy, Tarn Street 9. Ten years of SQL and Go; no Rust."


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learn")
    hostile = ad(HOSTILE_TITLE, "python", country="SE")
    published(folder, [*ADS, *CLUSTERED, *FEW, hostile]).close()
    return folder / "w.duckdb"


@pytest.fixture
def show(show_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""
    return partial(show_page, "learn")


def words(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.success, app.text)
    return "\n".join(str(e.value) for kind in kinds for e in kind)


def described(app: AppTest) -> list[str]:
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


def metrics(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


@pytest.mark.parametrize("warehouse", ["empty_warehouse", "unlabelled_warehouse", "small_warehouse"])
def test_it_runs_on_every_warehouse(show, request, warehouse):
    assert show(request.getfixturevalue(warehouse)).title[0].value == "Learn next"


def test_unlabelled_ads_are_said_to_be_so(show, unlabelled_warehouse):
    assert "rolescope label" in words(show(unlabelled_warehouse))


def test_numbers_are_those_of_the_learning_path(show, db):
    app = show(db, learn_role="ML engineer", have=["PYTHON", "SQL"], weigh="each ad the same")
    with connect(db) as con:
        expected = learning_path(required(con, "ml_engineer", None), ["python", "sql"], 12, by_employer=False)
    assert metrics(app)["Covered now"] == f"{expected.covered.value:.1%}"
    assert f"{expected.n_covered:,} of {expected.n_openings:,} ads" in words(app)
    assert "2 more require nothing known" in words(app)
    opens, covers, _ = described(app)
    for i, step in enumerate(expected.next_skills):
        assert f"{step.name} {step.opened.value:.1%}, {step.n_opened} of {expected.n_openings} ads" in opens, i
    for i, step in enumerate(expected.sequence, 1):
        assert f"{i}. {step.name} {step.covered.value:.1%}" in covers


def test_each_employer_weighs_the_same_unless_the_link_says_otherwise(show, db):
    by_employer = metrics(show(db, learn_role="ML engineer", have=["PYTHON"]))
    by_ad = metrics(show(db, learn_role="ML engineer", have=["PYTHON"], weigh="each ad the same"))
    assert by_employer["Covered now"] != by_ad["Covered now"]


@pytest.mark.parametrize("have", [(), ("python",), ("r", "sql"), ("go", "python", "r", "rust", "sql")])
def test_ads_matched_are_as_many_as_the_path_counts(db, have):
    for role in ("ml_engineer", "full_stack_engineer"):
        with connect(db) as con:
            wanted = required(con, role, None)
        assert len(learn_queries.covered(wanted, have)) == learning_path(wanted, have, 1, False).n_covered


@pytest.mark.parametrize("by_employer", [True, False])
def test_what_is_asked_for_most_is_what_the_path_says(db, by_employer):
    with connect(db) as con:
        wanted = required(con, "ml_engineer", None)
    asked = learn_queries.most_asked(wanted, ("sql",), by_employer).set_index("skill")
    steps = learning_path(wanted, ["sql"], 12, by_employer).next_skills
    assert asked["wanted"].to_dict() == pytest.approx({step.name: step.wanted for step in steps})
    assert asked["wanted"].is_monotonic_decreasing
    assert asked.loc["RUST", "n_asking"] == 1
    assert (asked["wanted_low"] < asked["wanted"]).all() and (asked["wanted"] < asked["wanted_high"]).all()


def test_ads_matched_are_listed_as_text(show, db):
    app = show(db, learn_role="ML engineer", have=["PYTHON"], learn_country="SE")
    assert "Too few ads" in words(app)
    app = show(db, learn_role="ML engineer", have=["PYTHON"])
    matched = next(f.value for f in app.dataframe if "employer" in f.value and "lacks" not in f.value)
    assert HOSTILE_TITLE in matched["employer"].tolist()
    assert "onerror" not in words(app)


def test_near_misses_say_what_lacks(show, db):
    app = show(db, learn_role="ML engineer", have=["SQL"])
    near = next(f.value for f in app.dataframe if "lacks" in f.value)
    assert "PYTHON or R" in near["lacks"].tolist()


def test_too_few_ads_are_said_to_be(show, db):
    assert "Too few ads to say anything: 4 of 4 employers" in words(show(db, learn_role="AI engineer"))


def test_where_nothing_opens_much_that_is_said(show, tmp_path):
    skills = ("python", "sql", "go")
    published(tmp_path, [ad(f"Employer {i}", *skills, role="ai_engineer") for i in range(8)]).close()
    app = show(tmp_path / "w.duckdb", learn_role="AI engineer")
    assert "No single skill opens much" in words(app)
    assert "3 or more requirements that you do not meet" in words(app)
    app = show(tmp_path / "w.duckdb", learn_role="AI engineer", have=["PYTHON", "SQL"])
    assert "No single skill opens much" not in words(app)


def test_who_has_all_needs_nothing(show, db):
    app = show(db, learn_role="ML engineer", have=["PYTHON", "R", "SQL", "GO", "RUST"])
    assert "Nothing lacks" in words(app)


def test_the_filters_of_the_bar_are_said_not_to_apply(show, db):
    assert "don't apply here" in words(show(db))
    assert "don't apply here" in show(db, Filters(only_open=True)).info[0].value


def test_a_link_of_unknown_names_is_said_to_be(show, db):
    assert "not known here" in words(show(db, have=["No such skill"], learn_role="ML engineer"))


def test_a_cv_adds_its_skills_and_is_forgotten(show, small_warehouse, tmp_path, caplog):
    app = show(small_warehouse, have=["Docker"], learn_role="ML engineer")
    app.text_area(key="cv").input("I know Python, and SQL. No React. Zorbqux Vellamy")
    app.button[0].click().run()
    assert not app.exception
    assert app.multiselect(key="have").value == ["docker", "python", "sql"]
    assert "2 skills found, 2 of them new; the text is forgotten" in words(app)
    assert app.text_area(key="cv").value == ""
    kept = {key: app.session_state[key] for key in app.session_state}
    assert "Zorbqux" not in f"{kept} {app.query_params} {caplog.text} {words(app)}"
    app.run()
    assert "is forgotten." not in words(app)


@pytest.mark.parametrize("text", ["", " \n", "🐍" * 60, "\0\x07\ud800", "(" * 50_000, "Zorbqux Vellamy"])
def test_a_cv_of_nothing_known_is_survived(show, small_warehouse, text):
    assert learn_queries.skills_in(text) == []


def test_a_cv_is_read_to_its_most_characters_only(monkeypatch, small_warehouse):
    monkeypatch.setenv("ROLESCOPE_DB", str(small_warehouse))
    most = learn_queries.MOST_CHARACTERS
    assert learn_queries.skills_in("SQL. " + "a " * most + " Python") == ["sql"]


def test_the_reader_keeps_no_word_of_a_cv(monkeypatch, small_warehouse):
    monkeypatch.setenv("ROLESCOPE_DB", str(small_warehouse))
    assert "sql" in learn_queries.skills_in(CV)
    nlp, _ = learn_queries._reader(None, None)
    assert "Vellamy" not in nlp.vocab.strings
    assert "vellamy" not in nlp.vocab.strings


def test_skills_of_a_cv_that_the_snapshot_lacks_are_counted(show, small_warehouse):
    app = show(small_warehouse)
    app.text_area(key="cv").input("Python and COBOL")
    app.button[0].click().run()
    assert app.multiselect(key="have").value == ["python"]
    assert "1 more left out" in words(app)


def test_the_roles_are_the_four_that_there_is_a_path_to(show, db):
    assert "other" not in roles.FOUR
    assert show(db).selectbox(key="learn_role").options == [learn.ROLE_TITLES[role] for role in roles.FOUR]
