-- Which share of a role's ads at a level names a skill?
create or replace view skill_share_by_seniority as
select s.role, s.part as seniority, s.key as skill, k.name, k.category, s.share, s.ci_low, s.ci_high, s.n_with, s.n_ads, s.n_employers_with, s.n_employers
from part_share as s
join skill as k on k.skill = s.key
where s.by_part = 'seniority' and s.of_what = 'skill';

comment on view skill_share_by_seniority is 'Share of a role''s ads at that level that name a skill, whatever its need. Key: role, seniority, skill. Of the four roles; of other jobs ask the macro skill_share. Few ads say little: look at n_ads and the interval.';
comment on column skill_share_by_seniority.role is 'Role by title and text.';
comment on column skill_share_by_seniority.seniority is 'intern, junior, mid, senior, lead, manager or unstated.';
comment on column skill_share_by_seniority.skill is 'Key of the skill.';
comment on column skill_share_by_seniority.name is 'Name of the skill.';
comment on column skill_share_by_seniority.category is 'Its category.';
comment on column skill_share_by_seniority.share is 'Share (0–1) of those ads that name it.';
comment on column skill_share_by_seniority.ci_low is 'Lower end of the 95 % interval, clustered by employer; NULL: one employer only.';
comment on column skill_share_by_seniority.ci_high is 'Upper end of the 95 % interval; NULL: one employer only.';
comment on column skill_share_by_seniority.n_with is 'Ads that name it.';
comment on column skill_share_by_seniority.n_ads is 'Ads of the role at that level.';
comment on column skill_share_by_seniority.n_employers_with is 'Employers whose ads name it.';
comment on column skill_share_by_seniority.n_employers is 'Employers with such ads.';
