-- What share of each role's ads requires a PhD?
-- degree_required is the lowest degree that will do; none_stated is a value of it, so the denominator is every ad that was
-- read. cluster_id is the same for postings of one opening: counting it counts an ad once.
select
    role,
    count(distinct cluster_id) filter (degree_required = 'phd') as n_phd,
    count(distinct cluster_id) as n_ads,
    round(n_phd / n_ads, 2) as share,
    count(distinct hiring_organization) as n_employers
from posting
where role is not null and full_text
group by role
order by share desc, role;
