-- Which share of each role's ads names a skill, over all openings?
create or replace view skill_share_by_role as
select
    s.role, s.key as skill, k.name, k.category, s.share, s.ci_low, s.ci_high, s.standard_error, s.n_with, s.n_ads,
    s.n_employers_with, s.n_employers
from part_share as s
join skill as k on k.skill = s.key
where s.by_part = 'role' and s.of_what = 'skill';

comment on view skill_share_by_role is 'Share of each role''s ads that name a skill, whatever its need, over all labelled openings. Key: role, skill. For filters use the macro skill_share.';
comment on column skill_share_by_role.role is 'Role by title and text.';
comment on column skill_share_by_role.skill is 'Key of the skill.';
comment on column skill_share_by_role.name is 'Name of the skill.';
comment on column skill_share_by_role.category is 'Its category.';
comment on column skill_share_by_role.share is 'Share (0–1) of the role''s ads that name it.';
comment on column skill_share_by_role.ci_low is 'Lower end of the 95 % interval, clustered by employer; NULL: one employer only.';
comment on column skill_share_by_role.ci_high is 'Upper end of the 95 % interval; NULL: one employer only.';
comment on column skill_share_by_role.standard_error is 'Cluster-robust standard error of the share; NULL: one employer only.';
comment on column skill_share_by_role.n_with is 'Ads of the role that name it.';
comment on column skill_share_by_role.n_ads is 'Ads of the role.';
comment on column skill_share_by_role.n_employers_with is 'Employers whose ads of the role name it.';
comment on column skill_share_by_role.n_employers is 'Employers with ads of the role.';
