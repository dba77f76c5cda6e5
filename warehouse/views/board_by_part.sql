-- How much did each board bring of each part of time, and was it collected all through that part? every is what date_trunc takes:
-- week, month or quarter. A board shows what is open: of the time before it was first read there are only the ads that were
-- open still, which are no sample of what was posted. So a part counts as whole where the board was read from its first month
-- on, and where the part was over when the snapshot was taken. A source that hands out events has no such gap; in a file an ad
-- was first seen when it was posted.
create or replace macro board_by_part(every := 'month') as table
with dated as (
    select source, board, date_trunc(every, coalesce(posted_on, first_seen_at::date))::date as part, first_seen_at
    from posting_index
    where full_text
),

board as (select source, board, min(first_seen_at)::date as read_from from dated group by all),

counted as (select source, board, part, count(*) as n_postings from dated group by all)

select
    c.source,
    c.board,
    c.part,
    c.n_postings,
    b.read_from,
    (
        coalesce(s.listing = 'events', false)
        or (date_trunc(every, b.read_from) <= c.part and b.read_from < c.part + 31)
    )
    and c.part < date_trunc(every, (select max(taken_at) from snapshot)) as is_whole
from counted as c
join board as b on b.source = c.source and b.board = c.board
left join source as s on s.source = c.source;

comment on macro table board_by_part is 'Postings (n_postings) of each source, board and part of time (its first day; every: week, month or quarter), by date of posting, else first sighting; read_from: day of the board''s first sighting; is_whole: the board was being read when the part began, or within 31 days after, and the part was over when the snapshot was taken. Snippets are left out.';
