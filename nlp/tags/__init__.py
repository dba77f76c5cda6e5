"""What an ad says beside skills: duties, stages of the life cycle, use cases, soft skills and backgrounds, as tagged spans."""
