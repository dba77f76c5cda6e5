-- Which roles does an employer look for?
create or replace view role_by_employer as
select
    any_value(employer) as employer, role, count(*) as n_ads,
    (sum(count(*)) over (partition by employer_no))::bigint as n_ads_employer,
    count(*) / sum(count(*)) over (partition by employer_no) as share,
    min(posted_on) as first_posted_on, max(posted_on) as last_posted_on
from opening()
group by employer_no, role;

comment on view role_by_employer is 'Openings of an employer by role; roles of which it has none are no rows. Key: employer, role. Few ads say little of an employer: look at n_ads_employer.';
comment on column role_by_employer.employer is 'Employer in lower case; source/board where none is stated.';
comment on column role_by_employer.role is 'Role by title and text.';
comment on column role_by_employer.n_ads is 'Its openings of the role.';
comment on column role_by_employer.n_ads_employer is 'All its labelled openings.';
comment on column role_by_employer.share is 'Share (0–1) of its openings that are of the role.';
comment on column role_by_employer.first_posted_on is 'Date of posting of the first of them; NULL: none has a date.';
comment on column role_by_employer.last_posted_on is 'Date of posting of the latest; NULL: none has a date.';
