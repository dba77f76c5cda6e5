-- Employers and titles whose ads are others than before this file, and the contents that they have now.
create or replace temp table posting_changed as
with posting_now as (
    select posting_id, content_hash, employer_key, title_key
    from job_posting
    where posting_id in (select posting_id from sighting)
)

(from posting_now except from posting_before)
union all
(from posting_before except from posting_now);

create or replace temp table touched_title as
select distinct employer_key, title_key from posting_changed where employer_key is not null;

create or replace temp table touched_content as
select
    p.employer_key, p.title_key, p.content_hash,
    min({first_seen_at: p.first_seen_at, posting_id: p.posting_id}) as first_posting,
    count(*) over (partition by p.employer_key, p.title_key) as n_contents
from job_posting as p
join touched_title as t on t.employer_key = p.employer_key and t.title_key = p.title_key
group by p.employer_key, p.title_key, p.content_hash;
