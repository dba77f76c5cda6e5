-- Tables of the warehouse. One row is what the table's comment says. Times are UTC. Uniqueness of keys is
-- held by warehouse/checks/*.sql, not by indexes, so that set-based loads stay fast.

create table crawl (
    crawl_id varchar not null,
    started_at timestamp not null,
    finished_at timestamp,
    settings varchar not null,
    code_version varchar not null
);
comment on table crawl is 'A crawl or an import: one landing file, or one for each machine that had a part in it. Key: crawl_id.';
comment on column crawl.crawl_id is 'Identifier, made from the start time.';
comment on column crawl.started_at is 'UTC time at which it started (or the --at given).';
comment on column crawl.finished_at is 'UTC time at which it ended; NULL: still running, or it was killed.';
comment on column crawl.settings is 'Settings that differ from run to run, as a JSON object.';
comment on column crawl.code_version is 'rolescope version that ran it.';

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
comment on table source is 'A platform or feed, crawled or not; filled from warehouse/sources.csv. Key: source.';
comment on column source.source is 'Platform or feed: greenhouse, lever, hackernews, import, …';
comment on column source.name is 'As people write it.';
comment on column source.kind is 'board: a platform of employers'' boards; feed: one list of many employers'' ads; file: imported.';
comment on column source.status is 'crawled; refused: its terms forbid it; import: from files.';
comment on column source.listing is 'complete: a fetch lists every open posting; window: only recent ones; events: what changed since the last fetch.';
comment on column source.homepage is 'Whose it is; NULL: nobody''s.';
comment on column source.full_text is 'Whether it gives whole ads; snippets (false) are kept out of the statistics.';
comment on column source.attribution is 'Who is to be named beside its postings; NULL: nobody.';
comment on column source.attribution_url is 'Where that name must link to, without nofollow; NULL: nowhere.';
comment on column source.training_allowed is 'false: the source forbids training models on its ads; NULL: it does not say.';
comment on column source.terms is 'What its terms and robots.txt say, in short.';

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
comment on table board_fetch is 'A board tried in a crawl, whatever came of it. Key: crawl_id, source, board.';
comment on column board_fetch.crawl_id is 'The crawl.';
comment on column board_fetch.source is 'Platform or feed: greenhouse, lever, ashby, jsonld, import, …';
comment on column board_fetch.board is 'The employer''s page on that platform; the host for jsonld; the file name for an import.';
comment on column board_fetch.hiring_organization is 'Employer as boards.csv names it; NULL: not stated there.';
comment on column board_fetch.fetched_at is 'UTC time at which the fetch began (or the --at given).';
comment on column board_fetch.status is 'ok: complete; partial: some of it; empty: complete, no posting; unchanged: same as before; not_found: 404 or 410; forbidden: robots.txt forbids it; failed: anything else. Only ok and empty are evidence for closing.';
comment on column board_fetch.n_found is 'Postings that arrived and were usable.';
comment on column board_fetch.n_expected is 'Postings that the source says it has; NULL: it does not say.';
comment on column board_fetch.n_rejected is 'Records that went to quarantine.';
comment on column board_fetch.min_postings is 'Fewest postings this board should show, from boards.csv; fewer is a warning in Data health.';
comment on column board_fetch.listing is 'complete: an ok fetch lists every open posting; window: only recent ones, so that absence says nothing; events: what changed since the last one, so that what is not named is as it was.';
comment on column board_fetch.error is 'Why it is not ok; NULL: nothing to say.';
comment on column board_fetch.etag is 'ETag of the answer, sent along next time; NULL: none, or the board took several requests.';
comment on column board_fetch.last_modified is 'Last-Modified of the answer, sent along next time; NULL: none, or the board took several requests.';
comment on column board_fetch.body_hash is 'Hash of the answer: the same one next time is an unchanged board; NULL: the board took several requests, or was not ok.';

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
comment on table job_posting is 'A posting: one advertised opening on one board. Key: posting_id. Facts as the source states them; parsed ones are in job_posting_fact.';
comment on column job_posting.posting_id is 'First 16 hex digits of SHA-256 over source, board and identifier.';
comment on column job_posting.source is 'Platform or feed it came from.';
comment on column job_posting.board is 'The employer''s page there.';
comment on column job_posting.identifier is 'The source''s own id of the posting.';
comment on column job_posting.url is 'Public page of the posting; NULL: the source gives none.';
comment on column job_posting.title is 'Title as written, white space folded.';
comment on column job_posting.hiring_organization is 'Employer; NULL: not stated.';
comment on column job_posting.hiring_organization_url is 'Employer''s own page, as the source names it; NULL: it names none.';
comment on column job_posting.application_url is 'Where to apply, where the source names it apart from url; NULL: it does not.';
comment on column job_posting.job_location is 'Place as written, several joined by "; "; NULL: not stated.';
comment on column job_posting.job_location_type is 'TELECOMMUTE where the source says that the work is fully remote, else NULL.';
comment on column job_posting.applicant_location_requirements is 'Where applicants must live, as written; NULL: not stated.';
comment on column job_posting.country_raw is 'Country as the source states it, name or code; NULL: not stated.';
comment on column job_posting.work_mode is 'remote, hybrid or onsite where the source has a field for it, else NULL.';
comment on column job_posting.employment_type is 'schema.org token (FULL_TIME, PART_TIME, CONTRACTOR, TEMPORARY, INTERN, …), several joined by ", "; NULL: not stated.';
comment on column job_posting.industry is 'Industry as written; NULL: not stated.';
comment on column job_posting.date_posted is 'Date of publication; NULL: not stated.';
comment on column job_posting.valid_through is 'Last day to apply; NULL: not stated.';
comment on column job_posting.base_salary_min is 'Lower bound of base pay where the source has a field for it, in salary_currency per salary_unit; NULL: not stated.';
comment on column job_posting.base_salary_max is 'Upper bound of base pay; NULL: not stated.';
comment on column job_posting.salary_currency is 'ISO 4217 code of the pay; NULL: not stated.';
comment on column job_posting.salary_unit is 'YEAR, MONTH, WEEK, DAY or HOUR; NULL: not stated.';
comment on column job_posting.list_key is 'What the source''s list said of the ad when it was fetched by itself; while it says the same, the ad is not fetched again. NULL: the list holds the whole ad.';
comment on column job_posting.content_hash is 'Current content: key of job_posting_text and of every label.';
comment on column job_posting.employer_key is 'Employer without case, punctuation and legal form; NULL: not stated.';
comment on column job_posting.title_key is 'Words of the title in alphabetical order, without place, remote or hybrid, gender marks and requisition numbers: postings of one opening have it in common, or their content.';
comment on column job_posting.first_seen_at is 'UTC time of the first sighting.';
comment on column job_posting.last_seen_at is 'UTC time of the latest sighting.';
comment on column job_posting.missing_since is 'UTC time of the first complete fetch of its board without it since the last sighting; NULL: not missing.';
comment on column job_posting.closed_at is 'UTC time at which the evidence that it is gone was complete; NULL: not closed.';
comment on column job_posting.closed_reason is 'removed: the source said so; absent: two complete fetches on different dates without it; board_empty: three complete but empty fetches on different dates. NULL: not closed.';
comment on column job_posting.n_reopened is 'How often it came back after it was closed.';
comment on column job_posting.cluster_id is 'posting_id of the first-seen posting of the same opening: count distinct cluster_id to count an ad once.';
comment on column job_posting.cluster_reason is 'same_content: has the content of the first-seen posting of its cluster, as others do; near_content: says the same in other words (job_posting_near says as which, and how alike they are); NULL: alone.';

create table job_posting_version (
    posting_id varchar not null,
    content_hash varchar not null,
    seen_from timestamp not null,
    seen_to timestamp not null
);
comment on table job_posting_version is 'A content that a posting had, and when. Key: posting_id, content_hash, seen_from.';
comment on column job_posting_version.posting_id is 'The posting.';
comment on column job_posting_version.content_hash is 'The content.';
comment on column job_posting_version.seen_from is 'UTC time of the first sighting with this content.';
comment on column job_posting_version.seen_to is 'UTC time of the last sighting with this content before another came.';

create table job_posting_near (
    employer_key varchar not null,
    title_key varchar not null,
    content_hash varchar not null,
    near_hash varchar not null,
    similarity double not null
);
comment on table job_posting_near is 'A content that is the same opening as one seen earlier, of the same employer and title, in other words. Key: employer_key, title_key, content_hash. Made anew with every load from the texts; content_hash and near_hash are then one cluster.';
comment on column job_posting_near.employer_key is 'The employer, as in job_posting.';
comment on column job_posting_near.title_key is 'The title, as in job_posting.';
comment on column job_posting_near.content_hash is 'The content.';
comment on column job_posting_near.near_hash is 'The earlier content that it repeats.';
comment on column job_posting_near.similarity is 'Share (0.6–1) of the five-word sequences of either text that stand in both.';

create table job_posting_text (
    content_hash varchar not null,
    title varchar not null,
    text varchar not null using compression zstd,
    language varchar
);
comment on table job_posting_text is 'A content: the same title and text on two boards or on forty days is one row. Key: content_hash.';
comment on column job_posting_text.content_hash is 'First 16 hex digits of SHA-256 over the NFC, white-space-folded title, a line feed, and the text.';
comment on column job_posting_text.title is 'Title, white space folded.';
comment on column job_posting_text.text is 'Plain text: lines kept, bullets as "• ", headings on lines of their own after an empty one. Contact details are scrubbed.';
comment on column job_posting_text.language is 'ISO 639-1 code found from the text; NULL: too short to tell.';

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
comment on table job_posting_role is 'The role of a content by one label version. Key: content_hash, model_version.';
comment on column job_posting_role.content_hash is 'The content.';
comment on column job_posting_role.model_version is 'Label version: hash of the model and the labelling code, and hash of the table of skills.';
comment on column job_posting_role.role is 'ai_engineer, ml_engineer, data_scientist, full_stack_engineer or other, from title and text; where the text lists several jobs and one is clearly this posting''s, from that part of it alone (job_posting_role_part); NULL: nothing to judge by.';
comment on column job_posting_role.role_by_title is 'Role from the title alone.';
comment on column job_posting_role.role_by_text is 'Role from the text with the title''s words masked; of a text that lists several jobs from the posting''s own part, where that is clear; NULL: nothing to judge by.';
comment on column job_posting_role.p_ai_engineer is 'Probability (0–1) of AI engineer from title and text; the five p_ columns sum to 1.';
comment on column job_posting_role.p_ml_engineer is 'Probability of ML engineer from title and text.';
comment on column job_posting_role.p_data_scientist is 'Probability of data scientist from title and text.';
comment on column job_posting_role.p_full_stack_engineer is 'Probability of full-stack engineer from title and text.';
comment on column job_posting_role.p_other is 'Probability of any other role from title and text.';
comment on column job_posting_role.p_title_ai_engineer is 'Probability of AI engineer from the title alone.';
comment on column job_posting_role.p_title_ml_engineer is 'Probability of ML engineer from the title alone.';
comment on column job_posting_role.p_title_data_scientist is 'Probability of data scientist from the title alone.';
comment on column job_posting_role.p_title_full_stack_engineer is 'Probability of full-stack engineer from the title alone.';
comment on column job_posting_role.p_title_other is 'Probability of any other role from the title alone.';
comment on column job_posting_role.p_text_ai_engineer is 'Probability of AI engineer from the masked text.';
comment on column job_posting_role.p_text_ml_engineer is 'Probability of ML engineer from the masked text.';
comment on column job_posting_role.p_text_data_scientist is 'Probability of data scientist from the masked text.';
comment on column job_posting_role.p_text_full_stack_engineer is 'Probability of full-stack engineer from the masked text.';
comment on column job_posting_role.p_text_other is 'Probability of any other role from the masked text.';
comment on column job_posting_role.secondary_role is 'Another of the four roles that the ad more likely than not holds as well; NULL: none.';
comment on column job_posting_role.adjacent is 'Neighbour tag where role is other: data_analyst, data_engineer, backend, frontend, devops, mobile, software, research, management, product, sales_or_solutions, non_tech; NULL: role is not other, or it cannot be told.';
comment on column job_posting_role.skills is 'Names of the skills found, most telling need first, then by name; empty: none found.';
comment on column job_posting_role.labelled_at is 'UTC time of labelling.';

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
comment on table job_posting_role_part is 'One of the jobs that a content lists, each with its title: "Who is hiring?" comments and other ads for several roles. A content for one job has no row. Key: content_hash, part.';
comment on column job_posting_role_part.content_hash is 'The content.';
comment on column job_posting_role_part.part is 'Which one of the content, from 1, in the order of the text.';
comment on column job_posting_role_part.title is 'Its title as written.';
comment on column job_posting_role_part.start_char is 'Offset in job_posting_text.text, from 0, of the line that begins with its title; of the title, where the list stands within a line.';
comment on column job_posting_role_part.end_char is 'Offset after its last character: where the next part begins, for the last part an estimate.';
comment on column job_posting_role_part.role is 'ai_engineer, ml_engineer, data_scientist, full_stack_engineer or other, from the part''s title and words alone; NULL: nothing to judge by.';
comment on column job_posting_role_part.p_ai_engineer is 'Probability (0–1) of AI engineer from the part''s title and words; the five p_ columns sum to 1; NULL: nothing to judge by.';
comment on column job_posting_role_part.p_ml_engineer is 'Probability of ML engineer.';
comment on column job_posting_role_part.p_data_scientist is 'Probability of data scientist.';
comment on column job_posting_role_part.p_full_stack_engineer is 'Probability of full-stack engineer.';
comment on column job_posting_role_part.p_other is 'Probability of any other role.';
comment on column job_posting_role_part.secondary_role is 'Another of the four roles that the part more likely than not holds as well; NULL: none.';
comment on column job_posting_role_part.adjacent is 'Neighbour tag where role is other, as job_posting_role.adjacent; NULL: role is not other, or it cannot be told.';

create table job_posting_role_masked (
    content_hash varchar not null,
    skill_group varchar not null,
    role varchar,
    p_role float
);
comment on table job_posting_role_masked is 'What role_by_text of a content would be if every mention of a group of skills were hidden beside the title''s words, where that is another than role_by_text: whether a label rests on the words that ads are compared by. A content and group without a row: hiding the group changes nothing, or the content has none of it. Key: content_hash, skill_group.';
comment on column job_posting_role_masked.content_hash is 'The content.';
comment on column job_posting_role_masked.skill_group is 'What is hidden: a category of skills (skill.category), negated mentions included, or a kind of tag (tag.kind).';
comment on column job_posting_role_masked.role is 'ai_engineer, ml_engineer, data_scientist, full_stack_engineer or other, from what is left of the text; NULL: nothing is left to judge by.';
comment on column job_posting_role_masked.p_role is 'Probability (0–1) of that role from what is left; NULL: nothing is left to judge by.';

create table job_posting_skill (
    content_hash varchar not null,
    skill varchar not null,
    need varchar not null check (need in ('required', 'preferred', 'context')),
    surface varchar not null,
    alternatives varchar[] not null
);
comment on table job_posting_skill is 'A skill that a content names. Negated mentions are not here. Key: content_hash, skill.';
comment on column job_posting_skill.content_hash is 'The content.';
comment on column job_posting_skill.skill is 'Key of the skill.';
comment on column job_posting_skill.need is 'Strongest of required, preferred, context over its mentions.';
comment on column job_posting_skill.surface is 'The words of the first mention.';
comment on column job_posting_skill.alternatives is 'Keys of the skills that the ad takes instead ("Python or R", "one of"), in every mention of this need; empty: it asks for this one.';

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
    rule varchar not null,
    sentence_start integer,
    sentence_end integer,
    alternative_group integer
);
comment on table job_posting_mention is 'Words in a text that were read as something. Key: content_hash, kind, key, start_char.';
comment on column job_posting_mention.content_hash is 'The content.';
comment on column job_posting_mention.kind is 'What was found: skill, duty, lifecycle_stage, use_case, soft_skill or background.';
comment on column job_posting_mention.key is 'Which one: for a skill, skill.skill; for any other kind, tag.tag.';
comment on column job_posting_mention.start_char is 'Offset of the first character in job_posting_text.text, from 0.';
comment on column job_posting_mention.end_char is 'Offset after the last character.';
comment on column job_posting_mention.surface is 'The words as they stand.';
comment on column job_posting_mention.section is 'Kind of the section it stands in; NULL: no section was recognised.';
comment on column job_posting_mention.need is 'required, preferred or context; of another kind than a skill by its section alone; NULL: the section does not tell.';
comment on column job_posting_mention.negated is 'True where the ad says that it is not needed; such mentions count nowhere.';
comment on column job_posting_mention.rule is 'Which rule accepted it.';
comment on column job_posting_mention.sentence_start is 'Offset of the sentence or line that was read around it; NULL: another kind than a skill.';
comment on column job_posting_mention.sentence_end is 'Offset after that; NULL: another kind than a skill.';
comment on column job_posting_mention.alternative_group is 'The same number for the mentions of a text of which one would do ("Python or R"); NULL: it stands for itself.';

create table unknown_heading (
    content_hash varchar not null,
    start_char integer not null,
    heading varchar not null,
    heading_key varchar not null
);
comment on table unknown_heading is 'A line of a text that looks like a heading and is not in nlp/headings.csv, the first twelve of a text. Key: content_hash, start_char.';
comment on column unknown_heading.content_hash is 'The content.';
comment on column unknown_heading.start_char is 'Offset of the line in job_posting_text.text, from 0.';
comment on column unknown_heading.heading is 'As written.';
comment on column unknown_heading.heading_key is 'Its words in lower case, the same wherever the heading stands.';

create table job_posting_tag (
    content_hash varchar not null,
    kind varchar not null,
    tag varchar not null
);
comment on table job_posting_tag is 'A duty, life-cycle stage, use case, soft skill or background that a content shows. Key: content_hash, tag.';
comment on column job_posting_tag.content_hash is 'The content.';
comment on column job_posting_tag.kind is 'duty, lifecycle_stage, use_case, soft_skill or background.';
comment on column job_posting_tag.tag is 'Key of the tag.';

create table job_posting_section (
    content_hash varchar not null,
    kind varchar not null,
    start_char integer not null,
    end_char integer not null,
    heading varchar
);
comment on table job_posting_section is 'A section of a text. Key: content_hash, start_char.';
comment on column job_posting_section.content_hash is 'The content.';
comment on column job_posting_section.kind is 'about, duties, required, preferred, benefits, legal or other.';
comment on column job_posting_section.start_char is 'Offset of its first character, heading included.';
comment on column job_posting_section.end_char is 'Offset after its last character.';
comment on column job_posting_section.heading is 'The heading as written; NULL: text before the first heading.';

create table job_posting_fact (
    content_hash varchar not null,
    base_salary_min double, base_salary_max double, salary_currency varchar, salary_unit varchar,
    salary_start_char integer, salary_end_char integer, salary_dropped_reason varchar,
    ote_min double, ote_max double, ote_currency varchar, ote_unit varchar,
    ote_start_char integer, ote_end_char integer,
    degree_required varchar, degree_preferred varchar, degree_equivalent_ok boolean,
    degree_start_char integer, degree_end_char integer,
    degree_fields varchar[], degree_fields_start_char integer, degree_fields_end_char integer,
    non_degree_ok boolean, non_degree_start_char integer, non_degree_end_char integer,
    years_min double, years_start_char integer, years_end_char integer,
    seniority varchar, seniority_source varchar,
    work_mode varchar, work_mode_start_char integer, work_mode_end_char integer,
    employment_type varchar, employment_type_start_char integer, employment_type_end_char integer,
    languages varchar[], languages_start_char integer, languages_end_char integer,
    visa_sponsorship boolean, visa_start_char integer, visa_end_char integer,
    clearance_required boolean, clearance_start_char integer, clearance_end_char integer,
    place_country varchar, place_region varchar, place_city varchar, place_start_char integer, place_end_char integer
);
comment on table job_posting_fact is 'Facts read from a content. Key: content_hash. What the source states in a field of its own is in job_posting and comes first in the view posting.';
comment on column job_posting_fact.content_hash is 'The content.';
comment on column job_posting_fact.base_salary_min is 'Lower bound of the base pay the text states, in salary_currency per salary_unit; NULL: none stated.';
comment on column job_posting_fact.base_salary_max is 'Upper bound; NULL: none stated.';
comment on column job_posting_fact.salary_currency is 'ISO 4217 code; NULL: no base pay stated.';
comment on column job_posting_fact.salary_unit is 'YEAR, MONTH, WEEK, DAY or HOUR (a year is taken as 12 months, 52 weeks, 260 days or 2,080 hours); NULL: no base pay stated.';
comment on column job_posting_fact.salary_start_char is 'Offset of the words that state the pay; NULL: none.';
comment on column job_posting_fact.salary_end_char is 'Offset after them; NULL: none.';
comment on column job_posting_fact.salary_dropped_reason is 'Why a sum that the ad calls pay is not in base_salary_min: zero, too_low or too_high for the period, too_wide (the upper end is more than twelve times the lower). NULL: nothing was dropped, or another sum was believed.';
comment on column job_posting_fact.ote_min is 'Lower bound of the on-target earnings (base pay with commission or bonus at target) the text states, in ote_currency per ote_unit; NULL: none stated.';
comment on column job_posting_fact.ote_max is 'Upper bound; NULL: none stated.';
comment on column job_posting_fact.ote_currency is 'ISO 4217 code; NULL: no on-target earnings stated.';
comment on column job_posting_fact.ote_unit is 'YEAR, MONTH, WEEK, DAY or HOUR; NULL: no on-target earnings stated.';
comment on column job_posting_fact.ote_start_char is 'Offset of the words that state them; NULL: none.';
comment on column job_posting_fact.ote_end_char is 'Offset after them; NULL: none.';
comment on column job_posting_fact.degree_required is 'Lowest degree a candidate must have: none_stated, bachelor, master, phd.';
comment on column job_posting_fact.degree_preferred is 'Highest degree named as preferred; NULL: none.';
comment on column job_posting_fact.degree_equivalent_ok is 'True where "or equivalent experience" is accepted in place of the degree; NULL: no degree required.';
comment on column job_posting_fact.degree_start_char is 'Offset of the words that require the degree; NULL: none.';
comment on column job_posting_fact.degree_end_char is 'Offset after them; NULL: none.';
comment on column job_posting_fact.degree_fields is 'Fields of study named beside a degree, required or preferred, in the ad''s order: the kinds in nlp/facts/degree_fields.csv (computer_science, statistics, quantitative, …); NULL: none named, or none known.';
comment on column job_posting_fact.degree_fields_start_char is 'Offset of the first field of the first degree that has one; NULL: none.';
comment on column job_posting_fact.degree_fields_end_char is 'Offset after the last field of that degree; NULL: none.';
comment on column job_posting_fact.non_degree_ok is 'True where the ad names a way without a degree: bootcamp, self-taught, no degree needed, career changers welcome. NULL: not named.';
comment on column job_posting_fact.non_degree_start_char is 'Offset of the words; NULL: not named.';
comment on column job_posting_fact.non_degree_end_char is 'Offset after them; NULL: not named.';
comment on column job_posting_fact.years_min is 'Fewest years of professional experience required of every candidate; NULL: none stated.';
comment on column job_posting_fact.years_start_char is 'Offset of the words; NULL: none.';
comment on column job_posting_fact.years_end_char is 'Offset after them; NULL: none.';
comment on column job_posting_fact.seniority is 'intern, junior, mid, senior, lead, manager or unstated.';
comment on column job_posting_fact.seniority_source is 'title or text; NULL: unstated.';
comment on column job_posting_fact.work_mode is 'remote, hybrid, onsite or unstated, by the text.';
comment on column job_posting_fact.work_mode_start_char is 'Offset of the words; NULL: unstated.';
comment on column job_posting_fact.work_mode_end_char is 'Offset after them; NULL: unstated.';
comment on column job_posting_fact.employment_type is 'FULL_TIME, PART_TIME, CONTRACTOR, TEMPORARY, INTERN (words of schema.org) by title and text, several joined by ", " in this order; NULL: not stated.';
comment on column job_posting_fact.employment_type_start_char is 'Offset of the first words that say it; NULL: the title says it, or it is not stated.';
comment on column job_posting_fact.employment_type_end_char is 'Offset after them; NULL likewise.';
comment on column job_posting_fact.languages is 'ISO 639-1 codes of the natural languages that candidates must know, in the ad''s order; of a choice ("French or German") all, of those only preferred none. NULL: the ad asks for none.';
comment on column job_posting_fact.languages_start_char is 'Offset of the first language''s name; NULL: none.';
comment on column job_posting_fact.languages_end_char is 'Offset after it; NULL: none.';
comment on column job_posting_fact.visa_sponsorship is 'True where sponsorship of a visa or work permit is offered, false where it is refused; NULL: unsaid, or left open.';
comment on column job_posting_fact.visa_start_char is 'Offset of the words; NULL: unsaid.';
comment on column job_posting_fact.visa_end_char is 'Offset after them; NULL: unsaid.';
comment on column job_posting_fact.clearance_required is 'True where a security clearance, or being able to obtain one, is required, false where the ad says that none is; NULL: unsaid, or only preferred.';
comment on column job_posting_fact.clearance_start_char is 'Offset of the words; NULL: unsaid.';
comment on column job_posting_fact.clearance_end_char is 'Offset after them; NULL: unsaid.';
comment on column job_posting_fact.place_country is 'ISO 3166-1 alpha-2 code of the first place where the text says that the work is done, read only where the source names no country; NULL: it does, or the text does not plainly say.';
comment on column job_posting_fact.place_region is 'Its region, as place.region; NULL: not stated.';
comment on column job_posting_fact.place_city is 'Its city; NULL: not stated.';
comment on column job_posting_fact.place_start_char is 'Offset of the words; NULL: none.';
comment on column job_posting_fact.place_end_char is 'Offset after them; NULL: none.';

create table place (
    job_location varchar,
    country_raw varchar,
    country varchar,
    region varchar,
    city varchar,
    is_remote boolean not null,
    places struct(country varchar, region varchar, city varchar, is_remote boolean)[] not null
);
comment on table place is 'A place as postings write it, and what it means. Key: job_location, country_raw.';
comment on column place.job_location is 'job_posting.job_location as written; NULL: not stated.';
comment on column place.country_raw is 'job_posting.country_raw as stated; NULL: not stated.';
comment on column place.country is 'ISO 3166-1 alpha-2 code of the first place; NULL: it cannot be told.';
comment on column place.region is 'ISO 3166-2 code of its region; the name as written in countries whose regions are not in nlp/places/regions.csv; NULL: not stated, or it cannot be told.';
comment on column place.city is 'Its city as GeoNames names it, else as written; of a metropolitan area the city that names it; NULL: not stated, or it cannot be told.';
comment on column place.is_remote is 'True where the words of some place say that the work is remote ("Remote - US").';
comment on column place.places is 'All places in the order in which they are written, at most 20, those without a country left out; is_remote of each says that the work there is remote. Empty: none can be told.';

create table skill (
    skill varchar not null,
    name varchar not null,
    category varchar not null,
    aliases varchar[] not null,
    ambiguity varchar,
    parent varchar,
    since integer,
    github_topic varchar,
    stackoverflow_tag varchar,
    esco_uri varchar,
    onet_code varchar
);
comment on table skill is 'A skill of the table that made the current labels. Key: skill.';
comment on column skill.skill is 'Key: lower case, words joined by hyphens.';
comment on column skill.name is 'Canonical name.';
comment on column skill.category is 'Group: language, framework, …';
comment on column skill.aliases is 'Other ways in which ads write it.';
comment on column skill.ambiguity is 'When the bare name counts: case, acronym, context or qualified, as docs/skills.md explains; NULL: always.';
comment on column skill.parent is 'Key of the skill that it is a part, a product or a kind of; NULL: it stands at the top.';
comment on column skill.since is 'Year in which it appeared; NULL: not known, or it has no such year.';
comment on column skill.github_topic is 'Topic of GitHub that means the same; NULL: none does.';
comment on column skill.stackoverflow_tag is 'Tag of Stack Overflow that means the same; NULL: none does.';
comment on column skill.esco_uri is 'URI of the skill of ESCO that means the same; NULL: none does.';
comment on column skill.onet_code is 'UNSPSC commodity code under which O*NET lists it; NULL: O*NET does not name it.';

create table tag (
    kind varchar not null,
    tag varchar not null,
    name varchar not null,
    definition varchar not null,
    stage varchar
);
comment on table tag is 'What the phrases of nlp/tags are read as. Key: tag.';
comment on column tag.kind is 'duty, lifecycle_stage, use_case, soft_skill or background.';
comment on column tag.tag is 'Key: lower case, words joined by hyphens.';
comment on column tag.name is 'Name.';
comment on column tag.definition is 'What counts as one.';
comment on column tag.stage is 'Key of the stage of the life cycle that a duty belongs to; NULL: none, or it is no duty.';

create table claim (
    claim_id varchar not null,
    essay varchar not null check (essay in ('A', 'B', 'C', 'own')),
    topic varchar not null,
    claim varchar not null,
    question varchar,
    status varchar not null check (status in ('testable', 'proxy', 'months', 'never')),
    test varchar,
    reading varchar
);
comment on table claim is 'A claim about the roles, restated, with its test: those of warehouse/claims/claims.csv and the user''s own, from claims.csv beside the warehouse. Filled by `rolescope claims`. Key: claim_id.';
comment on column claim.claim_id is 'Identifier of the claim.';
comment on column claim.essay is 'A: "(Hat) AI Engineer"; B: "Who is an AI engineer?" (Richard Warepam, 2024-03-24); C: "What is AI Engineering?" (JK1912, 2025-11-05); own: the user''s.';
comment on column claim.topic is 'What it is about: focus, skills, education, projects, similarity, market, ….';
comment on column claim.claim is 'The claim in our words.';
comment on column claim.question is 'The question on which the essays contradict each other: train_models, training_marks_ml, recommenders, fine_tuning, degrees_and_maths or distinct; NULL: it bears on none.';
comment on column claim.status is 'testable; proxy: only something near it can be tested; months: it needs months of data; never: ads can''t settle it.';
comment on column claim.test is 'The test in the language of warehouse/claims/language.py; NULL: status is months or never.';
comment on column claim.reading is 'How a vague word was made a test, or why it can''t be; NULL: it is plain.';

create table claim_verdict (
    claim_id varchar not null,
    part integer not null,
    decides boolean not null,
    test varchar,
    verdict varchar not null check (verdict in (
        'supported', 'contradicted', 'no_meaningful_difference', 'undecided', 'not_in_ads', 'not_robust', 'needs_months', 'cannot_be_settled'
    )),
    reason varchar not null,
    unit varchar check (unit in ('share', 'years', 'log', 'number', 'distance', 'entropy')),
    effect double, ci_low double, ci_high double,
    p double, q double,
    n_a bigint, n_b bigint, n_with_a bigint, n_with_b bigint, share_a double, share_b double,
    effect_role double, ci_low_role double, ci_high_role double,
    effect_masked double, ci_low_masked double, ci_high_masked double,
    masked_group varchar,
    broken_by varchar,
    sql varchar,
    snapshot_id varchar not null
);
comment on table claim_verdict is 'What the ads say of each part of a claim''s test, by the rule in warehouse/claims/verdict.py: roles by title, intervals clustered by employer. Key: claim_id, part.';
comment on column claim_verdict.claim_id is 'The claim.';
comment on column claim_verdict.part is 'Which part of its test, from 1; all of them must hold.';
comment on column claim_verdict.decides is 'True for the one part whose verdict is that of the whole claim.';
comment on column claim_verdict.test is 'The part in the language of warehouse/claims/language.py; NULL: the claim has no test.';
comment on column claim_verdict.verdict is 'supported; contradicted; no_meaningful_difference: the interval lies within 5 points (5 % of an amount) of none; undecided; not_in_ads: under 1 % in every role compared; not_robust: supported, but not without one employer or one source; needs_months; cannot_be_settled.';
comment on column claim_verdict.reason is 'Why, in a sentence.';
comment on column claim_verdict.unit is 'What effect is measured in: share (0–1), years, log (natural logarithm of yearly pay in US dollars), number (things that an ad names), distance (0–1, Jensen–Shannon, between skill profiles, less the larger one within a role) or entropy (natural logarithm of the skills that a profile is worth); NULL: it could not be tested.';
comment on column claim_verdict.effect is 'Side a minus side b, roles by title; of a share or rank as the test says: the share itself, or its lead over the closest rival. NULL: it could not be estimated.';
comment on column claim_verdict.ci_low is 'Lower end of its 95 % interval, clustered by employer; NULL: none can be given.';
comment on column claim_verdict.ci_high is 'Upper end; NULL: none can be given.';
comment on column claim_verdict.p is 'Two-sided p-value against no difference (against the threshold, for a share); for "=" that of two one-sided tests. NULL: none can be given.';
comment on column claim_verdict.q is 'The same after Benjamini and Hochberg, over the parts of all claims; NULL: p is.';
comment on column claim_verdict.n_a is 'Openings of side a; NULL: it could not be tested.';
comment on column claim_verdict.n_b is 'Openings of side b; NULL: it could not be tested, or there is no second side.';
comment on column claim_verdict.n_with_a is 'Those of side a that have it; NULL: an amount is compared, not a share.';
comment on column claim_verdict.n_with_b is 'Those of side b; within the same ads those that have the other thing; NULL likewise, or there is no second side.';
comment on column claim_verdict.share_a is 'Share (0–1) of side a, or its mean where an amount is compared, or the distance within it; NULL: it has no ad.';
comment on column claim_verdict.share_b is 'Likewise of side b; NULL: it has no ad, or there is no second side.';
comment on column claim_verdict.effect_role is 'The effect with roles by title and text; NULL: it could not be estimated.';
comment on column claim_verdict.ci_low_role is 'Lower end of its 95 % interval; NULL: none can be given.';
comment on column claim_verdict.ci_high_role is 'Upper end; NULL: none can be given.';
comment on column claim_verdict.effect_masked is 'The effect with roles by the text with the title''s words and masked_group hidden; NULL: it could not be estimated.';
comment on column claim_verdict.ci_low_masked is 'Lower end of its 95 % interval; NULL: none can be given.';
comment on column claim_verdict.ci_high_masked is 'Upper end; NULL: none can be given.';
comment on column claim_verdict.masked_group is 'Skill category or kind of tag that was hidden, of several the one that most ads have; NULL: none bears on the test, and only the title''s words are hidden.';
comment on column claim_verdict.broken_by is 'The employer and the source without which the verdict, supported or contradicted, does not hold, with the interval that is left then (what supports is then not_robust); NULL: there is none.';
comment on column claim_verdict.sql is 'Query that counts the openings of each side and those that have it, to be run on this snapshot; NULL: it could not be tested.';
comment on column claim_verdict.snapshot_id is 'The snapshot on which it was first judged so.';

create table quarantine (
    crawl_id varchar not null,
    source varchar not null,
    board varchar not null,
    fetched_at timestamp not null,
    reason varchar not null,
    record varchar not null
);
comment on table quarantine is 'A record that could not be used, kept so that nothing is lost. Key: crawl_id, source, board, record.';
comment on column quarantine.crawl_id is 'The crawl.';
comment on column quarantine.source is 'Platform or feed.';
comment on column quarantine.board is 'The board.';
comment on column quarantine.fetched_at is 'UTC time of the fetch.';
comment on column quarantine.reason is 'Why it could not be used.';
comment on column quarantine.record is 'The record as it came (at most 20,000 characters), contact details scrubbed.';

create table landing_file (
    name varchar not null,
    size_bytes bigint not null
);
comment on table landing_file is 'A landing file that was taken in. Key: name.';
comment on column landing_file.name is 'File name in the landing folder.';
comment on column landing_file.size_bytes is 'Bytes taken in so far: a file that has grown since is taken in again.';

create table label_version (
    model_version varchar not null,
    is_current boolean not null
);
comment on table label_version is 'A version of the labels. Key: model_version.';
comment on column label_version.model_version is 'Hash of the model and the labelling code, and hash of the table of skills.';
comment on column label_version.is_current is 'True for the one version that the view posting reads.';

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
comment on table snapshot is 'A published state; the newest is this file''s own. Key: snapshot_id.';
comment on column snapshot.snapshot_id is 'Hash of the content of the tables, of their schema and of the views.';
comment on column snapshot.taken_at is 'UTC time of publishing (or the --at given): "now" for is_open.';
comment on column snapshot.schema_version is 'Version of these tables.';
comment on column snapshot.code_version is 'rolescope version that made it.';
comment on column snapshot.model_version is 'Current label version; NULL: nothing is labelled.';
comment on column snapshot.is_sample is 'True where the data are the invented sample boards.';
comment on column snapshot.n_posting is 'Postings.';
comment on column snapshot.n_open is 'Postings that are open.';
comment on column snapshot.n_labelled is 'Postings with a current label.';

create table exchange_rate (
    currency varchar not null,
    year integer not null,
    per_usd double not null,
    source varchar not null
);
comment on table exchange_rate is 'Mean rate of a currency in a year, from warehouse/exchange_rates.csv or the user''s own file exchange_rates.csv beside the warehouse. Key: currency, year.';
comment on column exchange_rate.currency is 'ISO 4217 code.';
comment on column exchange_rate.year is 'Calendar year.';
comment on column exchange_rate.per_usd is 'Units of the currency for one US dollar.';
comment on column exchange_rate.source is 'Where the rate is from.';

create table student_t (
    df integer not null,
    t975 double not null
);
comment on table student_t is 'Quantiles of Student''s t distribution for 95 % intervals. Key: df.';
comment on column student_t.df is 'Degrees of freedom; more than the largest row: use the largest.';
comment on column student_t.t975 is '97.5 % quantile.';

create table reference_skill_share (
    role varchar not null,
    year varchar not null,
    need varchar not null check (need in ('named', 'required')),
    skill varchar not null,
    n_with integer not null,
    n_ads integer not null,
    n_employers integer not null,
    share double not null,
    ci_low double,
    ci_high double
);
comment on table reference_skill_share is 'Reference, not of this warehouse''s own ads: share of the ads of each of the four roles that name or require a skill, in public research datasets of job ads of 2015–2026, mostly 2023–2026 (no random sample of jobs). From warehouse/reference/skill_share.csv, which leaves out small cells; about.json beside it says what was counted, when and from which sources. Key: role, year, need, skill.';
comment on column reference_skill_share.role is 'Role by title and text: ai_engineer, ml_engineer, data_scientist or full_stack_engineer.';
comment on column reference_skill_share.year is 'Year in which the ads were posted; all: every ad, those of unknown date included. Sources differ from year to year.';
comment on column reference_skill_share.need is 'named: in the ad at all; required: asked for, one of several that would do included.';
comment on column reference_skill_share.skill is 'Key of the skill in the table of the version that made the reference.';
comment on column reference_skill_share.n_with is 'Openings that name or require it.';
comment on column reference_skill_share.n_ads is 'Openings of the role and year.';
comment on column reference_skill_share.n_employers is 'Their employers.';
comment on column reference_skill_share.share is 'Share (0–1), n_with of n_ads.';
comment on column reference_skill_share.ci_low is 'Lower end of its 95 % interval, clustered by employer (Wilson''s, warehouse/inference/clustered.py); NULL: every ad has it.';
comment on column reference_skill_share.ci_high is 'Upper end; NULL: every ad has it.';

create table reference_claim_verdict (
    claim_id varchar not null,
    part integer not null,
    decides boolean not null,
    test varchar,
    verdict varchar not null,
    unit varchar,
    effect double,
    ci_low double,
    ci_high double,
    n_a integer,
    n_b integer,
    broken_without varchar check (broken_without in ('employer', 'source', 'employer and source'))
);
comment on table reference_claim_verdict is 'Reference, not of this warehouse''s own ads: what public research datasets of job ads of 2015–2026, mostly 2023–2026 (no random sample of jobs), say of each part of a claim''s test, by the rule of claim_verdict. From warehouse/reference/claim_verdict.csv; about.json beside it says what was counted, when and from which sources. Key: claim_id, part.';
comment on column reference_claim_verdict.claim_id is 'The claim, one of those that ship.';
comment on column reference_claim_verdict.part is 'Which part of its test, from 1.';
comment on column reference_claim_verdict.decides is 'True for the one part whose verdict is that of the whole claim.';
comment on column reference_claim_verdict.test is 'The part as it was tested; NULL: the claim has no test.';
comment on column reference_claim_verdict.verdict is 'As in claim_verdict, but of the reference.';
comment on column reference_claim_verdict.unit is 'What effect is measured in, as in claim_verdict; NULL: it could not be tested.';
comment on column reference_claim_verdict.effect is 'As in claim_verdict; NULL: it could not be estimated, or a side has too few ads for its figures to be shown (about.json: limits).';
comment on column reference_claim_verdict.ci_low is 'Lower end of its 95 % interval, clustered by employer; NULL likewise, or none can be given.';
comment on column reference_claim_verdict.ci_high is 'Upper end; NULL likewise.';
comment on column reference_claim_verdict.n_a is 'Openings of side a; NULL: it could not be tested.';
comment on column reference_claim_verdict.n_b is 'Openings of side b; NULL: it could not be tested, or there is no second side.';
comment on column reference_claim_verdict.broken_without is 'Without one of what the verdict, supported or contradicted, does not hold: employer, source, employer and source; NULL: it holds without any one.';
