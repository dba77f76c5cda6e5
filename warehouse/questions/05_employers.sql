-- Which employers hire for which roles?
-- A column a role, by the number of openings.
pivot (
    select distinct hiring_organization, role, cluster_id
    from posting
    where is_open and role is not null
)
on role in ('ai_engineer', 'ml_engineer', 'data_scientist', 'full_stack_engineer', 'other')
using count(cluster_id)
group by hiring_organization
order by ai_engineer + ml_engineer desc, hiring_organization
limit 10;
