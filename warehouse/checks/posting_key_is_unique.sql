-- A posting is one row.
select posting_id, count(*) as n from job_posting group by posting_id having count(*) > 1
