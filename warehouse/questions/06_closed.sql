-- How many ads were closed within 30 days?
-- Of those posted at least 30 days ago, so that each had its 30 days. One crawl shows no ad that is gone: that takes two
-- complete fetches without it on different days, so the sample has none. time_open says how long ads stay open, those that
-- still are open taken into account.
select
    role,
    count(distinct cluster_id) filter (closed_at < posted_on + interval 30 day) as n_within_30_days,
    count(distinct cluster_id) filter (closed_at is not null) as n_closed,
    count(distinct cluster_id) as n_ads
from posting
where posted_on <= (select max(taken_at) from snapshot) - interval 30 day
group by role
order by role;
