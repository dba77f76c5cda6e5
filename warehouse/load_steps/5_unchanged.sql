-- A board that answers "unchanged" shows again what it showed at its last complete fetch.
update job_posting as p set last_seen_at = f.fetched_at
from (
    select source, board, max(fetched_at::timestamp) as fetched_at from staged_board_fetch where status = 'unchanged' group by all
) as f
where
    f.source = p.source and f.board = p.board and p.closed_at is null and p.missing_since is null
    and f.fetched_at > p.last_seen_at;

update job_posting_version as v set seen_to = p.last_seen_at
from job_posting as p
join staged_board_fetch as f on f.source = p.source and f.board = p.board and f.status = 'unchanged'
where
    v.posting_id = p.posting_id and v.content_hash = p.content_hash and v.seen_to < p.last_seen_at
    and p.last_seen_at = f.fetched_at::timestamp
    and v.seen_to = (select max(w.seen_to) from job_posting_version as w where w.posting_id = v.posting_id);
