-- In which countries is each opening advertised, and with which words there? An opening of two countries has two rows, each as
-- the macro opening sees it with that country as its filter.
create or replace view opening_country as
select
    cluster_no,
    country,
    arg_min(content_no, seen_no) as content_no,
    arg_min(role, seen_no) as role,
    min(employer_no) as employer_no,
    min(posted_on) as posted_on,
    any_value(cluster_id) as cluster_id
from filtered_posting()
where role is not null and full_text and country is not null
group by cluster_no, country;

comment on view opening_country is 'An opening in a country: what opening(countries := [country]) holds, for every country. Snippets and unlabelled postings are left out. Key: cluster_id, country.';
comment on column opening_country.cluster_no is 'Number of the opening in this snapshot.';
comment on column opening_country.country is 'ISO 3166-1 alpha-2 code.';
comment on column opening_country.content_no is 'Words of its first-seen posting there: posting_index.content_no.';
comment on column opening_country.role is 'Role of that posting, by title and text.';
comment on column opening_country.employer_no is 'Its employer: posting_index.employer_no.';
comment on column opening_country.posted_on is 'Date of the first posting there, else of the first sighting; NULL: imported without a date.';
comment on column opening_country.cluster_id is 'The opening.';
