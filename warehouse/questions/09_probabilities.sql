-- Where does an ad's role come from, and how sure is it?
-- role is read from title and text, role_by_title from the title alone, role_by_text from the text without the title's
-- words. These are the ads about which the classifier is least sure. The probabilities of all five roles by each of the
-- three are in job_posting_role.
select title, role, round(role_probability, 2) as probability, role_by_title, role_by_text, secondary_role
from posting
where role is not null
order by role_probability, posting_id
limit 8;
