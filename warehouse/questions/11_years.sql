-- How many years of experience do ads ask for, by seniority?
-- years_min is NULL where an ad states none; n_stated of n_ads says how many do.
select
    seniority,
    median(years_min) as median_years,
    quantile_cont(years_min, 0.25) as quarter_below,
    quantile_cont(years_min, 0.75) as quarter_above,
    count(years_min) as n_stated,
    count(*) as n_ads
from (select distinct on (cluster_id) * from posting order by cluster_id, first_seen_at, posting_id)
where role is not null
group by seniority
order by median_years, n_ads desc, seniority;
