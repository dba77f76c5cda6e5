-- How long do openings stay open, by role?
create or replace view time_open as
with passed as (
    select
        role,
        -- less than half by more than an error of rounding
        min(days) filter (share_open < 0.75 - 1e-9) as days_p25,
        min(days) filter (share_open < 0.5 - 1e-9) as days_median,
        min(days) filter (share_open < 0.25 - 1e-9) as days_p75
    from time_open_curve
    group by role
),

thinnest as (
    select c.role, min(c.n_at_risk) as n_at_risk
    from time_open_curve as c
    join passed as p on p.role = c.role and c.days <= p.days_median
    group by c.role
)

select
    o.role, any_value(p.days_p25) as days_p25, any_value(p.days_median) as days_median, any_value(p.days_p75) as days_p75,
    any_value(t.n_at_risk) as n_at_risk, count(*) as n_ads, count(*) filter (o.is_closed) as n_closed,
    count(*) filter (not o.is_closed) as n_censored, count(distinct o.employer) as n_employers
from opening_lifetime as o
left join passed as p on p.role = o.role
left join thinnest as t on t.role = o.role
group by o.role;

comment on view time_open is 'Days from the date of posting until a quarter, half and three quarters of a role''s openings are closed, by the product-limit estimate of time_open_curve, in which openings that are still open count for as long as they were seen. See opening_lifetime for which openings. Key: role.';
comment on column time_open.role is 'Role by title and text.';
comment on column time_open.days_p25 is 'First age at which less than three quarters are still open; NULL: not reached yet.';
comment on column time_open.days_median is 'First age at which less than half are still open; NULL: not reached yet.';
comment on column time_open.days_p75 is 'First age at which less than a quarter are still open; NULL: not reached yet.';
comment on column time_open.n_at_risk is 'Fewest openings under observation at any closing up to the median: where it is small, the median hangs on them. NULL: no median.';
comment on column time_open.n_ads is 'Openings whose end can be seen.';
comment on column time_open.n_closed is 'Those that closed.';
comment on column time_open.n_censored is 'Those that are open, or were when last seen.';
comment on column time_open.n_employers is 'Employers of all of them.';
