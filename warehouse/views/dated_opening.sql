-- Openings that pass the filters (see opening), with the part of time that they were posted in, by date of posting, else first
-- sighting, and the board that the words are from. every is what date_trunc takes: week, month or quarter.
create or replace macro dated_opening(
    every := 'month', label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with first_seen as (
    select
        cluster_no,
        min(seen_no) as seen_no,
        min(employer_no) as employer_no,
        date_trunc(every, min(coalesce(posted_on, first_seen_at::date)))::date as part
    from filtered_posting(
        sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    )
    where role is not null and full_text
    group by cluster_no
)

select
    o.cluster_no,
    p.content_no,
    case label when 'role_by_title' then p.role_by_title when 'role_by_text' then p.role_by_text else p.role end as role,
    o.employer_no,
    p.source,
    p.board,
    o.part
from first_seen as o
join posting_index as p on p.seen_no = o.seen_no;

comment on macro table dated_opening is 'Openings as in opening, with the first day of the part of time (every: week, month or quarter) that they were posted in, by date of posting, else first sighting; source and board are those of the first-seen posting that passes.';
