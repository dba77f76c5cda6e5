-- Which skills are rising?
-- The share of data scientists' ads of the last 30 days that name the skill, less that of the ads before. Dates count back
-- from the newest ad. A rise that rests on few ads says little. skill_trend_by_month has the shares of all roles by month.
with ad as (
    select distinct on (cluster_id) skills, posted_on > (select max(posted_on) from posting) - 30 as is_recent
    from posting
    where role = 'data_scientist' and posted_on is not null and full_text
    order by cluster_id, first_seen_at, posting_id
),

size as (select count(*) filter (is_recent) as n_ads_recent, count(*) filter (not is_recent) as n_ads_before from ad)

select
    skill,
    count(*) filter (is_recent) as n_recent,
    n_ads_recent,
    count(*) filter (not is_recent) as n_before,
    n_ads_before,
    round(n_recent / n_ads_recent - n_before / n_ads_before, 2) as rise
from ad, size, unnest(skills) as named(skill)
group by skill, n_ads_recent, n_ads_before
order by rise desc, skill
limit 8;
