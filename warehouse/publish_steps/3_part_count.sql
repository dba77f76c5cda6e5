-- Counts for the shares of skills and tags, by role and by its parts (opening_part). One kind at a time: all together do not
-- fit into memory. Roles and parts are numbered, because grouping by numbers takes half of the time.
insert into part_size by name
select by_part, role, part, sum(n) as n_ads, count(*) as n_employers, sum(n * n) as nn
from (select by_part, role, part, employer_no, count(*) as n from opening_part group by all)
group by all;

create or replace temp macro counted(wanted_part, what) as table
with ad as materialized (from opening_part where by_part = wanted_part),

part as materialized (select role, part, row_number() over (order by role, part) as part_no from (select distinct role, part from ad)),

employer_ads as (select role, part, employer_no, count(*) as n from ad group by all),

named as (
    select content_no, skill_no as no from skill_index
    where what = 'skill' or (what = 'required' and need_bit & 1 = 1) or (what = 'alone' and need_bit = 1) or (what = 'alternative' and need_bit = 9)
    union all
    select c.content_no, tag.no
    from job_posting_tag as t
    join (select row_number() over (order by tag) as no, tag from tag) as tag on tag.tag = t.tag
    join (select distinct content_hash, content_no from posting_index) as c on c.content_hash = t.content_hash
    where what = 'tag'
),

employer_hits as (
    select part_no, no, any_value(n) as n, count(*) as x
    from ad
    join part using (role, part)
    join employer_ads using (role, part, employer_no)
    join named using (content_no)
    group by part_no, employer_no, no
),

total as (
    select part_no, no, sum(x) as n_with, count(*) as n_employers_with, sum(x * x) as xx, sum(x * n) as xn from employer_hits group by all
),

key as (
    select skill_no as no, skill as key from skill_number where what != 'tag'
    union all select row_number() over (order by tag), tag from tag where what = 'tag'
)

select wanted_part as by_part, what as of_what, role, part, key, n_with, n_employers_with, xx, xn
from total join part using (part_no) join key using (no)
order by all;

insert into part_count by name from counted('role', 'skill');
insert into part_count by name from counted('role', 'required');
insert into part_count by name from counted('role', 'alone');
insert into part_count by name from counted('role', 'alternative');
insert into part_count by name from counted('role', 'tag');
insert into part_count by name from counted('month', 'skill');
insert into part_count by name from counted('seniority', 'skill');
insert into part_count by name from counted('country', 'skill');

drop macro table counted;
