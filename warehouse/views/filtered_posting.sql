-- Postings that pass the filters that every page and notebook shares. NULL as a filter means "all".
create or replace macro filtered_posting(
    sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
from posting_index
where
    (sources is null or list_contains(sources, source))
    and (countries is null or list_contains(countries, country))
    and (languages is null or list_contains(languages, language))
    and (seniorities is null or list_contains(seniorities, seniority))
    and (posted_from is null or posted_on >= posted_from)
    and (posted_to is null or posted_on <= posted_to)
    and (not only_open or is_open);

comment on macro table filtered_posting is 'Rows of posting_index that pass the filters. Filters: sources, countries, languages, seniorities (lists), posted_from, posted_to (dates: postings without posted_on are left out), only_open; NULL: all.';
