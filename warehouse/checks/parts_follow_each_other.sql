-- A content that lists several jobs has two parts or more, numbered from 1, none of which begins before the last one ends.
with part as (
    select content_hash, part, start_char, end_char, lag(end_char) over in_text as last_end, row_number() over in_text as nth
    from job_posting_role_part
    window in_text as (partition by content_hash order by start_char)
)

select content_hash, part from part
group by content_hash, part
having count(*) > 1 or bool_or(part != nth or start_char < last_end or end_char <= start_char)
union all
select content_hash, max(part) from part group by content_hash having count(*) < 2
