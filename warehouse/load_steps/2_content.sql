-- The latest sighting of each posting in this file. (The texts that are new are in job_posting_text by now.)
create or replace temp table latest as
with seen as (
    select posting_id, crawl_id, seen_at, position from staged_posting
    union all
    select posting_id, crawl_id, seen_at, 0 as position
    from staged_sighting
    where posting_id in (select posting_id from job_posting)
)

select *
from seen
qualify row_number() over (partition by posting_id order by seen_at desc, position desc) = 1;

create or replace temp table sighting as
with described as (
    select * from staged_posting where position in (select position from latest)
),

-- listed as it was: the fields are those of the posting's last description
seen_again as (
    select
        p.posting_id, p.source, p.board, p.identifier, p.url, p.title, p.hiring_organization,
        p.hiring_organization_url, p.application_url, p.job_location,
        p.job_location_type, p.applicant_location_requirements, p.country_raw, p.work_mode, p.employment_type, p.industry,
        p.date_posted::varchar as date_posted, p.valid_through::varchar as valid_through, p.base_salary_min,
        p.base_salary_max, p.salary_currency, p.salary_unit, p.list_key, l.crawl_id, l.seen_at, p.content_hash,
        p.employer_key, p.title_key, l.position
    from latest as l
    join job_posting as p on p.posting_id = l.posting_id
    where l.position = 0
),

seen as (
    select * from described
    union all by name
    select * from seen_again
)

select
    s.* exclude (seen_at, position)
    replace (try_cast(s.date_posted as date) as date_posted, try_cast(s.valid_through as date) as valid_through),
    -- a posting is seen no earlier than its board's fetch began, whatever two clocks say
    case when b.listing = 'complete' then greatest(s.seen_at::timestamp, b.fetched_at) else s.seen_at::timestamp end as seen_at
from seen as s
left join board_fetch as b on b.crawl_id = s.crawl_id and b.source = s.source and b.board = s.board;

insert into quarantine by name
select
    crawl_id, source, board, seen_at::timestamp as fetched_at,
    'seen again, but its ad is in no landing file that was loaded' as reason, to_json({identifier: identifier})::varchar as record
from staged_sighting as s
where
    not s.is_rejected
    and not exists (select 1 from job_posting as p where p.posting_id = s.posting_id)
    and not exists (select 1 from staged_posting as p where p.posting_id = s.posting_id);
