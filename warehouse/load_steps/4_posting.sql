-- Known postings take the latest sighting's fields and are open again; new ones begin.
update job_posting as p set
    url = s.url,
    title = s.title,
    hiring_organization = s.hiring_organization,
    hiring_organization_url = s.hiring_organization_url,
    application_url = s.application_url,
    job_location = s.job_location,
    job_location_type = s.job_location_type,
    applicant_location_requirements = s.applicant_location_requirements,
    country_raw = s.country_raw,
    work_mode = s.work_mode,
    employment_type = s.employment_type,
    industry = s.industry,
    date_posted = s.date_posted,
    valid_through = s.valid_through,
    base_salary_min = s.base_salary_min,
    base_salary_max = s.base_salary_max,
    salary_currency = s.salary_currency,
    salary_unit = s.salary_unit,
    list_key = s.list_key,
    content_hash = s.content_hash,
    employer_key = s.employer_key,
    title_key = s.title_key,
    last_seen_at = s.seen_at,
    missing_since = null,
    n_reopened = p.n_reopened + (p.closed_at is not null and s.seen_at > p.closed_at)::integer,
    closed_at = null,
    closed_reason = null
from sighting as s
where s.posting_id = p.posting_id and s.seen_at >= p.last_seen_at and (p.closed_at is null or s.seen_at > p.closed_at);

insert into job_posting by name
select
    * exclude (crawl_id, seen_at), seen_at as first_seen_at, seen_at as last_seen_at, 0 as n_reopened,
    posting_id as cluster_id
from sighting as s
where not exists (select 1 from job_posting as p where p.posting_id = s.posting_id);
