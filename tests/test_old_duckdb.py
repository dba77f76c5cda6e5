"""A file that we publish opens in an older DuckDB, with every table, view and macro."""

import subprocess
import sys
from pathlib import Path

import pytest

OLD = Path(__file__).parent.parent / ".venv" / "duckdb==1.3.2"
READ_ALL = """
import sys, duckdb
assert duckdb.__version__ == "1.3.2", duckdb.__version__
con = duckdb.connect(sys.argv[1], read_only=True)
names = con.sql("select table_name from duckdb_tables() union all select view_name from duckdb_views() where not internal").fetchall()
macros = con.sql("select distinct function_name from duckdb_functions() where not internal and function_type = 'table_macro'").fetchall()
for (name,) in names:
    con.sql(f"from {name}").fetchall()
for (name,) in macros:
    con.sql(f"from {name}('ai_engineer', 'ml_engineer')" if name == "skill_difference" else f"from {name}()").fetchall()
print(len(names), len(macros), con.sql("select count(*) from posting").fetchone()[0], con.sql("from skill_share_by_role").shape[0])
"""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="DuckDB 1.3 has no wheel for this Python")
def test_every_table_view_and_macro_can_be_read_with_duckdb_1_3(small_warehouse: Path) -> None:
    assert OLD.exists(), "run `make test`, which installs it"
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(small_warehouse.resolve())],
        env={"PYTHONPATH": str(OLD)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    n_names, n_macros, n_postings, n_shares = map(int, done.stdout.split())
    assert n_names > 20 and n_macros >= 5 and n_postings == 42 and n_shares > 0
