"""The wheel holds every file that the packages read, and works outside of the repository."""

import subprocess
import sys
import tarfile
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


def test_the_sdist_holds_what_the_repository_holds_and_nothing_else(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)], cwd=ROOT, check=True
    )
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert packed - {"PKG-INFO"} == {name for name in names if (ROOT / name).exists()}


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


_WATCHED = """
import importlib, os, pkgutil, signal, sys, threading
seen = []
def watch(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append(f"writes {args[0]}")
    elif event in (
        "socket.connect", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn", "os.mkdir",
        "os.remove", "os.chdir",
    ):
        seen.append(f"{event} {args[1:]}")
sys.addaudithook(watch)
before = set(os.environ.items())
taken = {number: signal.getsignal(number) for number in signal.valid_signals()}
for name in ("rolescope", "crawler", "nlp", "warehouse", "dashboard"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if module.name not in ("dashboard.app", "dashboard.server"):  # scripts
            importlib.import_module(module.name)
seen += [f"takes signal {number}" for number, handler in taken.items() if signal.getsignal(number) != handler]
seen += [f"starts {thread.name}" for thread in threading.enumerate()[1:]]
theirs = {"KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "MPLBACKEND"}  # which scikit-learn and Streamlit set
seen += [f"sets {name}" for name, _ in before ^ set(os.environ.items()) if name not in theirs]
print(*seen, sep="\\n", end="")
"""


def test_importing_every_module_writes_prints_starts_and_changes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-c", _WATCHED]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr[-500:]
    assert list(tmp_path.iterdir()) == []
