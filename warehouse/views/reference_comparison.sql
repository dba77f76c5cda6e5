-- Do the ads of one's own crawl ask for the same skills as those of the reference?
-- The interval joins those of the two shares, as of independent samples: the square root of the sum of their squared arms
-- (Zou and Donner 2008; with arms of 1.96 standard errors it is that of two standard errors). Unlike standard errors, arms
-- hold where a small crawl names a skill in none of its ads, or in all.
create or replace view reference_comparison as
with own as (
    select
        z.role, k.skill, k.name, k.category, z.n_ads, z.n_employers,
        coalesce(o.n_with, 0) as n_named,
        n_named / z.n_ads as own_share,
        -- named by none: the exact binomial end, as skill_share has it where every ad names a skill
        case when n_named > 0 then o.ci_low when z.n_employers > 1 then 0 end as own_low,
        case when n_named > 0 then o.ci_high when z.n_employers > 1 then 1 - pow(0.025, 1 / z.n_employers) end as own_high
    from part_size as z
    cross join skill as k
    left join skill_share_by_role as o on o.role = z.role and o.skill = k.skill
    where z.by_part = 'role'
),

reference as (select * from reference_skill_share where need = 'named'),

reference_size as (select role, year, any_value(n_ads) as n_ads, any_value(n_employers) as n_employers from reference group by all),

own_by_year as (
    select o.*, s.year, s.n_ads as reference_n_ads, s.n_employers as reference_n_employers
    from own as o join reference_size as s on s.role = o.role
)

select
    coalesce(r.role, o.role) as role,
    coalesce(r.year, o.year) as year,
    coalesce(r.skill, o.skill) as skill,
    o.name,
    o.category,
    o.own_share as share,
    r.share as reference_share,
    o.own_share - r.share as difference,
    difference - sqrt(pow(o.own_share - o.own_low, 2) + pow(r.ci_high - r.share, 2)) as difference_ci_low,
    difference + sqrt(pow(o.own_high - o.own_share, 2) + pow(r.share - r.ci_low, 2)) as difference_ci_high,
    o.own_low as ci_low,
    o.own_high as ci_high,
    r.ci_low as reference_ci_low,
    r.ci_high as reference_ci_high,
    o.n_named as n_with,
    o.n_ads,
    o.n_employers,
    r.n_with as reference_n_with,
    coalesce(r.n_ads, o.reference_n_ads) as reference_n_ads,
    coalesce(r.n_employers, o.reference_n_employers) as reference_n_employers
from own_by_year as o
full join reference as r on r.role = o.role and r.year = o.year and r.skill = o.skill
where r.skill is not null or o.n_named > 0;

comment on view reference_comparison is 'Share of each role''s ads in this warehouse that name a skill, beside the same of the reference: public research datasets of job ads of 2015–2026, mostly 2023–2026, no random sample of jobs (see reference_skill_share and warehouse/reference/about.json). It supposes that no ad is in both. Of twenty intervals that tell of no difference one misses 0 by chance. Key: role, year, skill.';
comment on column reference_comparison.role is 'Role by title and text: one of the four.';
comment on column reference_comparison.year is 'Of the reference: all, or the year in which its ads were posted; this warehouse''s ads are the same in each. Sources differ from year to year, and all is full of old ads for some roles.';
comment on column reference_comparison.skill is 'Key of the skill.';
comment on column reference_comparison.name is 'Its name; NULL: this warehouse''s table of skills lacks it.';
comment on column reference_comparison.category is 'Its category; NULL likewise.';
comment on column reference_comparison.share is 'Share (0–1) of this warehouse''s ads of the role that name it; NULL: it has none of the role, or its table lacks the skill.';
comment on column reference_comparison.reference_share is 'The same in the reference; NULL: too few ads or employers name it there (about.json: limits), or its table lacked the skill.';
comment on column reference_comparison.difference is 'share less reference_share; NULL: one of them is.';
comment on column reference_comparison.difference_ci_low is 'Lower end of its 95 % interval, as of independent samples, clustered by employer; NULL: one of the two has no interval.';
comment on column reference_comparison.difference_ci_high is 'Upper end; NULL likewise.';
comment on column reference_comparison.ci_low is 'Lower end of the 95 % interval of share, clustered by employer; NULL: share is, or there is one employer.';
comment on column reference_comparison.ci_high is 'Upper end; NULL likewise.';
comment on column reference_comparison.reference_ci_low is 'Lower end of that of reference_share; NULL: it is NULL, or every ad names the skill.';
comment on column reference_comparison.reference_ci_high is 'Upper end; NULL likewise.';
comment on column reference_comparison.n_with is 'Openings of this warehouse that name it; NULL: share is.';
comment on column reference_comparison.n_ads is 'Openings of the role in this warehouse; NULL: it has none.';
comment on column reference_comparison.n_employers is 'Their employers; NULL: it has none.';
comment on column reference_comparison.reference_n_with is 'Openings of the reference that name it; NULL: reference_share is.';
comment on column reference_comparison.reference_n_ads is 'Openings of the role and year in the reference.';
comment on column reference_comparison.reference_n_employers is 'Their employers.';
