"""The wheel holds every file that the packages read, and works outside of the repository."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "dashboard", "nlp", "warehouse")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert files - packed == set()
    assert "rolescope.py" in packed
    assert not any(name.startswith(("tests/", "notebooks/", "data/")) for name in packed)


def test_the_unpacked_wheel_labels_an_ad_far_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "ad.csv").write_text("title,description\nData Scientist,You run experiments in Python and R.\n")
    (tmp_path / "away").mkdir()
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import nlp, rolescope; print(nlp.__file__); rolescope.main()"
    )
    for arguments in (["import", "../ad.csv", "--db", "w.duckdb"], ["label", "--db", "w.duckdb"]):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "site"), *arguments],
            cwd=tmp_path / "away",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert str(tmp_path / "site") in done.stdout
    assert "1 contents labelled" in done.stdout
