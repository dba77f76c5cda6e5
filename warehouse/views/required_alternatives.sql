-- How often is a skill required by itself, and how often as one of several that would do?
create or replace view required_alternatives as
with alone as (from part_share where by_part = 'role' and of_what = 'alone'),

alternative as (from part_share where by_part = 'role' and of_what = 'alternative'),

role_ads as (select role, n_ads, n_employers from part_size where by_part = 'role')

select
    role, skill, k.name, k.category,
    coalesce(a.share, 0) as share_alone, a.ci_low as alone_ci_low, a.ci_high as alone_ci_high,
    coalesce(b.share, 0) as share_alternative, b.ci_low as alternative_ci_low, b.ci_high as alternative_ci_high,
    coalesce(a.n_with, 0) as n_alone, coalesce(b.n_with, 0) as n_alternative, r.n_ads, r.n_employers
from (select role, key as skill, * from alone) as a
full join (select role, key as skill, * from alternative) as b using (role, skill)
join role_ads as r using (role)
join skill as k using (skill);

comment on view required_alternatives is 'Ads of a role that require a skill by itself, and those that take another instead ("Python or R", "one of"). Key: role, skill. Which others: job_posting_skill.alternatives.';
comment on column required_alternatives.role is 'Role by title and text.';
comment on column required_alternatives.skill is 'Key of the skill.';
comment on column required_alternatives.name is 'Name of the skill.';
comment on column required_alternatives.category is 'Its category.';
comment on column required_alternatives.share_alone is 'Share (0–1) of the role''s ads that require it by itself.';
comment on column required_alternatives.alone_ci_low is 'Lower end of its 95 % interval, clustered by employer; NULL: n_alone is 0, or one employer only.';
comment on column required_alternatives.alone_ci_high is 'Upper end; NULL likewise.';
comment on column required_alternatives.share_alternative is 'Share (0–1) of the role''s ads that require it or another.';
comment on column required_alternatives.alternative_ci_low is 'Lower end of its 95 % interval, clustered by employer; NULL: n_alternative is 0, or one employer only.';
comment on column required_alternatives.alternative_ci_high is 'Upper end; NULL likewise.';
comment on column required_alternatives.n_alone is 'Ads that require it by itself.';
comment on column required_alternatives.n_alternative is 'Ads that require it or another.';
comment on column required_alternatives.n_ads is 'Ads of the role.';
comment on column required_alternatives.n_employers is 'Employers with ads of the role.';
