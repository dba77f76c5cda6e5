-- Every skill found is in the table of skills.
select distinct s.skill from job_posting_skill as s anti join skill as k on k.skill = s.skill
