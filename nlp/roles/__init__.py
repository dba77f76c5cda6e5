"""Which role an ad is: by its title, by its text, by both; and why."""
