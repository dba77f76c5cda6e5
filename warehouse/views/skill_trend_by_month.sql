-- Which share of a role's ads of a month names a skill?
create or replace view skill_trend_by_month as
with ad as (from opening() where role is not null),

month_ads as (select role, date_trunc('month', posted_on)::date as month, count(*) as n_ads from ad group by all)

select
    m.role,
    m.month,
    s.skill,
    count(*) / m.n_ads as share,
    count(*) as n_with,
    m.n_ads,
    count(distinct ad.employer) as n_employers_with
from ad
join job_posting_skill as s on s.content_hash = ad.content_hash
join month_ads as m on m.role = ad.role and m.month = date_trunc('month', ad.posted_on)::date
group by m.role, m.month, s.skill, m.n_ads;

comment on view skill_trend_by_month is 'Share of a role''s ads of a month (by date of posting, else first sighting) that name a skill. Key: role, month, skill. Months with few ads say little: look at n_ads.';
comment on column skill_trend_by_month.role is 'Role by title and text.';
comment on column skill_trend_by_month.month is 'First day of the month.';
comment on column skill_trend_by_month.skill is 'Key of the skill.';
comment on column skill_trend_by_month.share is 'Share (0–1).';
comment on column skill_trend_by_month.n_with is 'Ads that name it.';
comment on column skill_trend_by_month.n_ads is 'Ads of the role in the month.';
comment on column skill_trend_by_month.n_employers_with is 'Employers that name it.';
