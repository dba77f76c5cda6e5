-- The skills of contents by number, in the order of posting_index.content_no: a role's contents lie together.
insert into skill_number by name select row_number() over (order by skill) as skill_no, skill from skill;

insert into skill_index by name
select
    c.content_no,
    k.skill_no,
    case when s.need = 'required' and len(s.alternatives) > 0 then 9 when s.need = 'required' then 1 when s.need = 'preferred' then 2 else 4 end as need_bit
from job_posting_skill as s
join (select distinct content_hash, content_no from posting_index) as c on c.content_hash = s.content_hash
join skill_number as k on k.skill = s.skill
order by c.content_no, k.skill_no;
