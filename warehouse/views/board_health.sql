-- How did each board fare, in its latest try and over all of them?
create or replace view board_health as
with posting_count as (
    select source, board, count(*) as n_postings, count(*) filter (is_open) as n_open from posting group by all
)

select
    f.source,
    f.board,
    max_by(f.hiring_organization, f.fetched_at) as hiring_organization,
    max(f.fetched_at) as last_tried_at,
    max(f.fetched_at) filter (f.status in ('ok', 'empty', 'unchanged')) as last_success_at,
    max_by(f.status, f.fetched_at) as last_status,
    arg_max_null(f.error, f.fetched_at) as last_error,
    max_by(f.n_found, f.fetched_at) as n_found,
    arg_max_null(f.n_expected, f.fetched_at) as n_expected,
    max_by(f.n_rejected, f.fetched_at) as n_rejected,
    max_by(f.n_found < f.min_postings, f.fetched_at) as is_below_minimum,
    count(*) as n_tries,
    count(*) filter (f.status in ('failed', 'partial')) as n_failures,
    coalesce(any_value(c.n_postings), 0) as n_postings,
    coalesce(any_value(c.n_open), 0) as n_open
from board_fetch as f
left join posting_count as c on c.source = f.source and c.board = f.board
group by f.source, f.board;

comment on view board_health is 'A board that was tried at least once. Key: source, board.';
comment on column board_health.source is 'Platform or feed.';
comment on column board_health.board is 'The employer''s page there.';
comment on column board_health.hiring_organization is 'Employer as the list of boards names it; NULL: not stated there.';
comment on column board_health.last_tried_at is 'UTC time of the latest try.';
comment on column board_health.last_success_at is 'UTC time of the latest complete fetch; NULL: never.';
comment on column board_health.last_status is 'What came of the latest try; see board_fetch.status.';
comment on column board_health.last_error is 'Why it was not ok; NULL: it was.';
comment on column board_health.n_found is 'Usable postings in the latest try.';
comment on column board_health.n_expected is 'Postings that the source said it has; NULL: it does not say.';
comment on column board_health.n_rejected is 'Records of the latest try that went to quarantine.';
comment on column board_health.is_below_minimum is 'True where the latest try found fewer postings than the list of boards expects.';
comment on column board_health.n_tries is 'Tries so far.';
comment on column board_health.n_failures is 'Tries that failed or were partial.';
comment on column board_health.n_postings is 'Postings of the board in the warehouse.';
comment on column board_health.n_open is 'Those that are open.';
