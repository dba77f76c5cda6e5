-- How many openings of each role were posted in each week?
create or replace view opening_by_week as
with counted as (
    select date_trunc('week', posted_on)::date as week, role, count(*) as n_ads, count(distinct employer_no) as n_employers
    from opening()
    where posted_on is not null
    group by all
),

calendar as (
    select unnest(generate_series((select min(week) from counted), (select max(week) from counted), interval 7 day))::date as week
)

select
    d.week, r.role, coalesce(c.n_ads, 0) as n_ads, coalesce(c.n_employers, 0) as n_employers,
    (sum(coalesce(c.n_ads, 0)) over (partition by d.week))::bigint as n_ads_week
from calendar as d
cross join (select distinct role from counted) as r
left join counted as c on c.week = d.week and c.role = r.role;

comment on view opening_by_week is 'Openings by week of posting (else first sighting) and role, from the first week to the last; weeks without any are rows too, with 0. Openings without a date are left out. Key: week, role.';
comment on column opening_by_week.week is 'Its Monday.';
comment on column opening_by_week.role is 'Role by title and text.';
comment on column opening_by_week.n_ads is 'Openings of the role.';
comment on column opening_by_week.n_employers is 'Employers of them.';
comment on column opening_by_week.n_ads_week is 'Labelled openings of the week, of all roles.';
