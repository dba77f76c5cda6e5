-- A part of a claim has one verdict.
select claim_id, part, count(*) as n from claim_verdict group by all having count(*) > 1
