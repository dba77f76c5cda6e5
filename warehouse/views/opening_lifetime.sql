-- How old was each opening when we first saw it, and when it was gone or last seen? Of sources whose listing lets absence be seen.
create or replace view opening_lifetime as
with lifetime as (
    select
        p.cluster_id,
        -- an opening whose date of posting is not stated may have been open for long when we came: left out
        least(min(p.date_posted)::timestamp, min(p.first_seen_at)) as start,
        min(p.first_seen_at) as seen_at,
        bool_and(p.closed_at is not null) as is_closed,
        -- gone since the first fetch without it; closed_at is when that was certain
        case when is_closed then max(coalesce(p.missing_since, p.closed_at)) else max(p.last_seen_at) end as end_at
    from job_posting as p
    join source as s on s.source = p.source and s.listing in ('complete', 'events')
    group by p.cluster_id
    having count(p.date_posted) > 0
)

select
    o.cluster_id, o.role, o.employer,
    epoch(l.seen_at - l.start) / 86400 as days_before_seen,
    epoch(l.end_at - l.start) / 86400 as days,
    l.is_closed
from opening() as o
join lifetime as l on l.cluster_id = o.cluster_id
where l.end_at > l.seen_at;

comment on view opening_lifetime is 'An opening whose end can be seen: on a source that lists every open posting or says what was removed, with a stated date of posting, and seen over some time (one fetch alone says nothing of how long). Gaps count as open: closed and back, or closed on one board and later posted on another. Key: cluster_id.';
comment on column opening_lifetime.cluster_id is 'The opening.';
comment on column opening_lifetime.role is 'Role by title and text.';
comment on column opening_lifetime.employer is 'Employer in lower case; source/board where none is stated.';
comment on column opening_lifetime.days_before_seen is 'Days from the date of posting to the first sighting. It is under observation from then on: had it closed before, it would not be here.';
comment on column opening_lifetime.days is 'Days from the date of posting to the first fetch without it; while it is not closed, to the latest sighting.';
comment on column opening_lifetime.is_closed is 'Whether all its postings are closed; false: it is censored, that is, open for longer than days.';
