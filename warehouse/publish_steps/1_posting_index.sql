-- What lists and statistics read of a posting, one narrow row each. Numbers stand in for keys, because joining and grouping
-- by them takes a third of the time; they are in the order of what they stand for, and hold for this snapshot only. Each is
-- counted over its own keys: ranking whole rows sorts them again for every number.
create or replace temp table narrow as
select
    posting_id, cluster_id, content_hash, coalesce(lower(hiring_organization), source || '/' || board) as employer,
    source, board, full_text, title, hiring_organization, job_location, country, language, posted_on, first_seen_at, last_seen_at,
    is_open, role, role_by_title, role_by_text, labelled_at, seniority, work_mode, salary_unit, yearly_salary_usd_min, yearly_salary_usd_max
from posting;

insert into posting_index by name
with seen as (select posting_id, row_number() over (order by first_seen_at, posting_id) as seen_no from narrow),

opening as (select cluster_id, row_number() over (order by cluster_id) as cluster_no from (select distinct cluster_id from narrow)),

content as (
    select content_hash, row_number() over (order by role, content_hash) as content_no from (select distinct role, content_hash from narrow)
),

employer as (select employer, row_number() over (order by employer) as employer_no from (select distinct employer from narrow))

select *
from narrow
join seen using (posting_id)
join opening using (cluster_id)
join content using (content_hash)
join employer using (employer)
order by content_no;

drop table narrow;
