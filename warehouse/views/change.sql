-- What happened to postings since a time: a row for each posting and kind of change.
create or replace macro change(since := null) as table
with newest as (select max(taken_at) as taken_at from snapshot),

moment as (
    select coalesce(
        since::timestamp, (select max(taken_at) from snapshot where taken_at < (select taken_at::date from newest)), '-infinity'
    ) as start
),

happened as (
    select posting_id, 'came' as change, first_seen_at as changed_at, null as content_hash_before from job_posting
    union all
    select posting_id, 'closed', closed_at, null from job_posting where closed_at is not null
    union all
    select posting_id, 'missing', missing_since, null from job_posting where missing_since is not null and closed_at is null
    union all
    select posting_id, 'edited', seen_from, lag(content_hash) over (partition by posting_id order by seen_from)
    from job_posting_version
    qualify row_number() over (partition by posting_id order by seen_from) > 1
)

select h.posting_id, h.change, h.changed_at, p.source, p.title, p.hiring_organization, p.content_hash, h.content_hash_before
from happened as h
join moment as m on h.changed_at > m.start
join job_posting as p on p.posting_id = h.posting_id;

comment on macro table change is 'Postings that came, were edited (content_hash_before: its words before), went missing or closed since a UTC time (NULL: since the last snapshot of an earlier day, or ever where there is none), by the time of the sighting that showed it. Labels have no history here: rolescope snapshot diff holds two snapshots against each other, labels too. Key: posting_id, change, changed_at.';
