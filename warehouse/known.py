"""What a crawl need not ask for again: what the published warehouse knows of each board and of its postings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import duckdb

from warehouse import CODE_VERSION
from warehouse.landing import iso


class KnownPosting(NamedTuple):
    """A posting that is open and not missing."""

    url: str | None
    """Its public page; None where no spider asks for it."""
    list_key: str | None
    """What the source's list said of it when its ad was fetched; None: the list holds the whole ad."""


@dataclass(kw_only=True)
class KnownBoard:
    """What is known of a board."""

    tried_at: datetime
    """UTC time of the latest try, whatever came of it."""
    complete_at: datetime | None = None
    """UTC time of the latest try that gave all there was; None: never."""
    etag: str | None = None
    """ETag of the last whole answer; None: there was none, or the board is to be asked in full."""
    last_modified: str | None = None
    """Last-Modified of the last whole answer; None likewise."""
    body_hash: str | None = None
    """Hash of the last whole answer; None likewise."""
    postings: Mapping[str, KnownPosting] = field(default_factory=dict)
    """Open postings by identifier, of boards whose ads are fetched one by one and of feeds that tell changes."""


def known_boards(con: duckdb.DuckDBPyConnection, before: datetime) -> dict[tuple[str, str], KnownBoard]:
    """What was known of each (source, board) at the UTC time ``before``, which makes a day that is run twice the same.

    A board with a posting that is missing has no validators: it is asked in full, because an unchanged answer is no
    evidence that the posting is gone. Nor has one whose last answer was empty (what it shows again is to be reopened) or
    partial (what it showed may be gone), or was read by another version of rolescope. ``postings`` are left out.
    """
    rows = con.execute(_BOARDS, {"before": iso(before), "code_version": CODE_VERSION}).fetchall()
    return {(source, board): KnownBoard(**dict(zip(_COLUMNS, rest, strict=True))) for source, board, *rest in rows}


def remember_postings(
    con: duckdb.DuckDBPyConnection,
    known: Mapping[tuple[str, str], KnownBoard],
    wanted: Iterable[tuple[str, str]],
    before: datetime,
) -> None:
    """Fill in ``postings`` of the wanted boards, as it was at the UTC time ``before``."""
    boards = [key for key in wanted if key in known]
    parameters = {"before": iso(before), "sources": [key[0] for key in boards], "boards": [key[1] for key in boards]}
    postings: dict[tuple[str, str], dict[str, KnownPosting]] = {}
    found = con.execute(_POSTINGS, parameters)
    while rows := found.fetchmany(10_000):
        for source, board, identifier, url, list_key in rows:
            postings.setdefault((source, board), {})[identifier] = KnownPosting(url, list_key)
    for key in postings:
        known[key].postings = postings[key]


_COLUMNS = ("tried_at", "complete_at", "etag", "last_modified", "body_hash")
_BOARDS = """
    with missing as (
        select distinct source, board from job_posting
        where missing_since < $before::timestamp and (closed_at is null or closed_at >= $before::timestamp)
    ),

    latest as (
        select
            f.source, f.board,
            max(f.fetched_at) as tried_at,
            max(f.fetched_at) filter (f.status in ('ok', 'empty', 'unchanged')) as complete_at,
            max_by(
                struct_pack(
                    etag := f.etag, last_modified := f.last_modified, body_hash := f.body_hash,
                    readable := c.code_version = $code_version
                ),
                f.fetched_at
            ) filter (f.status in ('ok', 'empty', 'partial')) as answer
        from board_fetch as f
        join crawl as c on c.crawl_id = f.crawl_id
        where f.fetched_at < $before::timestamp and f.source != 'import'
        group by all
    )

    select
        l.source, l.board, l.tried_at, l.complete_at,
        case when m.source is null and l.answer.readable then l.answer.etag end,
        case when m.source is null and l.answer.readable then l.answer.last_modified end,
        case when m.source is null and l.answer.readable then l.answer.body_hash end
    from latest as l
    left join missing as m on m.source = l.source and m.board = l.board
"""
_POSTINGS = """
    with wanted as (
        select unnest($sources::varchar[]) as source, unnest($boards::varchar[]) as board
    )

    select p.source, p.board, p.identifier, case when p.source = 'jsonld' then p.url end, p.list_key
    from job_posting as p
    join wanted as w on w.source = p.source and w.board = p.board
    join source as s on s.source = p.source
    where
        p.closed_at is null and p.missing_since is null and p.first_seen_at < $before::timestamp
        and (p.list_key is not null or s.listing = 'events' or s.kind = 'feed')
        -- what left a window long ago never closes, but does not come back either
        and (s.listing != 'window' or p.last_seen_at >= $before::timestamp - interval 45 day)
"""
