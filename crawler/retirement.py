"""Which boards are gone: those that were not found again and again are left out of later crawls."""

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.boards import Retired, add_retired, joined, read_retired

if TYPE_CHECKING:
    import duckdb

# A feed is never retired: it has one address, and one that moved is a fault to be mended, not an employer who left.
_GONE = """
    with found as (
        select source, board, max(fetched_at) as found_at
        from board_fetch
        where status in ('ok', 'partial', 'empty', 'unchanged')
        group by all
    )

    select
        f.source, f.board,
        strftime(min(f.fetched_at), '%Y-%m-%d') as since,
        coalesce(max_by(f.error, f.fetched_at), 'not found')
            || format(' on {} days, last on {}', count(distinct f.fetched_at::date), max(f.fetched_at)::date) as reason
    from board_fetch as f
    join source as s on s.source = f.source
    left join found as l on l.source = f.source and l.board = f.board
    where f.status = 'not_found' and s.kind = 'board' and (l.found_at is null or f.fetched_at > l.found_at)
    group by all
    having count(distinct f.fetched_at::date) >= 3
    order by f.source, f.board
"""


def gone_boards(con: "duckdb.DuckDBPyConnection") -> list[Retired]:
    """The boards that were not found on three UTC dates or more since they were last found, if ever; ``since`` is the
    first of these dates. A fetch that failed or was forbidden says nothing either way."""
    return [
        Retired(platform=source, board=board, since=since, reason=reason)
        for source, board, since, reason in con.execute(_GONE).fetchall()
    ]


def retire(con: "duckdb.DuckDBPyConnection", folder: Path) -> list[Retired]:
    """Leave the boards that are gone out of every later crawl, and return those that were not left out before.

    A board whose line is deleted from retired.csv is fetched again by the next crawl; found, it stays. Not found, or
    where no crawl came in between, it is retired again. Raises BoardsError and OSError.
    """
    before = read_retired(folder)
    new = joined([before, gone_boards(con)])[len(before) :]
    if new:
        add_retired(folder, new)
    return new
