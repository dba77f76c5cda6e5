-- The openings of each role, and the parts of the four roles by month, seniority and country. An opening of two countries stands
-- in each of them; one whose month or country is not known stands in none. Other jobs are most of the ads and not what is
-- compared: they are counted as a whole.
create or replace view opening_part as
select 'role' as by_part, role, 'all' as part, employer_no, content_no from opening()
union all
select 'month', role, strftime(date_trunc('month', posted_on), '%Y-%m-%d'), employer_no, content_no
from opening() where posted_on is not null and role != 'other'
union all
select 'seniority', o.role, f.seniority, o.employer_no, o.content_no
from opening() as o
join job_posting_fact as f on f.content_hash = o.content_hash
where f.seniority is not null and role != 'other'
union all
select 'country', role, country, employer_no, content_no from opening_country where role != 'other';

comment on view opening_part is 'Openings with their role and part, for each way of parting; an opening of several countries has a row for each. By month, seniority and country only the four roles, not other.';
comment on column opening_part.by_part is 'role (one part, all), month, seniority or country.';
comment on column opening_part.role is 'Role by title and text.';
comment on column opening_part.part is 'all, the first day of the month as text, the level, or the ISO 3166-1 alpha-2 code.';
comment on column opening_part.employer_no is 'posting_index.employer_no.';
comment on column opening_part.content_no is 'posting_index.content_no.';
