-- In which words does an ad name a skill?
-- start_char and end_char are offsets in the text, from 0; SQL counts characters from 1. The words are cut out of the text
-- here: they are what surface says.
select
    p.hiring_organization,
    m.start_char,
    m.end_char,
    substring(p.description, m.start_char + 1, m.end_char - m.start_char) as words,
    m.section,
    m.need,
    trim(substring(p.description, m.sentence_start + 1, m.sentence_end - m.sentence_start), e' \n') as sentence
from job_posting_mention as m
join posting as p on p.content_hash = m.content_hash
where m.kind = 'skill' and m.key = 'kubernetes' and not m.negated
order by p.hiring_organization, p.posting_id, m.start_char
limit 6;
