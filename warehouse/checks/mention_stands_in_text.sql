-- A mention's surface is what stands at its offsets (looked up in 1,000 contents).
with some_content as (select content_hash, text from job_posting_text order by content_hash limit 1000)

select m.content_hash, m.key, m.start_char, m.surface
from job_posting_mention as m
join some_content as t on t.content_hash = m.content_hash
where m.surface != substr(t.text, m.start_char + 1, m.end_char - m.start_char)
