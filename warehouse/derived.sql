-- Tables made from the others whenever a snapshot is published: warehouse/publish_steps fills them. What lists and statistics
-- ask for at every click is read from here.

create or replace table posting_index (
    posting_id varchar not null,
    seen_no integer not null,
    cluster_id varchar not null,
    cluster_no integer not null,
    content_hash varchar not null,
    content_no integer not null,
    employer varchar not null,
    employer_no integer not null,
    source varchar not null,
    board varchar not null,
    full_text boolean not null,
    title varchar not null,
    hiring_organization varchar,
    job_location varchar,
    country varchar,
    language varchar,
    posted_on date,
    first_seen_at timestamp not null,
    last_seen_at timestamp not null,
    is_open boolean not null,
    role varchar,
    role_by_title varchar,
    role_by_text varchar,
    labelled_at timestamp,
    seniority varchar,
    work_mode varchar,
    salary_unit varchar,
    yearly_salary_usd_min double,
    yearly_salary_usd_max double
);
comment on table posting_index is 'What lists and statistics read of the view posting, made when a snapshot is published. Key: posting_id.';
comment on column posting_index.posting_id is 'The posting.';
comment on column posting_index.seen_no is 'Its number in the order of first sighting.';
comment on column posting_index.cluster_id is 'The same for postings of one opening.';
comment on column posting_index.cluster_no is 'Its number in this snapshot.';
comment on column posting_index.content_hash is 'The content.';
comment on column posting_index.content_no is 'Its number in this snapshot; contents of one role follow each other.';
comment on column posting_index.employer is 'What intervals are clustered by: the employer in lower case, else source/board.';
comment on column posting_index.employer_no is 'Its number in this snapshot, in alphabetical order.';
comment on column posting_index.source is 'As posting.source.';
comment on column posting_index.board is 'As posting.board.';
comment on column posting_index.full_text is 'As posting.full_text.';
comment on column posting_index.title is 'As posting.title.';
comment on column posting_index.hiring_organization is 'As posting.hiring_organization; NULL: not stated.';
comment on column posting_index.job_location is 'As posting.job_location; NULL: not stated.';
comment on column posting_index.country is 'As posting.country; NULL: not known.';
comment on column posting_index.language is 'As posting.language; NULL: too short to tell.';
comment on column posting_index.posted_on is 'As posting.posted_on; NULL: not known.';
comment on column posting_index.first_seen_at is 'As posting.first_seen_at.';
comment on column posting_index.last_seen_at is 'As posting.last_seen_at.';
comment on column posting_index.is_open is 'As posting.is_open.';
comment on column posting_index.role is 'As posting.role; NULL: not labelled.';
comment on column posting_index.role_by_title is 'As posting.role_by_title; NULL: not labelled.';
comment on column posting_index.role_by_text is 'As posting.role_by_text; NULL: not labelled, or nothing to judge by.';
comment on column posting_index.labelled_at is 'As posting.labelled_at; NULL: not labelled.';
comment on column posting_index.seniority is 'As posting.seniority; NULL: not labelled.';
comment on column posting_index.work_mode is 'As posting.work_mode; NULL: not labelled.';
comment on column posting_index.salary_unit is 'As posting.salary_unit; NULL: no base pay stated.';
comment on column posting_index.yearly_salary_usd_min is 'As posting.yearly_salary_usd_min; NULL: no pay stated, or no rate.';
comment on column posting_index.yearly_salary_usd_max is 'As posting.yearly_salary_usd_max; NULL: no pay stated, or no rate.';

create or replace table skill_number (
    skill_no smallint not null,
    skill varchar not null
);
comment on table skill_number is 'The number of a skill in skill_index, made when a snapshot is published. Key: skill_no.';
comment on column skill_number.skill_no is 'Its number in this snapshot, in the order of the keys.';
comment on column skill_number.skill is 'Key of the skill.';

create or replace table skill_index (
    content_no integer not null,
    skill_no smallint not null,
    need_bit utinyint not null
);
comment on table skill_index is 'job_posting_skill by number, made when a snapshot is published. Key: content_no, skill_no.';
comment on column skill_index.content_no is 'posting_index.content_no.';
comment on column skill_index.skill_no is 'skill_number.skill_no.';
comment on column skill_index.need_bit is '1 required, 2 preferred, 4 context; 9 required, but another skill would do instead (job_posting_skill.alternatives).';

create or replace table part_size (
    by_part varchar not null,
    role varchar not null,
    part varchar not null,
    n_ads integer not null,
    n_employers integer not null,
    nn bigint not null
);
comment on table part_size is 'The openings of a role and part (see opening_part), made when a snapshot is published. Key: by_part, role, part.';
comment on column part_size.by_part is 'role, month, seniority or country.';
comment on column part_size.role is 'Role by title and text.';
comment on column part_size.part is 'Which one: all, the first day of a month, a level, an ISO 3166-1 alpha-2 code.';
comment on column part_size.n_ads is 'Openings.';
comment on column part_size.n_employers is 'Their employers.';
comment on column part_size.nn is 'Sum over employers of the square of their openings, for the interval.';

create or replace table part_count (
    by_part varchar not null,
    of_what varchar not null,
    role varchar not null,
    part varchar not null,
    key varchar not null,
    n_with integer not null,
    n_employers_with integer not null,
    xx bigint not null,
    xn bigint not null
);
comment on table part_count is 'How many openings of a role and part name a skill or show a tag, made when a snapshot is published; the view of shares is part_share. Key: by_part, of_what, role, part, key.';
comment on column part_count.by_part is 'As part_size.by_part.';
comment on column part_count.of_what is 'skill (named at all), required, alone (required by itself), alternative (required, but another would do) or tag.';
comment on column part_count.role is 'As part_size.role.';
comment on column part_count.part is 'As part_size.part.';
comment on column part_count.key is 'Key of the skill or tag.';
comment on column part_count.n_with is 'Openings that have it.';
comment on column part_count.n_employers_with is 'Their employers.';
comment on column part_count.xx is 'Sum over employers of the square of their openings that have it, for the interval.';
comment on column part_count.xn is 'Sum over employers of their openings that have it times their openings, for the interval.';

create or replace table skill_pay (
    role varchar not null,
    skill_no smallint not null,
    pay_median_with double,
    pay_median_without double,
    n_paid_with integer not null,
    n_paid_without integer not null,
    disclosure_with double not null,
    disclosure_without double,
    n_ads_with integer not null,
    n_ads_without integer not null,
    n_employers_paid_with integer not null
);
comment on table skill_pay is 'What the view salary_by_role_and_skill shows, made when a snapshot is published. Key: role, skill_no.';
comment on column skill_pay.role is 'Role by title and text.';
comment on column skill_pay.skill_no is 'skill_number.skill_no.';
comment on column skill_pay.pay_median_with is 'Median of the openings that name it; NULL: n_paid_with is 0.';
comment on column skill_pay.skill_no is 'skill_number.skill_no.';
comment on column skill_pay.pay_median_without is 'Median of those that do not; NULL: n_paid_without is 0.';
comment on column skill_pay.n_paid_with is 'Openings that name it and whose pay is known in US dollars.';
comment on column skill_pay.n_paid_without is 'Openings that do not name it and whose pay is known in US dollars.';
comment on column skill_pay.disclosure_with is 'Share (0–1) of the openings that name it that state base pay (see opening_pay).';
comment on column skill_pay.disclosure_without is 'Share (0–1) of those that do not name it that state base pay; NULL: every opening names it.';
comment on column skill_pay.n_ads_with is 'Openings that name it.';
comment on column skill_pay.n_ads_without is 'Openings of the role that do not.';
comment on column skill_pay.n_employers_paid_with is 'Employers of the n_paid_with openings.';

create or replace table text_page (
    page_no integer not null,
    content_no integer not null
);
comment on table text_page is 'Whose text is on a page of text_place, made when a snapshot is published. Key: page_no.';
comment on column text_page.page_no is 'A page of 512 places; a long text has several of them.';
comment on column text_page.content_no is 'posting_index.content_no.';
