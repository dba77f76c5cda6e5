-- Counts for the shares of skills and tags, by role and by its parts (opening_part). One of these at a time: all together do
-- not fit into memory. Roles and parts are numbered, because grouping by numbers takes half of the time.
create or replace temp table part_opening as from opening_part;

create or replace temp table part_key as
select by_part, role, part, row_number() over (order by by_part, role, part) as part_no
from (select distinct by_part, role, part from part_opening);

-- with the openings that their employer has in the part
create or replace temp table part_ad as
with ad as (select k.part_no::smallint as part_no, o.employer_no, o.content_no from part_opening as o join part_key as k using (by_part, role, part)),

employer_ads as (select part_no, employer_no, count(*)::integer as n from ad group by all)

select part_no, employer_no, content_no, n from ad join employer_ads using (part_no, employer_no);

drop table part_opening;

insert into part_size by name
select by_part, role, part, sum(n) as n_ads, count(*) as n_employers, sum(n * n) as nn
from (select part_no, employer_no, any_value(n) as n from part_ad group by all)
join part_key using (part_no)
group by all;

create or replace temp macro counted(wanted_part, of_tags) as table
with named as (
    select content_no, skill_no as no, need_bit from skill_index where not of_tags
    union all
    select c.content_no, tag.no, 0
    from job_posting_tag as t
    join (select row_number() over (order by tag) as no, tag from tag) as tag on tag.tag = t.tag
    join (select distinct content_hash, content_no from posting_index) as c on c.content_hash = t.content_hash
    where of_tags
),

-- a row an employer, but employers of one opening, which are most, together: they have it once or not at all
hit as materialized (
    select
        part_no, no, any_value(n) as n, count(*) as named, count(*) filter (need_bit & 1 = 1) as required,
        count(*) filter (need_bit = 1) as alone
    from part_ad
    join named using (content_no)
    where part_no in (select part_no from part_key where by_part = wanted_part)
    group by part_no, no, case when n > 1 then employer_no end
),

kind as (
    select part_no, no, n, case when of_tags then 'tag' else 'skill' end as of_what, named as x from hit
    union all
    select part_no, no, n, 'required', required from hit where wanted_part = 'role' and required > 0
    union all
    select part_no, no, n, 'alone', alone from hit where wanted_part = 'role' and alone > 0
    union all
    select part_no, no, n, 'alternative', required - alone from hit where wanted_part = 'role' and required > alone
),

total as (
    select
        of_what, part_no, no, sum(x) as n_with, sum(case when n = 1 then x else 1 end) as n_employers_with,
        sum(case when n = 1 then x else x * x end) as xx, sum(x * n) as xn
    from kind group by all
),

key as (
    select skill_no as no, skill as key from skill_number where not of_tags
    union all select row_number() over (order by tag), tag from tag where of_tags
)

select by_part, of_what, role, part, key, n_with, n_employers_with, xx, xn
from total join part_key using (part_no) join key using (no)
order by all;

insert into part_count by name from counted('role', false);
insert into part_count by name from counted('role', true);
insert into part_count by name from counted('month', false);
insert into part_count by name from counted('seniority', false);
insert into part_count by name from counted('country', false);

drop macro table counted;
drop table part_ad;
drop table part_key;
