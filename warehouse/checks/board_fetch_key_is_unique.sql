-- A board is tried once in a crawl.
select crawl_id, source, board, count(*) as n from board_fetch group by all having count(*) > 1
