-- What lists and statistics read of a posting, one narrow row each. Numbers stand in for keys, because joining and grouping
-- by them takes a third of the time; they are in the order of what they stand for, and hold for this snapshot only.
delete from posting_index;

insert into posting_index by name
select
    posting_id,
    row_number() over (order by first_seen_at, posting_id) as seen_no,
    cluster_id,
    dense_rank() over (order by cluster_id) as cluster_no,
    content_hash,
    dense_rank() over (order by role, content_hash) as content_no,
    coalesce(lower(hiring_organization), source || '/' || board) as employer,
    dense_rank() over (order by employer) as employer_no,
    source, board, full_text, title, hiring_organization, job_location, country, language, posted_on, first_seen_at, last_seen_at,
    is_open, role, role_by_title, role_by_text, labelled_at, seniority, work_mode, yearly_salary_usd_min, yearly_salary_usd_max
from posting
order by role, content_hash;
