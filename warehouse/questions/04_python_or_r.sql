-- Which ads ask for Python or R, so that either would do?
-- alternatives are the skills that the ad takes instead of this one. It belongs to a skill of an ad, hence the join.
select p.title, p.hiring_organization, s.need, s.alternatives
from job_posting_skill as s
join posting as p on p.content_hash = s.content_hash
where s.skill = 'python' and list_contains(s.alternatives, 'r')
order by p.title, p.posting_id
limit 8;
