-- One row an opening: postings that pass the filters, each cluster once, with the role as `label` reads it.
-- NULL as a filter means "all". employer is what intervals are clustered by.
create or replace macro opening(
    label := 'role', sources := null, countries := null, languages := null, posted_from := null, posted_to := null, only_open := false
) as table
select
    cluster_id,
    any_value(content_hash) as content_hash,
    any_value(case label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end) as role,
    min(coalesce(lower(hiring_organization), source || '/' || board)) as employer,
    min(posted_on) as posted_on
from filtered_posting(
    sources := sources, countries := countries, languages := languages,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
)
where role is not null
group by cluster_id;

comment on macro table opening is 'Openings that pass the filters: cluster_id, content_hash, role (by label: role, role_by_title or role_by_text), employer, posted_on. Filters: sources, countries, languages (lists), posted_from, posted_to (dates), only_open.';
