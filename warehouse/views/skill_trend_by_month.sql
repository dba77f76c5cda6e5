-- Which share of a role's ads of a month names a skill?
create or replace view skill_trend_by_month as
select
    s.role, s.part::date as month, s.key as skill, k.name, k.category,
    s.share, s.ci_low, s.ci_high, s.n_with, s.n_ads, s.n_employers_with, s.n_employers
from part_share as s
join skill as k on k.skill = s.key
where s.by_part = 'month' and s.of_what = 'skill';

comment on view skill_trend_by_month is 'Share of a role''s ads of a month (by date of posting, else first sighting) that name a skill. Key: role, month, skill. Of the four roles; of other jobs ask the macro skill_share. Months with few ads say little: look at n_ads and the interval.';
comment on column skill_trend_by_month.role is 'Role by title and text.';
comment on column skill_trend_by_month.month is 'First day of the month.';
comment on column skill_trend_by_month.skill is 'Key of the skill.';
comment on column skill_trend_by_month.name is 'Name of the skill.';
comment on column skill_trend_by_month.category is 'Its category.';
comment on column skill_trend_by_month.share is 'Share (0–1) of those ads that name it.';
comment on column skill_trend_by_month.ci_low is 'Lower end of the 95 % interval, clustered by employer; NULL: one employer only.';
comment on column skill_trend_by_month.ci_high is 'Upper end of the 95 % interval; NULL: one employer only.';
comment on column skill_trend_by_month.n_with is 'Ads that name it.';
comment on column skill_trend_by_month.n_ads is 'Ads of the role in the month.';
comment on column skill_trend_by_month.n_employers_with is 'Employers whose ads name it.';
comment on column skill_trend_by_month.n_employers is 'Employers with ads of the role in the month.';
