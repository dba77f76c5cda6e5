"""`rolescope sql` answers, and does nothing else: no writing, no other file, no network, no end of memory or patience."""

import os
import pty
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from rolescope import main
from warehouse import apart
from warehouse.limited import bounded, limited, stoppable

ENDLESS = "select count(*) from range(100000000) as a, range(1000000) as b where hash(a.range + b.range) = 1"
WAIT = 20  # seconds


@pytest.fixture
def run(small_warehouse: Path) -> Callable[..., Result]:
    def run(*arguments: object, **options: str) -> Result:
        return CliRunner().invoke(main, ["sql", "--db", str(small_warehouse), *map(str, arguments)], **options)

    return run


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that is nobody's business, as text, as a table and as a database."""
    (tmp_path / "secret.csv").write_text("word\nswordfish\n")
    (tmp_path / "secret.json").write_text('{"word": "swordfish"}\n')
    with duckdb.connect(str(tmp_path / "secret.duckdb")) as con:
        con.execute("create table secret as select 'swordfish' as word")
        con.execute(f"copy secret to '{tmp_path}/secret.parquet'")
    return tmp_path


@pytest.fixture(params=["terminal", "dashboard"])
def guarded(request: pytest.FixtureRequest, small_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection on which `rolescope sql` runs a query, and that of the dashboard's page SQL."""
    limits = () if request.param == "terminal" else (apart.MEMORY, "0GB")
    with limited(small_warehouse, *limits) as con:
        yield con


READING = [
    "from '{0}/secret.csv'",
    "from read_csv('{0}/secret.csv')",
    "from read_text('{0}/*')",
    "from read_blob('{0}/secret.csv')",
    "from glob('{0}/*')",
    "from sniff_csv('{0}/secret.csv')",
    "from read_duckdb('{0}/secret.duckdb')",
    "from read_json('{0}/secret.json')",
    "from parquet_metadata('{0}/secret.parquet')",
    "from json_execute_serialized_sql(json_serialize_sql('from ''{0}/secret.csv'''))",
    "with a as materialized (from '{0}/secret.csv') from a",
    "describe '{0}/secret.csv'",
    "summarize '{0}/secret.csv'",
    "explain from '{0}/secret.csv'",
    "prepare peek as from '{0}/secret.csv'",
    "from '/dev/stdin'",
    "from 's3://bucket/secret.csv'",
    "attach 'ducklake:{0}/new' as other",
    "attach 'quack:localhost' as other",
    "from query_table('{0}/secret.csv')",
    "from query('from ''{0}/secret.csv''')",
    "create temp macro peek() as table from '{0}/secret.csv'",
    "attach '{0}/secret.duckdb' as other",
    "attach '{0}/secret.duckdb' as other (read_only)",
    "import database '{0}'",
    "load '{0}/secret.duckdb_extension'",
    "from frame",
    "select getenv('HOME')",
]
WRITING = [
    "copy (select 1) to '{0}/new.csv'",
    "copy (select 1) to '/dev/stdout'",
    "copy (select 1 as a) to '{0}/new' (format parquet, partition_by (a))",
    "copy from database temp to rolescope",
    "create schema other",
    "create sequence counter",
    "create function f() as 1",
    "truncate job_posting",
    "merge into job_posting using posting on false when not matched then insert",
    "copy posting to '{0}/new.parquet' (format parquet)",
    "export database '{0}/new'",
    "attach '{0}/new.duckdb' as other",
    "attach ':memory:' as other",
    "create table note as select 1",
    "create or replace view posting as select 1",
    "drop view posting",
    "insert into job_posting from job_posting",
    "update job_posting set title = ''",
    "delete from job_posting",
    "alter table job_posting drop column title",
    "comment on table job_posting is ''",
    "call enable_logging(storage = 'file', storage_config = {{'path': '{0}/new'}})",
    "set profiling_output = '{0}/new.json'",
    "create persistent secret (type http, bearer_token 'x')",
]
LOOSENING = [
    "set enable_external_access = true",
    "reset enable_external_access",
    "set lock_configuration = false",
    "set memory_limit = '900GB'",
    "set max_temp_directory_size = '900GB'",
    "set temp_directory = '{0}/new'",
    "set threads = 1000",
    "set allowed_directories = ['{0}']",
    "set extension_directory = '{0}'",
    "set custom_extension_repository = 'http://localhost'",
    "set allow_unsigned_extensions = true",
    "set log_query_path = '{0}/new'",
    "pragma enable_profiling = 'json'",
    "call enable_profiling('json')",
    "install quack from community",
    "load '/usr/lib/libc.so.6'",
    "set autoload_known_extensions = true",
    "set python_enable_replacements = true",
    "install httpfs",
    "load httpfs",
    "update extensions",
]


@pytest.mark.parametrize("query", [*READING, *WRITING, *LOOSENING])
def test_it_reads_and_writes_no_file_and_cannot_be_talked_into_it(
    run: Callable[..., Result], small_warehouse: Path, secret: Path, query: str
) -> None:
    frame = pd.DataFrame({"word": ["swordfish"]})  # what DuckDB finds in Python's variables otherwise
    before = (sorted(secret.iterdir()), small_warehouse.resolve().stat().st_mtime_ns)
    result = run("--json", query.format(secret))
    assert (result.exit_code, result.stdout) == (1, ""), frame
    assert "Error" in result.stderr
    assert (sorted(secret.iterdir()), small_warehouse.resolve().stat().st_mtime_ns) == before


def test_no_function_of_duckdb_reads_a_file_or_leaves_one(guarded: duckdb.DuckDBPyConnection, secret: Path) -> None:
    before = sorted(secret.iterdir())
    functions = guarded.execute("""
        select distinct function_name, function_type from duckdb_functions()
        where internal and regexp_full_match(function_name, '\\w+') and function_type <> 'macro'
    """).fetchall()
    asked = {"pragma": "pragma {}({})", "table": "from {}({})", "table_macro": "from {}({})"}
    n_answered = 0
    for name, kind in functions:
        for file in (*before, secret / "new") if kind in asked else before[:1]:
            for n in (1, 2, 3):
                query = asked.get(kind, "select {}({})").format(name, ", ".join([f"'{file}'"] * n))
                try:
                    rows = guarded.execute(query).fetchmany(50)
                except (duckdb.Error, ValueError):
                    continue
                n_answered += 1
                assert "swordfish" not in str(rows), query
    assert len(functions) > 500 and n_answered > 100  # it looked at them
    assert sorted(secret.iterdir()) == before


def test_no_setting_of_duckdb_can_be_changed(guarded: duckdb.DuckDBPyConnection) -> None:
    settings = guarded.execute("select name, value from duckdb_settings()").fetchall()
    changed = set()
    for name, value in settings:
        for wanted in ("true", "false", "1", "'x'", "default", f"'{value}'"):
            try:
                guarded.execute(f"set {name} = {wanted}")
            except duckdb.Error:
                continue
            changed.add(name)
    assert len(settings) > 100
    assert changed <= {"schema", "search_path"}  # of this connection, and only to what is there


@pytest.mark.parametrize("query", ["from '{0}/a.csv'", "from read_parquet('{0}/a')", "attach '{0}/a.duckdb' as other"])
def test_it_asks_nobody_on_the_network(run: Callable[..., Result], query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        result = run(query.format(f"http://127.0.0.1:{server.getsockname()[1]}"))
        with pytest.raises(TimeoutError):
            server.accept()
    assert result.exit_code == 1


def test_a_query_that_wants_all_memory_is_refused(run: Callable[..., Result]) -> None:
    result = run("select list(range) from range(1000000000)")
    assert (result.exit_code, "Out of Memory" in result.stderr) == (1, True), result.stderr


# from a small process: a child of the tests' own would begin with the memory that they ever had
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


@pytest.mark.parametrize(
    ("query", "option"),
    [
        ("select repeat('x', 100000000) as a from range(2000)", "--csv"),  # long strings, which DuckDB does not count
        ("select string_agg(repeat('x', 1000000) || range, '') from range(20000)", "--json"),
        ("select repeat(title, 1000000) from posting cross join range(100)", "--json"),
    ],
)
def test_memory_that_duckdb_does_not_count_is_bounded_too(small_warehouse: Path, query: str, option: str) -> None:
    command = [sys.executable, "-m", "rolescope", "sql", "--db", str(small_warehouse), option, query]
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True)
    said = done.stderr.lower()  # as DuckDB says it, or as we do
    assert (done.returncode, "out of memory" in said) == (1, True), said
    assert int(done.stdout) * (1 if sys.platform == "darwin" else 1024) < 4.5 * 2**30


def test_the_bound_of_memory_ends_with_its_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(ZeroDivisionError), bounded(3 << 30):
        most, hard = resource.getrlimit(resource.RLIMIT_DATA)
        assert (most >= 3 << 30, hard) == (True, before[1])  # more, where this process has much already
        assert most != before[0]
        raise ZeroDivisionError
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_sorting_more_than_memory_holds_has_a_bounded_place_to_go(small_warehouse: Path) -> None:
    with limited(small_warehouse) as con:
        settings = con.execute("select current_setting('memory_limit'), current_setting('max_temp_directory_size')")
        assert settings.fetchall() == [("1.8 GiB", "7.4 GiB")]


@pytest.mark.parametrize(
    "query",
    [
        ENDLESS,
        "with recursive t as (select 1 as n union all select n from t) from t",
        f"select 1; {ENDLESS}",
        "select sleep_ms(60000)",
    ],
)
def test_a_query_that_takes_too_long_is_stopped(run: Callable[..., Result], query: str) -> None:
    started = time.monotonic()
    result = run("--csv", "--timeout", 0.5, query)
    assert (result.exit_code, "Stopped after 0.5 s" in result.stderr) == (1, True), result.stderr
    assert time.monotonic() - started < WAIT


def test_rows_that_never_end_are_stopped_too(run: Callable[..., Result], tmp_path: Path) -> None:
    endless = "select a.range from range(100000000) as a, range(1000000) as b"
    assert "Stopped" in run("--json", "--timeout", 0.2, endless).stderr
    assert "Stopped" in run("--parquet", tmp_path / "a.parquet", "--timeout", 0.2, endless).stderr
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_in_the_work_comes_through(small_warehouse: Path) -> None:
    with limited(small_warehouse) as con:
        assert stoppable(con, lambda: 42, None) == 42
        with pytest.raises(ZeroDivisionError):
            stoppable(con, lambda: 1 // 0, WAIT)


def test_ctrl_c_stops_a_query_that_is_deep_in_duckdb(small_warehouse: Path) -> None:
    arguments = [sys.executable, "-m", "rolescope", "sql", "--db", str(small_warehouse), f"select 7; {ENDLESS}"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        while "1 row" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT) == 130


def test_a_parquet_file_holds_what_the_query_says_types_included(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "ads.parquet"
    result = run("--parquet", file, "select title, skills, first_seen_at, is_open, 1 as title from posting")
    assert (result.exit_code, result.output) == (0, f"{file}: 42 rows.\n")
    with duckdb.connect() as con:
        columns = con.execute("select column_name, column_type from (describe from read_parquet(?))", [str(file)])
        assert dict(columns.fetchall()) == {
            "title": "VARCHAR", "skills": "VARCHAR[]", "first_seen_at": "TIMESTAMP", "is_open": "BOOLEAN", "title_5": "INTEGER",
        }  # fmt: skip
    assert len(pd.read_parquet(file)) == 42
    assert run("--parquet", file, "select 1 as a where false").exit_code == 0
    assert pd.read_parquet(file).columns.tolist() == ["a"]
    assert run("--parquet", file, "select 7 as a; -- done;\n;").exit_code == 0
    assert pd.read_parquet(file).values.tolist() == [[7]]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (["--parquet", "new.parquet"], 2, "takes a query"),
        (["--parquet", "new.parquet", "--csv", "select 1"], 2, "neither --csv nor --json"),
        (["--parquet", "data.duckdb", "select 1"], 2, "must end in .parquet"),
        (["--parquet", "new.parquet", "select 1; select 2"], 1, "one statement; there are 2"),
        (["--parquet", "new.parquet", ""], 1, "one statement; there are 0"),
        (["--parquet", "new.parquet", "select interval 1 month as i"], 1, "cast the column"),
        (["--parquet", "new.parquet", "select error('no')"], 1, "no"),
        (["--parquet", "none/new.parquet", "select 1"], 1, "No such file"),
        (["--timeout", "0", "select 1"], 2, "--timeout"),
        (["select now()"], 1, "now()::timestamp"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_no_file(
    run: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, why in result.stderr) == (status, True), result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_plan_is_printed_whole(run: Callable[..., Result]) -> None:
    assert run("explain from posting").output.count("\n") > 20


def test_words_with_a_dot_say_what_there_is(run: Callable[..., Result]) -> None:
    tables = run(input=".tables\n").output
    assert all(name in tables for name in ("posting", "skill_difference", "job_posting_mention", "macro"))
    assert "ISO 4217" in run(input=".schema posting\n").output
    assert "role_a, role_b" in run(input=".schema SKILL_DIFFERENCE;\n").output
    assert ".schema NAME" in run(input=".help\n").output
    wrong = run(input=".schema postin\n.schema\n.frobnicate\nselect\n.5 as half;\n")
    assert (wrong.exit_code, wrong.output.count("half")) == (1, 1)
    assert "posting?" in wrong.stderr and "no command .frobnicate" in wrong.stderr


@pytest.fixture
def terminal(
    small_warehouse: Path, tmp_path: Path
) -> Iterator[tuple[Callable[[str], None], Callable[[str], None], int]]:
    """A prompt in a terminal: type into it, read until something stands there, and its process."""
    process, screen = pty.fork()
    if not process:
        environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "dumb"}
        arguments = [sys.executable, "-m", "rolescope", "sql", "--csv", "--db", str(small_warehouse)]
        os.execve(sys.executable, arguments, environment)

    def type_(text: str) -> None:
        os.write(screen, text.encode())

    unread = ""

    def read_until(text: str) -> None:
        nonlocal unread
        end = time.monotonic() + WAIT
        while text not in unread:
            assert select.select([screen], [], [], max(end - time.monotonic(), 0))[0], unread
            unread += os.read(screen, 4096).decode(errors="replace")
        unread = unread.partition(text)[2]

    yield type_, read_until, process
    os.close(screen)


def test_ctrl_c_at_the_prompt_stops_the_query_and_stays(
    terminal: tuple[Callable[[str], None], Callable[[str], None], int], tmp_path: Path
) -> None:
    type_, read_until, process = terminal
    read_until("rolescope> ")
    type_(f"{ENDLESS};\n")
    time.sleep(1)
    type_("\x03")
    read_until("rolescope> ")
    type_("select 40 + 2 as answer;\n")
    read_until("42\r\n")
    read_until("rolescope> ")
    type_("\x04")
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert "40 + 2" in (tmp_path / "rolescope" / "sql_history").read_text()
