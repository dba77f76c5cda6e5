-- Which skills do ads name together?
-- lift: how many times as often as if the two had nothing to do with each other.
select skill_a, skill_b, n_both, n_a, n_b, n_ads, round(lift, 2) as lift
from skill_pair(wanted_role := 'ml_engineer', min_ads := 8)
where n_both >= 5
order by lift desc, skill_a, skill_b
limit 8;
