-- By what is an opening's role told? Each opening once, as the macro opening sees it without filters, with its three labels.
create or replace view opening_label as
select
    cluster_no,
    arg_min(content_no, seen_no) as content_no,
    min(employer_no) as employer_no,
    -- imports have one source, but each file is a collection of its own
    arg_min(case when source = 'import' then board else source end, seen_no) as collection,
    arg_min(country, seen_no) as country,
    arg_min(seniority, seen_no) as seniority,
    min(posted_on) as posted_on,
    arg_min(i.role_by_title, seen_no) as role_by_title,
    arg_min(i.role, seen_no) as role,
    arg_min(i.role_by_text, seen_no) as role_by_text
from posting_index as i
where i.role is not null and full_text
group by cluster_no;

comment on view opening_label is 'An opening with its role by title, by title and text, and by text: what claims and comparisons are made on. Snippets and unlabelled postings are left out. Key: cluster_no.';
comment on column opening_label.cluster_no is 'Number of the opening in this snapshot.';
comment on column opening_label.content_no is 'Words of its first-seen posting: posting_index.content_no.';
comment on column opening_label.employer_no is 'Its employer: posting_index.employer_no.';
comment on column opening_label.collection is 'Source of its first-seen posting; of an import the file, as each is a collection of its own.';
comment on column opening_label.country is 'ISO 3166-1 alpha-2 code, of its first-seen posting that has one; NULL: not known.';
comment on column opening_label.seniority is 'Level, of its first-seen posting that has one; NULL: not labelled.';
comment on column opening_label.posted_on is 'Date of the first posting, else of the first sighting; NULL: imported without a date.';
comment on column opening_label.role_by_title is 'Role by the title alone; NULL: not labelled.';
comment on column opening_label.role is 'Role by title and text.';
comment on column opening_label.role_by_text is 'Role by the text, its title''s words hidden; NULL: nothing to judge by.';
