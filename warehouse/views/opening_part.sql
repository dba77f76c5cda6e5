-- The openings of each role, split by_part: role (not at all), month, seniority or country. An opening of two countries stands
-- in each of them; one whose month or country is not known stands in none.
create or replace macro opening_part(by_part := 'role') as table
select role, 'all' as part, employer_no, content_no from opening() where by_part = 'role'
union all
select role, strftime(date_trunc('month', posted_on), '%Y-%m-%d'), employer_no, content_no
from opening() where by_part = 'month' and posted_on is not null
union all
select o.role, f.seniority, o.employer_no, o.content_no
from opening() as o
join job_posting_fact as f on f.content_hash = o.content_hash
where by_part = 'seniority' and f.seniority is not null
union all
select role, country, employer_no, content_no from opening_country where by_part = 'country';

comment on macro table opening_part is 'Openings with their role and part: by_part is role (one part, all), month (its first day, as text), seniority or country; an opening of several countries has a row for each. Columns: role, part, employer_no, content_no (see posting_index).';
