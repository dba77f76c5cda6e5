"""The page Trends: a fixed set of boards or a plain word, numbers that equal the warehouse's, and no trend out of a change of boards."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from test_views import AT, published, random_ads

from dashboard import trends_charts, trends_period, trends_queries, trends_slopes
from dashboard.filtered import Filters
from dashboard.trends_queries import Span
from warehouse import connect
from warehouse.inference import clustered
from warehouse.store import building

MONTHS = [date(2026, month, 1) for month in range(1, 6)]
WHOLE = Span("month", MONTHS[0], MONTHS[-1], fixed=True)


def _ad(day: date, **more: Any) -> dict[str, Any]:
    """An ad that was first seen on the day on which it was posted, as those of a file are."""
    seen = datetime(day.year, day.month, day.day)
    return {"role": "ai_engineer", "skills": {}, "date_posted": day, "first_seen_at": seen, **more}


def five_months() -> list[dict[str, Any]]:
    """Two sources with ads in each month, of which one grows; a third in March only. Python rises and R falls in both; SQL stays;
    go is more of the source that grows."""
    rng = np.random.default_rng(5)
    ads = []
    for i, month in enumerate(MONTHS):
        for n in range(160):
            grows = n % 10 < 2 + i
            chances = {"python": 0.1 + 0.2 * i, "r": 0.9 - 0.2 * i, "sql": 0.5, "go": 0.8 if grows else 0.1}
            skills = {
                s: "required" if rng.random() < 0.5 else "preferred" for s, p in chances.items() if rng.random() < p
            }
            ads.append(
                _ad(
                    month + timedelta(days=n % 28), source="ashby" if grows else "lever", skills=skills,
                    hiring_organization=f"employer {rng.integers(30)}", role="other" if n % 4 == 3 else "ai_engineer",
                    country="DE" if n % 3 else "NL",
                )
            )  # fmt: skip
    ads += [_ad(date(2026, 3, 9), source="greenhouse", hiring_organization=f"new {n}") for n in range(60)]
    return ads


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trends")
    published(folder, five_months()).close()
    return folder / "w.duckdb"


@pytest.fixture(scope="module")
def two_spells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One source to March, another from then on: no board is in all of it."""
    folder = tmp_path_factory.mktemp("spells")
    days = [
        (source, date(2026, month, 2))
        for source, month in (("lever", 1), ("lever", 2), ("lever", 3), ("ashby", 4), ("ashby", 5))
    ]
    published(
        folder, [_ad(day, source=source, hiring_organization=f"e{n}") for source, day in days for n in range(20)]
    ).close()
    return folder / "w.duckdb"


@pytest.fixture
def show(show_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Run the page on a database, with filters and the parameters of a link."""
    return partial(show_page, "trends")


def words(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in (app.markdown, app.caption, app.info, app.warning) for e in kind)


def described(app: AppTest) -> list[str]:
    return [json.loads(chart.proto.spec)["description"] for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize(
    ("warehouse", "said"),
    [
        ("empty_warehouse", "No ad passes"),
        ("unlabelled_warehouse", "rolescope label"),
        ("small_warehouse", "No trend yet"),
    ],
)
def test_it_runs_on_every_warehouse(show, request, warehouse, said):
    app = show(request.getfixturevalue(warehouse))
    assert app.title[0].value == "Trends"
    assert said in words(app)
    assert not described(app)


def test_after_days_of_crawling_it_says_from_when_on_there_will_be_a_trend(show, small_warehouse):
    said = words(show(small_warehouse))  # first read on 1 March, a Sunday; its ads were posted from November on
    assert "collected since 01 Mar 2026; the newest snapshot is of 03 Mar 2026" in said
    assert (
        "posted from 03 Nov 2025 on. But of the time before collecting began only those ads are here that were still open"
        in said
    )
    assert "by week from 16 Mar 2026 and by month from 01 Jun 2026" in said
    assert "rolescope import" in said


def test_all_boards_are_shown_with_a_warning_and_where_collecting_begins(show, small_warehouse):
    app = show(small_warehouse, boards="all boards")
    assert "so a rise may be one of who was collected" in words(app)
    assert "No board has ads in every month. Collecting began on 01 Mar 2026" in words(app)


def test_where_collecting_begins_within_the_period_is_marked(show, tmp_path):
    read = datetime(2026, 3, 10)
    ads = [
        _ad(month, first_seen_at=max(read, datetime(month.year, month.month, 1)), hiring_organization=f"e{n}")
        for month in MONTHS
        for n in range(20)
    ]
    published(tmp_path, ads).close()
    app = show(tmp_path / "w.duckdb", boards="all boards", from_month="Jan 2026")
    assert "Marked: collecting begins" in described(app)[0]


def test_the_fixed_set_are_the_boards_with_ads_in_every_month(show, db):
    app = show(db)
    assert "2 boards with ads in every one of the 5 months Jan 2026 – May 2026" in words(app)
    assert "800 of 860 ads, 93%" in words(app)
    assert len(described(app)) == 3
    boards = trends_queries.fixed_boards(db.resolve(), WHOLE, ())
    assert list(zip(boards["source"], boards["n_postings"], strict=True)) == [("lever", 480), ("ashby", 320)]


@pytest.mark.parametrize("every", trends_period.EVERY)
def test_page_and_warehouse_agree_on_the_fixed_set(db, two_spells, every):
    for path in (db, two_spells):
        boards = trends_queries.board_by_part(path.resolve(), every, ())
        parts = trends_period.calendar(boards, every)
        for first, last in [(0, len(parts) - 1), (0, len(parts) // 3), (len(parts) // 2, len(parts) - 1)]:
            found = trends_period.period(boards, parts, parts[first], parts[last])
            fixed = trends_queries.fixed_boards(path.resolve(), Span(every, found.first, found.last, True), ())
            assert (found.n_boards, found.n_postings) == (len(fixed), fixed["n_postings"].sum())


def test_a_period_without_a_fixed_set_says_so_and_offers_one_that_has(show, two_spells):
    app = show(two_spells, to_month="May 2026")
    assert "No board has ads in every month of Jan 2026 – May 2026" in words(app)
    assert not described(app)
    app.button[0].click().run()
    assert "1 board with ads in every one of the 3 months Jan 2026 – Mar 2026" in words(app)
    assert "With one board only" in words(app)


def test_a_fixed_set_of_few_of_the_ads_is_said_to_be_one(show, tmp_path):
    ads = [_ad(month, source="lever", hiring_organization=f"e{n}") for month in MONTHS for n in range(12)]
    ads += [_ad(month, source="ashby", hiring_organization=f"e{n}") for month in MONTHS[2:] for n in range(60)]
    published(tmp_path, ads).close()
    app = show(tmp_path / "w.duckdb", from_month="Jan 2026")
    assert "60 of 240 ads, 25%" in words(app)
    assert "smaller part of the ads" in words(app)
    app.button[0].click().run()
    assert "216 of 216 ads, 100%" in words(app)


def test_boards_count_from_when_they_were_read_and_parts_once_they_are_over(tmp_path):
    read = datetime(2026, 2, 20)
    ads = [_ad(date(2025, 11, 1) + timedelta(days=5 * n), first_seen_at=read) for n in range(44)]
    with published(tmp_path, ads) as con:
        whole = {
            every: [f"{day:%m-%d}" for (day,) in con.execute("select part from board_by_part(every := $1) where is_whole order by part", [every]).fetchall()]
            for every in ("month", "quarter")
        }  # fmt: skip
        (first_week,) = con.execute("select min(part) from board_by_part(every := 'week') where is_whole").fetchone()
    assert AT.date() == date(2026, 6, 1)
    assert whole == {"month": ["02-01", "03-01", "04-01", "05-01"], "quarter": []}  # the first quarter was half over
    assert first_week == date(2026, 2, 16)


def test_dated_openings_are_the_openings(tmp_path):
    with published(tmp_path, random_ads()) as con:
        same = "cluster_no, content_no, role, employer_no, date_trunc('month', posted_on)::date"
        for arguments in ("", "label := 'role_by_title'", "countries := ['DE'], posted_from := date '2025-11-01'"):
            dated = con.execute(
                f"select * exclude (source, board) from dated_opening({arguments}) order by all"
            ).fetchall()
            assert dated == con.execute(f"select {same} from opening({arguments}) order by all").fetchall()


def test_a_rise_is_found_and_a_growing_source_is_none(db):
    rows = trends_slopes.skill_slopes(db.resolve(), Filters(), WHOLE, "ai_engineer").set_index("skill")
    assert rows["is_sure"].to_dict() == {"python": True, "r": True, "sql": False, "go": False}
    assert rows.loc["python", "slope"] == pytest.approx(2.4, abs=0.3)  # 0.2 a month
    assert rows.loc["r", "slope"] == pytest.approx(-2.4, abs=0.3)
    assert rows.loc["python", ["share_first", "share_last"]].tolist() == pytest.approx([0.1, 0.9], abs=0.1)
    assert rows.loc["go", "ci_low"] < 0 < rows.loc["go", "ci_high"]
    assert rows.loc["go", "slope_all"] > 0.5
    assert (rows["n_ads"] == 600).all()
    assert rows.loc["python", "n_with"] == sum(
        "python" in ad["skills"] for ad in five_months() if ad["role"] == "ai_engineer"
    )


def test_the_page_names_what_rises_and_what_falls(show, db):
    app = show(db)
    assert "**1 rise and 1 fall** of 4 skills tested" in words(app)
    assert "R -" in described(app)[1] and "PYTHON +" in described(app)[1]
    assert "SQL" not in described(app)[1]
    assert "within each of 2 sources" in words(app)


def test_shares_equal_a_count_by_hand(db):
    ads = pd.DataFrame(five_months())
    of_march = ads[(ads["source"] != "greenhouse") & (pd.to_datetime(ads["date_posted"]).dt.month == 3)]
    mix = trends_queries.role_mix(db.resolve(), Filters(), WHOLE).set_index(["role", "part"])
    expected = clustered.mean(of_march["role"] == "other", of_march["hiring_organization"])
    row = mix.loc[("other", pd.Timestamp(2026, 3, 1))]
    assert tuple(row[["share", "ci_low", "ci_high"]]) == pytest.approx(expected[:3])
    assert (row["n_ads"], row["n_with"]) == (160, 40)
    asks = of_march[of_march["role"] == "ai_engineer"]
    for need in (None, "required"):
        named = [ad.get("python") in ((need,) if need else ("required", "preferred")) for ad in asks["skills"]]
        rows = trends_queries.skill_by_part(db.resolve(), Filters(need=need), WHOLE, "ai_engineer", "python")
        row = rows.set_index("part").loc[pd.Timestamp(2026, 3, 1)]
        assert (row["n_with"], row["n_ads"]) == (sum(named), 120)
        assert row["ci_low"] == pytest.approx(clustered.mean(named, asks["hiring_organization"]).ci_low)


def test_filters_of_the_bar_are_obeyed(show, db):
    dutch = trends_queries.role_mix(db.resolve(), Filters(countries=("NL",)), WHOLE)
    assert dutch.drop_duplicates("part")["n_ads"].sum() == sum(ad.get("country") == "NL" for ad in five_months())
    assert "4 months Feb 2026 – May 2026" in words(show(db, Filters(posted_from=date(2026, 2, 3))))
    assert "1 board with ads in every one" in words(show(db, Filters(sources=("lever", "greenhouse"))))
    assert "No ad passes" in words(show(db, Filters(sources=("nowhere",))))
    assert "A trend of them is one of what stays open" in words(show(db, Filters(only_open=True)))


def test_the_query_that_is_offered_gives_the_numbers(db):
    slopes = trends_slopes.skill_slopes(db.resolve(), Filters(countries=("NL",)), WHOLE, "ai_engineer")
    with connect(db) as con:
        rows = con.execute(slopes.attrs["query"]).df()
    assert rows.loc[rows["skill_no"].isna(), "n"].sum() == slopes["n_ads"].iloc[0]


def test_too_few_ads_are_said_to_be(show, tmp_path):
    ads = [_ad(month, source="lever", hiring_organization=f"e{n % 2}") for month in MONTHS for n in range(12)]
    published(tmp_path, ads).close()
    said = words(show(tmp_path / "w.duckdb"))
    assert "at least 10 ads of 5 employers" in said
    assert "No skill of AI engineer ads has a trend" in said


def test_choices_are_in_the_link(show, db):
    app = show(
        db, every="week", boards="all boards", from_week="week of 9 Feb 2026", trend_role="AI engineer", trend_skill="R"
    )
    assert app.selectbox(key="from_week").value == date(2026, 2, 9)
    assert app.selectbox(key="trend_skill").value == "r"
    assert "not known here" in words(show(db, from_month="March", trend_skill="nonsense"))
    assert "Choose a period of at least 3 months" in words(show(db, from_month="Apr 2026"))


def test_boards_that_come_and_go_are_marked():
    counts = {"steady": [50, 50, 50, 50], "comes": [0, 0, 30, 30], "goes": [40, 0, 0, 0], "small": [0, 1, 0, 0]}
    parts = MONTHS[:4]
    boards = pd.DataFrame(
        [
            {"source": "lever", "board": board, "part": pd.Timestamp(part), "n_postings": n, "is_whole": True}
            for board, of_months in counts.items() for part, n in zip(parts, of_months, strict=True) if n
        ]
    )  # fmt: skip
    events = trends_period.board_events(boards, parts)
    assert list(zip(events["part"], events["words"], strict=True)) == [
        (date(2026, 2, 1), "+1 board (2%), −1 board (44%)"), (date(2026, 3, 1), "+1 board (38%), −1 board (2%)")
    ]  # fmt: skip
    assert events["share_left"].tolist() == pytest.approx([40 / 90, 1 / 51])
    assert trends_period.longest(boards, parts).n_boards == 1


def test_a_new_extractor_is_marked_from_the_second_on(tmp_path):
    published(tmp_path, five_months()).close()
    path = tmp_path / "w.duckdb"
    assert trends_queries.label_changes(path.resolve()).empty
    with building(path, AT + timedelta(days=9)) as con:
        con.execute("update label_version set model_version = 'n'")
        con.execute("update job_posting_role set model_version = 'n'")
    changes = trends_queries.label_changes(path.resolve())
    assert list(zip(changes["model_version"], changes["changed_on"].dt.date, strict=True)) == [("n", date(2026, 6, 10))]


def test_a_chart_breaks_its_line_at_gaps_and_says_what_its_rules_mark():
    shares = pd.DataFrame(
        {
            "role": "ai_engineer", "part": MONTHS[:3], "name": ["Jan", "Feb", "Mar"], "share": [0.2, np.nan, 0.4],
            "ci_low": [0.1, np.nan, 0.3], "ci_high": [0.3, np.nan, 0.5], "n_with": [4, 1, 8], "n_ads": [20, 3, 20], "n_employers": 9,
        }
    )  # fmt: skip
    events = pd.DataFrame({"part": [MONTHS[1]], "words": ["labels made anew"]})
    spec = trends_charts.shares_over_time(shares, events, "Share of ads").to_dict()
    assert "AI engineer: 20.0% in Jan, 40.0% in Mar" in spec["description"]
    assert "Marked: labels made anew" in spec["description"]
    drawn = [row["share"] for rows in spec["datasets"].values() for row in rows if "share" in row]
    assert drawn == [0.2, None, 0.4]


@pytest.mark.parametrize(
    ("read_from", "every", "day"),
    [
        (date(2026, 3, 3), "month", date(2026, 6, 1)),
        (date(2026, 3, 3), "week", date(2026, 3, 23)),
        (date(2026, 1, 20), "quarter", date(2026, 10, 1)),
        (date(2026, 3, 3), "quarter", date(2027, 1, 1)),
    ],
)
def test_the_day_of_the_first_trend(read_from, every, day):
    assert trends_period.ready_on(read_from, every) == day
