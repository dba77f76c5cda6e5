-- How many boards of each source ended how in their latest try?
create or replace view board_status_count as
select
    source,
    last_status,
    count(*) as n_boards,
    count(*) filter (is_below_minimum) as n_below_minimum,
    sum(n_found)::bigint as n_found,
    max(last_success_at) as last_success_at
from board_health
group by source, last_status;

comment on view board_status_count is 'Boards by source and by what came of their latest try. Key: source, last_status.';
comment on column board_status_count.source is 'Platform or feed.';
comment on column board_status_count.last_status is 'What came of the latest try; see board_fetch.status.';
comment on column board_status_count.n_boards is 'Boards.';
comment on column board_status_count.n_below_minimum is 'Boards whose latest try found fewer postings than the list of boards expects.';
comment on column board_status_count.n_found is 'Usable postings in the latest tries.';
comment on column board_status_count.last_success_at is 'UTC time of the latest complete fetch; NULL: never.';
