-- How many ads is all this made of?
-- Postings, openings (each counted once), those still open, those read by the classifier, and those whose language, country
-- or pay is known: the denominators of everything above.
select
    count(*) as n_postings,
    count(distinct cluster_id) as n_openings,
    count(*) filter (is_open) as n_open,
    count(labelled_at) as n_read,
    count(language) as n_language,
    count(country) as n_country,
    count(salary_unit) as n_pay,
    count(distinct hiring_organization) as n_employers,
    min(posted_on) as first_posted,
    max(posted_on) as last_posted
from posting;
