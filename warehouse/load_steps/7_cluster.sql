-- Postings of one content are one opening, named after the one seen first.
create or replace temp table cluster as
select
    posting_id,
    first(posting_id) over (partition by content_hash order by first_seen_at, posting_id) as cluster_id,
    case when count(*) over (partition by content_hash) > 1 then 'same_content' end as cluster_reason
from job_posting;

update job_posting as p set cluster_id = c.cluster_id, cluster_reason = c.cluster_reason
from cluster as c
where
    c.posting_id = p.posting_id
    and (c.cluster_id != p.cluster_id or c.cluster_reason is distinct from p.cluster_reason);
