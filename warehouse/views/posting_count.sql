-- How much is in here? Postings, openings counted once, employers, and how far labelling is. One row, also when nothing passes.
create or replace macro posting_count(
    sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
select
    count(*) as n_postings,
    count(distinct cluster_no) as n_ads,
    count(distinct cluster_no) filter (is_open) as n_open,
    count(distinct cluster_no) filter (full_text) as n_full_text,
    count(distinct cluster_no) filter (full_text and labelled_at is not null) as n_labelled,
    count(distinct employer_no) as n_employers,
    min(posted_on) as first_posted_on,
    max(posted_on) as last_posted_on,
    max(last_seen_at) as last_seen_at
from filtered_posting(
    sources := sources, countries := countries, languages := languages, seniorities := seniorities,
    posted_from := posted_from, posted_to := posted_to, only_open := only_open
);

comment on macro table posting_count is 'One row: postings (n_postings), openings counted once (n_ads), those open (n_open), those of which there is a whole ad, not just a snippet (n_full_text), and those of them that are labelled (n_labelled), employers, first and last date of posting, latest sighting (NULL: no posting passes). Filters as in filtered_posting.';
