-- Which skills do the same ads name? Pairs of skills that at least min_ads ads of the role name each.
create or replace macro skill_pair(wanted_role := null, wanted_skill := null, min_ads := 20) as table
with ad as materialized (
    select role, employer_no, content_no from opening() where wanted_role is null or role = wanted_role
),

role_ads as (select role, count(*) as n_ads from ad group by role),

frequent as (
    select c.role, c.skill_no, k.skill, c.n
    from (
        select ad.role, s.skill_no, count(*) as n from ad join skill_index as s on s.content_no = ad.content_no group by all
    ) as c
    join skill_number as k on k.skill_no = c.skill_no
    where c.n >= min_ads
),

pair as (
    select ad.role, a.skill_no as a_no, b.skill_no as b_no, count(*) as n_both, count(distinct ad.employer_no) as n_employers_both
    from ad
    join skill_index as a on a.content_no = ad.content_no
    -- each pair once; all of wanted_skill's with it as skill_a
    join skill_index as b on b.content_no = a.content_no and (b.skill_no > a.skill_no or (wanted_skill is not null and b.skill_no != a.skill_no))
    where wanted_skill is null or a.skill_no = (select skill_no from skill_number where skill = wanted_skill)
    group by ad.role, a.skill_no, b.skill_no
)

select
    p.role, a.skill as skill_a, b.skill as skill_b, p.n_both, a.n as n_a, b.n as n_b, r.n_ads, p.n_both / a.n as share_of_a,
    p.n_both / b.n as share_of_b, p.n_both * r.n_ads / (a.n * b.n) as lift, p.n_employers_both
from pair as p
join role_ads as r on r.role = p.role
join frequent as a on a.role = p.role and a.skill_no = p.a_no
join frequent as b on b.role = p.role and b.skill_no = p.b_no;

comment on macro table skill_pair is 'Skills that the same openings of a role name, whatever the need: n_both name both (of n_employers_both employers), n_a and n_b each, of n_ads; share_of_a is n_both / n_a, share_of_b n_both / n_b, lift how many times as often as if the two had nothing to do with each other (1: nothing). Both skills are named by at least min_ads openings of the role; a pair that no opening names is no row. wanted_role, wanted_skill (always skill_a): NULL: all. Key: role, skill_a, skill_b.';
