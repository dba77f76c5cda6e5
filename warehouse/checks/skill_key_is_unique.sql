-- A skill counts once in a content.
select content_hash, skill, count(*) as n from job_posting_skill group by all having count(*) > 1
