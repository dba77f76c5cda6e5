-- What do employers ask for, when each has one voice?
-- One employer with 400 ads must not speak for a role. weight is one over the number of its ads of the role, so that the
-- weights of each employer sum to 1; share_of_ads counts every ad the same. The views' intervals (skill_share_by_role) hold
-- employers together in another way: every ad counts the same, but an employer's ads are one observation.
with ad as (
    select distinct on (cluster_id) hiring_organization, skills
    from posting
    where role = 'data_scientist' and full_text
    order by cluster_id, first_seen_at, posting_id
),

weighted as (select *, 1 / count(*) over (partition by hiring_organization) as weight from ad)

select
    skill,
    round(sum(weight) filter (list_contains(skills, skill)) / sum(weight), 2) as share_one_voice,
    round(count(*) filter (list_contains(skills, skill)) / count(*), 2) as share_of_ads,
    count(*) as n_ads,
    count(distinct hiring_organization) as n_employers
from weighted, unnest(['Python', 'SQL', 'R', 'A/B Testing', 'Statistics']) as wanted(skill)
group by skill
order by share_one_voice desc, skill;
