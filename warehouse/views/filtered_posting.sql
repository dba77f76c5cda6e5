-- Postings that pass the filters that every page and notebook shares. NULL as a filter means "all".
create or replace macro filtered_posting(
    sources := null, countries := null, languages := null, posted_from := null, posted_to := null, only_open := false
) as table
select *, coalesce(date_posted, first_seen_at::date) as posted_on
from posting
where
    (sources is null or list_contains(sources, source))
    and (countries is null or list_contains(countries, country))
    and (languages is null or list_contains(languages, language))
    and (posted_from is null or coalesce(date_posted, first_seen_at::date) >= posted_from)
    and (posted_to is null or coalesce(date_posted, first_seen_at::date) <= posted_to)
    and (not only_open or is_open);

comment on macro table filtered_posting is 'Rows of posting that pass the filters, with posted_on (date of publication, else of the first sighting). Filters: sources, countries, languages (lists), posted_from, posted_to (dates), only_open; NULL: all.';
