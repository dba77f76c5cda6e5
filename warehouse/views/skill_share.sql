-- Share of each role's ads that name a skill, with a 95 % interval clustered by employer.
-- Linearised variance of a ratio (Taylor), as in survey statistics: sum over employers of (x - p n)², where an employer
-- has n ads and x of them name the skill, times G/(G-1) for G employers, over N². Held by a test against statsmodels.
create or replace macro skill_share(
    needs := null, label := 'role', sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with ad as (
    from opening(
        label := label, sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    )
    where role is not null
),

employer_ads as (select role, employer_no, count(*)::double as n from ad group by all),

role_ads as (
    select e.role, sum(e.n) as n_ads, count(*) as n_employers, sum(e.n * e.n) as nn, any_value(t.t975) as t975
    from employer_ads as e
    join (select role, count(*) as g from employer_ads group by all) as c on c.role = e.role
    left join student_t as t on t.df = least(c.g - 1, (select max(df) from student_t))
    group by e.role
),

employer_hits as (
    select ad.role, s.skill_no, ad.employer_no, count(*)::double as x
    from ad
    join skill_index as s on s.content_no = ad.content_no
    where s.need_bit & need_mask(needs) != 0
    group by all
),

total as (
    select h.role, h.skill_no, sum(h.x) as n_with, count(*) as n_employers_with, sum(h.x * h.x) as xx, sum(h.x * e.n) as xn
    from employer_hits as h
    join employer_ads as e on e.role = h.role and e.employer_no = h.employer_no
    group by all
),

estimate as (
    select
        t.*, r.n_ads, r.n_employers, r.t975, t.n_with / r.n_ads as share,
        case when r.n_employers > 1 then sqrt(
            greatest(t.xx - 2 * share * t.xn + share * share * r.nn, 0) * r.n_employers / (r.n_employers - 1)
        ) / r.n_ads end as standard_error
    from total as t
    join role_ads as r on r.role = t.role
)

select
    e.role,
    k.skill,
    k.name,
    k.category,
    e.share,
    -- greatest and least pass over NULL, hence the case: with one employer there is no interval. Where every ad names
    -- the skill the variance is 0; the lower end is then the exact binomial one, each employer being one observation.
    case
        when e.standard_error is null then null
        when e.share = 1 then pow(0.025, 1 / e.n_employers)
        else greatest(e.share - e.t975 * e.standard_error, 0)
    end as ci_low,
    case when e.standard_error is not null then least(e.share + e.t975 * e.standard_error, 1) end as ci_high,
    e.standard_error,
    e.n_with::bigint as n_with,
    e.n_ads::bigint as n_ads,
    e.n_employers_with,
    e.n_employers
from estimate as e
join skill_number as n on n.skill_no = e.skill_no
join skill as k on k.skill = n.skill;

comment on macro table skill_share is 'Share (0–1) of a role''s ads that name a skill, with ci_low and ci_high (95 %, clustered by employer; NULL with one employer), standard_error, n_with of n_ads, and employers. needs: a list of required, preferred, context; NULL: named at all. Other filters as in opening.';
