-- What do ads of a role have people do?
-- Phrases that were read as duties, with a 95 % interval clustered by employer. Other kinds: lifecycle_stage, use_case,
-- soft_skill, background.
select name, round(share, 2) as share, round(ci_low, 2) as ci_low, round(ci_high, 2) as ci_high, n_with, n_ads, n_employers
from tag_share_by_role
where role = 'ml_engineer' and kind = 'duty'
order by tag_share_by_role.share desc, name
limit 8;
