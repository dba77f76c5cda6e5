-- What is the median pay by role and country?
-- The middle of the stated range for a year of full-time work, in US dollars by the year's mean rate (table exchange_rate).
-- Ads that state no pay are in no median: n_paid of n_ads says how many it speaks for. Of real ads ask for more than two.
select
    role,
    country,
    round(median((yearly_salary_usd_min + yearly_salary_usd_max) / 2)) as median_usd,
    count(yearly_salary_usd_min + yearly_salary_usd_max) as n_paid,
    count(*) as n_ads
from (select distinct on (cluster_id, country) * from posting order by cluster_id, country, first_seen_at, posting_id)
where role in ('ai_engineer', 'ml_engineer') and country is not null
group by role, country
having n_paid > 2
order by role, median_usd desc;
