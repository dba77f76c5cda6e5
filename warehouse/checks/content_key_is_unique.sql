-- A content is one row.
select content_hash, count(*) as n from job_posting_text group by content_hash having count(*) > 1
