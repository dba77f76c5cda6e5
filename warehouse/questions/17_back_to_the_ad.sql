-- Which ads stand behind a number, and where are they?
-- Any share comes down to ads like these. What has a content_hash (skills, mentions, facts) finds its postings by it; one
-- text may be that of several postings.
select title, hiring_organization, first_seen_at::date as first_seen, is_open, url
from posting
where role = 'ai_engineer' and list_contains(skills, 'Retrieval-Augmented Generation')
order by hiring_organization, posting_id
limit 6;
