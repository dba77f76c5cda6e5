-- One row a posting, everything that nine questions out of ten need.
create or replace view posting as
with now as (select max(taken_at) as taken_at from snapshot),

-- the year's mean rate; of the nearest year that has one
rate as (
    select y.year, r.currency, arg_min(r.per_usd, abs(r.year - y.year)) as per_usd
    from range(2000, 2101) as y(year) cross join exchange_rate as r
    group by all
),

current_label as (
    select r.*
    from job_posting_role as r
    join label_version as v on v.model_version = r.model_version and v.is_current
)

select
    p.posting_id,
    p.source,
    coalesce(src.full_text, true) as full_text,
    p.board,
    p.identifier,
    p.url,
    p.title,
    p.hiring_organization,
    p.job_location,
    coalesce(place.country, f.place_country) as country,
    case when place.country is not null then place.region else f.place_region end as region,
    case when place.country is not null then place.city else f.place_city end as city,
    place.places,
    coalesce(p.work_mode, f.work_mode) as work_mode,
    coalesce(p.employment_type, f.employment_type) as employment_type,
    p.date_posted,
    p.valid_through,
    -- an imported row without a date of its own was "seen" when it was imported: that says nothing about the ad
    coalesce(
        p.date_posted,
        case when p.source != 'import' or p.first_seen_at not in (select started_at from crawl) then p.first_seen_at::date end
    ) as posted_on,
    p.first_seen_at,
    p.last_seen_at,
    p.missing_since,
    p.closed_at,
    p.closed_reason,
    p.closed_at is null and p.last_seen_at >= now.taken_at - interval 45 day as is_open,
    p.n_reopened,
    p.cluster_id,
    p.content_hash,
    t.language,
    t.text as description,
    l.role,
    case l.role
        when 'ai_engineer' then l.p_ai_engineer
        when 'ml_engineer' then l.p_ml_engineer
        when 'data_scientist' then l.p_data_scientist
        when 'full_stack_engineer' then l.p_full_stack_engineer
        when 'other' then l.p_other
    end as role_probability,
    l.role_by_title,
    l.role_by_text,
    l.secondary_role,
    l.adjacent,
    f.seniority,
    f.degree_required,
    f.degree_preferred,
    f.degree_fields,
    f.years_min,
    f.languages as languages_required,
    f.visa_sponsorship,
    f.clearance_required,
    -- a field of the source comes first; its four values go together
    case when p.salary_unit is not null then p.base_salary_min else f.base_salary_min end as base_salary_min,
    case when p.salary_unit is not null then p.base_salary_max else f.base_salary_max end as base_salary_max,
    case when p.salary_unit is not null then p.salary_currency else f.salary_currency end as salary_currency,
    coalesce(p.salary_unit, f.salary_unit) as salary_unit,
    case when p.salary_unit is not null then 'structured' when f.salary_unit is not null then 'text' end as base_salary_source,
    case
        when p.salary_unit is not null then yearly(p.base_salary_min, p.salary_unit) else yearly(f.base_salary_min, f.salary_unit)
    end as yearly_salary_min,
    case
        when p.salary_unit is not null then yearly(p.base_salary_max, p.salary_unit) else yearly(f.base_salary_max, f.salary_unit)
    end as yearly_salary_max,
    round(yearly_salary_min / rate.per_usd) as yearly_salary_usd_min,
    round(yearly_salary_max / rate.per_usd) as yearly_salary_usd_max,
    f.ote_min,
    f.ote_max,
    l.skills,
    l.labelled_at
from job_posting as p
cross join now
left join source as src on src.source = p.source
join job_posting_text as t on t.content_hash = p.content_hash
left join current_label as l on l.content_hash = p.content_hash
left join job_posting_fact as f on f.content_hash = p.content_hash
left join rate
    on
        rate.currency = case when p.salary_unit is not null then p.salary_currency else f.salary_currency end
        and rate.year = year(coalesce(p.date_posted, p.first_seen_at::date))
left join place
    on
        place.job_location is not distinct from p.job_location
        and place.country_raw is not distinct from p.country_raw;

comment on view posting is 'A posting with its text, labels and facts. Key: posting_id. Count distinct cluster_id to count an ad once.';
comment on column posting.posting_id is 'Key: hash of source, board and identifier.';
comment on column posting.source is 'Platform or feed it came from.';
comment on column posting.full_text is 'Whether the source gives whole ads; false: description is a snippet, which is in no statistic, since what it lacks the ad may have.';
comment on column posting.board is 'The employer''s page there.';
comment on column posting.identifier is 'The source''s own id.';
comment on column posting.url is 'Public page; NULL: the source gives none.';
comment on column posting.title is 'Title as written.';
comment on column posting.hiring_organization is 'Employer; NULL: not stated.';
comment on column posting.job_location is 'Place as written; NULL: not stated.';
comment on column posting.country is 'ISO 3166-1 alpha-2 code of the first place, by the source''s field, else by the text; NULL: not stated, not understood, or not labelled yet.';
comment on column posting.region is 'ISO 3166-2 code of its region, or the name as written; NULL: not stated, or it cannot be told.';
comment on column posting.city is 'Its city; NULL: not stated, or it cannot be told.';
comment on column posting.places is 'All places of the source''s field: country, region, city, is_remote of each; NULL: it states none.';
comment on column posting.work_mode is 'remote, hybrid, onsite or unstated: the source''s field first, else the text; NULL: not labelled yet.';
comment on column posting.employment_type is 'schema.org tokens, by the source''s field, else by the text; NULL: not stated.';
comment on column posting.date_posted is 'Date of publication; NULL: not stated.';
comment on column posting.valid_through is 'Last day to apply; NULL: not stated.';
comment on column posting.posted_on is 'date_posted, else the date of the first sighting; NULL: an imported row that carries no date.';
comment on column posting.first_seen_at is 'UTC time of the first sighting.';
comment on column posting.last_seen_at is 'UTC time of the latest sighting.';
comment on column posting.missing_since is 'UTC time since when complete fetches lack it; NULL: not missing.';
comment on column posting.closed_at is 'UTC time of closing; NULL: not closed.';
comment on column posting.closed_reason is 'removed, absent or board_empty; NULL: not closed.';
comment on column posting.is_open is 'True if it is not closed and was seen within 45 days before this snapshot.';
comment on column posting.n_reopened is 'How often it came back after it was closed.';
comment on column posting.cluster_id is 'The same for postings of one opening.';
comment on column posting.content_hash is 'Key of its text, labels, skills and facts.';
comment on column posting.language is 'ISO 639-1 code; NULL: too short to tell.';
comment on column posting.description is 'Plain text of the ad.';
comment on column posting.role is 'ai_engineer, ml_engineer, data_scientist, full_stack_engineer or other, by title and text; NULL: not labelled.';
comment on column posting.role_probability is 'Probability (0–1) of that role; NULL: not labelled.';
comment on column posting.role_by_title is 'Role by the title alone; NULL: not labelled.';
comment on column posting.role_by_text is 'Role by the text with the title''s words masked; NULL: not labelled.';
comment on column posting.secondary_role is 'Another of the four roles that the ad more likely than not holds as well; NULL: none.';
comment on column posting.adjacent is 'Neighbour tag where the role is other; NULL: another role, or it cannot be told.';
comment on column posting.seniority is 'intern, junior, mid, senior, lead, manager or unstated; NULL: not labelled.';
comment on column posting.degree_required is 'Lowest degree required: none_stated, bachelor, master, phd; NULL: not labelled.';
comment on column posting.degree_preferred is 'Highest degree named as preferred; NULL: none, or not labelled.';
comment on column posting.degree_fields is 'Fields of study named beside a degree; NULL: none, or not labelled.';
comment on column posting.years_min is 'Fewest years of experience required; NULL: not stated.';
comment on column posting.languages_required is 'ISO 639-1 codes of the languages that a candidate must know; NULL: none stated.';
comment on column posting.visa_sponsorship is 'True: visa sponsorship is offered; false: it is refused; NULL: unsaid.';
comment on column posting.clearance_required is 'Whether a security clearance is required; NULL: unsaid.';
comment on column posting.base_salary_min is 'Lower bound of base pay in salary_currency per salary_unit; NULL: not stated.';
comment on column posting.base_salary_max is 'Upper bound of base pay; NULL: not stated.';
comment on column posting.salary_currency is 'ISO 4217 code; NULL: no pay stated.';
comment on column posting.salary_unit is 'YEAR, MONTH, WEEK, DAY or HOUR; NULL: no pay stated.';
comment on column posting.base_salary_source is 'structured: a field of the source; text: read from the ad; NULL: no pay stated.';
comment on column posting.yearly_salary_min is 'base_salary_min for a year of full-time work (2,080 hours, 260 days, 52 weeks or 12 months), in salary_currency; NULL: no pay stated.';
comment on column posting.yearly_salary_max is 'base_salary_max for a year of full-time work, in salary_currency; NULL: no pay stated.';
comment on column posting.yearly_salary_usd_min is 'yearly_salary_min in US dollars, by the mean rate of the year of posting (table exchange_rate; the nearest year where it has none); NULL: no pay stated, or no rate of its currency.';
comment on column posting.yearly_salary_usd_max is 'yearly_salary_max in US dollars, likewise.';
comment on column posting.ote_min is 'Lower bound of on-target earnings (base and commission) in the text''s own currency and unit, see job_posting_fact; NULL: not stated.';
comment on column posting.ote_max is 'Upper bound of on-target earnings; NULL: not stated.';
comment on column posting.skills is 'Names of the skills found; NULL: not labelled.';
comment on column posting.labelled_at is 'UTC time of labelling; NULL: not labelled.';
