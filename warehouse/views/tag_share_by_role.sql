-- Which share of each role's ads shows a duty, life-cycle stage, use case, soft skill or background?
create or replace view tag_share_by_role as
select s.role, t.kind, s.key as tag, t.name, s.share, s.ci_low, s.ci_high, s.n_with, s.n_ads, s.n_employers_with, s.n_employers
from part_share as s
join tag as t on t.tag = s.key
where s.by_part = 'role' and s.of_what = 'tag';

comment on view tag_share_by_role is 'Share of each role''s ads that show a tag, over all labelled openings. Key: role, tag.';
comment on column tag_share_by_role.role is 'Role by title and text.';
comment on column tag_share_by_role.kind is 'duty, lifecycle_stage, use_case, soft_skill or background.';
comment on column tag_share_by_role.tag is 'Key of the tag.';
comment on column tag_share_by_role.name is 'Name of the tag.';
comment on column tag_share_by_role.share is 'Share (0–1) of those ads that show it.';
comment on column tag_share_by_role.ci_low is 'Lower end of the 95 % interval, clustered by employer; NULL: one employer only.';
comment on column tag_share_by_role.ci_high is 'Upper end of the 95 % interval; NULL: one employer only.';
comment on column tag_share_by_role.n_with is 'Ads that show it.';
comment on column tag_share_by_role.n_ads is 'Ads of the role.';
comment on column tag_share_by_role.n_employers_with is 'Employers whose ads show it.';
comment on column tag_share_by_role.n_employers is 'Employers with ads of the role.';
