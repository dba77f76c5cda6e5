-- How many openings of each role were posted in each month? Months without any are rows too, with 0.
create or replace macro role_count_by_month(
    label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with counted as (
    select date_trunc('month', posted_on)::date as month, role, count(*) as n_ads
    from opening(
        label := label, sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    )
    where role is not null and posted_on is not null
    group by all
),

calendar as (
    select unnest(generate_series((select min(month) from counted), (select max(month) from counted), interval 1 month))::date as month
)

select
    d.month,
    r.role,
    coalesce(c.n_ads, 0) as n_ads,
    (sum(coalesce(c.n_ads, 0)) over (partition by d.month))::bigint as n_ads_month
from calendar as d
cross join (select distinct role from counted) as r
left join counted as c on c.month = d.month and c.role = r.role;

comment on macro table role_count_by_month is 'Openings (n_ads) by month of posting and role, from the first month to the last, with all labelled openings of the month (n_ads_month). Filters as in opening.';
