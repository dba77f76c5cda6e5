-- Which share of a role's ads in a country names a skill?
create or replace view skill_share_by_country as
select s.role, s.part as country, s.key as skill, k.name, k.category, s.share, s.ci_low, s.ci_high, s.n_with, s.n_ads, s.n_employers_with, s.n_employers
from part_share as s
join skill as k on k.skill = s.key
where s.by_part = 'country' and s.of_what = 'skill';

comment on view skill_share_by_country is 'Share of a role''s ads in the country that name a skill, whatever its need. An opening advertised in several countries counts in each of them; one whose country is not known in none. Key: role, country, skill. Of the four roles; of other jobs ask the macro skill_share. Few ads say little: look at n_ads and the interval.';
comment on column skill_share_by_country.role is 'Role by title and text.';
comment on column skill_share_by_country.country is 'ISO 3166-1 alpha-2 code.';
comment on column skill_share_by_country.skill is 'Key of the skill.';
comment on column skill_share_by_country.name is 'Name of the skill.';
comment on column skill_share_by_country.category is 'Its category.';
comment on column skill_share_by_country.share is 'Share (0–1) of those ads that name it.';
comment on column skill_share_by_country.ci_low is 'Lower end of the 95 % interval, clustered by employer; NULL: one employer only.';
comment on column skill_share_by_country.ci_high is 'Upper end of the 95 % interval; NULL: one employer only.';
comment on column skill_share_by_country.n_with is 'Ads that name it.';
comment on column skill_share_by_country.n_ads is 'Ads of the role in the country.';
comment on column skill_share_by_country.n_employers_with is 'Employers whose ads name it.';
comment on column skill_share_by_country.n_employers is 'Employers with such ads.';
