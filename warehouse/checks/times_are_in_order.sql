-- A posting is first seen before it is last seen, and last seen before it goes missing and is closed.
select posting_id, first_seen_at, last_seen_at, missing_since, closed_at
from job_posting
where last_seen_at < first_seen_at or missing_since < last_seen_at or closed_at < missing_since
