-- A board that answers "unchanged" shows again what it showed at its last answer; a feed that tells changes shows again
-- whatever it does not name.
create or replace temp table seen_anew as
with answer as (
    select source, board, listing, fetched_at::timestamp as fetched_at
    from staged_board_fetch
    where status = 'unchanged' or (listing = 'events' and status in ('ok', 'empty'))
    qualify row_number() over (partition by source, board order by fetched_at desc) = 1
),

answer_before as (
    select a.source, a.board, max(f.fetched_at) as fetched_at
    from answer as a
    join board_fetch as f on f.source = a.source and f.board = a.board and f.fetched_at < a.fetched_at
    where f.status in ('ok', 'empty', 'unchanged')
    group by all
)

select p.posting_id, p.last_seen_at as seen_to, a.fetched_at as seen_at
from answer as a
join job_posting as p on p.source = a.source and p.board = a.board
left join answer_before as b on b.source = a.source and b.board = a.board
where
    p.closed_at is null and p.missing_since is null and a.fetched_at > p.last_seen_at
    and (a.listing = 'events' or p.last_seen_at >= b.fetched_at);

update job_posting_version as v set seen_to = s.seen_at
from seen_anew as s
join job_posting as p on p.posting_id = s.posting_id
where v.posting_id = s.posting_id and v.content_hash = p.content_hash and v.seen_to = s.seen_to;

update job_posting as p set last_seen_at = s.seen_at
from seen_anew as s
where s.posting_id = p.posting_id;
