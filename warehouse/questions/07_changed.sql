-- What changed since the last snapshot?
-- Since the last one of an earlier day; where there is none, as in the sample, everything came. change('2026-11-01') begins
-- at that time.
select change, source, count(*) as n_postings
from change()
group by change, source
order by n_postings desc, source;
