"""What an ad asks for: the table of skills, and the component that finds them with evidence."""
