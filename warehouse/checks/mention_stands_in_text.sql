-- A mention's surface is what stands at its offsets (looked up in the newest 1,000 contents).
with newest as materialized (
    select content_hash, text from job_posting_text where rowid > (select max(rowid) - 1000 from job_posting_text)
)

select m.content_hash, m.key, m.start_char, m.surface
from job_posting_mention as m
join newest as t on t.content_hash = m.content_hash
where m.surface != substr(t.text, m.start_char + 1, m.end_char - m.start_char)
