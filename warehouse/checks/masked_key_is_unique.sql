-- A content has one role with a group hidden.
select content_hash, skill_group, count(*) as n from job_posting_role_masked group by all having count(*) > 1
