-- Crawls and what came of their boards; the same record again replaces itself.
insert into crawl
select crawl_id, min(started_at)::timestamp, null, any_value(settings), any_value(code_version)
from staged_crawl
where started_at is not null and crawl_id not in (select crawl_id from crawl)
group by crawl_id;

update crawl set finished_at = s.finished_at::timestamp
from staged_crawl as s
where s.crawl_id = crawl.crawl_id and s.finished_at is not null;

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
