-- Share of the ads of each role and part (see opening_part) that name a skill or show a tag, with the interval of skill_share:
-- 95 %, clustered by employer. Held by a test against statsmodels.
create or replace macro part_share(of_what := 'skill', by_part := 'role') as table
with ad as (from opening_part(by_part := by_part)),

thing as (
    select skill_no as no, skill as key from skill_number where of_what != 'tag'
    union all select row_number() over (order by tag), tag from tag where of_what = 'tag'
),

named as (
    select content_no, skill_no as no from skill_index where of_what = 'skill'
    union all select c.content_no, thing.no
    from (select content_hash, skill as key, case when len(alternatives) = 0 then 'alone' else 'alternative' end as what
        from job_posting_skill where need = 'required' and of_what in ('alone', 'alternative')
        union all select content_hash, tag, 'tag' from job_posting_tag where of_what = 'tag'
    ) as other
    join thing on thing.key = other.key and other.what = of_what
    join (select distinct content_hash, content_no from opening()) as c on c.content_hash = other.content_hash
),

employer_ads as (select role, part, employer_no, count(*)::double as n from ad group by all),

part_ads as (select role, part, sum(n) as n_ads, count(*) as g, sum(n * n) as nn from employer_ads group by all),

employer_hits as (
    select ad.role, ad.part, named.no, ad.employer_no, count(*)::double as x
    from ad join named on named.content_no = ad.content_no group by all
),

total as (
    select h.role, h.part, h.no, sum(h.x) as n_with, count(*) as g_with, sum(h.x * h.x) as xx, sum(h.x * e.n) as xn
    from employer_hits as h
    join employer_ads as e on e.role = h.role and e.part = h.part and e.employer_no = h.employer_no
    group by all
)

select
    t.role, t.part, thing.key, t.n_with / p.n_ads as share,
    case when p.g > 1 then sqrt(greatest(t.xx - 2 * share * t.xn + share * share * p.nn, 0) * p.g / (p.g - 1)) / p.n_ads end as standard_error,
    -- as in skill_share: NULL with one employer, the exact binomial end where every ad names it
    case when p.g > 1 and share = 1 then pow(0.025, 1 / p.g) when p.g > 1 then greatest(share - q.t975 * standard_error, 0) end as ci_low,
    case when p.g > 1 then least(share + q.t975 * standard_error, 1) end as ci_high,
    t.n_with::bigint as n_with, p.n_ads::bigint as n_ads, t.g_with as n_employers_with, p.g as n_employers
from total as t
join thing on thing.no = t.no
join part_ads as p on p.role = t.role and p.part = t.part
left join student_t as q on q.df = least(p.g - 1, (select max(df) from student_t));

comment on macro table part_share is 'Share (0–1) of the ads of a role and part (opening_part: by_part is role, month, seniority or country) with a key of_what: skill (named at all), alone (required by itself), alternative (required, but another would do instead) or tag. With ci_low and ci_high (95 %, clustered by employer; NULL with one employer), standard_error, n_with of n_ads, and employers. What no ad has is no row.';
