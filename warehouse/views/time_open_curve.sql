-- Which share of a role's openings is still open so many days after the date of posting? The product-limit estimate of Kaplan
-- and Meier: an opening is at risk from its first sighting (left truncation) to its end. Held by a test against statsmodels.
create or replace view time_open_curve as
with step as (
    select role, days_before_seen as days, 1 as entered, 0 as gone, 0 as closed from opening_lifetime
    union all
    select role, days, 0, 1, is_closed::integer from opening_lifetime
),

age as (
    select role, days, sum(entered) as entered, sum(gone) as gone, sum(closed)::bigint as n_closed from step group by role, days
),

at_risk as (
    select
        role, days, n_closed,
        -- who came in at this very age is not at risk yet, who leaves at it still is
        (sum(entered - gone) over (partition by role order by days) - entered + gone)::bigint as n_at_risk
    from age
)

select
    role, days,
    product(1 - n_closed / n_at_risk) over (partition by role order by days) as share_open,
    n_at_risk, n_closed
from at_risk
where n_closed > 0;

comment on view time_open_curve is 'Share of a role''s openings that stay open for longer than an age, at every age at which one closed. See opening_lifetime for which openings. Key: role, days. Where few are at risk the curve says little, at its beginning too.';
comment on column time_open_curve.role is 'Role by title and text.';
comment on column time_open_curve.days is 'Days since the date of posting.';
comment on column time_open_curve.share_open is 'Share (0–1), by the product-limit estimate (Kaplan–Meier with late entry).';
comment on column time_open_curve.n_at_risk is 'Openings that were under observation and open just before that age.';
comment on column time_open_curve.n_closed is 'Those that closed at that age.';
