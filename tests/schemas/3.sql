-- Every table of schema 3, the first that was released, and two postings as that version kept them: one that was
-- closed, one whose text changed. All invented.
create table crawl (
    crawl_id varchar not null,
    started_at timestamp not null,
    finished_at timestamp,
    settings varchar not null,
    code_version varchar not null
);
create table source (
    source varchar not null,
    name varchar not null,
    kind varchar not null check (kind in ('board', 'feed', 'file')),
    status varchar not null check (status in ('crawled', 'refused', 'import')),
    listing varchar not null check (listing in ('complete', 'window', 'events')),
    homepage varchar,
    full_text boolean not null,
    attribution varchar,
    attribution_url varchar,
    training_allowed boolean,
    terms varchar not null
);
create table board_fetch (
    crawl_id varchar not null,
    source varchar not null,
    board varchar not null,
    hiring_organization varchar,
    fetched_at timestamp not null,
    status varchar not null check (status in ('ok', 'partial', 'empty', 'unchanged', 'not_found', 'forbidden', 'failed')),
    n_found integer not null,
    n_expected integer,
    n_rejected integer not null,
    min_postings integer not null,
    listing varchar not null check (listing in ('complete', 'window', 'events')),
    error varchar,
    etag varchar,
    last_modified varchar,
    body_hash varchar
);
create table job_posting (
    posting_id varchar not null,
    source varchar not null,
    board varchar not null,
    identifier varchar not null,
    url varchar,
    title varchar not null,
    hiring_organization varchar,
    hiring_organization_url varchar,
    application_url varchar,
    job_location varchar,
    job_location_type varchar,
    applicant_location_requirements varchar,
    country_raw varchar,
    work_mode varchar check (work_mode in ('remote', 'hybrid', 'onsite')),
    employment_type varchar,
    industry varchar,
    date_posted date,
    valid_through date,
    base_salary_min double,
    base_salary_max double,
    salary_currency varchar,
    salary_unit varchar check (salary_unit in ('YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR')),
    list_key varchar,
    content_hash varchar not null,
    employer_key varchar,
    title_key varchar not null,
    first_seen_at timestamp not null,
    last_seen_at timestamp not null,
    missing_since timestamp,
    closed_at timestamp,
    closed_reason varchar check (closed_reason in ('removed', 'absent', 'board_empty')),
    n_reopened integer not null,
    cluster_id varchar not null,
    cluster_reason varchar
);
create table job_posting_version (
    posting_id varchar not null,
    content_hash varchar not null,
    seen_from timestamp not null,
    seen_to timestamp not null
);
create table job_posting_near (
    employer_key varchar not null,
    title_key varchar not null,
    content_hash varchar not null,
    near_hash varchar not null,
    similarity double not null
);
create table job_posting_text (
    content_hash varchar not null,
    title varchar not null,
    text varchar not null using compression zstd,
    language varchar
);
create table job_posting_role (
    content_hash varchar not null,
    model_version varchar not null,
    role varchar,
    role_by_title varchar,
    role_by_text varchar,
    p_ai_engineer float, p_ml_engineer float, p_data_scientist float, p_full_stack_engineer float, p_other float,
    p_title_ai_engineer float, p_title_ml_engineer float, p_title_data_scientist float, p_title_full_stack_engineer float, p_title_other float,
    p_text_ai_engineer float, p_text_ml_engineer float, p_text_data_scientist float, p_text_full_stack_engineer float, p_text_other float,
    secondary_role varchar,
    adjacent varchar,
    skills varchar[] not null,
    labelled_at timestamp not null
);
create table job_posting_role_part (
    content_hash varchar not null,
    part integer not null,
    title varchar not null,
    start_char integer not null,
    end_char integer not null,
    role varchar,
    p_ai_engineer float, p_ml_engineer float, p_data_scientist float, p_full_stack_engineer float, p_other float,
    secondary_role varchar,
    adjacent varchar
);
create table job_posting_skill (
    content_hash varchar not null,
    skill varchar not null,
    need varchar not null check (need in ('required', 'preferred', 'context')),
    surface varchar not null
);
create table job_posting_mention (
    content_hash varchar not null,
    kind varchar not null,
    key varchar not null,
    start_char integer not null,
    end_char integer not null,
    surface varchar not null,
    section varchar,
    need varchar,
    negated boolean not null,
    rule varchar not null
);
create table job_posting_section (
    content_hash varchar not null,
    kind varchar not null,
    start_char integer not null,
    end_char integer not null,
    heading varchar
);
create table job_posting_fact (
    content_hash varchar not null,
    base_salary_min double, base_salary_max double, salary_currency varchar, salary_unit varchar,
    salary_start_char integer, salary_end_char integer,
    degree_required varchar, degree_preferred varchar, degree_equivalent_ok boolean,
    degree_start_char integer, degree_end_char integer,
    years_min double, years_start_char integer, years_end_char integer,
    seniority varchar, seniority_source varchar,
    work_mode varchar, work_mode_start_char integer, work_mode_end_char integer
);
create table place (
    job_location varchar,
    country_raw varchar,
    country varchar
);
create table skill (
    skill varchar not null,
    name varchar not null,
    category varchar not null,
    aliases varchar[] not null
);
create table claim (
    claim_id varchar not null,
    essay varchar not null,
    claim varchar not null,
    test varchar not null
);
create table claim_verdict (
    claim_id varchar not null,
    snapshot_id varchar not null,
    verdict varchar not null,
    effect double,
    ci_low double,
    ci_high double,
    n bigint not null
);
create table quarantine (
    crawl_id varchar not null,
    source varchar not null,
    board varchar not null,
    fetched_at timestamp not null,
    reason varchar not null,
    record varchar not null
);
create table landing_file (
    name varchar not null,
    size_bytes bigint not null
);
create table label_version (
    model_version varchar not null,
    is_current boolean not null
);
create table snapshot (
    snapshot_id varchar not null,
    taken_at timestamp not null,
    schema_version integer not null,
    code_version varchar not null,
    model_version varchar,
    is_sample boolean not null,
    n_posting bigint not null,
    n_open bigint not null,
    n_labelled bigint not null
);
create table student_t (
    df integer not null,
    t975 double not null
);
create view posting as from job_posting;
create view forgotten as select 1 as one;
create macro posting_count(sources := null) as table select 2 as n;
insert into crawl values
    ('20260301T040000.000000Z', '2026-03-01 04:00', '2026-03-01 04:10', '{}', '0.2.0'),
    ('20260302T040000.000000Z', '2026-03-02 04:00', null, '{}', '0.2.0');
insert into source values ('lever', 'Lever', 'board', 'crawled', 'complete', null, true, null, null, null, 'none');
insert into board_fetch values
    ('20260301T040000.000000Z', 'lever', 'acme', 'Acme', '2026-03-01 04:01', 'ok', 2, 2, 0, 1, 'complete', null, '"e"', null, 'b1'),
    ('20260302T040000.000000Z', 'lever', 'acme', 'Acme', '2026-03-02 04:01', 'ok', 1, 1, 1, 1, 'complete', null, '"f"', null, 'b2');
insert into job_posting by name
select
    'p1' as posting_id, 'lever' as source, 'acme' as board, '1' as identifier, 'Data Scientist' as title, 'Acme' as hiring_organization,
    'Ghent' as job_location, 'BE' as country_raw, 90000.0 as base_salary_min, 'EUR' as salary_currency, 'YEAR' as salary_unit,
    'c2' as content_hash, 'acme' as employer_key, 'data scientist' as title_key, timestamp '2026-03-01 04:01' as first_seen_at,
    timestamp '2026-03-02 04:01' as last_seen_at, null as closed_at, null as closed_reason, 0 as n_reopened, 'p1' as cluster_id
union all by name
select
    'p2' as posting_id, 'lever' as source, 'acme' as board, '2' as identifier, 'Office Manager' as title, 'Acme' as hiring_organization,
    'c3' as content_hash, 'acme' as employer_key, 'manager office' as title_key, timestamp '2026-03-01 04:01' as first_seen_at,
    timestamp '2026-03-01 04:01' as last_seen_at, timestamp '2026-03-02 04:01' as closed_at, 'removed' as closed_reason, 1 as n_reopened,
    'p2' as cluster_id;
insert into job_posting_version values
    ('p1', 'c1', '2026-03-01 04:01', '2026-03-01 04:01'),
    ('p1', 'c2', '2026-03-02 04:01', '2026-03-02 04:01'),
    ('p2', 'c3', '2026-03-01 04:01', '2026-03-01 04:01');
insert into job_posting_near values ('acme', 'data scientist', 'c2', 'c1', 0.8);
insert into job_posting_text values
    ('c1', 'Data Scientist', 'You run experiments in Python and write SQL.', 'en'),
    ('c2', 'Data Scientist', 'You run many experiments in Python and write SQL.', 'en'),
    ('c3', 'Office Manager', 'You keep the office running.', 'en');
insert into job_posting_role
select content_hash, 'older', 'data_scientist', 'other', 'other', 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, null, null, ['Python'], '2026-03-02'
from job_posting_text;
insert into job_posting_skill values ('c1', 'python', 'required', 'Python');
insert into job_posting_mention values ('c1', 'skill', 'python', 23, 29, 'Python', null, 'required', false, 'plain');
insert into skill values ('python', 'Python', 'language', []);
insert into place values ('Ghent', 'BE', 'BE');
insert into label_version values ('older', true);
insert into quarantine values
    ('20260302T040000.000000Z', 'lever', 'acme', '2026-03-02 04:01', 'no title', '{"identifier": "3"}');
insert into landing_file values ('20260301T040000.000000Z.jsonl', 900), ('20260302T040000.000000Z.jsonl', 500);
insert into student_t values (1, 12.7);
insert into snapshot values
    ('aaaaaaaaaaaaaaaa', '2026-03-01 05:00', 3, '0.2.0', null, false, 2, 2, 0),
    ('bbbbbbbbbbbbbbbb', '2026-03-02 05:00', 3, '0.2.0', 'older', false, 2, 1, 2);
