-- Which boards have ads in every part of a period? Of those alone a change over time is none of who was collected.
create or replace macro fixed_board(every := 'month', first_part := null, last_part := null, sources := null) as table
with shown as (
    from board_by_part(every := every)
    where
        (first_part is null or part >= first_part)
        and (last_part is null or part <= last_part)
        and (sources is null or list_contains(sources, source))
),

period as (select coalesce(first_part, min(part))::date as starts, coalesce(last_part, max(part))::date as ends from shown)

select source, board, sum(n_postings)::bigint as n_postings
from shown
where is_whole
group by source, board
having count(*) = (select date_diff(every, starts, ends) + 1 from period);

comment on macro table fixed_board is 'Boards with postings in every part of a period, each of them whole (see board_by_part), and their postings in it. every: week, month or quarter; first_part and last_part: first days of parts, NULL: of the first and the last that have any; sources: a list, NULL: all.';
