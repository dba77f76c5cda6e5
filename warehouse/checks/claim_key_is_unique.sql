-- A claim is one row.
select claim_id, count(*) as n from claim group by all having count(*) > 1
