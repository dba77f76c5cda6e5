-- Which boards failed, and why?
-- Or brought less than they should, or had records that could not be used (table quarantine says which). No row: all is well.
select source, board, last_status, last_error, n_found, n_rejected, last_success_at
from board_health
where last_status not in ('ok', 'unchanged') or is_below_minimum or n_rejected > 0
order by last_success_at nulls first, board;
