"""Landing files copied to and from other places, a folder and fsspec's memory standing in for a bucket."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from warehouse import WarehouseError
from warehouse.remote import download, upload


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "1.jsonl").write_text('{"type": "crawl"}\n')
    (folder / "2.jsonl").write_text('{"type": "crawl"}\n{"type": "crawl_end"}\n')
    (folder / "notes.txt").write_text("no landing file")
    return folder


@pytest.fixture(params=["memory", "folder"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield f"memory://bucket{tmp_path}" if request.param == "memory" else str(tmp_path / "there")
    fsspec.filesystem("memory").store.clear()


def test_files_travel_once_and_arrive_as_they_were(here: Path, url: str, tmp_path: Path) -> None:
    assert [upload(here, url), upload(here, url)] == [2, 0]
    assert [download(url, tmp_path / "new"), download(url, tmp_path / "new")] == [2, 0]
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == {
        path.name: path.read_text() for path in here.glob("*.jsonl")
    }


def test_a_file_that_grew_is_copied_again(here: Path, url: str, tmp_path: Path) -> None:
    upload(here, url)
    download(url, tmp_path / "new")
    with (here / "1.jsonl").open("a") as file:
        file.write('{"type": "crawl_end"}\n')
    assert upload(here, url) == 1
    assert download(url, tmp_path / "new") == 1
    assert (tmp_path / "new" / "1.jsonl").read_text() == (here / "1.jsonl").read_text()


def test_one_file_can_be_named(here: Path, tmp_path: Path) -> None:
    assert download(str(here / "2.jsonl"), tmp_path / "new") == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["2.jsonl"]


def test_another_file_of_the_same_name_is_refused_and_kept(here: Path, url: str, tmp_path: Path) -> None:
    upload(here, url)
    own = tmp_path / "own"
    own.mkdir()
    (own / "2.jsonl").write_text('{"type": "other"}\n')
    with pytest.raises(WarehouseError, match=r"2\.jsonl is not the file"):
        download(url, own)
    assert (own / "2.jsonl").read_text() == '{"type": "other"}\n'
    assert {path.name for path in own.iterdir()} == {"1.jsonl", "2.jsonl"}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nothere://bucket/x", "nothere://bucket/x cannot be used"),
        ("memory://empty", "memory://empty holds no landing file"),
        ("/proc/no/such/folder", "holds no landing file"),
    ],
)
def test_a_place_that_cannot_be_read_is_named_with_its_reason(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(WarehouseError, match=message):
        download(url, tmp_path)


def test_a_place_that_cannot_be_written_is_named_and_the_files_stay(here: Path) -> None:
    with pytest.raises(WarehouseError, match=r"/proc/nothing cannot be written.*safe in"):
        upload(here, "/proc/nothing")
    assert (here / "1.jsonl").exists()
