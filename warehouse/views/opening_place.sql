-- Where is each opening advertised, over all of its postings?
create or replace view opening_place as
with several as (select cluster_no from posting_index group by cluster_no having count(*) > 1)

-- most openings are one posting, for which nothing needs to be gathered
select
    cluster_id, title, hiring_organization,
    case when job_location is null then [] else [job_location] end as locations,
    case when country is null then [] else [country] end as countries,
    1 as n_postings, first_seen_at, last_seen_at, is_open
from posting_index
where cluster_no not in (from several)
union all
select
    any_value(cluster_id),
    arg_min(title, seen_no),
    arg_min(hiring_organization, seen_no),
    coalesce(list_sort(list(distinct job_location) filter (job_location is not null)), []),
    coalesce(list_sort(list(distinct country) filter (country is not null)), []),
    count(*),
    min(first_seen_at),
    max(last_seen_at),
    bool_or(is_open)
from posting_index
where cluster_no in (from several)
group by cluster_no;

comment on view opening_place is 'An opening with the places of all its postings. Key: cluster_id.';
comment on column opening_place.cluster_id is 'The opening: posting_id of its first-seen posting.';
comment on column opening_place.title is 'Title of the first-seen posting.';
comment on column opening_place.hiring_organization is 'Employer of the first-seen posting that states one; NULL: none does.';
comment on column opening_place.locations is 'Places as written, each once, in alphabetical order; empty: none stated.';
comment on column opening_place.countries is 'ISO 3166-1 alpha-2 codes, each once, in alphabetical order; empty: none known.';
comment on column opening_place.n_postings is 'Its postings.';
comment on column opening_place.first_seen_at is 'UTC time of the first sighting of any of them.';
comment on column opening_place.last_seen_at is 'UTC time of the latest sighting of any of them.';
comment on column opening_place.is_open is 'True if any of them is open.';
