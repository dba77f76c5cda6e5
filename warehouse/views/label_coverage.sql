-- How far is labelling, by source?
create or replace view label_coverage as
select
    source,
    count(distinct content_no) as n_contents,
    count(distinct content_no) filter (labelled_at is not null) as n_labelled,
    count(distinct content_no) filter (country is not null) as n_with_country,
    count(distinct content_no) filter (salary_unit is not null) as n_with_pay,
    max(labelled_at) as labelled_at
from posting_index
group by source;

comment on view label_coverage is 'Contents of a source and how many are labelled. Key: source.';
comment on column label_coverage.source is 'Platform or feed.';
comment on column label_coverage.n_contents is 'Different contents: what labelling works on.';
comment on column label_coverage.n_labelled is 'Those with a current label.';
comment on column label_coverage.n_with_country is 'Those whose country is known.';
comment on column label_coverage.n_with_pay is 'Those that state base pay.';
comment on column label_coverage.labelled_at is 'UTC time of the latest labelling; NULL: none is labelled.';
