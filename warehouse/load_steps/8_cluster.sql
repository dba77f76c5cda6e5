-- Postings of one content, or of contents that are near each other, are one opening, named after the one seen first.
create or replace temp table near_edge as
select content_hash, near_hash from job_posting_near
union all
select near_hash, content_hash from job_posting_near;

-- what this file touched, and all that hangs together with it
create or replace temp table member as
with recursive reached as (
    select content_hash from posting_changed
    union
    select content_hash from touched_content
    union
    select e.near_hash
    from reached as r
    join near_edge as e on e.content_hash = r.content_hash
)

select posting_id, content_hash, {first_seen_at: first_seen_at, posting_id: posting_id} as seen
from job_posting
where content_hash in (from reached);

create or replace temp table cluster as
with recursive component(content_hash, first_seen) using key (content_hash) as (
    select content_hash, min(seen) from member group by content_hash
    union
    select e.near_hash, min(c.first_seen)
    from component as c
    join near_edge as e on e.content_hash = c.content_hash
    join recurring.component as known on known.content_hash = e.near_hash
    where c.first_seen < known.first_seen
    group by e.near_hash
)

select
    m.posting_id,
    c.first_seen.posting_id as cluster_id,
    case
        when count(*) over (partition by c.first_seen) = 1 then null
        when count(*) over (partition by m.content_hash) > 1 and bool_or(m.seen = c.first_seen) over (partition by m.content_hash)
            then 'same_content'
        else 'near_content'
    end as cluster_reason
from member as m
join component as c on c.content_hash = m.content_hash;

update job_posting as p set cluster_id = c.cluster_id, cluster_reason = c.cluster_reason
from cluster as c
where
    c.posting_id = p.posting_id
    and (c.cluster_id != p.cluster_id or c.cluster_reason is distinct from p.cluster_reason);
