-- A crawl that was killed in the middle of a board says nothing of it: then this does, until the board's fetch comes.
insert into staged_board_fetch by name
with begun as (
    select crawl_id, source, board, seen_at, 1 as n_found from staged_posting
    union all
    select crawl_id, source, board, seen_at, (not is_rejected)::integer from staged_sighting
    union all
    select crawl_id, source, board, removed_at, 0 from staged_removal
)

select
    b.crawl_id, b.source, b.board, min(b.seen_at) as fetched_at, 'partial' as status, sum(b.n_found)::integer as n_found,
    0 as n_rejected, 0 as min_postings, coalesce(any_value(s.listing), 'complete') as listing,
    'the crawl ended before the board did' as error
from begun as b
left join source as s on s.source = b.source
where
    coalesce(s.kind, 'board') != 'file'
    and (b.crawl_id, b.source, b.board) not in (select (crawl_id, source, board) from staged_board_fetch)
    and (b.crawl_id, b.source, b.board) not in (select (crawl_id, source, board) from board_fetch)
group by b.crawl_id, b.source, b.board;

-- Crawls and what came of their boards; the same record again replaces itself.
insert into crawl
select crawl_id, min(started_at)::timestamp, null, min(settings), any_value(code_version)
from staged_crawl
where started_at is not null and crawl_id not in (select crawl_id from crawl)
group by crawl_id;

-- files of several machines may hold one crawl: what they disagree on must not depend on their order
update crawl set
    settings = least(crawl.settings, coalesce(s.settings, crawl.settings)),
    finished_at = greatest(crawl.finished_at, s.finished_at)
from (
    select crawl_id, min(settings) as settings, max(finished_at::timestamp) as finished_at from staged_crawl group by all
) as s
where s.crawl_id = crawl.crawl_id;

delete from board_fetch
where (crawl_id, source, board) in (select (crawl_id, source, board) from staged_board_fetch);

insert into board_fetch by name
select * replace (fetched_at::timestamp as fetched_at)
from staged_board_fetch
qualify row_number() over (partition by crawl_id, source, board order by fetched_at desc) = 1;

insert into quarantine by name
select distinct on (crawl_id, source, board, record) * replace (fetched_at::timestamp as fetched_at)
from staged_quarantine as s
where not exists (
    select 1 from quarantine as q
    where q.crawl_id = s.crawl_id and q.source = s.source and q.board = s.board and q.record = s.record
);
