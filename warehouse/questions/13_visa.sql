-- Which ads offer visa sponsorship?
-- false: the ad refuses it; NULL: it says nothing of it, which most ads do.
select title, hiring_organization, country, role, url
from posting
where visa_sponsorship and is_open
order by title, posting_id
limit 8;
