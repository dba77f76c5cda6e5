-- How many of the texts that a crawl brought have headings that are not known?
create or replace view unknown_heading_count_by_crawl as
with brought as (
    select distinct c.crawl_id, v.content_hash
    from crawl as c
    join job_posting_version as v on v.seen_from between c.started_at and coalesce(c.finished_at, c.started_at)
    semi join job_posting_role as r on r.content_hash = v.content_hash
),

with_unknown as (select content_hash, count(*) as n_headings from unknown_heading group by content_hash)

select
    c.crawl_id,
    c.started_at,
    count(b.content_hash) as n_contents,
    count(u.content_hash) as n_with_unknown,
    coalesce(sum(u.n_headings), 0)::bigint as n_headings
from crawl as c
left join brought as b on b.crawl_id = c.crawl_id
left join with_unknown as u on u.content_hash = b.content_hash
group by c.crawl_id, c.started_at;

comment on view unknown_heading_count_by_crawl is 'A crawl or an import, and the unknown headings in the texts that were first seen in it. Key: crawl_id.';
comment on column unknown_heading_count_by_crawl.crawl_id is 'The crawl.';
comment on column unknown_heading_count_by_crawl.started_at is 'UTC time at which it started.';
comment on column unknown_heading_count_by_crawl.n_contents is 'Labelled contents that were first seen in it.';
comment on column unknown_heading_count_by_crawl.n_with_unknown is 'Those with an unknown heading.';
comment on column unknown_heading_count_by_crawl.n_headings is 'Unknown headings in them, at most twelve of a content.';
