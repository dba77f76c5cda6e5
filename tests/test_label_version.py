"""What a change of the table of skills reads again, and what it leaves."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlp.label import label
from nlp.label_version import label_version, same_but_skills
from warehouse import WarehouseError, connect
from warehouse.store import building

FIRST, SECOND = datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC)
TEXTS = {
    "loom": "You will weave with Quiltfish 3 and Python.",
    "dyes": "You will dye with sugarLoom-kits and SQL.",
    "plain": "You will sell what was woven, and know Python.",
}
HEADER = "skill,name,category,aliases,ambiguity\n"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse of three texts."""
    db = tmp_path_factory.mktemp("labelled") / "rolescope.duckdb"
    with building(db, FIRST) as con:
        con.executemany(
            "insert into job_posting_text (content_hash, title, text) values (?, 'Weaver', ?)", list(TEXTS.items())
        )
        label(con, FIRST, workers=1)
    return db.parent


@pytest.fixture
def db(labelled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(labelled, tmp_path / "data", symlinks=True) / "rolescope.duckdb"


def read_again(db: Path, rows: str) -> tuple[set[str], dict[str, set[str]]]:
    """Texts that are read when ``rows`` are one's own skills, and what each text's skills are then."""
    own = db.parent / "skills.csv"
    own.write_text(HEADER + rows, encoding="utf-8")
    with building(db, SECOND) as con:
        n = label(con, SECOND, workers=1, own_skills=own).n_contents
    with connect(db) as con:
        read = con.execute(
            "select content_hash from job_posting_role where labelled_at = ?", [SECOND.replace(tzinfo=None)]
        )
        keys = {key for (key,) in read.fetchall()}
        found = con.execute("select content_hash, list(skill) from job_posting_skill group by all").fetchall()
        versions = con.execute("select distinct model_version from job_posting_role").fetchall()
    assert (len(keys), versions) == (n, [(label_version(own_skills=own),)])
    return keys, {key: set(skills) for key, skills in found}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("quiltfish,Quiltfish,language,,\n", {"loom"}),
        ("sugar-loom,Sugarloom Kit,language,,\n", {"dyes"}),
        ("python,Python,language,,context\n", {"loom", "plain"}),
        ("weaving,Weaving,language,weave|woven,\n", {"loom", "plain"}),
        ("zebrafish,Zebrafish,language,,\n", set()),
        ("", set()),
    ],
)
def test_only_texts_that_can_hold_a_changed_skill_are_read_again(db: Path, rows: str, expected: set[str]) -> None:
    read, _ = read_again(db, rows)
    assert read == expected


def test_the_result_is_that_of_reading_everything(db: Path, tmp_path: Path) -> None:
    rows = "quiltfish,Quiltfish,language,,\nsql,Sequel,language,,\n"
    _, found = read_again(db, rows)
    assert found == {"loom": {"quiltfish", "python"}, "plain": {"python"}}
    assert read_again(db, "")[1] == {"loom": {"python"}, "dyes": {"sql"}, "plain": {"python"}}


def test_a_contradicting_row_of_ones_own_stops_with_both_lines(db: Path) -> None:
    with pytest.raises(
        WarehouseError, match=r"line \d+ of the shipped table and line 2 of .*skills.csv both claim 'Python'"
    ):
        read_again(db, "serpent,Python,language,,\n")
    with connect(db) as con:
        assert con.execute("select count(*) from job_posting_role").fetchone() == (3,)


def test_a_row_with_a_key_of_the_table_takes_its_place(db: Path) -> None:
    assert read_again(db, "python,Serpent,language,sugarloom,\n")[1]["dyes"] == {"python", "sql"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("aa-11", "aa-11", True), ("aa-11", "aa-22", True), ("aa-11", "bb-11", False), ("aa-11", None, False)],
)
def test_versions_say_whether_they_differ_by_skills_alone(one: str, other: str | None, expected: bool) -> None:
    assert same_but_skills(one, other) is expected
