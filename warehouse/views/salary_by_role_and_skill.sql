-- Do ads that name a skill state higher pay than the role's other ads? Computed when a snapshot is published.
create or replace view salary_by_role_and_skill as
select
    p.role, k.skill, k.name, k.category, p.pay_median_with, p.pay_median_without, p.n_paid_with, p.n_paid_without,
    p.disclosure_with, p.disclosure_without, p.n_ads_with, p.n_ads_without, p.n_employers_paid_with
from skill_pay as p
join skill_number as s on s.skill_no = p.skill_no
join skill as k on k.skill = s.skill;

comment on view salary_by_role_and_skill is 'Median stated pay of a role''s openings that name a skill, whatever its need, and of those that do not, in US dollars per year of full-time work (see opening_pay). Key: role, skill. No cause is meant: seniority, country and employer differ too.';
comment on column salary_by_role_and_skill.role is 'Role by title and text.';
comment on column salary_by_role_and_skill.skill is 'Key of the skill.';
comment on column salary_by_role_and_skill.name is 'Name of the skill.';
comment on column salary_by_role_and_skill.category is 'Its category.';
comment on column salary_by_role_and_skill.pay_median_with is 'Median of the openings that name it; NULL: n_paid_with is 0.';
comment on column salary_by_role_and_skill.pay_median_without is 'Median of those that do not; NULL: n_paid_without is 0.';
comment on column salary_by_role_and_skill.n_paid_with is 'Openings that name it and whose pay is known in US dollars.';
comment on column salary_by_role_and_skill.n_paid_without is 'Openings that do not name it and whose pay is known in US dollars.';
comment on column salary_by_role_and_skill.disclosure_with is 'Share (0–1) of the openings that name it that state base pay (see opening_pay).';
comment on column salary_by_role_and_skill.disclosure_without is 'Share (0–1) of those that do not name it that state base pay; NULL: every opening names it.';
comment on column salary_by_role_and_skill.n_ads_with is 'Openings that name it.';
comment on column salary_by_role_and_skill.n_ads_without is 'Openings of the role that do not.';
comment on column salary_by_role_and_skill.n_employers_paid_with is 'Employers of the n_paid_with openings.';
