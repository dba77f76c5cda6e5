-- How much more often do ads of role_a name a skill than ads of role_b? With a 95 % interval clustered by employer.
-- The same number as an ordinary least squares fit of "names it" on "is role_a" with cluster-robust (CR1) errors, G - 1
-- degrees of freedom; an employer with ads of both roles brings its covariance. Held by a test against statsmodels.
create or replace macro skill_difference(
    role_a, role_b, needs := null, label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with ad as (
    from opening(
        label := label, sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    )
    where role in (role_a, role_b)
),

employer_ads as (
    select employer_no, count(*) filter (role = role_a)::double as n_a, count(*) filter (role = role_b)::double as n_b
    from ad group by all
),

size as (
    select
        sum(n_a) as n_a, sum(n_b) as n_b, count(*) filter (n_a > 0) as g_a, count(*) filter (n_b > 0) as g_b, count(*) as g,
        sum(n_a * n_a) as aa, sum(n_a * n_b) as ab, sum(n_b * n_b) as bb
    from employer_ads
),

employer_hits as (
    select s.skill_no, ad.employer_no, count(*) filter (ad.role = role_a)::double as x_a, count(*) filter (ad.role = role_b)::double as x_b
    from ad
    join skill_index as s on s.content_no = ad.content_no
    where s.need_bit & need_mask(needs) != 0
    group by all
),

total as (
    select
        h.skill_no, count(*) as n_employers_with, sum(h.x_a) as x_a, sum(h.x_b) as x_b,
        sum(pow(h.x_a / z.n_a - h.x_b / z.n_b, 2)) as uu,
        sum((h.x_a / z.n_a - h.x_b / z.n_b) * e.n_a) as ua,
        sum((h.x_a / z.n_a - h.x_b / z.n_b) * e.n_b) as ub
    from employer_hits as h
    join employer_ads as e on e.employer_no = h.employer_no
    cross join size as z
    group by h.skill_no
),

estimate as (
    select
        t.skill_no, t.n_employers_with, z.*, t.x_a, t.x_b, t.x_a / z.n_a as share_a, t.x_b / z.n_b as share_b, q.t975,
        t.uu - 2 * (share_a / z.n_a * t.ua - share_b / z.n_b * t.ub)
        + pow(share_a / z.n_a, 2) * z.aa - 2 * share_a * share_b / (z.n_a * z.n_b) * z.ab + pow(share_b / z.n_b, 2) * z.bb as v,
        case when z.g > 1 and z.n_a + z.n_b > 2 then sqrt(
            greatest(v, 0) * z.g / (z.g - 1) * (z.n_a + z.n_b - 1) / (z.n_a + z.n_b - 2)
        ) end as standard_error
    from total as t
    cross join size as z
    left join student_t as q on q.df = least(z.g - 1, (select max(df) from student_t))
    where z.n_a > 0 and z.n_b > 0
)

select
    k.skill,
    k.name,
    k.category,
    e.share_a - e.share_b as difference,
    -- greatest and least pass over NULL, hence the case: with one employer there is no interval, and none where all ads
    -- of one role and none of the other name the skill, because nothing varies (but for rounding)
    case
        when e.standard_error > 1e-6 then greatest(e.share_a - e.share_b - e.t975 * e.standard_error, -1)
    end as ci_low,
    case
        when e.standard_error > 1e-6 then least(e.share_a - e.share_b + e.t975 * e.standard_error, 1)
    end as ci_high,
    e.standard_error,
    e.share_a,
    e.share_b,
    e.x_a::bigint as n_with_a,
    e.x_b::bigint as n_with_b,
    e.n_a::bigint as n_ads_a,
    e.n_b::bigint as n_ads_b,
    e.g_a as n_employers_a,
    e.g_b as n_employers_b,
    e.n_employers_with
from estimate as e
join skill_number as n on n.skill_no = e.skill_no
join skill as k on k.skill = n.skill;

comment on macro table skill_difference is 'share_a - share_b for each skill that either role''s ads name, with ci_low and ci_high (95 %, clustered by employer; NULL with one employer), counts and employers of both, and the employers whose ads name it (n_employers_with). needs and the other filters as in skill_share.';
