-- Which headings of ads does nlp/headings.csv not know?
create or replace view unknown_heading_count as
select
    h.heading_key,
    mode(h.heading) as heading,
    count(distinct h.content_hash) as n_contents,
    count(distinct p.employer_key) as n_employers,
    max_by(p.url, p.last_seen_at) filter (p.url is not null) as url
from unknown_heading as h
join job_posting as p on p.content_hash = h.content_hash
group by h.heading_key;

comment on view unknown_heading_count is 'An unknown heading and how many ads have it. Key: heading_key.';
comment on column unknown_heading_count.heading_key is 'Its words in lower case.';
comment on column unknown_heading_count.heading is 'As most ads write it.';
comment on column unknown_heading_count.n_contents is 'Contents that have it and that some posting has now.';
comment on column unknown_heading_count.n_employers is 'Employers of their postings.';
comment on column unknown_heading_count.url is 'A posting that has it, the one seen last; NULL: none states an address.';
