"""Every notebook runs from top to bottom, is committed without output, and shows the numbers of the views."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from warehouse import connect

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_output(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs") and not cell.get("execution_count")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["small", "empty"])
def test_a_notebook_runs(
    path: Path, kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    db: Path = request.getfixturevalue(f"{kind}_warehouse")
    monkeypatch.setenv("ROLESCOPE_DB", str(db))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    shown = "".join(str(output) for cell in notebook.cells for output in cell.get("outputs", []))
    with connect(db) as con:
        ((snapshot_id,),) = con.execute(
            "select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1"
        ).fetchall()
    assert snapshot_id in shown
