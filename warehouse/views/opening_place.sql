-- Where is each opening advertised, over all of its postings?
create or replace view opening_place as
select
    cluster_id,
    arg_min(title, (first_seen_at, posting_id)) as title,
    arg_min(hiring_organization, (first_seen_at, posting_id)) as hiring_organization,
    coalesce(list_sort(list(distinct job_location) filter (job_location is not null)), []) as locations,
    coalesce(list_sort(list(distinct country) filter (country is not null)), []) as countries,
    count(*) as n_postings,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    bool_or(is_open) as is_open
from posting
group by cluster_id;

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
