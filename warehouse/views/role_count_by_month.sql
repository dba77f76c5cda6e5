-- How many openings of each role were posted in each month?
create or replace macro role_count_by_month(
    label := 'role', sources := null, countries := null, languages := null, posted_from := null, posted_to := null, only_open := false
) as table
select
    date_trunc('month', posted_on)::date as month,
    role,
    count(*) as n_ads,
    sum(count(*)) over (partition by date_trunc('month', posted_on)::date)::bigint as n_ads_month
from opening(
    label := label, sources := sources, countries := countries, languages := languages,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
)
where role is not null
group by all;

comment on macro table role_count_by_month is 'Openings (n_ads) by month of posting and role, with all labelled openings of the month (n_ads_month). Filters as in opening.';
