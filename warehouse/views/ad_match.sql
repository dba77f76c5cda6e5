-- Which ads match a search? One row an opening, so that its count is the one that shares are made of.
create or replace macro ad_match(
    search := null, wanted_role := null, wanted_skill := null, needs := null, label := 'role',
    sources := null, countries := null, languages := null, posted_from := null, posted_to := null, only_open := false
) as table
select
    cluster_id,
    min_by(posting_id, first_seen_at) as posting_id,
    min_by(title, first_seen_at) as title,
    min_by(hiring_organization, first_seen_at) as hiring_organization,
    min_by(job_location, first_seen_at) as job_location,
    any_value(case label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end) as role,
    min(posted_on) as posted_on,
    bool_or(is_open) as is_open,
    count(*) as n_postings
from filtered_posting(
    sources := sources, countries := countries, languages := languages,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
)
where
    -- what is read in a snippet is in no statistic (see opening), so no role and no skill finds one
    (full_text or (wanted_role is null and wanted_skill is null))
    and (search is null or contains(lower(title), lower(search)) or contains(lower(hiring_organization), lower(search)))
    and (
        wanted_role is null
        or (role is not null and case label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end = wanted_role)
    )
    and (
        wanted_skill is null
        or content_hash in (
            select s.content_hash from job_posting_skill as s
            where s.skill = wanted_skill and (needs is null or list_contains(needs, s.need))
        )
    )
group by cluster_id;

comment on macro table ad_match is 'Openings whose title or employer contains search (whatever its case), of wanted_role (as label reads it), that name wanted_skill (with one of needs); NULL: any. A role or skill finds no openings of which there are snippets only. posting_id is the first-seen posting of the opening that passes, n_postings how many do. Other filters as in filtered_posting.';
