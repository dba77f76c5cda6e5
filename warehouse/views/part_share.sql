-- Share of the ads of each role and part (see opening_part) that name a skill or show a tag, with the interval of skill_share:
-- 95 %, clustered by employer. Held by a test against statsmodels.
create or replace view part_share as
select
    c.by_part, c.of_what, c.role, c.part, c.key, c.n_with / p.n_ads as share,
    case when p.n_employers > 1 then sqrt(
        greatest(c.xx - 2 * share * c.xn + share * share * p.nn, 0) * p.n_employers / (p.n_employers - 1)
    ) / p.n_ads end as standard_error,
    -- as in skill_share: NULL with one employer, the exact binomial end where every ad names it
    case
        when p.n_employers > 1 and share = 1 then pow(0.025, 1 / p.n_employers)
        when p.n_employers > 1 then greatest(share - q.t975 * standard_error, 0)
    end as ci_low,
    case when p.n_employers > 1 then least(share + q.t975 * standard_error, 1) end as ci_high,
    c.n_with, p.n_ads, c.n_employers_with, p.n_employers
from part_count as c
join part_size as p on p.by_part = c.by_part and p.role = c.role and p.part = c.part
left join student_t as q on q.df = least(p.n_employers - 1, (select max(df) from student_t));

comment on view part_share is 'Share of the ads of a role and part that have a key; what no ad has is no row. Computed when a snapshot is published. Key: by_part, of_what, role, part, key.';
comment on column part_share.by_part is 'role (one part, all), month, seniority or country.';
comment on column part_share.of_what is 'skill (named at all), required, alone (required by itself), alternative (required, but another would do instead) or tag; by month, seniority and country only skill.';
comment on column part_share.role is 'Role by title and text.';
comment on column part_share.part is 'all, the first day of the month as text, the level, or the ISO 3166-1 alpha-2 code.';
comment on column part_share.key is 'Key of the skill or tag.';
comment on column part_share.share is 'Share (0–1).';
comment on column part_share.standard_error is 'Its standard error, clustered by employer; NULL: one employer.';
comment on column part_share.ci_low is 'Lower end of the 95 % interval; NULL: one employer.';
comment on column part_share.ci_high is 'Upper end; NULL: one employer.';
comment on column part_share.n_with is 'Openings that have it.';
comment on column part_share.n_ads is 'Openings of the role and part.';
comment on column part_share.n_employers_with is 'Employers of those that have it.';
comment on column part_share.n_employers is 'Employers of all of them.';
