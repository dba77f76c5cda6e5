-- The history of each posting's content: a sighting prolongs the last version or begins a new one.
update job_posting_version as v set seen_to = s.seen_at
from sighting as s
join job_posting as p on p.posting_id = s.posting_id
where
    v.posting_id = s.posting_id and v.content_hash = s.content_hash and p.content_hash = s.content_hash
    and v.seen_to = p.last_seen_at and s.seen_at > v.seen_to;

insert into job_posting_version
select s.posting_id, s.content_hash, s.seen_at, s.seen_at
from sighting as s
left join job_posting as p on p.posting_id = s.posting_id
where p.posting_id is null or (p.content_hash != s.content_hash and s.seen_at >= p.last_seen_at);
