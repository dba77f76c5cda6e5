"""Counts that are made when a snapshot is published, against pandas."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from warehouse.store import building

AT = datetime(2026, 3, 1, tzinfo=UTC)
BITS = {("required", 0): 1, ("required", 1): 9, ("preferred", 0): 2, ("context", 0): 4}


def random_ads() -> tuple[pd.DataFrame, pd.DataFrame]:
    """300 ads, half of them the only one of their employer, and what they name."""
    rng = np.random.default_rng(11)
    ads = pd.DataFrame(
        {
            "key": [f"{i:016x}" for i in range(300)],
            "role": rng.choice(["ai_engineer", "ml_engineer", "other"], 300),
            "employer": [f"alone {i}" if i % 2 else f"employer {rng.integers(12)}" for i in range(300)],
        }
    )
    skills = (
        ads[["key"]]
        .merge(pd.DataFrame({"skill": ["go", "r", "rust", "sql"]}), how="cross")
        .sample(500, random_state=11)
    )
    kinds = [list(BITS)[k] for k in rng.integers(len(BITS), size=500)]
    return ads, skills.assign(need=[need for need, _ in kinds], instead=[instead for _, instead in kinds])


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    db = tmp_path_factory.mktemp("steps") / "w.duckdb"
    with building(db, AT) as con:
        fill(con, *random_ads())
    with duckdb.connect(str(db.resolve()), read_only=True) as con:
        yield con


def fill(con: duckdb.DuckDBPyConnection, ads: pd.DataFrame, skills: pd.DataFrame) -> None:
    con.register("ads", ads)
    con.register("named", skills)
    con.execute(
        """
        insert into label_version values ('m', true);
        insert into skill (skill, name, category, aliases)
        select distinct skill, skill, 'language', []::varchar[] from named;
        insert into job_posting_text select key, 'Title', 'Text', 'en' from ads;
        insert into job_posting by name
        select
            key as posting_id, 'lever' as source, 'b' as board, key as identifier, 'Title' as title, employer as hiring_organization,
            key as content_hash, '2026-01-01'::timestamp as first_seen_at, '2026-02-28'::timestamp as last_seen_at,
            0 as n_reopened, key as cluster_id, 'title' as title_key
        from ads;
        insert into job_posting_role by name
        select key as content_hash, 'm' as model_version, role, []::varchar[] as skills, '2026-03-01'::timestamp as labelled_at from ads;
        insert into job_posting_skill
        select key, skill, need, skill, case when instead = 1 then ['other'] else [] end from named;
        """
    )
    con.unregister("ads")
    con.unregister("named")


@pytest.mark.parametrize(
    ("of_what", "bits"), [("skill", {1, 2, 4, 9}), ("required", {1, 9}), ("alone", {1}), ("alternative", {9})]
)
def test_openings_that_name_a_skill_are_counted_by_employer(
    con: duckdb.DuckDBPyConnection, of_what: str, bits: set[int]
) -> None:
    ads, skills = random_ads()
    n_of_employer = ads.groupby(["role", "employer"]).size().rename("n").reset_index()
    wanted = [BITS[kind] in bits for kind in zip(skills["need"], skills["instead"], strict=True)]
    hits = skills[wanted].merge(ads, on="key").merge(n_of_employer, on=["role", "employer"])
    x = hits.groupby(["role", "skill", "employer"]).agg(x=("key", "size"), n=("n", "first")).reset_index()
    expected = (
        x.assign(xx=x["x"] ** 2, xn=x["x"] * x["n"])
        .groupby(["role", "skill"])
        .agg(n_with=("x", "sum"), n_employers=("employer", "size"), xx=("xx", "sum"), xn=("xn", "sum"))
        .reset_index()
    )
    rows = con.execute(
        "select role, key, n_with, n_employers_with, xx, xn from part_count where by_part = 'role' and of_what = ? order by 1, 2",
        [of_what],
    ).fetchall()
    assert rows == list(expected.itertuples(index=False, name=None))


def test_a_snapshot_counts_its_postings(con: duckdb.DuckDBPyConnection) -> None:
    counted = con.execute("select count(*), count(*) filter (is_open), count(labelled_at) from posting").fetchall()
    assert con.execute("select n_posting, n_open, n_labelled from snapshot").fetchall() == counted == [(300, 300, 300)]
