-- A content has one role by one label version.
select content_hash, model_version, count(*) as n from job_posting_role group by all having count(*) > 1
