"""Finding skills in ads that the table of skills does not know yet."""
