-- Which postings were known at a time, with the words they had then, and which were open? What lay between the first and the
-- last sighting of a content counts as seen: a posting that was gone and came back with the same words counts as there.
create or replace macro posting_as_of(as_of := null) as table
with moment as (select coalesce(as_of::timestamp, (select max(taken_at) from snapshot)) as until),

current_label as (
    select r.content_hash, r.role, r.skills
    from job_posting_role as r
    join label_version as v on v.model_version = r.model_version and v.is_current
)

select
    p.posting_id,
    p.source,
    p.board,
    p.identifier,
    p.url,
    t.title,
    p.hiring_organization,
    p.job_location,
    p.cluster_id,
    v.content_hash,
    t.language,
    t.text as description,
    l.role,
    l.skills,
    p.first_seen_at,
    least(v.seen_to, m.until) as last_seen_at,
    case when p.closed_at <= m.until then p.closed_at end as closed_at,
    coalesce(p.closed_at > m.until, true) and least(v.seen_to, m.until) >= m.until - interval 45 day as is_open
from moment as m
join job_posting_version as v on v.seen_from <= m.until
join job_posting as p on p.posting_id = v.posting_id
join job_posting_text as t on t.content_hash = v.content_hash
left join current_label as l on l.content_hash = v.content_hash
qualify row_number() over (partition by v.posting_id order by v.seen_from desc) = 1;

comment on macro table posting_as_of is 'Postings as they were known at a UTC time (a date is its first moment; NULL: now): title, description and so role and skills of the words they had then, last_seen_at, closed_at and is_open by what had been seen until then. Employer, place, url and cluster_id are those of today, roles and skills those of the current labels. Key: posting_id.';
