-- Every posting's content is there.
select p.posting_id from job_posting as p anti join job_posting_text as t on t.content_hash = p.content_hash
