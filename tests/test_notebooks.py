"""Every notebook asks a question, answers it on the sample boards and on an empty warehouse, and is committed without output."""

import ast
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from warehouse import connect
from warehouse.landing import LandingFile, iso
from warehouse.load import load
from warehouse.store import building, landing_folder

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
NOTHING = {
    "1_first_look": "No ad is labelled yet",
    "2_label_quality": "no ad is labelled yet",
    "3_role_differences": "Too few ads",
    "4_ai_engineer_drift": "Too few ads",
    "5_unknown_skills": "There is no ad yet",
}
"""What each notebook answers on an empty warehouse; each names a command that helps."""
SAMPLE = {
    "1_first_look": r"PyTorch: -\d\d points",
    "2_label_quality": r"say nothing of how good the labels are",
    "3_role_differences": r"SQL and notebook agree in (\d+) of \1 ",
    "4_ai_engineer_drift": r"Too few ads: of [1-9]\d dated AI-engineer ads",
    "5_unknown_skills": r"Too few ads to trust the list[^!]*rolescope skills discover --db ",
}
"""What each answers on the sample boards, which hold 173 ads."""
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def run_all(db: Path, paths: Sequence[Path] = NOTEBOOKS) -> dict[str, list[NotebookNode]]:
    """The cells of each notebook as executed: one after the other in one kernel, as starting one takes the longest."""
    parts = {path.stem: read(path).cells for path in paths}
    whole = read(paths[0])
    whole.cells = [cell for cells in parts.values() for cell in [*cells, nbformat.v4.new_code_cell("%reset -f")]]
    for number, cell in enumerate(whole.cells):
        cell["id"] = f"cell-{number}"  # theirs are of one notebook only
    where = {"metadata": {"path": paths[0].parent}}
    client = NotebookClient(whole, timeout=120, kernel_name="python3", resources=where, allow_errors=True)
    client.execute(env={**os.environ, "ROLESCOPE_DB": str(db)})
    return parts


def answer(cells: list[NotebookNode]) -> str:
    """What the last cell prints, after a look at whether each cell ran without error and warning."""
    for cell in cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", f"{cell.source}\n{output.get('evalue')}"
            assert output.get("name") != "stderr", f"{cell.source}\n{output.get('text')}"
    return "".join(output.get("text", "") for output in cells[-1].outputs)


def test_there_are_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == [*NOTHING] == [*SAMPLE]


@each_notebook
def test_a_notebook_is_committed_without_output_and_with_steady_ids(path: Path) -> None:
    cells = read(path).cells
    assert [cell["id"] for cell in cells] == [f"cell-{number}" for number in range(len(cells))]
    for cell in cells:
        assert not cell.get("outputs") and not cell.get("execution_count")


@each_notebook
def test_a_notebook_starts_with_a_question_and_ends_with_its_answer(path: Path) -> None:
    cells = read(path).cells
    assert re.match(rf"# {path.stem[0]}\. .*\n\n\*\*Question\.\*\* .*\?", cells[0].source)
    assert cells[-2].source.startswith("## Answer") and "print(" in cells[-1].source


@each_notebook
def test_a_notebook_defines_next_to_nothing(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                assert not isinstance(node, ast.ClassDef)
                if isinstance(node, ast.FunctionDef):
                    assert node.end_lineno and node.end_lineno - node.lineno < 5, node.name


def test_each_notebook_answers_on_the_sample_boards(sample_warehouse: Path) -> None:
    with connect(sample_warehouse) as con:
        ((snapshot_id,),) = con.execute(
            "select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1"
        ).fetchall()
        query = "from skill_difference('ai_engineer', 'ml_engineer', label := 'role_by_title') where skill = 'pytorch'"
        ((value, low, high),) = con.execute(f"select 100 * difference, 100 * ci_low, 100 * ci_high {query}").fetchall()
    executed = run_all(sample_warehouse)
    for name, cells in executed.items():
        said = answer(cells)
        assert re.search(SAMPLE[name], said, re.DOTALL), said
        assert "sample data, which are invented" in said
        assert snapshot_id in str(cells[1].outputs)
    shown = f"PyTorch: {value:+.0f} points (95 % interval {low:+.0f} to {high:+.0f};"
    assert shown in answer(executed["1_first_look"])


def test_each_notebook_says_of_an_empty_warehouse_that_it_is_empty(empty_warehouse: Path) -> None:
    for name, cells in run_all(empty_warehouse).items():
        said = answer(cells)
        assert NOTHING[name] in said and "`rolescope " in said, said


def test_drift_is_told_on_boards_of_both_periods(tmp_path: Path) -> None:
    """LangChain spreads on sixty boards; Java comes with a board that was not there before."""
    db, at = tmp_path / "w.duckdb", datetime(2026, 3, 3, tzinfo=UTC)
    ads = [
        (f"board{n % 60}", year, "Sound knowledge of Python" + " and LangChain" * (n % 5 < share))
        for year, share in ((2025, 1), (2026, 3))
        for n in range(120)
    ] + [("newcomer", 2026, "Sound knowledge of Java")] * 60
    with LandingFile(landing_folder(db), at, {}) as landing:
        for n, (board, year, text) in enumerate(ads):
            landing.write(
                "job_posting", source="greenhouse", board=board, identifier=str(n), title=f"AI Engineer {n}",
                description=f"<p>{text}, number {n}.</p>", url=f"https://jobs.example.com/{n}", hiring_organization=board,
                date_posted=f"{year}-02-02", seen_at=iso(at),
            )  # fmt: skip
        landing.end(at)
    with building(db, at) as con:
        load(con, landing_folder(db))
        con.execute("insert into label_version values ('test', true)")
        con.execute(
            """
            insert into job_posting_role by name
            select
                content_hash, 'test' as model_version, 'ai_engineer' as role, role as role_by_title, role as role_by_text,
                [] as skills, now()::timestamp as labelled_at
            from job_posting_text
            """
        )
        for skill in ("Python", "LangChain", "Java"):
            con.execute(
                "insert into skill (skill, name, category, aliases) values (lower($s), $s, 'language', [])",
                {"s": skill},
            )
            con.execute(
                "insert into job_posting_skill select content_hash, lower($s), 'required', $s, [] from job_posting_text "
                "where contains(text, $s)",
                {"s": skill},
            )
    (cells,) = run_all(db, [path for path in NOTEBOOKS if path.stem.startswith("4")]).values()
    said = answer(cells)
    assert "From 2025 to 2026, on the same boards, 1 of 2 skills rose; surest: LangChain 20 to 60 % (+40" in said, said
    assert "0 of 2 skills fell" in said and "Java" not in said, said
