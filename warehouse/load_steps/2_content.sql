-- Contents that are new, and the latest sighting of each posting in this file.
insert into job_posting_text by name
select distinct on (content_hash) content_hash, title, text, language
from staged_posting as s
where not exists (select 1 from job_posting_text as t where t.content_hash = s.content_hash);

create or replace temp table sighting as
select
    s.* exclude (text, language, seen_at, position)
    replace (try_cast(s.date_posted as date) as date_posted, try_cast(s.valid_through as date) as valid_through),
    -- a posting is seen no earlier than its board's fetch began, whatever two clocks say
    case when b.listing = 'complete' then greatest(s.seen_at::timestamp, b.fetched_at) else s.seen_at::timestamp end as seen_at
from staged_posting as s
left join board_fetch as b on b.crawl_id = s.crawl_id and b.source = s.source and b.board = s.board
qualify row_number() over (partition by s.posting_id order by s.seen_at desc, s.position desc) = 1;
