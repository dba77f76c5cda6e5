"""What to learn next for a role: which of its openings a person's skills cover, and which skill opens most of the others."""
