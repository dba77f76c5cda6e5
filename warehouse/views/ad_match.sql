-- Which ads match a search? One row an opening, so that its count is the one that shares are made of.
create or replace macro ad_match(
    search := null, wanted_role := null, wanted_skill := null, needs := null, label := 'role',
    sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with opening_found as (
    select
        -- the posting by which the opening counts (see opening), else the first seen
        arg_min(
            {
                posting_id: posting_id, title: title, hiring_organization: hiring_organization, job_location: job_location,
                content_no: content_no, full_text: full_text,
                role: case label when 'role_by_title' then role_by_title when 'role_by_text' then role_by_text else role end
            },
            (role is null or not full_text, seen_no)
        ) as found,
        min(posted_on) as posted_on,
        any_value(cluster_id) as cluster_id,
        bool_or(is_open) as is_open,
        count(*) as n_postings
    from filtered_posting(
        sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    )
    where search is null or contains(lower(title), lower(search)) or contains(lower(hiring_organization), lower(search))
    group by cluster_no
)

select
    cluster_id,
    found.posting_id,
    found.title,
    found.hiring_organization,
    found.job_location,
    found.role,
    posted_on,
    is_open,
    n_postings
from opening_found
where
    -- what is read in a snippet is in no statistic (see opening), so no role and no skill finds one
    (found.full_text or (wanted_role is null and wanted_skill is null))
    and (wanted_role is null or found.role = wanted_role)
    and (
        wanted_skill is null
        or found.content_no in (
            select s.content_no from skill_index as s
            where s.skill_no = (select skill_no from skill_number where skill = wanted_skill) and s.need_bit & need_mask(needs) != 0
        )
    );

comment on macro table ad_match is 'Openings whose title or employer contains search (whatever its case), of wanted_role (as label reads it), that name wanted_skill (with one of needs); NULL: any. A role or skill finds no openings of which there are snippets only. posting_id is the posting by which the opening counts, n_postings how many of it pass. Other filters as in filtered_posting.';
