-- A posting is closed only by evidence: complete fetches of its board since its last sighting that lack it, two with
-- postings on different UTC dates, or three empty ones. Anything else (failed, partial, unchanged, …) says nothing.
create or replace temp table evidence as
with absence as (
    select p.posting_id, f.status, f.fetched_at, f.fetched_at::date as day
    from job_posting as p
    join board_fetch as f on f.source = p.source and f.board = p.board
    where
        p.closed_at is null and f.listing = 'complete' and f.status in ('ok', 'empty') and f.fetched_at > p.last_seen_at
        and (p.source, p.board) in (select (source, board) from staged_board_fetch)
),

by_day as (
    select posting_id, status, day, min(fetched_at) as fetched_at from absence group by all
),

numbered as (
    select *, row_number() over (partition by posting_id, status order by day) as nth from by_day
)

select
    posting_id,
    min(fetched_at) as missing_since,
    min(fetched_at) filter (status = 'ok' and nth = 2) as absent_at,
    min(fetched_at) filter (status = 'empty' and nth = 3) as board_empty_at
from numbered
group by posting_id;

update job_posting as p set
    missing_since = e.missing_since,
    closed_at = least(e.absent_at, e.board_empty_at),
    closed_reason = case
        when e.absent_at <= coalesce(e.board_empty_at, e.absent_at) then 'absent'
        when e.board_empty_at is not null then 'board_empty'
    end
from evidence as e
where e.posting_id = p.posting_id;

-- The source's own word that a posting is gone.
update job_posting as p set
    missing_since = coalesce(p.missing_since, r.removed_at),
    closed_at = r.removed_at,
    closed_reason = 'removed'
from (select posting_id, max(removed_at::timestamp) as removed_at from staged_removal group by all) as r
where r.posting_id = p.posting_id and p.closed_at is null and r.removed_at >= p.last_seen_at;
