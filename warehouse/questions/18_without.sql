-- Which ads ask for some skills, but not for others?
-- skills are names, as in skill.name. An ad that was not read (skills is NULL) is on neither side.
select title, hiring_organization, role, len(skills) as n_skills
from posting
where list_has_all(skills, ['Python', 'Docker']) and not list_has_any(skills, ['Kubernetes', 'AWS'])
order by n_skills desc, posting_id
limit 6;
