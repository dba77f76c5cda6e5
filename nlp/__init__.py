"""Texts of ads in, labels out: role, skills, sections and facts."""
