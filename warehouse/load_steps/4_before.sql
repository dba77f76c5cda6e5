-- What the postings of this file were, before they change.
create or replace temp table posting_before as
select posting_id, content_hash, employer_key, title_key
from job_posting
where posting_id in (select posting_id from sighting);
