-- One row an opening: postings that pass the filters, each cluster once, with the role as `label` reads it. This is what
-- every statistic counts. A posting of a source that gives snippets only is left out: that a snippet does not name a skill,
-- pay or a degree says nothing, and such sources forbid counting what they list. An opening that has a whole ad elsewhere
-- counts by that one.
-- NULL as a filter means "all". employer is what intervals are clustered by.
create or replace macro opening(
    label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
select
    cluster_no,
    -- the words of an opening are those of its first-seen posting that passes
    arg_min(content_no, seen_no) as content_no,
    arg_min(case label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end, seen_no) as role,
    min(employer_no) as employer_no,
    min(posted_on) as posted_on,
    any_value(cluster_id) as cluster_id,
    arg_min(content_hash, seen_no) as content_hash,
    min(employer) as employer
from filtered_posting(
    sources := sources, countries := countries, languages := languages, seniorities := seniorities,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
)
where role is not null and full_text
group by cluster_no;

comment on macro table opening is 'Openings that pass the filters: cluster_id, content_hash, role (by label: role, role_by_title or role_by_text), employer, posted_on, and the numbers cluster_no, content_no and employer_no of posting_index, by which joins and groups are quicker. Filters: sources, countries, languages, seniorities (lists), posted_from, posted_to (dates), only_open. Openings of which there are snippets only (see posting.full_text) are left out.';
