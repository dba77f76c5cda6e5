-- What became of each posting from one snapshot (attached as old) to another (attached as new): a row for each that changed,
-- true for all that happened to it.
create temp table posting_change as
with
then_label as (
    select r.content_hash, r.role, r.model_version
    from old.job_posting_role as r join old.label_version as v on v.model_version = r.model_version and v.is_current
),

now_label as (
    select r.content_hash, r.role, r.model_version
    from new.job_posting_role as r join new.label_version as v on v.model_version = r.model_version and v.is_current
),

-- as in the view posting: closed, or not seen for 45 days
then_posting as (
    select p.*, l.role, l.model_version, closed_at is null and last_seen_at >= (select max(taken_at) from old.snapshot) - interval 45 day as is_open
    from old.job_posting as p left join then_label as l on l.content_hash = p.content_hash
),

now_posting as (
    select p.*, l.role, l.model_version, closed_at is null and last_seen_at >= (select max(taken_at) from new.snapshot) - interval 45 day as is_open
    from new.job_posting as p left join now_label as l on l.content_hash = p.content_hash
)

select
    coalesce(n.posting_id, o.posting_id) as posting_id,
    coalesce(n.source, o.source) as source,
    coalesce(n.title, o.title) as title,
    coalesce(n.hiring_organization, o.hiring_organization) as hiring_organization,
    o.role as role_then,
    n.role as role_now,
    o.posting_id is null as came,
    coalesce(not o.is_open and n.is_open, false) as came_back,
    coalesce(o.is_open and not coalesce(n.is_open, false), n.posting_id is null) as went,
    coalesce(n.content_hash != o.content_hash, false) as edited,
    -- the labels of one content; what is edited is another content
    coalesce(n.content_hash = o.content_hash and n.model_version != coalesce(o.model_version, ''), false) as relabelled,
    coalesce(n.content_hash = o.content_hash and n.model_version is not null and o.model_version is not null, false)
    and n.role is distinct from o.role as other_role
from then_posting as o
full join now_posting as n on n.posting_id = o.posting_id
where came or came_back or went or edited or relabelled or other_role
