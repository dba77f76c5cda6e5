-- How many openings and employers each role has.
create or replace macro role_count(
    label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
select
    role,
    count(*) as n_ads,
    count(distinct employer_no) as n_employers,
    count(*) / sum(count(*)) over () as share,
    min(posted_on) as first_posted_on,
    max(posted_on) as last_posted_on
from opening(
    label := label, sources := sources, countries := countries, languages := languages, seniorities := seniorities,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
)
where role is not null
group by role
order by n_ads desc;

comment on macro table role_count is 'Openings (n_ads), employers and share (0–1) by role, with the first and last date of posting. Filters as in opening.';
