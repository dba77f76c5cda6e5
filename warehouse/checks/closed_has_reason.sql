-- What is closed has a reason, what is open has none.
select posting_id, closed_at, closed_reason from job_posting where (closed_at is null) != (closed_reason is null)
