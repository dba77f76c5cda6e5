-- What share of the ads is remote, by country?
-- unstated is a value of work_mode; the share is of the ads that state one, and n_stated of n_ads says how many those are.
select
    country,
    count(*) filter (work_mode = 'remote') as n_remote,
    count(*) filter (work_mode != 'unstated') as n_stated,
    count(*) as n_ads,
    round(n_remote / nullif(n_stated, 0), 2) as share_remote
from (select distinct on (cluster_id, country) * from posting order by cluster_id, country, first_seen_at, posting_id)
where role is not null
group by country
order by n_ads desc, country
limit 8;
