"""Crawls, loads and labels by way of object storage: a real S3 server (moto's) in a process of its own, on loopback."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import duckdb
import pytest
import s3fs
from click.testing import CliRunner, Result

from rolescope import main
from warehouse import WarehouseError, connect
from warehouse.remote import download

AT = "2026-03-03"
ADS = """
    select distinct on (content_hash) t.content_hash, t.title, t.text, p.job_location, p.country_raw
    from job_posting_text as t join job_posting as p using (content_hash)
    order by content_hash, posting_id
"""


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The URL of an empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        try:
            _until_it_answers(f"http://127.0.0.1:{port}", server)
            s3fs.S3FileSystem.clear_instance_cache()  # which knows no change of the environment
            s3fs.S3FileSystem().mkdir("roles")
            yield "s3://roles"
        finally:
            s3fs.S3FileSystem.clear_instance_cache()
            server.terminate()
            server.wait()


def _until_it_answers(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            urlopen(url, timeout=5).close()
        except (URLError, ConnectionError):
            assert server.poll() is None, "the S3 server ended"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("no answer of the S3 server")


def run(*arguments: object) -> Result:
    """A command that begins, as each does, without what an earlier one knew of the bucket."""
    s3fs.S3FileSystem.clear_instance_cache()
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def crawl(*arguments: object) -> str:
    """In a process of its own, as Scrapy runs once in a process."""
    command = [
        sys.executable,
        "-m",
        "rolescope",
        "crawl",
        "--sample",
        "greenhouse",
        "lever",
        *map(str, arguments),
        "--at",
        AT,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def merged(bucket: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of what two machines crawled, each its share of the sample boards."""
    folder = tmp_path_factory.mktemp("machines")
    for shard in ("1/2", "2/2"):
        db = folder / shard[0] / "w.duckdb"
        output = crawl("--shard", shard, "--landing", f"{bucket}/landing", "--no-load", "--db", db)
        assert f"1 landing file copied to {bucket}/landing." in output
    db = folder / "merged" / "w.duckdb"
    assert f"2 landing files copied from {bucket}/landing." in done("load", f"{bucket}/landing", "--db", db, "--at", AT)
    return db


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    with connect(db) as con:
        return con.execute(query).fetchall()


def test_shards_that_land_in_a_bucket_are_one_crawl(merged: Path, tmp_path: Path) -> None:
    alone = tmp_path / "w.duckdb"
    crawl("--db", alone)
    for query in (
        "select posting_id, content_hash, last_seen_at from job_posting order by all",
        "select content_hash, text from job_posting_text order by all",
        "select crawl_id, source, board, status, n_found from board_fetch order by all",
    ):
        assert rows(merged, query) == rows(alone, query)


def test_a_bucket_is_loaded_once(bucket: str, merged: Path) -> None:
    before = merged.readlink()
    assert "0 landing files copied" in done("load", f"{bucket}/landing", "--db", merged, "--at", AT)
    assert merged.readlink() == before


def test_labels_made_in_a_bucket_are_those_made_here(bucket: str, merged: Path, tmp_path: Path) -> None:
    ads = tmp_path / "ads.parquet"
    done("sql", "--db", merged, "--parquet", ads, ADS)
    s3fs.S3FileSystem().put_file(str(ads), "roles/ads/a.parquet")
    arguments = ("label", "--from", f"{bucket}/ads", "--to", f"{bucket}/labels", "--db", merged, "--workers", "2")
    (n,) = duckdb.sql(f"select count(*) from '{ads}'").fetchall()[0]
    assert f"{n} contents labelled in" in done(*arguments)
    again = done(*arguments)
    assert "0 contents labelled in" in again and "1 of 1 part were labelled before" in again
    here = tmp_path / "here.duckdb"
    done("load", f"{bucket}/landing", "--db", here, "--at", AT)
    done("label", "--db", here, "--at", AT, "--workers", "1")
    there = tmp_path / "there.duckdb"
    output = done("load", f"{bucket}/landing", "--labels", f"{bucket}/labels", "--db", there, "--at", AT)
    assert f"Labels of {n} contents taken from {bucket}/labels; 0 are without." in output
    for table in (
        "job_posting_skill",
        "job_posting_mention",
        "job_posting_tag",
        "job_posting_section",
        "job_posting_fact",
    ):
        assert rows(here, f"from {table} order by all") == rows(there, f"from {table} order by all")
    roles = "select content_hash, role, role_by_text, labelled_at from job_posting_role order by all"
    assert rows(here, roles) == rows(there, roles)


def test_a_bucket_that_is_not_there_is_named(bucket: str, tmp_path: Path) -> None:
    for result in (
        run("load", "s3://nowhere/landing", "--db", tmp_path / "w.duckdb"),
        run("label", "--from", "s3://nowhere/ads", "--to", f"{bucket}/x", "--db", tmp_path / "w.duckdb"),
    ):
        assert result.exit_code == 1
        assert "rolescope: s3://nowhere/" in result.output


def test_a_server_that_is_gone_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(WarehouseError, match=r"s3://roles/landing cannot be read .*127\.0\.0\.1:9"):
        download("s3://roles/landing", tmp_path)
    s3fs.S3FileSystem.clear_instance_cache()
