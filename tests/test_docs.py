"""What the pages say is what the code does."""

import json
import re
import tomllib
from pathlib import Path

import click
import pytest

from crawler.boards import DIRECTORY, read_boards
from rolescope import main
from warehouse.dictionary import data_dictionary, uncommented
from warehouse.sources import sources
from warehouse.sources_page import sources_page

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_table_view_macro_and_column_has_a_comment() -> None:
    assert uncommented() == []


def test_the_data_dictionary_is_current() -> None:
    page = ROOT / "docs" / "data_dictionary.md"
    assert page.read_text(encoding="utf-8") == data_dictionary(), "run: rolescope docs"


def test_the_page_of_sources_is_current_and_names_every_source() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert page == sources_page(), "run: rolescope docs"
    assert [row for row in re.findall(r"`(\w+)` \|", page) if row in sources()] == sorted(
        sources(), key=lambda key: sources()[key].status == "refused"
    )
    for row in (line for line in page.splitlines() if line.startswith("|")):
        assert len(re.findall(r"(?<!\\)\|", row)) in (12, 3), row


@pytest.mark.parametrize("name", main.commands)
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = main.commands[name]
    assert command.get_short_help_str()
    assert f"rolescope {name}" in README
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help or parameter.name == "seed", f"{name} {parameter.opts}"


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_counts_the_boards() -> None:
    boards = [board for board in read_boards() if sources()[board.platform].kind == "board"]
    feeds = [source for source in sources().values() if source.kind == "feed" and source.status == "crawled"]
    free = [source for source in feeds if not source.key]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert (
        f"{len(boards)} curated boards of employers and {len(free)} feeds ({len(feeds)} with keys of yours)" in readme
    )
    directory = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in DIRECTORY.glob("*.csv"))
    assert f"{directory:,} boards in" in readme


def test_the_changelog_names_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_scores_in_the_readme_are_those_of_the_shipped_model() -> None:
    metrics = json.loads((ROOT / "nlp" / "roles" / "metrics.json").read_text(encoding="utf-8"))
    for answer in ("role", "role_by_text"):
        score, (low, high) = metrics[answer]["macro_f1"], metrics[answer]["macro_f1_interval"]
        assert f"macro-F1 {score:.2f}" in README
        assert f"{low:.2f}–{high:.2f}" in README
    assert "_F1" not in README
