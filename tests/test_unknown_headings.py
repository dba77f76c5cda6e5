"""Headings that rolescope does not know are kept, counted by crawl, and listed by `rolescope check`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from nlp.label import label
from rolescope import main
from warehouse import connect
from warehouse.headings import unknown_by_crawl, unknown_headings
from warehouse.landing import LandingFile, iso
from warehouse.load import load
from warehouse.store import building, landing_folder

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
KNOWN = "Requirements:\n\n- Python\n- SQL"
ADS = [
    ("Amberwick", f"Our Weaving Oath\n\n- We weave.\n- We spin.\n\n{KNOWN}"),
    ("Birchline", f"OUR WEAVING OATH:\n\n- We dye wool.\n\n{KNOWN}"),
    ("Birchline", f"The Quiet Loom Pledge\n\n- Looms are quiet.\n\n{KNOWN}"),
    ("Cobalt Ferry", KNOWN),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("headings") / "rolescope.duckdb"
    with LandingFile(landing_folder(db), AT, {}) as landing:
        for number, (employer, text) in enumerate(ADS):
            landing.write(
                "job_posting", source="lever", board=employer.lower(), identifier=str(number), title=f"Weaver {number}",
                hiring_organization=employer, description=text.replace("\n", "<br>"), seen_at=iso(AT),
                url=f"https://jobs.example/{number}",
            )  # fmt: skip
        landing.end(AT)
    with building(db, AT) as con:
        load(con, landing_folder(db))
        label(con, AT, workers=1)
    return db


def test_unknown_headings_are_counted_over_ads_and_employers(db: Path) -> None:
    with connect(db) as con:
        found = {h.heading.casefold().strip(": "): (h.n_contents, h.n_employers) for h in unknown_headings(con)}
        first = unknown_headings(con, limit=1)
        by_crawl = unknown_by_crawl(con)
    assert found == {"our weaving oath": (2, 2), "the quiet loom pledge": (1, 1)}
    assert [h.n_employers for h in first] == [2]
    assert first[0].url in ("https://jobs.example/0", "https://jobs.example/1")
    assert [(n, n_with) for _, n, n_with in by_crawl] == [(4, 3)]


def test_check_lists_them(db: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--db", str(db)])
    assert result.exit_code == 0
    assert "3 of the 4 texts that it brought have unknown headings" in result.output
    assert "2 employers      2 ads" in result.output


def test_a_warehouse_without_labels_has_none_to_list(unlabelled_warehouse: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--db", str(unlabelled_warehouse)])
    assert result.exit_code == 0
    assert "unknown headings (" not in result.output
