"""What is one opening: the same words anywhere, or nearly the same words of one employer under one title."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.landing import LandingFile, iso
from warehouse.load import load
from warehouse.near import employer_key, near, title_key
from warehouse.store import building, check, landing_folder

DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)

ABOUT = (
    "Brightwater builds tools that help small towns plan their water supply. We are forty people in three offices, and we "
    "like plain words, short meetings and long walks. Whoever joins us gets a mentor, a budget for books and courses, and "
    "thirty days of leave a year. "
)
DUTIES = (
    "You will build the service that forecasts demand for each district, talk with the people who run the pumps, and keep "
    "the forecasts honest by measuring them against what really happened. You will own the models from the first sketch "
    "to the alarm that wakes you up, which it rarely does. "
)
NEEDS = "We ask for three years of Python in production, sound statistics, SQL, and the patience to explain both. "
OTHER_NEEDS = (
    "We ask for Kotlin and Swift, a portfolio of mobile applications in both stores, knowledge of Bluetooth sensors, "
    "offline maps, battery budgets and accessible interfaces, and joy in polishing gestures. "
)
BENEFITS = (
    "Our benefits include a pension plan, a bicycle, fruit, dental insurance, a gym around the corner, parental leave above "
    "what the law demands and a sabbatical after five summers with the company. "
)
AD = ABOUT + DUTIES + NEEDS


def ad(identifier: str, text: str = AD, *, title: str = "Data Scientist", **fields: Any) -> dict[str, Any]:
    return {
        "identifier": identifier, "title": title, "description": text, "hiring_organization": "Brightwater Ltd.",
        "board": "brightwater", "source": "lever", **fields,
    }  # fmt: skip


def crawl(db: Path, day: int, ads: list[dict[str, Any]]) -> Path:
    at = DAY + timedelta(days=day)
    with LandingFile(landing_folder(db), at, {}) as landing:
        for posting in ads:
            landing.write("job_posting", seen_at=iso(at), **posting)
        for source, board in {(posting["source"], posting["board"]) for posting in ads}:
            landing.write(
                "board_fetch",
                crawl_id=landing.crawl_id,
                source=source,
                board=board,
                fetched_at=iso(at),
                status="partial",
            )
        landing.end(at)
    return landing.path


def take_in(db: Path, *, rebuild: bool = False) -> None:
    with building(db, DAY) as con:
        load(con, landing_folder(db), rebuild=rebuild)


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        return con.execute(sql).fetchall()


def openings(db: Path) -> list[str]:
    """The identifiers of each opening's postings, as one word."""
    found = rows(
        db, "select string_agg(identifier, '' order by identifier) from job_posting group by cluster_id order by 1"
    )
    return [word for (word,) in found]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "w.duckdb"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Brightwater", "brightwater"),
        ("  BRIGHTWATER, Inc. ", "brightwater"),
        ("Brightwater GmbH & Co. KG", "brightwater"),
        ("Brightwater S.p.A.", "brightwater"),
        ("Brightwater A/S", "brightwater"),
        ("Brightwater Systems Pvt. Ltd.", "brightwater systems"),
        ("Limited", "limited"),
        ("Ｂｒｉｇｈｔｗａｔｅｒ", "brightwater"),
        ("水道局", "水道局"),
        ("--", None),
        ("", None),
        (None, None),
    ],
)
def test_an_employer_is_known_by_its_name_without_its_legal_form(name: str | None, key: str | None) -> None:
    assert employer_key(name) == key


@pytest.mark.parametrize(
    ("title", "place", "same_as"),
    [
        ("Data Scientist (m/f/d)", None, "Data Scientist"),
        ("Data Scientist (all genders)", None, "data scientist"),
        ("Entwickler:in Data", None, "Data Entwickler"),
        ("Data Scientist - Leeds", "Leeds, England", "Data Scientist"),
        ("Data Scientist, New York", "New York, NY", "Data Scientist"),
        ("Data Scientist | 100% remote", None, "Data Scientist"),
        ("Hybrid Data Scientist", None, "Data Scientist"),
        ("Data Scientist (Req #R-20394)", None, "Data Scientist"),
        ("Data Scientist JR104033", None, "Data Scientist"),
        ("Data Scientist - job id: 4711", None, "Data Scientist"),
        ("Sr. Data Scientist", None, "Senior Data Scientist"),
        ("Junior Data Scientist", None, "Data Scientist, Junior"),
    ],
)
def test_a_title_is_known_without_its_decorations(title: str, place: str | None, same_as: str) -> None:
    assert title_key(title, place) == title_key(same_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Senior Data Scientist", "Staff Data Scientist"),
        ("Senior Data Scientist", "Data Scientist"),
        ("Data Scientist II", "Data Scientist III"),
        ("Data Scientist Intern, Summer 2026", "Data Scientist Intern, Summer 2027"),
        ("C Developer", "C++ Developer"),
        ("C# Developer", "C++ Developer"),
    ],
)
def test_titles_that_mean_different_openings_stay_apart(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_a_title_of_nothing_but_a_place_or_a_mark_is_its_own_key() -> None:
    assert title_key("Leeds", "Leeds") == "leeds"
    assert title_key("(m/f/d)") != ""


@pytest.mark.parametrize(
    ("text", "is_near"),
    [
        (AD.replace("three years", "two years").replace("honest", "true"), True),
        (AD.replace("forty", "sixty").replace("towns", "cities"), True),
        (AD + BENEFITS, True),
        (AD.replace("three", "3"), True),
        (AD.upper().replace(". ", ".\n• "), True),
        (ABOUT + DUTIES + OTHER_NEEDS, False),
        (ABOUT + OTHER_NEEDS, False),
        (OTHER_NEEDS + BENEFITS, False),
        (" ".join(reversed(AD.split())), False),
    ],
)
def test_edited_words_are_near_and_other_requirements_are_not(text: str, is_near: bool) -> None:
    assert bool(list(near([AD, text]))) is is_near


def test_short_texts_are_near_nothing() -> None:
    assert list(near(["Apply now and join our growing team!", "Apply now and join our growing team! "])) == []


def test_a_chain_of_small_changes_does_not_swallow() -> None:
    words = AD.split()
    chain = [" ".join([*(f"new{i}" for i in range(n)), *words[n:]]) for n in range(0, len(words), 2)]
    first = {i: j for i, j, _ in near(chain)}
    assert first[1] == 0
    assert len(chain) - 1 not in first or first[len(chain) - 1] > 0
    assert not set(first) & set(first.values())  # what others are near to is near to nothing itself


def test_many_jobs_from_one_template_stay_apart_and_take_seconds() -> None:
    template = [f"word{'abcdefghij'[i % 10]}{'abcdefghij'[i // 10 % 10]}{'abc'[i // 100]}" for i in range(270)]
    texts = [" ".join([*template, *(f"{'abcdefghij'[k % 10]}{chr(97 + i % 26)}{chr(97 + i // 26)}{'klmnopqrstuvwxyz'[k % 16]}{k * 'z'}" for k in range(30))]) for i in range(400)]  # fmt: skip
    assert list(near(texts)) == []


def test_hostile_texts_are_survived() -> None:
    texts = [
        "",
        " ",
        "水" * 5_000,
        "word " * 50_000,
        "1 " * 100,
        "\ud83d\ude00 ".encode("utf-16", "surrogatepass").decode("utf-16") * 100,
    ]
    assert all(i != j for i, j, _ in near(texts))


def test_one_ad_per_city_is_one_opening_with_all_its_places(db: Path) -> None:
    places = ["Leeds, England", "York, England", "Cork, Ireland"]
    crawl(db, 0, [ad(place[0], AD + f"You work in {place}.", job_location=place) for place in places])
    take_in(db)
    assert openings(db) == ["CLY"]
    assert rows(db, "select locations, n_postings from opening_place") == [(sorted(places), 3)]


def test_a_near_copy_at_an_aggregator_is_the_same_opening_and_says_why(db: Path) -> None:
    crawl(db, 0, [ad("a")])
    crawl(
        db,
        1,
        [
            ad(
                "b",
                AD.replace("three", "3") + BENEFITS,
                hiring_organization="BRIGHTWATER",
                source="remotive",
                board="remotive",
            )
        ],
    )
    take_in(db)
    (first,) = [value for (value,) in rows(db, "select posting_id from job_posting where identifier = 'a'")]
    assert rows(db, "select cluster_id, cluster_reason from job_posting") == [(first, "near_content")] * 2
    assert rows(
        db,
        """
        select n.similarity between 0.6 and 1, a.identifier, b.identifier
        from job_posting_near as n
        join job_posting as a on a.content_hash = n.near_hash
        join job_posting as b on b.content_hash = n.content_hash
        """,
    ) == [(True, "a", "b")]


@pytest.mark.parametrize(
    "fields",
    [
        {"hiring_organization": "Stillwater Ltd."},
        {"hiring_organization": None},
        {"title": "Staff Data Scientist"},
        {"description": ABOUT + DUTIES + OTHER_NEEDS},
    ],
)
def test_another_employer_title_or_list_of_requirements_is_another_opening(db: Path, fields: dict[str, Any]) -> None:
    crawl(db, 0, [ad("a"), {**ad("b", AD + BENEFITS), **fields}])
    take_in(db)
    assert openings(db) == ["a", "b"]


def test_without_an_employer_only_the_same_words_are_the_same_opening(db: Path) -> None:
    crawl(db, 0, [ad(i, text, hiring_organization=None) for i, text in [("a", AD), ("b", AD), ("c", AD + BENEFITS)]])
    take_in(db)
    assert openings(db) == ["ab", "c"]


def test_the_same_words_join_what_two_names_of_an_employer_keep_apart(db: Path) -> None:
    crawl(db, 0, [ad("a"), ad("b", AD + BENEFITS), ad("c", AD + BENEFITS, hiring_organization="Jobs by Brightwater")])
    take_in(db)
    assert openings(db) == ["abc"]


def test_an_edit_that_makes_it_another_job_undoes_the_cluster(db: Path) -> None:
    crawl(db, 0, [ad("a"), ad("b", AD + BENEFITS)])
    take_in(db)
    assert openings(db) == ["ab"]
    crawl(db, 1, [ad("b", OTHER_NEEDS + BENEFITS)])
    take_in(db)
    assert openings(db) == ["a", "b"]
    assert rows(db, "select distinct cluster_id = posting_id, cluster_reason from job_posting") == [(True, None)]


TABLES = ("job_posting", "job_posting_near")
CRAWLS = [
    [ad("a", job_location="Leeds"), ad("b", AD + BENEFITS, job_location="York")],
    [ad("c", AD.replace("three", "3"), title="Data Scientist (m/f/d)"), ad("d", OTHER_NEEDS + BENEFITS)],
    [ad("e", AD + BENEFITS, hiring_organization="Hireling"), ad("a", AD + OTHER_NEEDS)],
    [ad("d", AD), ad("f", OTHER_NEEDS + BENEFITS + "Apply.")],
]


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows(db, f"from {table} order by all") for table in TABLES}


def test_day_by_day_in_any_order_is_the_same_as_all_at_once(tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "w.duckdb"
    for day, ads in enumerate(CRAWLS):
        crawl(whole, day, ads)
    take_in(whole)
    expected = content(whole)
    assert {"near_content", None} <= {row[0] for row in rows(whole, "select cluster_reason from job_posting")}
    for n, order in enumerate([(0, 1, 2, 3), (3, 0, 2, 1)]):
        db = tmp_path / str(n) / "w.duckdb"
        for day in order:
            crawl(db, day, CRAWLS[day])
            take_in(db)
        assert content(db) == expected, order
    take_in(whole, rebuild=True)
    assert content(whole) == expected


def test_a_load_compares_only_what_it_touches(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(
        db,
        0,
        [
            ad(f"{employer}{i}", AD + i * BENEFITS, hiring_organization=f"Town {employer}")
            for employer in "xyz"
            for i in (0, 1)
        ],
    )
    take_in(db)
    compared: list[int] = []
    monkeypatch.setattr("warehouse.near.near", lambda texts: compared.append(len(texts)) or [])
    crawl(db, 1, [ad("y9", AD + NEEDS, hiring_organization="Town y")])
    take_in(db)
    assert compared == [3]


def test_every_rule_holds(db: Path) -> None:
    for day, ads in enumerate(CRAWLS):
        crawl(db, day, ads)
    take_in(db)
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        assert check(con) == []
