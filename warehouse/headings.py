"""What ads are headed with and rolescope does not know: the listing of `rolescope check`."""

from typing import NamedTuple

import duckdb


class HeadingCount(NamedTuple):
    """A heading that nlp/headings.csv lacks."""

    heading: str
    """As most ads write it."""
    n_contents: int
    """Contents that have it."""
    n_employers: int
    url: str | None
    """A posting that has it, the one seen last; None: none of them states an address."""


def unknown_headings(con: duckdb.DuckDBPyConnection, limit: int = 20) -> list[HeadingCount]:
    """The commonest unknown headings, those of most employers first; empty where nothing is labelled yet."""
    rows = con.execute(
        """
        select heading, n_contents, n_employers, url from unknown_heading_count
        order by n_employers desc, n_contents desc, heading_key limit ?
        """,
        [limit],
    ).fetchall()
    return [HeadingCount(*row) for row in rows]


def unknown_by_crawl(con: duckdb.DuckDBPyConnection, limit: int = 5) -> list[tuple[str, int, int]]:
    """(crawl_id, contents that it brought and that are labelled, those of them with an unknown heading), latest first."""
    return con.execute(
        """
        select crawl_id, n_contents, n_with_unknown from unknown_heading_count_by_crawl
        order by started_at desc, crawl_id limit ?
        """,
        [limit],
    ).fetchall()
